//! Refusals: why a member does not get a perk.

use std::fmt;

use serde_json::Value;

use crate::service::ServiceError;
use renown_core::domain::{PerkId, Refusal};
use renown_core::rules::Perk;

/// A perk that was not given, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Refused {
    /// The perk.
    pub perk: PerkId,
    /// The reason.
    pub why: WhyNot,
    /// The explanation of the rules, with the failed tests and what would change
    /// the result, as in a decision; absent if the rules do not refuse.
    pub reason: Option<Value>,
}

/// Why a perk is not given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyNot {
    /// The rules refuse, as in a lookup.
    Rules(Refusal),
    /// The perk is given by a draw.
    ByDraw,
    /// The perk is given by invitation only.
    ByInvitation,
    /// Units are left, so there is nothing to wait for.
    NothingToWaitFor,
    /// The perk is not given by a draw.
    NotByDraw,
    /// The perk is not given by invitation.
    NotByInvitation,
    /// The draw accepts no more entries.
    DrawIsOver,
}

impl Refused {
    /// Returns a refusal without the explanation of the rules.
    pub(in crate::service) fn new(perk: &Perk, why: WhyNot) -> Self {
        Self {
            perk: perk.id.clone(),
            why,
            reason: None,
        }
    }

    /// Returns the reason of the rules; `None` if the rules do not refuse.
    pub(in crate::service) fn by_rules(&self) -> Option<Refusal> {
        match self.why {
            WhyNot::Rules(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// Returns the stable name of the reason.
    pub fn name(&self) -> String {
        match self.why {
            WhyNot::Rules(refusal) => refusal.as_str().to_owned(),
            WhyNot::ByDraw => "by_draw".to_owned(),
            WhyNot::ByInvitation => "by_invitation".to_owned(),
            WhyNot::NothingToWaitFor => "nothing_to_wait_for".to_owned(),
            WhyNot::NotByDraw => "not_by_draw".to_owned(),
            WhyNot::NotByInvitation => "not_by_invitation".to_owned(),
            WhyNot::DrawIsOver => "draw_is_over".to_owned(),
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{}' cannot be claimed: ", self.perk)?;
        f.write_str(match self.why {
            WhyNot::Rules(refusal) => refusal.in_words(),
            WhyNot::ByDraw => "a draw decides who gets it; enter the draw",
            WhyNot::ByInvitation => "only who is invited gets it",
            WhyNot::NothingToWaitFor => "there are units left; claim one instead of waiting",
            WhyNot::NotByDraw => "no draw decides who gets it",
            WhyNot::NotByInvitation => "nobody is invited to it",
            WhyNot::DrawIsOver => "the draw is over",
        })
    }
}

impl From<Refused> for ServiceError {
    fn from(refused: Refused) -> Self {
        Self::Refused(Box::new(refused))
    }
}
