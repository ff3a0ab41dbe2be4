//! What is known of a member when rules are evaluated.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Supply;
use crate::service::context::Context;
use crate::service::error::Result;
use crate::service::members::Members;
use crate::service::scores::CurrentModel;
use crate::store;
use crate::store::claims::usage::Claimed;
use crate::store::decisions::population::Stored;
use crate::store::members::Member;
use crate::store::programs::tiers::HeldTier;
use renown_core::domain::{
    Attribute, Grant, ImportedIndex, IndexName, MemberId, Network, ProgramId, Score, Scoring, Topic,
};
use renown_core::rules::{Facts, Hold};

/// Loads what rules read of members.
#[derive(Debug)]
pub struct FactsLoader {
    pub(super) context: Context,
    current: Arc<CurrentModel>,
    pub(super) members: Arc<Members>,
}

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

impl FactsLoader {
    pub(in crate::service) fn new(
        context: Context,
        current: Arc<CurrentModel>,
        members: Arc<Members>,
    ) -> Self {
        Self {
            context,
            current,
            members,
        }
    }

    /// What programs read of a member; of nobody, if there is none.
    ///
    /// # Errors
    /// If the database does not answer.
    pub async fn of(&self, member: Option<MemberId>) -> Result<Arc<MemberFacts>> {
        let Some(id) = member else {
            return Ok(Arc::new(self.of_nobody()));
        };
        if let Some(facts) = self.context.cache.facts(id) {
            return Ok(facts);
        }
        let ticket = self.context.cache.ticket_for(id);
        let mut conn = self.context.pool.acquire().await?;
        let Some(facts) = self.load(&mut conn, &[id]).await?.remove(&id) else {
            // Not kept: nobody's facts are of this tick, and so are those of
            // who opted out, or the two could be told apart by their age.
            return Ok(Arc::new(self.of_nobody()));
        };
        let facts = Arc::new(facts);
        self.context
            .cache
            .remember_facts(id, Arc::clone(&facts), ticket);
        Ok(facts)
    }

    /// The member behind an identity, if they have not opted out.
    pub(in crate::service) async fn taking_part(&self, identity: &str) -> Result<Option<MemberId>> {
        let member = self.members.find(identity).await?;
        let facts = self.of(member).await?;
        Ok(facts.member.as_ref().map(|member| member.id))
    }

    pub(in crate::service) fn of_nobody(&self) -> MemberFacts {
        let as_of = self.context.config.scoring.as_of(self.context.clock.now());
        MemberFacts {
            member: None,
            networks: Vec::new(),
            score: Score::unknown(
                as_of,
                self.current.version().clone(),
                self.current.snapshot().id(),
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
    pub(in crate::service) async fn load(
        &self,
        conn: &mut sqlx::PgConnection,
        ids: &[MemberId],
    ) -> Result<BTreeMap<MemberId, MemberFacts>> {
        let accounts = store::members::accounts(conn, ids).await?.into_iter();
        let networks = accounts.map(|(member, accounts)| {
            let networks = accounts.iter().map(|(_, handle)| handle.network().clone());
            (member, networks.collect())
        });
        let model = self.current.version();
        Ok(self.assemble(Loaded {
            members: store::members::get_many(conn, ids).await?,
            networks: networks.collect(),
            imported: store::members::indices(conn, ids).await?,
            scores: store::scores::get_many(conn, ids, model).await?,
            ranks: store::scores::ranks::of(conn, ids, model).await?,
            standing_percentiles: store::scores::ranks::standings_of(conn, ids).await?,
            held: store::programs::tiers::held_by(conn, ids).await?,
            grants: store::programs::grants::of(conn, ids, self.context.clock.now()).await?,
            claimed: store::claims::usage::claimed_by(conn, ids).await?,
        }))
    }

    /// The facts of members who were read by a range of their ids, for one
    /// program. Reading their scores is work: not for a thread that has others
    /// to serve.
    pub(in crate::service) fn facts_of(
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
    fn assemble(&self, mut loaded: Loaded) -> BTreeMap<MemberId, MemberFacts> {
        let nobody = self.of_nobody();
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
