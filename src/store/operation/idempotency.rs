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

/// An idempotency key of a caller.
pub type CallersKey<'k> = (CallerId, &'k IdempotencyKey);

fn columns<'k>(keys: &[CallersKey<'k>]) -> (Vec<CallerId>, Vec<&'k IdempotencyKey>) {
    keys.iter().copied().unzip()
}

/// Locks idempotency keys until the end of the transaction. Returns for each whether that
/// was possible: another transaction may have it, because the same request is running.
pub async fn try_begin(conn: &mut PgConnection, keys: &[CallersKey<'_>]) -> Result<Vec<bool>> {
    let texts = keys
        .iter()
        .map(|(caller, name)| format!("idempotency {caller} {name}"));
    let texts: Vec<String> = texts.collect();
    // Two keys with the same hash exclude each other, which does no harm.
    Ok(sqlx::query_scalar!(
        r#"select pg_try_advisory_xact_lock(hashtextextended(text, 0)) as "locked!"
           from unnest($1::text[]) with ordinality as asked (text, place) order by place"#,
        &texts
    )
    .fetch_all(conn)
    .await?)
}

/// Returns the stored answer to each request; `None` if there is none.
pub async fn get(
    conn: &mut PgConnection,
    keys: &[CallersKey<'_>],
) -> Result<Vec<Option<StoredReply>>> {
    let (callers, names) = columns(keys);
    let rows = sqlx::query!(
        r#"select place as "place!", fingerprint, status, content_type, location, body
           from unnest($1::uuid[], $2::text[]) with ordinality as asked (key_id, name, place)
           join idempotency_keys using (key_id, name)"#,
        callers as _,
        names as _
    )
    .fetch_all(conn)
    .await?;
    let mut replies = vec![None; keys.len()];
    for row in rows {
        let place = usize::try_from(row.place - 1).unwrap_or_default();
        replies[place] = Some(StoredReply {
            fingerprint: row.fingerprint,
            status: u16::try_from(row.status)
                .map_err(|_| StoreError::Corrupt("a stored answer's status".into()))?,
            content_type: row.content_type,
            location: row.location,
            body: row.body,
        });
    }
    Ok(replies)
}

/// Stores the answers to requests.
pub async fn add(
    conn: &mut PgConnection,
    answers: &[(CallersKey<'_>, StoredReply)],
    now: DateTime<Utc>,
) -> Result<()> {
    let keys: Vec<CallersKey<'_>> = answers.iter().map(|(key, _)| *key).collect();
    let (callers, names) = columns(&keys);
    let replies = || answers.iter().map(|(_, reply)| reply);
    sqlx::query!(
        "insert into idempotency_keys
             (key_id, name, fingerprint, status, content_type, location, body, created_at)
         select *, $8::timestamptz from unnest($1::uuid[], $2::text[], $3::bytea[], $4::smallint[],
             $5::text[], $6::text[], $7::bytea[])",
        callers as _,
        names as _,
        replies()
            .map(|reply| &reply.fingerprint[..])
            .collect::<Vec<_>>() as _,
        &replies()
            .map(|reply| i16::try_from(reply.status).unwrap_or(i16::MAX))
            .collect::<Vec<_>>(),
        replies()
            .map(|reply| &reply.content_type[..])
            .collect::<Vec<_>>() as _,
        replies()
            .map(|reply| reply.location.as_deref())
            .collect::<Vec<_>>() as _,
        replies().map(|reply| &reply.body[..]).collect::<Vec<_>>() as _,
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
