//! Invitations: the business names members in its own order. While units are left,
//! each of them gets a held claim; the others wait until an invited member declines
//! or lets the claim expire.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use chrono::{DateTime, Utc};

use super::Claims;
use super::WaitingPlace;
use super::attempt::{ClaimAttempt, Eligible, in_all};
use super::eligibility::not_enrolled;
use super::expiry::waits_on;
use super::hold::perk_of;
use super::refused::{Refused, WhyNot};
use crate::service::decisions::check_context;
use crate::service::error::{Result, ServiceError};
use crate::service::unit_of_work::UnitOfWork;
use crate::store;
use crate::store::claims::locked_counts::NewUnit;
use crate::store::claims::quotas::Left;
use crate::store::claims::waiting::NewWaiting;
use renown_core::domain::{
    Attribute, CallerId, Claim, Identity, MemberId, Origin, PerkId, ProgramId, WaitEnd,
    WaitOutcome, Waiting, WaitingId,
};
use renown_core::rules::PerkKind;

/// A request to invite members.
#[derive(Debug, Clone)]
pub struct InviteRequest {
    /// The program.
    pub program: ProgramId,
    /// The perk.
    pub perk: PerkId,
    /// Any identities of the members, in the order of the invitation.
    pub members: Vec<String>,
    /// The request context, for conditions that read it.
    pub request: BTreeMap<String, Attribute>,
    /// The caller; `None` for the service itself.
    pub caller: Option<CallerId>,
}

/// The result for one named identity.
#[derive(Debug, Clone)]
pub struct Invited {
    /// The identity as it was requested.
    pub identity: String,
    /// The member; `None` if no member is enrolled under the identity.
    pub member: Option<MemberId>,
    /// The result of the invitation.
    pub invitation: Invitation,
}

/// The result of an invitation.
#[derive(Debug, Clone)]
pub enum Invitation {
    /// A unit is held for the member now.
    Held(Claim),
    /// The member has a unit already: held, confirmed or redeemed.
    HeldBefore(Claim),
    /// The member waits for a unit now.
    Waits(WaitingPlace),
    /// The member waited already, and keeps their place.
    WaitedBefore(WaitingPlace),
    /// The member may not have the perk.
    Refused(Refused),
}

/// Results of invitations, by member.
type Outcomes = BTreeMap<MemberId, Invitation>;

impl Claims {
    /// Invites members, in their order. A member to whom the rules give the perk
    /// gets a claim while units are left that no other member waits for, else a
    /// place on the waiting list. A member that has a unit or a place already keeps
    /// it and gets no other.
    ///
    /// # Errors
    /// [`ServiceError::Refused`] if the perk is not given by invitation;
    /// [`ServiceError::NotFound`] if there is no such program; also if the program
    /// has no such perk, or a text is not an identity.
    pub async fn invite(
        &self,
        work: &mut UnitOfWork,
        asked: &InviteRequest,
    ) -> Result<Vec<Invited>> {
        let in_force = self
            .programs
            .in_force_in(work.conn(), &asked.program)
            .await?;
        let perk = perk_of(&in_force.program, &asked.perk)?;
        if perk.kind != PerkKind::Invitation {
            return Err(Refused::new(perk, WhyNot::NotByInvitation).into());
        }
        check_context(&asked.request)?;
        let list = (&asked.program, &asked.perk);
        store::claims::waiting_lists::take_turn(work.conn(), list).await?;
        let members = self.invitees(work, &asked.members).await?;
        let attempt = ClaimAttempt {
            in_force: &in_force,
            perk,
            member: None,
            verified: None,
            request: &asked.request,
            origin: Origin::Invitation,
            confirm: false,
            caller: asked.caller,
        };
        let outcomes = self.invite_members(work, &attempt, &members).await?;
        let mut seen = outcomes.clone();
        let invited = asked.members.iter().zip(members).map(|(identity, member)| {
            let outcome = member.and_then(|member| {
                let outcome = seen.get(&member)?.clone();
                // A member that is named twice is invited once.
                seen.insert(member, outcome.clone().before());
                Some(outcome)
            });
            Invited {
                identity: identity.clone(),
                member,
                invitation: outcome.unwrap_or_else(|| Invitation::Refused(not_enrolled(perk))),
            }
        });
        Ok(invited.collect())
    }

