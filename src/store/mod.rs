//! The only SQL. Functions over a connection, one file an aggregate; row
//! structs are private, domain types go in and out. Transactions are begun and
//! ended by `service`, never here.

pub mod claims;
mod copy;
pub mod decisions;
pub mod events;
pub mod insight;
pub mod members;
pub mod operation;
pub mod programs;
pub mod scores;
pub mod webhooks;

use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use std::time::Duration;

use renown_core::domain::Invalid;

/// What can go wrong in the database.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Two writers met; trying again will do.
    #[error("the transaction met another one and must be tried again")]
    Retry(#[source] sqlx::Error),
    /// The database is not to be reached, or is starting or stopping.
    #[error("the database is not available")]
    Unavailable(#[source] sqlx::Error),
    /// A constraint that protects an invariant refused the write.
    #[error("constraint {constraint} refused the write")]
    Constraint {
        /// The name of it, from the migrations.
        constraint: String,
        #[source]
        /// What Postgres said.
        source: sqlx::Error,
    },
    /// Something stored is not what this version writes.
    #[error("stored data cannot be read: {0}")]
    Corrupt(String),
    /// Anything else that Postgres answers.
    #[error("the database refused a statement")]
    Database(#[source] sqlx::Error),
    /// The schema could not be brought up to date.
    #[error("the database schema could not be migrated")]
    Migrate(#[from] sqlx::migrate::MigrateError),
}

impl StoreError {
    /// Whether the same call may succeed a moment later.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Retry(_) | Self::Unavailable(_))
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        use sqlx::Error as E;
        match &error {
            E::Io(_) | E::PoolTimedOut | E::PoolClosed | E::WorkerCrashed | E::Tls(_) => {
                Self::Unavailable(error)
            }
            E::Database(database) => {
                let code = database.code().unwrap_or_default();
                if let Some(constraint) = database.constraint() {
                    let constraint = constraint.to_owned();
                    return Self::Constraint {
                        constraint,
                        source: error,
                    };
                }
                match code.as_ref() {
                    // Serialisation failure, deadlock, a lock that did not come free.
                    "40001" | "40P01" | "55P03" => Self::Retry(error),
                    // Connection exceptions, operator intervention, too many connections.
                    code if code.starts_with("08")
                        || code.starts_with("57P")
                        || code == "53300"
                        || code == "25P03" =>
                    {
                        Self::Unavailable(error)
                    }
                    _ => Self::Database(error),
                }
            }
            // What is stored is not what the type of the domain allows.
            E::ColumnDecode { index, source } => Self::Corrupt(format!("{index}: {source}")),
            _ => Self::Database(error),
        }
    }
}

/// A row that was valid when it was written and is not now.
impl From<Invalid> for StoreError {
    fn from(invalid: Invalid) -> Self {
        Self::Corrupt(invalid.to_string())
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> Self {
        Self::Corrupt(error.to_string())
    }
}

/// Shorthand of this room.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// What every connection is told: one process that is stuck with a lock must not
/// stop all others. Requests give up sooner; jobs come again.
const PATIENCE: [(&str, &str); 2] = [
    ("lock_timeout", "15s"),
    ("idle_in_transaction_session_timeout", "2min"),
];

/// Opens a pool.
///
/// # Errors
/// If no first connection can be made.
pub async fn connect(options: PgConnectOptions, max_connections: u32) -> Result<PgPool> {
    let options = options.application_name("renown").options(PATIENCE);
    Ok(PgPoolOptions::new()
        .max_connections(max_connections)
        .acquire_timeout(Duration::from_secs(5))
        .connect_with(options)
        .await?)
}

/// Brings the schema up to date, under a lock, so that replicas that start
/// together do not meet.
///
/// # Errors
/// If a migration fails or was edited after it had run.
pub async fn migrate(pool: &PgPool) -> Result<()> {
    let mut conn = pool.acquire().await?;
    // Whoever migrates first may take its time.
    sqlx::query("set lock_timeout = 0")
        .execute(&mut *conn)
        .await?;
    let migrated = MIGRATIONS.run(&mut *conn).await;
    sqlx::query("reset lock_timeout")
        .execute(&mut *conn)
        .await?;
    Ok(migrated?)
}

/// The schema's history, compiled in.
pub static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!();

/// Answers whether the database can be read.
///
/// # Errors
/// If it cannot.
pub async fn ping(pool: &PgPool) -> Result<()> {
    sqlx::query!("select 1 as one").fetch_one(pool).await?;
    Ok(())
}

/// Begins a transaction that sees one moment of the database throughout, and
/// writes nothing.
///
/// # Errors
/// If the database does not answer.
pub async fn begin_reading(pool: &PgPool) -> Result<sqlx::Transaction<'static, sqlx::Postgres>> {
    let begin = "begin isolation level repeatable read, read only";
    Ok(pool.begin_with(begin).await?)
}

/// Marks the point in a transaction to which [`undo`] goes back.
///
/// # Errors
/// If the database does not answer.
pub async fn mark(conn: &mut sqlx::PgConnection) -> Result<()> {
    sqlx::query("savepoint work").execute(conn).await?;
    Ok(())
}

/// Takes everything back that was done in the transaction since [`mark`].
///
/// # Errors
/// If the database does not answer.
pub async fn undo(conn: &mut sqlx::PgConnection) -> Result<()> {
    sqlx::query("rollback to savepoint work")
        .execute(conn)
        .await?;
    Ok(())
}

/// Begins something within a transaction that may be taken back alone.
///
/// # Errors
/// If the database does not answer.
pub async fn try_out(conn: &mut sqlx::PgConnection) -> Result<()> {
    sqlx::query("savepoint trial").execute(conn).await?;
    Ok(())
}

/// Keeps what was done since [`try_out`].
///
/// # Errors
/// If the database does not answer.
pub async fn keep(conn: &mut sqlx::PgConnection) -> Result<()> {
    sqlx::query("release savepoint trial").execute(conn).await?;
    Ok(())
}

/// Takes back what was done since [`try_out`].
///
/// # Errors
/// If the database does not answer.
pub async fn take_back(conn: &mut sqlx::PgConnection) -> Result<()> {
    sqlx::query("rollback to savepoint trial")
        .execute(&mut *conn)
        .await?;
    keep(conn).await
}

/// Takes a lock that ends with the transaction, if nobody else has it: one
/// replica at a time runs a job.
///
/// # Errors
/// If the database does not answer.
pub async fn try_lock(conn: &mut sqlx::PgConnection, job: Job) -> Result<bool> {
    // The class keeps our locks apart from those of others in the database.
    const CLASS: i32 = 0x7265_6e6f; // "reno"
    let locked = sqlx::query_scalar!(
        r#"select pg_try_advisory_xact_lock($1, $2) as "locked!""#,
        CLASS,
        job as i32
    )
    .fetch_one(conn)
    .await?;
    Ok(locked)
}

/// Jobs that must not run twice at a time.
#[derive(Debug, Clone, Copy)]
pub enum Job {
    /// Folds the log into states and scores.
    Scorer = 1,
    /// Takes a rank snapshot.
    Rank = 2,
    /// Computes scores again that time or a snapshot has overtaken.
    Refresh = 3,
    /// Gives messages of the outbox their positions.
    Relay = 4,
    /// Writes down what people were shown.
    ExposureBuffer = 20,
    /// Counts for whom each perk is.
    Census = 21,
}
