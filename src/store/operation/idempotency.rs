//! Answers to requests that have a name, kept for a day.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

use crate::store::{Result, StoreError};
use renown_core::domain::{IdempotencyKey, KeyId};

/// How long an answer is kept.
pub const KEPT: TimeDelta = TimeDelta::hours(24);

/// Rows that one statement prunes.
const PRUNED_AT_ONCE: i64 = 5_000;

/// An answer as it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredReply {
    /// SHA-256 of what was asked.
    pub fingerprint: Vec<u8>,
    /// The HTTP status.
    pub status: u16,
    /// The media type of the body.
    pub content_type: String,
    /// Where what was made is to be found.
    pub location: Option<String>,
    /// The body.
    pub body: Vec<u8>,
}

/// Takes a request's name until the transaction ends. `false` if another
/// transaction has it: the same request is under way.
///
/// # Errors
/// If the database does not answer.
pub async fn try_begin(
    conn: &mut PgConnection,
    caller: KeyId,
    name: &IdempotencyKey,
) -> Result<bool> {
    let text = format!("idempotency {caller} {name}");
    // Two names that share a hash wait for each other, which does no harm.
    Ok(sqlx::query_scalar!(
        r#"select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as "locked!""#,
        text
    )
    .fetch_one(conn)
    .await?)
}

/// The answer to a request, if there was one.
///
/// # Errors
/// If the database does not answer.
pub async fn get(
    conn: &mut PgConnection,
    caller: KeyId,
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

/// Keeps an answer.
///
/// # Errors
/// If the database does not answer.
pub async fn add(
    conn: &mut PgConnection,
    caller: KeyId,
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

/// Forgets a batch of old answers; says how many.
///
/// # Errors
/// If the database does not answer.
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
