//! Enrolment of many people at once, as a list names them.

use std::collections::BTreeMap;

use sqlx::PgConnection;

use super::Members;
use crate::service::error::Result;
use crate::store;
use crate::store::StoreError;
use crate::store::members::ExternalId;
use renown_core::domain::{Handle, HandleMac, Identity, MemberId};

/// The most people of one transaction.
const CHUNK: usize = 1_000;
/// The number of attempts at a chunk: another request may enrol the same person first.
const ATTEMPTS: usize = 3;

impl Members {
    /// Enrols a member for each of these identities, unless one is enrolled under it by
    /// now. Returns the members that are enrolled under them. Ids of members are left out,
    /// because the service assigns them: a list cannot enrol a member under an id.
    pub(in crate::service) async fn enrol_many(
        &self,
        identities: &[&Identity],
    ) -> Result<BTreeMap<Identity, MemberId>> {
        let mut members = BTreeMap::new();
        for chunk in identities.chunks(CHUNK) {
            members.extend(self.enrol_chunk(chunk).await?);
        }
        if !members.is_empty() {
            self.context.cache.forget_identities();
        }
        Ok(members)
    }

    async fn enrol_chunk(&self, identities: &[&Identity]) -> Result<BTreeMap<Identity, MemberId>> {
        for _ in 1..ATTEMPTS {
            let enrolled = self.try_chunk(identities).await;
            if !matches!(enrolled, Err(StoreError::Constraint { .. })) {
                return Ok(enrolled?);
            }
        }
        Ok(self.try_chunk(identities).await?)
    }

    async fn try_chunk(
        &self,
        identities: &[&Identity],
    ) -> Result<BTreeMap<Identity, MemberId>, StoreError> {
        let mut transaction = store::begin(&self.context.pool).await?;
        let conn = &mut *transaction;
        self.enrol_accounts(conn, identities).await?;
        self.enrol_externals(conn, identities).await?;
        store::events::intake::notify_appended(conn).await?;
        store::members::notify_identities_changed(conn).await?;
        let members = self.resolve_all(conn, identities.iter().copied()).await?;
        transaction.commit().await?;
        Ok(members)
    }

    async fn enrol_accounts(
        &self,
        conn: &mut PgConnection,
        identities: &[&Identity],
    ) -> Result<(), StoreError> {
        let handles: BTreeMap<HandleMac, &Handle> = identities
            .iter()
            .filter_map(|identity| match identity {
                Identity::Account(handle) => Some((self.handle_keys.current().mac(handle), handle)),
                _ => None,
            })
            .collect();
        if handles.is_empty() {
            return Ok(());
        }
        let found = store::members::accounts::resolve(conn, &self.handle_keys, &handles).await?;
        let accounts = found.into_iter();
        let accounts: Vec<_> = accounts
            .filter_map(|(mac, account)| Some((account, *handles.get(&mac)?)))
            .collect();
        let ids = self.new_ids(accounts.len());
        let now = self.context.clock.now();
        store::members::enrol_owners(conn, &accounts, &ids, now).await?;
        Ok(())
    }

    async fn enrol_externals(
        &self,
        conn: &mut PgConnection,
        identities: &[&Identity],
    ) -> Result<(), StoreError> {
        let externals: Vec<ExternalId<'_>> = identities
            .iter()
            .filter_map(|identity| match identity {
                Identity::External(kind, value) => Some(self.external(*kind, value)),
                _ => None,
            })
            .collect();
        if externals.is_empty() {
            return Ok(());
        }
        let ids = self.new_ids(externals.len());
        let now = self.context.clock.now();
        store::members::enrol_externals(conn, &externals, &ids, now).await
    }

    fn new_ids(&self, count: usize) -> Vec<MemberId> {
        let each = std::iter::repeat_with(|| MemberId(self.context.clock.new_id()));
        each.take(count).collect()
    }
}
