//! Stored answers to idempotent requests, kept for 24 hours.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

use crate::store::{Result, StoreError};
use renown_core::domain::{CallerId, IdempotencyKey};

/// How long an answer is kept.
pub const KEPT: TimeDelta = TimeDelta::hours(24);

/// The most rows that one statement deletes.
const PRUNED_AT_ONCE: i64 = 5_000;

/// A stored answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredReply {
    /// The SHA-256 of the request.
    pub fingerprint: Vec<u8>,
    /// The HTTP status.
    pub status: u16,
    /// The media type of the body.
    pub content_type: String,
    /// The `Location` header, if the request created something.
    pub location: Option<String>,
    /// The body, byte for byte.
    pub body: Vec<u8>,
}

/// Locks an idempotency key until the end of the transaction; `false` if another
/// transaction has it, because the same request is running.
pub async fn try_begin(
    conn: &mut PgConnection,
    caller: CallerId,
    name: &IdempotencyKey,
) -> Result<bool> {
    let text = format!("idempotency {caller} {name}");
    // Two keys with the same hash exclude each other, which does no harm.
    Ok(sqlx::query_scalar!(
        r#"select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as "locked!""#,
        text
    )
    .fetch_one(conn)
    .await?)
}

/// Returns the stored answer to a request, if there is one.
pub async fn get(
    conn: &mut PgConnection,
    caller: CallerId,
    name: &IdempotencyKey,
) -> Result<Option<StoredReply>> {
    let row = sqlx::query!(
        "select fingerprint, status, content_type, location, body
         from idempotency_keys where key_id = $1 and name = $2",
        caller as _,
        name as _
    )
    .fetch_optional(conn)
    .await?;
    row.map(|row| {
        Ok(StoredReply {
            fingerprint: row.fingerprint,
            status: u16::try_from(row.status)
                .map_err(|_| StoreError::Corrupt("a stored answer's status".into()))?,
            content_type: row.content_type,
            location: row.location,
            body: row.body,
        })
    })
    .transpose()
}

/// Stores an answer.
pub async fn add(
    conn: &mut PgConnection,
    caller: CallerId,
    name: &IdempotencyKey,
    answer: &StoredReply,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "insert into idempotency_keys
             (key_id, name, fingerprint, status, content_type, location, body, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        caller as _,
        name as _,
        answer.fingerprint,
        i16::try_from(answer.status).unwrap_or(i16::MAX),
        answer.content_type,
        answer.location.as_deref(),
        answer.body,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Deletes a batch of answers from before a time and returns how many.
pub async fn prune(conn: &mut PgConnection, before: DateTime<Utc>) -> Result<u64> {
    let done = sqlx::query!(
        "delete from idempotency_keys where (key_id, name) in
             (select key_id, name from idempotency_keys where created_at < $1
              order by created_at limit $2)",
        before,
        PRUNED_AT_ONCE
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}
