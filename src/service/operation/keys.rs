//! API keys: who may do what.

use std::collections::BTreeSet;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::service::context::Context;
use crate::service::error::{Result, ServiceError};
use crate::store;

use renown_core::domain::{ApiKey, Invalid, KeyId, ProgramId, Scope};

/// The shortest secret that may be brought from outside, in characters.
const MIN_SECRET: usize = 24;

/// Whoever called: a key that exists and has not been revoked.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The key.
    pub key: KeyId,
    /// What it may do.
    pub scopes: BTreeSet<Scope>,
    /// The one program that it is limited to.
    pub program: Option<ProgramId>,
}

impl Caller {
    /// Whether the key has a scope, or the one that includes all.
    pub fn may(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope) || self.scopes.contains(&Scope::Admin)
    }

    /// Whether the key reaches a program.
    pub fn reaches(&self, program: &ProgramId) -> bool {
        self.program.as_ref().is_none_or(|own| own == program)
    }
}

/// A secret as its holder has it; stored only as a hash.
pub struct KeySecret(String);

impl KeySecret {
    /// Takes a secret from outside.
    ///
    /// # Errors
    /// If it is too short to be safe without a salt.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        if text.len() < MIN_SECRET || text.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(Invalid::new(format_args!(
                "a key must have at least {MIN_SECRET} characters and no white space"
            )));
        }
        Ok(Self(text.to_owned()))
    }

    /// The text, to be shown once.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    fn hash(text: &str) -> [u8; 32] {
        Sha256::digest(text.as_bytes()).into()
    }
}

/// API keys, known by the hashes of their secrets.
#[derive(Debug)]
pub struct Keys {
    context: Context,
}

impl Keys {
    pub(in crate::service) fn new(context: Context) -> Self {
        Self { context }
    }

    /// Finds out who called. Answers come from memory when they can.
    ///
    /// # Errors
    /// If the database does not answer.
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

    /// Makes a key; its secret is not to be had again.
    ///
    /// # Errors
    /// If there are no scopes, or the database does not answer.
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

    /// Makes sure that a secret from outside is a key with every scope.
    ///
    /// # Errors
    /// If the database does not answer.
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

    /// Every key, without its secret.
    ///
    /// # Errors
    /// If the database does not answer.
    pub async fn list(&self) -> Result<Vec<ApiKey>> {
        let mut conn = self.context.pool.acquire().await?;
        Ok(store::operation::api_keys::list(&mut conn).await?)
    }

    /// Ends a key, on every replica.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is no such key, or it had ended.
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
