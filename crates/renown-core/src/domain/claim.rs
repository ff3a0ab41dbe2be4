//! A claim: a member's hold on one unit of a perk. It goes from `held` over
//! `confirmed` to `redeemed`, or ends before that; each state has the steps that
//! lead out of it as methods that consume it, so that no other step can be
//! written.

use chrono::{DateTime, NaiveDate, Utc};

use serde::Serialize;
use utoipa::ToSchema;

use super::names::names;
use super::{ClaimId, Code, KeyId, MemberId, Money, PerkId, ProgramId, ProgramVersion};

/// One unit of a perk in somebody's hands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Its id.
    pub id: ClaimId,
    /// In which program.
    pub program: ProgramId,
    /// On which of its perks.
    pub perk: PerkId,
    /// Whose it is.
    pub member: MemberId,
    /// By which version of the program it was given.
    pub version: ProgramVersion,
    /// How it came about.
    pub origin: Origin,
    /// When it began.
    pub held_at: DateTime<Utc>,
    /// The program's day whose limits it counts for.
    pub day: NaiveDate,
    /// What the unit is worth.
    pub value: Option<Money>,
    /// The key with which it was made.
    pub key: Option<KeyId>,
    /// What the member shows to get the unit, where the perk has codes.
    pub code: Option<Code>,
    /// Where it stands.
    pub state: State,
}

/// How a claim came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Somebody asked for it.
    Claim,
    /// A unit came free while the member waited for one.
    WaitingList,
    /// The member was invited.
    Invitation,
    /// The member was drawn.
    Draw,
}

impl Claim {
    /// The code, once it is the member's: from the confirmation on, until the
    /// unit is given back. A code is never used again.
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

/// Which claims a list has.
#[derive(Debug, Clone, Default)]
pub struct ClaimFilter {
    /// Only those of one program.
    pub program: Option<ProgramId>,
    /// Only those on one perk.
    pub perk: Option<PerkId>,
    /// Only one member's.
    pub member: Option<MemberId>,
    /// Only those in a state.
    pub state: Option<StateKind>,
    /// Only those before this one.
    pub before: Option<ClaimId>,
}

/// Where a claim stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Kept for the member, who has yet to confirm.
    Held(Held),
    /// The member's.
    Confirmed(Confirmed),
    /// Handed over. Nothing follows.
    Redeemed(Redeemed),
    /// Given back. Nothing follows.
    Ended(Ended),
}

/// A unit is kept for the member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The first moment at which it is kept no longer.
    pub until: DateTime<Utc>,
}

/// The member has confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmed {
    /// When.
    pub at: DateTime<Utc>,
    /// The first moment at which it can no longer be redeemed; `None` for never.
    pub redeem_by: Option<DateTime<Utc>>,
}

/// The unit was handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redeemed {
    /// When it was confirmed.
    pub confirmed_at: DateTime<Utc>,
    /// When it was handed over.
    pub at: DateTime<Utc>,
    /// The key with which that was said.
    pub by: Option<KeyId>,
}

/// The unit was given back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// How.
    pub how: Ending,
    /// When.
    pub at: DateTime<Utc>,
    /// When it had been confirmed, if it had.
    pub confirmed_at: Option<DateTime<Utc>>,
}

/// How a unit is given back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// The member did not want it.
    Released,
    /// Its time was over.
    Expired,
    /// The business took it back.
    Cancelled {
        /// Why, in words.
        reason: String,
    },
}

/// A step that somebody wants a claim to take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The member takes it.
    Confirm {
        /// The first moment at which it can no longer be redeemed.
        redeem_by: Option<DateTime<Utc>>,
    },
    /// It is handed over.
    Redeem {
        /// With which key that is said.
        by: Option<KeyId>,
    },
    /// It is given back.
    End(Ending),
}

