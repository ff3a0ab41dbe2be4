//! Loads the facts of members that rules read, by ids or by ranges of ids.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::store::decisions::population::Range;
use crate::store::scores::StoredScore;
use crate::store::{Result, StoreError};
use renown_core::domain::{
    AudienceName, EarnedTier, Gift, GiftKind, Grant, GrantId, GroupName, HeldTier, ImportedIndex,
    IndexName, MemberId, MemberName, ModelVersion, Network, PerkId, ProgramId, Score, TierId,
    Topic,
};
use renown_core::rules::{KnownMember, MemberFacts, TakenPerk};
use uuid::Uuid;

/// The members whose facts are loaded. Only members that take part in scoring have
/// facts.
#[derive(Debug, Clone, Copy)]
pub enum Selection<'s> {
    /// These members.
    Ids(&'s [MemberId]),
    /// The members of a range.
    Range(Range),
}

/// Parameters that are the same for all members.
#[derive(Debug, Clone, Copy)]
pub struct FactsScope<'s> {
    /// Loads only what concerns this program; all programs if absent.
    pub program: Option<&'s ProgramId>,
    /// The model whose scores are loaded.
    pub model: &'s ModelVersion,
    /// The score of a member without a published score.
    pub unknown: &'s Score,
    /// The time; grants that ended at or before it are left out.
    pub now: DateTime<Utc>,
}

/// Facts whose scores are still as they are stored. Reading them takes time, and must not
/// block the thread that talks to the database.
#[derive(Debug)]
pub struct UnreadFacts {
    members: BTreeMap<MemberId, MemberFacts>,
    scores: Vec<(MemberId, StoredScore)>,
}

impl UnreadFacts {
    /// Reads the scores. Takes a microsecond for each member.
    ///
    /// # Errors
    /// If a score has a form that this version does not write.
    pub fn read(mut self) -> Result<BTreeMap<MemberId, MemberFacts>> {
        for (member, score) in self.scores {
            if let Some(facts) = self.members.get_mut(&member) {
                facts.score = score.read()?;
            }
        }
        Ok(self.members)
    }
}

/// A fact of a member. Each kind uses some of the columns, which are named after what they
/// are for most kinds.
struct FactRow {
    kind: String,
    member_id: MemberId,
    program: Option<ProgramId>,
    name: Option<String>,
    detail: Option<String>,
    number: Option<f64>,
    units: Option<i64>,
    since: Option<DateTime<Utc>>,
    until: Option<DateTime<Utc>>,
    noticed_at: Option<DateTime<Utc>>,
    look_at: Option<DateTime<Utc>>,
    id: Option<Uuid>,
    body: Option<String>,
    packed: Option<Vec<u8>>,
}

/// Selects all facts of members in one statement, because a lookup that is not in the cache
/// waits for each answer of the database. `$which` tells the members.
macro_rules! facts {
    ($scope:ident, $which:literal, $($selected:expr),+) => {
        sqlx::query_as!(
            FactRow,
            r#"select 'member' as "kind!", member_id as "member_id!: MemberId",
                      null::text as "program: ProgramId", name, null::text as detail,
                      null::double precision as number, null::bigint as units,
                      enrolled_at as since, null::timestamptz as until,
                      null::timestamptz as noticed_at, null::timestamptz as look_at,
                      null::uuid as id, attributes::text as body,
                      null::bytea as packed
               from members where scoring = 'active' and "# + $which
            + " union all
                select distinct 'network', member_id, null, network, null, null::float8, null::int8,
                       null::timestamptz, null::timestamptz, null::timestamptz, null::timestamptz,
                       null::uuid, null, null::bytea
                from accounts where " + $which
            + " union all
                select 'index', member_id, null, index_name, provenance, score, null, as_of, null,
                       null, null, null, null, null
                from member_indices where " + $which
            + " union all
                select 'audience', member_id, null, audience, null, null, null, null, null, null,
                       null, null, null, null
                from audience_members where " + $which
            + " union all
                select 'rank', member_id, null, topic, null, null, rank, null, null, null, null,
                       null, null, null
                from topic_ranks where model_version = $1 and " + $which
            + " union all
                select 'percentile', member_id, program_id, null, null, percentile, null, null,
                       null, null, null, null, null, null
                from standing_percentiles
                where ($2::text is null or program_id = $2) and " + $which
            + " union all
                select 'tier', member_id, program_id, tier, in_effect, null, null, since,
                       keep_until, noticed_at, look_at, history_id, null, null
                from member_tiers where ($2::text is null or program_id = $2) and " + $which
            + " union all
                select 'grant', member_id, program_id, target, kind, null, null, starts_at,
                       ends_at, null, null, grant_id, null, null
                from grants
                where revoked_at is null and ($2::text is null or program_id = $2)
                  and (ends_at is null or ends_at > $3) and " + $which
            + " union all
                select 'claimed', member_id, program_id, perk_id, null, null, units, null, null,
                       null, null, null, null, null
                from member_claims
                where perk_id <> '' and units > 0 and ($2::text is null or program_id = $2)
                  and " + $which
            // All programs: a group is the same in each.
            + " union all
                select distinct 'taken', member_id, program_id, perk_id, exclusive_group,
                       null::float8, null::int8, null::timestamptz, null::timestamptz,
                       null::timestamptz, null::timestamptz, null::uuid, null,
                       null::bytea
                from claims
                where exclusive_group is not null and state in ('held', 'confirmed', 'redeemed')
                  and " + $which
            + " union all
                select 'score', member_id, null, null, null, null, null, null, null, null, null,
                       null, case when packed is null then body::text end, packed
                from scores where model_version = $1 and " + $which,
            $scope.model as _,
            $scope.program as _,
            $scope.now,
            $($selected),+
        )
    };
}

