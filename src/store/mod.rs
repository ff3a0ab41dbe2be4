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

use std::ops::{Deref, DerefMut};
use std::time::Duration;

use sha2::{Digest, Sha256};
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{PgConnection, PgPool, Postgres};
use tokio::time::error::Elapsed;
use tracing::Instrument;

use renown_core::domain::{ConnectorName, Invalid};

/// An error of the database.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Two transactions conflicted, in a deadlock for example; a retry may succeed.
    #[error("the transaction met another one and must be tried again")]
    Retry(#[source] sqlx::Error),
    /// Another transaction has held a lock for too long.
    #[error("another transaction holds a lock for long")]
    Locked(#[source] sqlx::Error),
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
    /// The disk of the database is full: nothing can be written until there is room.
    #[error("the disk of the database is full")]
    DiskFull(#[source] sqlx::Error),
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
        matches!(
            self,
            Self::Retry(_) | Self::Locked(_) | Self::Unavailable(_) | Self::DiskFull(_)
        )
    }

    /// Whether other transactions on the same data were in the way.
    pub fn is_contention(&self) -> bool {
        matches!(self, Self::Retry(_) | Self::Locked(_))
    }

    /// Whether the disk of the database is full.
    pub fn is_disk_full(&self) -> bool {
        matches!(self, Self::DiskFull(_))
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
                    // Serialisation failure, deadlock.
                    "40001" | "40P01" => Self::Retry(error),
                    "55P03" => Self::Locked(error),
                    "53100" => Self::DiskFull(error),
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

/// A database that does not answer in time is as good as unreachable.
impl From<Elapsed> for StoreError {
    fn from(_: Elapsed) -> Self {
        let silent = std::io::Error::from(std::io::ErrorKind::TimedOut);
        Self::Unavailable(silent.into())
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> Self {
        Self::Corrupt(error.to_string())
    }
}

/// The result of a call to the database.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// Timeouts of every connection, so that a process that is stopped in the middle of a
/// transaction does not stop all others. Its statements that wait for a lock give up
/// after two seconds. If one gets its lock before, the transaction is ended after three
/// more seconds. So what it holds is free within five seconds.
const TIMEOUTS: [(&str, &str); 2] = [
    ("lock_timeout", "2s"),
    ("idle_in_transaction_session_timeout", "3s"),
];

/// The name of connections in `pg_stat_activity`.
const NAME: &str = "renown";

/// The name of connections that may take long, until the end of their transaction or for
/// good: they hold no lock that requests wait for.
const LONG_NAME: &str = "renown (long)";

/// The name of the connection that receives notices.
const LISTENER_NAME: &str = "renown (listener)";

/// How long an idle connection is trusted to answer, without being asked.
const TRUSTED_FOR: Duration = Duration::from_millis(500);

/// How long an idle connection may take to answer before it is used.
const ANSWERS_WITHIN: Duration = Duration::from_secs(2);

/// How long a connection may take to finish what was given up, before it is closed.
const SETTLES_WITHIN: Duration = Duration::from_secs(5);

/// Opens a connection pool.
///
/// # Errors
/// If the first connection cannot be made.
pub async fn connect(options: PgConnectOptions, max_connections: u32) -> Result<PgPool> {
    let options = options.application_name(NAME).options(TIMEOUTS);
    Ok(PgPoolOptions::new()
        .max_connections(max_connections)
        .acquire_timeout(Duration::from_secs(5))
        // Both tests have a limit, because on a network that drops everything an answer
        // may never come.
        .test_before_acquire(false)
        .before_acquire(|conn, used| {
            Box::pin(async move {
                // A connection answered when it came back to the pool. To ask it again at once
                // would cost as much as a short statement.
                Ok(used.idle_for < TRUSTED_FOR || answers(conn, ANSWERS_WITHIN).await?)
            })
        })
        .after_release(|conn, _| Box::pin(answers(conn, SETTLES_WITHIN)))
        .connect_with(options)
        .await?)
}

/// Returns whether a connection works; an error if it does not answer in time.
async fn answers(conn: &mut sqlx::PgConnection, limit: Duration) -> Result<bool, sqlx::Error> {
    let answer = tokio::time::timeout(limit, sqlx::Connection::ping(conn)).await;
    let answer = answer.map_err(|_| std::io::Error::from(std::io::ErrorKind::TimedOut))?;
    Ok(answer.is_ok())
}

/// Checks that the database can be read.
///
/// # Errors
/// If it cannot.
pub async fn ping(pool: &PgPool) -> Result<()> {
    touch(&mut *pool.acquire().await?).await
}

/// Shows that the process of a transaction is there, so that its pause begins anew.
pub async fn touch(conn: &mut sqlx::PgConnection) -> Result<()> {
    sqlx::query!("select 1 as one").fetch_one(conn).await?;
    Ok(())
}

/// Begins a transaction.
pub async fn begin(pool: &PgPool) -> Result<sqlx::Transaction<'static, sqlx::Postgres>> {
    begin_with(pool, None).await
}

/// Begins a transaction in a task of its own, which a caller who goes away does not end: sqlx
/// would take a transaction whose beginning was not awaited for none, and its connection would
/// come back to the pool in the middle of it.
async fn begin_with(
    pool: &PgPool,
    statement: Option<&'static str>,
) -> Result<sqlx::Transaction<'static, sqlx::Postgres>> {
    let conn = pool.acquire().await?;
    let statement = statement.map(sqlx::SqlSafeStr::into_sql_str);
    let begin = sqlx::Transaction::begin(conn, statement).in_current_span();
    let begun = tokio::spawn(begin).await;
    let begun = begun.map_err(|gone| sqlx::Error::Io(std::io::Error::other(gone)))?;
    Ok(begun?)
}

/// Begins a transaction of statements that are each about a few rows. Their plans are made only
/// once for a connection: otherwise Postgres plans a statement with a list anew each time, because
/// it takes a list of unknown length for a long one, and that takes longer than the statement.
pub async fn begin_short(pool: &PgPool) -> Result<sqlx::Transaction<'static, sqlx::Postgres>> {
    let statement = "begin; set local plan_cache_mode = force_generic_plan";
    begin_with(pool, Some(statement)).await
}

/// Begins a read-only transaction in which all statements see the same moment of the
/// database (isolation level repeatable read). It holds no lock that others wait for, so
/// it may pause between statements.
pub async fn begin_reading(pool: &PgPool) -> Result<sqlx::Transaction<'static, sqlx::Postgres>> {
    let statement = "begin isolation level repeatable read, read only";
    let mut transaction = begin_with(pool, Some(statement)).await?;
    take_long(&mut transaction).await?;
    Ok(transaction)
}

