//! Topics: what activities and perks are about.

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use super::Invalid;
use super::invalid::{checked_text, text_newtype};
use super::schema::{described, text};

/// The longest slug, in characters.
const MAX_LENGTH: usize = 100;

/// A topic's slug: lower case, words joined by `-`, at most 100 characters.
/// Different spellings (`#LasVegas`, `Las Vegas`, `las_vegas`) are normalised.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Topic(Box<str>);

impl Topic {
    /// Normalises a slug, a name or a hashtag: NFKC, lower case, without a leading
    /// `#`. Every run of characters other than letters, digits and `+ .` (as in
    /// `c++` and `node.js`) becomes one `-`.
    ///
    /// # Errors
    /// If nothing is left of it or it is longer than 100 characters.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        // Checked first, so that a huge text costs nothing.
        checked_text("topic", text, MAX_LENGTH)?;
        if is_slug(text) {
            return Ok(Self(text.into()));
        }
        let mut slug = String::with_capacity(text.len());
        for c in text.nfkc().flat_map(char::to_lowercase) {
            if c.is_alphanumeric() || c == '+' || c == '.' || is_mark(c) {
                slug.push(c);
            } else if !slug.is_empty() && !slug.ends_with('-') {
                slug.push('-');
            }
        }
        let slug = slug.trim_end_matches('-');
        if slug.is_empty() {
            return Err(Invalid::new("topic must contain a letter or a digit"));
        }
        checked_text("topic", slug, MAX_LENGTH)?;
        Ok(Self(slug.into()))
    }

    /// Returns the topic as a name for people: `Las Vegas` for `las-vegas`.
    pub fn title(&self) -> String {
        let words = self.0.split('-').map(|word| {
            let mut letters = word.chars();
            let first = letters.next().into_iter().flat_map(char::to_uppercase);
            first.chain(letters).collect::<String>()
        });
        words.collect::<Vec<_>>().join(" ")
    }
}
text_newtype!(Topic);
described!(Topic: text("las-vegas", 1..=MAX_LENGTH));

/// Returns whether the text is already normalised, which is the usual case.
fn is_slug(text: &str) -> bool {
    let word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let bytes = text.as_bytes();
    word(bytes[0])
        && word(bytes[bytes.len() - 1])
        && bytes.iter().all(|&b| word(b) || b == b'-')
        && !text.contains("--")
}

/// Returns whether a character is a combining mark, which belongs to the letter
/// before it (Devanagari, Thai, …).
fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spellings_of_one_topic_are_equal() {
        for text in ["las-vegas", "Las Vegas", "#las_vegas", "LAS  VEGAS!"] {
            assert_eq!(Topic::parse(text).unwrap().as_str(), "las-vegas", "{text}");
        }
        assert_eq!(Topic::parse("C++").unwrap().as_str(), "c++");
        assert_eq!(Topic::parse("Zürich").unwrap().as_str(), "zürich");
        assert_eq!(Topic::parse("東京").unwrap().as_str(), "東京");
    }

    #[test]
    fn a_title_has_words_that_begin_with_capitals() {
        for (slug, title) in [("las-vegas", "Las Vegas"), ("c++", "C++"), ("東京", "東京")] {
            assert_eq!(Topic::parse(slug).unwrap().title(), title);
        }
    }

    #[test]
    fn nonsense_is_refused() {
        assert!(Topic::parse("").is_err());
        assert!(Topic::parse("#!?").is_err());
        assert!(Topic::parse(&"x".repeat(10_000)).is_err());
        assert!(Topic::parse("a\0b").is_err());
    }

    proptest! {
        #[test]
        fn normalising_twice_changes_nothing(text in "\\PC{1,40}") {
            if let Ok(topic) = Topic::parse(&text) {
                prop_assert_eq!(Topic::parse(topic.as_str()).unwrap(), topic);
            }
        }
    }
}
