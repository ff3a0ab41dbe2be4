//! Tiers with memory. They are never changed on read. The scorer updates them when
//! a score, attribute or grant changes; a sweep updates them for the passing of
//! time and new versions; and a member is evaluated again at their recheck time.
//! Every change is written to the history and the outbox, with its reason.

use std::sync::Arc;

use sqlx::PgConnection;
use uuid::Uuid;

use super::InForce;
use super::Tiers;
use super::tier_evaluation::{TierEvaluator, Written};
use super::tier_messages as messages;

use crate::service::error::Result;
use crate::service::paging;
use crate::store;
use crate::store::Job;
use crate::store::programs::tiers;
use renown_core::domain::{HeldTier, MemberId, ProgramId, TierChange, TierChangeReason, TierId};

/// Members evaluated in one transaction.
const PAGE: i64 = 1_000;

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

impl Tiers {
    /// Updates the tiers of members in all programs, in the transaction that
    /// publishes their scores.
    pub(in crate::service) async fn update(
        &self,
        conn: &mut PgConnection,
        members: &[MemberId],
    ) -> Result<()> {
        let programs = self.programs.in_force_at(self.context.clock.now());
        if programs.is_empty() {
            return Ok(());
        }
        let facts = self.facts.load(conn, members).await?;
        let evaluator = self.evaluator(conn, programs, true).await?;
        let written = evaluator.climb(&facts)?;
        evaluator.save(conn, &written).await
    }

    /// Returns what evaluates members in these programs now.
    pub(super) async fn evaluator(
        &self,
        conn: &mut PgConnection,
        programs: Vec<Arc<InForce>>,
        renews: bool,
    ) -> Result<TierEvaluator> {
        Ok(TierEvaluator {
            programs,
            hold: self.sources.hold_in(conn).await?,
            clock: self.context.clock.clone(),
            now: self.context.clock.now(),
            renews,
        })
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
