//! API keys: created, listed, rotated and revoked.

use chrono::{DateTime, TimeDelta, Utc};

use super::callers::KeySecret;
use crate::service::context::Context;
use crate::service::error::{Result, ServiceError};
use crate::service::paging;
use crate::service::unit_of_work::UnitOfWork;
use crate::store::operation::api_keys;

use renown_core::domain::{ApiKey, KeyId, KeyName, KeyPermissions, KeyState, PermissionsError};

/// The longest time for which a replaced secret still works.
pub const MAX_OVERLAP: TimeDelta = TimeDelta::days(7);

/// How long a replaced secret still works if nothing else is asked for.
pub const USUAL_OVERLAP: TimeDelta = TimeDelta::days(1);

/// A key to be created.
#[derive(Debug, Clone)]
pub struct NewKey {
    /// The purpose of the key.
    pub name: KeyName,
    /// The permissions of the key.
    pub permissions: KeyPermissions,
    /// The first moment at which the key no longer works; `None` if it has no end.
    pub expires_at: Option<DateTime<Utc>>,
}

/// The state of the key that the environment gives to the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BootstrapKey {
    /// The key was created now, and these keys of the environment before it were revoked.
    New(Vec<KeyId>),
    /// The key exists and works.
    Known,
    /// The key was revoked and allows nothing.
    Revoked,
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

    /// Creates a key. Its secret cannot be read again later.
    ///
    /// # Errors
    /// If the key would expire at once.
    pub async fn create(&self, work: &mut UnitOfWork, new: NewKey) -> Result<(ApiKey, KeySecret)> {
        if new
            .expires_at
            .is_some_and(|end| end <= self.context.clock.now())
        {
            let detail = "expires_at must be in the future";
            return Err(ServiceError::invalid("/expires_at", detail));
        }
        let secret = KeySecret::generate(&self.context.clock);
        let key = self.key(new);
        api_keys::insert(work.conn(), &key, &secret.hash()).await?;
        Ok((key, secret))
    }

    fn key(&self, new: NewKey) -> ApiKey {
        ApiKey {
            id: KeyId(self.context.clock.new_id()),
            name: new.name,
            permissions: new.permissions,
            is_bootstrap: false,
            created_at: self.context.clock.now(),
            expires_at: new.expires_at,
            revoked_at: None,
            last_used_at: None,
            previous_until: None,
        }
    }

    /// Creates an admin key with a secret from the environment, unless it exists. A new one
    /// ends those before it: a secret that was taken out of the environment allows nothing.
    pub async fn ensure_bootstrap_key(&self, secret: &KeySecret) -> Result<BootstrapKey> {
        let new = NewKey {
            name: KeyName::parse("bootstrap")
                .map_err(|invalid| ServiceError::invalid("/name", invalid))?,
            permissions: KeyPermissions::admin(),
            expires_at: None,
        };
        let key = ApiKey {
            is_bootstrap: true,
            ..self.key(new)
        };
        let mut transaction = self.context.transaction().await?;
        let bootstrap = match api_keys::insert(&mut transaction, &key, &secret.hash()).await? {
            true => {
                let now = self.context.clock.now();
                // In the same order as in `revoke`.
                api_keys::lock_managers(&mut transaction, now).await?;
                let ended = api_keys::end_other_bootstrap_keys(&mut transaction, key.id, now);
                BootstrapKey::New(ended.await?)
            }
            false => match api_keys::mark_as_bootstrap(&mut transaction, &secret.hash()).await? {
                true => BootstrapKey::Revoked,
                false => BootstrapKey::Known,
            },
        };
        transaction.commit().await?;
        self.context.cache.forget_callers();
        Ok(bootstrap)
    }

    /// Returns a page of keys, latest first, and the last key of the page if there is
    /// another one.
    pub async fn list(
        &self,
        before: Option<KeyId>,
        limit: u16,
    ) -> Result<(Vec<ApiKey>, Option<KeyId>)> {
        let mut conn = self.context.connection().await?;
        let mut keys = api_keys::list(&mut conn, before, paging::rows_for(limit)).await?;
        let more = paging::cut(&mut keys, limit);
        let next = keys.last().filter(|_| more).map(|key| key.id);
        Ok((keys, next))
    }

    /// Returns a key.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is no such key.
    pub async fn get(&self, id: KeyId) -> Result<ApiKey> {
        let mut conn = self.context.connection().await?;
        let found = api_keys::get(&mut conn, id).await?;
        found.ok_or(ServiceError::NotFound("such key"))
    }

    /// Gives a key a new secret. The present one works for `overlap` more, so that its
    /// holder has time to change over; one that was replaced before ends now.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is no such key; [`ServiceError::Conflict`] if it
    /// does not work any more or its secret comes from the environment; also if the overlap
    /// is negative or longer than [`MAX_OVERLAP`].
    pub async fn rotate(
        &self,
        work: &mut UnitOfWork,
        id: KeyId,
        overlap: TimeDelta,
    ) -> Result<(ApiKey, KeySecret)> {
        if !(TimeDelta::zero()..=MAX_OVERLAP).contains(&overlap) {
            let most = MAX_OVERLAP.num_seconds();
            let detail = format!("overlap_seconds must be from 0 to {most}");
            return Err(ServiceError::invalid("/overlap_seconds", detail));
        }
        let now = self.context.clock.now();
        let mut key = self.locked(work, id).await?;
        if key.state(now) != KeyState::Active {
            let detail = format!("the key is {}: create another one", key.state(now));
            return Err(ServiceError::Conflict(detail));
        }
        if key.is_bootstrap {
            let detail = "the secret of this key comes from RENOWN_BOOTSTRAP_KEY: \
                          change it there, and start the service again";
            return Err(ServiceError::Conflict(detail.to_owned()));
        }
        let secret = KeySecret::generate(&self.context.clock);
        let previous_until = now + overlap;
        api_keys::replace_secret(work.conn(), id, &secret.hash(), previous_until).await?;
        self.forget_callers_after(work);
        key.previous_until = Some(previous_until);
        Ok((key, secret))
    }

    /// Revokes a key on every replica. If it was revoked before, nothing changes.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is no such key; [`ServiceError::Conflict`] if no
    /// other key could manage keys.
    pub async fn revoke(&self, work: &mut UnitOfWork, id: KeyId) -> Result<ApiKey> {
        let now = self.context.clock.now();
        // Locked before the key, always in one order: two administrators that revoke each
        // other's key wait for each other here.
        let managers = api_keys::lock_managers(work.conn(), now).await?;
        if managers == [id] {
            let detail = "no other key with the scope 'admin' and without a limit works: \
                          create one before, or rotate this one without an overlap";
            return Err(ServiceError::Conflict(detail.to_owned()));
        }
        let mut key = self.locked(work, id).await?;
        api_keys::revoke(work.conn(), id, now).await?;
        self.forget_callers_after(work);
        key.revoked_at = key.revoked_at.or(Some(now));
        Ok(key)
    }

    async fn locked(&self, work: &mut UnitOfWork, id: KeyId) -> Result<ApiKey> {
        let found = api_keys::lock(work.conn(), id).await?;
        found.ok_or(ServiceError::NotFound("such key"))
    }

    fn forget_callers_after(&self, work: &mut UnitOfWork) {
        let cache = std::sync::Arc::clone(&self.context.cache);
        work.after_commit(async move {
            cache.forget_callers();
            Ok(())
        });
    }
}

/// Returns where a request has the mistake.
impl From<PermissionsError> for ServiceError {
    fn from(error: PermissionsError) -> Self {
        let pointer = match error {
            PermissionsError::NoScope | PermissionsError::NotInProgram(_) => "/scopes",
            PermissionsError::NoEvents | PermissionsError::AdminOfSources => "/sources",
        };
        Self::invalid(pointer, error)
    }
}
