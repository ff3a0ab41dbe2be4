//! What is known of a member when rules are evaluated.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Service;
use super::error::Result;
use super::supply::Supply;
use crate::store;
use crate::store::members::Member;
use crate::store::population::Stored;
use crate::store::tiers::HeldTier;
use crate::store::usage::Claimed;
use renown_core::domain::{
    Attribute, Grant, Identity, ImportedIndex, IndexName, MemberId, Network, ProgramId, Score,
    Scoring, Topic,
};
use renown_core::rules::{Facts, Hold};

/// Everything that programs read of one member.
#[derive(Debug, Clone)]
pub struct MemberFacts {
    /// The member; absent for somebody who is not enrolled or opted out, who
    /// look alike from here on.
    pub member: Option<Member>,
    /// The networks of their accounts.
    pub networks: Vec<Network>,
    /// As published; unknown if nothing was.
    pub score: Score,
    /// From other systems.
    pub imported: BTreeMap<IndexName, ImportedIndex>,
    /// Their places on the leaderboards of topics.
    pub ranks: BTreeMap<Topic, u32>,
    /// Where they stand among others, by program that asks for it.
    pub standing_percentiles: BTreeMap<ProgramId, f64>,
    /// The tiers they hold, by program.
    pub held: BTreeMap<ProgramId, HeldTier>,
    /// What people gave them, by program.
    pub grants: BTreeMap<ProgramId, Vec<Grant>>,
    /// Units of each perk that they have claimed and not given back, by program.
    pub claimed: BTreeMap<ProgramId, Claimed>,
}

static NOTHING_CLAIMED: Claimed = Claimed::new();

/// What was stored of several members. Whoever adds to what programs read has
/// to load it in both places that do: here by ids, and for simulations by ranges.
#[derive(Debug)]
pub(super) struct Loaded {
    /// The members, in any state.
    pub members: Vec<Member>,
    /// The networks of their accounts, in any order.
    pub networks: BTreeMap<MemberId, Vec<Network>>,
    /// From other systems.
    pub imported: BTreeMap<MemberId, BTreeMap<IndexName, ImportedIndex>>,
    /// As published.
    pub scores: BTreeMap<MemberId, Score>,
    /// Their places on the leaderboards of topics.
    pub ranks: BTreeMap<MemberId, BTreeMap<Topic, u32>>,
    /// Where they stand among others.
    pub standing_percentiles: BTreeMap<MemberId, BTreeMap<ProgramId, f64>>,
    /// The tiers they hold.
    pub held: BTreeMap<MemberId, BTreeMap<ProgramId, HeldTier>>,
    /// What people gave them.
    pub grants: BTreeMap<MemberId, BTreeMap<ProgramId, Vec<Grant>>>,
    /// What they have claimed and not given back.
    pub claimed: BTreeMap<MemberId, BTreeMap<ProgramId, Claimed>>,
}

impl MemberFacts {
    /// The facts as rules read them.
    pub fn as_rules<'a>(
        &'a self,
        program: &ProgramId,
        supply: &'a Supply,
        request: &'a BTreeMap<String, Attribute>,
        hold: Option<&'a Hold>,
        now: chrono::DateTime<chrono::Utc>,
    ) -> Facts<'a> {
        Facts {
            member: self
                .member
                .as_ref()
                .map(|member| renown_core::rules::MemberFacts {
                    id: member.id,
                    enrolled_at: member.enrolled_at,
                    attributes: &member.attributes,
                    networks: &self.networks,
                }),
            score: &self.score,
            imported: &self.imported,
            ranks: &self.ranks,
            standing_percentile: self.standing_percentiles.get(program).copied(),
            held: self.held.get(program).map(|tier| &tier.held),
            grants: self.grants.get(program).map_or(&[], Vec::as_slice),
            hold,
            claimed: self.claimed.get(program).unwrap_or(&NOTHING_CLAIMED),
            stock: &supply.left,
            used: &supply.used,
            request,
            now,
        }
    }
}

impl Service {
    /// Finds the member whom an identity refers to.
    ///
    /// # Errors
    /// If the text is no identity, or the database does not answer.
    pub async fn find_member(&self, identity: &str) -> Result<Option<MemberId>> {
        if let Some(member) = self.cache.member(identity) {
            return Ok(Some(member));
        }
        let parsed: Identity = identity.parse()?;
        let ticket = self.cache.ticket_for_identities();
        let mut conn = self.pool.acquire().await?;
        let member = self.resolve_identity(&mut conn, &parsed).await?;
        if let Some(member) = member {
            self.cache.remember_identity(identity, member, ticket);
        }
        Ok(member)
    }

    pub(super) async fn resolve_identity(
        &self,
        conn: &mut sqlx::PgConnection,
        identity: &Identity,
    ) -> Result<Option<MemberId>> {
        Ok(match identity {
            Identity::Member(id) => store::members::get(conn, *id, false)
                .await?
                .map(|member| member.id),
            Identity::External(kind, value) => {
                store::members::by_external(conn, *kind, value).await?
            }
            Identity::Account(handle) => {
                match store::accounts::lookup(conn, &self.handle_keys, handle).await? {
                    Some(account) => store::accounts::members_of(conn, &[account])
                        .await?
                        .pop_first()
                        .map(|(_, member)| member),
                    None => None,
                }
            }
        })
    }

