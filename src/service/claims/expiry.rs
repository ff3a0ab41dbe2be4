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
        let perks = store::waiting::waited_for(&mut conn).await?;
        drop(conn);
        let mut ended = 0;
        for perk in perks {
            let over = self.is_over(&perk.program, &perk.perk);
            if !perk.is_left && !over {
                continue;
            }
            while self.serve_next(&perk.program, &perk.perk).await? {
                ended += 1;
            }
        }
        Ok(ended)
    }

    /// Whether a perk will not be given any more.
    fn is_over(&self, program: &ProgramId, perk: &PerkId) -> bool {
        let in_force = self.program(program).ok();
        let perk = in_force.as_ref().and_then(|p| p.program.perk(perk));
        let until = |until| self.clock.now() >= until;
        perk.is_none_or(|perk| perk.until.is_some_and(until))
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
        let (outcome, claim) = match self.take_for(work, waiting).await? {
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
    async fn take_for(&self, work: &mut Work, waiting: &Waiting) -> Result<Served> {
        let in_force = self.program(&waiting.program).ok();
        let perk = in_force.as_ref().and_then(|in_force| {
            let perk = in_force.program.perk(&waiting.perk)?;
            Some((in_force, perk))
        });
        let Some((in_force, perk)) = perk else {
            return Ok(Served::PassedOver("withdrawn".to_owned()));
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
fn waits_on(why: WhyNot) -> bool {
    matches!(
        why,
        WhyNot::Rules(
            Refusal::OutOfStock | Refusal::NotStarted | Refusal::DayLimit | Refusal::BudgetSpent
        )
    )
}
