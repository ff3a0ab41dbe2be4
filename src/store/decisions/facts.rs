//! Loads the facts of members that rules read, by ids or by ranges of ids.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::store::Result;
use crate::store::decisions::population::Range;
use renown_core::domain::{
    Attributes, AudienceName, EarnedTier, Gift, GiftKind, Grant, GrantId, GroupName, HeldTier,
    ImportedIndex, IndexName, MemberId, MemberName, ModelVersion, Network, PerkId, ProgramId,
    Score, TierId, Topic,
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

/// Facts whose scores are still JSON text. Parsing them is most of the work, and must
/// not block the thread that talks to the database.
#[derive(Debug)]
pub struct UnreadFacts {
    members: BTreeMap<MemberId, MemberFacts>,
    scores: Vec<ScoreRow>,
}

impl UnreadFacts {
    /// Parses the scores. Takes microseconds for each member.
    ///
    /// # Errors
    /// If a score has a form that this version does not write.
    pub fn read(mut self) -> Result<BTreeMap<MemberId, MemberFacts>> {
        for row in self.scores {
            if let Some(facts) = self.members.get_mut(&row.member_id) {
                facts.score = serde_json::from_str(&row.body)?;
            }
        }
        Ok(self.members)
    }
}

/// Fetches the rows of the selected members. The condition of the selection is added
/// after the text; the parameters of the text come before those of the selection.
macro_rules! rows {
    ($conn:ident, $selection:ident, $row:ident, $text:literal) => {
        match $selection {
            Selection::Ids(ids) => {
                sqlx::query_as!($row, $text + " member_id = any($1)", ids as _)
                    .fetch_all(&mut *$conn)
                    .await?
            }
            Selection::Range(range) => {
                let Range { after, up_to } = range;
                sqlx::query_as!(
                    $row,
                    $text + " member_id > $1 and member_id <= $2",
                    after as _,
                    up_to as _
                )
                .fetch_all(&mut *$conn)
                .await?
            }
        }
    };
    ($conn:ident, $selection:ident, $row:ident, $text:literal, $first:expr) => {
        match $selection {
            Selection::Ids(ids) => {
                sqlx::query_as!($row, $text + " member_id = any($2)", $first, ids as _)
                    .fetch_all(&mut *$conn)
                    .await?
            }
            Selection::Range(range) => {
                let Range { after, up_to } = range;
                sqlx::query_as!(
                    $row,
                    $text + " member_id > $2 and member_id <= $3",
                    $first,
                    after as _,
                    up_to as _
                )
                .fetch_all(&mut *$conn)
                .await?
            }
        }
    };
    ($conn:ident, $selection:ident, $row:ident, $text:literal, $first:expr, $second:expr) => {
        match $selection {
            Selection::Ids(ids) => {
                sqlx::query_as!(
                    $row,
                    $text + " member_id = any($3)",
                    $first,
                    $second,
                    ids as _
                )
                .fetch_all(&mut *$conn)
                .await?
            }
            Selection::Range(range) => {
                let Range { after, up_to } = range;
                sqlx::query_as!(
                    $row,
                    $text + " member_id > $3 and member_id <= $4",
                    $first,
                    $second,
                    after as _,
                    up_to as _
                )
                .fetch_all(&mut *$conn)
                .await?
            }
        }
    };
}

/// Loads the facts of members.
pub async fn load(
    conn: &mut PgConnection,
    selection: Selection<'_>,
    scope: FactsScope<'_>,
) -> Result<UnreadFacts> {
    let mut members = enrolled(conn, selection, scope.unknown).await?;
    networks(conn, selection, &mut members).await?;
    imported(conn, selection, &mut members).await?;
    listed(conn, selection, &mut members).await?;
    ranks(conn, selection, scope, &mut members).await?;
    percentiles(conn, selection, scope, &mut members).await?;
    tiers(conn, selection, scope, &mut members).await?;
    grants(conn, selection, scope, &mut members).await?;
    claimed(conn, selection, scope, &mut members).await?;
    taken(conn, selection, &mut members).await?;
    let model = scope.model;
    let scores = rows!(
        conn,
        selection,
        ScoreRow,
        r#"select member_id, body::text as "body!" from scores where model_version = $1 and"#,
        model as _
    );
    Ok(UnreadFacts { members, scores })
}

#[derive(Debug)]
struct ScoreRow {
    member_id: MemberId,
    body: String,
}

/// The facts loaded so far.
type Loaded = BTreeMap<MemberId, MemberFacts>;

struct MemberRow {
    member_id: MemberId,
    name: Option<MemberName>,
    attributes: Attributes,
    enrolled_at: DateTime<Utc>,
}

async fn enrolled(
    conn: &mut PgConnection,
    selection: Selection<'_>,
    unknown: &Score,
) -> Result<Loaded> {
    let rows = rows!(
        conn,
        selection,
        MemberRow,
        "select member_id, name, attributes, enrolled_at from members where scoring = 'active' and"
    );
    let facts = rows.into_iter().map(|row| {
        let mut facts = MemberFacts::unknown(unknown.clone());
        facts.name = row.name;
        facts.member = Some(KnownMember {
            id: row.member_id,
            enrolled_at: row.enrolled_at,
            attributes: row.attributes,
            networks: Vec::new(),
        });
        (row.member_id, facts)
    });
    Ok(facts.collect())
}

struct NetworkRow {
    member_id: MemberId,
    network: Network,
}

async fn networks(
    conn: &mut PgConnection,
    selection: Selection<'_>,
    members: &mut Loaded,
) -> Result<()> {
    let rows = rows!(
        conn,
        selection,
        NetworkRow,
        r#"select distinct member_id as "member_id!", network from accounts where"#
    );
    for row in rows {
        let facts = members.get_mut(&row.member_id);
        if let Some(member) = facts.and_then(|facts| facts.member.as_mut()) {
            let place = member.networks.partition_point(|own| *own < row.network);
            member.networks.insert(place, row.network);
        }
    }
    Ok(())
}

struct IndexRow {
    member_id: MemberId,
    index_name: IndexName,
    score: f64,
    provenance: String,
    as_of: DateTime<Utc>,
}

async fn imported(
    conn: &mut PgConnection,
    selection: Selection<'_>,
    members: &mut Loaded,
) -> Result<()> {
    let rows = rows!(
        conn,
        selection,
        IndexRow,
        "select member_id, index_name, score, provenance, as_of from member_indices where"
    );
    for row in rows {
        if let Some(facts) = members.get_mut(&row.member_id) {
            let index = ImportedIndex {
                score: row.score,
                provenance: row.provenance,
                as_of: row.as_of,
            };
            facts.imported.insert(row.index_name, index);
        }
    }
    Ok(())
}

struct ListedRow {
    member_id: MemberId,
    audience: AudienceName,
}

async fn listed(
    conn: &mut PgConnection,
    selection: Selection<'_>,
    members: &mut Loaded,
) -> Result<()> {
    let rows = rows!(
        conn,
        selection,
        ListedRow,
        "select member_id, audience from audience_members where"
    );
    for row in rows {
        if let Some(facts) = members.get_mut(&row.member_id) {
            facts.audiences.insert(row.audience);
        }
    }
    Ok(())
}

struct RankRow {
    member_id: MemberId,
    topic: Topic,
    rank: i32,
}

async fn ranks(
    conn: &mut PgConnection,
    selection: Selection<'_>,
    scope: FactsScope<'_>,
    members: &mut Loaded,
) -> Result<()> {
    let model = scope.model;
    let rows = rows!(
        conn,
        selection,
        RankRow,
        "select member_id, topic, rank from topic_ranks where model_version = $1 and",
        model as _
    );
    for row in rows {
        if let Some(facts) = members.get_mut(&row.member_id) {
            let rank = u32::try_from(row.rank).unwrap_or(u32::MAX);
            facts.ranks.insert(row.topic, rank);
        }
    }
    Ok(())
}

struct PercentileRow {
    member_id: MemberId,
    program_id: ProgramId,
    percentile: f64,
}

async fn percentiles(
    conn: &mut PgConnection,
    selection: Selection<'_>,
    scope: FactsScope<'_>,
    members: &mut Loaded,
) -> Result<()> {
    let program = scope.program;
    let rows = rows!(
        conn,
        selection,
        PercentileRow,
        "select member_id, program_id, percentile from standing_percentiles
         where ($1::text is null or program_id = $1) and",
        program as _
    );
    for row in rows {
        if let Some(facts) = members.get_mut(&row.member_id) {
            let percentiles = &mut facts.standing_percentiles;
            percentiles.insert(row.program_id, row.percentile);
        }
    }
    Ok(())
}

struct TierRow {
    member_id: MemberId,
    program_id: ProgramId,
    tier: TierId,
    since: DateTime<Utc>,
    keep_until: Option<DateTime<Utc>>,
    noticed_at: Option<DateTime<Utc>>,
    in_effect: TierId,
    look_at: Option<DateTime<Utc>>,
    history_id: Option<Uuid>,
}

async fn tiers(
    conn: &mut PgConnection,
    selection: Selection<'_>,
    scope: FactsScope<'_>,
    members: &mut Loaded,
) -> Result<()> {
    let program = scope.program;
    let rows = rows!(
        conn,
        selection,
        TierRow,
        "select member_id, program_id, tier, since, keep_until, noticed_at, in_effect, look_at,
                history_id
         from member_tiers where ($1::text is null or program_id = $1) and",
        program as _
    );
    for row in rows {
        if let Some(facts) = members.get_mut(&row.member_id) {
            let held = HeldTier {
                earned: EarnedTier {
                    tier: row.tier,
                    since: row.since,
                    keep_until: row.keep_until,
                    noticed_at: row.noticed_at,
                },
                in_effect: row.in_effect,
                recheck_at: row.look_at,
                history_id: row.history_id,
            };
            facts.held.insert(row.program_id, held);
        }
    }
    Ok(())
}

struct GrantRow {
    member_id: MemberId,
    grant_id: GrantId,
    program_id: ProgramId,
    kind: GiftKind,
    target: String,
    starts_at: DateTime<Utc>,
    ends_at: Option<DateTime<Utc>>,
}

async fn grants(
    conn: &mut PgConnection,
    selection: Selection<'_>,
    scope: FactsScope<'_>,
    members: &mut Loaded,
) -> Result<()> {
    let (program, now) = (scope.program, scope.now);
    let mut rows = rows!(
        conn,
        selection,
        GrantRow,
        "select member_id, grant_id, program_id, kind, target, starts_at, ends_at from grants
         where revoked_at is null and ($1::text is null or program_id = $1)
           and (ends_at is null or ends_at > $2) and",
        program as _,
        now
    );
    rows.sort_by_key(|row| row.grant_id);
    for row in rows {
        if let Some(facts) = members.get_mut(&row.member_id) {
            let grant = Grant {
                id: row.grant_id,
                gift: Gift::new(row.kind, &row.target)?,
                starts_at: row.starts_at,
                ends_at: row.ends_at,
            };
            facts.grants.entry(row.program_id).or_default().push(grant);
        }
    }
    Ok(())
}

struct TakenRow {
    member_id: MemberId,
    exclusive_group: GroupName,
    program_id: ProgramId,
    perk_id: PerkId,
}

async fn taken(
    conn: &mut PgConnection,
    selection: Selection<'_>,
    members: &mut Loaded,
) -> Result<()> {
    // All programs: a group is the same in each.
    let mut rows = rows!(
        conn,
        selection,
        TakenRow,
        r#"select distinct member_id, exclusive_group as "exclusive_group!", program_id, perk_id
         from claims
         where exclusive_group is not null and state in ('held', 'confirmed', 'redeemed') and"#
    );
    rows.sort_by(|a, b| (&a.program_id, &a.perk_id).cmp(&(&b.program_id, &b.perk_id)));
    for row in rows {
        if let Some(facts) = members.get_mut(&row.member_id) {
            let of_group = facts.taken.entry(row.exclusive_group).or_default();
            of_group.push(TakenPerk {
                program: row.program_id,
                perk: row.perk_id,
            });
        }
    }
    Ok(())
}

struct ClaimedRow {
    member_id: MemberId,
    program_id: ProgramId,
    perk_id: String,
    units: i64,
}

async fn claimed(
    conn: &mut PgConnection,
    selection: Selection<'_>,
    scope: FactsScope<'_>,
    members: &mut Loaded,
) -> Result<()> {
    let program = scope.program;
    let rows = rows!(
        conn,
        selection,
        ClaimedRow,
        "select member_id, program_id, perk_id, units from member_claims
         where perk_id <> '' and units > 0 and ($1::text is null or program_id = $1) and",
        program as _
    );
    for row in rows {
        if let Some(facts) = members.get_mut(&row.member_id) {
            let of_program = facts.claimed.entry(row.program_id).or_default();
            of_program.insert(PerkId::parse(&row.perk_id)?, row.units);
        }
    }
    Ok(())
}
