//! Draws that can be verified by everyone. The draw commits to a secret seed
//! before the first entry. The order follows from that seed and a digest of all
//! entries, and from nothing else.
//!
//! The method is commit and reveal, with HMAC-SHA256 (RFC 2104) as the function
//! whose result cannot be predicted without the seed. The draw can be repeated
//! in ten lines of any language: see `docs/draws.md`.

pub mod document;
pub mod verify;

use chrono::{DateTime, SecondsFormat, Utc};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::domain::{Draw, EntryId, Nonce, PerkId, ProgramId, Seed};

/// The name of the algorithm. A changed algorithm gets a new name.
pub const ALGORITHM: &str = "renown-draw-1";

/// The algorithm in words, as it is published with every draw.
pub const DESCRIPTION: &str = "commitment = SHA-256(seed). \
    digest = SHA-256(text); the first line of the text is 'algorithm program perk units \
    committed_at drawn_at', and then comes a line 'id nonce' for each entry, in order of the ids, \
    the nonce empty if there is none; each line ends with a line feed. \
    ticket of an entry = HMAC-SHA256(key: seed, message: digest, then the id as text). \
    The order is that of the tickets, lowest first. The first in it get the units, \
    but for those to whom the rules do not give them any more.";

/// The data of a draw besides its entries, which the digest also covers.
#[derive(Debug, Clone, Copy)]
pub struct DrawHeader<'a> {
    /// The program of the perk.
    pub program: &'a ProgramId,
    /// The perk to be won.
    pub perk: &'a PerkId,
    /// The number of units to be won.
    pub units: i64,
    /// The time at which the draw committed to its seed.
    pub committed_at: DateTime<Utc>,
    /// The time at which the draw is held.
    pub drawn_at: DateTime<Utc>,
}

impl<'a> DrawHeader<'a> {
    /// Returns the data of a draw that is held at `drawn_at`.
    pub fn of(draw: &'a Draw, units: i64, drawn_at: DateTime<Utc>) -> Self {
        Self {
            program: &draw.program,
            perk: &draw.perk,
            units,
            committed_at: draw.committed_at,
            drawn_at,
        }
    }

    fn line(&self) -> String {
        // The format of JSON, so that times can be copied from the document as
        // they are.
        let text = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::AutoSi, true);
        format!(
            "{ALGORITHM} {} {} {} {} {}\n",
            self.program,
            self.perk,
            self.units,
            text(self.committed_at),
            text(self.drawn_at)
        )
    }
}

/// An entry as the digest covers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// The public id of the entry.
    pub id: EntryId,
    /// The nonce that the entrant added, if any.
    pub nonce: Option<Nonce>,
}

/// Returns the commitment to a seed, which is published before the first entry.
pub fn commitment(seed: &Seed) -> [u8; 32] {
    Sha256::digest(seed.0).into()
}

/// Returns the digest of the draw and its entries, in whatever order they are
/// given.
pub fn digest(head: &DrawHeader<'_>, entries: &[Ticket]) -> [u8; 32] {
    let mut sorted: Vec<&Ticket> = entries.iter().collect();
    sorted.sort_unstable_by_key(|entry| entry.id);
    let mut digest = Sha256::new();
    digest.update(head.line());
    for entry in sorted {
        let nonce = entry.nonce.as_ref().map_or("", Nonce::as_str);
        digest.update(format!("{} {nonce}\n", entry.id));
    }
    digest.finalize().into()
}

/// Returns the entries in the order of the draw, the winners first.
pub fn order(
    seed: &Seed,
    digest: &[u8; 32],
    entries: impl IntoIterator<Item = EntryId>,
) -> Vec<EntryId> {
    let keyed = Hmac::<Sha256>::new_from_slice(&seed.0).expect("HMAC takes keys of any length");
    let tickets = entries.into_iter().map(|id| {
        let mut ticket = keyed.clone();
        ticket.update(digest);
        ticket.update(id.to_string().as_bytes());
        let ticket: [u8; 32] = ticket.finalize().into_bytes().into();
        (ticket, id)
    });
    let mut tickets: Vec<([u8; 32], EntryId)> = tickets.collect();
    tickets.sort_unstable();
    tickets.into_iter().map(|(_, id)| id).collect()
}

#[cfg(test)]
mod tests;
