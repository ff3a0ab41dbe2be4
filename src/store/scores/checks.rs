//! Checks of scores against the log: the latest of each model.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;

use crate::store::Result;
use renown_core::domain::ModelVersion;

/// A stored check.
#[derive(Debug)]
pub struct StoredCheck {
    /// When it ended.
    pub checked_at: DateTime<Utc>,
    /// Its result, a JSON object.
    pub body: Value,
}

/// Returns the latest check of a model.
pub async fn latest(conn: &mut PgConnection, model: &ModelVersion) -> Result<Option<StoredCheck>> {
    let row = sqlx::query_as!(
        StoredCheck,
        "select checked_at, body from self_checks where model_version = $1",
        model as _
    )
    .fetch_optional(conn)
    .await?;
    Ok(row)
}

/// Writes a check in the place of the one before.
pub async fn replace(
    conn: &mut PgConnection,
    model: &ModelVersion,
    check: &StoredCheck,
) -> Result<()> {
    sqlx::query!(
        "insert into self_checks (model_version, checked_at, body) values ($1, $2, $3)
         on conflict (model_version) do update
         set checked_at = excluded.checked_at, body = excluded.body",
        model as _,
        check.checked_at,
        check.body
    )
    .execute(conn)
    .await?;
    Ok(())
}
