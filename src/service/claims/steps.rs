//! The steps of a claim: each in the transaction that moves what was counted.

use super::Claims;
use super::messages;
use crate::service::error::{Result, ServiceError};
use crate::service::programs::{RIGHT_TEXT, is_right};
use crate::service::unit_of_work::UnitOfWork;
use crate::store;
use renown_core::domain::{Claim, ClaimId, Ending, KeyId, State, Step};

impl Claims {
    /// Hands a confirmed claim's unit over.
    ///
    /// # Errors
    /// If there is no such claim, or its state does not allow this step.
    pub async fn redeem(
        &self,
        work: &mut UnitOfWork,
        id: ClaimId,
        by: Option<KeyId>,
    ) -> Result<Claim> {
        self.step(work, id, Step::Redeem { by }).await
    }

    /// Gives a unit back that the member does not want.
    ///
    /// # Errors
    /// If there is no such claim, or its state does not allow this step.
    pub async fn release(&self, work: &mut UnitOfWork, id: ClaimId) -> Result<Claim> {
        self.step(work, id, Step::End(Ending::Released)).await
    }

    /// Takes a claim back, for the business.
    ///
    /// # Errors
    /// If there is no reason, or it is too long; if there is no such claim, or its state does not allow this step.
    pub async fn cancel(
        &self,
        work: &mut UnitOfWork,
        id: ClaimId,
        reason: String,
    ) -> Result<Claim> {
        if !is_right(&reason) {
            let detail = format!("a reason is {RIGHT_TEXT}");
            return Err(ServiceError::invalid("/reason", detail));
        }
        let ending = Ending::Cancelled { reason };
        self.step(work, id, Step::End(ending)).await
    }

    /// Has a claim take a step. What is there already stays as it is.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] without such a claim;
    /// [`ServiceError::Conflict`] if the step does not lead out of its state.
    pub(in crate::service) async fn step(
        &self,
        work: &mut UnitOfWork,
        id: ClaimId,
        step: Step,
    ) -> Result<Claim> {
        let claim = self.claim_in(work, id).await?;
        self.moved(work, claim, step).await
    }

    /// Moves a claim that is locked, and what was counted with it.
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
