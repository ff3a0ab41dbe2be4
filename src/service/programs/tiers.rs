//! Tiers with memory. They are never changed on read. The scorer updates them when
//! a score, attribute or grant changes; a sweep updates them for the passing of
//! time and new versions; and a member is evaluated again at their recheck time.
//! Every change is written to the history and the outbox, with its reason.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::InForce;
use super::Tiers;
use super::tier_messages as messages;

use crate::service::error::Result;
use crate::service::paging;
use crate::store;
use crate::store::Job;
use crate::store::programs::tiers;
use crate::store::programs::tiers::LastSweep;
use crate::store::webhooks::outbox::Message;
use renown_core::domain::{
    HeldTier, MemberId, ProgramId, ProgramVersion, TierChange, TierChangeReason, TierId,
};
use renown_core::rules::{
    Change, DemotionFreeze, Facts, InEffect, MemberFacts, Occasion, Supply, TierState,
};

/// Members evaluated in one transaction.
const PAGE: i64 = 1_000;
/// The interval of sweeps, which evaluate all members again for the passing of
/// time.
const SWEEP_INTERVAL: TimeDelta = TimeDelta::days(1);

/// The versions of all programs in force.
pub type Versions = BTreeMap<ProgramId, ProgramVersion>;

/// The result of one step of a sweep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sweep {
    /// Another replica is writing scores; try again in a moment.
    Elsewhere,
    /// The members up to this one were evaluated.
    Looked(MemberId),
    /// There are no more members.
    Finished,
}

/// A member's tier in a program.
#[derive(Debug, Clone)]
pub struct MemberTier {
    /// The program.
    pub program: ProgramId,
    /// The tier in effect.
    pub tier: TierId,
    /// What the member holds; absent for one who never left the floor.
    pub held: Option<HeldTier>,
}

/// What is to be written after evaluating a page of members.
#[derive(Default)]
struct Written {
    tiers: Vec<(MemberId, HeldTier)>,
    entries: Vec<(MemberId, TierChange)>,
    messages: Vec<Message>,
}

impl Tiers {
    /// Updates the tiers of members in all programs, in the transaction that
    /// publishes their scores.
    pub(in crate::service) async fn update(
        &self,
        conn: &mut PgConnection,
        members: &[MemberId],
    ) -> Result<()> {
        let now = self.context.clock.now();
        let programs = self.programs.in_force_at(now);
        if programs.is_empty() {
            return Ok(());
        }
        let facts = self.facts.load(conn, members).await?;
        let hold = self.sources.hold_in(conn).await?;
        for in_force in &programs {
            let written = self.climb(in_force, &facts, hold.as_ref(), now)?;
            let program = in_force.program.id();
            tiers::record(conn, program, &written.entries).await?;
            tiers::set(conn, program, &written.tiers).await?;
            store::webhooks::outbox::add(conn, &written.messages).await?;
        }
        Ok(())
    }

