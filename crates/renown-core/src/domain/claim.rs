//! Claims on units of perks. A claim goes from `held` through `confirmed` to
//! `redeemed`, or ends before that; a redemption that was a mistake can be reversed. Each state has the steps that lead out of it as
//! methods that consume it, so that no other step can be written.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use serde::Serialize;
use utoipa::ToSchema;

use super::names::names;
use super::schema::{described, one_of};
use super::{CallerId, ClaimId, Code, MemberId, Money, PerkId, ProgramId, ProgramVersion};

/// A member's claim on one unit of a perk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The id of the claim.
    pub id: ClaimId,
    /// The program of the perk.
    pub program: ProgramId,
    /// The claimed perk.
    pub perk: PerkId,
    /// The member that has the claim.
    pub member: MemberId,
    /// The version of the program that gave it.
    pub version: ProgramVersion,
    /// How the claim came about.
    pub origin: Origin,
    /// When the unit was first held.
    pub held_at: DateTime<Utc>,
    /// The day, in the program's time zone, whose limits the claim counts against.
    pub day: NaiveDate,
    /// The value of the unit.
    pub value: Option<Money>,
    /// The caller who made the claim; `None` for one in the shell.
    pub caller: Option<CallerId>,
    /// The code that the member shows to get the unit, if the perk has codes.
    pub code: Option<Code>,
    /// The state of the claim.
    pub state: State,
}

/// How a claim came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The member claimed the perk directly.
    Claim,
    /// A unit became free while the member was on the waiting list.
    WaitingList,
    /// The member was invited.
    Invitation,
    /// The member was drawn.
    Draw,
}

impl Claim {
    /// Returns the code while the member may see it: from confirmation until the
    /// unit is released, expires or is cancelled. A code is never used again.
    pub fn shown_code(&self) -> Option<&Code> {
        let shown = matches!(self.state, State::Confirmed(_) | State::Redeemed(_));
        self.code.as_ref().filter(|_| shown)
    }
}

names! {
    Origin, "the origin of a claim":
    Claim = "claim",
    WaitingList = "waiting_list",
    Invitation = "invitation",
    Draw = "draw",
}

described!(Origin: one_of(Origin::ALL));

/// Selects claims for a list.
#[derive(Debug, Clone, Default)]
pub struct ClaimFilter {
    /// Only claims of this program.
    pub program: Option<ProgramId>,
    /// Only claims on this perk.
    pub perk: Option<PerkId>,
    /// Only claims of this member.
    pub member: Option<MemberId>,
    /// Only claims in this state.
    pub state: Option<StateKind>,
    /// Only claims before this one.
    pub before: Option<ClaimId>,
}

/// The state of a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// The unit is kept for the member, who has not confirmed yet.
    Held(Held),
    /// The member has confirmed.
    Confirmed(Confirmed),
    /// The unit was handed over. Only a reversal leads out of it.
    Redeemed(Redeemed),
    /// The claim was released, expired, was cancelled or reversed; final.
    Ended(Ended),
}

/// A unit that is kept for the member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The first moment at which the unit is no longer kept.
    pub until: DateTime<Utc>,
}

/// A unit that the member has confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmed {
    /// When the member confirmed.
    pub at: DateTime<Utc>,
    /// The first moment at which it can no longer be redeemed; `None` for never.
    pub redeem_by: Option<DateTime<Utc>>,
}

/// A unit that was handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redeemed {
    /// When the member confirmed.
    pub confirmed_at: DateTime<Utc>,
    /// When the unit was handed over.
    pub at: DateTime<Utc>,
    /// The caller who redeemed it.
    pub by: Option<CallerId>,
}

/// A unit that was released, expired, was cancelled or reversed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// How the claim ended.
    pub how: Ending,
    /// When the claim ended.
    pub at: DateTime<Utc>,
    /// When the member had confirmed; `None` if never.
    pub confirmed_at: Option<DateTime<Utc>>,
}

/// How a claim ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// The member released the unit.
    Released,
    /// The claim was not confirmed or redeemed in time.
    Expired,
    /// The business cancelled it.
    Cancelled {
        /// The reason, in words.
        reason: String,
    },
    /// The unit was redeemed by mistake, and was taken back.
    Reversed {
        /// The reason, in words.
        reason: String,
        /// When it was redeemed.
        redeemed_at: DateTime<Utc>,
        /// The caller who redeemed it.
        redeemed_by: Option<CallerId>,
    },
}

