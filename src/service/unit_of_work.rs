//! A unit of work: a transaction, and what memory has to do once it is
//! committed.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use futures::future::BoxFuture;
use sqlx::{PgConnection, Postgres, Transaction};

use crate::service::cache::Cache;
use crate::service::error::Result;
use crate::store;
use renown_core::domain::MemberId;

/// A transaction under way, and what follows its commit.
#[derive(Debug)]
pub struct UnitOfWork {
    /// Absent once it has ended.
    transaction: Option<Transaction<'static, Postgres>>,
    cache: Arc<Cache>,
    changed: BTreeSet<MemberId>,
    effects: Effects,
}

/// What is done in memory after the commit, in this order.
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
        }
    }

    /// The connection that is in the transaction.
    pub(super) fn conn(&mut self) -> &mut PgConnection {
        self.transaction.as_mut().expect("work under way has one")
    }

    /// Notes that what is kept in memory of a member is void after the commit,
    /// here and on other replicas.
    pub(super) fn changes(&mut self, member: MemberId) {
        self.changed.insert(member);
    }

    /// Notes something to be done in memory after the commit.
    pub(super) fn after_commit(
        &mut self,
        effect: impl Future<Output = Result<()>> + Send + 'static,
    ) {
        self.effects.0.push(Box::pin(effect));
    }

    /// Marks the point to which [`undo`](Self::undo) goes back.
    pub(super) async fn mark(&mut self) -> Result<()> {
        Ok(store::mark(self.conn()).await?)
    }

    /// Takes back everything that was done, or noted to be done, since the mark.
    pub(super) async fn undo(&mut self) -> Result<()> {
        store::undo(self.conn()).await?;
        self.changed.clear();
        self.effects = Effects::default();
        Ok(())
    }

    /// Commits, and then memory changes.
    ///
    /// # Errors
    /// If the database does not answer. It may have been committed all the
    /// same, if it failed at the last moment: to be sent again.
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

    /// Ends it without a trace.
    pub(super) async fn abandon(mut self) {
        if let Err(error) = self.end().rollback().await {
            tracing::debug!(%error, "a transaction was not rolled back; it ends with its connection");
        }
    }

    fn end(&mut self) -> Transaction<'static, Postgres> {
        self.transaction.take().expect("work ends once")
    }
}

/// A caller that goes away in the middle must not leave locks behind until its
/// connection is used again.
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