/// Loads the facts of members.
///
/// # Errors
/// Also if a stored fact has a form that this version does not write.
pub async fn load(
    conn: &mut PgConnection,
    selection: Selection<'_>,
    scope: FactsScope<'_>,
) -> Result<UnreadFacts> {
    let rows = match selection {
        // Postgres plans the statement for a list anew each time, because it takes a list of
        // unknown length for a long one, and that takes several times as long as the statement.
        Selection::Ids([id]) => {
            facts!(scope, "member_id = $4", id as _)
                .fetch_all(conn)
                .await?
        }
        Selection::Ids(ids) => {
            facts!(scope, "member_id = any($4)", ids as _)
                .fetch_all(conn)
                .await?
        }
        Selection::Range(Range { after, up_to }) => {
            facts!(
                scope,
                "member_id > $4 and member_id <= $5",
                after as _,
                up_to as _
            )
            .fetch_all(conn)
            .await?
        }
    };
    let (members, others): (Vec<FactRow>, Vec<FactRow>) =
        rows.into_iter().partition(|row| row.kind == "member");
    let mut unread = UnreadFacts {
        members: BTreeMap::new(),
        scores: Vec::new(),
    };
    for row in members {
        let facts = row.enrolled(scope.unknown)?;
        unread.members.insert(row.member_id, facts);
    }
    for row in others {
        match unread.members.get_mut(&row.member_id) {
            Some(_) if row.kind == "score" => {
                let score = StoredScore::new(row.packed, row.body)?;
                unread.scores.push((row.member_id, score));
            }
            Some(facts) => row.add_to(facts)?,
            None => {}
        }
    }
    // The database returns the rows in any order, and rules read these lists in theirs.
    for facts in unread.members.values_mut() {
        for grants in facts.grants.values_mut() {
            grants.sort_by_key(|grant| grant.id);
        }
        for taken in facts.taken.values_mut() {
            taken.sort_by(|a, b| (&a.program, &a.perk).cmp(&(&b.program, &b.perk)));
        }
    }
    Ok(unread)
}

impl FactRow {
    fn enrolled(&self, unknown: &Score) -> Result<MemberFacts> {
        let mut facts = MemberFacts::unknown(unknown.clone());
        facts.name = self.name.as_deref().map(MemberName::parse).transpose()?;
        facts.member = Some(KnownMember {
            id: self.member_id,
            enrolled_at: needed(self.since)?,
            attributes: serde_json::from_str(needed(self.body.as_deref())?)?,
            networks: Vec::new(),
        });
        Ok(facts)
    }

    fn add_to(self, facts: &mut MemberFacts) -> Result<()> {
        match self.kind.as_str() {
            "network" => {
                let network: Network = needed(self.name)?.parse()?;
                if let Some(member) = &mut facts.member {
                    let place = member.networks.partition_point(|own| *own < network);
                    member.networks.insert(place, network);
                }
            }
            "index" => {
                let index = ImportedIndex {
                    score: needed(self.number)?,
                    provenance: needed(self.detail)?,
                    as_of: needed(self.since)?,
                };
                let name = IndexName::parse(&needed(self.name)?)?;
                facts.imported.insert(name, index);
            }
            "audience" => {
                facts
                    .audiences
                    .insert(AudienceName::parse(&needed(self.name)?)?);
            }
            "rank" => {
                let rank = u32::try_from(needed(self.units)?).unwrap_or(u32::MAX);
                facts.ranks.insert(Topic::parse(&needed(self.name)?)?, rank);
            }
            "percentile" => {
                let program = needed(self.program)?;
                let percentile = needed(self.number)?;
                facts.standing_percentiles.insert(program, percentile);
            }
            "tier" => {
                let held = HeldTier {
                    earned: EarnedTier {
                        tier: TierId::parse(&needed(self.name)?)?,
                        since: needed(self.since)?,
                        keep_until: self.until,
                        noticed_at: self.noticed_at,
                    },
                    in_effect: TierId::parse(&needed(self.detail)?)?,
                    recheck_at: self.look_at,
                    history_id: self.id,
                };
                facts.held.insert(needed(self.program)?, held);
            }
            "grant" => {
                let kind: GiftKind = needed(self.detail)?.parse()?;
                let grant = Grant {
                    id: GrantId(needed(self.id)?),
                    gift: Gift::new(kind, &needed(self.name)?)?,
                    starts_at: needed(self.since)?,
                    ends_at: self.until,
                };
                let program = needed(self.program)?;
                facts.grants.entry(program).or_default().push(grant);
            }
            "claimed" => {
                let of_program = facts.claimed.entry(needed(self.program)?).or_default();
                let perk = PerkId::parse(&needed(self.name)?)?;
                of_program.insert(perk, needed(self.units)?);
            }
            "taken" => {
                let taken = TakenPerk {
                    program: needed(self.program)?,
                    perk: PerkId::parse(&needed(self.name)?)?,
                };
                let group = GroupName::parse(&needed(self.detail)?)?;
                facts.taken.entry(group).or_default().push(taken);
            }
            other => return Err(StoreError::Corrupt(format!("a fact of the kind '{other}'"))),
        }
        Ok(())
    }
}

/// Returns a column that this kind of fact has.
fn needed<T>(column: Option<T>) -> Result<T> {
    column.ok_or_else(|| StoreError::Corrupt("a fact without one of its columns".to_owned()))
}
