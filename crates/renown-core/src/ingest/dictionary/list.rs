//! The file of topics, written by people or by an import.

use serde::{Deserialize, Serialize};
use serde_saphyr::Spanned;

use crate::domain::{Invalid, Topic};

/// A list of topics, not yet checked as a whole: see
/// [`Dictionary::new`](super::Dictionary::new).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct TopicList {
    /// The topics, in the order of the file.
    pub topics: Vec<DictionaryEntry>,
}

/// A topic of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DictionaryEntry {
    /// The topic's slug.
    pub slug: Topic,
    /// Names and aliases, in any language; found in texts as whole words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    /// The slugs of the topic's parents.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parents: Vec<Topic>,
}

/// An error in an entry.
#[derive(Debug)]
pub(super) struct Flaw {
    /// Position of the entry in the list.
    pub(super) entry: usize,
    /// What is wrong, and what would be right.
    pub(super) reason: String,
}

/// The file before it is checked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    topics: Vec<Written>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    slug: Spanned<String>,
    #[serde(default)]
    names: Vec<String>,
    #[serde(default)]
    parents: Vec<String>,
}

impl TopicList {
    /// Parses the YAML of `config/topics.yaml`.
    ///
    /// # Errors
    /// If it is not such YAML, or a slug is not a valid topic; the error names
    /// the line.
    pub fn parse(yaml: &str) -> Result<Self, Invalid> {
        Self::parse_with_lines(yaml).map(|(list, _)| list)
    }

    /// Parses the list, and returns the line of each entry.
    pub(super) fn parse_with_lines(yaml: &str) -> Result<(Self, Vec<u64>), Invalid> {
        // Limits: ten times the largest known ontology, and few YAML anchors,
        // which could multiply the content.
        let options = serde_saphyr::options! {
            with_snippet: false,
            budget: serde_saphyr::budget! {
                max_depth: 16,
                max_nodes: 2_000_000,
                max_events: 4_000_000,
                max_aliases: 100,
                max_anchors: 100,
                max_documents: 1,
            },
        };
        let file: File =
            serde_saphyr::from_str_with_options(yaml, options).map_err(Invalid::new)?;
        let lines = file.topics.iter().map(|topic| topic.slug.referenced.line());
        let lines: Vec<u64> = lines.collect();
        let topics = file.topics.into_iter().zip(&lines).map(|(written, line)| {
            let at = |invalid| Invalid::new(format_args!("line {line}: {invalid}"));
            written.checked().map_err(at)
        });
        let topics = topics.collect::<Result<_, Invalid>>()?;
        Ok((Self { topics }, lines))
    }

    /// Writes the list in the format that [`parse`](Self::parse) reads.
    ///
    /// # Errors
    /// If the YAML writer fails; no such case is known.
    pub fn to_yaml(&self) -> Result<String, Invalid> {
        serde_saphyr::to_string(self).map_err(Invalid::new)
    }
}

impl Written {
    fn checked(self) -> Result<DictionaryEntry, Invalid> {
        let written = &self.slug.value;
        let slug = Topic::parse(written).map_err(|invalid| {
            Invalid::new(format_args!("slug '{}': {invalid}", short(written)))
        })?;
        let parents = self.parents.iter().map(|parent| {
            Topic::parse(parent).map_err(|invalid| {
                Invalid::new(format_args!(
                    "'{slug}', parent '{}': {invalid}",
                    short(parent)
                ))
            })
        });
        Ok(DictionaryEntry {
            parents: parents.collect::<Result<_, _>>()?,
            slug,
            names: self.names,
        })
    }
}

impl Flaw {
    pub(super) fn new(entry: usize, reason: impl ToString) -> Self {
        Self {
            entry,
            reason: reason.to_string(),
        }
    }
}

/// Shortens a text to 40 characters, for use in an error message.
pub(in crate::ingest) fn short(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
