//! The only place with SQL. Functions take a connection; there is one folder for each
//! subject. Row structs are private: functions take and return domain types.
//! Transactions begin and end in `service`, never here.
//!
//! Every function fails if the database does not answer.

pub mod claims;
pub mod connection;
mod copy;
pub mod decisions;
pub mod events;
pub mod insight;
pub mod members;
pub mod operation;
pub mod programs;
pub mod schema;
pub mod scores;
pub mod webhooks;

pub use schema::migrate;

use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use std::time::Duration;

use renown_core::domain::Invalid;

/// An error of the database.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Two transactions conflicted; a retry may succeed.
    #[error("the transaction met another one and must be tried again")]
    Retry(#[source] sqlx::Error),
    /// The database cannot be reached, or is starting or stopping.
    #[error("the database is not available")]
    Unavailable(#[source] sqlx::Error),
    /// A constraint that protects an invariant refused the write.
    #[error("constraint {constraint} refused the write")]
    Constraint {
        /// The constraint's name, from the migrations.
        constraint: String,
        #[source]
        /// The error from Postgres.
        source: sqlx::Error,
    },
    /// Stored data has a form that this version does not write.
    #[error("stored data cannot be read: {0}")]
    Corrupt(String),
    /// Any other error from Postgres.
    #[error("the database refused a statement")]
    Database(#[source] sqlx::Error),
    /// The schema could not be brought up to date.
    #[error("the database schema could not be migrated")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// A newer version has changed the schema so that this one cannot work with it.
    #[error(
        "this is renown {} (compatibility number {}), and the database needs number {least}: start \
         renown {version} or a newer version on it",
        schema::VERSION,
        schema::COMPATIBILITY
    )]
    TooOld {
        /// The least compatibility number that the database allows.
        least: i32,
        /// The first version that has it.
        version: String,
    },
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
                    // Serialisation failure, deadlock, lock timeout.
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
            // The stored value is not valid for the domain type.
            E::ColumnDecode { index, source } => Self::Corrupt(format!("{index}: {source}")),
            _ => Self::Database(error),
        }
    }
}

/// A stored row is valid when it is written, so an invalid one is corrupt.
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

/// The result of a call to the database.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// Timeouts of every connection: a process that is stuck with a lock must not stop all
/// others. Requests give up sooner; jobs try again.
const TIMEOUTS: [(&str, &str); 2] = [
    ("lock_timeout", "15s"),
    ("idle_in_transaction_session_timeout", "2min"),
];

/// Opens a connection pool.
///
/// # Errors
/// If the first connection cannot be made.
pub async fn connect(options: PgConnectOptions, max_connections: u32) -> Result<PgPool> {
    let options = options.application_name("renown").options(TIMEOUTS);
    Ok(PgPoolOptions::new()
        .max_connections(max_connections)
        .acquire_timeout(Duration::from_secs(5))
        .connect_with(options)
        .await?)
}

/// Checks that the database can be read.
///
/// # Errors
/// If it cannot.
pub async fn ping(pool: &PgPool) -> Result<()> {
    sqlx::query!("select 1 as one").fetch_one(pool).await?;
    Ok(())
}

/// Begins a read-only transaction in which all statements see the same moment of the
/// database (isolation level repeatable read).
pub async fn begin_reading(pool: &PgPool) -> Result<sqlx::Transaction<'static, sqlx::Postgres>> {
    let begin = "begin isolation level repeatable read, read only";
    Ok(pool.begin_with(begin).await?)
}

/// A point in a transaction to which it can go back. One that is set later hides
/// the earlier ones until it is released.
#[derive(Debug)]
pub struct Savepoint(());

impl Savepoint {
    /// Sets a savepoint.
    pub async fn set(conn: &mut sqlx::PgConnection) -> Result<Self> {
        sqlx::query("savepoint work").execute(conn).await?;
        Ok(Self(()))
    }

    /// Undoes everything since the savepoint, which stays.
    pub async fn roll_back(&self, conn: &mut sqlx::PgConnection) -> Result<()> {
        let roll_back = sqlx::query("rollback to savepoint work");
        roll_back.execute(conn).await?;
        Ok(())
    }

    /// Keeps everything since the savepoint, which is gone.
    pub async fn release(self, conn: &mut sqlx::PgConnection) -> Result<()> {
        sqlx::query("release savepoint work").execute(conn).await?;
        Ok(())
    }
}

/// The class of the locks of jobs, which keeps them apart from other advisory locks in
/// the database.
const LOCK_CLASS: i32 = 0x7265_6e6f; // "reno"

/// Takes a job's lock until the end of the transaction; `false` if another transaction
/// has it. So only one replica at a time runs the job.
pub async fn try_lock(conn: &mut sqlx::PgConnection, job: Job) -> Result<bool> {
    let locked = sqlx::query_scalar!(
        r#"select pg_try_advisory_xact_lock($1, $2) as "locked!""#,
        LOCK_CLASS,
        job as i32
    )
    .fetch_one(conn)
    .await?;
    Ok(locked)
}

/// Takes a job's lock until the end of the transaction; waits for a transaction that
/// has it.
pub async fn lock(conn: &mut sqlx::PgConnection, job: Job) -> Result<()> {
    sqlx::query!(
        r#"select pg_advisory_xact_lock($1, $2) as "locked: ()""#,
        LOCK_CLASS,
        job as i32
    )
    .fetch_one(conn)
    .await?;
    Ok(())
}

/// Jobs of which only one may run at a time.
#[derive(Debug, Clone, Copy)]
pub enum Job {
    /// Folds the event log into account states and scores; evaluates due tiers.
    Scorer = 1,
    /// Takes a rank snapshot.
    Rank = 2,
    /// Rescores members whose scores are out of date, because of time or a new
    /// snapshot.
    Refresh = 3,
    /// Assigns positions to the messages of the outbox.
    Relay = 4,
    /// Creates partitions of the log.
    Partitions = 5,
    /// Records exposures.
    Exposures = 20,
    /// Counts the eligible members of each perk.
    Census = 21,
}
