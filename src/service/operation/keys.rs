//! API keys: which caller may do what.

use std::collections::BTreeSet;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::service::context::Context;
use crate::service::error::{Result, ServiceError};
use crate::store;

use renown_core::domain::{ApiKey, Invalid, KeyId, ProgramId, Scope};

/// The minimum length of a secret from outside, in characters.
const MIN_SECRET: usize = 24;

/// An authenticated caller: an API key that exists and is not revoked.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The API key.
    pub key: KeyId,
    /// The scopes of the key.
    pub scopes: BTreeSet<Scope>,
    /// The only program that the key may use; `None` for all.
    pub program: Option<ProgramId>,
}

impl Caller {
    /// Returns whether the key has a scope, or `Admin`, which includes all.
    pub fn may(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope) || self.scopes.contains(&Scope::Admin)
    }

    /// Returns whether the key may use a program.
    pub fn reaches(&self, program: &ProgramId) -> bool {
        self.program.as_ref().is_none_or(|own| own == program)
    }
}

/// The secret of an API key in plain text. Only its hash is stored.
pub struct KeySecret(String);

impl KeySecret {
    /// Parses a secret from outside.
    ///
    /// # Errors
    /// If it is too short to be safe without a salt, or has white space or control
    /// characters.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        if text.len() < MIN_SECRET || text.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(Invalid::new(format_args!(
                "a key must have at least {MIN_SECRET} characters and no white space"
            )));
        }
        Ok(Self(text.to_owned()))
    }

    /// Returns the text, to be shown once.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    fn hash(text: &str) -> [u8; 32] {
        Sha256::digest(text.as_bytes()).into()
    }
}

/// API keys, identified by the hashes of their secrets.
#[derive(Debug)]
pub struct Keys {
    context: Context,
}

impl Keys {
    pub(in crate::service) fn new(context: Context) -> Self {
        Self { context }
    }

    /// Finds the caller by the secret, in the cache if possible; `None` if no valid
    /// key has it.
    pub async fn authenticate(&self, secret: &str) -> Result<Option<Arc<Caller>>> {
        let hash = KeySecret::hash(secret);
        if let Some(caller) = self.context.cache.caller(&hash) {
            return Ok(Some(caller));
        }
        let ticket = self.context.cache.ticket_for_keys();
        let mut conn = self.context.pool.acquire().await?;
        let Some(stored) = store::operation::api_keys::by_hash(&mut conn, &hash).await? else {
            return Ok(None);
        };
        let caller = Arc::new(Caller {
            key: stored.id,
            scopes: stored.scopes,
            program: stored.program,
        });
        self.context
            .cache
            .remember_caller(hash, Arc::clone(&caller), ticket);
        Ok(Some(caller))
    }

    /// Creates a key. Its secret cannot be read again later.
    ///
    /// # Errors
    /// If there are no scopes.
    pub async fn create(
        &self,
        name: &str,
        scopes: &BTreeSet<Scope>,
        program: Option<ProgramId>,
    ) -> Result<(KeyId, KeySecret)> {
        let secret = KeySecret(format!(
            "rk_{}",
            URL_SAFE_NO_PAD.encode(self.context.clock.secret())
        ));
        let id = self.insert(name, scopes, program, &secret).await?;
        Ok((id, secret))
    }

    /// Creates an admin key with a secret from outside, unless it exists.
    pub async fn ensure_bootstrap_key(&self, secret: &KeySecret) -> Result<()> {
        let scopes = [Scope::Admin].into();
        self.insert("bootstrap", &scopes, None, secret).await?;
        Ok(())
    }

    async fn insert(
        &self,
        name: &str,
        scopes: &BTreeSet<Scope>,
        program: Option<ProgramId>,
        secret: &KeySecret,
    ) -> Result<KeyId> {
        if scopes.is_empty() {
            return Err(ServiceError::invalid(
                "/scopes",
                "a key needs at least one scope",
            ));
        }
        let key = ApiKey {
            id: KeyId(self.context.clock.new_id()),
            name: name.to_owned(),
            scopes: scopes.clone(),
            program,
            created_at: self.context.clock.now(),
            revoked_at: None,
        };
        let mut conn = self.context.pool.acquire().await?;
        store::operation::api_keys::insert(&mut conn, &key, &KeySecret::hash(&secret.0)).await?;
        Ok(key.id)
    }

    /// Returns all keys, without their secrets.
    pub async fn list(&self) -> Result<Vec<ApiKey>> {
        let mut conn = self.context.pool.acquire().await?;
        Ok(store::operation::api_keys::list(&mut conn).await?)
    }

    /// Revokes a key on every replica.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is no such key, or it was revoked
    /// before.
    pub async fn revoke(&self, id: KeyId) -> Result<()> {
        let mut transaction = self.context.pool.begin().await?;
        let revoked =
            store::operation::api_keys::revoke(&mut transaction, id, self.context.clock.now())
                .await?;
        transaction.commit().await?;
        self.context.cache.forget_callers();
        if revoked {
            Ok(())
        } else {
            Err(ServiceError::NotFound("such key"))
        }
    }
}
