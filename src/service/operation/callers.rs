//! Callers: what the secret of a request allows, at the moment of the request. It is that of
//! an API key or the token of a session.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};

use crate::clock::Clock;
use crate::service::context::Context;
use crate::service::error::Result;
use crate::store::operation::api_keys;
use crate::store::operation::api_keys::SecretHash;
use crate::store::operation::sessions;

use renown_core::domain::{CallerId, Invalid, KeyId, Permissions, Session, SessionId, SessionKind};

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
        Self(random_text("rk", clock))
    }

    /// Returns the text, to be shown once.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    pub(super) fn hash(&self) -> SecretHash {
        hash(&self.0)
    }
}

/// The token of a session in plain text. Only its hash is stored.
pub struct SessionToken(String);

impl SessionToken {
    /// Generates a token.
    pub(super) fn generate(kind: SessionKind, clock: &Clock) -> Self {
        Self(match kind {
            SessionKind::Page => random_text("rs", clock),
            SessionKind::Desk => random_text("rd", clock),
        })
    }

    /// Returns the text, for the cookie or to be shown once.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    pub(super) fn hash(&self) -> SecretHash {
        hash(&self.0)
    }
}

/// Returns a text that nobody can guess. Its beginning says what it is for, so that one that
/// was published by mistake is recognised.
fn random_text(purpose: &str, clock: &Clock) -> String {
    format!("{purpose}_{}", URL_SAFE_NO_PAD.encode(clock.secret()))
}

fn hash(secret: &str) -> SecretHash {
    Sha256::digest(secret.as_bytes()).into()
}