    /// What programs read of a member; of nobody, if there is none.
    ///
    /// # Errors
    /// If the database does not answer.
    pub async fn member_facts(&self, member: Option<MemberId>) -> Result<Arc<MemberFacts>> {
        let Some(id) = member else {
            return Ok(Arc::new(self.facts_of_nobody()));
        };
        if let Some(facts) = self.cache.facts(id) {
            return Ok(facts);
        }
        let ticket = self.cache.ticket_for(id);
        let mut conn = self.pool.acquire().await?;
        let Some(facts) = self.load_facts(&mut conn, &[id]).await?.remove(&id) else {
            // Not kept: nobody's facts are of this tick, and so are those of
            // who opted out, or the two could be told apart by their age.
            return Ok(Arc::new(self.facts_of_nobody()));
        };
        let facts = Arc::new(facts);
        self.cache.remember_facts(id, Arc::clone(&facts), ticket);
        Ok(facts)
    }

    pub(super) fn facts_of_nobody(&self) -> MemberFacts {
        let as_of = self.config.scoring.as_of(self.clock.now());
        MemberFacts {
            member: None,
            networks: Vec::new(),
            score: Score::unknown(
                as_of,
                self.model.version().clone(),
                self.snapshot.load().id(),
            ),
            imported: BTreeMap::new(),
            ranks: BTreeMap::new(),
            standing_percentiles: BTreeMap::new(),
            held: BTreeMap::new(),
            grants: BTreeMap::new(),
            claimed: BTreeMap::new(),
        }
    }

    /// The facts of members who are enrolled and take part in scoring.
    pub(super) async fn load_facts(
        &self,
        conn: &mut sqlx::PgConnection,
        ids: &[MemberId],
    ) -> Result<BTreeMap<MemberId, MemberFacts>> {
        let accounts = store::members::accounts(conn, ids).await?.into_iter();
        let networks = accounts.map(|(member, accounts)| {
            let networks = accounts.iter().map(|(_, handle)| handle.network().clone());
            (member, networks.collect())
        });
        let model = self.model.version();
        Ok(self.assemble(Loaded {
            members: store::members::get_many(conn, ids).await?,
            networks: networks.collect(),
            imported: store::members::indices(conn, ids).await?,
            scores: store::scores::get_many(conn, ids, model).await?,
            ranks: store::ranks::of(conn, ids, model).await?,
            standing_percentiles: store::ranks::standings_of(conn, ids).await?,
            held: store::tiers::held_by(conn, ids).await?,
            grants: store::grants::of(conn, ids, self.clock.now()).await?,
            claimed: store::usage::claimed_by(conn, ids).await?,
        }))
    }

    /// The facts of members who were read by a range of their ids, for one
    /// program. Reading their scores is work: not for a thread that has others
    /// to serve.
    pub(super) fn facts_of(
        &self,
        stored: Stored,
        program: &ProgramId,
    ) -> Result<BTreeMap<MemberId, MemberFacts>> {
        let scores = stored.scores()?;
        Ok(self.assemble(Loaded {
            members: stored.members,
            networks: stored.networks,
            imported: stored.imported,
            scores,
            ranks: stored.ranks,
            standing_percentiles: in_program(stored.standing_percentiles, program),
            held: in_program(stored.held, program),
            grants: in_program(stored.grants, program),
            claimed: in_program(stored.claimed, program),
        }))
    }

    /// Puts together what was loaded of members who take part in scoring.
    pub(super) fn assemble(&self, mut loaded: Loaded) -> BTreeMap<MemberId, MemberFacts> {
        let nobody = self.facts_of_nobody();
        let active = loaded
            .members
            .into_iter()
            .filter(|member| member.scoring == Scoring::Active);
        let facts = active.map(|member| {
            let id = member.id;
            let mut facts = nobody.clone();
            facts.networks = loaded.networks.remove(&id).unwrap_or_default();
            facts.networks.sort();
            facts.networks.dedup();
            facts.imported = loaded.imported.remove(&id).unwrap_or_default();
            if let Some(score) = loaded.scores.remove(&id) {
                facts.score = score;
            }
            facts.ranks = loaded.ranks.remove(&id).unwrap_or_default();
            let percentiles = loaded.standing_percentiles.remove(&id);
            facts.standing_percentiles = percentiles.unwrap_or_default();
            facts.held = loaded.held.remove(&id).unwrap_or_default();
            facts.grants = loaded.grants.remove(&id).unwrap_or_default();
            facts.claimed = loaded.claimed.remove(&id).unwrap_or_default();
            facts.member = Some(member);
            (id, facts)
        });
        facts.collect()
    }
}

/// What was read of one program, as what is read of all.
fn in_program<T>(
    of_members: BTreeMap<MemberId, T>,
    program: &ProgramId,
) -> BTreeMap<MemberId, BTreeMap<ProgramId, T>> {
    let of_member = |(member, it)| (member, BTreeMap::from([(program.clone(), it)]));
    of_members.into_iter().map(of_member).collect()
}
