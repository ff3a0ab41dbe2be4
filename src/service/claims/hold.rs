//! Holds and confirms units of perks, and reads claims.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::Claims;
use super::attempt::{ClaimAttempt, Eligible};
use super::refused::{Refused, WhyNot};
use crate::service::decisions::check_context;
use crate::service::error::{Result, ServiceError};
use crate::service::members::NamedMember;
use crate::service::paging;
use crate::service::programs::InForce;
use crate::service::unit_of_work::UnitOfWork;
use crate::store;

use renown_core::domain::{
    Attribute, CallerId, Claim, ClaimFilter, ClaimId, Identity, MemberId, Origin, PerkId,
    ProgramId, Step,
};
use renown_core::rules::{Perk, PerkKind, Program};

/// A request for a unit of a perk.
#[derive(Debug, Clone)]
pub struct HoldRequest {
    /// The program.
    pub program: ProgramId,
    /// The perk.
    pub perk: PerkId,
    /// Any identity of the member.
    pub member: String,
    /// The request context, for conditions that read it.
    pub request: BTreeMap<String, Attribute>,
    /// Whether to confirm the claim at once.
    pub confirm: bool,
    /// The caller; `None` for the service itself.
    pub caller: Option<CallerId>,
}

impl Claims {
    /// Holds a unit of a perk for a member, if the program gives it now.
    ///
    /// # Errors
    /// [`ServiceError::Refused`] with the reason if the program does not give it;
    /// [`ServiceError::NotFound`] if there is no such program; also if the program
    /// has no such perk, or the text is not an identity.
    pub async fn hold_unit(&self, work: &mut UnitOfWork, hold: HoldRequest) -> Result<Claim> {
        let mut held = self.hold_units(work, &[&hold]).await?;
        held.pop().ok_or(ServiceError::Busy)?
    }

