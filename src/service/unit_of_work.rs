//! A unit of work: a transaction, and the changes in memory that follow its commit.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use futures::future::BoxFuture;
use sqlx::{PgConnection, Postgres, Transaction};

use crate::service::cache::Cache;
use crate::service::error::Result;
use crate::store;
use renown_core::domain::MemberId;

/// A started transaction, and the effects that follow its commit.
#[derive(Debug)]
pub struct UnitOfWork {
    /// `None` once the transaction has ended.
    transaction: Option<Transaction<'static, Postgres>>,
    cache: Arc<Cache>,
    changed: BTreeSet<MemberId>,
    effects: Effects,
    savepoint: Option<store::Savepoint>,
}

/// Effects in memory after the commit, in this order.
#[derive(Default)]
struct Effects(Vec<BoxFuture<'static, Result<()>>>);

impl fmt::Debug for Effects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} effects", self.0.len())
    }
}

impl UnitOfWork {
    pub(super) fn new(transaction: Transaction<'static, Postgres>, cache: Arc<Cache>) -> Self {
        Self {
            transaction: Some(transaction),
            cache,
            changed: BTreeSet::new(),
            effects: Effects::default(),
            savepoint: None,
        }
    }

    /// Returns the connection inside the transaction.
    pub(super) fn conn(&mut self) -> &mut PgConnection {
        self.transaction.as_mut().expect("work under way has one")
    }

    /// Records that a member has changed: after the commit, their cached facts are
    /// dropped here and on other replicas.
    pub(super) fn changes(&mut self, member: MemberId) {
        self.changed.insert(member);
    }

    /// Records an effect in memory that follows the commit.
    pub(super) fn after_commit(
        &mut self,
        effect: impl Future<Output = Result<()>> + Send + 'static,
    ) {
        self.effects.0.push(Box::pin(effect));
    }

    /// Sets the savepoint to which [`roll_back`](Self::roll_back) goes back.
    pub(super) async fn set_savepoint(&mut self) -> Result<()> {
        self.savepoint = Some(store::Savepoint::set(self.conn()).await?);
        Ok(())
    }

    /// Undoes everything since the savepoint, also what was to be done in memory.
    pub(super) async fn roll_back(&mut self) -> Result<()> {
        if let Some(savepoint) = self.savepoint.take() {
            savepoint.roll_back(self.conn()).await?;
            self.savepoint = Some(savepoint);
        }
        self.changed.clear();
        self.effects = Effects::default();
        Ok(())
    }

    /// Commits, then applies the changes in memory.
    ///
    /// # Errors
    /// If the database does not answer. The transaction may be committed
    /// nevertheless, if the connection failed at the last moment; the caller should
    /// send the request again.
    pub(super) async fn commit(mut self) -> Result<()> {
        let changed: Vec<MemberId> = std::mem::take(&mut self.changed).into_iter().collect();
        if !changed.is_empty() {
            store::members::notify_changed(self.conn(), &changed).await?;
        }
        self.end().commit().await?;
        for member in changed {
            self.cache.forget_member(member);
        }
        for effect in std::mem::take(&mut self.effects).0 {
            effect.await?;
        }
        Ok(())
    }

    /// Rolls back.
    pub(super) async fn abandon(mut self) {
        if let Err(error) = self.end().rollback().await {
            tracing::debug!(%error, "a transaction was not rolled back; it ends with its connection");
        }
    }

    fn end(&mut self) -> Transaction<'static, Postgres> {
        self.transaction.take().expect("work ends once")
    }
}

/// Rolls back a unit of work that is dropped in the middle. Otherwise its locks
/// would remain until the connection is used again.
impl Drop for UnitOfWork {
    fn drop(&mut self) {
        if let (Some(transaction), Ok(runtime)) = (
            self.transaction.take(),
            tokio::runtime::Handle::try_current(),
        ) {
            runtime.spawn(transaction.rollback());
        }
    }
}
