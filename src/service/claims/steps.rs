//! The steps of a claim. Each step and its counts are written in one transaction.

use chrono::TimeDelta;

use super::Claims;
use super::messages;
use crate::service::error::{Result, ServiceError};
use crate::service::unit_of_work::UnitOfWork;
use crate::store;
use renown_core::domain::{CallerId, Claim, ClaimId, Ending, State, Step, TextLine};

impl Claims {
    /// Redeems a confirmed claim: the member receives the unit.
    ///
    /// # Errors
    /// If there is no such claim, or its state does not allow this step.
    pub async fn redeem(
        &self,
        work: &mut UnitOfWork,
        id: ClaimId,
        by: Option<CallerId>,
    ) -> Result<Claim> {
        self.step(work, id, Step::Redeem { by }).await
    }

    /// Releases a unit that the member does not want.
    ///
    /// # Errors
    /// If there is no such claim, or its state does not allow this step.
    pub async fn release(&self, work: &mut UnitOfWork, id: ClaimId) -> Result<Claim> {
        self.step(work, id, Step::End(Ending::Released)).await
    }

    /// Cancels a claim on behalf of the business.
    ///
    /// # Errors
    /// If there is no such claim, or its state does not allow this step.
    pub async fn cancel(
        &self,
        work: &mut UnitOfWork,
        id: ClaimId,
        reason: TextLine,
    ) -> Result<Claim> {
        let ending = Ending::Cancelled {
            reason: reason.into(),
        };
        self.step(work, id, Step::End(ending)).await
    }

    /// Reverses a redemption that was a mistake: the unit was not handed over after
    /// all, and goes back.
    ///
    /// # Errors
    /// If there is no such claim, it was not redeemed, or too much time has passed
    /// since.
    pub async fn reverse(
        &self,
        work: &mut UnitOfWork,
        id: ClaimId,
        reason: TextLine,
    ) -> Result<Claim> {
        let within = TimeDelta::seconds(self.context.config.claims.reversal_seconds);
        let reason = reason.into();
        self.step(work, id, Step::Reverse { reason, within }).await
    }

    /// Moves a claim by one step. A claim that is in that state already stays as it
    /// is.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is no such claim;
    /// [`ServiceError::Conflict`] if the step is not allowed in its state.
    pub(in crate::service) async fn step(
        &self,
        work: &mut UnitOfWork,
        id: ClaimId,
        step: Step,
    ) -> Result<Claim> {
        let claim = self.claim_in(work, id).await?;
        self.moved(work, claim, step).await
    }

    /// Writes a step of a locked claim, with its counts and its message.
    pub(in crate::service) async fn moved(
        &self,
        work: &mut UnitOfWork,
        claim: Claim,
        step: Step,
    ) -> Result<Claim> {
        let now = self.context.clock.now();
        let state = claim.state.clone().after(step, now);
        let state = state.map_err(|why| ServiceError::Conflict(why.to_string()))?;
        if state == claim.state {
            return Ok(claim);
        }
        let claim = Claim { state, ..claim };
        store::claims::set_state(work.conn(), &claim).await?;
        if let State::Ended(_) = claim.state {
            store::claims::quotas::release_unit(work.conn(), &claim).await?;
            work.changes(claim.member);
            self.gives_back(work);
        }
        let told = messages::of_claim(&claim, now, self.context.clock.new_id())?;
        store::webhooks::outbox::add(work.conn(), &[told]).await?;
        Ok(claim)
    }
}
