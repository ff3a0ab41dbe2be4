//! Deliveries: a message for a webhook each, queued by the relay, and kept as
//! the log of what became of them.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::store::{Result, StoreError};
use renown_core::domain::{MemberId, MessageKind, ProgramId, WebhookId};

/// A message for a webhook, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The id of the message, which is the `webhook-id` of every attempt.
    pub message: Uuid,
    /// The message's position in the outbox.
    pub position: i64,
    /// What it tells.
    pub kind: MessageKind,
    /// When that happened.
    pub at: DateTime<Utc>,
    /// In which program, if in one.
    pub program: Option<ProgramId>,
    /// To whom, if to somebody.
    pub member: Option<MemberId>,
    /// Where it stands.
    pub state: DeliveryState,
    /// Attempts so far; since a replay, if there was one.
    pub attempts: u32,
    /// The last of them.
    pub attempted_at: Option<DateTime<Utc>>,
    /// The status that it was answered with.
    pub status: Option<u16>,
    /// What was in its way, in a word.
    pub failure: Option<String>,
    /// When the next one is due, after one that failed.
    pub retry_at: Option<DateTime<Utc>>,
}

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryState {
    /// It is waiting for its first attempt or the next one.
    Pending,
    /// The receiver took it.
    Delivered,
    /// It was given up.
    Failed,
}

impl DeliveryState {
    /// Every state with its name.
    pub const ALL: [(Self, &str); 3] = [
        (Self::Pending, "pending"),
        (Self::Delivered, "delivered"),
        (Self::Failed, "failed"),
    ];

    /// The name.
    pub fn as_str(self) -> &'static str {
        Self::ALL[self as usize].1
    }

    fn parse(text: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|(_, name)| *name == text);
        let unknown = || StoreError::Corrupt(format!("a delivery that is '{text}'"));
        found.map(|(state, _)| state).ok_or_else(unknown)
    }
}

struct Row {
    event_id: Uuid,
    position: i64,
    kind: String,
    at: DateTime<Utc>,
    program_id: Option<String>,
    member_id: Option<Uuid>,
    state: String,
    attempts: i32,
    attempted_at: Option<DateTime<Utc>>,
    status: Option<i16>,
    failure: Option<String>,
    retry_at: Option<DateTime<Utc>>,
}

impl TryFrom<Row> for Delivery {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self> {
        let program = row.program_id.as_deref().map(ProgramId::parse);
        Ok(Self {
            message: row.event_id,
            position: row.position,
            kind: row.kind.parse()?,
            at: row.at,
            program: program.transpose()?,
            member: row.member_id.map(MemberId),
            state: DeliveryState::parse(&row.state)?,
            attempts: row.attempts.cast_unsigned(),
            attempted_at: row.attempted_at,
            status: row.status.map(i16::cast_unsigned),
            failure: row.failure,
            retry_at: row.retry_at,
        })
    }
}

/// Queues the messages after one position and up to another for every webhook
/// that wants them.
///
/// # Errors
/// If the database does not answer.
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
    // A line that is there already may be waiting for its next attempt: it waits on.
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

/// Queues for one webhook what it wants of the messages after a position and
/// was not queued before. Says how many.
///
/// # Errors
/// If the database does not answer.
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
        id.0,
        after,
        Uuid::nil()
    )
    .execute(&mut *conn)
    .await?;
    wake_lines(conn, id, after, now).await?;
    Ok(queued.rows_affected())
}

/// Makes deliveries after a position that are over pending again, as if they had
/// never been attempted. Says how many.
///
/// # Errors
/// If the database does not answer.
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
        id.0,
        after
    )
    .execute(&mut *conn)
    .await?;
    wake_lines(conn, id, after, now).await?;
    Ok(repeated.rows_affected())
}

/// Makes one delivery pending again, and its line due at once.
///
/// # Errors
/// If the database does not answer.
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
        id.0,
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
        id.0,
        message,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Makes the lines of what is pending after a position due at once.
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
        id.0,
        after,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// One delivery of a webhook.
///
/// # Errors
/// If the database does not answer.
pub async fn get(
    conn: &mut PgConnection,
    id: WebhookId,
    message: Uuid,
) -> Result<Option<Delivery>> {
    let row = sqlx::query_as!(
        Row,
        r#"select d.event_id, d.position, o.type as kind, o.at, o.program_id, o.member_id, d.state,
                  d.attempts, d.attempted_at, d.status, d.failure, d.retry_at
           from webhook_deliveries d join outbox o on o.position = d.position
           where d.webhook_id = $1 and d.event_id = $2"#,
        id.0,
        message
    )
    .fetch_optional(conn)
    .await?;
    row.map(TryInto::try_into).transpose()
}

/// A page of a webhook's deliveries, latest first, before a position.
///
/// # Errors
/// If the database does not answer.
pub async fn page(
    conn: &mut PgConnection,
    id: WebhookId,
    state: Option<DeliveryState>,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Delivery>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select d.event_id, d.position, o.type as kind, o.at, o.program_id, o.member_id, d.state,
                  d.attempts, d.attempted_at, d.status, d.failure, d.retry_at
           from webhook_deliveries d join outbox o on o.position = d.position
           where d.webhook_id = $1 and ($2::text is null or d.state = $2)
             and ($3::bigint is null or d.position < $3)
           order by d.position desc limit $4"#,
        id.0,
        state.map(DeliveryState::as_str),
        before,
        limit
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// How many deliveries are pending, of webhooks that are there.
///
/// # Errors
/// If the database does not answer.
pub async fn count_pending(conn: &mut PgConnection) -> Result<i64> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from webhook_deliveries d
           join webhooks w using (webhook_id)
           where d.state = 'pending' and w.deleted_at is null"#
    )
    .fetch_one(conn)
    .await?;
    Ok(count)
}
