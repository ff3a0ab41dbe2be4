//! Tiers as members hold them, and how they came to.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::names::names;
use super::{GrantId, ModelVersion, ProgramVersion, SnapshotId, TierId};

/// A tier that a member has by the rules, and keeps for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarnedTier {
    /// Which.
    pub tier: TierId,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Until when it is kept although it is no longer earned; `None` if it is
    /// not kept at all.
    pub keep_until: Option<DateTime<Utc>>,
    /// When the member was told that it will be lost, if they were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub noticed_at: Option<DateTime<Utc>>,
}

/// A tier that a member holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldTier {
    /// By the rules.
    pub earned: EarnedTier,
    /// The tier in effect: that one, or a better one that somebody granted.
    pub in_effect: TierId,
    /// When it must be looked at again although nothing happens.
    pub recheck_at: Option<DateTime<Utc>>,
    /// The entry of the history that says why the tier is in effect; absent for
    /// a floor that was never left.
    pub history_id: Option<Uuid>,
}

/// A change of the tier in effect, as the history keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TierChange {
    /// Its id, in the order of time.
    pub id: Uuid,
    /// By which version of the program.
    pub version: ProgramVersion,
    /// When.
    pub at: DateTime<Utc>,
    /// From which tier; absent at the first.
    pub from: Option<TierId>,
    /// To which.
    pub to: TierId,
    /// Why.
    pub reason: TierChangeReason,
    /// The grant that gave the tier, if one did.
    pub grant: Option<GrantId>,
    /// The model that computed the score.
    pub model: ModelVersion,
    /// The snapshot that it was computed with.
    pub snapshot: SnapshotId,
}

/// Why a tier in effect has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TierChangeReason {
    /// A person gave it.
    Granted,
    /// The grant that gave the tier before has ended.
    GrantEnded,
    /// Its tests are passed.
    Reached,
    /// Its tests are no longer passed, and the time for which it was kept is over.
    Lowered,
    /// The program has no such tier any more.
    ProgramChanged,
    /// The member has opted out.
    OptedOut,
}

names! {
    TierChangeReason, "the reason of a change of tier":
    Granted = "granted",
    GrantEnded = "grant_ended",
    Reached = "reached",
    Lowered = "lowered",
    ProgramChanged = "program_changed",
    OptedOut = "opted_out",
}