    /// Returns the member behind each identity; `None` if no member is enrolled
    /// under it.
    async fn invitees(
        &self,
        work: &mut UnitOfWork,
        texts: &[String],
    ) -> Result<Vec<Option<MemberId>>> {
        let identities = texts.iter().enumerate().map(|(place, text)| {
            let identity = text.parse::<Identity>();
            identity.map_err(|why| ServiceError::invalid(format!("/members/{place}"), why))
        });
        let identities: Vec<Identity> = identities.collect::<Result<_>>()?;
        let known = self.members.resolve_all(work.conn(), &identities).await?;
        let members = identities.iter().map(|one| known.get(one).copied());
        Ok(members.collect())
    }

    async fn invite_members(
        &self,
        work: &mut UnitOfWork,
        attempt: &ClaimAttempt<'_>,
        members: &[Option<MemberId>],
    ) -> Result<Outcomes> {
        let now = self.context.clock.now();
        let list = (attempt.in_force.program.id(), &attempt.perk.id);
        let mut seen = BTreeSet::new();
        let named = members.iter().flatten().copied();
        let named: Vec<MemberId> = named.filter(|member| seen.insert(*member)).collect();
        let mut asked = named.clone();
        let mut outcomes = Outcomes::new();
        // Nothing is given to a member whose membership ends meanwhile.
        store::members::lock_all(work.conn(), &named).await?;
        let waits = store::claims::waiting::of_members(work.conn(), list, &asked).await?;
        outcomes.extend(
            waits
                .into_iter()
                .map(|w| (w.member, Invitation::WaitedBefore(place(w)))),
        );
        let claims = store::claims::of_members(work.conn(), list, &asked).await?;
        outcomes.extend(
            claims
                .into_iter()
                .map(|c| (c.member, Invitation::HeldBefore(c))),
        );
        asked.retain(|member| !outcomes.contains_key(member));
        let attempts: Vec<_> = asked
            .iter()
            .map(|member| (attempt, Some(*member)))
            .collect();
        let refused = self.refused(work, &attempts, true, now).await?;
        outcomes.extend(
            asked
                .iter()
                .zip(refused)
                .filter_map(|(member, why)| Some((*member, Invitation::Refused(why?)))),
        );
        asked.retain(|member| !outcomes.contains_key(member));
        if !asked.is_empty() {
            let new = self.list_and_hold(work, attempt, &asked, now).await?;
            outcomes.extend(new);
        }
        let before = store::claims::waiting_lists::before_each(work.conn(), list, &named).await?;
        for (member, outcome) in &mut outcomes {
            if let Invitation::Waits(place) | Invitation::WaitedBefore(place) = outcome {
                place.before = before.get(member).copied();
            }
        }
        Ok(outcomes)
    }

    /// Puts members on the list, and holds the units that are left for the first of
    /// them.
    async fn list_and_hold(
        &self,
        work: &mut UnitOfWork,
        attempt: &ClaimAttempt<'_>,
        members: &[MemberId],
        now: DateTime<Utc>,
    ) -> Result<Outcomes> {
        let program = &attempt.in_force.program;
        let list = (program.id(), &attempt.perk.id);
        let day = program.day_of(now);
        let units: Vec<NewUnit<'_>> = members
            .iter()
            .map(|member| Eligible::new(attempt, *member).unit())
            .collect();
        let counts =
            store::claims::locked_counts::lock(work.conn(), program.id(), &units, day).await?;
        let stock = counts.stock.get(&attempt.perk.id);
        let left = stock.map_or(Left::Endless, |stock| {
            stock.for_others(in_all(attempt.perk))
        });
        let new = members.iter().map(|member| NewWaiting {
            id: WaitingId(self.context.clock.new_id()),
            member: *member,
            origin: attempt.origin,
            request: attempt.request.clone(),
        });
        self.join(work, list, &new.collect::<Vec<_>>()).await?;
        let waits = store::claims::waiting::of_members(work.conn(), list, members).await?;
        self.hold_for(work, attempt, waits.into(), left, now).await
    }

