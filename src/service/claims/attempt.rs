//! Claiming a unit: the rules decide first, the locked counts decide last.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::Claims;
use super::messages;
use super::refused::{Refused, WhyNot};

use crate::service::decisions::check_context;
use crate::service::decisions::supply;
use crate::service::error::Result;
use crate::service::programs::InForce;
use crate::service::unit_of_work::UnitOfWork;
use crate::store;
use crate::store::claims::quotas::{InAll, Left, Taken};
use renown_core::domain::{
    Attribute, CallerId, Claim, ClaimId, Held, MemberId, Origin, ProgramId, Refusal, State,
};
use renown_core::rules::{Eligibility, Facts, Occasion, Perk, PerkCodes, PerkOutcome, Program};

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
    /// The caller; `None` for the service itself.
    pub caller: Option<CallerId>,
}

impl ClaimAttempt<'_> {
    /// Returns whether the unit is for a member that waited for it.
    fn waited(&self) -> bool {
        self.origin != Origin::Claim
    }
}

impl Claims {
    /// Claims a unit for a member, if the program gives it now. The facts are read
    /// in this transaction; the compiled program is the one that lookups use.
    ///
    /// # Errors
    /// [`ServiceError::Refused`](crate::service::ServiceError::Refused) if the
    /// program does not give it.
    pub(in crate::service) async fn claim_unit(
        &self,
        work: &mut UnitOfWork,
        attempt: &ClaimAttempt<'_>,
    ) -> Result<Claim> {
        let now = self.context.clock.now();
        let member = self.eligible(work, attempt, attempt.waited(), now).await?;
        self.claim_unit_for(work, attempt, member, now).await
    }

    /// Claims a unit for a member to whom the rules give it, if one is left.
    pub(in crate::service) async fn claim_unit_for(
        &self,
        work: &mut UnitOfWork,
        attempt: &ClaimAttempt<'_>,
        member: MemberId,
        now: DateTime<Utc>,
    ) -> Result<Claim> {
        let program = &attempt.in_force.program;
        let claim = self.new_claim(attempt, member, now);
        let group = attempt.perk.exclusive.as_ref().map(|own| &own.group);
        store::claims::insert(work.conn(), &claim, group).await?;
        let held = messages::of_claim(&claim, now, self.context.clock.new_id())?;
        store::webhooks::outbox::add(work.conn(), &[held]).await?;
        // From here on, all other claims in this program wait for the lock. So it
        // is taken as late as possible.
        let taken = store::claims::quotas::count(work.conn(), &claim).await?;
        if let Some(refusal) = too_many(&taken, attempt.perk, program) {
            return Err(Refused::new(attempt.perk, WhyNot::Rules(refusal)).into());
        }
        let (stock, waited) = (attempt.perk.stock, attempt.waited());
        let left = store::claims::quotas::claim_unit(work.conn(), &claim, stock, waited).await?;
        let Some(left) = left else {
            let refusal = WhyNot::Rules(Refusal::OutOfStock);
            return Err(Refused::new(attempt.perk, refusal).into());
        };
        let (code, codes_left) = self.give_code(work, &claim, attempt.perk, waited).await?;
        let claim = Claim { code, ..claim };
        let last = match attempt.origin {
            Origin::Claim => left.for_others.min(codes_left),
            Origin::Invitation | Origin::Draw => left.in_all,
            // The message was sent before members began to wait.
            Origin::WaitingList => Left::Endless,
        };
        if last == Left::Units(0) {
            let exhausted = messages::exhausted(&claim, now, self.context.clock.new_id())?;
            store::webhooks::outbox::add(work.conn(), &[exhausted]).await?;
        }
        work.changes(member);
        Ok(claim)
    }

