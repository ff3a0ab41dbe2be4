//! The schema: its migrations, and which versions of the service may use it.
//!
//! Replicas of two versions share one database while a new version is rolled out, and
//! after it is rolled back. So a migration that this binary does not know is no error: a
//! newer version has run it. What decides is the compatibility number in the database.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use sqlx::migrate::{AppliedMigration, Migrate, Migration, Migrator};
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
    // The lock belongs to the session: if this process is stopped, the session must end.
    // Postgres 13 does not know this timeout.
    sqlx::query(
        "select set_config(name, '5s', false) from pg_settings where name = 'idle_session_timeout'",
    )
    .execute(&mut *conn)
    .await?;
    match run(&mut conn).await {
        Ok(()) => {
            sqlx::query("reset all").execute(&mut *conn).await?;
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

/// How a database's migrations compare with those of this binary.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct MigrationState {
    /// Those of this binary that have run.
    pub done: usize,
    /// The names of those that have not.
    pub pending: Vec<String>,
    /// The numbers of those whose text was changed after they had run.
    pub edited: Vec<i64>,
    /// How many have run that this binary does not know: a newer version was here.
    pub newer: usize,
}

/// Compares the migrations without running any.
pub async fn compare(conn: &mut PgConnection) -> Result<MigrationState> {
    let table = &MIGRATIONS.table_name;
    let applied = match has_table(conn, table).await? {
        true => conn.list_applied_migrations(table).await?,
        false => Vec::new(),
    };
    let mut applied: BTreeMap<i64, AppliedMigration> = applied
        .into_iter()
        .map(|applied| (applied.version, applied))
        .collect();
    let mut state = MigrationState::default();
    let up = |migration: &&Migration| !migration.migration_type.is_down_migration();
    for migration in MIGRATIONS.iter().filter(up) {
        let version = migration.version;
        match applied.remove(&version) {
            Some(applied) if applied.checksum == migration.checksum => state.done += 1,
            Some(_) => state.edited.push(version),
            None => {
                let name = migration.description.replace(' ', "_");
                state.pending.push(format!("{version}_{name}"));
            }
        }
    }
    state.newer = applied.len();
    Ok(state)
}

/// The tables and columns of this version, one table a line. A test compares the file with
/// what the migrations make.
pub const EXPECTED: &str = include_str!("schema.txt");

/// Returns what the database lacks of the expected tables and columns, as `table` or
/// `table.column`.
pub async fn missing(conn: &mut PgConnection) -> Result<Vec<String>> {
    let present = tables(conn).await?;
    let mut missing = Vec::new();
    for line in EXPECTED.lines() {
        let (table, columns) = line.split_once(": ").unwrap_or((line, ""));
        match present.get(table) {
            None => missing.push(table.to_owned()),
            Some(present) => missing.extend(
                columns
                    .split_whitespace()
                    .filter(|column| !present.iter().any(|found| found == column))
                    .map(|column| format!("{table}.{column}")),
            ),
        }
    }
    Ok(missing)
}

/// Returns the tables of the database and their columns, both in order. Partitions are left
/// out, because they come with time.
pub async fn tables(conn: &mut PgConnection) -> Result<BTreeMap<String, Vec<String>>> {
    let rows = sqlx::query!(
        r#"select relname::text as "table!", array_agg(attname::text order by attname) as "columns!"
           from pg_class join pg_attribute on attrelid = pg_class.oid
           where relnamespace = current_schema()::regnamespace
             and relkind in ('r', 'p') and not relispartition
             and attnum > 0 and not attisdropped
           group by relname"#
    )
    .fetch_all(conn)
    .await?;
    let rows = rows.into_iter();
    Ok(rows.map(|row| (row.table, row.columns)).collect())
}
