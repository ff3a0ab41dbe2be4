//! What all subjects share: the database, the clock, the configuration and the
//! caches. What belongs to one subject alone is a field of that subject.

use std::sync::Arc;

use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, PgPool, Postgres, Transaction};

use crate::clock::Clock;
use crate::config::Config;
use crate::service::cache::Cache;
use crate::service::compute::Compute;
use crate::service::error::{Result, ServiceError};
use crate::service::unit_of_work::UnitOfWork;
use crate::store::{self, StoreError};

/// The attempts at a change of one transaction. If it meets others in a deadlock, it has
/// changed nothing and is tried again.
#[derive(Debug, Default)]
pub struct ChangeAttempts(u32);

impl ChangeAttempts {
    /// The most attempts.
    const MOST: u32 = 3;

    /// Counts a failed attempt. Returns whether there is to be another one.
    pub fn go_on(&mut self, error: &ServiceError) -> bool {
        self.0 += 1;
        self.0 < Self::MOST && matches!(error, ServiceError::Store(StoreError::Retry(_)))
    }
}

/// A connection that is taken from the pool when it is first needed, for several steps that may
/// each be answered from the cache.
#[derive(Debug)]
pub(super) struct ConnectionOnDemand<'c> {
    pool: &'c PgPool,
    taken: Option<PoolConnection<Postgres>>,
}

impl ConnectionOnDemand<'_> {
    /// Returns the connection.
    pub(super) async fn get(&mut self) -> Result<&mut PgConnection> {
        let conn = match self.taken.take() {
            Some(conn) => conn,
            None => self.pool.acquire().await?,
        };
        Ok(self.taken.insert(conn))
    }
}

/// The shared context. Clones share everything.
#[derive(Debug, Clone)]
pub(super) struct Context {
    pub(super) pool: PgPool,
    pub(super) clock: Clock,
    pub(super) config: Arc<Config>,
    pub(super) cache: Arc<Cache>,
    pub(super) compute: Compute,
}

impl Context {
    /// Returns a connection for statements that need no transaction.
    pub(super) async fn connection(&self) -> Result<PoolConnection<Postgres>> {
        Ok(self.pool.acquire().await?)
    }

    /// Returns a connection for statements that may not be necessary.
    pub(super) fn on_demand(&self) -> ConnectionOnDemand<'_> {
        ConnectionOnDemand {
            pool: &self.pool,
            taken: None,
        }
    }

    /// Begins a transaction; its caller takes care of what follows the commit.
    pub(super) async fn transaction(&self) -> Result<Transaction<'static, Postgres>> {
        Ok(store::begin(&self.pool).await?)
    }

    pub(super) async fn begin_work(&self) -> Result<UnitOfWork> {
        let transaction = store::begin_short(&self.pool).await?;
        Ok(UnitOfWork::new(transaction, Arc::clone(&self.cache)))
    }

    /// Carries out a unit of work: all of it or nothing.
    ///
    /// # Errors
    /// The error that `act` returns; the transaction is rolled back then.
    pub(super) async fn carry_out<T>(
        &self,
        act: impl AsyncFnOnce(&mut UnitOfWork) -> Result<T>,
    ) -> Result<T> {
        let mut work = self.begin_work().await?;
        match act(&mut work).await {
            Ok(done) => {
                work.commit().await?;
                Ok(done)
            }
            Err(error) => {
                work.abandon().await;
                Err(error)
            }
        }
    }
}