/// What a request shows to say who sends it.
#[derive(Clone, Copy)]
pub enum Credential<'r> {
    /// The secret of an API key, or the token of a desk.
    Bearer(&'r str),
    /// The token of a session of the pages. It counts in a cookie alone, because the rules
    /// for cookies apply to it.
    Cookie(&'r str),
}

/// An authenticated caller: a secret of an API key, or the token of a session, that works.
#[derive(Debug)]
pub struct Caller {
    /// Who the caller is. Sessions that were made with an API key are this key.
    pub id: CallerId,
    /// The name of the key or of the person.
    pub name: Box<str>,
    /// What the caller may do.
    pub permissions: Permissions,
    /// The session; `None` for an API key.
    pub session: Option<Session>,
    /// The key, also that of a session.
    key: Option<KeyId>,
    secret: SecretHash,
    /// The first moment at which the secret no longer works; `None` if it has no end.
    until: Option<DateTime<Utc>>,
    /// The last use that is known here, in seconds since 1970.
    used: AtomicI64,
}

impl Caller {
    /// Returns the first moment at which the secret no longer works, if it is used until
    /// then; `None` if it has no end.
    pub fn until(&self) -> Option<DateTime<Utc>> {
        self.until
    }

    /// Returns the hash of the secret.
    pub(super) fn secret(&self) -> &SecretHash {
        &self.secret
    }

    fn is_sent_as(&self, credential: &Credential<'_>) -> bool {
        let kind = self.session.as_ref().map(|session| session.kind);
        match credential {
            Credential::Bearer(_) => kind != Some(SessionKind::Page),
            Credential::Cookie(_) => kind == Some(SessionKind::Page),
        }
    }

    fn works_at(&self, now: DateTime<Utc>, idle: TimeDelta) -> bool {
        let used = self.used.load(Ordering::Relaxed);
        let is_idle = self.session.is_some() && used + idle.num_seconds() <= now.timestamp();
        !is_idle && self.until.is_none_or(|until| now < until)
    }
}

/// Finds callers by their secrets, and notes when they were used.
#[derive(Debug)]
pub struct Callers {
    context: Context,
    /// Uses that are still to be recorded.
    uses: Uses,
}

impl Callers {
    pub(in crate::service) fn new(context: Context) -> Self {
        Self {
            context,
            uses: Uses::default(),
        }
    }

    /// Finds the caller by what a request shows, in the cache if possible; `None` if it does
    /// not work now.
    pub async fn authenticate(&self, credential: Credential<'_>) -> Result<Option<Arc<Caller>>> {
        let (Credential::Bearer(secret) | Credential::Cookie(secret)) = credential;
        let caller = find(&self.context, &hash(secret)).await?;
        let caller = caller.filter(|caller| caller.is_sent_as(&credential));
        if let Some(caller) = &caller {
            self.uses.note(caller, self.context.clock.now());
        }
        Ok(caller)
    }

    /// Returns a watch on the secret that a caller has used.
    pub fn watch(&self, caller: &Caller) -> CallerWatch {
        CallerWatch {
            context: self.context.clone(),
            secret: caller.secret,
        }
    }

    /// Records the uses of keys and sessions since the last time. Each is written at most
    /// once a minute.
    pub async fn record_uses(&self) -> Result<()> {
        let (keys, used) = self.uses.take();
        if keys.is_empty() && used.is_empty() {
            return Ok(());
        }
        let mut conn = self.context.connection().await?;
        let (keys, times) = in_order(keys);
        api_keys::record_use(&mut conn, &keys, &times).await?;
        let (used, times) = in_order(used);
        Ok(sessions::record_use(&mut conn, &used, &times).await?)
    }
}

/// Sorts by id, so that two writers cannot deadlock.
fn in_order<K: Ord>(uses: HashMap<K, DateTime<Utc>>) -> (Vec<K>, Vec<DateTime<Utc>>) {
    let mut uses: Vec<_> = uses.into_iter().collect();
    uses.sort_unstable();
    uses.into_iter().unzip()
}

/// A watch on a secret, for answers that go on for long.
#[derive(Debug)]
pub struct CallerWatch {
    context: Context,
    secret: SecretHash,
}

impl CallerWatch {
    /// Returns whether the secret still works.
    pub async fn still_works(&self) -> Result<bool> {
        Ok(find(&self.context, &self.secret).await?.is_some())
    }
}

/// Finds the caller of a secret. A cached one is checked too, because its time may be over.
async fn find(context: &Context, secret: &SecretHash) -> Result<Option<Arc<Caller>>> {
    let now = context.clock.now();
    let idle = context.config.sessions.idle();
    let works = |caller: &Arc<Caller>| caller.works_at(now, idle);
    match context.cache.caller(secret).filter(works) {
        Some(caller) => Ok(Some(caller)),
        // A session that is idle here may have been used on another replica.
        // Boxed, so that the requests that find theirs in the cache do not make room for it.
        None => Ok(Box::pin(load(context, secret)).await?.filter(works)),
    }
}

async fn load(context: &Context, secret: &SecretHash) -> Result<Option<Arc<Caller>>> {
    let ticket = context.cache.ticket_for_keys();
    let mut conn = context.connection().await?;
    let caller = match api_keys::by_hash(&mut conn, secret).await? {
        Some(holder) => Caller {
            id: holder.key.into(),
            name: holder.name.as_str().into(),
            permissions: Permissions::Key(holder.permissions),
            session: None,
            key: Some(holder.key),
            secret: *secret,
            until: holder.until,
            used: AtomicI64::new(i64::MIN),
        },
        None => match sessions::by_hash(&mut conn, secret).await? {
            Some((session, permissions)) if !session.is_revoked => {
                of_session(session, permissions, secret)
            }
            _ => return Ok(None),
        },
    };
    let caller = Arc::new(caller);
    let cached = Arc::clone(&caller);
    context.cache.remember_caller(*secret, cached, ticket);
    Ok(Some(caller))
}

fn of_session(session: Session, permissions: Permissions, secret: &SecretHash) -> Caller {
    Caller {
        id: session.caller,
        name: session.name.as_str().into(),
        permissions,
        key: session.by.key(),
        secret: *secret,
        until: Some(session.expires_at),
        used: AtomicI64::new(session.last_used_at.timestamp()),
        session: Some(session),
    }
}

/// When keys and sessions were used last, until it is recorded.
#[derive(Debug, Default)]
struct Uses(Mutex<LatestUses>);

type LatestUses = (
    HashMap<KeyId, DateTime<Utc>>,
    HashMap<SessionId, DateTime<Utc>>,
);

impl Uses {
    /// Notes a use, once a minute for each cached caller, so that requests do not wait for
    /// each other here.
    fn note(&self, caller: &Caller, now: DateTime<Utc>) {
        let now_seconds = now.timestamp();
        // Read first: a write would take the memory from the other processors' caches.
        let before = caller.used.load(Ordering::Relaxed);
        if before == now_seconds {
            return;
        }
        caller.used.store(now_seconds, Ordering::Relaxed);
        if before.div_euclid(60) == now_seconds.div_euclid(60) {
            return;
        }
        let mut uses = self.uses();
        if let Some(key) = caller.key {
            uses.0.insert(key, now);
        }
        if let Some(session) = &caller.session {
            uses.1.insert(session.id, now);
        }
    }

    fn take(&self) -> LatestUses {
        std::mem::take(&mut self.uses())
    }

    fn uses(&self) -> std::sync::MutexGuard<'_, LatestUses> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