    /// Carries out requests of one program, in their order, in about as many statements as one
    /// takes. Nothing is counted for a request that is refused.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is no such program; [`ServiceError::Busy`] if two
    /// of the requests are for one member. An error of one request is in its result.
    pub(super) async fn hold_units(
        &self,
        work: &mut UnitOfWork,
        holds: &[&HoldRequest],
    ) -> Result<Vec<Result<Claim>>> {
        let Some(first) = holds.first() else {
            return Ok(Vec::new());
        };
        let program = &first.program;
        let in_force = self.programs.in_force_in(work.conn(), program).await?;
        let mut attempts: Vec<Result<(ClaimAttempt<'_>, Identity)>> =
            holds.iter().map(|hold| attempt(&in_force, hold)).collect();
        let identities = attempts.iter().flatten().map(|(_, identity)| identity);
        let members = self
            .members
            .resolve_all_named(work.conn(), identities)
            .await?;
        for (attempt, identity) in attempts.iter_mut().flatten() {
            let named = members.get(identity);
            attempt.member = named.map(|named| named.member);
            attempt.verified = named.map(|named| named.proof.is_verified());
        }
        let (mut results, mut places, mut asked) = (BTreeMap::new(), Vec::new(), Vec::new());
        for (place, attempt) in attempts.into_iter().enumerate() {
            match attempt {
                Ok((attempt, _)) => {
                    places.push(place);
                    asked.push(attempt);
                }
                Err(error) => drop(results.insert(place, Err(error))),
            }
        }
        let held = self.hold_each(work, &asked).await?;
        let held = held.into_iter().map(|held| held.map_err(Into::into));
        results.extend(places.into_iter().zip(held));
        Ok(results.into_values().collect())
    }

    /// Claims a unit for each attempt, as far as rules and counts allow.
    async fn hold_each(
        &self,
        work: &mut UnitOfWork,
        attempts: &[ClaimAttempt<'_>],
    ) -> Result<Vec<Result<Claim, Refused>>> {
        let now = self.context.clock.now();
        let members = self.all_eligible(work, attempts, false, now).await?;
        let eligible = attempts.iter().zip(&members);
        let eligible: Vec<Eligible<'_>> = eligible
            .filter_map(|(attempt, member)| {
                let member = *member.as_ref().ok()?;
                Some(Eligible::new(attempt, member))
            })
            .collect();
        let distinct: BTreeSet<MemberId> = eligible.iter().map(|one| one.member).collect();
        if distinct.len() < eligible.len() {
            // Two identities lead to one member. What the first claim takes is among the facts
            // that decide about the second, so each request is to be tried by itself.
            return Err(ServiceError::Busy);
        }
        let claims = self.claim_units(work, &eligible, now, |_| true).await?;
        let mut claims = claims.into_iter();
        let results = members.into_iter().map(|member| match member {
            Ok(_) => claims.next().ok_or(ServiceError::Busy),
            Err(refused) => Ok(Err(refused)),
        });
        results.collect()
    }

    /// Confirms a held claim.
    ///
    /// # Errors
    /// If there is no such claim, or its state does not allow this step.
    pub async fn confirm(&self, work: &mut UnitOfWork, id: ClaimId) -> Result<Claim> {
        let claim = self.claim_in(work, id).await?;
        let step = self.confirmation(work, &claim).await?;
        self.step(work, id, step).await
    }

    /// Computes until when the claim must be redeemed: by the program in force now,
    /// which may give more time, or by the claim's own version if the perk no
    /// longer exists.
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
                let then = store::programs::version(work.conn(), program, version).await?;
                let then =
                    then.and_then(|then| Program::load(&then.source, Some(&then.audiences)).ok());
                let perk = then.as_ref().and_then(|program| program.perk(&claim.perk));
                perk.and_then(|perk| redeem_by(perk, now))
            }
        };
        Ok(Step::Confirm { redeem_by })
    }

    /// Returns a claim.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is no such claim.
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

    /// Returns a page of claims, latest first, and the last id of the page if there
    /// is another one.
    pub async fn list(
        &self,
        filter: &ClaimFilter,
        limit: u16,
    ) -> Result<(Vec<Claim>, Option<ClaimId>)> {
        let mut conn = self.context.pool.acquire().await?;
        let rows = paging::rows_for(limit);
        let mut claims = store::claims::page(&mut conn, filter, rows).await?;
        let more = paging::cut(&mut claims, limit);
        let next = claims.last().filter(|_| more).map(|claim| claim.id);
        Ok((claims, next))
    }

    /// Resolves the identity in a request; `None` if no member is enrolled under
    /// it.
    pub(in crate::service) async fn claimant(
        &self,
        work: &mut UnitOfWork,
        identity: &str,
    ) -> Result<Option<NamedMember>> {
        let identity = identity.parse::<Identity>();
        let identity = identity.map_err(|why| ServiceError::invalid("/member", why))?;
        self.members.resolve_named(work.conn(), &identity).await
    }
}

const NO_CLAIM: ServiceError = ServiceError::NotFound("such claim");

/// Finds the perk that a request names.
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

/// Returns an attempt whose member is still to be found, by the identity.
fn attempt<'t>(
    in_force: &'t Arc<InForce>,
    hold: &'t HoldRequest,
) -> Result<(ClaimAttempt<'t>, Identity)> {
    let perk = perk_of(&in_force.program, &hold.perk)?;
    match perk.kind {
        PerkKind::Guaranteed => {}
        PerkKind::Draw => return Err(Refused::new(perk, WhyNot::ByDraw).into()),
        PerkKind::Invitation => return Err(Refused::new(perk, WhyNot::ByInvitation).into()),
    }
    let identity = hold.member.parse::<Identity>();
    let identity = identity.map_err(|why| ServiceError::invalid("/member", why))?;
    check_context(&hold.request)?;
    let attempt = ClaimAttempt {
        in_force,
        perk,
        member: None,
        verified: None,
        request: &hold.request,
        origin: Origin::Claim,
        confirm: hold.confirm,
        caller: hold.caller,
    };
    Ok((attempt, identity))
}

/// Returns the first moment at which it is too late to redeem; `None` for never.
pub(super) fn redeem_by(perk: &Perk, confirmed: DateTime<Utc>) -> Option<DateTime<Utc>> {
    perk.redeem.map(|time| confirmed + time)
}
