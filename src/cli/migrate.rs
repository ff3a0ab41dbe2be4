//! `renown migrate`: brings the database schema up to date.

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
    Out::line("The database schema is up to date.")?;
    Ok(())
}
