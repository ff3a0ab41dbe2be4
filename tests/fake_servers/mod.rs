//! Servers that connectors follow, on this machine: slow, breaking off, repeating, out of order,
//! and refusing, as a test says.
#![allow(dead_code, reason = "each test binary uses a part")]

pub mod expected;
pub mod github;
pub mod jetstream;
pub mod mastodon;
pub mod web;

use std::sync::atomic::{AtomicU64, Ordering};

/// Numbers that look random and are the same in each run.
#[derive(Debug)]
pub struct Dice(AtomicU64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }

    /// Returns a number below `sides`.
    pub fn roll(&self, sides: u64) -> u64 {
        // SplitMix64.
        let mut number = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::SeqCst);
        number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (number ^ (number >> 31)) % sides
    }
}

/// Returns a file of recorded data; `None`, with a message, if there is none here.
pub fn recorded(file: &str) -> Option<Vec<u8>> {
    let Ok(dir) = std::env::var("RENOWN_TEST_DATA") else {
        eprintln!("skipped the recorded {file}: RENOWN_TEST_DATA does not name a directory");
        return None;
    };
    let path = std::path::Path::new(&dir).join(file);
    match std::fs::read(&path) {
        Ok(bytes) => Some(bytes),
        Err(error) => {
            eprintln!("skipped the recorded {file}: {error}");
            None
        }
    }
}