    /// Holds units for the first of the members that are new on the list. A member whom the
    /// counts refuse for good leaves the list, and the next one has their turn.
    async fn hold_for(
        &self,
        work: &mut UnitOfWork,
        attempt: &ClaimAttempt<'_>,
        mut waits: VecDeque<Waiting>,
        left: Left,
        now: DateTime<Utc>,
    ) -> Result<Outcomes> {
        let mut outcomes = Outcomes::new();
        let mut left = match left {
            Left::Units(units) => usize::try_from(units).unwrap_or(0),
            Left::Endless => waits.len(),
        };
        while left > 0 && !waits.is_empty() {
            let turn: Vec<Waiting> = waits.drain(..left.min(waits.len())).collect();
            let eligible = turn.iter().map(|one| Eligible::new(attempt, one.member));
            let eligible: Vec<Eligible<'_>> = eligible.collect();
            let claims = self
                .claim_units(work, &eligible, now, |refused| !waits_on(refused.why))
                .await?;
            let (mut claims, mut ends) = (claims.into_iter(), Vec::new());
            for waiting in turn {
                let (id, member) = (waiting.id, waiting.member);
                let (invitation, outcome) = invitation(claims.next(), waiting)?;
                match invitation {
                    Invitation::Held(_) => left -= 1,
                    Invitation::Waits(_) => left = 0,
                    _ => {}
                }
                ends.extend(outcome.map(|outcome| (id, WaitEnd { at: now, outcome })));
                outcomes.insert(member, invitation);
            }
            self.end_waits(work, attempt, &ends).await?;
        }
        let others = waits.into_iter();
        outcomes.extend(others.map(|w| (w.member, Invitation::Waits(place(w)))));
        Ok(outcomes)
    }

    async fn end_waits(
        &self,
        work: &mut UnitOfWork,
        attempt: &ClaimAttempt<'_>,
        ends: &[(WaitingId, WaitEnd)],
    ) -> Result<()> {
        if ends.is_empty() {
            return Ok(());
        }
        store::claims::waiting::end(work.conn(), ends).await?;
        // Those who have a unit were taken off the count of the list with it.
        let passed_over = ends.iter().filter(|(_, end)| end.outcome.claim().is_none());
        let fewer = passed_over.count() as i64;
        if fewer > 0 {
            let (program, perk) = (attempt.in_force.program.id(), &attempt.perk.id);
            store::claims::quotas::wait(work.conn(), program, perk, -fewer).await?;
        }
        Ok(())
    }
}

/// Returns what became of a member that is new on the list, and how their wait ends, if it
/// does. `claim` is `None` for a member whose turn did not come.
fn invitation(
    claim: Option<Result<Claim, Refused>>,
    waiting: Waiting,
) -> Result<(Invitation, Option<WaitOutcome>)> {
    Ok(match claim {
        Some(Ok(claim)) => {
            let outcome = WaitOutcome::Claimed(claim.id);
            (Invitation::Held(claim), Some(outcome))
        }
        Some(Err(refused)) if !waits_on(refused.why) => match refused.by_rules() {
            Some(why) => {
                let outcome = WaitOutcome::PassedOver(why);
                (Invitation::Refused(refused), Some(outcome))
            }
            None => return Err(refused.into()),
        },
        Some(Err(_)) | None => (Invitation::Waits(place(waiting)), None),
    })
}

/// Returns a place on the list; the caller fills in the number of members before
/// it.
fn place(waiting: Waiting) -> WaitingPlace {
    let before = None;
    WaitingPlace { waiting, before }
}

impl Invitation {
    /// Returns the result to report when the member is named again.
    fn before(self) -> Self {
        match self {
            Self::Held(claim) => Self::HeldBefore(claim),
            Self::Waits(waiting) => Self::WaitedBefore(waiting),
            same => same,
        }
    }
}