/// A requested step of a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Confirm the claim.
    Confirm {
        /// The first moment at which it can no longer be redeemed.
        redeem_by: Option<DateTime<Utc>>,
    },
    /// Redeem the claim: the unit is handed over.
    Redeem {
        /// The caller who redeems it.
        by: Option<CallerId>,
    },
    /// Release, expire or cancel the claim, which is not redeemed.
    End(Ending),
    /// Reverse a redemption that was a mistake.
    Reverse {
        /// The reason, in words.
        reason: String,
        /// How long after the redemption it may be reversed.
        within: TimeDelta,
    },
}

/// Why a claim cannot take a step.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotPossible {
    /// The time limit of the step has passed.
    #[error("the claim was to be {wanted} by {by}")]
    Lapsed {
        /// The missed step: `confirmed`, `redeemed` or `reversed`.
        wanted: &'static str,
        /// The first moment that was too late.
        by: DateTime<Utc>,
    },
    /// The claim must be confirmed first.
    #[error("the claim is held and not confirmed yet; confirm it first")]
    NotConfirmed,
    /// The claim was not redeemed, so nothing can be reversed.
    #[error("the claim is {0} and not redeemed; cancel it instead")]
    NotRedeemed(StateKind),
    /// The claim was already redeemed.
    #[error("the claim was redeemed at {0}")]
    Redeemed(DateTime<Utc>),
    /// The claim had already ended.
    #[error("the claim was {how} at {at}")]
    Ended {
        /// The final state: released, expired or cancelled.
        how: StateKind,
        /// When it ended.
        at: DateTime<Utc>,
    },
    /// The claim cannot expire yet.
    #[error("the claim's time is not over")]
    NotDue,
}

impl Held {
    /// Confirms the claim.
    ///
    /// # Errors
    /// [`NotPossible::Lapsed`] from [`Held::until`] on.
    pub fn confirm(
        self,
        at: DateTime<Utc>,
        redeem_by: Option<DateTime<Utc>>,
    ) -> Result<Confirmed, NotPossible> {
        let by = self.until;
        if at >= by {
            let wanted = "confirmed";
            return Err(NotPossible::Lapsed { wanted, by });
        }
        Ok(Confirmed { at, redeem_by })
    }

    /// Ends the claim.
    pub fn end(self, how: Ending, at: DateTime<Utc>) -> Ended {
        let confirmed_at = None;
        Ended {
            how,
            at,
            confirmed_at,
        }
    }
}

impl Confirmed {
    /// Redeems the claim.
    ///
    /// # Errors
    /// [`NotPossible::Lapsed`] from [`Confirmed::redeem_by`] on.
    pub fn redeem(self, at: DateTime<Utc>, by: Option<CallerId>) -> Result<Redeemed, NotPossible> {
        if let Some(late) = self.redeem_by.filter(|late| at >= *late) {
            let wanted = "redeemed";
            return Err(NotPossible::Lapsed { wanted, by: late });
        }
        Ok(Redeemed {
            confirmed_at: self.at,
            at,
            by,
        })
    }

    /// Ends the claim.
    pub fn end(self, how: Ending, at: DateTime<Utc>) -> Ended {
        let confirmed_at = Some(self.at);
        Ended {
            how,
            at,
            confirmed_at,
        }
    }
}

impl Redeemed {
    /// Takes the unit back.
    ///
    /// # Errors
    /// [`NotPossible::Lapsed`] from `within` after the redemption on.
    pub fn reverse(
        self,
        at: DateTime<Utc>,
        reason: String,
        within: TimeDelta,
    ) -> Result<Ended, NotPossible> {
        let by = self.at + within;
        if at >= by {
            let wanted = "reversed";
            return Err(NotPossible::Lapsed { wanted, by });
        }
        let how = Ending::Reversed {
            reason,
            redeemed_at: self.at,
            redeemed_by: self.by,
        };
        Ok(Ended {
            how,
            at,
            confirmed_at: Some(self.confirmed_at),
        })
    }
}

