//! What every score is computed with: the model, and the latest rank snapshot.

use std::sync::Arc;

use arc_swap::ArcSwap;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::service::error::Result;
use crate::store::{self, StoreError};
use renown_core::domain::ModelVersion;
use renown_core::scoring::{Model, Snapshot};

/// The model in force, with the snapshot in force.
#[derive(Debug)]
pub(in crate::service) struct CurrentModel {
    model: Model,
    snapshot: ArcSwap<Snapshot>,
}

impl CurrentModel {
    /// The model, without a snapshot until one is [read](Self::reload).
    pub(in crate::service) fn new(model: Model, now: DateTime<Utc>) -> Self {
        Self {
            model,
            snapshot: ArcSwap::from_pointee(Snapshot::empty(now)),
        }
    }

    pub(in crate::service) fn model(&self) -> &Model {
        &self.model
    }

    pub(in crate::service) fn version(&self) -> &ModelVersion {
        self.model.version()
    }

    pub(in crate::service) fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshot.load_full()
    }

    /// Puts a snapshot in force that was committed.
    pub(in crate::service) fn replace(&self, snapshot: Snapshot) {
        self.snapshot.store(Arc::new(snapshot));
    }

    /// Reads the latest snapshot, if it is not the one in force.
    ///
    /// # Errors
    /// If the database does not answer.
    pub(in crate::service) async fn reload(&self, conn: &mut PgConnection) -> Result<()> {
        let latest = store::scores::snapshots::latest_id(conn, self.version()).await?;
        let Some(latest) = latest.filter(|latest| *latest != self.snapshot.load().id()) else {
            return Ok(());
        };
        if let Some(stored) = store::scores::snapshots::get(conn, latest).await? {
            self.replace(Snapshot::decode(&stored.body).map_err(StoreError::from)?);
        }
        Ok(())
    }
}
