//! The topic dictionary: aliases to slugs, and names of topics in free text.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::{AhoCorasick, MatchKind};
use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;

use crate::domain::{Invalid, Topic};

/// The file: a list of topics with the names people use for them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    topics: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    slug: String,
    /// Names and aliases, in any language; found in texts as whole words.
    #[serde(default)]
    names: Vec<String>,
}

/// Maps what people write to topics. An unknown slug stays a topic of its own.
#[derive(Debug, Clone)]
pub struct Dictionary {
    aliases: BTreeMap<Topic, Topic>,
    matcher: AhoCorasick,
    /// The topic of each pattern of the matcher.
    topics: Vec<Topic>,
}

impl Dictionary {
    /// Reads the YAML of `config/topics.yaml`.
    ///
    /// # Errors
    /// If it is not such YAML, a name is no topic, or two topics share a name.
    pub fn parse(yaml: &str) -> Result<Self, Invalid> {
        let file: File = serde_saphyr::from_str(yaml).map_err(Invalid::new)?;
        let mut names = BTreeMap::new();
        for entry in &file.topics {
            let topic = Topic::parse(&entry.slug)?;
            // Hashtags run words together: #LasVegas is las-vegas.
            let joined = entry.slug.replace('-', "");
            let own = [entry.slug.as_str(), joined.as_str()];
            for name in own
                .into_iter()
                .chain(entry.names.iter().map(String::as_str))
            {
                let other = names.insert(Topic::parse(name)?, topic.clone());
                if let Some(other) = other.filter(|other| *other != topic) {
                    return Err(Invalid::new(format_args!(
                        "'{name}' names both {other} and {topic}"
                    )));
                }
            }
        }
        Self::new(names)
    }

    fn new(aliases: BTreeMap<Topic, Topic>) -> Result<Self, Invalid> {
        let patterns: Vec<String> = aliases.keys().map(|name| words(name.as_str())).collect();
        let matcher = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(&patterns)
            .map_err(Invalid::new)?;
        Ok(Self {
            topics: aliases.values().cloned().collect(),
            aliases,
            matcher,
        })
    }

    /// The topic that a slug stands for.
    pub fn resolve(&self, topic: Topic) -> Topic {
        self.aliases.get(&topic).cloned().unwrap_or(topic)
    }

    /// The topics whose names stand in the text as whole words.
    pub fn find(&self, text: &str) -> BTreeSet<Topic> {
        let text = words(text);
        self.matcher
            .find_iter(&text)
            .map(|found| self.topics[found.pattern().as_usize()].clone())
            .collect()
    }
}

impl Default for Dictionary {
    fn default() -> Self {
        Self::new(BTreeMap::new()).expect("no patterns are always a matcher")
    }
}

/// Lower-case words, each between two spaces of its own, so that a name written
/// the same way matches only whole words, also next to another match.
fn words(text: &str) -> String {
    let lower: String = text.nfkc().flat_map(char::to_lowercase).collect();
    let mut words = String::with_capacity(lower.len() + 16);
    for word in lower.split(|c: char| !(c.is_alphanumeric() || matches!(c, '+' | '.'))) {
        // A full stop at the end belongs to the sentence, not to the name.
        let word = word.trim_end_matches('.');
        if !word.is_empty() {
            words.push(' ');
            words.push_str(word);
            words.push(' ');
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dictionary() -> Dictionary {
        Dictionary::parse(
            "topics:\n- slug: las-vegas\n  names: [Vegas, Sin City]\n- slug: c++\n- slug: art\n",
        )
        .unwrap()
    }

    #[test]
    fn aliases_and_hashtags_resolve() {
        let dictionary = dictionary();
        for text in ["#LasVegas", "sin city", "VEGAS", "las-vegas"] {
            let topic = dictionary.resolve(Topic::parse(text).unwrap());
            assert_eq!(topic.as_str(), "las-vegas", "{text}");
        }
        let unknown = Topic::parse("poker").unwrap();
        assert_eq!(dictionary.resolve(unknown.clone()), unknown);
    }

    #[test]
    fn names_are_found_as_whole_words_only() {
        let dictionary = dictionary();
        let find = |text: &str| -> Vec<String> {
            dictionary
                .find(text)
                .iter()
                .map(ToString::to_string)
                .collect()
        };
        assert_eq!(find("Off to Sin City! And C++."), ["c++", "las-vegas"]);
        assert_eq!(find("the start of a party"), Vec::<String>::new());
        assert_eq!(find("Vegas, art"), ["art", "las-vegas"]);
    }

    #[test]
    fn one_name_for_two_topics_is_refused() {
        let error =
            Dictionary::parse("topics:\n- {slug: a, names: [x]}\n- {slug: b, names: [x]}\n");
        assert_eq!(error.unwrap_err().to_string(), "'x' names both a and b");
    }
}