/// Why a claim does not take a step.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotPossible {
    /// Its time was over before.
    #[error("the claim was to be {wanted} by {by}")]
    Lapsed {
        /// What had to happen: `confirmed` or `redeemed`.
        wanted: &'static str,
        /// The first moment at which it was too late.
        by: DateTime<Utc>,
    },
    /// It has to be confirmed first.
    #[error("the claim is held and not confirmed yet; confirm it first")]
    NotConfirmed,
    /// It was handed over.
    #[error("the claim was redeemed at {0}")]
    Redeemed(DateTime<Utc>),
    /// It was given back.
    #[error("the claim was {how} at {at}")]
    Ended {
        /// Released, expired or cancelled.
        how: StateKind,
        /// When.
        at: DateTime<Utc>,
    },
    /// Its time is not over.
    #[error("the claim's time is not over")]
    NotDue,
}

impl Held {
    /// The member takes it.
    ///
    /// # Errors
    /// [`NotPossible::Lapsed`] once its time is over.
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

    /// It is given back.
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
    /// It is handed over.
    ///
    /// # Errors
    /// [`NotPossible::Lapsed`] once its time is over.
    pub fn redeem(self, at: DateTime<Utc>, by: Option<KeyId>) -> Result<Redeemed, NotPossible> {
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

    /// It is given back.
    pub fn end(self, how: Ending, at: DateTime<Utc>) -> Ended {
        let confirmed_at = Some(self.at);
        Ended {
            how,
            at,
            confirmed_at,
        }
    }
}

impl Ending {
    /// The state that it leads to.
    pub fn kind(&self) -> StateKind {
        match self {
            Self::Released => StateKind::Released,
            Self::Expired => StateKind::Expired,
            Self::Cancelled { .. } => StateKind::Cancelled,
        }
    }
}

/// A state without what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StateKind {
    /// Kept for the member.
    Held,
    /// The member's.
    Confirmed,
    /// Handed over.
    Redeemed,
    /// Given back by the member.
    Released,
    /// Its time is over.
    Expired,
    /// Taken back by the business.
    Cancelled,
}

names! {
    StateKind, "the state of a claim":
    Held = "held",
    Confirmed = "confirmed",
    Redeemed = "redeemed",
    Released = "released",
    Expired = "expired",
    Cancelled = "cancelled",
}

impl State {
    /// Which state it is.
    pub fn kind(&self) -> StateKind {
        match self {
            Self::Held(_) => StateKind::Held,
            Self::Confirmed(_) => StateKind::Confirmed,
            Self::Redeemed(_) => StateKind::Redeemed,
            Self::Ended(ended) => ended.how.kind(),
        }
    }

    /// When it ends by itself; `None` for never.
    pub fn expires_at(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Held(held) => Some(held.until),
            Self::Confirmed(confirmed) => confirmed.redeem_by,
            Self::Redeemed(_) | Self::Ended(_) => None,
        }
    }

    /// The state after a step. Confirming what is confirmed, and ending what has
    /// ended in the same way, changes nothing and is no mistake.
    ///
    /// # Errors
    /// Why the step cannot be taken.
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
            (Self::Redeemed(redeemed), _) => Err(NotPossible::Redeemed(redeemed.at)),
            (Self::Ended(ended), step) => ended.again(&step).map(Self::Ended),
            (live, Step::End(Ending::Expired)) if !live.is_over(now) => Err(NotPossible::NotDue),
            (Self::Held(held), Step::End(how)) => Ok(Self::Ended(held.end(how, now))),
            (Self::Confirmed(confirmed), Step::End(how)) => {
                Ok(Self::Ended(confirmed.end(how, now)))
            }
        }
    }

    /// Whether its time is over.
    fn is_over(&self, now: DateTime<Utc>) -> bool {
        self.expires_at().is_some_and(|end| now >= end)
    }
}

impl Ended {
    /// What has ended stays as it is; to end it in the same way is no mistake.
    fn again(self, step: &Step) -> Result<Self, NotPossible> {
        let (how, at) = (self.how.kind(), self.at);
        match step {
            Step::End(ending) if ending.kind() == how => Ok(self),
            _ => Err(NotPossible::Ended { how, at }),
        }
    }
}

#[cfg(test)]
mod tests;
