//! The topic dictionary: aliases, names of topics in free text, and the parents
//! of topics.

pub(super) mod hierarchy;
mod list;
mod words;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::{AhoCorasick, MatchKind};

use crate::domain::{Invalid, Topic};
use list::Flaw;
pub(super) use list::short;
pub use list::{DictionaryEntry, TopicList};

/// Maps the names that people write to topics. An unknown slug stays a topic of
/// its own.
#[derive(Debug, Clone)]
pub struct Dictionary {
    aliases: BTreeMap<Topic, Topic>,
    parents: BTreeMap<Topic, Vec<Topic>>,
    matcher: AhoCorasick,
    /// The topic of each pattern of the matcher.
    topics: Vec<Topic>,
}

/// The form in which names are compared: two names with the same key cannot be
/// told apart, in texts or as aliases.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    /// A name that is searched for in texts, as [`words::words`] writes it.
    Words(String),
    /// An alias only: too unspecific to be searched for in texts.
    Alias(Topic),
}

impl Key {
    /// Returns the key of a name.
    pub(super) fn of(name: &Topic) -> Self {
        let words = words::words(name.as_str());
        match words::is_telling(&words) {
            true => Self::Words(words),
            false => Self::Alias(name.clone()),
        }
    }
}

impl Dictionary {
    /// Parses the YAML of `config/topics.yaml`.
    ///
    /// # Errors
    /// If it is not such YAML, or [`new`](Self::new) refuses it; the error
    /// names the line.
    pub fn parse(yaml: &str) -> Result<Self, Invalid> {
        let (list, lines) = TopicList::parse_with_lines(yaml)?;
        Self::build(&list).map_err(|flaw| match lines.get(flaw.entry) {
            Some(line) => Invalid::new(format_args!("line {line}: {}", flaw.reason)),
            None => Invalid::new(flaw.reason),
        })
    }

    /// Builds the dictionary of a list.
    ///
    /// # Errors
    /// If a name is not a valid topic, two topics share a name, a topic is
    /// listed twice or has a parent that is not listed, or the parents form a
    /// cycle.
    pub fn new(list: &TopicList) -> Result<Self, Invalid> {
        Self::build(list).map_err(|flaw| Invalid::new(flaw.reason))
    }

    fn build(list: &TopicList) -> Result<Self, Flaw> {
        let parents = parents(list)?;
        let mut names = Names::default();
        for (entry, topic) in list.topics.iter().enumerate() {
            names.add(entry, topic)?;
        }
        names.join(list);
        let (patterns, topics): (Vec<String>, Vec<Topic>) = names
            .keys
            .into_iter()
            .filter_map(|(key, topic)| match key {
                Key::Words(words) => Some((words, topic)),
                Key::Alias(_) => None,
            })
            .unzip();
        let matcher = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(&patterns)
            .map_err(|error| Flaw::new(list.topics.len(), error))?;
        Ok(Self {
            aliases: names.aliases,
            parents,
            matcher,
            topics,
        })
    }

    /// Returns the topic that a slug stands for.
    pub fn resolve(&self, topic: Topic) -> Topic {
        self.aliases.get(&topic).cloned().unwrap_or(topic)
    }

    /// Returns every name with the topic that it stands for, including the
    /// topics' own slugs.
    pub fn names(&self) -> BTreeMap<Topic, Topic> {
        let own = self.topics.iter().chain(self.aliases.values());
        let own = own.map(|topic| (topic.clone(), topic.clone()));
        let aliases = self.aliases.iter();
        own.chain(aliases.map(|(alias, topic)| (alias.clone(), topic.clone())))
            .collect()
    }

    /// Finds the topics whose names are in the text as whole words. Shorter
    /// names within a longer one do not count, nor do names that are too
    /// unspecific: one character, a number, a function word.
    pub fn find(&self, text: &str) -> BTreeSet<Topic> {
        let text = words::words(text);
        self.matcher
            .find_iter(&text)
            .map(|found| self.topics[found.pattern().as_usize()].clone())
            .collect()
    }

    /// Returns the parents of a topic, as listed; empty if it has none or is
    /// not listed.
    pub fn parents(&self, topic: &Topic) -> &[Topic] {
        self.parents.get(topic).map_or(&[], Vec::as_slice)
    }

    /// Returns the parents of every topic that has some.
    pub fn hierarchy(&self) -> &BTreeMap<Topic, Vec<Topic>> {
        &self.parents
    }

