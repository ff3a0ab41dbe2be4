//! Splits texts into words, so that names are found whole, in any script.

use caseless::Caseless;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Function words, which are not searched for in texts. A topic may have such a
/// name (the World Health Organization is "who", gold is "or" in French) and is
/// known by it when a member declares it, but in running text the word means
/// something else.
const FUNCTION_WORDS: &[&str] = &[
    "about", "al", "all", "als", "am", "an", "and", "any", "are", "as", "at", "au", "auf", "aus",
    "avec", "be", "bei", "but", "by", "can", "che", "chi", "come", "como", "con", "could", "da",
    "dans", "das", "de", "del", "dem", "den", "der", "des", "di", "did", "die", "do", "does",
    "donde", "du", "ein", "eine", "el", "elle", "elles", "en", "er", "es", "est", "et", "every",
    "for", "from", "für", "get", "gli", "go", "had", "has", "have", "he", "her", "here", "him",
    "his", "how", "ich", "if", "ihr", "il", "ils", "im", "in", "into", "is", "ist", "it", "its",
    "just", "la", "las", "le", "les", "lo", "los", "lui", "me", "mit", "more", "most", "much",
    "must", "my", "ne", "nel", "nicht", "no", "non", "not", "nous", "now", "oder", "of", "off",
    "on", "one", "or", "ou", "our", "out", "over", "par", "para", "pas", "per", "pero", "por",
    "pour", "que", "qui", "se", "she", "si", "sie", "sin", "so", "some", "su", "such", "sur",
    "than", "that", "the", "them", "then", "there", "these", "they", "this", "those", "to", "too",
    "tu", "un", "una", "und", "une", "uno", "up", "us", "very", "von", "vous", "was", "we", "were",
    "what", "when", "where", "which", "who", "whom", "why", "will", "wir", "with", "would", "yo",
    "you", "your", "zu",
];

/// How a script joins characters to words.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    /// Words are separated, for example by spaces.
    Spaced,
    /// Japanese marks its loan words by the script itself, so that a run of it
    /// is one word: there is a test (テスト) in contest (コンテスト).
    Katakana,
    /// Nothing separates words, or (in Korean) a noun and its particles, so
    /// that every character counts as a word.
    Running,
}

/// Returns the text's words, each between two spaces of its own; words that do
/// not touch in the text have a `-` between them. A name written the same way
/// then matches whole words only, also next to another match.
pub(super) fn words(text: &str) -> String {
    let folded = folded(text);
    let mut words = String::with_capacity(folded.len() * 2);
    let mut before = ' ';
    let mut script: Option<Script> = None;
    let mut chars = folded.chars().peekable();
    while let Some(c) = chars.next() {
        // A combining mark belongs to the letter before it.
        if !(script.is_some() && is_combining_mark(c)) {
            let next = script_of(c, before, chars.peek().copied());
            if next.is_some() && (next != script || next == Some(Script::Running)) {
                words.push_str(match (words.is_empty(), script) {
                    (true, _) => " ",
                    (false, None) => " - ",
                    (false, Some(_)) => "  ",
                });
            }
            script = next;
        }
        if script.is_some() {
            words.push(c);
        }
        before = c;
    }
    if !words.is_empty() {
        words.push(' ');
    }
    words
}

/// Whether a name, as [`words`] writes it, is specific enough to be searched
/// for in texts: more than one character, not just a number, and not a function
/// word.
pub(super) fn is_telling(name: &str) -> bool {
    let mut letters = name.chars().filter(|c| c.is_alphanumeric());
    let characters = name
        .chars()
        .filter(|&c| !matches!(c, ' ' | '-') && !is_combining_mark(c));
    characters.count() > 1
        && !letters.all(char::is_numeric)
        && FUNCTION_WORDS.binary_search(&name.trim()).is_err()
}

/// Removes differences of case and of encoding.
fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    // Folding can decompose characters (İ), so the text is composed again.
    text.nfkc().default_case_fold().nfkc().collect()
}

/// Returns how the character joins its neighbours to a word; `None` if it
/// separates them.
fn script_of(c: char, before: char, after: Option<char>) -> Option<Script> {
    match c {
        '+' => Some(Script::Spaced),
        // As in "node.js" and ".net"; another full stop belongs to the sentence.
        '.' => {
            (before != '.' && after.is_some_and(char::is_alphanumeric)).then_some(Script::Spaced)
        }
        c if !c.is_alphanumeric() => None,
        c if c.is_ascii() => Some(Script::Spaced),
        '\u{30A0}'..='\u{30FF}' | '\u{31F0}'..='\u{31FF}' => Some(Script::Katakana),
        // Thai, Lao, Tibetan; Burmese; Khmer.
        '\u{0E00}'..='\u{0FFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}' => {
            Some(Script::Running)
        }
        // Hiragana, Bopomofo and Chinese characters; Korean syllables; rare characters.
        '\u{3005}'..='\u{312F}'
        | '\u{3400}'..='\u{9FFF}'
        | '\u{AC00}'..='\u{D7A3}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{3FFFF}' => Some(Script::Running),
        _ => Some(Script::Spaced),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn function_words_are_in_the_order_that_the_search_needs() {
        assert!(FUNCTION_WORDS.is_sorted());
    }

    #[test]
    fn words_touch_only_where_they_do_in_the_text() {
        assert_eq!(words("Sin-City, 2020!"), " sin - city - 2020 ");
        assert_eq!(words("東京 へ"), " 東  京 - へ ");
        assert_eq!(words("東京タワーに"), " 東  京  タワー  に ");
    }

    #[test]
    fn full_stops_of_sentences_are_no_part_of_words() {
        assert_eq!(words("Node.js… and .NET."), " node.js - and - .net ");
        assert_eq!(words("wow...art"), " wow - art ");
    }
}
