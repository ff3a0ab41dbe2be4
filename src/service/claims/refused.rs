//! Why somebody does not get what they asked for.

use std::fmt;

use serde_json::Value;

use crate::domain::PerkId;
use crate::rules::{Perk, Refusal};
use crate::service::ServiceError;

/// A perk that was not given, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Refused {
    /// Which perk.
    pub perk: PerkId,
    /// Why not.
    pub why: WhyNot,
    /// The reason as a decision gives it, with the tests that failed and what
    /// would change it; absent if it is not the rules that refuse.
    pub reason: Option<Value>,
}

/// Why a perk is not given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyNot {
    /// The rules say so, as they do in a lookup.
    Rules(Refusal),
    /// A draw decides about it.
    ByDraw,
    /// Only who is invited gets it.
    ByInvitation,
    /// There are units left: there is nothing to wait for.
    NothingToWaitFor,
}

impl Refused {
    /// Not by the rules alone.
    pub(super) fn new(perk: &Perk, why: WhyNot) -> Self {
        Self {
            perk: perk.id.clone(),
            why,
            reason: None,
        }
    }

    /// The stable name of the refusal.
    pub fn name(&self) -> String {
        match self.why {
            WhyNot::Rules(refusal) => refusal.as_str().to_owned(),
            WhyNot::ByDraw => "by_draw".to_owned(),
            WhyNot::ByInvitation => "by_invitation".to_owned(),
            WhyNot::NothingToWaitFor => "nothing_to_wait_for".to_owned(),
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
        })
    }
}

impl From<Refused> for ServiceError {
    fn from(refused: Refused) -> Self {
        Self::Refused(Box::new(refused))
    }
}
