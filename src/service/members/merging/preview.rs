//! What a merge would do, without doing it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Merges;
use super::pair::Pair;
use crate::service::error::{Result, ServiceError};
use crate::service::programs::{InForce, TierStates};
use crate::store;
use crate::store::claims::merging::{HeldOfGroup, Listed, UnitsByPerk};

use renown_core::domain::{
    Identity, Index, JoinedValues, MemberId, PerkId, ProgramId, Scoring, TierId,
};
use renown_core::rules::{DemotionFreeze, MemberFacts, Occasion, Supply, TakenPerk};

/// What a merge of two members would do.
#[derive(Debug, Clone)]
pub struct MergePreview {
    /// The member that would go on.
    pub survivor: MemberId,
    /// The member that would be absorbed.
    pub absorbed: MemberId,
    /// The joined values.
    pub joined: JoinedValues,
    /// The identities that would move.
    pub identities: Vec<Identity>,
    /// The influence of both, and of the joined member.
    pub influence: IndexBeforeAndAfter,
    /// The value of both, and of the joined member.
    pub value: IndexBeforeAndAfter,
    /// The tiers and claims by program, in the order of the programs' names.
    pub programs: Vec<ProgramPreview>,
    /// The exclusive groups of which each has a perk.
    pub exclusive: Vec<ExclusiveTogether>,
    /// Why tiers and scores are an estimate.
    pub estimates: Vec<String>,
}

/// An index of both members, and of the joined one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IndexBeforeAndAfter {
    /// Of the member that would go on.
    pub survivor: Index,
    /// Of the member that would be absorbed.
    pub absorbed: Index,
    /// Of the joined member.
    pub after: Index,
}

/// What a merge would do in one program.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ProgramPreview {
    /// The program's short name.
    #[schema(value_type = String)]
    pub program: ProgramId,
    /// The tier in effect of the member that would go on.
    #[schema(value_type = String)]
    pub survivor_tier: TierId,
    /// The tier in effect of the member that would be absorbed.
    #[schema(value_type = String)]
    pub absorbed_tier: TierId,
    /// The tier in effect of the joined member, by the rules.
    #[schema(value_type = String)]
    pub tier: TierId,
    /// The claims that would count together for limits, by perk.
    pub claims: Vec<ClaimsTogether>,
    /// The most units of all perks for one member; null if there is no such limit.
    pub limit: Option<i64>,
    /// Whether the joined member would have more than `limit`. They keep what they have, and
    /// get nothing more.
    pub exceeds_limit: bool,
    /// The perks for which both wait. The wait in the earlier place would go on.
    #[schema(value_type = Vec<String>)]
    pub both_wait: Vec<PerkId>,
    /// The perks whose draws both have entered. The earlier entry would stay.
    #[schema(value_type = Vec<String>)]
    pub both_entered: Vec<PerkId>,
}

/// The claims on a perk that would count together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ClaimsTogether {
    /// The perk.
    #[schema(value_type = String)]
    pub perk: PerkId,
    /// Units of the member that would go on: held, confirmed or redeemed.
    pub survivor: i64,
    /// Units of the member that would be absorbed.
    pub absorbed: i64,
    /// Units of the joined member.
    pub together: i64,
    /// The most units for one member; null if the program no longer has the perk.
    pub limit: Option<i64>,
    /// Whether the joined member would have more than `limit`.
    pub exceeds_limit: bool,
}

/// An exclusive group of which each member has a perk.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ExclusiveTogether {
    /// The name of the group.
    pub group: String,
    /// The perks. The joined member keeps them all.
    pub perks: Vec<ExclusivePerk>,
}

/// A perk of an exclusive group that one of the members has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ExclusivePerk {
    /// The member who has it.
    pub member: Uuid,
    /// The perk.
    #[serde(flatten)]
    pub perk: NamedPerk,
}

/// A perk of a program.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NamedPerk {
    /// The program's short name.
    #[schema(value_type = String)]
    pub program: ProgramId,
    /// The perk.
    #[schema(value_type = String)]
    pub perk: PerkId,
}

/// What is the same for all programs.
struct Together {
    facts: MemberFacts,
    ids: (MemberId, MemberId),
    tiers: (TierStates, TierStates),
    counts: BTreeMap<(MemberId, ProgramId), UnitsByPerk>,
    waits: Vec<Listed>,
    entries: Vec<Listed>,
    hold: Option<DemotionFreeze>,
}

