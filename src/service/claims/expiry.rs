//! What ends by itself: claims whose time is over. What is given back goes to
//! whoever waits first, since a unit that somebody waits for is not left for
//! others.

use super::Taking;
use super::refused::WhyNot;
use crate::domain::{ClaimId, Ending, PerkId, ProgramId, Step};
use crate::rules::Refusal;
use crate::service::Service;
use crate::service::error::{Result, ServiceError};
use crate::service::once::Work;
use crate::store;
use crate::store::waiting::{End, Waiting};

/// The end of a wait for a perk that the program does not have any more.
const WITHDRAWN: &str = "withdrawn";

/// What became of somebody who waited.
enum Served {
    /// They have a unit.
    Claimed(ClaimId),
    /// They get none, for this reason.
    PassedOver(String),
    /// There is none for them just now; they keep their place.
    NotYet,
}

impl Service {
    /// Ends one claim whose time is over. `false` if there is none.
    ///
    /// # Errors
    /// If the database does not answer.
    pub async fn expire_next(&self) -> Result<bool> {
        self.carry_out(async |work| {
            let due = store::claims::lock_due(work.conn(), self.clock.now()).await?;
            let Some(claim) = due else {
                return Ok(false);
            };
            let step = Step::End(Ending::Expired);
            self.moved(work, claim, step).await?;
            Ok(true)
        })
        .await
    }

    /// Waits until a unit is given back by this process.
    pub async fn unit_given_back(&self) {
        self.given_back.notified().await;
    }

    /// Gives units that are there to those who wait for them, in order, until
    /// none is there or nobody waits. Says how many waits came to their end.
    ///
    /// # Errors
    /// If the database does not answer.
    pub async fn serve_waiting(&self) -> Result<usize> {
        let mut conn = self.pool.acquire().await?;
        let perks = store::waiting_lists::waited_for(&mut conn).await?;
        drop(conn);
        let mut ended = 0;
        for perk in perks {
            if let Some(why) = self.is_over(&perk.program, &perk.perk) {
                ended += self.close_list((&perk.program, &perk.perk), why).await?;
                continue;
            }
            if !perk.is_left {
                continue;
            }
            while self.serve_next(&perk.program, &perk.perk).await? {
                ended += 1;
            }
        }
        Ok(ended)
    }

    /// Why a perk will not be given any more, if it will not.
    fn is_over(&self, program: &ProgramId, perk: &PerkId) -> Option<&'static str> {
        let in_force = self.program(program).ok();
        let Some(perk) = in_force.as_ref().and_then(|p| p.program.perk(perk)) else {
            return Some(WITHDRAWN);
        };
        let over = perk.until.filter(|until| self.clock.now() >= *until);
        over.map(|_| Refusal::Expired.as_str())
    }

    /// Sends everybody home who waits: a draw may have left a hundred thousand.
    async fn close_list(&self, list: (&ProgramId, &PerkId), why: &str) -> Result<usize> {
        self.carry_out(async |work| {
            let now = self.clock.now();
            let ended = store::waiting_lists::clear(work.conn(), list, why, now).await?;
            store::quotas::wait(work.conn(), list.0, list.1, -ended).await?;
            Ok(usize::try_from(ended).unwrap_or(usize::MAX))
        })
        .await
    }

    /// Serves whoever is first. `false` if nobody is, or they have to wait on.
    pub(super) async fn serve_next(&self, program: &ProgramId, perk: &PerkId) -> Result<bool> {
        let mut work = self.work().await?;
        let served = match store::waiting::lock_first(work.conn(), program, perk).await? {
            Some(waiting) => self.serve(&mut work, &waiting).await,
            None => Ok(false),
        };
        if let Ok(true) = served {
            self.finish(work).await?;
        } else {
            work.abandon().await;
        }
        served
    }

    async fn serve(&self, work: &mut Work, waiting: &Waiting) -> Result<bool> {
        work.mark().await?;
        let (outcome, claim) = match self.take_for_waiting(work, waiting).await? {
            Served::NotYet => return Ok(false),
            Served::Claimed(claim) => ("claimed".to_owned(), Some(claim)),
            Served::PassedOver(why) => {
                work.undo().await?;
                self.one_fewer_waits(work, waiting).await?;
                (why, None)
            }
        };
        let at = self.clock.now();
        let end = End { at, outcome, claim };
        store::waiting::end(work.conn(), waiting.id, &end).await?;
        Ok(true)
    }

    /// Takes a unit for somebody who waits.
    async fn take_for_waiting(&self, work: &mut Work, waiting: &Waiting) -> Result<Served> {
        let in_force = self.program(&waiting.program).ok();
        let perk = in_force.as_ref().and_then(|in_force| {
            let perk = in_force.program.perk(&waiting.perk)?;
            Some((in_force, perk))
        });
        let Some((in_force, perk)) = perk else {
            return Ok(Served::PassedOver(WITHDRAWN.to_owned()));
        };
        let taking = Taking {
            in_force,
            perk,
            member: Some(waiting.member),
            request: &waiting.request,
            origin: waiting.origin,
            key: None,
        };
        match self.take(work, &taking).await {
            Ok(claim) => Ok(Served::Claimed(claim.id)),
            Err(ServiceError::Refused(refused)) if waits_on(refused.why) => Ok(Served::NotYet),
            Err(ServiceError::Refused(refused)) => Ok(Served::PassedOver(refused.name())),
            Err(error) => Err(error),
        }
    }

    pub(super) async fn one_fewer_waits(&self, work: &mut Work, waiting: &Waiting) -> Result<()> {
        let (program, perk) = (&waiting.program, &waiting.perk);
        Ok(store::quotas::wait(work.conn(), program, perk, -1).await?)
    }
}

/// Whether a refusal passes with time, so that a place is kept.
pub(super) fn waits_on(why: WhyNot) -> bool {
    matches!(
        why,
        WhyNot::Rules(
            Refusal::OutOfStock | Refusal::NotStarted | Refusal::DayLimit | Refusal::BudgetSpent
        )
    )
}