/// Lets a transaction pause for up to a minute between statements, and wait for this
/// process while it reads.
pub async fn take_long(conn: &mut sqlx::PgConnection) -> Result<()> {
    set_pauses(conn, "60s").await
}

/// Sets it by `set local`, which is no query: a snapshot may still be imported after it.
/// Such statements take no parameters; both values are constants of this file.
async fn set_pauses(conn: &mut sqlx::PgConnection, pauses: &'static str) -> Result<()> {
    let statements = format!(
        "set local idle_in_transaction_session_timeout = '{pauses}'; \
         set local application_name = '{LONG_NAME}'"
    );
    let statements = sqlx::raw_sql(sqlx::AssertSqlSafe(statements));
    statements.execute(conn).await?;
    Ok(())
}

/// Ends transactions of this service that wait for their process in the middle of a
/// statement, while it sends or reads rows: the process is stopped or cut off, and no
/// timeout of Postgres covers this. Returns how many.
pub async fn end_stuck(conn: impl sqlx::PgExecutor<'_>) -> Result<i64> {
    let ended = sqlx::query_scalar!(
        r#"select count(*) filter (where pg_terminate_backend(pid)) as "ended!"
           from pg_stat_activity
           where datname = current_database() and usename = current_user
             and application_name = $1 and pid <> pg_backend_pid()
             and state = 'active' and wait_event_type = 'Client'
             and query_start < clock_timestamp() - interval '4 seconds'"#,
        NAME
    )
    .fetch_one(conn)
    .await?;
    Ok(ended)
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
    .fetch_one(&mut *conn)
    .await?;
    if locked {
        set_pauses(conn, job.pauses()).await?;
    }
    Ok(locked)
}

