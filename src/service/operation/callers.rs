//! Callers: what the secret of a request allows, at the moment of the request.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use super::keys::Keys;
use crate::clock::Clock;
use crate::service::context::Context;
use crate::service::error::Result;
use crate::store::operation::api_keys;
use crate::store::operation::api_keys::SecretHash;

use renown_core::domain::{Invalid, KeyId, KeyPermissions};

/// The minimum length of a secret from outside, in characters.
const MIN_SECRET: usize = 24;

/// The secret of an API key in plain text. Only its hash is stored.
pub struct KeySecret(String);

impl KeySecret {
    /// Parses a secret from outside.
    ///
    /// # Errors
    /// If it is too short to be safe without a salt, or has white space or control
    /// characters.
    pub fn parse(text: &str) -> std::result::Result<Self, Invalid> {
        if text.len() < MIN_SECRET || text.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(Invalid::new(format_args!(
                "a key must have at least {MIN_SECRET} characters and no white space"
            )));
        }
        Ok(Self(text.to_owned()))
    }

    /// Generates a secret.
    pub(super) fn generate(clock: &Clock) -> Self {
        Self(format!("rk_{}", URL_SAFE_NO_PAD.encode(clock.secret())))
    }

    /// Returns the text, to be shown once.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    pub(super) fn hash(&self) -> SecretHash {
        hash(&self.0)
    }
}

fn hash(secret: &str) -> SecretHash {
    Sha256::digest(secret.as_bytes()).into()
}

/// An authenticated caller: a secret of an API key that is not revoked.
#[derive(Debug)]
pub struct Caller {
    /// The API key.
    pub key: KeyId,
    /// The permissions of the key.
    pub permissions: KeyPermissions,
    secret: SecretHash,
    /// The first moment at which the secret no longer works; `None` if it has no end.
    until: Option<DateTime<Utc>>,
    /// The minute, since 1970, of the last use that was noted.
    noted: AtomicI64,
}

impl Caller {
    fn works_at(&self, now: DateTime<Utc>) -> bool {
        self.until.is_none_or(|until| now < until)
    }
}

impl Keys {
    /// Finds the caller by the secret, in the cache if possible; `None` if the secret does
    /// not work now.
    pub async fn authenticate(&self, secret: &str) -> Result<Option<Arc<Caller>>> {
        let caller = find(&self.context, &hash(secret)).await?;
        if let Some(caller) = &caller {
            self.uses.note(caller, self.context.clock.now());
        }
        Ok(caller)
    }

    /// Returns a watch on the secret that a caller has used.
    pub fn watch(&self, caller: &Caller) -> KeyWatch {
        KeyWatch {
            context: self.context.clone(),
            secret: caller.secret,
        }
    }

    /// Records the uses of keys since the last time. Each key is written at most once a
    /// minute.
    pub async fn record_uses(&self) -> Result<()> {
        let uses = self.uses.take();
        if uses.is_empty() {
            return Ok(());
        }
        let mut uses: Vec<(KeyId, DateTime<Utc>)> = uses.into_iter().collect();
        uses.sort_unstable();
        let (keys, times): (Vec<_>, Vec<_>) = uses.into_iter().unzip();
        let mut conn = self.context.connection().await?;
        Ok(api_keys::record_use(&mut conn, &keys, &times).await?)
    }
}

/// A watch on a secret, for answers that go on for long.
#[derive(Debug)]
pub struct KeyWatch {
    context: Context,
    secret: SecretHash,
}

impl KeyWatch {
    /// Returns whether the secret still works.
    pub async fn still_works(&self) -> Result<bool> {
        Ok(find(&self.context, &self.secret).await?.is_some())
    }
}

/// Finds the caller of a secret. A cached one is checked too, because its time may be over.
async fn find(context: &Context, secret: &SecretHash) -> Result<Option<Arc<Caller>>> {
    let caller = match context.cache.caller(secret) {
        Some(caller) => Some(caller),
        None => load(context, secret).await?,
    };
    let now = context.clock.now();
    Ok(caller.filter(|caller| caller.works_at(now)))
}

async fn load(context: &Context, secret: &SecretHash) -> Result<Option<Arc<Caller>>> {
    let ticket = context.cache.ticket_for_keys();
    let mut conn = context.connection().await?;
    let Some(holder) = api_keys::by_hash(&mut conn, secret).await? else {
        return Ok(None);
    };
    let caller = Arc::new(Caller {
        key: holder.key,
        permissions: holder.permissions,
        secret: *secret,
        until: holder.until,
        noted: AtomicI64::new(0),
    });
    let cached = Arc::clone(&caller);
    context.cache.remember_caller(*secret, cached, ticket);
    Ok(Some(caller))
}

/// When keys were used last, until it is recorded.
#[derive(Debug, Default)]
pub(super) struct Uses(Mutex<HashMap<KeyId, DateTime<Utc>>>);

impl Uses {
    /// Notes a use, once a minute for each cached caller, so that requests do not wait for
    /// each other here.
    fn note(&self, caller: &Caller, now: DateTime<Utc>) {
        let minute = now.timestamp().div_euclid(60);
        if caller.noted.swap(minute, Ordering::Relaxed) != minute {
            self.uses().insert(caller.key, now);
        }
    }

    fn take(&self) -> HashMap<KeyId, DateTime<Utc>> {
        std::mem::take(&mut self.uses())
    }

    fn uses(&self) -> std::sync::MutexGuard<'_, HashMap<KeyId, DateTime<Utc>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
