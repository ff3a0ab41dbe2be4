//! Webhooks: which messages are sent to which address, signed with which secret.

use chrono::{DateTime, TimeDelta, Utc};

use super::Webhooks;
use super::client::Signed;
use super::payload::test_content;
use crate::config::WebOrigin;
use crate::service::error::{Result, ServiceError};
use crate::service::unit_of_work::UnitOfWork;
use crate::store;

use renown_core::domain::{
    Attempted, Disabled, DisabledReason, Invalid, MessageKind, ProgramId, Webhook, WebhookFormat,
    WebhookId, WebhookSecret, WebhookUrl,
};

/// How long a replaced secret still signs.
const ROTATION: TimeDelta = TimeDelta::hours(24);
/// The maximum number of secrets that sign; each adds a signature to every request.
const MAX_SECRETS: usize = 5;
/// The maximum length of a description, in characters.
const MAX_DESCRIPTION: usize = 500;

/// A webhook to be created.
#[derive(Debug, Clone)]
pub struct NewWebhook {
    /// The address of the receiver.
    pub url: String,
    /// The owner's description.
    pub description: Option<String>,
    /// Only messages about this program; `None` for all.
    pub program: Option<ProgramId>,
    /// Only these kinds; all if empty.
    pub kinds: Vec<MessageKind>,
    /// The form of the messages.
    pub format: WebhookFormat,
    /// The receiver's secret; absent: one is generated.
    pub secret: Option<String>,
}

/// A change of a webhook. Absent fields stay as they are.
#[derive(Debug, Clone, Default)]
pub struct WebhookChange {
    /// The address of the receiver.
    pub url: Option<String>,
    /// The owner's description.
    pub description: Option<String>,
    /// Only these kinds; all if empty.
    pub kinds: Option<Vec<MessageKind>>,
    /// The form of the messages.
    pub format: Option<WebhookFormat>,
    /// Whether messages are sent.
    pub enabled: Option<bool>,
}

/// The result of a rotation of secrets.
#[derive(Debug, Clone)]
pub struct Rotated {
    /// The new secret, to be shown once.
    pub secret: WebhookSecret,
    /// The time until which the secrets before it sign too.
    pub others_until: DateTime<Utc>,
}

impl Webhooks {
    /// Creates a webhook. Its secret cannot be read again later.
    ///
    /// # Errors
    /// If the address may not be called, the secret or description is invalid, or
    /// the maximum number of webhooks exists.
    pub async fn create(
        &self,
        work: &mut UnitOfWork,
        new: NewWebhook,
    ) -> Result<(Webhook, WebhookSecret)> {
        let now = self.context.clock.now();
        let secret = self.secret_or_new(new.secret.as_deref())?;
        let webhook = Webhook {
            id: WebhookId(self.context.clock.new_id()),
            url: self.checked_url(&new.url)?,
            description: checked_description(new.description)?,
            program: new.program,
            kinds: distinct(new.kinds),
            format: new.format,
            created_at: now,
            updated_at: now,
            disabled: None,
        };
        let at_most = self.context.config.webhooks.max_webhooks;
        if !store::webhooks::insert(work.conn(), &webhook, &secret, at_most).await? {
            let detail = format!("there are {at_most} webhooks, and may not be more");
            return Err(ServiceError::Conflict(detail));
        }
        Ok((webhook, secret))
    }

    /// Returns all webhooks, oldest first; with a program, those limited to it.
    pub async fn list(&self, program: Option<&ProgramId>) -> Result<Vec<Webhook>> {
        let mut conn = self.context.pool.acquire().await?;
        Ok(store::webhooks::all(&mut conn, program).await?)
    }

    /// Returns a webhook; with a program, only if it is limited to that.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is no such webhook.
    pub async fn get(&self, id: WebhookId, program: Option<&ProgramId>) -> Result<Webhook> {
        let all = self.list(program).await?;
        let found = all.into_iter().find(|webhook| webhook.id == id);
        found.ok_or(ServiceError::NotFound("such webhook"))
    }

    /// Changes a webhook. When it is enabled again, it continues where it was
    /// disabled, as far back as messages are kept.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is no such webhook; also if the address
    /// may not be called or the description is invalid.
    pub async fn change(
        &self,
        work: &mut UnitOfWork,
        id: WebhookId,
        change: WebhookChange,
    ) -> Result<Webhook> {
        let now = self.context.clock.now();
        // Under this lock no position is given; later messages are queued as usual.
        let head = store::webhooks::outbox::lock_head(work.conn()).await?;
        let mut webhook = self.webhook_in(work, id).await?;
        if let Some(url) = &change.url {
            webhook.url = self.checked_url(url)?;
        }
        if change.description.is_some() {
            webhook.description = checked_description(change.description)?;
        }
        if let Some(kinds) = change.kinds {
            webhook.kinds = distinct(kinds);
        }
        webhook.format = change.format.unwrap_or(webhook.format);
        let mut catch_up_after = None;
        match (change.enabled, &webhook.disabled) {
            (Some(true), Some(disabled)) => {
                catch_up_after = Some(disabled.after);
                webhook.disabled = None;
            }
            (Some(false), None) => {
                webhook.disabled = Some(Disabled {
                    at: now,
                    reason: DisabledReason::Asked,
                    after: head,
                });
            }
            _ => {}
        }
        webhook.updated_at = now;
        store::webhooks::update(work.conn(), &webhook).await?;
        if let Some(after) = catch_up_after {
            store::webhooks::deliveries::catch_up(work.conn(), id, after, now).await?;
        }
        Ok(webhook)
    }

