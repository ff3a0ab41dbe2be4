//! The evaluation of members on the ladders of programs, and what is to be written after it.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::InForce;
use super::tier_messages as messages;

use crate::clock::Clock;
use crate::service::error::Result;
use crate::store;
use crate::store::programs::tiers;
use crate::store::webhooks::outbox::Message;
use renown_core::domain::{EarnedTier, HeldTier, MemberId, TierChange, TierChangeReason, TierId};
use renown_core::rules::{
    Change, DemotionFreeze, Facts, InEffect, MemberFacts, Occasion, Supply, TierState,
};

/// A tier that was earned again is written so often at least, where not every time.
const RENEWED_EVERY: TimeDelta = TimeDelta::days(1);

/// What is to be written after evaluating members in one program.
#[derive(Default)]
pub(super) struct Written {
    pub tiers: Vec<(MemberId, HeldTier)>,
    pub entries: Vec<(MemberId, TierChange)>,
    pub messages: Vec<Message>,
}

impl Written {
    /// Adds what was written for other members, whose ids come after.
    pub(super) fn append(&mut self, mut more: Self) {
        self.tiers.append(&mut more.tiers);
        self.entries.append(&mut more.entries);
        self.messages.append(&mut more.messages);
    }
}

/// What members are evaluated with.
#[derive(Debug)]
pub(super) struct TierEvaluator {
    pub programs: Vec<Arc<InForce>>,
    pub hold: Option<DemotionFreeze>,
    pub clock: Clock,
    pub now: DateTime<Utc>,
    /// Whether the time of a tier that was earned again is written each time.
    pub renews: bool,
}

impl TierEvaluator {
    /// Evaluates members. Returns what is to be written for each program.
    pub(super) fn climb(&self, facts: &BTreeMap<MemberId, MemberFacts>) -> Result<Vec<Written>> {
        let supply = Supply::default();
        let occasion = Occasion::without_caller(&supply, self.hold.as_ref(), self.now);
        let mut all = Vec::with_capacity(self.programs.len());
        for in_force in &self.programs {
            let program = in_force.program.id();
            let mut written = Written::default();
            for (member, facts) in facts {
                let rules = facts.in_program(program, occasion);
                let (tier_state, in_effect) = in_force.program.climb(&rules);
                let evaluation = TierEvaluation {
                    member: *member,
                    in_force,
                    rules,
                    before: facts.held.get(program),
                    tier_state,
                    in_effect,
                    now: self.now,
                };
                self.write(evaluation, &mut written)?;
            }
            all.push(written);
        }
        Ok(all)
    }

    /// Stores what [`climb`](Self::climb) has returned.
    pub(super) async fn save(&self, conn: &mut PgConnection, all: &[Written]) -> Result<()> {
        for (in_force, written) in self.programs.iter().zip(all) {
            let program = in_force.program.id();
            tiers::record(conn, program, &written.entries).await?;
            tiers::set(conn, program, &written.tiers).await?;
            store::webhooks::outbox::add(conn, &written.messages).await?;
        }
        Ok(())
    }

    /// Records what has changed for one evaluated member.
    fn write(&self, evaluation: TierEvaluation<'_>, written: &mut Written) -> Result<()> {
        let floor = &evaluation.in_force.program.floor().id;
        let was = evaluation.before.map_or(floor, |before| &before.in_effect);
        let changed = was != evaluation.in_effect.tier;
        let mut after = HeldTier {
            earned: evaluation.tier_state.held.clone(),
            in_effect: evaluation.in_effect.tier.clone(),
            recheck_at: evaluation.recheck_at(),
            history_id: evaluation.before.and_then(|before| before.history_id),
        };
        // A member that always had the floor needs no row.
        if evaluation.before.is_none() && !changed && after.recheck_at.is_none() {
            return Ok(());
        }
        if changed {
            let id = self.clock.new_id();
            after.history_id = Some(id);
            let entry = evaluation.entry(id);
            let message = messages::changed(&evaluation, &entry, self.clock.new_id())?;
            written.messages.push(message);
            written.entries.push((evaluation.member, entry));
        }
        if let Some(message) = messages::warning(&evaluation, || self.clock.new_id())? {
            written.messages.push(message);
        }
        let is_known = match evaluation.before {
            None => false,
            Some(before) if self.renews => *before == after,
            Some(before) => *before == after || is_only_renewed(before, &after),
        };
        if !is_known {
            written.tiers.push((evaluation.member, after));
        }
        Ok(())
    }
}

/// Whether a tier is as before, and was earned again shortly after it was the last time.
fn is_only_renewed(before: &HeldTier, after: &HeldTier) -> bool {
    let (Some(until), Some(renewed)) = (before.earned.keep_until, after.earned.keep_until) else {
        return false;
    };
    let as_before = HeldTier {
        earned: EarnedTier {
            keep_until: Some(until),
            ..after.earned.clone()
        },
        ..after.clone()
    };
    until <= renewed && renewed - until < RENEWED_EVERY && *before == as_before
}

/// The evaluation of one member in one program.
pub(super) struct TierEvaluation<'l> {
    pub member: MemberId,
    pub in_force: &'l InForce,
    pub rules: Facts<'l>,
    pub before: Option<&'l HeldTier>,
    pub tier_state: TierState<'l>,
    pub in_effect: InEffect<'l>,
    pub now: DateTime<Utc>,
}

impl TierEvaluation<'_> {
    /// Returns the time at which the member must be evaluated again even if nothing
    /// happens.
    fn recheck_at(&self) -> Option<DateTime<Utc>> {
        let grants = self.rules.grants.iter();
        let changes = grants.filter_map(|grant| grant.changes_after(self.now));
        changes.chain(self.tier_state.recheck_at).min()
    }

    fn entry(&self, id: Uuid) -> TierChange {
        TierChange {
            id,
            version: self.in_force.version,
            at: self.now,
            from: self.before.map(|before| before.in_effect.clone()),
            to: self.in_effect.tier.clone(),
            reason: self.reason(),
            grant: self.in_effect.grant,
            merge: None,
            model: self.rules.score.model.clone(),
            snapshot: self.rules.score.snapshot,
        }
    }

    /// Returns why the tier in effect has changed.
    fn reason(&self) -> TierChangeReason {
        let known = |tier| self.in_force.program.tier(tier).is_some();
        let by_grant = |before: &&HeldTier| before.in_effect != before.earned.tier;
        let tiers = self.in_force.program.tiers();
        let rank = |id: &TierId| tiers.iter().position(|tier| tier.id == *id);
        let is_higher = |before: &HeldTier| rank(self.in_effect.tier) < rank(&before.in_effect);
        match &self.tier_state.change {
            _ if self.in_effect.grant.is_some() => TierChangeReason::Granted,
            _ if self.before.is_some_and(|before| !known(&before.in_effect)) => {
                TierChangeReason::ProgramChanged
            }
            _ if self.before.is_some_and(is_higher) => TierChangeReason::Reached,
            _ if self.before.filter(by_grant).is_some() => TierChangeReason::GrantEnded,
            Change::Lowered { .. } => TierChangeReason::Lowered,
            Change::Reached | Change::Renewed | Change::None => TierChangeReason::Reached,
        }
    }
}
