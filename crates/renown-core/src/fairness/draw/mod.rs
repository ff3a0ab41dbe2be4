//! Draws that anybody can check: a secret seed, to which the draw commits before
//! anybody enters; a digest of all entries; and an order that follows from both
//! and from nothing else.
//!
//! A commit-and-reveal draw, with HMAC-SHA256 (RFC 2104) as the function that
//! nobody foresees who does not know the seed. All of it can be done again in ten
//! lines of any language: see `docs/draws.md`.

pub mod document;
pub mod verify;

use chrono::{DateTime, SecondsFormat, Utc};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::domain::{Draw, EntryId, Nonce, PerkId, ProgramId, Seed};

/// The name of the algorithm: another one would have another name.
pub const ALGORITHM: &str = "renown-draw-1";

/// The algorithm in words, as it is published with every draw.
pub const DESCRIPTION: &str = "commitment = SHA-256(seed). \
    digest = SHA-256(text); the first line of the text is 'algorithm program perk units \
    committed_at drawn_at', and then comes a line 'id nonce' for each entry, in order of the ids, \
    the nonce empty if there is none; each line ends with a line feed. \
    ticket of an entry = HMAC-SHA256(key: seed, message: digest, then the id as text). \
    The order is that of the tickets, lowest first. The first in it get the units, \
    but for those to whom the rules do not give them any more.";

/// What a draw is about, beside its entries.
#[derive(Debug, Clone, Copy)]
pub struct DrawHeader<'a> {
    /// In which program.
    pub program: &'a ProgramId,
    /// Of which perk.
    pub perk: &'a PerkId,
    /// How many units are to be had.
    pub units: i64,
    /// When the draw committed to its seed.
    pub committed_at: DateTime<Utc>,
    /// When it is held.
    pub drawn_at: DateTime<Utc>,
}

impl<'a> DrawHeader<'a> {
    /// That of a draw that is held now.
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
        // As JSON has them, so that they can be taken from the document as they are.
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

/// What is published of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// Its public id.
    pub id: EntryId,
    /// What the entrant added.
    pub nonce: Option<Nonce>,
}

/// What a draw publishes of its seed before anybody enters.
pub fn commitment(seed: &Seed) -> [u8; 32] {
    Sha256::digest(seed.0).into()
}

/// The digest of all entries, in whatever order they come.
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

/// The order of a draw.
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
