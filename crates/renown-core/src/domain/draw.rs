//! Draws: chance decides which members get the units of a perk. A draw commits to a
//! secret before the first entry, and is held once.

use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::invalid::text_newtype;
use super::schema::{described, text};
use super::{Attribute, EntryId, Invalid, MemberId, PerkId, ProgramId};

/// The longest nonce, in characters.
const MAX_NONCE: usize = 64;

/// The secret that the order of a draw depends on. Its debug output hides it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Seed(pub [u8; 32]);

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seed(…)")
    }
}

/// A text that an entrant adds to a draw, so that its outcome cannot be foreseen: 1
/// to 64 visible ASCII characters. It is published.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Nonce(Box<str>);

impl Nonce {
    /// Checks the text.
    ///
    /// # Errors
    /// If it is empty, too long, or not visible ASCII.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let visible = |c: char| c.is_ascii_graphic();
        if text.is_empty() || text.len() > MAX_NONCE || !text.chars().all(visible) {
            return Err(Invalid::new(format_args!(
                "a nonce is 1 to {MAX_NONCE} visible ASCII characters without spaces"
            )));
        }
        Ok(Self(text.into()))
    }
}
text_newtype!(Nonce);
described!(Nonce: text("a-word-of-mine", 1..=MAX_NONCE).pattern(Some("^[!-~]{1,64}$")));

/// The draw of one perk, before or after it was held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draw {
    /// The program of the perk.
    pub program: ProgramId,
    /// The perk that is drawn for.
    pub perk: PerkId,
    /// The secret, published only after the draw.
    pub seed: Seed,
    /// The SHA-256 of the secret, published before the draw.
    pub commitment: [u8; 32],
    /// When the draw committed to its secret.
    pub committed_at: DateTime<Utc>,
    /// The result; `None` until the draw is held.
    pub drawn: Option<Drawn>,
}

/// The result of a draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drawn {
    /// When the draw was held.
    pub at: DateTime<Utc>,
    /// The digest of the entries, from which the order is derived.
    pub digest: [u8; 32],
    /// The number of entries that took part.
    pub entries: i64,
    /// The number of units that were drawn for.
    pub units: i64,
}

/// A member's entry in a draw.
#[derive(Debug, Clone, PartialEq)]
pub struct DrawEntry {
    /// The public id of the entry.
    pub id: EntryId,
    /// The program of the draw.
    pub program: ProgramId,
    /// The perk of the draw.
    pub perk: PerkId,
    /// The member that entered.
    pub member: MemberId,
    /// The text that the entrant added, if any.
    pub nonce: Option<Nonce>,
    /// When the member entered.
    pub entered_at: DateTime<Utc>,
    /// The values that the caller passed in.
    pub request: BTreeMap<String, Attribute>,
    /// When the member withdrew; `None` if they did not.
    pub withdrawn_at: Option<DateTime<Utc>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_is_visible_and_short() {
        let long = "x".repeat(65);
        for text in ["", "a b", "a\n", "ä", "\u{7f}", &long] {
            assert!(Nonce::parse(text).is_err(), "{text:?}");
        }
        for text in ["7", "!~\"\\", &"x".repeat(64)] {
            assert_eq!(Nonce::parse(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn a_seed_does_not_print() {
        assert_eq!(format!("{:?}", Seed([7; 32])), "Seed(…)");
    }
}
