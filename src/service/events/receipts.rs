//! Records when events of each source were last received, in the transaction that
//! writes the events.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use quick_cache::sync::Cache;
use sqlx::PgConnection;

use crate::store;
use crate::store::StoreError;
use crate::store::events::intake::NewEvent;
use renown_core::domain::{Activity, SilenceThreshold, SourceId};

/// Receipts of a source that are closer together are recorded once. The silences of
/// interest take hours, and a busy log has many batches in a second.
const APART: TimeDelta = TimeDelta::seconds(1);

/// What a transaction has recorded; remembered in memory after the commit.
pub type Heard = BTreeMap<SourceId, Activity>;

/// Records receipts.
#[derive(Debug)]
pub struct Receipts {
    threshold: SilenceThreshold,
    noted: Cache<SourceId, DateTime<Utc>>,
}

impl Receipts {
    /// Creates it without any receipts.
    pub fn new(threshold: SilenceThreshold) -> Self {
        Self {
            threshold,
            noted: Cache::new(10_000),
        }
    }

    /// Records the sources of new events. Repeated events do not count as a sign of
    /// life. The caller must hold the lock of the log's head, so that no other
    /// writer records at the same time.
    pub async fn note(
        &self,
        conn: &mut PgConnection,
        now: DateTime<Utc>,
        fresh: &[&NewEvent<'_>],
    ) -> Result<Heard, StoreError> {
        let sources: BTreeSet<SourceId> = fresh.iter().map(|new| new.source).collect();
        let sources: Vec<SourceId> = sources
            .into_iter()
            .filter(|source| !self.is_noted(source, now))
            .collect();
        if sources.is_empty() {
            return Ok(Heard::new());
        }
        let mut known = store::events::sources::activity(conn, &sources).await?;
        let heard = sources
            .into_iter()
            .map(|source| match known.remove(&source) {
                Some(before) => (source, before.receive(now, &self.threshold)),
                None => (source, Activity::begin(now)),
            })
            .collect();
        store::events::sources::save(conn, &heard).await?;
        Ok(heard)
    }

    fn is_noted(&self, source: &SourceId, now: DateTime<Utc>) -> bool {
        let last = self.noted.get(source);
        last.is_some_and(|last| now - last < APART)
    }

    /// Remembers what was committed.
    pub fn remember(&self, heard: Heard) {
        for (source, activity) in heard {
            self.noted.insert(source, activity.last);
        }
    }
}
