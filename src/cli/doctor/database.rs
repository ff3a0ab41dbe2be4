//! Opens the database for reading only. A private Postgres that does not run is started
//! and stopped again, because its data can be read in no other way.

use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgConnection};

use crate::cli::DATABASE;
use crate::cli::doctor::findings::Findings;
use crate::cli::environment::{Base, given_database};
use crate::store::connection;
use renown_postgres::{Durability, PrivatePostgres, Role};

/// Settings of the connection: nothing can be written, and nothing waits for long.
const SETTINGS: [(&str, &str); 3] = [
    ("default_transaction_read_only", "on"),
    ("statement_timeout", "60s"),
    ("lock_timeout", "2s"),
];

/// A database that is open for reading only.
pub(super) struct ReadOnlyDatabase {
    pub(super) conn: PgConnection,
    private: Option<PrivatePostgres>,
}

impl ReadOnlyDatabase {
    /// Opens the database; `None` if it cannot be opened, which is a finding.
    pub(super) async fn open(base: &Base, findings: &mut Findings) -> Option<Self> {
        let (options, private) = match findings.failed("database", given_database())? {
            Some(options) => (options, None),
            None => {
                let private = start_private(base, findings).await?;
                (private.connect_options(), Some(private))
            }
        };
        findings.good("database", connection::place(&options));
        match connect(options).await {
            Ok(conn) => Some(Self { conn, private }),
            Err(error) => {
                findings.wrong("database", error);
                stop(private, findings).await;
                None
            }
        }
    }

    /// Closes the connection, and stops what was started.
    pub(super) async fn close(self, findings: &mut Findings) {
        // Nothing was written, so nothing can be lost.
        let _ = self.conn.close().await;
        stop(self.private, findings).await;
    }
}

async fn connect(options: PgConnectOptions) -> Result<PgConnection, connection::Unreachable> {
    let options = options.application_name("renown doctor").options(SETTINGS);
    connection::open(&options).await
}

async fn start_private(base: &Base, findings: &mut Findings) -> Option<PrivatePostgres> {
    let dir = base.postgres_dir();
    if !PrivatePostgres::exists(&dir) {
        findings.wrong(
            "database",
            format_args!(
                "DATABASE_URL is not set, and there is no data in {}; set it, or name the data \
                 directory (--data-dir), or create the data with `renown serve`",
                dir.display()
            ),
        );
        return None;
    }
    let started = PrivatePostgres::start(DATABASE, &dir, Durability::Durable).await;
    let private = findings.failed("database", started)?;
    match private.role() {
        // Its address is what backups need; it has no password in it.
        Role::Guest => findings.good(
            "private Postgres",
            format_args!("running; its address is {}", private.url()),
        ),
        Role::Owner | Role::Adopter => findings.notable(
            "private Postgres",
            "it was not in use by a service; started for this examination only",
        ),
    }
    Some(private)
}

async fn stop(private: Option<PrivatePostgres>, findings: &mut Findings) {
    if let Some(private) = private {
        findings.failed("private Postgres", private.stop().await);
    }
}
