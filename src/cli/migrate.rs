//! `renown migrate`: brings the database schema up to date.

use serde_json::json;

use crate::cli::environment::{Base, OpenDatabase};
use crate::cli::out::Out;
use crate::cli::{CliError, Result};
use crate::store;

/// Migrates the schema.
pub async fn run(base: &Base) -> Result {
    let config = base.config()?;
    let database = OpenDatabase::open(base, &config).await?;
    let migrated = store::migrate(database.pool()).await.map_err(CliError::new);
    database.close().await?;
    migrated?;
    Out::item(&json!({"schema": "up_to_date"}), || {
        "The database schema is up to date.".to_owned()
    })
}
