//! Webhooks and their secrets.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use std::collections::BTreeMap;
use uuid::Uuid;

use crate::store::{Result, StoreError};
use renown_core::domain::{MessageKind, ProgramId, WebhookId, WebhookSecret, WebhookUrl};

/// Somebody's wish to be told of what happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Its id.
    pub id: WebhookId,
    /// Where to.
    pub url: WebhookUrl,
    /// What its owner says about it.
    pub description: Option<String>,
    /// Only what happens in this program, if set.
    pub program: Option<ProgramId>,
    /// Only these kinds; all if empty.
    pub kinds: Vec<MessageKind>,
    /// Since when there is it.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Since when nothing is sent, and why; absent while it is enabled.
    pub disabled: Option<Disabled>,
}

/// How a webhook was disabled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disabled {
    /// When.
    pub at: DateTime<Utc>,
    /// By whom, in a word.
    pub reason: DisabledReason,
    /// The outbox's head then: what is later was not queued.
    pub after: i64,
}

/// Why a webhook is disabled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DisabledReason {
    /// Somebody said so.
    Asked,
    /// Its receiver answered 410.
    Gone,
}

impl DisabledReason {
    /// In a word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Gone => "gone",
        }
    }
}

struct Row {
    webhook_id: Uuid,
    url: String,
    description: Option<String>,
    program_id: Option<String>,
    types: Vec<String>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    disabled_at: Option<DateTime<Utc>>,
    disabled_reason: Option<String>,
    disabled_after: Option<i64>,
}

impl TryFrom<Row> for Webhook {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self> {
        let kinds = row.types.iter().map(|kind| kind.parse());
        let program = row.program_id.as_deref().map(ProgramId::parse);
        Ok(Self {
            id: WebhookId(row.webhook_id),
            url: WebhookUrl::parse(&row.url)?,
            description: row.description,
            program: program.transpose()?,
            kinds: kinds.collect::<Result<_, _>>()?,
            created_at: row.created_at,
            updated_at: row.updated_at,
            disabled: row.disabled_at.map(|at| Disabled {
                at,
                reason: match row.disabled_reason.as_deref() {
                    Some("gone") => DisabledReason::Gone,
                    _ => DisabledReason::Asked,
                },
                after: row.disabled_after.unwrap_or(0),
            }),
        })
    }
}

