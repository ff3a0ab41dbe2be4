//! The surroundings that a program is checked against: time, topics and protected
//! attributes.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::condition::Problem;
use super::diagnostic::{Severity, nearest};
use crate::domain::{AudienceRules, Topic};

static NO_TOPICS: BTreeMap<Topic, Topic> = BTreeMap::new();
static NO_AUDIENCES: AudienceRules = AudienceRules::none();
static NO_ATTRIBUTES: BTreeSet<String> = BTreeSet::new();

/// The surroundings in which a program is to be published.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'s> {
    /// The present time, which decides whether a date is in the past.
    pub now: DateTime<Utc>,
    /// Maps every name of a topic to the topic that it stands for; empty if there is
    /// no list of topics.
    pub topics: &'s BTreeMap<Topic, Topic>,
    /// Names of member attributes that may be audited but must not be used in rules.
    pub protected: &'s BTreeSet<String>,
    /// The audiences that programs may refer to; `None` if they are not known, which
    /// happens only where a file is checked without the service.
    pub audiences: Option<&'s AudienceRules>,
}

impl Setting<'_> {
    /// Returns the problem with a topic that a program names: an error if it is another
    /// name for a known topic, a warning if it is unknown. An unknown topic becomes known
    /// with the first event about it.
    pub(super) fn judge_topic(&self, topic: &Topic) -> Option<Problem> {
        if self.topics.is_empty() {
            return None;
        }
        match self.topics.get(topic) {
            Some(known) if known == topic => None,
            Some(known) => {
                let message = format!(
                    "'{topic}' is another name for '{known}', under which everything is counted."
                );
                let problem = Problem::new("topic-alias", 0, message);
                Some(problem.hint(format!("write '{known}'")))
            }
            None => {
                let message = format!("No topic '{topic}' is known.");
                let problem = Problem::new("unknown-topic", 0, message);
                let near = nearest(topic.as_str(), self.topics.values().map(Topic::as_str));
                let hint = near.map_or_else(
                    || "add it to the list of topics, or wait for the first event about it".into(),
                    |near| format!("did you mean '{near}'?"),
                );
                Some(Problem {
                    severity: Severity::Warning,
                    ..problem.hint(hint)
                })
            }
        }
    }

    /// Creates a setting with a time only: no topics, no protected attributes and no
    /// audiences.
    pub fn at(now: DateTime<Utc>) -> Self {
        Self {
            now,
            topics: &NO_TOPICS,
            protected: &NO_ATTRIBUTES,
            audiences: Some(&NO_AUDIENCES),
        }
    }
}
