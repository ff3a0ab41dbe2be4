//! The published record of a draw. It contains all that a check needs, and no
//! names.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::domain::{Nonce, PerkId, ProgramId};

/// A draw as it is published. Fields that are still secret or unknown before
/// the draw is held are null.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DrawDocument {
    /// The name of the algorithm.
    pub algorithm: String,
    /// The algorithm in words.
    pub description: String,
    /// The id of the program.
    #[schema(value_type = String)]
    pub program: ProgramId,
    /// The id of the perk.
    #[schema(value_type = String)]
    pub perk: PerkId,
    /// SHA-256 of the seed, as 64 hexadecimal digits.
    pub commitment: String,
    /// The time of the commitment, before any entry was possible.
    pub committed_at: DateTime<Utc>,
    /// The time at which the draw is held automatically; null if it has to be
    /// started by hand, and after it was held.
    pub draws_at: Option<DateTime<Utc>>,
    /// The time at which the draw was held; null before.
    pub drawn_at: Option<DateTime<Utc>>,
    /// Units to be won when the draw was held; before the draw, units at
    /// present. Null if unlimited.
    pub units: Option<i64>,
    /// Units of this draw at present. The number differs from `units` if a
    /// later version of the program changes it, or if codes of a partner were
    /// added or used. Null before the draw, and if unlimited.
    pub units_now: Option<i64>,
    /// The number of entries.
    pub entry_count: i64,
    /// The digest of the draw and its entries, as 64 hexadecimal digits; null
    /// before the draw.
    pub digest: Option<String>,
    /// The seed, as 64 hexadecimal digits; null before the draw.
    pub seed: Option<String>,
    /// All entries, in order of their ids; null before the draw.
    pub entries: Option<Vec<DrawnEntry>>,
}

/// An entry as it is published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DrawnEntry {
    /// The public id of the entry.
    pub id: Uuid,
    /// The nonce that the entrant added; null if none.
    #[schema(value_type = Option<String>)]
    pub nonce: Option<Nonce>,
    /// Place in the order of the draw, from 1.
    pub place: i64,
    /// The outcome. `waiting`: the units have not reached this entry. `held`,
    /// `confirmed` or `redeemed`: the entrant has a unit. `released`, `expired`
    /// or `cancelled`: the entrant had a unit, which went to the next entry.
    /// `left`: the entrant withdrew. Any other value is the refusal for which
    /// the entry was passed over, such as `condition` or `not_enrolled`.
    pub outcome: String,
}

/// The meaning of an outcome for the units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DrawStanding {
    /// The units have not reached the entry.
    Waits,
    /// The entry has a unit.
    Has,
    /// The entry had a unit, which went to the next entry.
    Had,
    /// The entry was passed over or withdrawn.
    Passed,
}

impl DrawnEntry {
    /// Returns the meaning of the entry's outcome.
    pub fn standing(&self) -> DrawStanding {
        match self.outcome.as_str() {
            "waiting" => DrawStanding::Waits,
            "held" | "confirmed" | "redeemed" => DrawStanding::Has,
            "released" | "expired" | "cancelled" => DrawStanding::Had,
            _ => DrawStanding::Passed,
        }
    }
}
