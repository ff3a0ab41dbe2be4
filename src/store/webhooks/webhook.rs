//! Webhooks and their secrets.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use std::collections::BTreeMap;

use crate::store::Result;
use renown_core::domain::{
    Disabled, DisabledReason, MessageKind, ProgramId, Webhook, WebhookFormat, WebhookId,
    WebhookSecret, WebhookUrl,
};

struct Row {
    webhook_id: WebhookId,
    url: WebhookUrl,
    description: Option<String>,
    program_id: Option<ProgramId>,
    types: Vec<MessageKind>,
    format: WebhookFormat,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    disabled_at: Option<DateTime<Utc>>,
    disabled_reason: Option<DisabledReason>,
    disabled_after: Option<i64>,
}

/// Selects webhooks; `$which` continues the statement after `from`.
macro_rules! webhooks {
    ($which:tt, $($argument:expr),+ $(,)?) => {
        sqlx::query_as!(
            Row,
            "select webhook_id, url, description, program_id, types, format, created_at,
                    updated_at, disabled_at, disabled_reason, disabled_after
             from webhooks " + $which,
            $($argument),+
        )
    };
}

impl From<Row> for Webhook {
    fn from(row: Row) -> Self {
        Self {
            id: row.webhook_id,
            url: row.url,
            description: row.description,
            program: row.program_id,
            kinds: row.types,
            format: row.format,
            created_at: row.created_at,
            updated_at: row.updated_at,
            disabled: row.disabled_at.map(|at| Disabled {
                at,
                reason: row.disabled_reason.unwrap_or(DisabledReason::Asked),
                after: row.disabled_after.unwrap_or(0),
            }),
        }
    }
}

/// Inserts a webhook with its secret; `false` if there are `at_most` webhooks already.
pub async fn insert(
    conn: &mut PgConnection,
    webhook: &Webhook,
    secret: &WebhookSecret,
    at_most: i64,
) -> Result<bool> {
    // Concurrent inserts wait for each other, so that each is counted.
    sqlx::query!("lock table webhooks in share row exclusive mode")
        .execute(&mut *conn)
        .await?;
    let inserted = sqlx::query!(
        "insert into webhooks (webhook_id, url, description, program_id, types, format, created_at,
                               updated_at)
         select $1, $2, $3, $4, $5::text[], $6, $7, $7
         where (select count(*) from webhooks where deleted_at is null) < $8",
        webhook.id as _,
        webhook.url as _,
        webhook.description.as_deref(),
        webhook.program as _,
        webhook.kinds as _,
        webhook.format as _,
        webhook.created_at,
        at_most
    )
    .execute(&mut *conn)
    .await?;
    if inserted.rows_affected() == 0 {
        return Ok(false);
    }
    add_secret(conn, webhook.id, secret, webhook.created_at).await?;
    Ok(true)
}

