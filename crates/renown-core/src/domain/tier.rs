//! The tiers that members hold, and their history.

use std::cmp::Ordering;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::names::names;
use super::schema::{described, one_of};
use super::{GrantId, MergeId, ModelVersion, ProgramVersion, SnapshotId, TierId};

/// A tier that a member has earned by the rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarnedTier {
    /// The tier.
    pub tier: TierId,
    /// When the member reached it.
    pub since: DateTime<Utc>,
    /// Until when the tier is kept although it is no longer earned; `None` if it is
    /// not kept at all.
    pub keep_until: Option<DateTime<Utc>>,
    /// When the member was notified of the coming loss; `None` if not notified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub noticed_at: Option<DateTime<Utc>>,
}

impl EarnedTier {
    /// Joins the tiers of two members who are one person: the better one, and of the same
    /// tier the longer time. `rank` is 0 for the best tier.
    #[must_use]
    pub fn joined(&self, other: &Self, rank: impl Fn(&TierId) -> usize) -> Self {
        match rank(&self.tier).cmp(&rank(&other.tier)) {
            Ordering::Less => self.clone(),
            Ordering::Greater => other.clone(),
            Ordering::Equal => Self {
                tier: self.tier.clone(),
                since: self.since.min(other.since),
                keep_until: self.keep_until.max(other.keep_until),
                // A loss that was announced to one of them only is announced again.
                noticed_at: self.noticed_at.min(other.noticed_at),
            },
        }
    }
}

/// The tier state of a member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldTier {
    /// The tier earned by the rules.
    pub earned: EarnedTier,
    /// The tier in effect: the earned one, or a better one that was granted.
    pub in_effect: TierId,
    /// When to recheck the tier even if nothing happens; `None` for never.
    pub recheck_at: Option<DateTime<Utc>>,
    /// The history entry that says why the tier is in effect; `None` if the
    /// member has always been on the floor.
    pub history_id: Option<Uuid>,
}

/// A change of the tier in effect, as recorded in the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TierChange {
    /// The id of the entry; ids sort by time.
    pub id: Uuid,
    /// The version of the program that caused the change.
    pub version: ProgramVersion,
    /// When the tier changed.
    pub at: DateTime<Utc>,
    /// The tier before; `None` for the first one.
    pub from: Option<TierId>,
    /// The tier after.
    pub to: TierId,
    /// The reason of the change.
    pub reason: TierChangeReason,
    /// The grant that gave the tier, if it was granted.
    pub grant: Option<GrantId>,
    /// The merge of members that made the change, or whose undo did.
    pub merge: Option<MergeId>,
    /// The model that computed the score.
    pub model: ModelVersion,
    /// The rank snapshot that the score was computed with.
    pub snapshot: SnapshotId,
}

/// Why the tier in effect has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TierChangeReason {
    /// A grant gave the tier.
    Granted,
    /// The grant that gave the tier before has ended.
    GrantEnded,
    /// The member passes the tests of the tier.
    Reached,
    /// The member no longer passes the tests of the tier, and the time for which it
    /// was kept is over.
    Lowered,
    /// The program no longer has the tier.
    ProgramChanged,
    /// The member has opted out.
    OptedOut,
    /// The member was merged with another one, or that was undone.
    Merged,
}

names! {
    TierChangeReason, "the reason of a change of tier":
    Granted = "granted",
    GrantEnded = "grant_ended",
    Reached = "reached",
    Lowered = "lowered",
    ProgramChanged = "program_changed",
    OptedOut = "opted_out",
    Merged = "merged",
}

described!(TierChangeReason: one_of(TierChangeReason::ALL));