    /// Deletes a webhook with its secrets and its log.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is no such webhook.
    pub async fn delete(&self, id: WebhookId) -> Result<()> {
        let now = self.context.clock.now();
        let mut transaction = self.context.transaction().await?;
        let deleted = store::webhooks::delete(&mut transaction, id, now).await?;
        transaction.commit().await?;
        if deleted {
            Ok(())
        } else {
            Err(ServiceError::NotFound("such webhook"))
        }
    }

    /// Gives a webhook a new secret; those before it sign for a day more.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is no such webhook;
    /// [`ServiceError::Conflict`] if too many secrets sign already; also if the
    /// secret is invalid.
    pub async fn rotate_secret(
        &self,
        work: &mut UnitOfWork,
        id: WebhookId,
        secret: Option<&str>,
    ) -> Result<Rotated> {
        let now = self.context.clock.now();
        let secret = self.secret_or_new(secret)?;
        self.webhook_in(work, id).await?;
        let present = store::webhooks::secrets(work.conn(), &[id], now).await?;
        if present.get(&id).is_some_and(|all| all.len() >= MAX_SECRETS) {
            let detail = format!("{MAX_SECRETS} secrets sign already; wait until one has expired");
            return Err(ServiceError::Conflict(detail));
        }
        let others_until = now + ROTATION;
        store::webhooks::rotate(work.conn(), id, &secret, (now, others_until)).await?;
        Ok(Rotated {
            secret,
            others_until,
        })
    }

    /// Sends a `webhook.test` at once, even if the webhook is disabled, and returns
    /// the outcome.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is no such webhook.
    pub async fn test(&self, webhook: Webhook) -> Result<Attempted> {
        let mut conn = self.context.pool.acquire().await?;
        let now = self.context.clock.now();
        let secrets = store::webhooks::secrets(&mut conn, &[webhook.id], now).await?;
        drop(conn);
        let secrets = secrets.into_values().next();
        let source = self.context.config.http.public_url.as_ref();
        let source = source.map(WebOrigin::as_str);
        let id = self.context.clock.new_id();
        let signed = Signed {
            url: webhook.url,
            secrets: secrets.ok_or(ServiceError::NotFound("such webhook"))?,
            id,
            at: now,
            format: webhook.format,
            body: test_content(id, now).formatted(webhook.format, source),
        };
        Ok(self.client.send(&signed).await)
    }

    /// Locks a webhook until the unit of work ends.
    pub(in crate::service) async fn webhook_in(
        &self,
        work: &mut UnitOfWork,
        id: WebhookId,
    ) -> Result<Webhook> {
        let webhook = store::webhooks::lock(work.conn(), id).await?;
        webhook.ok_or(ServiceError::NotFound("such webhook"))
    }

    fn secret_or_new(&self, given: Option<&str>) -> Result<WebhookSecret> {
        let secret = match given {
            Some(text) => WebhookSecret::parse(text),
            None => WebhookSecret::new(self.context.clock.secret().to_vec()),
        };
        secret.map_err(|invalid| ServiceError::invalid("/secret", invalid))
    }

    /// Checks an address. A host name is resolved and checked at each attempt.
    fn checked_url(&self, text: &str) -> Result<WebhookUrl> {
        self.permitted_url(text)
            .map_err(|invalid| ServiceError::invalid("/url", invalid))
    }

    fn permitted_url(&self, text: &str) -> Result<WebhookUrl, Invalid> {
        let url = WebhookUrl::parse(text)?;
        let reach = self.context.config.webhooks.reach();
        if url.ip().is_some_and(|ip| !reach.permits(ip)) {
            return Err(Invalid::new(
                "this address is not of the public internet; the operator can allow \
                 networks in webhooks.allow_addresses",
            ));
        }
        let in_the_clear = match url.ip() {
            Some(ip) => reach.allows(ip),
            None => !reach.is_public_only(),
        };
        if !url.is_encrypted() && !in_the_clear {
            return Err(Invalid::new("an address begins with https://"));
        }
        Ok(url)
    }
}

fn distinct(mut kinds: Vec<MessageKind>) -> Vec<MessageKind> {
    kinds.sort();
    kinds.dedup();
    kinds
}

/// Checks a description; an empty one counts as none.
fn checked_description(text: Option<String>) -> Result<Option<String>> {
    let text = text.filter(|text| !text.trim().is_empty());
    let right = |text: &String| {
        text.chars().count() <= MAX_DESCRIPTION && !text.chars().any(char::is_control)
    };
    if text.as_ref().is_none_or(right) {
        return Ok(text);
    }
    let detail = format!("a description has at most {MAX_DESCRIPTION} characters on one line");
    Err(ServiceError::invalid("/description", detail))
}
