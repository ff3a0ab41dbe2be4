//! A database that is only read. A private Postgres that does not run is started and stopped
//! again, because its data can be read in no other way; none is created.

use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgConnection};

use crate::cli::environment::{Base, DATABASE, given_database};
use crate::cli::{CliError, Result};
use crate::store::{connection, schema};
use renown_postgres::{Durability, PrivatePostgres};

/// Settings of the connection: nothing can be written, and no lock is waited for long.
const SETTINGS: [(&str, &str); 2] = [
    ("default_transaction_read_only", "on"),
    ("lock_timeout", "2s"),
];

/// A database of this program that is open for reading only.
pub(super) struct ReadOnlyDatabase {
    pub(super) conn: PgConnection,
    private: Option<PrivatePostgres>,
}

impl ReadOnlyDatabase {
    /// Opens the configured database under a name that is seen in `pg_stat_activity`.
    ///
    /// # Errors
    /// If it cannot be reached, or has no data of this program.
    pub(super) async fn open(base: &Base, name: &str) -> Result<Self> {
        let (options, private) = match given_database()? {
            Some(options) => (options, None),
            None => {
                let private = start_private(base).await?;
                (private.connect_options(), Some(private))
            }
        };
        match checked(options, name).await {
            Ok(conn) => Ok(Self { conn, private }),
            Err(error) => {
                stop(private).await?;
                Err(error)
            }
        }
    }

    /// Closes the connection, and stops what was started.
    pub(super) async fn close(self) -> Result {
        // Nothing was written, so nothing can be lost.
        let _ = self.conn.close().await;
        stop(self.private).await
    }
}

/// Opens a connection that can only read.
pub(super) async fn connect(
    options: PgConnectOptions,
    name: &str,
) -> std::result::Result<PgConnection, connection::Unreachable> {
    connection::open(&options.application_name(name).options(SETTINGS)).await
}

async fn checked(options: PgConnectOptions, name: &str) -> Result<PgConnection> {
    let mut conn = connect(options, name).await.map_err(CliError::new)?;
    let compatible = schema::check_compatibility(&mut conn).await;
    compatible.map_err(CliError::new)?;
    let migrations = schema::compare(&mut conn).await.map_err(CliError::new)?;
    match migrations.done {
        0 => Err(CliError::Failed(
            "the database is empty; `renown migrate` or `renown serve` makes its tables".to_owned(),
        )),
        _ => Ok(conn),
    }
}

/// Starts the private Postgres.
///
/// # Errors
/// If there is no data for it: none is made.
pub(super) async fn start_private(base: &Base) -> Result<PrivatePostgres> {
    base.expect_database()?;
    let dir = base.postgres_dir();
    let started = PrivatePostgres::start(DATABASE, &dir, Durability::Durable).await;
    started.map_err(CliError::new)
}

async fn stop(private: Option<PrivatePostgres>) -> Result {
    match private {
        Some(private) => private.stop().await.map_err(CliError::new),
        None => Ok(()),
    }
}
