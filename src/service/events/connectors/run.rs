//! Runs a connector: pulls, commits, notes the cursor, and pauses after failures.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::upstream::{Batch, Pulled, ReadPart, Upstream, UpstreamError};
use super::{ConnectorSetup, Connectors, Taken};
use crate::service::error::{Result, ServiceError};
use crate::store::events::connectors::{self, ConnectorProgress};
use crate::store::{LockedConnection, StoreError};
use renown_core::domain::{ConnectorKind, ConnectorName, Unit, connector_pause};
use renown_core::ingest::Rejection;

/// How often the lock of a connector is tried before it counts as taken.
const LOCK_ATTEMPTS: u32 = 8;
/// The pause between two attempts.
const BETWEEN_ATTEMPTS: Duration = Duration::from_millis(250);

/// Is told how a connector comes on.
pub trait ConnectorWatch: Send {
    /// A batch was committed, and the cursor noted.
    fn progressed(&mut self, progress: &RunProgress);
    /// An item was rejected. What is wrong in it may name people, so it is for no log.
    fn rejected(&mut self, line: Option<u64>, rejection: &Rejection);
    /// It failed, and tries again after the pause.
    fn failed(&mut self, why: &str, pause: Duration);
}

/// What a connector has taken in since it was started.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RunProgress {
    /// New events.
    pub accepted: u64,
    /// Events that the log had already.
    pub duplicates: u64,
    /// Items that mean nothing to a score.
    pub ignored: u64,
    /// Items that are wrong.
    pub rejected: u64,
    /// How long ago the latest event happened.
    pub lag: Option<TimeDelta>,
    /// How far it is, where the end is known.
    pub extent: Option<ReadPart>,
}

/// Why a connector has stopped without an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectorEnd {
    /// All that there was is in the log.
    Complete,
    /// It was asked to stop.
    Stopped,
}

/// Why a connector cannot run, or cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum ConnectorError {
    /// Another process runs it.
    #[error("another process runs the connector '{0}'; give this one another --name")]
    Taken(ConnectorName),
    /// The name belongs to a connector of another kind.
    #[error("the connector '{name}' is of the kind {}; give this one another --name", kind.as_str())]
    OtherKind {
        /// The name.
        name: ConnectorName,
        /// The kind of the one that has it.
        kind: ConnectorKind,
    },
    /// It was removed meanwhile.
    #[error("the connector '{0}' was removed while it ran")]
    Removed(ConnectorName),
    /// What it follows cannot be followed.
    #[error("{0}")]
    Upstream(String),
    /// The database failed in a way that does not pass.
    #[error(transparent)]
    Service(#[from] ServiceError),
}

impl From<StoreError> for ConnectorError {
    fn from(error: StoreError) -> Self {
        Self::Service(error.into())
    }
}

/// A connector that this process runs: it holds the lock.
#[derive(Debug)]
pub struct Running<'c> {
    connectors: &'c Connectors,
    setup: ConnectorSetup,
    lock: LockedConnection,
    cursor: Option<Value>,
    latest: Option<DateTime<Utc>>,
    progress: RunProgress,
    /// Failures since something last went well.
    failures: u32,
}

impl Connectors {
    /// Takes a connector's lock, and reads how far it has come.
    ///
    /// # Errors
    /// If another process runs it, or its name belongs to one of another kind.
    pub async fn start(&self, setup: ConnectorSetup) -> Result<Running<'_>, ConnectorError> {
        let mut lock = self.free_lock(&setup.name).await?;
        let now = self.context.clock.now();
        let (name, kind) = (&setup.name, setup.kind);
        let stored = connectors::open(&mut lock, name, kind, &setup.follows, now).await?;
        if stored.kind != setup.kind {
            let (name, kind) = (stored.name, stored.kind);
            return Err(ConnectorError::OtherKind { name, kind });
        }
        Ok(Running {
            connectors: self,
            setup,
            lock,
            cursor: stored.cursor,
            latest: stored.latest_event_at,
            progress: RunProgress::default(),
            failures: 0,
        })
    }

    /// Takes the lock; waits a moment for the server to notice that a process that had it is
    /// gone.
    async fn free_lock(&self, name: &ConnectorName) -> Result<LockedConnection, ConnectorError> {
        for _ in 0..LOCK_ATTEMPTS {
            match self.lock(name).await {
                Err(ConnectorError::Taken(_)) => tokio::time::sleep(BETWEEN_ATTEMPTS).await,
                taken => return taken,
            }
        }
        self.lock(name).await
    }

    async fn lock(&self, name: &ConnectorName) -> Result<LockedConnection, ConnectorError> {
        let lock = LockedConnection::open(&self.context.pool, name).await?;
        lock.ok_or_else(|| ConnectorError::Taken(name.clone()))
    }
}