impl Merges {
    /// Works out what a merge would do. Reads one moment of the database, and changes and
    /// locks nothing.
    ///
    /// # Errors
    /// As [`merge`](Self::merge), apart from what the two have too much of, which the
    /// preview says.
    pub async fn preview(&self, survivor: &str, from: &str) -> Result<MergePreview> {
        let survivor: Identity = survivor.parse()?;
        let from: Identity = from
            .parse()
            .map_err(|invalid| ServiceError::invalid("/from", invalid))?;
        let mut read = store::begin_reading(&self.context.pool).await?;
        let preview = self.preview_in(&mut read, (&survivor, &from)).await;
        read.rollback().await?;
        preview
    }

    async fn preview_in(
        &self,
        conn: &mut PgConnection,
        (survivor, from): (&Identity, &Identity),
    ) -> Result<MergePreview> {
        let pair = self.pair(conn, (survivor, from), false).await?;
        let ids = (pair.survivor_id(), pair.absorbed_id());
        let joined = pair.survivor.1.values.joined(&pair.absorbed.1.values);
        let mut facts = self.facts.load(conn, &[ids.0, ids.1]).await?;
        let mut of = |id| facts.remove(&id).unwrap_or_else(|| self.facts.of_nobody());
        let (own, others) = (of(ids.0), of(ids.1));
        let score = (own.score.clone(), others.score.clone());
        let facts = self.join_facts(conn, own, others, &joined, &pair).await?;
        let handles = store::members::accounts(conn, &[ids.1]).await?;
        let handles = handles.into_values().flatten();
        let mut identities: Vec<Identity> = handles
            .map(|(_, handle)| Identity::Account(handle))
            .collect();
        let external = store::members::identities(conn, &[ids.1]).await?;
        identities.extend(external.into_values().flatten());
        let together = Together {
            ids,
            counts: store::claims::merging::counts(conn, &[ids.0, ids.1]).await?,
            waits: store::claims::merging::both_wait(conn, ids).await?,
            entries: store::claims::merging::both_entered(conn, ids).await?,
            hold: self.sources.hold_in(conn).await?,
            tiers: (pair.survivor.1.tiers, pair.absorbed.1.tiers),
            facts,
        };
        let held = store::claims::merging::exclusive(conn, &[ids.0, ids.1]).await?;
        let in_force = self.programs.in_force_at(self.context.clock.now());
        let programs = in_force.iter().map(|one| self.in_program(one, &together));
        let mut programs: Vec<ProgramPreview> = programs.collect();
        programs.sort_by(|a, b| a.program.cmp(&b.program));
        let index = |survivor, absorbed, after| IndexBeforeAndAfter {
            survivor,
            absorbed,
            after,
        };
        let after = &together.facts.score;
        Ok(MergePreview {
            survivor: ids.0,
            absorbed: ids.1,
            influence: index(score.0.influence, score.1.influence, after.influence),
            value: index(score.0.value, score.1.value, after.value),
            joined,
            identities,
            programs,
            exclusive: groups_of_both(held),
            estimates: self.estimates(conn).await?,
        })
    }

    /// Joins the facts that rules read of both members.
    async fn join_facts(
        &self,
        conn: &mut PgConnection,
        own: MemberFacts,
        others: MemberFacts,
        joined: &JoinedValues,
        pair: &Pair,
    ) -> Result<MemberFacts> {
        if joined.values.scoring == Scoring::OptedOut {
            return Ok(self.facts.of_nobody());
        }
        let ids = [pair.survivor_id(), pair.absorbed_id()];
        let declared = joined.values.interests.clone();
        let mut facts = own;
        if let (Some(member), Some(other)) = (facts.member.as_mut(), others.member) {
            member.enrolled_at = joined.values.enrolled_at;
            member.attributes = joined.values.attributes.clone();
            let networks = member.networks.iter().cloned().chain(other.networks);
            let networks: BTreeSet<_> = networks.collect();
            member.networks = networks.into_iter().collect();
        }
        facts.name = joined.values.name.clone();
        facts.score = self.scorer.score_as_one(conn, &ids, declared).await?;
        facts.imported = joined.values.indices.clone();
        let tiers = (&pair.survivor.1.tiers, &pair.absorbed.1.tiers);
        facts.held = self.tiers.joined(tiers.0, tiers.1);
        facts.audiences.extend(others.audiences);
        for (program, grants) in others.grants {
            let all = facts.grants.entry(program).or_default();
            all.extend(grants);
            all.sort_by_key(|grant| grant.id);
        }
        for (program, units) in others.claimed {
            let all = facts.claimed.entry(program).or_default();
            for (perk, units) in units {
                *all.entry(perk).or_default() += units;
            }
        }
        for (group, perks) in others.taken {
            let all = facts.taken.entry(group).or_default();
            let perks = all.drain(..).chain(perks).collect::<BTreeSet<TakenPerk>>();
            all.extend(perks);
        }
        Ok(facts)
    }

