//! What became of an ontology.

use std::collections::BTreeSet;
use std::fmt;

use crate::ingest::dictionary::{Key, TopicList};

/// How many broken cycles and unknown topics are named before "and more".
const SHOWN: usize = 5;

/// What was taken from an ontology, and what was left out and why.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Topics in the list.
    pub topics: usize,
    /// Names in the list, beside the slugs.
    pub names: usize,
    /// Parents in the list.
    pub edges: usize,
    /// Topics that have the slug of another, and became one with it.
    pub merged_topics: usize,
    /// Edges from the root that stands above all topics.
    pub root_edges: usize,
    /// Edges that name a topic which the table of topics does not list.
    pub edges_of_unknown: usize,
    /// The slugs of those topics.
    pub unknown_topics: BTreeSet<String>,
    /// Edges that closed a cycle: "child in parent".
    pub broken_cycles: Vec<String>,
    /// Names of a topic which the table of topics does not list.
    pub names_of_unknown: usize,
    /// Names that say the slug, or another name of the same topic, again.
    pub repeated_names: usize,
    /// Names that are no topic: longer than 100 characters, or without a letter.
    pub unusable_names: usize,
    /// Names that were left to the topic whose slug they are.
    pub left_to_slug: usize,
    /// Names of several topics, dropped for all of them.
    pub(super) ambiguous_names: BTreeSet<Key>,
}

impl Summary {
    /// How many names were dropped because several topics have them.
    pub fn ambiguous(&self) -> usize {
        self.ambiguous_names.len()
    }

    /// Of a list that was taken as it is.
    pub fn of(list: &TopicList) -> Self {
        let mut summary = Self::default();
        summary.count(list);
        summary
    }

    /// Counts what is in the list.
    pub(super) fn count(&mut self, TopicList { topics }: &TopicList) {
        self.topics = topics.len();
        self.names = topics.iter().map(|topic| topic.names.len()).sum();
        self.edges = topics.iter().map(|topic| topic.parents.len()).sum();
    }
}

/// A line for what was taken, and one for each reason to leave something out.
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