    /// Returns the member, if the rules give them the perk now. If `supplied`, the
    /// rules count a unit as available.
    pub(in crate::service) async fn eligible(
        &self,
        work: &mut UnitOfWork,
        attempt: &ClaimAttempt<'_>,
        supplied: bool,
        now: DateTime<Utc>,
    ) -> Result<MemberId> {
        check_context(attempt.request)?;
        let mut member = attempt.member.ok_or_else(|| not_enrolled(attempt.perk))?;
        loop {
            match attempt.perk.exclusive {
                // A shared lock, so that a concurrent opt-out waits.
                None => store::members::share(work.conn(), member).await?,
                // Claims of one member on perks of a group, in any program, wait for each
                // other, so that the facts read next have all of them.
                Some(_) => store::members::lock_all(work.conn(), &[member]).await?,
            }
            let mut refused = self
                .refused(work, attempt, &[member], supplied, now)
                .await?;
            let Some(refused) = refused.remove(&member) else {
                return Ok(member);
            };
            if refused.by_rules() != Some(Refusal::NotEnrolled) {
                return Err(refused.into());
            }
            // The member may have been merged into another one before they were locked.
            let merged = store::members::merges::survivors(work.conn(), &[member]).await?;
            member = *merged.get(&member).ok_or(refused)?;
        }
    }

    /// Returns the members to whom the rules do not give a perk now, with the
    /// reasons.
    pub(in crate::service) async fn refused(
        &self,
        work: &mut UnitOfWork,
        attempt: &ClaimAttempt<'_>,
        members: &[MemberId],
        supplied: bool,
        now: DateTime<Utc>,
    ) -> Result<BTreeMap<MemberId, Refused>> {
        let program = &attempt.in_force.program;
        let facts = self.facts.load(work.conn(), members).await?;
        let mut supply = supply(work.conn(), program, now).await?;
        if supplied {
            supply.left.insert(attempt.perk.id.clone(), 1);
        }
        let hold = self.sources.hold_in(work.conn()).await?;
        let proven = match attempt.verified {
            Some(_) => BTreeMap::new(),
            None => store::members::proofs::verified(work.conn(), members).await?,
        };
        let refused = members.iter().filter_map(|member| {
            let Some(facts) = facts.get(member) else {
                return Some((*member, not_enrolled(attempt.perk)));
            };
            let rules = facts.in_program(
                program.id(),
                Occasion {
                    supply: &supply,
                    request: attempt.request,
                    verified: Some(attempt.verified.unwrap_or(proven.contains_key(member))),
                    hold: hold.as_ref(),
                    opened_at: None,
                    now,
                },
            );
            let outcome = program.evaluate(&rules);
            self.exposures.note_exposure(
                attempt.in_force,
                &rules,
                &outcome.perks,
                &attempt.perk.id,
            );
            let refused = refusal(program, attempt.perk, &rules, &outcome.perks)?;
            let waited_for = attempt.waited()
                && refused.by_rules() == Some(Refusal::ExclusiveOf)
                && !program
                    .excluded_by(attempt.perk, &rules)
                    .is_some_and(|other| other.claimed);
            // A better perk of the group that the member could claim instead is no reason to
            // lose the one whose turn has come.
            (!waited_for).then_some((*member, refused))
        });
        Ok(refused.collect())
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

pub(super) fn not_enrolled(perk: &Perk) -> Refused {
    Refused::new(perk, WhyNot::Rules(Refusal::NotEnrolled))
}

/// Returns why the rules refuse a perk, explained as in a decision.
fn refusal(
    program: &Program,
    perk: &Perk,
    rules: &Facts<'_>,
    outcomes: &[PerkOutcome<'_>],
) -> Option<Refused> {
    let outcome = outcomes.iter().find(|o| *o.perk == perk.id)?;
    let Eligibility::Refused { reason } = outcome.eligibility else {
        return None;
    };
    let explained = program.explain_perk(perk, rules);
    Some(Refused {
        reason: serde_json::to_value(explained).ok(),
        ..Refused::new(perk, WhyNot::Rules(reason))
    })
}

/// Returns the limit that one more unit would exceed, if any. Other members may
/// have claimed since the rules were evaluated.
fn too_many(taken: &Taken, perk: &Perk, program: &Program) -> Option<Refusal> {
    let of_member = (taken.of_perk, taken.in_program);
    program.exceeded(perk, of_member, &taken.used)
}
