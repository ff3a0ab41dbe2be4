//! The lines in which deliveries wait: each keeps the messages of one member and
//! webhook in order. Leases lines that are due, and records attempts.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::store::Result;
use renown_core::domain::{DeliveryState, WebhookId};

/// A leased line with its first delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leased {
    /// The webhook.
    pub webhook: WebhookId,
    /// The line: a member's id, or the nil UUID for messages without a member.
    pub line: Uuid,
    /// When the lease ends, so that another replica may take it.
    pub until: DateTime<Utc>,
    /// The position of the first pending message of the line.
    pub position: i64,
    /// The number of attempts so far.
    pub attempts: u32,
}

/// The result of an attempt to deliver the first message of a line.
#[derive(Debug, Clone)]
pub struct Finished {
    /// The lease.
    pub leased: Leased,
    /// The next step for the delivery.
    pub then: Then,
    /// The HTTP status of the answer, if there was one.
    pub status: Option<u16>,
    /// The failure in a word, if it failed.
    pub failure: Option<&'static str>,
}

/// What follows an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// It is delivered; the next message follows.
    Next,
    /// It is given up; the next message follows.
    GiveUp,
    /// It is tried again at this time.
    Again(DateTime<Utc>),
}

impl Then {
    fn state(self) -> DeliveryState {
        match self {
            Self::Next => DeliveryState::Delivered,
            Self::GiveUp => DeliveryState::Failed,
            Self::Again(_) => DeliveryState::Pending,
        }
    }

    fn retry_at(self) -> Option<DateTime<Utc>> {
        match self {
            Self::Again(at) => Some(at),
            Self::Next | Self::GiveUp => None,
        }
    }
}

/// Leases due lines, for each webhook at most the given number. Deletes lines without
/// pending deliveries.
pub async fn lease(
    conn: &mut PgConnection,
    free: &[(WebhookId, usize)],
    (now, until): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<Leased>> {
    let (webhooks, lines) = lock_due(conn, free, now).await?;
    if webhooks.is_empty() {
        return Ok(Vec::new());
    }
    // A separate statement, so that it sees what was queued before the lines were
    // locked.
    let rows = sqlx::query!(
        r#"select l.webhook_id as "webhook_id!: WebhookId", l.line as "line!",
                  first.position as "position?", first.attempts as "attempts?"
           from unnest($1::uuid[], $2::uuid[]) as l (webhook_id, line)
           left join lateral (
               select position, attempts from webhook_deliveries d
               where d.webhook_id = l.webhook_id and d.line = l.line and state = 'pending'
               order by position limit 1) as first on true
           order by first.position"#,
        &webhooks as _,
        &lines
    )
    .fetch_all(&mut *conn)
    .await?;
    let empty = rows.iter().filter(|row| row.position.is_none());
    let empty: Vec<(WebhookId, Uuid)> = empty.map(|row| (row.webhook_id, row.line)).collect();
    clear(conn, &empty).await?;
    let leased = rows.into_iter().filter_map(|row| {
        Some(Leased {
            webhook: row.webhook_id,
            line: row.line,
            until,
            position: row.position?,
            attempts: row.attempts?.cast_unsigned(),
        })
    });
    let leased: Vec<Leased> = leased.collect();
    mark_leased(conn, &leased, until).await?;
    Ok(leased)
}

/// Locks due lines that are not leased.
async fn lock_due(
    conn: &mut PgConnection,
    free: &[(WebhookId, usize)],
    now: DateTime<Utc>,
) -> Result<(Vec<WebhookId>, Vec<Uuid>)> {
    let ids: Vec<WebhookId> = free.iter().map(|(id, _)| *id).collect();
    let slots = free.iter().map(|(_, slots)| i64::try_from(*slots));
    let slots: Vec<i64> = slots.map(|slots| slots.unwrap_or(i64::MAX)).collect();
    let rows = sqlx::query!(
        r#"select due.webhook_id as "webhook_id!: WebhookId", due.line as "line!"
           from unnest($1::uuid[], $2::bigint[]) as free (webhook_id, slots)
           cross join lateral (
               select webhook_id, line from webhook_lines l
               where l.webhook_id = free.webhook_id and due_at <= $3
                 and (leased_until is null or leased_until <= $3)
               order by due_at limit free.slots for update skip locked) as due"#,
        ids as _,
        &slots,
        now
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.webhook_id, row.line))
        .unzip())
}

