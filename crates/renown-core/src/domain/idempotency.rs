//! Idempotency keys: a caller names a request, so that it is carried out only once,
//! however often it is sent.

use super::Invalid;
use super::invalid::text_newtype;
use super::schema::{described, text};

/// The longest key, in characters.
const MAX: usize = 255;
/// The pattern of a key as it is sent, for the OpenAPI document.
const PATTERN: &str = r#"^("[!#-\[\]-~]{1,255}"|[!#-\[\]-~]{1,255})$"#;

/// An `Idempotency-Key`: 1 to 255 visible ASCII characters, with or without the
/// quotes that structured headers have (draft-ietf-httpapi-idempotency-key-header-07).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdempotencyKey(Box<str>);

impl IdempotencyKey {
    /// Reads the value of the header.
    ///
    /// # Errors
    /// If it is empty, too long, or not visible ASCII.
    pub fn parse(value: &str) -> Result<Self, Invalid> {
        let value = value.trim();
        let quoted = value
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'));
        let name = quoted.unwrap_or(value);
        let visible = |c: char| ('!'..='~').contains(&c) && c != '"' && c != '\\';
        if name.is_empty() || name.len() > MAX || !name.chars().all(visible) {
            return Err(Invalid::new(format_args!(
                "Idempotency-Key is 1 to {MAX} visible ASCII characters, such as a UUID"
            )));
        }
        Ok(Self(name.into()))
    }
}
text_newtype!(IdempotencyKey);
described!(IdempotencyKey: text("8e03978e-40d5-43dd-bc93-6894a57f9324", 1..=MAX + 2)
    .pattern(Some(PATTERN)));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_not_part_of_the_name() {
        let bare = IdempotencyKey::parse("8e03978e-40d5").unwrap();
        assert_eq!(IdempotencyKey::parse(" \"8e03978e-40d5\" ").unwrap(), bare);
    }

    #[test]
    fn refuses_what_is_no_name() {
        let long = "x".repeat(256);
        for text in ["", "\"\"", "a b", "\"", "ä", "a\"b", &long] {
            assert!(IdempotencyKey::parse(text).is_err(), "{text}");
        }
    }
}
