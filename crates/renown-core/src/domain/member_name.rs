//! The names that a business gives to its members, and the words by which they are found.

use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::Invalid;
use super::invalid::{checked_text, text_newtype};
use super::schema::{described, text};

/// The longest word of a name that is kept for searches, in characters.
const MAX_WORD: usize = 64;

/// The name of a member, as the business gives it: 1 to 200 characters on one line, not
/// only white space.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MemberName(Box<str>);

impl MemberName {
    /// The most characters of a name.
    pub const MAX: usize = 200;

    /// Checks a name.
    ///
    /// # Errors
    /// If it is blank, is longer than 200 characters or contains a control character.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        checked_text("a name", text, Self::MAX)?;
        if text.trim().is_empty() {
            return Err(Invalid::new("a name must not be blank"));
        }
        Ok(Self(text.into()))
    }

    /// Returns the words by which the name is found: in one case, without accents, sorted,
    /// and each once.
    pub fn words(&self) -> Vec<String> {
        let mut words = folded_words(&self.0);
        words.sort();
        words.dedup();
        words
    }
}
text_newtype!(MemberName);
described!(MemberName: text("Zoë van Dyk", 1..=Self::MAX)
    .pattern(Some(r"^[^\x00-\x1f\x7f-\x9f]*\S[^\x00-\x1f\x7f-\x9f]*$")));

/// Never shows the name, which names a person.
impl fmt::Debug for MemberName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MemberName(…)")
    }
}

/// Returns the words of a text in one case and without accents, in their order.
pub fn folded_words(text: &str) -> Vec<String> {
    let folded = caseless::default_case_fold_str(text);
    let mut plain = String::with_capacity(folded.len());
    for c in folded.nfkd().filter(|c| !is_combining_mark(*c)) {
        match without_stroke(c) {
            Some(letters) => plain.push_str(letters),
            None => plain.push(c),
        }
    }
    // Compatibility forms such as `Ⅷ` bring capitals back.
    let plain = caseless::default_case_fold_str(&plain);
    let words = plain.split(|c: char| !c.is_alphanumeric());
    words
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().take(MAX_WORD).collect())
        .collect()
}

/// Returns the plain form of letters that have no accent to remove, but a stroke or a
/// ligature.
fn without_stroke(c: char) -> Option<&'static str> {
    Some(match c {
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'ħ' => "h",
        'ı' => "i",
        'þ' => "th",
        'æ' => "ae",
        'œ' => "oe",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_one_case_and_no_accents() {
        let words = |name: &str| MemberName::parse(name).unwrap().words();
        assert_eq!(words("Zoë van  DYK"), ["dyk", "van", "zoe"]);
        assert_eq!(words("ZOE\u{308} Dyk-Dyk"), ["dyk", "zoe"]);
        assert_eq!(words("Søren Łukasz Weiß"), ["lukasz", "soren", "weiss"]);
        assert_eq!(words("山田 太郎"), ["太郎", "山田"]);
        assert_eq!(words("Henry Ⅷ"), ["henry", "viii"]);
        assert_eq!(words("!?"), [""; 0]);
    }

    #[test]
    fn names_are_one_line_and_bounded() {
        assert!(MemberName::parse(&"ß".repeat(200)).is_ok());
        for text in ["", "  ", "a\nb", "a\u{0}", &"x".repeat(201)] {
            assert!(MemberName::parse(text).is_err(), "{text:?}");
        }
        let name = MemberName::parse("Kevin").unwrap();
        assert!(!format!("{name:?}").contains("Kevin"));
    }
}
