//! The recorded form of the facts. It holds everything that a replay needs,
//! because the database may have changed since.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::{
    Attribute, AudienceName, EarnedTier, Grant, GroupName, ImportedIndex, IndexName, PerkId, Score,
    Topic,
};

use super::effort::Efforts;
use super::exclusive::TakenPerk;
use super::facts::{Facts, KnownMember};
use super::ladder::DemotionFreeze;
use super::program::Program;
use super::used::Used;

/// The version of the engine that evaluates programs: the version of this crate.
pub const ENGINE: &str = env!("CARGO_PKG_VERSION");

/// Everything that the rules read, owned. A field that is added later is absent
/// from older records: give it a default, and do not write it when it has the
/// default, so that old records are still read and written unchanged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Inputs {
    /// The version of the engine that made the decision.
    pub engine: String,
    /// The member; absent if none was enrolled.
    pub member: Option<KnownMember>,
    /// The member's score.
    pub score: Score,
    /// The imported indices, by name.
    pub imported: BTreeMap<IndexName, ImportedIndex>,
    /// The member's places on the leaderboards of topics, from 1.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub ranks: BTreeMap<Topic, u32>,
    /// The percentage of the known members with a lower standing in the program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standing_percentile: Option<f64>,
    /// The audiences on whose lists the member was, of those that the program refers to.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub audiences: BTreeSet<AudienceName>,
    /// The tier state that was stored for the member.
    pub held: Option<EarnedTier>,
    /// The member's grants in the program.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grants: Vec<Grant>,
    /// The demotion freeze in force at the time, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<DemotionFreeze>,
    /// Units of each perk that the member had claimed and not released.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub claimed: BTreeMap<PerkId, i64>,
    /// The perks of exclusive groups that the member had, in all programs.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub taken: BTreeMap<GroupName, Vec<TakenPerk>>,
    /// Units left of each limited perk.
    pub stock: BTreeMap<PerkId, i64>,
    /// The use of limits and budgets.
    #[serde(default, skip_serializing_if = "Used::is_nothing")]
    pub used: Used,
    /// The attributes that the caller passed with the request.
    pub request: BTreeMap<String, Attribute>,
    /// What was found to lift refusals, as something that people can do.
    #[serde(default, skip_serializing_if = "Efforts::is_empty")]
    pub efforts: Efforts,
    /// Whether the identity was verified by which the caller named the member.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified: Option<bool>,
    /// The time from which the targets of the service level count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opened_at: Option<DateTime<Utc>>,
    /// The time of the evaluation.
    pub now: DateTime<Utc>,
}

impl Inputs {
    /// Copies the facts that a program can read and adds the version of the engine.
    pub fn of(facts: &Facts<'_>, program: &Program) -> Self {
        let of_member = |list: &&AudienceName| facts.audiences.contains(*list);
        let lists = facts.member.into_iter();
        let lists = lists.flat_map(|_| program.audiences.lists().filter(of_member));
        Self {
            engine: ENGINE.to_owned(),
            member: facts.member.cloned(),
            score: facts.score.clone(),
            imported: facts.imported.clone(),
            ranks: facts.ranks.clone(),
            standing_percentile: facts.standing_percentile,
            audiences: lists.cloned().collect(),
            held: facts.held.cloned(),
            grants: facts.grants.to_vec(),
            hold: facts.hold.cloned(),
            claimed: facts.claimed.clone(),
            taken: facts.taken.clone(),
            stock: facts.stock.clone(),
            used: facts.used.clone(),
            request: facts.request.clone(),
            efforts: facts.efforts.clone(),
            verified: facts.verified,
            opened_at: facts.opened_at,
            now: facts.now,
        }
    }

    /// Returns the facts, borrowed from these inputs.
    pub fn facts(&self) -> Facts<'_> {
        Facts {
            member: self.member.as_ref(),
            score: &self.score,
            imported: &self.imported,
            ranks: &self.ranks,
            standing_percentile: self.standing_percentile,
            audiences: &self.audiences,
            held: self.held.as_ref(),
            grants: &self.grants,
            hold: self.hold.as_ref(),
            claimed: &self.claimed,
            taken: &self.taken,
            stock: &self.stock,
            used: &self.used,
            request: &self.request,
            efforts: &self.efforts,
            verified: self.verified,
            opened_at: self.opened_at,
            now: self.now,
        }
    }
}

/// Writes canonical JSON: sorted keys, shortest numbers, no white space. The same
/// content always gives the same bytes.
///
/// # Errors
/// If the value cannot be written as JSON.
pub fn canonical(value: &impl Serialize) -> serde_json::Result<String> {
    // `Value` sorts the keys of objects.
    Ok(serde_json::to_value(value)?.to_string())
}
