//! Expiry of claims, and service of waiting lists. A unit that is released goes to
//! the first waiting member; it is not left for others.

use super::Claims;
use super::attempt::ClaimAttempt;
use super::refused::WhyNot;
use crate::service::error::{Result, ServiceError};
use crate::service::unit_of_work::UnitOfWork;
use crate::store;
use crate::store::StoreError;

use crate::store::claims::waiting_lists::WaitedFor;
use renown_core::domain::{
    ClaimId, Ending, PerkId, ProgramId, Refusal, Step, WaitEnd, WaitOutcome, Waiting,
};
use renown_core::rules::Perk;

/// Claims expired per page.
const PAGE: i64 = 500;
/// Members of one list that are served before the next list has its turn.
const SERVED_AT_ONCE: usize = 1_000;

/// The result of serving a waiting member.
enum Served {
    /// They have a unit.
    Claimed(ClaimId),
    /// They do not get a unit, for this reason.
    PassedOver(Refusal),
    /// They cannot get a unit now; they keep their place.
    NotYet,
}

impl Claims {
    /// Expires the claims whose time is over. Returns how many. A claim that fails
    /// does not stop the others.
    pub async fn expire_due(&self) -> Result<usize> {
        let (mut ended, mut last) = (0, None);
        loop {
            let mut conn = self.context.pool.acquire().await?;
            let due = store::claims::due(&mut conn, self.context.clock.now(), last, PAGE).await?;
            drop(conn);
            let Some(latest) = due.last().copied() else {
                return Ok(ended);
            };
            last = Some(latest);
            for due in due {
                match self.expire(due.id).await {
                    Ok(()) => ended += 1,
                    Err(error) => pass_over(error, &due.id)?,
                }
            }
        }
    }

    async fn expire(&self, id: ClaimId) -> Result<()> {
        self.context
            .carry_out(async |work| {
                let step = Step::End(Ending::Expired);
                match self.step(work, id, step).await {
                    // The claim was confirmed or ended meanwhile.
                    Ok(_) | Err(ServiceError::Conflict(_)) => Ok(()),
                    Err(error) => Err(error),
                }
            })
            .await
    }

    /// Gives free units to the waiting members, in order, until no unit is left or
    /// no member waits. Returns how many waits ended.
    pub async fn serve_waiting(&self) -> Result<usize> {
        let mut conn = self.context.pool.acquire().await?;
        let perks = store::claims::waiting_lists::waited_for(&mut conn).await?;
        drop(conn);
        let mut ended = 0;
        for perk in perks {
            match self.serve_list(&perk).await {
                Ok(served) => ended += served,
                Err(error) => pass_over(error, &perk.perk)?,
            }
        }
        Ok(ended)
    }

    async fn serve_list(&self, waited_for: &WaitedFor) -> Result<usize> {
        let (program, perk) = (&waited_for.program, &waited_for.perk);
        if self.may_be_over(program, perk) {
            let ended = self.close_if_over((program, perk)).await?;
            if ended > 0 {
                return Ok(ended);
            }
        }
        let mut ended = 0;
        while waited_for.is_left && ended < SERVED_AT_ONCE && self.serve_next(program, perk).await?
        {
            ended += 1;
        }
        Ok(ended)
    }

    /// Returns whether a perk is over, by the program in memory.
    fn may_be_over(&self, program: &ProgramId, perk: &PerkId) -> bool {
        let in_force = self.programs.in_force(program).ok();
        let perk = in_force.as_ref().and_then(|p| p.program.perk(perk));
        perk.is_some_and(|perk| self.is_over(perk))
    }

    fn is_over(&self, perk: &Perk) -> bool {
        perk.until
            .is_some_and(|until| self.context.clock.now() >= until)
    }