impl Running<'_> {
    /// Returns where to go on; `None` at the beginning.
    pub fn cursor(&self) -> Option<&Value> {
        self.cursor.as_ref()
    }

    /// Pulls and commits until the end, a stop, or an error that does not pass. Finishes the
    /// batch under way.
    ///
    /// # Errors
    /// Why it cannot go on. What was committed stays, and the next start goes on behind it.
    pub async fn run(
        mut self,
        mut upstream: impl Upstream,
        watch: &mut impl ConnectorWatch,
        stop: &CancellationToken,
    ) -> Result<(ConnectorEnd, RunProgress), ConnectorError> {
        let end = self.follow(&mut upstream, watch, stop).await;
        if let Err(error) = &end {
            // Only a note; the error itself is returned.
            let _ = self.note_failure(&error.to_string()).await;
        }
        // Without this, the lock is free a moment later.
        let _ = self.lock.release().await;
        Ok((end?, self.progress))
    }

    async fn follow(
        &mut self,
        upstream: &mut impl Upstream,
        watch: &mut impl ConnectorWatch,
        stop: &CancellationToken,
    ) -> Result<ConnectorEnd, ConnectorError> {
        loop {
            let pause = match upstream.pull(stop).await {
                Ok(Pulled::End) => return Ok(ConnectorEnd::Complete),
                Ok(Pulled::Batch(batch)) => {
                    let pause = batch.pause;
                    self.commit(batch, watch, stop).await?;
                    pause
                }
                Err(UpstreamError::Final(why)) => return Err(ConnectorError::Upstream(why)),
                Err(UpstreamError::Passing { why, after }) => self.fails(&why, after, watch).await,
            };
            tokio::select! {
                biased;
                () = stop.cancelled() => return Ok(ConnectorEnd::Stopped),
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Commits a batch, then notes the cursor behind it. While the database is away, tries
    /// again: what came through a pipe comes only once. Not for ever after a stop, though.
    async fn commit(
        &mut self,
        batch: Batch,
        watch: &mut impl ConnectorWatch,
        stop: &CancellationToken,
    ) -> Result<(), ConnectorError> {
        let taken = loop {
            match self.connectors.take(&self.setup, &batch).await {
                Ok(taken) => break taken,
                Err(error) => self.database_fails(error, watch, stop).await?,
            }
        };
        let has_moved = self.cursor.as_ref() != Some(&batch.cursor);
        self.latest = self.latest.max(batch.latest);
        for (line, rejection) in &taken.rejections {
            watch.rejected(*line, rejection);
        }
        self.count(&taken, batch.extent);
        let progress = ConnectorProgress {
            cursor: batch.cursor.clone(),
            accepted: taken.accepted,
            duplicates: taken.duplicates,
            ignored: taken.ignored,
            rejected: taken.rejected,
            latest_event_at: batch.latest,
            at: self.connectors.context.clock.now(),
        };
        while let Err(error) = self.advance(&progress).await? {
            self.database_fails(error, watch, stop).await?;
        }
        self.cursor = Some(batch.cursor);
        // A server that sends the same again and breaks off has not recovered.
        if has_moved {
            self.failures = 0;
        }
        watch.progressed(&self.progress);
        Ok(())
    }

    /// Notes the cursor over the connection that holds the lock; takes the lock anew if that
    /// connection is gone. The inner error may pass.
    async fn advance(
        &mut self,
        progress: &ConnectorProgress,
    ) -> Result<Result<(), ServiceError>, ConnectorError> {
        let name = &self.setup.name;
        match connectors::advance(&mut self.lock, name, progress).await {
            Ok(true) => Ok(Ok(())),
            Ok(false) => Err(ConnectorError::Removed(name.clone())),
            Err(error) => {
                match self.connectors.lock(name).await {
                    Ok(lock) => self.lock = lock,
                    Err(ConnectorError::Service(_)) => {}
                    Err(taken) => return Err(taken),
                }
                Ok(Err(error.into()))
            }
        }
    }

    fn count(&mut self, taken: &Taken, extent: Option<ReadPart>) {
        let now = self.connectors.context.clock.now();
        let progress = &mut self.progress;
        progress.accepted += taken.accepted;
        progress.duplicates += taken.duplicates;
        progress.ignored += taken.ignored;
        progress.rejected += taken.rejected;
        progress.lag = self
            .latest
            .map(|latest| (now - latest).max(TimeDelta::zero()));
        progress.extent = extent.or(progress.extent);
    }

    /// Pauses after a failure of the database.
    ///
    /// # Errors
    /// If it does not pass, or has not passed when the connector is to stop.
    async fn database_fails(
        &mut self,
        error: ServiceError,
        watch: &mut impl ConnectorWatch,
        stop: &CancellationToken,
    ) -> Result<(), ConnectorError> {
        if !error.is_transient() || stop.is_cancelled() {
            return Err(error.into());
        }
        let pause = self.fails(&error.to_string(), None, watch).await;
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(pause) => {}
        }
        Ok(())
    }

    /// Notes a failure; returns how long to pause.
    async fn fails(
        &mut self,
        why: &str,
        after: Option<TimeDelta>,
        watch: &mut impl ConnectorWatch,
    ) -> Duration {
        self.failures = self.failures.saturating_add(1);
        let jitter = u32::from_be_bytes(self.connectors.context.clock.random());
        let jitter = Unit::clamped(f64::from(jitter) / f64::from(u32::MAX));
        let pause = connector_pause(self.failures, jitter, after);
        // If the database is what fails, it cannot be noted.
        let _ = self.note_failure(why).await;
        watch.failed(why, pause);
        pause
    }

    async fn note_failure(&mut self, why: &str) -> Result<()> {
        let now = self.connectors.context.clock.now();
        let name = &self.setup.name;
        Ok(connectors::fail(&mut self.lock, name, why, now).await?)
    }
}