async fn clear(conn: &mut PgConnection, lines: &[(WebhookId, Uuid)]) -> Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    let (webhooks, lines): (Vec<WebhookId>, Vec<Uuid>) = lines.iter().copied().unzip();
    sqlx::query!(
        "delete from webhook_lines l using unnest($1::uuid[], $2::uuid[]) as empty (webhook_id, line)
         where l.webhook_id = empty.webhook_id and l.line = empty.line",
        &webhooks as _,
        &lines
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn mark_leased(
    conn: &mut PgConnection,
    leased: &[Leased],
    until: DateTime<Utc>,
) -> Result<()> {
    let webhooks: Vec<_> = leased.iter().map(|one| one.webhook).collect();
    let lines: Vec<Uuid> = leased.iter().map(|one| one.line).collect();
    sqlx::query!(
        "update webhook_lines l set leased_until = $3
         from unnest($1::uuid[], $2::uuid[]) as due (webhook_id, line)
         where l.webhook_id = due.webhook_id and l.line = due.line",
        &webhooks as _,
        &lines,
        until
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Records the results of attempts and moves their lines on. Lines that another replica
/// has leased meanwhile are skipped. Returns how many were recorded.
pub async fn finish(
    conn: &mut PgConnection,
    finished: &[Finished],
    now: DateTime<Utc>,
) -> Result<usize> {
    let ours = lock(conn, finished).await?;
    let finished: Vec<&Finished> = finished
        .iter()
        .filter(|one| ours.contains(&(one.leased.webhook, one.leased.line)))
        .collect();
    if finished.is_empty() {
        return Ok(0);
    }
    write(conn, &finished, now).await?;
    move_on(conn, &finished, now).await?;
    Ok(finished.len())
}

/// Locks the lines whose lease is still ours. A transaction that queues a delivery in
/// them has either committed, so that the next statement sees it, or waits.
async fn lock(conn: &mut PgConnection, finished: &[Finished]) -> Result<Vec<(WebhookId, Uuid)>> {
    let webhooks: Vec<_> = finished.iter().map(|one| one.leased.webhook).collect();
    let lines: Vec<Uuid> = finished.iter().map(|one| one.leased.line).collect();
    let leases: Vec<DateTime<Utc>> = finished.iter().map(|one| one.leased.until).collect();
    let rows = sqlx::query!(
        "select l.webhook_id, l.line from webhook_lines l
         join unnest($1::uuid[], $2::uuid[], $3::timestamptz[])
             as ours (webhook_id, line, leased_until)
           on l.webhook_id = ours.webhook_id and l.line = ours.line
              and l.leased_until = ours.leased_until
         order by l.webhook_id, l.line for update of l",
        &webhooks as _,
        &lines,
        &leases
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.webhook_id, row.line))
        .collect())
}

async fn write(conn: &mut PgConnection, finished: &[&Finished], now: DateTime<Utc>) -> Result<()> {
    let webhooks: Vec<_> = finished.iter().map(|one| one.leased.webhook).collect();
    let positions: Vec<i64> = finished.iter().map(|one| one.leased.position).collect();
    let states: Vec<DeliveryState> = finished.iter().map(|one| one.then.state()).collect();
    let statuses: Vec<Option<i16>> = finished
        .iter()
        .map(|one| one.status.map(u16::cast_signed))
        .collect();
    let failures: Vec<Option<&str>> = finished.iter().map(|one| one.failure).collect();
    let retries: Vec<Option<DateTime<Utc>>> =
        finished.iter().map(|one| one.then.retry_at()).collect();
    sqlx::query!(
        "update webhook_deliveries d
         set state = new.state, attempts = d.attempts + 1, attempted_at = $7,
             status = new.status, failure = new.failure, retry_at = new.retry_at
         from unnest($1::uuid[], $2::bigint[], $3::text[], $4::smallint[], $5::text[],
                     $6::timestamptz[])
             as new (webhook_id, position, state, status, failure, retry_at)
         where d.webhook_id = new.webhook_id and d.position = new.position",
        &webhooks as _,
        &positions,
        states as _,
        statuses as _,
        failures as _,
        retries as _,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Deletes lines without pending deliveries. The others become due at once, or at the
/// time of the next attempt.
async fn move_on(
    conn: &mut PgConnection,
    finished: &[&Finished],
    now: DateTime<Utc>,
) -> Result<()> {
    let webhooks: Vec<_> = finished.iter().map(|one| one.leased.webhook).collect();
    let lines: Vec<Uuid> = finished.iter().map(|one| one.leased.line).collect();
    let due: Vec<DateTime<Utc>> = finished
        .iter()
        .map(|one| one.then.retry_at().unwrap_or(now))
        .collect();
    sqlx::query!(
        "delete from webhook_lines l
         using unnest($1::uuid[], $2::uuid[]) as ours (webhook_id, line)
         where l.webhook_id = ours.webhook_id and l.line = ours.line
           and not exists (select 1 from webhook_deliveries d
                           where d.webhook_id = l.webhook_id and d.line = l.line
                             and d.state = 'pending')",
        &webhooks as _,
        &lines
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "update webhook_lines l set due_at = ours.due_at, leased_until = null
         from unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) as ours (webhook_id, line, due_at)
         where l.webhook_id = ours.webhook_id and l.line = ours.line",
        &webhooks as _,
        &lines,
        &due
    )
    .execute(conn)
    .await?;
    Ok(())
}