    fn in_program(&self, in_force: &InForce, together: &Together) -> ProgramPreview {
        let program = &in_force.program;
        let supply = Supply::default();
        let now = self.context.clock.now();
        let rules = together.facts.in_program(
            program.id(),
            Occasion::without_caller(&supply, together.hold.as_ref(), now),
        );
        let (_, outcome) = program.reevaluate(&rules);
        let tier_in = |states: &TierStates| {
            let held = states.get(program.id()).map(|held| &held.in_effect);
            held.unwrap_or(&program.floor().id).clone()
        };
        let none = UnitsByPerk::new();
        let units_of = |member| {
            let key = (member, program.id().clone());
            together.counts.get(&key).unwrap_or(&none)
        };
        let (own, others) = (units_of(together.ids.0), units_of(together.ids.1));
        let all: i64 = own.values().chain(others.values()).sum();
        let perks: BTreeSet<&PerkId> = own.keys().chain(others.keys()).collect();
        let claims = perks.into_iter().map(|perk| {
            let count = |units: &UnitsByPerk| units.get(perk).copied().unwrap_or(0);
            let limit = program.perk(perk).map(|perk| perk.per_member);
            let together = count(own) + count(others);
            ClaimsTogether {
                perk: perk.clone(),
                survivor: count(own),
                absorbed: count(others),
                together,
                limit,
                exceeds_limit: limit.is_some_and(|limit| together > limit),
            }
        });
        let limit = program.limits().per_member;
        ProgramPreview {
            program: program.id().clone(),
            survivor_tier: tier_in(&together.tiers.0),
            absorbed_tier: tier_in(&together.tiers.1),
            tier: outcome.tier.tier.clone(),
            claims: claims.collect(),
            limit,
            exceeds_limit: limit.is_some_and(|limit| all > limit),
            both_wait: perks_in(program.id(), &together.waits),
            both_entered: perks_in(program.id(), &together.entries),
        }
    }

    /// Returns why the scores and tiers of a preview are an estimate.
    async fn estimates(&self, conn: &mut PgConnection) -> Result<Vec<String>> {
        let taken_at = self.current.snapshot().taken_at();
        let mut estimates = vec![format!(
            "percentiles, ranks and the trust in reactors are those of the rank snapshot of \
             {taken_at}, in which the two are two; the next one counts them as one"
        )];
        let head = store::events::log::head(conn).await?;
        let version = self.current.version();
        let checkpoint = store::scores::projections::checkpoint(conn, &version).await?;
        if head != checkpoint {
            estimates.push("the scorer has not read all events yet".to_owned());
        }
        Ok(estimates)
    }
}

fn perks_in(program: &ProgramId, listed: &[Listed]) -> Vec<PerkId> {
    let perks = listed.iter().filter(|listed| listed.program == *program);
    perks.map(|listed| listed.perk.clone()).collect()
}

/// Returns the groups of which more than one member has a perk.
fn groups_of_both(held: Vec<HeldOfGroup>) -> Vec<ExclusiveTogether> {
    let mut groups: BTreeMap<String, Vec<ExclusivePerk>> = BTreeMap::new();
    for one in held {
        let perks = groups.entry(one.group.to_string()).or_default();
        let perk = NamedPerk {
            program: one.program,
            perk: one.perk,
        };
        perks.push(ExclusivePerk {
            member: one.member.0,
            perk,
        });
    }
    let of_both = groups.into_iter().filter(|(_, perks)| {
        let members: BTreeSet<Uuid> = perks.iter().map(|perk| perk.member).collect();
        members.len() > 1
    });
    of_both
        .map(|(group, perks)| ExclusiveTogether { group, perks })
        .collect()
}
