//! Claiming units: after the rules, the locked counts decide.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::Claims;
use super::counting::{Counting, LeftAfter};
use super::hold::redeem_by;
use super::messages;
use super::refused::{Refused, WhyNot};

use crate::service::error::{Result, ServiceError};
use crate::service::programs::InForce;
use crate::service::unit_of_work::UnitOfWork;
use crate::store;
use crate::store::claims::NewClaim;
use crate::store::claims::locked_counts::NewUnit;
use crate::store::claims::quotas::{InAll, Left};
use crate::store::webhooks::outbox::Message;
use renown_core::domain::{
    Attribute, CallerId, Claim, ClaimId, Held, MemberId, Origin, ProgramId, State, Step,
};
use renown_core::rules::{Perk, PerkCodes};

/// An attempt to claim a unit for a member.
#[derive(Debug)]
pub(in crate::service) struct ClaimAttempt<'t> {
    /// The program, in the version that decides.
    pub in_force: &'t Arc<InForce>,
    /// The perk, which belongs to that program.
    pub perk: &'t Perk,
    /// The member; `None` if no member is enrolled under the identity.
    pub member: Option<MemberId>,
    /// Whether the identity is verified by which the caller named the member. `None` where
    /// no caller names them: then any verified identity of the member counts.
    pub verified: Option<bool>,
    /// The request context, for conditions that read it.
    pub request: &'t BTreeMap<String, Attribute>,
    /// The origin of the claim.
    pub origin: Origin,
    /// Whether to confirm the claim at once.
    pub confirm: bool,
    /// The caller; `None` for the service itself.
    pub caller: Option<CallerId>,
}

impl ClaimAttempt<'_> {
    /// Returns whether the unit is for a member that waited for it.
    pub(super) fn waited(&self) -> bool {
        self.origin != Origin::Claim
    }

    /// Returns whether the unit was the last one, so that it is told that the perk is gone.
    fn is_last(&self, left: LeftAfter) -> bool {
        let left = match self.origin {
            Origin::Claim => left.for_others,
            Origin::Invitation | Origin::Draw => left.in_all,
            // The message was sent before members began to wait.
            Origin::WaitingList => Left::Endless,
        };
        left == Left::Units(0)
    }
}

/// A member to whom the rules give a perk.
#[derive(Debug, Clone, Copy)]
pub(in crate::service) struct Eligible<'t> {
    /// The attempt.
    pub attempt: &'t ClaimAttempt<'t>,
    /// The member.
    pub member: MemberId,
}

impl<'t> Eligible<'t> {
    pub(super) fn new(attempt: &'t ClaimAttempt<'t>, member: MemberId) -> Self {
        Self { attempt, member }
    }

    /// Returns what is to be counted for it.
    pub(super) fn unit(&self) -> NewUnit<'t> {
        NewUnit {
            member: self.member,
            perk: &self.attempt.perk.id,
            stock: self.attempt.perk.stock,
        }
    }

    /// Returns a new claim in the state in which it begins.
    fn first_state(&self, held: &Claim, now: DateTime<Utc>) -> Result<Claim> {
        let mut claim = held.clone();
        if self.attempt.confirm {
            let redeem_by = redeem_by(self.attempt.perk, now);
            let confirmed = claim.state.after(Step::Confirm { redeem_by }, now);
            claim.state = confirmed.map_err(|why| ServiceError::Conflict(why.to_string()))?;
        }
        Ok(claim)
    }
}

/// A unit that was counted for a member.
struct Given<'t> {
    perk: &'t Perk,
    /// The claim as it is held.
    held: Claim,
    /// The claim as it is written: held, or confirmed at once.
    claim: Claim,
}

impl Given<'_> {
    fn row(&self) -> NewClaim<'_> {
        NewClaim {
            claim: &self.claim,
            group: self.perk.exclusive.as_ref().map(|own| &own.group),
        }
    }
}

impl Claims {
    /// Claims a unit for a member, if the program gives it now. The facts are read
    /// in this transaction; the compiled program is the one that lookups use.
    ///
    /// # Errors
    /// [`ServiceError::Refused`] if the program does not give it.
    pub(in crate::service) async fn claim_unit(
        &self,
        work: &mut UnitOfWork,
        attempt: &ClaimAttempt<'_>,
    ) -> Result<Claim> {
        let now = self.context.clock.now();
        let member = self.eligible(work, attempt, attempt.waited(), now).await?;
        let eligible = Eligible::new(attempt, member);
        let mut claims = self.claim_units(work, &[eligible], now, |_| true).await?;
        let claim = claims.pop().ok_or(ServiceError::Busy)?;
        Ok(claim?)
    }

