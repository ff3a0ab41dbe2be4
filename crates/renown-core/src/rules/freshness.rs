//! How old everything was that the rules read.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::IndexName;

use super::facts::Facts;

/// The time that each input of a decision speaks of. It follows from the
/// inputs alone, so that a decision of long ago says the same today.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Freshness {
    /// The time to which influence, value and topics were decayed.
    pub score_as_of: DateTime<Utc>,
    /// The version of the scoring model that computed them.
    pub model: String,
    /// The number of the rank snapshot under which they were computed: what
    /// was taken from the crowd. 0 if there was none yet.
    pub snapshot: i64,
    /// The time that each imported index speaks of, as its importer said, by
    /// the index's name.
    #[schema(value_type = BTreeMap<String, DateTime<Utc>>)]
    pub indices_as_of: BTreeMap<IndexName, DateTime<Utc>>,
    /// Since when the member had held the tier that they came with; null if
    /// they held none.
    pub tier_held_since: Option<DateTime<Utc>>,
    /// Since when a source of events had been silent, so that some of what
    /// happened may be missing; null if none was.
    pub source_silent_since: Option<DateTime<Utc>>,
}

impl Freshness {
    /// Of the facts of one evaluation.
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