/// Adds a webhook with its secret, unless there are as many as there may be.
///
/// # Errors
/// If the database does not answer.
pub async fn insert(
    conn: &mut PgConnection,
    webhook: &Webhook,
    secret: &WebhookSecret,
    at_most: i64,
) -> Result<bool> {
    let kinds: Vec<&str> = webhook.kinds.iter().map(|kind| kind.as_str()).collect();
    // Two who come together wait for each other, so that both are counted.
    sqlx::query!("lock table webhooks in share row exclusive mode")
        .execute(&mut *conn)
        .await?;
    let inserted = sqlx::query!(
        "insert into webhooks (webhook_id, url, description, program_id, types, created_at, updated_at)
         select $1, $2, $3, $4, $5::text[], $6, $6
         where (select count(*) from webhooks where deleted_at is null) < $7",
        webhook.id.0,
        webhook.url.as_str(),
        webhook.description.as_deref(),
        webhook.program.as_ref().map(ProgramId::as_str),
        kinds as _,
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
        id.0,
        secret.bytes(),
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// All webhooks, or those of one program alone, oldest first.
///
/// # Errors
/// If the database does not answer.
pub async fn all(conn: &mut PgConnection, program: Option<&ProgramId>) -> Result<Vec<Webhook>> {
    let rows = sqlx::query_as!(
        Row,
        "select webhook_id, url, description, program_id, types, created_at, updated_at,
                disabled_at, disabled_reason, disabled_after
         from webhooks
         where deleted_at is null and ($1::text is null or program_id = $1)
         order by webhook_id",
        program.map(ProgramId::as_str)
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// One webhook, locked until the transaction ends.
///
/// # Errors
/// If the database does not answer.
pub async fn lock(conn: &mut PgConnection, id: WebhookId) -> Result<Option<Webhook>> {
    let row = sqlx::query_as!(
        Row,
        "select webhook_id, url, description, program_id, types, created_at, updated_at,
                disabled_at, disabled_reason, disabled_after
         from webhooks where webhook_id = $1 and deleted_at is null for no key update",
        id.0
    )
    .fetch_optional(conn)
    .await?;
    row.map(TryInto::try_into).transpose()
}

/// Makes a webhook what is wanted.
///
/// # Errors
/// If the database does not answer.
pub async fn update(conn: &mut PgConnection, webhook: &Webhook) -> Result<()> {
    let kinds: Vec<&str> = webhook.kinds.iter().map(|kind| kind.as_str()).collect();
    let disabled = webhook.disabled.as_ref();
    sqlx::query!(
        "update webhooks
         set url = $2, description = $3, types = $4::text[], updated_at = $5, disabled_at = $6,
             disabled_reason = $7, disabled_after = $8
         where webhook_id = $1",
        webhook.id.0,
        webhook.url.as_str(),
        webhook.description.as_deref(),
        kinds as _,
        webhook.updated_at,
        disabled.map(|disabled| disabled.at),
        disabled.map(|disabled| disabled.reason.as_str()),
        disabled.map(|disabled| disabled.after)
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Disables webhooks whose receivers are gone; one that is disabled already
/// stays as it is.
///
/// # Errors
/// If the database does not answer.
pub async fn disable_gone(
    conn: &mut PgConnection,
    ids: &[WebhookId],
    now: DateTime<Utc>,
) -> Result<()> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    sqlx::query!(
        "update webhooks
         set disabled_at = $2, disabled_reason = $3, updated_at = $2,
             disabled_after = (select position from outbox_head)
         where webhook_id = any($1) and disabled_at is null",
        &ids,
        now,
        DisabledReason::Gone.as_str()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Deletes a webhook: for its owner it is gone, its secrets too. What was
/// queued is cleared away by [`clear_deleted`]. `false` if there was none.
///
/// # Errors
/// If the database does not answer.
pub async fn delete(conn: &mut PgConnection, id: WebhookId, now: DateTime<Utc>) -> Result<bool> {
    let deleted = sqlx::query!(
        "update webhooks set deleted_at = $2 where webhook_id = $1 and deleted_at is null",
        id.0,
        now
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!("delete from webhook_secrets where webhook_id = $1", id.0)
        .execute(conn)
        .await?;
    Ok(deleted.rows_affected() == 1)
}

/// Clears away up to `limit` deliveries of deleted webhooks, and webhooks of
/// which nothing is left. Says how many deliveries.
///
/// # Errors
/// If the database does not answer.
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

/// Adds a secret that signs from now on; those before it sign until `until`.
///
/// # Errors
/// If the database does not answer.
pub async fn rotate(
    conn: &mut PgConnection,
    id: WebhookId,
    secret: &WebhookSecret,
    (now, until): (DateTime<Utc>, DateTime<Utc>),
) -> Result<()> {
    sqlx::query!(
        "delete from webhook_secrets where webhook_id = $1 and expires_at <= $2",
        id.0,
        now
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "update webhook_secrets set expires_at = $2 where webhook_id = $1 and expires_at is null",
        id.0,
        until
    )
    .execute(&mut *conn)
    .await?;
    add_secret(conn, id, secret, now).await
}

/// The secrets that sign at a time, the newest first, by webhook.
///
/// # Errors
/// If the database does not answer.
pub async fn secrets(
    conn: &mut PgConnection,
    ids: &[WebhookId],
    now: DateTime<Utc>,
) -> Result<BTreeMap<WebhookId, Vec<WebhookSecret>>> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        "select webhook_id, secret from webhook_secrets
         where webhook_id = any($1) and (expires_at is null or expires_at > $2)
         order by webhook_id, expires_at desc nulls first, created_at desc",
        &ids,
        now
    )
    .fetch_all(conn)
    .await?;
    let mut secrets: BTreeMap<WebhookId, Vec<WebhookSecret>> = BTreeMap::new();
    for row in rows {
        let of_webhook = secrets.entry(WebhookId(row.webhook_id)).or_default();
        of_webhook.push(WebhookSecret::new(row.secret)?);
    }
    Ok(secrets)
}
