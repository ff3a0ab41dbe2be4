//! The age of the inputs that the rules read.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::IndexName;

use super::facts::Facts;

/// The time as of which each input of a decision was valid. It depends on the inputs
/// alone, so an old decision shows the same times today.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Freshness {
    /// The time as of which influence, value and topics were computed (decayed).
    pub score_as_of: DateTime<Utc>,
    /// The version of the scoring model that computed the scores.
    pub model: String,
    /// The number of the rank snapshot that the scores were computed with. The
    /// snapshot holds the values that depend on all members. 0 if there was none yet.
    pub snapshot: i64,
    /// The time as of which each imported index is valid, as stated by its importer, by
    /// index name.
    #[schema(value_type = BTreeMap<String, DateTime<Utc>>)]
    pub indices_as_of: BTreeMap<IndexName, DateTime<Utc>>,
    /// The time since which the member had held the tier recorded before the decision;
    /// null if none was recorded.
    pub tier_held_since: Option<DateTime<Utc>>,
    /// The time since which a source of events had been silent, so that some events may
    /// be missing; null if no source was silent.
    pub source_silent_since: Option<DateTime<Utc>>,
}

impl Freshness {
    /// Returns the freshness of the facts of one evaluation.
    pub fn of(facts: &Facts<'_>) -> Self {
        let indices = facts.imported.iter();
        Self {
            score_as_of: facts.score.as_of,
            model: facts.score.model.to_string(),
            snapshot: facts.score.snapshot.0,
            indices_as_of: indices
                .map(|(name, index)| (name.clone(), index.as_of))
                .collect(),
            tier_held_since: facts.member.and(facts.held).map(|held| held.since),
            source_silent_since: facts.hold.map(|hold| hold.since),
        }
    }
}
