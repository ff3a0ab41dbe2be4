//! Holding a unit of a perk and confirming it, and reading claims.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::Claims;
use super::attempt::ClaimAttempt;
use super::refused::{Refused, WhyNot};
use crate::service::error::{Result, ServiceError};
use crate::service::paging;
use crate::service::unit_of_work::UnitOfWork;
use crate::store;

use renown_core::domain::{
    Attribute, Claim, ClaimFilter, ClaimId, Identity, KeyId, Origin, PerkId, ProgramId, Step,
};
use renown_core::rules::{Perk, PerkKind, Program};

/// What somebody wants to have.
#[derive(Debug, Clone)]
pub struct HoldRequest {
    /// In which program.
    pub program: ProgramId,
    /// Which perk.
    pub perk: PerkId,
    /// For whom: any identity.
    pub member: String,
    /// What the caller knows of the occasion, for conditions that ask for it.
    pub request: BTreeMap<String, Attribute>,
    /// Confirm it at once.
    pub confirm: bool,
    /// With which key it is asked for.
    pub key: Option<KeyId>,
}

impl Claims {
    /// Holds a unit of a perk for a member, if the program gives it now.
    ///
    /// # Errors
    /// [`ServiceError::Refused`] with the reason if it does not;
    /// [`ServiceError::NotFound`] without such a program; if it has no such perk,
    /// or the text is no identity.
    pub async fn hold_unit(&self, work: &mut UnitOfWork, wanted: HoldRequest) -> Result<Claim> {
        let in_force = self
            .programs
            .in_force_in(work.conn(), &wanted.program)
            .await?;
        let perk = perk_of(&in_force.program, &wanted.perk)?;
        match perk.kind {
            PerkKind::Guaranteed => {}
            PerkKind::Draw => return Err(Refused::new(perk, WhyNot::ByDraw).into()),
            PerkKind::Invitation => return Err(Refused::new(perk, WhyNot::ByInvitation).into()),
        }
        let attempt = ClaimAttempt {
            in_force: &in_force,
            perk,
            member: self.claimant(work, &wanted.member).await?,
            request: &wanted.request,
            origin: Origin::Claim,
            key: wanted.key,
        };
        let claim = self.take(work, &attempt).await?;
        if wanted.confirm {
            let step = self.confirmation(work, &claim).await?;
            return self.step(work, claim.id, step).await;
        }
        Ok(claim)
    }

    /// A member takes what is held for them.
    ///
    /// # Errors
    /// If there is no such claim, or its state does not allow this step.
    pub async fn confirm(&self, work: &mut UnitOfWork, id: ClaimId) -> Result<Claim> {
        let claim = self.claim_in(work, id).await?;
        let step = self.confirmation(work, &claim).await?;
        self.step(work, id, step).await
    }

    /// By the program as it is now, which may be kinder than it was; or as it was,
    /// if it has no such perk any more.
    async fn confirmation(&self, work: &mut UnitOfWork, claim: &Claim) -> Result<Step> {
        let now = self.context.clock.now();
        let in_force = self
            .programs
            .in_force_in(work.conn(), &claim.program)
            .await
            .ok();
        let redeem_by = match in_force.as_ref().and_then(|p| p.program.perk(&claim.perk)) {
            Some(perk) => redeem_by(perk, now),
            None => {
                let (program, version) = (&claim.program, claim.version);
                let source = store::programs::source(work.conn(), program, version).await?;
                let then = source.and_then(|source| Program::load(&source).ok());
                let perk = then.as_ref().and_then(|program| program.perk(&claim.perk));
                perk.and_then(|perk| redeem_by(perk, now))
            }
        };
        Ok(Step::Confirm { redeem_by })
    }

    /// One claim.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] without it.
    pub async fn get(&self, id: ClaimId) -> Result<Claim> {
        let mut conn = self.context.pool.acquire().await?;
        let claim = store::claims::get(&mut conn, id).await?;
        claim.ok_or(NO_CLAIM)
    }

    pub(in crate::service) async fn claim_in(
        &self,
        work: &mut UnitOfWork,
        id: ClaimId,
    ) -> Result<Claim> {
        let claim = store::claims::lock(work.conn(), id).await?;
        claim.ok_or(NO_CLAIM)
    }

    /// A page of claims, latest first.
    ///
    /// # Errors
    /// If the database does not answer.
    pub async fn list(
        &self,
        wanted: &ClaimFilter,
        limit: u16,
    ) -> Result<(Vec<Claim>, Option<ClaimId>)> {
        let mut conn = self.context.pool.acquire().await?;
        let rows = paging::rows_for(limit);
        let mut claims = store::claims::page(&mut conn, wanted, rows).await?;
        let more = paging::cut(&mut claims, limit);
        let next = claims.last().filter(|_| more).map(|claim| claim.id);
        Ok((claims, next))
    }

    /// The member who wants something; nobody in particular, if nobody is
    /// enrolled under the identity.
    pub(in crate::service) async fn claimant(
        &self,
        work: &mut UnitOfWork,
        identity: &str,
    ) -> Result<Option<renown_core::domain::MemberId>> {
        let identity = identity.parse::<Identity>();
        let identity = identity.map_err(|why| ServiceError::invalid("/member", why))?;
        self.members.resolve(work.conn(), &identity).await
    }
}

const NO_CLAIM: ServiceError = ServiceError::NotFound("such claim");

/// The perk that a request names.
pub(super) fn perk_of<'p>(program: &'p Program, id: &PerkId) -> Result<&'p Perk> {
    program.perk(id).ok_or_else(|| {
        let perks: Vec<&str> = program.perks().iter().map(|p| p.id.as_str()).collect();
        let detail = format!(
            "there is no perk '{id}'; the perks are: {}",
            perks.join(", ")
        );
        ServiceError::invalid("/perk", detail)
    })
}

/// The first moment at which it is too late to redeem; `None` for never.
fn redeem_by(perk: &Perk, confirmed: DateTime<Utc>) -> Option<DateTime<Utc>> {
    perk.redeem.map(|time| confirmed + time)
}
