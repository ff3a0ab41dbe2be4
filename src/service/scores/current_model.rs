//! What all scores are computed with: the model in force, and the latest rank snapshot
//! that was taken with it.

use std::sync::Arc;

use arc_swap::ArcSwap;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::stored_snapshot;
use crate::service::error::{Result, ServiceError};
use crate::store::scores::models::StoredModel;
use crate::store::{self, StoreError};
use renown_core::domain::ModelVersion;
use renown_core::scoring::{Model, Snapshot};

/// A model with a snapshot that was taken with it.
#[derive(Debug)]
pub(in crate::service) struct ModelWithSnapshot {
    pub(in crate::service) model: Arc<Model>,
    pub(in crate::service) snapshot: Arc<Snapshot>,
}

/// The model and the snapshot that are used now. A model can be put in force while this
/// process runs, by any replica.
#[derive(Debug)]
pub(in crate::service) struct CurrentModel(ArcSwap<ModelWithSnapshot>);

impl CurrentModel {
    /// Returns the model without a snapshot; [`reload`](Self::reload) reads one.
    pub(in crate::service) fn new(model: Model, now: DateTime<Utc>) -> Self {
        Self(ArcSwap::from_pointee(ModelWithSnapshot {
            model: Arc::new(model),
            snapshot: Arc::new(Snapshot::empty(now)),
        }))
    }

    /// Returns both, as they belong together.
    pub(in crate::service) fn load(&self) -> Arc<ModelWithSnapshot> {
        self.0.load_full()
    }

    pub(in crate::service) fn model(&self) -> Arc<Model> {
        Arc::clone(&self.0.load().model)
    }

    pub(in crate::service) fn version(&self) -> ModelVersion {
        self.0.load().model.version().clone()
    }

    pub(in crate::service) fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.0.load().snapshot)
    }

    /// Uses a committed snapshot of a model, unless another model is in force by now.
    pub(in crate::service) fn replace(&self, model: &Arc<Model>, snapshot: &Arc<Snapshot>) {
        self.0.rcu(|current| {
            if current.model.version() != model.version() {
                return Arc::clone(current);
            }
            Arc::new(ModelWithSnapshot {
                model: Arc::clone(model),
                snapshot: Arc::clone(snapshot),
            })
        });
    }

    /// Reads the model in force and its latest snapshot, if they are not used already.
    ///
    /// # Errors
    /// Also if this version cannot read the model in force.
    pub(in crate::service) async fn reload(&self, conn: &mut PgConnection) -> Result<()> {
        let mut model = self.model();
        let in_force = store::scores::models::version_in_force(conn).await?;
        if in_force.is_some_and(|in_force| in_force != *model.version())
            && let Some(stored) = store::scores::models::in_force(conn).await?
        {
            model = Arc::new(read(&stored)?);
        }
        self.use_latest(conn, model).await
    }

    /// Uses a model with its latest snapshot.
    pub(in crate::service) async fn use_latest(
        &self,
        conn: &mut PgConnection,
        model: Arc<Model>,
    ) -> Result<()> {
        let current = self.load();
        let is_used = current.model.version() == model.version();
        let latest = store::scores::snapshots::latest(conn, model.version()).await?;
        let snapshot = match latest {
            Some(latest) if !is_used || latest.id != current.snapshot.id() => {
                stored_snapshot::read(conn, latest.id).await?
            }
            _ => None,
        };
        if is_used && snapshot.is_none() {
            return Ok(());
        }
        let snapshot = snapshot.unwrap_or_else(|| Snapshot::empty(current.snapshot.taken_at()));
        let snapshot = Arc::new(snapshot);
        // Unless something else is used meanwhile; then the next time decides.
        self.0
            .compare_and_swap(&current, Arc::new(ModelWithSnapshot { model, snapshot }));
        Ok(())
    }
}

/// Reads a stored model.
///
/// # Errors
/// If this version cannot.
pub(in crate::service) fn read(stored: &StoredModel) -> Result<Model> {
    Model::parse(&stored.body).map_err(|error| {
        ServiceError::Store(StoreError::Corrupt(format!(
            "the model {} cannot be read by this version of renown: {error}",
            stored.version
        )))
    })
}
