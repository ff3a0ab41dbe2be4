//! Figures about a whole deployment, measured from time to time.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::ProgramId;

/// A figure, and when it was measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure<T> {
    /// When it was measured.
    pub at: DateTime<Utc>,
    /// The figure's value.
    pub body: T,
}

/// How many members there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberCounts {
    /// Members who take part in scoring.
    pub active: u64,
    /// Members who have opted out.
    pub opted_out: u64,
    /// Members whose influence is known.
    pub scored: u64,
}

/// The claims of a perk.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PerkClaims {
    /// Units that are held.
    pub held: u64,
    /// Units that are confirmed and not redeemed.
    pub confirmed: u64,
    /// Units that were redeemed.
    pub redeemed: u64,
    /// Units of these that were held in the last days.
    pub recent: u64,
}

/// How many things happened in the time that begins at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeCount {
    /// The beginning of the time.
    pub at: DateTime<Utc>,
    /// How many.
    pub count: u64,
}

/// Messages of one type about one program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageCount {
    /// The name of the type of the messages.
    pub kind: String,
    /// The program that they are about, if they are about one.
    pub program: Option<ProgramId>,
    /// How many there are.
    pub count: u64,
    /// When the latest happened.
    pub at: DateTime<Utc>,
}