async fn add_secret(
    conn: &mut PgConnection,
    id: WebhookId,
    secret: &WebhookSecret,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "insert into webhook_secrets (webhook_id, secret, created_at) values ($1, $2, $3)
         on conflict (webhook_id, secret) do update
         set created_at = excluded.created_at, expires_at = null",
        id as _,
        secret.bytes(),
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Returns all webhooks, or those of one program, oldest first.
pub async fn all(conn: &mut PgConnection, program: Option<&ProgramId>) -> Result<Vec<Webhook>> {
    let rows = webhooks!(
        "where deleted_at is null and ($1::text is null or program_id = $1)
         order by webhook_id",
        program as _
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Returns a webhook and locks it until the end of the transaction.
pub async fn lock(conn: &mut PgConnection, id: WebhookId) -> Result<Option<Webhook>> {
    let row = webhooks!(
        "where webhook_id = $1 and deleted_at is null for no key update",
        id as _
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(Into::into))
}

/// Writes the columns of a webhook that may change.
pub async fn update(conn: &mut PgConnection, webhook: &Webhook) -> Result<()> {
    let disabled = webhook.disabled.as_ref();
    sqlx::query!(
        "update webhooks
         set url = $2, description = $3, types = $4::text[], updated_at = $5, disabled_at = $6,
             disabled_reason = $7, disabled_after = $8, format = $9
         where webhook_id = $1",
        webhook.id as _,
        webhook.url as _,
        webhook.description.as_deref(),
        webhook.kinds as _,
        webhook.updated_at,
        disabled.map(|disabled| disabled.at),
        disabled.map(|disabled| disabled.reason) as _,
        disabled.map(|disabled| disabled.after),
        webhook.format as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Disables webhooks whose receivers answered that they are gone. Disabled ones stay as
/// they are.
pub async fn disable_gone(
    conn: &mut PgConnection,
    ids: &[WebhookId],
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "update webhooks
         set disabled_at = $2, disabled_reason = $3, updated_at = $2,
             disabled_after = (select position from outbox_head)
         where webhook_id = any($1) and disabled_at is null",
        ids as _,
        now,
        DisabledReason::Gone as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Marks a webhook as deleted and deletes its secrets; `false` if there is no such
/// webhook. [`clear_deleted`] deletes its deliveries.
pub async fn delete(conn: &mut PgConnection, id: WebhookId, now: DateTime<Utc>) -> Result<bool> {
    let deleted = sqlx::query!(
        "update webhooks set deleted_at = $2 where webhook_id = $1 and deleted_at is null",
        id as _,
        now
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!("delete from webhook_secrets where webhook_id = $1", id as _)
        .execute(conn)
        .await?;
    Ok(deleted.rows_affected() == 1)
}

/// Deletes up to `limit` deliveries of deleted webhooks, and then the webhooks without
/// deliveries. Returns the number of deliveries.
pub async fn clear_deleted(conn: &mut PgConnection, limit: i64) -> Result<u64> {
    let cleared = sqlx::query!(
        "delete from webhook_deliveries where (webhook_id, position) in
             (select d.webhook_id, d.position from webhook_deliveries d
              join webhooks w using (webhook_id) where w.deleted_at is not null limit $1)",
        limit
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "delete from webhook_lines l using webhooks w
         where w.webhook_id = l.webhook_id and w.deleted_at is not null
           and not exists (select 1 from webhook_deliveries d where d.webhook_id = w.webhook_id)"
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "delete from webhooks w where deleted_at is not null
         and not exists (select 1 from webhook_deliveries d where d.webhook_id = w.webhook_id)
         and not exists (select 1 from webhook_lines l where l.webhook_id = w.webhook_id)"
    )
    .execute(conn)
    .await?;
    Ok(cleared.rows_affected())
}

/// Adds a secret that signs from now on. Earlier secrets sign until `until`.
pub async fn rotate(
    conn: &mut PgConnection,
    id: WebhookId,
    secret: &WebhookSecret,
    (now, until): (DateTime<Utc>, DateTime<Utc>),
) -> Result<()> {
    sqlx::query!(
        "delete from webhook_secrets where webhook_id = $1 and expires_at <= $2",
        id as _,
        now
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "update webhook_secrets set expires_at = $2 where webhook_id = $1 and expires_at is null",
        id as _,
        until
    )
    .execute(&mut *conn)
    .await?;
    add_secret(conn, id, secret, now).await
}

/// Returns the secrets that sign at a time, by webhook, newest first.
pub async fn secrets(
    conn: &mut PgConnection,
    ids: &[WebhookId],
    now: DateTime<Utc>,
) -> Result<BTreeMap<WebhookId, Vec<WebhookSecret>>> {
    let rows = sqlx::query!(
        "select webhook_id, secret from webhook_secrets
         where webhook_id = any($1) and (expires_at is null or expires_at > $2)
         order by webhook_id, expires_at desc nulls first, created_at desc",
        ids as _,
        now
    )
    .fetch_all(conn)
    .await?;
    let mut secrets: BTreeMap<WebhookId, Vec<WebhookSecret>> = BTreeMap::new();
    for row in rows {
        let of_webhook = secrets.entry(row.webhook_id).or_default();
        of_webhook.push(WebhookSecret::new(row.secret)?);
    }
    Ok(secrets)
}
