//! Indices of members from other systems.

use std::collections::BTreeMap;

use super::Members;
use super::enrolment::NO_MEMBER;
use crate::service::error::{Result, ServiceError};
use crate::store;

use renown_core::domain::{Identity, ImportedIndex, IndexName};

/// The most indices from other systems that a member has. Decisions record all of them.
const MAX_INDICES: i64 = 64;

impl Members {
    /// Returns a member's indices from other systems, by name.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if no member is enrolled under the identity.
    pub async fn indices(&self, identity: &str) -> Result<BTreeMap<IndexName, ImportedIndex>> {
        let id = self.find(identity).await?.ok_or(NO_MEMBER)?;
        let mut conn = self.context.connection().await?;
        let indices = store::members::indices(&mut conn, &[id]).await?;
        Ok(indices.into_values().next().unwrap_or_default())
    }

    /// Deletes an index from another system.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if no member is enrolled under the identity, or has no such
    /// index.
    pub async fn delete_index(&self, identity: &str, name: &IndexName) -> Result<()> {
        let path: Identity = identity.parse()?;
        let mut transaction = self.context.transaction().await?;
        let member = self.lock(&mut transaction, &path).await?;
        let id = member.ok_or(NO_MEMBER)?.id;
        if !store::members::delete_index(&mut transaction, id, name).await? {
            return Err(ServiceError::NotFound("such index of this member"));
        }
        store::scores::projections::queue_rescores(&mut transaction, &[id]).await?;
        store::members::notify_changed(&mut transaction, &[id]).await?;
        transaction.commit().await?;
        self.context.cache.forget_member(id);
        Ok(())
    }

    /// Stores an index from another system.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if no member is enrolled under the identity;
    /// [`ServiceError::Conflict`] if the member has 64 other indices; also if the score
    /// is not from 0 to 100.
    pub async fn put_index(
        &self,
        identity: &str,
        name: &IndexName,
        index: &ImportedIndex,
    ) -> Result<()> {
        if !(0.0..=100.0).contains(&index.score) {
            return Err(ServiceError::invalid(
                "/score",
                "score must be a number from 0 to 100",
            ));
        }
        let path: Identity = identity.parse()?;
        let mut transaction = self.context.transaction().await?;
        // Locked, so that two requests do not exceed the limit together.
        let member = self.lock(&mut transaction, &path).await?;
        let id = member.ok_or(NO_MEMBER)?.id;
        store::members::put_index(&mut transaction, id, name, index).await?;
        if store::members::count_indices(&mut transaction, id).await? > MAX_INDICES {
            let detail = format!("a member has at most {MAX_INDICES} indices from other systems");
            return Err(ServiceError::Conflict(detail));
        }
        store::scores::projections::queue_rescores(&mut transaction, &[id]).await?;
        store::members::notify_changed(&mut transaction, &[id]).await?;
        transaction.commit().await?;
        self.context.cache.forget_member(id);
        Ok(())
    }
}
