//! What all scores are computed with: the model, and the latest rank snapshot.

use std::sync::Arc;

use arc_swap::ArcSwap;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::service::error::Result;
use crate::store::{self, StoreError};
use renown_core::domain::ModelVersion;
use renown_core::scoring::{Model, Snapshot};

/// The model and the snapshot in force.
#[derive(Debug)]
pub(in crate::service) struct CurrentModel {
    model: Model,
    snapshot: ArcSwap<Snapshot>,
}

impl CurrentModel {
    /// Returns the model without a snapshot; [`reload`](Self::reload) reads one.
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

    /// Puts a committed snapshot in force.
    pub(in crate::service) fn replace(&self, snapshot: Snapshot) {
        self.snapshot.store(Arc::new(snapshot));
    }

    /// Reads the latest snapshot, if it is not in force already.
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
