//! What a program is checked against besides its own text.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::condition::Problem;
use super::diagnostic::{Severity, nearest};
use crate::domain::Topic;

static NO_TOPICS: BTreeMap<Topic, Topic> = BTreeMap::new();
static NO_ATTRIBUTES: BTreeSet<String> = BTreeSet::new();

/// The surroundings in which a program is to be published.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'s> {
    /// Decides which of its dates are in the past.
    pub now: DateTime<Utc>,
    /// Every name of a topic with the topic that it stands for; empty if there
    /// is no list of topics.
    pub topics: &'s BTreeMap<Topic, Topic>,
    /// Attributes of people that may be audited and must not be targeted.
    pub protected: &'s BTreeSet<String>,
}

impl Setting<'_> {
    /// What is to be said about a topic that a program names: that events are
    /// counted under another name, or that none is known by this one (which
    /// the first event about it would change).
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

    /// Nothing but the time.
    pub fn at(now: DateTime<Utc>) -> Self {
        Self {
            now,
            topics: &NO_TOPICS,
            protected: &NO_ATTRIBUTES,
        }
    }
}