    /// Ends all waits for a perk that is over, in one statement: a draw may have
    /// left a hundred thousand. If the program has no such perk, the members keep
    /// their places, because the next version may have it again.
    async fn close_if_over(&self, list: (&ProgramId, &PerkId)) -> Result<usize> {
        self.context
            .carry_out(async |work| {
                let in_force = self.programs.in_force_in(work.conn(), list.0).await?;
                let perk = in_force.program.perk(list.1);
                if !perk.is_some_and(|perk| self.is_over(perk)) {
                    return Ok(0);
                }
                let why = WaitOutcome::PassedOver(Refusal::Expired);
                let now = self.context.clock.now();
                let ended =
                    store::claims::waiting_lists::clear(work.conn(), list, why, now).await?;
                store::claims::quotas::wait(work.conn(), list.0, list.1, -ended).await?;
                Ok(usize::try_from(ended).unwrap_or(usize::MAX))
            })
            .await
    }

    /// Serves the first waiting member. Returns `false` if there is none, or they
    /// have to wait on.
    pub(in crate::service) async fn serve_next(
        &self,
        program: &ProgramId,
        perk: &PerkId,
    ) -> Result<bool> {
        let mut work = self.context.begin_work().await?;
        let served = match store::claims::waiting::lock_first(work.conn(), program, perk).await? {
            Some(waiting) => self.serve(&mut work, &waiting).await,
            None => Ok(false),
        };
        if let Ok(true) = served {
            work.commit().await?;
        } else {
            work.abandon().await;
        }
        served
    }

    async fn serve(&self, work: &mut UnitOfWork, waiting: &Waiting) -> Result<bool> {
        work.set_savepoint().await?;
        let outcome = match self.take_for_waiting(work, waiting).await? {
            Served::NotYet => return Ok(false),
            Served::Claimed(claim) => WaitOutcome::Claimed(claim),
            Served::PassedOver(why) => {
                work.roll_back().await?;
                self.one_fewer_waits(work, waiting).await?;
                WaitOutcome::PassedOver(why)
            }
        };
        let at = self.context.clock.now();
        let end = WaitEnd { at, outcome };
        store::claims::waiting::end(work.conn(), &[(waiting.id, end)]).await?;
        Ok(true)
    }

    /// Claims a unit for a waiting member.
    async fn take_for_waiting(&self, work: &mut UnitOfWork, waiting: &Waiting) -> Result<Served> {
        let in_force = match self
            .programs
            .in_force_in(work.conn(), &waiting.program)
            .await
        {
            Err(ServiceError::NotFound(_)) => return Ok(Served::NotYet),
            in_force => in_force?,
        };
        let Some(perk) = in_force.program.perk(&waiting.perk) else {
            return Ok(Served::NotYet);
        };
        let attempt = ClaimAttempt {
            in_force: &in_force,
            perk,
            member: Some(waiting.member),
            verified: None,
            request: &waiting.request,
            origin: waiting.origin,
            confirm: false,
            caller: None,
        };
        match self.claim_unit(work, &attempt).await {
            Ok(claim) => Ok(Served::Claimed(claim.id)),
            Err(ServiceError::Refused(refused)) if waits_on(refused.why) => Ok(Served::NotYet),
            Err(ServiceError::Refused(refused)) => match refused.by_rules() {
                Some(why) => Ok(Served::PassedOver(why)),
                None => Err(ServiceError::Refused(refused)),
            },
            Err(error) => Err(error),
        }
    }

    pub(in crate::service) async fn one_fewer_waits(
        &self,
        work: &mut UnitOfWork,
        waiting: &Waiting,
    ) -> Result<()> {
        let (program, perk) = (&waiting.program, &waiting.perk);
        Ok(store::claims::quotas::wait(work.conn(), program, perk, -1).await?)
    }
}

/// Logs an error that concerns one item only, so that the others go on. Returns the
/// error if the database does not answer, because the others would fail too.
pub(super) fn pass_over(error: ServiceError, about: &impl std::fmt::Display) -> Result<()> {
    match error {
        ServiceError::Store(error @ StoreError::Unavailable(_)) => Err(error.into()),
        error => {
            tracing::error!(%about, %error, "the upkeep of claims passes over what fails");
            Ok(())
        }
    }
}

/// Returns whether a refusal is temporary, so that the member keeps their place.
pub(super) fn waits_on(why: WhyNot) -> bool {
    matches!(
        why,
        WhyNot::Rules(
            Refusal::OutOfStock | Refusal::NotStarted | Refusal::DayLimit | Refusal::BudgetSpent
        )
    )
}
