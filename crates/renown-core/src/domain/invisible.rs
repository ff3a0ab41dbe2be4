//! Characters without a visible form, which make two different handles look alike.

use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

/// Characters without a glyph that are not of the category *format* (Cf): the rest of
/// Unicode's `Default_Ignorable_Code_Point`.
const IGNORABLE: [(char, char); 8] = [
    ('\u{34f}', '\u{34f}'),
    ('\u{115f}', '\u{1160}'),
    ('\u{17b4}', '\u{17b5}'),
    ('\u{180b}', '\u{180f}'),
    ('\u{3164}', '\u{3164}'),
    ('\u{fe00}', '\u{fe0f}'),
    ('\u{ffa0}', '\u{ffa0}'),
    ('\u{e0000}', '\u{e0fff}'),
];

/// Returns whether a character is white space, a control character, or another one without
/// a visible form: zero-width, bidirectional and other format characters.
pub(super) fn is_invisible(c: char) -> bool {
    let ignorable = || {
        IGNORABLE
            .iter()
            .any(|(from, to)| (*from..=*to).contains(&c))
    };
    let format = || c.general_category() == GeneralCategory::Format;
    c.is_whitespace() || c.is_control() || (!c.is_ascii() && (format() || ignorable()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_width_and_bidirectional_characters_are_invisible() {
        let ranges = [
            '\u{200b}'..='\u{200f}',
            '\u{202a}'..='\u{202e}',
            '\u{2060}'..='\u{2064}',
        ];
        let marks = [
            '\u{2066}'..='\u{2069}',
            '\u{feff}'..='\u{feff}',
            '\u{ad}'..='\u{ad}',
        ];
        for c in ranges.into_iter().chain(marks).flatten() {
            assert!(is_invisible(c), "U+{:04X}", c as u32);
        }
        assert!(!"aäßéष東🧑".chars().any(is_invisible));
    }
}
