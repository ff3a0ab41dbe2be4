//! Reactions that are not there yet: what a question about the future supposes.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Topic;

/// Who is supposed to react.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Reactors {
    /// People of whom nothing is known, and who are not trusted therefore.
    New,
    /// People who react to others here and are trusted for it, and who do not react to the
    /// member yet.
    Trusted,
}

/// People who are supposed to react to a member, each for the first time and once.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MoreReactions {
    /// How many they are.
    pub people: u32,
    /// Who they are.
    pub who: Reactors,
    /// The topics of the contents that they react to.
    pub topics: Vec<Topic>,
}
