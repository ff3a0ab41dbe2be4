//! Saved audiences: groups of members that programs refer to by name.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::AudienceName;

/// What decides whether a member is in an audience.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AudienceRule {
    /// A condition in the language of programs, as it was written.
    When(String),
    /// A list to which members are added by hand.
    List,
}

/// The rules of audiences, by name. A published version of a program has those that it
/// refers to, directly or through other audiences, so that a replay uses them as they were.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AudienceRules(BTreeMap<AudienceName, AudienceRule>);

impl AudienceRules {
    /// Creates rules without an audience.
    pub const fn none() -> Self {
        Self(BTreeMap::new())
    }

    /// Returns the rule of an audience.
    pub fn get(&self, name: &AudienceName) -> Option<&AudienceRule> {
        self.0.get(name)
    }

    /// Sets the rule of an audience.
    pub fn set(&mut self, name: AudienceName, rule: AudienceRule) {
        self.0.insert(name, rule);
    }

    /// The names, in order.
    pub fn names(&self) -> impl Iterator<Item = &AudienceName> + Clone {
        self.0.keys()
    }

    /// The names of the lists, in order.
    pub fn lists(&self) -> impl Iterator<Item = &AudienceName> {
        let lists = self
            .0
            .iter()
            .filter(|(_, rule)| **rule == AudienceRule::List);
        lists.map(|(name, _)| name)
    }

    /// Whether there is no audience.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(AudienceName, AudienceRule)> for AudienceRules {
    fn from_iter<T: IntoIterator<Item = (AudienceName, AudienceRule)>>(rules: T) -> Self {
        Self(rules.into_iter().collect())
    }
}

/// An audience as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedAudience {
    /// The name by which programs refer to it.
    pub name: AudienceName,
    /// The display name, if it has one.
    pub title: Option<String>,
    /// The condition for members to be in it, or that it is a list.
    pub rule: AudienceRule,
    /// The number of the change that made it so: 1, 2, 3, ….
    pub version: i64,
    /// When it was stored first.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}