impl Ending {
    /// Returns the reason that was given; `None` if none is needed.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Cancelled { reason } | Self::Reversed { reason, .. } => Some(reason),
            Self::Released | Self::Expired => None,
        }
    }

    /// Returns the state that the ending leads to.
    pub fn kind(&self) -> StateKind {
        match self {
            Self::Released => StateKind::Released,
            Self::Expired => StateKind::Expired,
            Self::Cancelled { .. } => StateKind::Cancelled,
            Self::Reversed { .. } => StateKind::Reversed,
        }
    }
}

/// The state of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StateKind {
    /// The unit is kept for the member, who has not confirmed yet.
    Held,
    /// The member has confirmed.
    Confirmed,
    /// The unit was handed over.
    Redeemed,
    /// The member released the unit.
    Released,
    /// The claim was not confirmed or redeemed in time.
    Expired,
    /// The business cancelled the claim.
    Cancelled,
    /// The unit was redeemed by mistake, and was taken back.
    Reversed,
}

names! {
    StateKind, "the state of a claim":
    Held = "held",
    Confirmed = "confirmed",
    Redeemed = "redeemed",
    Released = "released",
    Expired = "expired",
    Cancelled = "cancelled",
    Reversed = "reversed",
}

impl State {
    /// Returns the state without its details.
    pub fn kind(&self) -> StateKind {
        match self {
            Self::Held(_) => StateKind::Held,
            Self::Confirmed(_) => StateKind::Confirmed,
            Self::Redeemed(_) => StateKind::Redeemed,
            Self::Ended(ended) => ended.how.kind(),
        }
    }

    /// Returns when the claim expires by itself; `None` for never.
    pub fn expires_at(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Held(held) => Some(held.until),
            Self::Confirmed(confirmed) => confirmed.redeem_by,
            Self::Redeemed(_) | Self::Ended(_) => None,
        }
    }

    /// Returns the state after a step. Confirming a confirmed claim, or ending an
    /// ended claim in the same way, changes nothing and is no error.
    ///
    /// # Errors
    /// If the step is not possible from this state, or not at this time.
    pub fn after(self, step: Step, now: DateTime<Utc>) -> Result<Self, NotPossible> {
        match (self, step) {
            (Self::Held(held), Step::Confirm { redeem_by }) => {
                held.confirm(now, redeem_by).map(Self::Confirmed)
            }
            (Self::Held(_), Step::Redeem { .. }) => Err(NotPossible::NotConfirmed),
            (same @ Self::Confirmed(_), Step::Confirm { .. }) => Ok(same),
            (Self::Confirmed(confirmed), Step::Redeem { by }) => {
                confirmed.redeem(now, by).map(Self::Redeemed)
            }
            (Self::Redeemed(redeemed), Step::Reverse { reason, within }) => {
                redeemed.reverse(now, reason, within).map(Self::Ended)
            }
            (Self::Redeemed(redeemed), _) => Err(NotPossible::Redeemed(redeemed.at)),
            (live @ (Self::Held(_) | Self::Confirmed(_)), Step::Reverse { .. }) => {
                Err(NotPossible::NotRedeemed(live.kind()))
            }
            (Self::Ended(ended), step) => ended.again(&step).map(Self::Ended),
            (live, Step::End(Ending::Expired)) if !live.is_over(now) => Err(NotPossible::NotDue),
            (Self::Held(held), Step::End(how)) => Ok(Self::Ended(held.end(how, now))),
            (Self::Confirmed(confirmed), Step::End(how)) => {
                Ok(Self::Ended(confirmed.end(how, now)))
            }
        }
    }

    /// Returns whether the claim's time is over.
    fn is_over(&self, now: DateTime<Utc>) -> bool {
        self.expires_at().is_some_and(|end| now >= end)
    }
}

impl Ended {
    /// Accepts only the same ending again, which changes nothing.
    fn again(self, step: &Step) -> Result<Self, NotPossible> {
        let (how, at) = (self.how.kind(), self.at);
        match step {
            Step::End(ending) if ending.kind() == how => Ok(self),
            Step::Reverse { .. } if how == StateKind::Reversed => Ok(self),
            _ => Err(NotPossible::Ended { how, at }),
        }
    }
}

#[cfg(test)]
mod tests;