/// Takes a job's lock until the end of the transaction; waits for a transaction that
/// has it, up to a minute.
pub async fn lock(conn: &mut sqlx::PgConnection, job: Job) -> Result<()> {
    sqlx::query("set local lock_timeout = '60s'")
        .execute(&mut *conn)
        .await?;
    sqlx::query!(
        r#"select pg_advisory_xact_lock($1, $2) as "locked: ()""#,
        LOCK_CLASS,
        job as i32
    )
    .fetch_one(&mut *conn)
    .await?;
    sqlx::query("set local lock_timeout to default")
        .execute(conn)
        .await?;
    Ok(())
}

/// The class of the locks of connectors.
const CONNECTOR_LOCK_CLASS: i32 = 0x7265_6e63; // "renc"

/// What a [`LockedConnection`] locks.
#[derive(Debug, Clone, Copy)]
pub struct LockKey {
    class: i32,
    key: i32,
}

impl From<Job> for LockKey {
    fn from(job: Job) -> Self {
        Self {
            class: LOCK_CLASS,
            key: job as i32,
        }
    }
}

/// The lock of a connector. Two names with one digest of four bytes, which one deployment
/// never has, would only wait for each other.
impl From<&ConnectorName> for LockKey {
    fn from(name: &ConnectorName) -> Self {
        let [a, b, c, d, ..] = <[u8; 32]>::from(Sha256::digest(name.as_str()));
        Self {
            class: CONNECTOR_LOCK_CLASS,
            key: i32::from_be_bytes([a, b, c, d]),
        }
    }
}

/// A connection that holds the lock of a job or connector between statements, without a
/// transaction: it may take hours, and a transaction would keep new partitions and vacuum
/// waiting. At the end, even if the job is given up, it is closed, and so the lock is free.
#[derive(Debug)]
pub struct LockedConnection {
    conn: PoolConnection<Postgres>,
    lock: LockKey,
}

impl LockedConnection {
    /// Takes a lock; `None` if another connection has it.
    pub async fn open(pool: &PgPool, lock: impl Into<LockKey>) -> Result<Option<Self>> {
        let lock = lock.into();
        let mut conn = pool.acquire().await?;
        // First, so that the lock never outlives this call in the pool.
        conn.close_on_drop();
        let locked = sqlx::query_scalar!(
            r#"select pg_try_advisory_lock($1, $2) as "locked!""#,
            lock.class,
            lock.key
        )
        .fetch_one(&mut *conn)
        .await?;
        if !locked {
            return Ok(None);
        }
        // Such statements take no parameters; the name is a constant of this file.
        let name = format!("set application_name = '{LONG_NAME}'");
        let name = sqlx::raw_sql(sqlx::AssertSqlSafe(name));
        name.execute(&mut *conn).await?;
        Ok(Some(Self { conn, lock }))
    }

    /// Releases the lock at once. Without this call, it is free when the server has noticed
    /// that the connection is closed.
    pub async fn release(mut self) -> Result<()> {
        let LockKey { class, key } = self.lock;
        sqlx::query_scalar!("select pg_advisory_unlock($1, $2)", class, key)
            .fetch_one(&mut *self.conn)
            .await?;
        Ok(())
    }
}

impl Deref for LockedConnection {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.conn
    }
}

impl DerefMut for LockedConnection {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.conn
    }
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
    /// Builds states and scores of the next model.
    NextModel = 22,
    /// Checks what scores said against what came after.
    SelfCheck = 23,
    /// Measures figures about all members.
    Figures = 24,
}

impl Job {
    /// Returns how long the job may pause between two statements, as Postgres reads it.
    /// Those that write what requests write, too, must go on soon.
    fn pauses(self) -> &'static str {
        match self {
            Self::Rank | Self::Census | Self::NextModel | Self::Figures => "60s",
            _ => "5s",
        }
    }
}