    /// Claims a unit for each of these members, in their order, as far as the counts allow.
    /// They are of one program. Ends early at a refusal after which `goes_on` says so: then
    /// there are fewer results than members. Nothing is counted for a member that is refused.
    pub(in crate::service) async fn claim_units(
        &self,
        work: &mut UnitOfWork,
        eligible: &[Eligible<'_>],
        now: DateTime<Utc>,
        goes_on: impl Fn(&Refused) -> bool,
    ) -> Result<Vec<Result<Claim, Refused>>> {
        let Some(first) = eligible.first() else {
            return Ok(Vec::new());
        };
        let program = &first.attempt.in_force.program;
        let units: Vec<NewUnit<'_>> = eligible.iter().map(Eligible::unit).collect();
        let mut counting = Counting::begin(work, program, &units, program.day_of(now)).await?;
        let (mut results, mut given, mut exhausted) = (Vec::new(), Vec::new(), Vec::new());
        for one in eligible {
            let (attempt, perk) = (one.attempt, one.attempt.perk);
            let held = self.new_claim(attempt, one.member, now);
            match counting.take(&held, perk, attempt.waited())? {
                Ok(left) => {
                    if attempt.is_last(left) {
                        exhausted.push(messages::exhausted(
                            &held,
                            now,
                            self.context.clock.new_id(),
                        )?);
                    }
                    results.push(Ok(given.len()));
                    given.push(Given {
                        perk,
                        claim: one.first_state(&held, now)?,
                        held,
                    });
                }
                Err(refusal) => {
                    let refused = Refused::new(perk, WhyNot::Rules(refusal));
                    let ends = !goes_on(&refused);
                    results.push(Err(refused));
                    if ends {
                        break;
                    }
                }
            }
        }
        if given.is_empty() {
            return Ok(results
                .into_iter()
                .filter_map(Result::err)
                .map(Err)
                .collect());
        }
        counting.write(work).await?;
        let claims = self.write_claims(work, given, exhausted, now).await?;
        let results = results.into_iter();
        Ok(results.map(|place| Ok(claims[place?].clone())).collect())
    }

    /// Writes claims that are counted, with their codes and messages, and returns them.
    async fn write_claims(
        &self,
        work: &mut UnitOfWork,
        mut given: Vec<Given<'_>>,
        exhausted: Vec<Message>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Claim>> {
        let new: Vec<NewClaim<'_>> = given.iter().map(Given::row).collect();
        store::claims::insert(work.conn(), &new).await?;
        let coded = given.iter_mut().map(|one| (one.perk, &mut one.claim));
        self.give_codes(work, coded).await?;
        let mut told = Vec::new();
        for one in &given {
            told.push(messages::of_claim(
                &one.held,
                now,
                self.context.clock.new_id(),
            )?);
        }
        for one in given.iter().filter(|one| one.claim.state != one.held.state) {
            told.push(messages::of_claim(
                &one.claim,
                now,
                self.context.clock.new_id(),
            )?);
        }
        told.extend(exhausted);
        store::webhooks::outbox::add(work.conn(), &told).await?;
        let claims = given.into_iter().map(|one| one.claim);
        let claims: Vec<Claim> = claims.collect();
        for claim in &claims {
            work.changes(claim.member);
        }
        Ok(claims)
    }

    fn new_claim(&self, attempt: &ClaimAttempt<'_>, member: MemberId, now: DateTime<Utc>) -> Claim {
        let program = &attempt.in_force.program;
        let perk = attempt.perk;
        let default = TimeDelta::seconds(self.context.config.claims.hold_seconds);
        let until = now + perk.hold.unwrap_or(default);
        Claim {
            id: ClaimId(self.context.clock.new_id()),
            program: ProgramId::clone(program.id()),
            perk: perk.id.clone(),
            member,
            version: attempt.in_force.version,
            origin: attempt.origin,
            held_at: now,
            day: program.day_of(now),
            value: perk.value.clone(),
            caller: attempt.caller,
            code: None,
            state: State::Held(Held {
                // A claim is not held longer than the perk is given.
                until: perk.until.map_or(until, |end| end.min(until)),
            }),
        }
    }
}

/// Returns what limits the units of a perk in total: its stock, and its codes.
pub(super) fn in_all(perk: &Perk) -> InAll {
    InAll {
        stock: perk.stock,
        coded: perk.codes == PerkCodes::Imported,
    }
}
