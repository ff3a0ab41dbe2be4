//! Webhooks that messages do not reach.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::store::Result;
use renown_core::domain::{DisabledReason, ProgramId, WebhookId};

/// A webhook that is disabled, or whose deliveries fail.
#[derive(Debug, Clone)]
pub struct FailingWebhook {
    /// The webhook.
    pub webhook: WebhookId,
    /// The owner's description.
    pub description: Option<String>,
    /// The program that it is limited to.
    pub program: Option<ProgramId>,
    /// Why it is disabled; `None` if it is not.
    pub disabled: Option<DisabledReason>,
    /// Deliveries of the latest thousand that were given up since the time.
    pub given_up: i64,
    /// Deliveries of a thousand that wait for another attempt.
    pub retried: i64,
    /// When it was disabled, or when the last delivery was given up.
    pub at: Option<DateTime<Utc>>,
}

/// Returns the webhooks that are disabled, or to which deliveries were given up since a time
/// or are being tried again. Of each webhook a limited number of deliveries is read.
pub async fn failing(conn: &mut PgConnection, since: DateTime<Utc>) -> Result<Vec<FailingWebhook>> {
    let webhooks = sqlx::query_as!(
        FailingWebhook,
        r#"select w.webhook_id as webhook, w.description, w.program_id as program,
                  w.disabled_reason as disabled, failed.count as "given_up!",
                  pending.count as "retried!",
                  coalesce(w.disabled_at, failed.last) as at
           from webhooks w
           cross join lateral (
               select count(*) as count, max(attempted_at) as last
               from (select attempted_at from webhook_deliveries d
                     where d.webhook_id = w.webhook_id and d.state = 'failed'
                     order by d.position desc limit 1000) latest
               where attempted_at >= $1) failed
           cross join lateral (
               select count(*) as count
               from (select attempts from webhook_deliveries d
                     where d.webhook_id = w.webhook_id and d.state = 'pending'
                     order by d.line, d.position limit 1000) waiting
               where attempts > 0) pending
           where w.deleted_at is null
             and (w.disabled_at is not null or failed.count > 0 or pending.count > 0)
           order by w.webhook_id"#,
        since
    )
    .fetch_all(conn)
    .await?;
    Ok(webhooks)
}
