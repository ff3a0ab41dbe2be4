//! Why somebody does not get what they asked for.

use std::fmt;

use serde_json::Value;

use crate::service::ServiceError;
use renown_core::domain::{PerkId, Refusal};
use renown_core::rules::Perk;

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
    /// It is given otherwise than by a draw.
    NotByDraw,
    /// It is given otherwise than by invitation.
    NotByInvitation,
    /// Nobody enters the draw any more.
    DrawIsOver,
}

impl Refused {
    /// Not by the rules alone.
    pub(in crate::service) fn new(perk: &Perk, why: WhyNot) -> Self {
        Self {
            perk: perk.id.clone(),
            why,
            reason: None,
        }
    }

    /// Why the rules refuse, if it is they who do.
    pub(in crate::service) fn by_rules(&self) -> Option<Refusal> {
        match self.why {
            WhyNot::Rules(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// The stable name of the refusal.
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
