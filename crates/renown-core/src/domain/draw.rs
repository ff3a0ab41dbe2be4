//! A draw: chance decides who gets the units of a perk. It commits to a secret
//! before anybody enters, and is held once.

use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::invalid::text_newtype;
use super::{Attribute, EntryId, Invalid, MemberId, PerkId, ProgramId};

/// The longest nonce, in characters.
const MAX_NONCE: usize = 64;

/// The secret on which the order of a draw depends. It does not print.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Seed(pub [u8; 32]);

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seed(…)")
    }
}

/// What an entrant adds to a draw, so that nobody could foresee its outcome: 1 to
/// 64 visible ASCII characters. It is published.
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

/// The draw of one perk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draw {
    /// In which program.
    pub program: ProgramId,
    /// Of which perk.
    pub perk: PerkId,
    /// Its secret.
    pub seed: Seed,
    /// SHA-256 of the secret, which is no secret.
    pub commitment: [u8; 32],
    /// When it committed.
    pub committed_at: DateTime<Utc>,
    /// What came of it, once it is held.
    pub drawn: Option<Drawn>,
}

/// What came of a draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drawn {
    /// When it was held.
    pub at: DateTime<Utc>,
    /// The digest of the entries, in which the order has its source.
    pub digest: [u8; 32],
    /// How many entries took part.
    pub entries: i64,
    /// How many units there were to be had.
    pub units: i64,
}

/// A member's entry.
#[derive(Debug, Clone, PartialEq)]
pub struct DrawEntry {
    /// Its public id.
    pub id: EntryId,
    /// In the draw of which program,
    pub program: ProgramId,
    /// and of which perk.
    pub perk: PerkId,
    /// Whose it is.
    pub member: MemberId,
    /// What the entrant added.
    pub nonce: Option<Nonce>,
    /// When they entered.
    pub entered_at: DateTime<Utc>,
    /// What the caller passed in.
    pub request: BTreeMap<String, Attribute>,
    /// When they withdrew, if they did.
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
