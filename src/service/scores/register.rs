//! What a start makes of the configured model: the model in force, or the next one.

use sqlx::PgConnection;

use super::NextModel;
use super::current_model::read;
use crate::service::StartError;
use crate::store::StoreError;
use crate::store::scores::models;
use renown_core::domain::{ModelState, ModelVersion};
use renown_core::scoring::Model;

/// The most rows of one table that one statement deletes.
const CHUNK: i64 = 20_000;

/// Returns the model in force; on a database without scores, the configured one.
///
/// # Errors
/// [`StartError::UnreadableModel`] if this version cannot read it.
pub(in crate::service) async fn in_force(
    conn: &mut PgConnection,
    configured: &Model,
) -> Result<Model, StartError> {
    if let Some(stored) = models::in_force(conn).await? {
        return read(&stored).map_err(|error| StartError::UnreadableModel(error.to_string()));
    }
    let scored = scored_before(conn, configured.version()).await?;
    Ok(scored.unwrap_or_else(|| configured.clone()))
}

/// Returns the model that the scores of a database are by that names no model in force,
/// because an earlier version wrote it; `None` if it is the configured one, or not shipped.
async fn scored_before(
    conn: &mut PgConnection,
    configured: &ModelVersion,
) -> Result<Option<Model>, StoreError> {
    let versions = models::with_scores(conn).await?;
    if versions.first().is_none_or(|first| first == configured) {
        return Ok(None);
    }
    let shipped = versions.iter().find_map(Model::shipped);
    if shipped.is_none() {
        tracing::warn!(
            "the scores of this database are by a model that is not shipped; all members are \
             scored anew by the configured one"
        );
    }
    Ok(shipped)
}

impl NextModel {
    /// Registers the configured model: as the one in force if there is none, else as the
    /// next one, which is built beside the one in force until an operator changes over.
    /// Only a process that serves does this; a command in a shell may be configured
    /// differently.
    ///
    /// # Errors
    /// [`StartError::ModelEdited`] if another file was registered under the same version.
    pub async fn register(&self) -> Result<(), StartError> {
        let now = self.scorer.context.clock.now();
        let (configured, version) = (&self.configured, self.configured.version());
        let mut transaction = self.scorer.context.transaction().await?;
        let conn = &mut *transaction;
        models::lock(conn).await?;
        let stored = models::get(conn, version).await?;
        if let Some(stored) = &stored
            && !configured.agrees_with(&stored.body)
        {
            return Err(StartError::ModelEdited(version.clone()));
        }
        if models::in_force(conn).await?.is_none() {
            let scored = self.scorer.model();
            let file = (scored.version(), scored.text());
            models::set(conn, file, ModelState::InForce, now).await?;
        }
        let present = models::in_force(conn).await?;
        if present.is_some_and(|present| present.version != *version)
            && !stored.is_some_and(|stored| stored.state.is_next())
        {
            // It may have been in force once: what is left of that is not up to date.
            while models::forget(conn, version, CHUNK).await? > 0 {}
            for other in models::next(conn).await? {
                let file = (&other.version, other.body.as_str());
                models::set(conn, file, ModelState::Retired, now).await?;
            }
            models::set(
                conn,
                (version, configured.text()),
                ModelState::Building,
                now,
            )
            .await?;
            tracing::info!(model = %version, "a scoring model is built beside the one in force");
        }
        transaction.commit().await.map_err(StoreError::from)?;
        Ok(())
    }
}
