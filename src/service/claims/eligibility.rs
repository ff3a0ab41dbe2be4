//! Whether the rules give a perk to members now, by facts that are read in the transaction of
//! their claims.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::Claims;
use super::attempt::ClaimAttempt;
use super::refused::{Refused, WhyNot};
use crate::service::decisions::{check_context, supply};
use crate::service::error::{Result, ServiceError};
use crate::service::unit_of_work::UnitOfWork;
use crate::store;
use renown_core::domain::{MemberId, Refusal};
use renown_core::rules::{Eligibility, Facts, MemberFacts, Occasion, Perk, PerkOutcome, Program};

impl Claims {
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
        let attempts = std::slice::from_ref(attempt);
        let mut members = self.all_eligible(work, attempts, supplied, now).await?;
        let member = members.pop().ok_or(ServiceError::Busy)?;
        Ok(member?)
    }

    /// Returns the member of each attempt, or why the rules do not give them the perk now.
    pub(in crate::service) async fn all_eligible(
        &self,
        work: &mut UnitOfWork,
        attempts: &[ClaimAttempt<'_>],
        supplied: bool,
        now: DateTime<Utc>,
    ) -> Result<Vec<Result<MemberId, Refused>>> {
        let mut members: Vec<Option<MemberId>> = attempts.iter().map(|a| a.member).collect();
        let in_group = attempts.iter().any(|a| a.perk.exclusive.is_some());
        loop {
            let ids: Vec<MemberId> = members.iter().flatten().copied().collect();
            match in_group {
                // A shared lock, so that a concurrent opt-out waits.
                false => store::members::share(work.conn(), &ids).await?,
                // Claims of one member on perks of a group, in any program, wait for each
                // other, so that the facts read next have all of them.
                true => store::members::lock_all(work.conn(), &ids).await?,
            }
            let asked = attempts.iter().zip(members.iter().copied());
            let asked: Vec<(&ClaimAttempt<'_>, Option<MemberId>)> = asked.collect();
            let refused = self.refused(work, &asked, supplied, now).await?;
            // A member may have been merged into another one before they were locked.
            let gone = members
                .iter()
                .zip(&refused)
                .filter_map(|(member, refused)| {
                    let why = refused.as_ref()?.by_rules();
                    member.filter(|_| why == Some(Refusal::NotEnrolled))
                });
            let gone: Vec<MemberId> = gone.collect();
            let merged = match gone.is_empty() {
                true => BTreeMap::new(),
                false => store::members::merges::survivors(work.conn(), &gone).await?,
            };
            if merged.is_empty() {
                let found = members.into_iter().zip(refused).zip(attempts);
                return Ok(found
                    .map(|((member, refused), attempt)| match refused {
                        Some(refused) => Err(refused),
                        None => member.ok_or_else(|| not_enrolled(attempt.perk)),
                    })
                    .collect());
            }
            for member in members.iter_mut().flatten() {
                *member = merged.get(member).copied().unwrap_or(*member);
            }
        }
    }

    /// Returns for each attempt why the rules do not give the perk to the member now; `None`
    /// if they do. All are of one program; if `supplied`, of one perk, of which the rules count
    /// a unit as available.
    pub(in crate::service) async fn refused(
        &self,
        work: &mut UnitOfWork,
        asked: &[(&ClaimAttempt<'_>, Option<MemberId>)],
        supplied: bool,
        now: DateTime<Utc>,
    ) -> Result<Vec<Option<Refused>>> {
        let Some((first, _)) = asked.first() else {
            return Ok(Vec::new());
        };
        let members: Vec<MemberId> = asked.iter().filter_map(|(_, member)| *member).collect();
        let facts = self.facts.load(work.conn(), &members).await?;
        let mut supply = supply(work.conn(), &first.in_force.program, now).await?;
        if supplied {
            supply.left.insert(first.perk.id.clone(), 1);
        }
        let hold = self.sources.hold_in(work.conn()).await?;
        let proven = match asked.iter().all(|(attempt, _)| attempt.verified.is_some()) {
            true => BTreeMap::new(),
            false => store::members::proofs::verified(work.conn(), &members).await?,
        };
        let refused = asked.iter().map(|(attempt, member)| {
            let Some((member, facts)) = member.and_then(|m| Some((m, facts.get(&m)?))) else {
                return Some(not_enrolled(attempt.perk));
            };
            let occasion = Occasion {
                supply: &supply,
                request: attempt.request,
                verified: Some(attempt.verified.unwrap_or(proven.contains_key(&member))),
                hold: hold.as_ref(),
                opened_at: None,
                now,
            };
            self.refused_by_rules(attempt, facts, occasion)
        });
        Ok(refused.collect())
    }

    fn refused_by_rules(
        &self,
        attempt: &ClaimAttempt<'_>,
        facts: &MemberFacts,
        occasion: Occasion<'_>,
    ) -> Option<Refused> {
        let program = &attempt.in_force.program;
        let rules = facts.in_program(program.id(), occasion);
        let outcome = program.evaluate(&rules);
        let perk = &attempt.perk.id;
        self.exposures
            .note_exposure(attempt.in_force, &rules, &outcome.perks, perk);
        let refused = refusal(program, attempt.perk, &rules, &outcome.perks)?;
        // A better perk of the group that the member could claim instead is no reason to
        // lose the one whose turn has come.
        let waited_for = attempt.waited()
            && refused.by_rules() == Some(Refusal::ExclusiveOf)
            && !program
                .excluded_by(attempt.perk, &rules)
                .is_some_and(|other| other.claimed);
        (!waited_for).then_some(refused)
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
