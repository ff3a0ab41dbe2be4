//! The error type of this module.

use std::fmt;

/// Why a text or number is not a value of the domain: one sentence that says what
/// was wrong and what would be right. It repeats at most a short prefix of the
/// input, so that it is safe to log and to return.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Invalid(String);

impl Invalid {
    /// Creates the error from its sentence.
    pub fn new(reason: impl fmt::Display) -> Self {
        Self(reason.to_string())
    }
}

/// Checks a free text from outside: not empty, at most `max` characters, no control
/// characters (Postgres cannot store NUL).
pub(super) fn checked_text<'a>(what: &str, text: &'a str, max: usize) -> Result<&'a str, Invalid> {
    if text.is_empty() {
        return Err(Invalid::new(format_args!("{what} must not be empty")));
    }
    // The byte count is never below the character count, so characters are counted
    // only if needed.
    if text.len() > max && text.chars().count() > max {
        return Err(Invalid::new(format_args!(
            "{what} is longer than {max} characters"
        )));
    }
    match text.chars().find(|c| c.is_control()) {
        Some(c) => Err(Invalid::new(format_args!(
            "{what} contains the control character U+{:04X}",
            c as u32
        ))),
        None => Ok(text),
    }
}

/// Checks an identifier from a file or an address: 1 to `max` of `a-z 0-9 - _`,
/// beginning with a letter or digit.
pub(super) fn checked_slug(what: &str, text: &str, max: usize) -> Result<(), Invalid> {
    let valid = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    let starts_well = text
        .chars()
        .next()
        .is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    if starts_well && text.len() <= max && text.chars().all(valid) {
        return Ok(());
    }
    Err(Invalid::new(format_args!(
        "{what} must be 1 to {max} of a-z, 0-9, '-' and '_', beginning with a letter or digit"
    )))
}

/// Implements the common part of text newtypes: parsing, display, and serde through
/// `parse`, so that deserialised values have been checked too.
macro_rules! text_newtype {
    ($name:ident) => {
        impl $name {
            /// Returns the text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
        impl std::str::FromStr for $name {
            type Err = $crate::domain::Invalid;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }
        impl TryFrom<String> for $name {
            type Error = $crate::domain::Invalid;
            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::parse(&text)
            }
        }
        impl From<$name> for String {
            fn from(value: $name) -> String {
                value.0.into()
            }
        }
    };
}
pub(super) use text_newtype;