    fn climb(
        &self,
        in_force: &InForce,
        facts: &BTreeMap<MemberId, MemberFacts>,
        hold: Option<&DemotionFreeze>,
        now: DateTime<Utc>,
    ) -> Result<Written> {
        let program = in_force.program.id();
        let supply = Supply::default();
        let mut written = Written::default();
        for (member, facts) in facts {
            let rules = facts.in_program(program, Occasion::without_caller(&supply, hold, now));
            let (tier_state, outcome) = in_force.program.reevaluate(&rules);
            let evaluation = TierEvaluation {
                member: *member,
                in_force,
                rules,
                before: facts.held.get(program),
                tier_state,
                in_effect: outcome.tier,
                now,
            };
            self.write(evaluation, &mut written)?;
        }
        Ok(written)
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
            let id = self.context.clock.new_id();
            after.history_id = Some(id);
            let entry = evaluation.entry(id);
            let message = messages::changed(&evaluation, &entry, self.context.clock.new_id())?;
            written.messages.push(message);
            written.entries.push((evaluation.member, entry));
        }
        if let Some(message) = messages::warning(&evaluation, || self.context.clock.new_id())? {
            written.messages.push(message);
        }
        if evaluation.before != Some(&after) {
            written.tiers.push((evaluation.member, after));
        }
        Ok(())
    }

    /// Ends the tiers of members that opted out: they have the floor from now on,
    /// and each change is written to the history and the outbox.
    pub(in crate::service) async fn end(
        &self,
        conn: &mut PgConnection,
        members: &[MemberId],
    ) -> Result<()> {
        let now = self.context.clock.now();
        let held = tiers::in_effect(conn, members).await?;
        for in_force in self.programs.in_force_at(now) {
            let program = in_force.program.id();
            let floor = &in_force.program.floor().id;
            let mut written = Written::default();
            for (member, held) in &held {
                let Some(tier) = held.get(program).filter(|tier| *tier != floor) else {
                    continue;
                };
                let entry = TierChange {
                    id: self.context.clock.new_id(),
                    version: in_force.version,
                    at: now,
                    from: Some(tier.clone()),
                    to: floor.clone(),
                    reason: TierChangeReason::OptedOut,
                    grant: None,
                    merge: None,
                    model: self.current.version(),
                    snapshot: self.current.snapshot().id(),
                };
                let id = self.context.clock.new_id();
                let message = messages::untested(&in_force, *member, &entry, id)?;
                written.messages.push(message);
                written.entries.push((*member, entry));
            }
            tiers::record(conn, program, &written.entries).await?;
            store::webhooks::outbox::add(conn, &written.messages).await?;
        }
        Ok(tiers::forget(conn, members).await?)
    }

    /// Returns whether a sweep is due: the last one was a day ago, or under other
    /// versions.
    pub async fn is_sweep_due(&self) -> Result<bool> {
        let versions = self.versions_in_force();
        if versions.is_empty() {
            return Ok(false);
        }
        let mut conn = self.context.pool.acquire().await?;
        let old = self.context.clock.now() - SWEEP_INTERVAL;
        let last = tiers::last_sweep(&mut conn).await?;
        Ok(last.is_none_or(|last| last.finished_at <= old || last.versions != versions))
    }

    /// Evaluates the next page of members after one, as a step of a sweep.
    pub async fn sweep_page(&self, after: Option<MemberId>) -> Result<Sweep> {
        let mut transaction = self.context.transaction().await?;
        if !store::try_lock(&mut transaction, Job::Scorer).await? {
            return Ok(Sweep::Elsewhere);
        }
        let page = store::members::page(&mut transaction, after, PAGE).await?;
        let Some(last) = page.last() else {
            transaction.rollback().await?;
            return Ok(Sweep::Finished);
        };
        self.recheck_at(transaction, &page).await?;
        Ok(Sweep::Looked(*last))
    }

    /// Records that a sweep that started under these versions has finished.
    pub async fn finish_sweep(&self, versions: Versions) -> Result<()> {
        let mut conn = self.context.pool.acquire().await?;
        let finished_at = self.context.clock.now();
        let sweep = LastSweep {
            versions,
            finished_at,
        };
        Ok(tiers::finish_sweep(&mut conn, &sweep).await?)
    }

    /// Runs a whole sweep without pause. Returns `false` if another replica is
    /// writing scores.
    pub async fn sweep(&self) -> Result<bool> {
        let versions = self.versions_in_force();
        let mut after = None;
        loop {
            match self.sweep_page(after).await? {
                Sweep::Elsewhere => return Ok(false),
                Sweep::Looked(last) => after = Some(last),
                Sweep::Finished => break,
            }
        }
        self.finish_sweep(versions).await?;
        Ok(true)
    }

    /// Evaluates the members whose recheck time has come: for a notice, a demotion,
    /// or the start or end of a grant. Returns how many; 0 also if another replica
    /// is writing scores.
    pub async fn recheck_due(&self) -> Result<usize> {
        let mut transaction = self.context.transaction().await?;
        if !store::try_lock(&mut transaction, Job::Scorer).await? {
            return Ok(0);
        }
        let mut due = tiers::take_due(&mut transaction, self.context.clock.now(), PAGE).await?;
        due.sort();
        due.dedup();
        if due.is_empty() {
            // Release the lock now, not when the connection is used again.
            transaction.rollback().await?;
        } else {
            self.recheck_at(transaction, &due).await?;
        }
        Ok(due.len())
    }

    async fn recheck_at(
        &self,
        mut transaction: sqlx::Transaction<'_, sqlx::Postgres>,
        members: &[MemberId],
    ) -> Result<()> {
        self.update(&mut transaction, members).await?;
        store::members::notify_changed(&mut transaction, members).await?;
        transaction.commit().await?;
        for member in members {
            self.context.cache.forget_member(*member);
        }
        Ok(())
    }

    /// Returns the versions of all programs in force. When they change, a sweep is
    /// due.
    pub fn versions_in_force(&self) -> Versions {
        let in_force = self.programs.in_force_at(self.context.clock.now());
        let versions = in_force.iter().map(|p| (p.program.id().clone(), p.version));
        versions.collect()
    }

    /// Returns the tier of a member in each program in force, in the order of the programs'
    /// names, after one; and what the member holds there, if they have ever left the floor.
    pub async fn of_member(
        &self,
        member: MemberId,
        after: Option<&ProgramId>,
        limit: u16,
    ) -> Result<(Vec<MemberTier>, Option<ProgramId>)> {
        let mut conn = self.context.pool.acquire().await?;
        let mut held = tiers::of_member(&mut conn, member).await?;
        let in_force = self.programs.in_force_at(self.context.clock.now());
        let in_force = in_force.iter().map(|in_force| &in_force.program);
        let mut all: Vec<MemberTier> = in_force
            .filter(|program| after.is_none_or(|after| program.id() > after))
            .map(|program| {
                let held = held.remove(program.id());
                let floor = || program.floor().id.clone();
                MemberTier {
                    tier: held
                        .as_ref()
                        .map_or_else(floor, |held| held.in_effect.clone()),
                    program: program.id().clone(),
                    held,
                }
            })
            .collect();
        all.sort_by(|a, b| a.program.cmp(&b.program));
        let more = paging::cut(&mut all, limit);
        let next = all.last().filter(|_| more).map(|last| last.program.clone());
        Ok((all, next))
    }

    /// Returns a page of a member's tier history, latest first, before an entry. An
    /// unknown member has none.
    ///
    /// # Errors
    /// [`NotFound`](crate::service::ServiceError::NotFound) if there is no such
    /// program; also if the text is not an identity.
    pub async fn history(
        &self,
        program: &ProgramId,
        identity: &str,
        before: Option<Uuid>,
        limit: u16,
    ) -> Result<(Vec<TierChange>, Option<Uuid>)> {
        self.programs.in_force(program)?;
        let Some(member) = self.facts.taking_part(identity).await? else {
            return Ok((Vec::new(), None));
        };
        let mut conn = self.context.pool.acquire().await?;
        let rows = paging::rows_for(limit);
        let mut entries = tiers::history(&mut conn, member, program, before, rows).await?;
        let more = paging::cut(&mut entries, limit);
        let next = entries.last().filter(|_| more).map(|entry| entry.id);
        Ok((entries, next))
    }
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
