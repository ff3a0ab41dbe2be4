//! Connectors: what each follows, how far it has come, and what it took in.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;

use crate::store::Result;
use renown_core::domain::{ConnectorKind, ConnectorName};

/// A connector as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredConnector {
    /// Its name.
    pub name: ConnectorName,
    /// What kind of thing it follows.
    pub kind: ConnectorKind,
    /// What it follows, in words for operators.
    pub follows: String,
    /// Where it goes on; absent before the first batch.
    pub cursor: Option<Value>,
    /// The number of new events.
    pub accepted: i64,
    /// The number of events that the log had already.
    pub duplicates: i64,
    /// The number of items that mean nothing to a score.
    pub ignored: i64,
    /// The number of items that are wrong.
    pub rejected: i64,
    /// The number of failed attempts to read.
    pub failures: i64,
    /// The time of the latest event that it has read.
    pub latest_event_at: Option<DateTime<Utc>>,
    /// When it last had an answer.
    pub contacted_at: Option<DateTime<Utc>>,
    /// When it last failed.
    pub failed_at: Option<DateTime<Utc>>,
    /// Why it last failed.
    pub failure: Option<String>,
}

/// What a batch adds to a connector.
#[derive(Debug, Clone, PartialEq)]
pub struct ConnectorProgress {
    /// Where to go on.
    pub cursor: Value,
    /// New events.
    pub accepted: u64,
    /// Events that the log had already.
    pub duplicates: u64,
    /// Items that mean nothing to a score.
    pub ignored: u64,
    /// Items that are wrong.
    pub rejected: u64,
    /// The time of the latest event of the batch.
    pub latest_event_at: Option<DateTime<Utc>>,
    /// The present.
    pub at: DateTime<Utc>,
}

/// Returns the connector of a name; makes it if there is none. `follows` is noted; the kind of
/// one that is there stays.
pub async fn open(
    conn: &mut PgConnection,
    name: &ConnectorName,
    kind: ConnectorKind,
    follows: &str,
    now: DateTime<Utc>,
) -> Result<StoredConnector> {
    let stored = sqlx::query_as!(
        StoredConnector,
        "insert into connectors (name, kind, follows, created_at) values ($1, $2, $3, $4)
         on conflict (name) do update
         set follows = case when connectors.kind = excluded.kind then excluded.follows
                            else connectors.follows end
         returning name, kind, follows, cursor, accepted, duplicates, ignored, rejected, failures,
             latest_event_at, contacted_at, failed_at, failure",
        name as _,
        kind as _,
        follows,
        now
    )
    .fetch_one(conn)
    .await?;
    Ok(stored)
}

/// Returns all connectors, by name.
pub async fn all(conn: &mut PgConnection) -> Result<Vec<StoredConnector>> {
    let stored = sqlx::query_as!(
        StoredConnector,
        "select name, kind, follows, cursor, accepted, duplicates, ignored, rejected, failures,
             latest_event_at, contacted_at, failed_at, failure
         from connectors order by name"
    )
    .fetch_all(conn)
    .await?;
    Ok(stored)
}

/// Notes a batch whose events are committed. Returns whether the connector is still there.
pub async fn advance(
    conn: &mut PgConnection,
    name: &ConnectorName,
    progress: &ConnectorProgress,
) -> Result<bool> {
    let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let updated = sqlx::query!(
        "update connectors
         set cursor = $2, accepted = accepted + $3, duplicates = duplicates + $4,
             ignored = ignored + $5, rejected = rejected + $6,
             latest_event_at = greatest(latest_event_at, $7), contacted_at = $8
         where name = $1",
        name as _,
        progress.cursor,
        number(progress.accepted),
        number(progress.duplicates),
        number(progress.ignored),
        number(progress.rejected),
        progress.latest_event_at,
        progress.at
    )
    .execute(conn)
    .await?;
    Ok(updated.rows_affected() > 0)
}

/// Notes a failure.
pub async fn fail(
    conn: &mut PgConnection,
    name: &ConnectorName,
    failure: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "update connectors set failures = failures + 1, failed_at = $3, failure = $2
         where name = $1",
        name as _,
        failure,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Removes a connector; its events stay. Returns whether there was one.
pub async fn remove(conn: &mut PgConnection, name: &ConnectorName) -> Result<bool> {
    let removed = sqlx::query!("delete from connectors where name = $1", name as _)
        .execute(conn)
        .await?;
    Ok(removed.rows_affected() > 0)
}
