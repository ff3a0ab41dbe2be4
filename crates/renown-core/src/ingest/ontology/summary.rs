//! The summary of reading an ontology.

use std::collections::BTreeSet;
use std::fmt;

use crate::ingest::dictionary::{Key, TopicList};

/// How many broken cycles and unknown topics are listed before "…".
const SHOWN: usize = 5;

/// What was taken from an ontology, and what was left out and why.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Number of topics in the list.
    pub topics: usize,
    /// Number of names in the list, without the slugs.
    pub names: usize,
    /// Number of parents in the list, over all topics.
    pub edges: usize,
    /// Topics with the slug of another topic, merged with it.
    pub merged_topics: usize,
    /// Edges with the root above all topics, left out.
    pub root_edges: usize,
    /// Edges with a topic that is not in the table of topics, left out.
    pub edges_of_unknown: usize,
    /// The slugs of those topics, shortened to 40 characters.
    pub unknown_topics: BTreeSet<String>,
    /// Edges that closed a cycle, left out: "child in parent".
    pub broken_cycles: Vec<String>,
    /// Names of a topic that is not in the table of topics, left out.
    pub names_of_unknown: usize,
    /// Names that repeat the slug, or another name of the same topic.
    pub repeated_names: usize,
    /// Names that are not a valid topic: longer than 100 characters, or without
    /// a letter.
    pub unusable_names: usize,
    /// Names that are the slug of another topic, left out.
    pub left_to_slug: usize,
    /// Names of several topics, left out for all of them.
    pub(super) ambiguous_names: BTreeSet<Key>,
}

impl Summary {
    /// Returns how many names were left out because several topics have them.
    pub fn ambiguous(&self) -> usize {
        self.ambiguous_names.len()
    }

    /// Returns the summary of a list from which nothing was left out.
    pub fn of(list: &TopicList) -> Self {
        let mut summary = Self::default();
        summary.count(list);
        summary
    }

    /// Counts topics, names and parents in the list.
    pub(super) fn count(&mut self, TopicList { topics }: &TopicList) {
        self.topics = topics.len();
        self.names = topics.iter().map(|topic| topic.names.len()).sum();
        self.edges = topics.iter().map(|topic| topic.parents.len()).sum();
    }
}

/// Writes a line for what was taken, and one for each reason to leave something
/// out.
impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            topics,
            names,
            edges,
            ..
        } = self;
        write!(f, "{topics} topics, {names} names, {edges} parents")?;
        let mut line = |count: usize, what: &str, which: &mut dyn Iterator<Item = &String>| {
            if count == 0 {
                return Ok(());
            }
            write!(f, "\n  left out: {count} {what}")?;
            let which: Vec<&str> = which.map(String::as_str).collect();
            if !which.is_empty() {
                let more = if which.len() > SHOWN { ", …" } else { "" };
                write!(f, ": {}{more}", which[..which.len().min(SHOWN)].join(", "))?;
            }
            Ok(())
        };
        let mut none = std::iter::empty();
        let unknown = &mut self.unknown_topics.iter();
        let cycles = &mut self.broken_cycles.iter();
        line(
            self.merged_topics,
            "topics with the slug of another (their names went to it)",
            &mut none,
        )?;
        line(
            self.root_edges,
            "edges of the root above all topics",
            &mut none,
        )?;
        line(
            self.edges_of_unknown,
            "edges of topics that are not listed",
            unknown,
        )?;
        line(
            self.broken_cycles.len(),
            "edges that closed a cycle",
            cycles,
        )?;
        line(
            self.names_of_unknown,
            "names of topics that are not listed",
            &mut none,
        )?;
        line(
            self.repeated_names,
            "names that repeat the slug or another name of the topic",
            &mut none,
        )?;
        line(
            self.unusable_names,
            "names over 100 characters or without a letter",
            &mut none,
        )?;
        line(
            self.left_to_slug,
            "names that are another topic's slug",
            &mut none,
        )?;
        line(
            self.ambiguous(),
            "names that several topics have",
            &mut none,
        )
    }
}
