//! Whether two versions of a program move members alike.

use super::condition::Condition;
use super::program::{Program, Tier};

impl Program {
    /// Whether every member has the same tier, for the same time, by this version as by
    /// another one. If not, some may still have: only what the ladder could read is compared,
    /// as it is written, and any difference counts.
    pub fn has_same_ladder(&self, other: &Self) -> bool {
        // Tables and conditions may contain dates, which depend on the time zone.
        self.timezone == other.timezone
            && self.weights == other.weights
            && self.audiences == other.audiences
            && format!("{:?}", self.tables) == format!("{:?}", other.tables)
            && self.tiers.len() == other.tiers.len()
            && self
                .tiers
                .iter()
                .zip(&other.tiers)
                .all(|(one, other)| one.is_given_like(other))
    }
}

impl Tier {
    /// Whether the other tier is the same one, and is reached, kept and lost alike.
    fn is_given_like(&self, other: &Self) -> bool {
        // All fields, so that a new one is not forgotten here.
        let Self {
            id,
            title: _,
            by,
            keep,
            notice,
            amenities: _,
            condition,
            stay,
            thresholds: _,
            level: _,
        } = self;
        *id == other.id
            && *by == other.by
            && *keep == other.keep
            && *notice == other.notice
            && is_same(condition.as_ref(), other.condition.as_ref())
            && is_same(stay.as_ref(), other.stay.as_ref())
    }
}

/// Whether two conditions are the same, not only alike. The text says which index and which
/// topic each slot of the tree stands for; the tree says what white space in the text hides.
fn is_same(one: Option<&Condition>, other: Option<&Condition>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one.source == other.source && one.tree == other.tree,
        (None, None) => true,
        _ => false,
    }
}
