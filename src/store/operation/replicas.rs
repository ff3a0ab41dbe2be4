//! What running replicas say about themselves, and the time of the database.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::store::Result;

/// How long the rows of a replica that no longer writes them are kept.
const KEPT: TimeDelta = TimeDelta::hours(1);

/// A running replica.
#[derive(Debug, Clone, PartialEq)]
pub struct Replica {
    /// Its id, a new one at each start.
    pub id: Uuid,
    /// The address that it serves.
    pub serves: String,
    /// The version of its binary.
    pub version: String,
    /// When it started.
    pub started_at: DateTime<Utc>,
    /// When it wrote this row.
    pub seen_at: DateTime<Utc>,
    /// How many seconds the clock of its machine is ahead of the database's.
    pub clock_skew_seconds: f64,
}

/// How the rounds of a job went on one replica.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JobRuns {
    /// The name of the job.
    pub job: String,
    /// When a round last succeeded.
    pub last_success_at: Option<DateTime<Utc>>,
    /// When a round last failed.
    pub last_failure_at: Option<DateTime<Utc>>,
    /// Since when all rounds have failed; `None` if the last one succeeded.
    pub failing_since: Option<DateTime<Utc>>,
    /// The error of the last failure.
    pub failure: Option<String>,
}

/// Returns the database's present time, which moves on within a transaction.
pub async fn database_time(conn: &mut PgConnection) -> Result<DateTime<Utc>> {
    let now = sqlx::query_scalar!(r#"select clock_timestamp() as "now!""#);
    Ok(now.fetch_one(conn).await?)
}

/// Writes the rows of a replica, and deletes those of replicas that write no more.
pub async fn record(conn: &mut PgConnection, replica: &Replica, jobs: &[JobRuns]) -> Result<()> {
    sqlx::query!(
        "insert into replicas (replica_id, reached_from, serves, version, started_at, seen_at,
             clock_skew_seconds)
         values ($1, coalesce(host(inet_client_addr()), 'its own machine'), $2, $3, $4, $5, $6)
         on conflict (replica_id) do update
         set seen_at = excluded.seen_at, clock_skew_seconds = excluded.clock_skew_seconds",
        replica.id,
        replica.serves,
        replica.version,
        replica.started_at,
        replica.seen_at,
        replica.clock_skew_seconds
    )
    .execute(&mut *conn)
    .await?;
    let names: Vec<&str> = jobs.iter().map(|runs| runs.job.as_str()).collect();
    let successes: Vec<_> = jobs.iter().map(|runs| runs.last_success_at).collect();
    let failures: Vec<_> = jobs.iter().map(|runs| runs.last_failure_at).collect();
    let failing: Vec<_> = jobs.iter().map(|runs| runs.failing_since).collect();
    let errors: Vec<_> = jobs.iter().map(|runs| runs.failure.as_deref()).collect();
    sqlx::query!(
        "insert into job_runs
             (replica_id, job, last_success_at, last_failure_at, failing_since, failure)
         select $1, * from unnest($2::text[], $3::timestamptz[], $4::timestamptz[],
             $5::timestamptz[], $6::text[])
         on conflict (replica_id, job) do update
         set last_success_at = excluded.last_success_at,
             last_failure_at = excluded.last_failure_at,
             failing_since = excluded.failing_since, failure = excluded.failure",
        replica.id,
        names as _,
        successes as _,
        failures as _,
        failing as _,
        errors as _
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "delete from replicas where replica_id in
             (select replica_id from replicas where seen_at < $1
              order by replica_id for update skip locked)",
        replica.seen_at - KEPT
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Deletes the rows of a replica that stops.
pub async fn remove(conn: &mut PgConnection, id: Uuid) -> Result<()> {
    sqlx::query!("delete from replicas where replica_id = $1", id)
        .execute(conn)
        .await?;
    Ok(())
}

/// Returns the replicas whose rows are kept, the oldest first.
pub async fn list(conn: &mut PgConnection) -> Result<Vec<Replica>> {
    let replicas = sqlx::query_as!(
        Replica,
        r#"select replica_id as id, reached_from || ' (serving ' || serves || ')' as "serves!",
                  version, started_at, seen_at, clock_skew_seconds
           from replicas order by started_at, replica_id"#
    );
    Ok(replicas.fetch_all(conn).await?)
}

/// Returns how the jobs of a replica went.
pub async fn job_runs(conn: &mut PgConnection, replica: Uuid) -> Result<Vec<JobRuns>> {
    let runs = sqlx::query_as!(
        JobRuns,
        "select job, last_success_at, last_failure_at, failing_since, failure
         from job_runs where replica_id = $1 order by job",
        replica
    );
    Ok(runs.fetch_all(conn).await?)
}
