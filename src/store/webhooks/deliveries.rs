//! Deliveries: one for each message and webhook, queued by the relay and kept as a log.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::store::Result;
use renown_core::domain::{Delivery, DeliveryState, MemberId, MessageKind, ProgramId, WebhookId};

struct Row {
    event_id: Uuid,
    position: i64,
    kind: MessageKind,
    at: DateTime<Utc>,
    program_id: Option<ProgramId>,
    member_id: Option<MemberId>,
    state: DeliveryState,
    attempts: i32,
    attempted_at: Option<DateTime<Utc>>,
    status: Option<i16>,
    failure: Option<String>,
    retry_at: Option<DateTime<Utc>>,
}

/// Selects deliveries with their messages; `$which` continues the statement after
/// `from`.
macro_rules! deliveries {
    ($which:tt, $($argument:expr),+ $(,)?) => {
        sqlx::query_as!(
            Row,
            "select d.event_id, d.position, o.type as kind, o.at, o.program_id, o.member_id, d.state,
                    d.attempts, d.attempted_at, d.status, d.failure, d.retry_at
             from webhook_deliveries d join outbox o on o.position = d.position " + $which,
            $($argument),+
        )
    };
}

impl From<Row> for Delivery {
    fn from(row: Row) -> Self {
        Self {
            message: row.event_id,
            position: row.position,
            kind: row.kind,
            at: row.at,
            program: row.program_id,
            member: row.member_id,
            state: row.state,
            attempts: row.attempts.cast_unsigned(),
            attempted_at: row.attempted_at,
            status: row.status.map(i16::cast_unsigned),
            failure: row.failure,
            retry_at: row.retry_at,
        }
    }
}

/// Queues the messages after one position, up to another, for every enabled webhook
/// whose filter they match.
pub async fn fan_out(
    conn: &mut PgConnection,
    (after, up_to): (i64, i64),
    now: DateTime<Utc>,
) -> Result<()> {
    let queued = sqlx::query!(
        "insert into webhook_deliveries (webhook_id, position, event_id, line, state)
         select w.webhook_id, o.position, o.event_id, coalesce(o.member_id, $3), 'pending'
         from outbox o
         join webhooks w on w.deleted_at is null and w.disabled_at is null
             and (cardinality(w.types) = 0 or o.type = any(w.types))
             and (w.program_id is null or w.program_id = o.program_id)
         where o.position > $1 and o.position <= $2
         order by w.webhook_id, o.position",
        after,
        up_to,
        Uuid::nil()
    )
    .execute(&mut *conn)
    .await?;
    if queued.rows_affected() == 0 {
        return Ok(());
    }
    // A line that exists may be waiting for its next attempt; its time stays.
    sqlx::query!(
        "insert into webhook_lines (webhook_id, line, due_at)
         select distinct webhook_id, line, $3::timestamptz from webhook_deliveries
         where position > $1 and position <= $2
         order by webhook_id, line
         on conflict (webhook_id, line) do update set due_at = webhook_lines.due_at",
        after,
        up_to,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Queues for one webhook the messages after a position that match its filter and were
/// not queued before. Returns how many.
pub async fn catch_up(
    conn: &mut PgConnection,
    id: WebhookId,
    after: i64,
    now: DateTime<Utc>,
) -> Result<u64> {
    let queued = sqlx::query!(
        "insert into webhook_deliveries (webhook_id, position, event_id, line, state)
         select w.webhook_id, o.position, o.event_id, coalesce(o.member_id, $3), 'pending'
         from outbox o
         join webhooks w on w.webhook_id = $1
             and (cardinality(w.types) = 0 or o.type = any(w.types))
             and (w.program_id is null or w.program_id = o.program_id)
         where o.position > $2
         order by o.position
         on conflict (webhook_id, position) do nothing",
        id as _,
        after,
        Uuid::nil()
    )
    .execute(&mut *conn)
    .await?;
    wake_lines(conn, id, after, now).await?;
    Ok(queued.rows_affected())
}

/// Makes delivered and failed deliveries after a position pending again, with no
/// attempts. Returns how many.
pub async fn repeat(
    conn: &mut PgConnection,
    id: WebhookId,
    after: i64,
    now: DateTime<Utc>,
) -> Result<u64> {
    let repeated = sqlx::query!(
        "update webhook_deliveries
         set state = 'pending', attempts = 0, attempted_at = null, status = null, failure = null,
             retry_at = null
         where webhook_id = $1 and position > $2 and state <> 'pending'",
        id as _,
        after
    )
    .execute(&mut *conn)
    .await?;
    wake_lines(conn, id, after, now).await?;
    Ok(repeated.rows_affected())
}

/// Makes one delivery pending again, and its line due at once.
pub async fn repeat_one(
    conn: &mut PgConnection,
    id: WebhookId,
    message: Uuid,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "update webhook_deliveries
         set state = 'pending', attempts = 0, attempted_at = null, status = null, failure = null,
             retry_at = null
         where webhook_id = $1 and event_id = $2 and state <> 'pending'",
        id as _,
        message
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "insert into webhook_lines (webhook_id, line, due_at)
         select webhook_id, line, $3::timestamptz from webhook_deliveries
         where webhook_id = $1 and event_id = $2 and state = 'pending'
         on conflict (webhook_id, line) do update
         set due_at = least(webhook_lines.due_at, excluded.due_at)",
        id as _,
        message,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Makes the lines with pending deliveries after a position due at once.
async fn wake_lines(
    conn: &mut PgConnection,
    id: WebhookId,
    after: i64,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "insert into webhook_lines (webhook_id, line, due_at)
         select distinct webhook_id, line, $3::timestamptz from webhook_deliveries
         where webhook_id = $1 and position > $2 and state = 'pending'
         order by webhook_id, line
         on conflict (webhook_id, line) do update
         set due_at = least(webhook_lines.due_at, excluded.due_at)",
        id as _,
        after,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Returns a delivery of a webhook.
pub async fn get(
    conn: &mut PgConnection,
    id: WebhookId,
    message: Uuid,
) -> Result<Option<Delivery>> {
    let row = deliveries!(
        "where d.webhook_id = $1 and d.event_id = $2",
        id as _,
        message
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(Into::into))
}

/// Returns a page of a webhook's deliveries, latest first, before a position.
pub async fn page(
    conn: &mut PgConnection,
    id: WebhookId,
    state: Option<DeliveryState>,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Delivery>> {
    let rows = deliveries!(
        "where d.webhook_id = $1 and ($2::text is null or d.state = $2)
             and ($3::bigint is null or d.position < $3)
           order by d.position desc limit $4",
        id as _,
        state as _,
        before,
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// The pending deliveries of webhooks that were not deleted.
#[derive(Debug)]
pub struct PendingDeliveries {
    /// How many there are.
    pub count: i64,
    /// When the oldest of their messages was written; `None` if there is none.
    pub oldest: Option<DateTime<Utc>>,
}

/// Counts the pending deliveries.
pub async fn count_pending(conn: &mut PgConnection) -> Result<PendingDeliveries> {
    let pending = sqlx::query_as!(
        PendingDeliveries,
        r#"with pending as (
               select d.position from webhook_deliveries d
               join webhooks w using (webhook_id)
               where d.state = 'pending' and w.deleted_at is null)
           select (select count(*) from pending) as "count!",
                  (select o.at from outbox o
                   where o.position = (select min(position) from pending)) as oldest"#
    )
    .fetch_one(conn)
    .await?;
    Ok(pending)
}