    /// Returns the parents of a topic, their parents, and so on.
    pub fn ancestors(&self, topic: &Topic) -> BTreeSet<&Topic> {
        let mut ancestors = BTreeSet::new();
        let mut ways: Vec<&Topic> = self.parents(topic).iter().collect();
        while let Some(ancestor) = ways.pop() {
            if ancestors.insert(ancestor) {
                ways.extend(self.parents(ancestor));
            }
        }
        ancestors
    }
}

impl Default for Dictionary {
    fn default() -> Self {
        Self::new(&TopicList::default()).expect("no patterns are always a matcher")
    }
}

/// The topic of each name.
#[derive(Default)]
struct Names {
    aliases: BTreeMap<Topic, Topic>,
    keys: BTreeMap<Key, Topic>,
}

impl Names {
    /// Adds the names of an entry. Refuses a name that another topic has.
    fn add(&mut self, entry: usize, topic: &DictionaryEntry) -> Result<(), Flaw> {
        let own = std::iter::once(topic.slug.as_str());
        for written in own.chain(topic.names.iter().map(String::as_str)) {
            let name = Topic::parse(written).map_err(|invalid| {
                let (slug, name) = (&topic.slug, short(written));
                Flaw::new(entry, format_args!("'{slug}', name '{name}': {invalid}"))
            })?;
            let key = Key::of(&name);
            if let Some(other) = self.keys.get(&key).filter(|other| **other != topic.slug) {
                let (name, slug) = (short(written), &topic.slug);
                let reason = format_args!("'{name}' names both {other} and {slug}");
                return Err(Flaw::new(entry, reason));
            }
            self.keys.insert(key, topic.slug.clone());
            self.aliases.insert(name, topic.slug.clone());
        }
        Ok(())
    }

    /// Adds slugs without hyphens as aliases, because hashtags run words
    /// together: #LasVegas is las-vegas, unless that is the name of another
    /// topic or stands for two (Florida and Flo Rida).
    fn join(&mut self, list: &TopicList) {
        let mut joined: BTreeMap<Topic, Option<&Topic>> = BTreeMap::new();
        for DictionaryEntry { slug, .. } in &list.topics {
            if let Ok(name) = Topic::parse(&slug.as_str().replace('-', "")) {
                let topic = joined.entry(name).or_insert(Some(slug));
                *topic = topic.filter(|other| *other == slug);
            }
        }
        for (name, topic) in joined {
            let Some(topic) = topic else { continue };
            let whose = self.keys.entry(Key::of(&name)).or_insert(topic.clone());
            if whose == topic {
                self.aliases.entry(name).or_insert(topic.clone());
            }
        }
    }
}

/// Returns the parents of each topic that has some.
fn parents(list: &TopicList) -> Result<BTreeMap<Topic, Vec<Topic>>, Flaw> {
    let mut places = BTreeMap::new();
    for (entry, topic) in list.topics.iter().enumerate() {
        if places.insert(&topic.slug, entry).is_some() {
            let reason = format_args!("'{}' is listed twice: make one of it", topic.slug);
            return Err(Flaw::new(entry, reason));
        }
    }
    let mut graph = vec![Vec::new(); list.topics.len()];
    for (entry, topic) in list.topics.iter().enumerate() {
        for parent in &topic.parents {
            let Some(&place) = places.get(parent) else {
                let slug = &topic.slug;
                let reason = format_args!(
                    "'{slug}' has the parent '{parent}', which is not the slug of a listed \
                     topic: list it, or correct it"
                );
                return Err(Flaw::new(entry, reason));
            };
            if !graph[entry].contains(&place) {
                graph[entry].push(place);
            }
        }
    }
    refuse_cycles(list, &graph)?;
    let slug = |place: &usize| list.topics[*place].slug.clone();
    let listed = graph.iter().enumerate().filter(|(_, of)| !of.is_empty());
    Ok(listed
        .map(|(entry, of)| (slug(&entry), of.iter().map(slug).collect()))
        .collect())
}

fn refuse_cycles(list: &TopicList, graph: &[Vec<usize>]) -> Result<(), Flaw> {
    let mut first: Option<Vec<usize>> = None;
    hierarchy::cycles(graph, |cycle| {
        first.get_or_insert_with(|| cycle.to_vec());
    });
    let Some(cycle) = first else { return Ok(()) };
    let ring = cycle.iter().chain(cycle.first());
    let ring: Vec<&str> = ring.map(|&at| list.topics[at].slug.as_str()).collect();
    let reason = format_args!(
        "topics cannot be parts of each other, and here each has the next as a parent: {}",
        ring.join(" → ")
    );
    Err(Flaw::new(cycle[0], reason))
}
