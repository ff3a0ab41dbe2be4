//! A limit on guessing codes, by API key. Each replica counts in its own memory.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::Notify;

use super::Claims;
use crate::service::error::{Result, ServiceError};
use renown_core::domain::{Admission, Allowance, Attempts, KeyId};

/// Above this number of keys, those without recent failures are dropped.
const MANY_KEYS: usize = 1_000;

/// The attempts of all keys.
#[derive(Debug)]
pub(super) struct Guesses {
    allowance: Allowance,
    by_key: Mutex<HashMap<KeyId, Attempts>>,
    /// Notified when an attempt ends, so that another one may begin.
    ended: Notify,
}

/// A started attempt. It ends when it is dropped.
#[derive(Debug)]
pub struct Attempt<'s> {
    service: &'s Claims,
    key: KeyId,
    failed: bool,
}

/// The limit on failed attempts, reported once it is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GuessLimit {
    /// The number of attempts that may fail in a window.
    pub failures: u32,
    /// The length of the window in seconds.
    pub window_seconds: u64,
    /// Seconds until one more attempt is allowed.
    pub next_in_seconds: u32,
}

impl Guesses {
    pub(in crate::service) fn new(allowance: Allowance) -> Self {
        Self {
            allowance,
            by_key: Mutex::default(),
            ended: Notify::new(),
        }
    }

    fn with<T>(&self, key: KeyId, act: impl FnOnce(&mut Attempts) -> T) -> T {
        let mut by_key = self.by_key.lock().unwrap_or_else(PoisonError::into_inner);
        let none = || Attempts::none(self.allowance);
        act(by_key.entry(key).or_insert_with(none))
    }

    fn forget_clear(&self, now: DateTime<Utc>) {
        let mut by_key = self.by_key.lock().unwrap_or_else(PoisonError::into_inner);
        if by_key.len() > MANY_KEYS {
            by_key.retain(|_, attempts| !attempts.is_clear(now));
        }
    }
}

impl Claims {
    /// Begins an attempt to use a code with an API key. Waits while as many
    /// attempts are running as may fail.
    ///
    /// # Errors
    /// [`ServiceError::TooManyGuesses`] if too many attempts have failed.
    pub async fn try_code(&self, key: KeyId) -> Result<Attempt<'_>> {
        self.guesses.forget_clear(self.context.clock.now());
        loop {
            let mut ended = std::pin::pin!(self.guesses.ended.notified());
            // Listen before checking, so that no end of an attempt is missed.
            ended.as_mut().enable();
            let now = self.context.clock.now();
            match self.guesses.with(key, |attempts| attempts.begin(now)) {
                Admission::Admitted => {
                    return Ok(Attempt {
                        service: self,
                        key,
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

    fn limit(&self, next_in: TimeDelta) -> GuessLimit {
        let Allowance { failures, every } = self.guesses.allowance;
        // Round up to the whole second, so that an attempt is allowed by then.
        let seconds = (next_in.num_milliseconds().max(0) as u64).div_ceil(1_000);
        GuessLimit {
            failures,
            window_seconds: every.num_seconds().unsigned_abs() * u64::from(failures),
            next_in_seconds: u32::try_from(seconds).unwrap_or(u32::MAX),
        }
    }
}

impl Attempt<'_> {
    /// Marks the attempt as failed: there is no such code.
    pub fn fail(&mut self) {
        self.failed = true;
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        let guesses = &self.service.guesses;
        let now = self.service.context.clock.now();
        guesses.with(self.key, |attempts| attempts.end(self.failed, now));
        guesses.ended.notify_waiters();
    }
}
