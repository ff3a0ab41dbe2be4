//! Waits for a unit of a perk.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::{Attribute, ClaimId, Invalid, MemberId, Origin, PerkId, ProgramId, Refusal, WaitingId};

/// Somebody who waits, or waited.
#[derive(Debug, Clone, PartialEq)]
pub struct Waiting {
    /// The id of the wait.
    pub id: WaitingId,
    /// In which program.
    pub program: ProgramId,
    /// For which perk.
    pub perk: PerkId,
    /// Its place: lower ones are first. Not counted from 1.
    pub place: i64,
    /// Who.
    pub member: MemberId,
    /// How they came to wait.
    pub origin: Origin,
    /// Since when.
    pub joined_at: DateTime<Utc>,
    /// What the caller passed in.
    pub request: BTreeMap<String, Attribute>,
    /// How it ended, if it has.
    pub end: Option<WaitEnd>,
}

/// How a wait ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitEnd {
    /// When.
    pub at: DateTime<Utc>,
    /// How.
    pub outcome: WaitOutcome,
}

/// What a wait has come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitOutcome {
    /// The member has a unit: this claim.
    Claimed(ClaimId),
    /// The member left the list.
    Left,
    /// The list was emptied, since the perk is given otherwise now.
    Withdrawn,
    /// The member was not to have the perk any more when it was their turn.
    PassedOver(Refusal),
}

impl WaitOutcome {
    /// The outcome of this name; `claim` is the claim that it became.
    ///
    /// # Errors
    /// If there is none of this name, or a claim is missing.
    pub fn new(name: &str, claim: Option<ClaimId>) -> Result<Self, Invalid> {
        match (name, claim) {
            ("claimed", Some(claim)) => Ok(Self::Claimed(claim)),
            ("claimed", None) => Err(Invalid::new("a wait that was claimed without a claim")),
            ("left", _) => Ok(Self::Left),
            ("withdrawn", _) => Ok(Self::Withdrawn),
            (other, _) => Ok(Self::PassedOver(other.parse()?)),
        }
    }

    /// The name: `claimed`, `left`, `withdrawn`, or that of the refusal.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Claimed(_) => "claimed",
            Self::Left => "left",
            Self::Withdrawn => "withdrawn",
            Self::PassedOver(refusal) => refusal.as_str(),
        }
    }

    /// The claim that it became.
    pub fn claim(self) -> Option<ClaimId> {
        match self {
            Self::Claimed(claim) => Some(claim),
            Self::Left | Self::Withdrawn | Self::PassedOver(_) => None,
        }
    }
}
