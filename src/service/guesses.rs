//! Limits on guessing what is secret: codes at a till, keys at the sign-in. Each replica
//! counts in its own memory.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::Notify;

use crate::clock::Clock;
use crate::service::error::{Result, ServiceError};
use renown_core::domain::{Admission, Allowance, Attempts};

/// Above this number of guessers, those without recent failures are dropped.
const MANY_GUESSERS: usize = 1_000;

/// What is guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guessed {
    /// Codes that members show at a till.
    Codes,
    /// Keys with which people sign in.
    Keys,
}

impl Guessed {
    /// Returns the name of the limit, for the `RateLimit` headers.
    pub fn policy(self) -> &'static str {
        match self {
            Self::Codes => "codes",
            Self::Keys => "sign-in",
        }
    }
}

/// The limit on failed attempts, reported once it is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GuessLimit {
    /// What was guessed.
    pub guessed: Guessed,
    /// The number of attempts that may fail in a window.
    pub failures: u32,
    /// The length of the window in seconds.
    pub window_seconds: u64,
    /// Seconds until one more attempt is allowed.
    pub next_in_seconds: u32,
}

/// The attempts of all guessers, by what tells them apart.
#[derive(Debug)]
pub(super) struct Guesses<K> {
    guessed: Guessed,
    allowance: Allowance,
    clock: Clock,
    by_guesser: Mutex<HashMap<K, Attempts>>,
    /// Notified when an attempt ends, so that another one may begin.
    ended: Notify,
}

/// A started attempt. It ends when it is dropped.
#[derive(Debug)]
pub struct Attempt<'s, K: Copy + Eq + Hash> {
    guesses: &'s Guesses<K>,
    guesser: K,
    failed: bool,
}

impl<K: Copy + Eq + Hash> Guesses<K> {
    pub(super) fn new(guessed: Guessed, allowance: Allowance, clock: Clock) -> Self {
        Self {
            guessed,
            allowance,
            clock,
            by_guesser: Mutex::default(),
            ended: Notify::new(),
        }
    }

    /// Begins an attempt. Waits while as many attempts are running as may fail.
    ///
    /// # Errors
    /// [`ServiceError::TooManyGuesses`] if too many attempts have failed.
    pub(super) async fn begin(&self, guesser: K) -> Result<Attempt<'_, K>> {
        self.forget_clear(self.clock.now());
        loop {
            let mut ended = std::pin::pin!(self.ended.notified());
            // Listen before checking, so that no end of an attempt is missed.
            ended.as_mut().enable();
            let now = self.clock.now();
            match self.with(guesser, |attempts| attempts.begin(now)) {
                Admission::Admitted => {
                    return Ok(Attempt {
                        guesses: self,
                        guesser,
                        failed: false,
                    });
                }
                Admission::Blocked(until) => {
                    let limit = self.limit(until - now);
                    return Err(ServiceError::TooManyGuesses(limit));
                }
                Admission::Crowded => ended.await,
            }
        }
    }

    fn with<T>(&self, guesser: K, act: impl FnOnce(&mut Attempts) -> T) -> T {
        let mut attempts = self
            .by_guesser
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let none = || Attempts::none(self.allowance);
        act(attempts.entry(guesser).or_insert_with(none))
    }

    fn forget_clear(&self, now: DateTime<Utc>) {
        let mut attempts = self
            .by_guesser
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if attempts.len() > MANY_GUESSERS {
            attempts.retain(|_, attempts| !attempts.is_clear(now));
        }
    }

    fn limit(&self, next_in: TimeDelta) -> GuessLimit {
        let Allowance { failures, every } = self.allowance;
        // Round up to the whole second, so that an attempt is allowed by then.
        let seconds = (next_in.num_milliseconds().max(0) as u64).div_ceil(1_000);
        GuessLimit {
            guessed: self.guessed,
            failures,
            window_seconds: every.num_seconds().unsigned_abs() * u64::from(failures),
            next_in_seconds: u32::try_from(seconds).unwrap_or(u32::MAX),
        }
    }
}

impl<K: Copy + Eq + Hash> Attempt<'_, K> {
    /// Marks the attempt as failed: what was tried is nothing.
    pub fn fail(&mut self) {
        self.failed = true;
    }
}

impl<K: Copy + Eq + Hash> Drop for Attempt<'_, K> {
    fn drop(&mut self) {
        let now = self.guesses.clock.now();
        self.guesses
            .with(self.guesser, |attempts| attempts.end(self.failed, now));
        self.guesses.ended.notify_waiters();
    }
}
