//! What is published of a draw: enough to check it, and nobody's name.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::domain::{Nonce, PerkId, ProgramId};

/// A draw as it is published. Before it is held, what is secret or not known yet
/// is null.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DrawDocument {
    /// The name of the algorithm.
    pub algorithm: String,
    /// The algorithm in words.
    pub description: String,
    /// The program.
    #[schema(value_type = String)]
    pub program: ProgramId,
    /// The perk.
    #[schema(value_type = String)]
    pub perk: PerkId,
    /// SHA-256 of the seed, in hexadecimal digits.
    pub commitment: String,
    /// When the commitment was made: before anybody could enter.
    pub committed_at: DateTime<Utc>,
    /// When the draw holds itself; null if it has to be started, and once it is
    /// held.
    pub draws_at: Option<DateTime<Utc>>,
    /// When it was held.
    pub drawn_at: Option<DateTime<Utc>>,
    /// How many units there were to be had; before the draw, how many there are.
    /// Null for as many as are wanted.
    pub units: Option<i64>,
    /// How many of this draw's units there are now: fewer or more if a later
    /// version of the program says so, or codes of a partner were added or spent.
    /// Null before the draw, and for as many as are wanted.
    pub units_now: Option<i64>,
    /// How many have entered.
    pub entry_count: i64,
    /// The digest of the entries, in hexadecimal digits.
    pub digest: Option<String>,
    /// The seed, in hexadecimal digits.
    pub seed: Option<String>,
    /// Every entry, in order of the ids.
    pub entries: Option<Vec<DrawnEntry>>,
}

/// An entry as it is published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DrawnEntry {
    /// Its public id.
    pub id: Uuid,
    /// What the entrant added; null if nothing.
    #[schema(value_type = Option<String>)]
    pub nonce: Option<Nonce>,
    /// Its place in the order of the draw, from 1.
    pub place: i64,
    /// What came of it: `waiting` while the units have not come down to it;
    /// `held`, `confirmed` or `redeemed` for who has one; `released`, `expired`
    /// or `cancelled` for who had one that went to the next; `left` for who no
    /// longer wanted one; else the refusal for which it was passed over, such as
    /// `condition` or `not_enrolled`.
    pub outcome: String,
}

/// What an outcome means for the units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DrawStanding {
    /// The units have not come down to it.
    Waits,
    /// It has a unit.
    Has,
    /// It had one, which went to the next.
    Had,
    /// It was passed over, or left.
    Passed,
}

impl DrawnEntry {
    /// What its outcome means.
    pub fn standing(&self) -> DrawStanding {
        match self.outcome.as_str() {
            "waiting" => DrawStanding::Waits,
            "held" | "confirmed" | "redeemed" => DrawStanding::Has,
            "released" | "expired" | "cancelled" => DrawStanding::Had,
            _ => DrawStanding::Passed,
        }
    }
}
