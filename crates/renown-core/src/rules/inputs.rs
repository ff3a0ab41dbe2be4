//! The facts as they are recorded: what a replay needs, and nothing that would
//! have to be asked of a database that has moved on.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::{Attribute, EarnedTier, Grant, ImportedIndex, IndexName, PerkId, Score, Topic};

use super::facts::{Facts, KnownMember};
use super::ladder::DemotionFreeze;
use super::used::Used;

/// The version of the engine: what evaluates programs here and now.
pub const ENGINE: &str = env!("CARGO_PKG_VERSION");

/// Everything that the rules read, owned. A member that is added here later is
/// absent from what was recorded before: give it a default, and leave it out
/// where it has that, so that old records are still read and written the same.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Inputs {
    /// The version of the engine that read them.
    pub engine: String,
    /// Who it was about; absent for somebody who was not enrolled.
    pub member: Option<KnownMember>,
    /// What was scored.
    pub score: Score,
    /// What was imported.
    pub imported: BTreeMap<IndexName, ImportedIndex>,
    /// Places on the leaderboards of topics.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub ranks: BTreeMap<Topic, u32>,
    /// Where the member stood among others in the program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standing_percentile: Option<f64>,
    /// The tier that the member had by the rules so far.
    pub held: Option<EarnedTier>,
    /// What people had given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grants: Vec<Grant>,
    /// Why no tier was lowered at the time, if that was so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<DemotionFreeze>,
    /// Units of each perk that the member had claimed.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub claimed: BTreeMap<PerkId, i64>,
    /// Units left of each perk.
    pub stock: BTreeMap<PerkId, i64>,
    /// What was used of limits and budgets.
    #[serde(default, skip_serializing_if = "Used::is_nothing")]
    pub used: Used,
    /// What the caller passed in.
    pub request: BTreeMap<String, Attribute>,
    /// The time.
    pub now: DateTime<Utc>,
}

impl Inputs {
    /// Copies the facts.
    pub fn of(facts: &Facts<'_>) -> Self {
        Self {
            engine: ENGINE.to_owned(),
            member: facts.member.cloned(),
            score: facts.score.clone(),
            imported: facts.imported.clone(),
            ranks: facts.ranks.clone(),
            standing_percentile: facts.standing_percentile,
            held: facts.held.cloned(),
            grants: facts.grants.to_vec(),
            hold: facts.hold.cloned(),
            claimed: facts.claimed.clone(),
            stock: facts.stock.clone(),
            used: facts.used.clone(),
            request: facts.request.clone(),
            now: facts.now,
        }
    }

    /// The same facts again.
    pub fn facts(&self) -> Facts<'_> {
        Facts {
            member: self.member.as_ref(),
            score: &self.score,
            imported: &self.imported,
            ranks: &self.ranks,
            standing_percentile: self.standing_percentile,
            held: self.held.as_ref(),
            grants: &self.grants,
            hold: self.hold.as_ref(),
            claimed: &self.claimed,
            stock: &self.stock,
            used: &self.used,
            request: &self.request,
            now: self.now,
        }
    }
}

/// Sorted keys, shortest numbers, no white space: the same content is the same
/// bytes.
///
/// # Errors
/// If it cannot be said in JSON.
pub fn canonical(value: &impl Serialize) -> serde_json::Result<String> {
    // `Value` keeps members in order of their names.
    Ok(serde_json::to_value(value)?.to_string())
}
