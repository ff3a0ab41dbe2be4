//! Opens the database for reading only. A private Postgres that does not run is started
//! and stopped again, because its data can be read in no other way.

use sqlx::{Connection, PgConnection};

use crate::cli::doctor::findings::Findings;
use crate::cli::environment::{Base, given_database};
use crate::cli::read_only;
use crate::store::connection;
use renown_postgres::{PrivatePostgres, ServerRole};

/// No examination takes longer.
const LIMIT: (&str, &str) = ("statement_timeout", "60s");

/// A database that is open for reading only.
pub(super) struct ExaminedDatabase {
    pub(super) conn: PgConnection,
    private: Option<PrivatePostgres>,
}

impl ExaminedDatabase {
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
        match read_only::connect(options.options([LIMIT]), "renown doctor").await {
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

async fn start_private(base: &Base, findings: &mut Findings) -> Option<PrivatePostgres> {
    let started = read_only::start_private(base).await;
    let private = findings.failed("database", started)?;
    match private.role() {
        // Its address is what backups need; it has no password in it.
        ServerRole::Guest => findings.good(
            "private Postgres",
            format_args!("running; its address is {}", private.url()),
        ),
        ServerRole::Owner | ServerRole::Adopter => findings.notable(
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
