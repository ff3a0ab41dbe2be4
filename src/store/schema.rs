//! The schema: its migrations, and which versions of the service may use it.
//!
//! Replicas of two versions share one database while a new version is rolled out, and
//! after it is rolled back. So a migration that this binary does not know is no error: a
//! newer version has run it. What decides is the compatibility number in the database.

use std::sync::LazyLock;

use sqlx::migrate::Migrator;
use sqlx::{PgConnection, PgPool};

use crate::store::{Result, StoreError};

/// The compatibility number of this binary. It is raised by one together with the first
/// migration that takes away something that the binaries before it use.
pub const COMPATIBILITY: i32 = 1;

/// The version of this binary.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The migrations, compiled in.
pub static MIGRATIONS: LazyLock<Migrator> = LazyLock::new(|| {
    let mut migrations = sqlx::migrate!();
    migrations.set_ignore_missing(true);
    migrations
});

/// Brings the schema up to date. Takes a lock, so that replicas that start together
/// migrate one after the other.
///
/// # Errors
/// If a migration fails or was edited after it had run, and [`StoreError::TooOld`].
pub async fn migrate(pool: &PgPool) -> Result<()> {
    let mut conn = pool.acquire().await?;
    // The other replicas wait for the first migration, however long it takes.
    sqlx::query("set lock_timeout = 0")
        .execute(&mut *conn)
        .await?;
    match run(&mut conn).await {
        Ok(()) => {
            sqlx::query("reset lock_timeout")
                .execute(&mut *conn)
                .await?;
            Ok(())
        }
        Err(error) => {
            // The connection may hold the lock of the migrations until it is closed.
            let _ = conn.close().await;
            Err(error)
        }
    }
}

/// The number is checked before, so that a binary that is too old changes nothing, and
/// after, because a newer one may have run its migrations in between.
async fn run(conn: &mut PgConnection) -> Result<()> {
    check_compatibility(conn).await?;
    MIGRATIONS.run(&mut *conn).await?;
    check_compatibility(conn).await
}

/// Checks that this binary may work with the schema.
///
/// # Errors
/// [`StoreError::TooOld`] if it may not.
pub async fn check_compatibility(conn: &mut PgConnection) -> Result<()> {
    if !has_table(conn, "schema_compatibility").await? {
        return Ok(());
    }
    let row = sqlx::query!("select least, version from schema_compatibility")
        .fetch_optional(conn)
        .await?;
    match row {
        Some(row) if row.least > COMPATIBILITY => Err(StoreError::TooOld {
            least: row.least,
            version: row.version,
        }),
        _ => Ok(()),
    }
}

async fn has_table(conn: &mut PgConnection, name: &str) -> Result<bool> {
    let found = sqlx::query_scalar!(r#"select to_regclass($1) is not null as "found!""#, name)
        .fetch_one(conn)
        .await?;
    Ok(found)
}
