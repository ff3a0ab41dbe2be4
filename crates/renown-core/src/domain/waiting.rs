//! Waiting lists for units of perks.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::{Attribute, ClaimId, Invalid, MemberId, Origin, PerkId, ProgramId, Refusal, WaitingId};

/// A member's wait for a unit of a perk, running or ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Waiting {
    /// The id of the wait.
    pub id: WaitingId,
    /// The program of the perk.
    pub program: ProgramId,
    /// The perk that is waited for.
    pub perk: PerkId,
    /// The place on the list: lower places are served first. Places do not start at
    /// 1.
    pub place: i64,
    /// The member that waits.
    pub member: MemberId,
    /// How the member came onto the list.
    pub origin: Origin,
    /// When the member joined.
    pub joined_at: DateTime<Utc>,
    /// The values that the caller passed in.
    pub request: BTreeMap<String, Attribute>,
    /// The end of the wait; `None` while the member waits.
    pub end: Option<WaitEnd>,
}

/// The end of a wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitEnd {
    /// When the wait ended.
    pub at: DateTime<Utc>,
    /// The result of the wait.
    pub outcome: WaitOutcome,
}

/// The result of a wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitOutcome {
    /// The member got a unit: this claim.
    Claimed(ClaimId),
    /// The member left the list.
    Left,
    /// The list was emptied because the perk is now given in another way.
    Withdrawn,
    /// The member was refused the perk when it was their turn.
    PassedOver(Refusal),
}

impl WaitOutcome {
    /// Builds the outcome from its name; `claim` is the resulting claim.
    ///
    /// # Errors
    /// If there is no such outcome, or the claim is missing.
    pub fn new(name: &str, claim: Option<ClaimId>) -> Result<Self, Invalid> {
        match (name, claim) {
            ("claimed", Some(claim)) => Ok(Self::Claimed(claim)),
            ("claimed", None) => Err(Invalid::new("a wait that was claimed without a claim")),
            ("left", _) => Ok(Self::Left),
            ("withdrawn", _) => Ok(Self::Withdrawn),
            (other, _) => Ok(Self::PassedOver(other.parse()?)),
        }
    }

    /// Returns the name: `claimed`, `left`, `withdrawn`, or that of the refusal.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Claimed(_) => "claimed",
            Self::Left => "left",
            Self::Withdrawn => "withdrawn",
            Self::PassedOver(refusal) => refusal.as_str(),
        }
    }

    /// Returns the resulting claim, if there is one.
    pub fn claim(self) -> Option<ClaimId> {
        match self {
            Self::Claimed(claim) => Some(claim),
            Self::Left | Self::Withdrawn | Self::PassedOver(_) => None,
        }
    }
}
