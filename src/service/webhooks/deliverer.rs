//! Makes delivery attempts: several at once, but only a few for each webhook, so
//! that a slow receiver does not delay the others. No transaction is open
//! meanwhile: deliveries are leased, and an expired lease is taken over by any
//! replica.

use std::collections::{BTreeMap, HashMap};

use chrono::TimeDelta;
use tokio::task::{Id, JoinError, JoinSet};
use uuid::Uuid;

use super::Webhooks;
use super::client::Signed;
use super::payload::content;
use crate::config::WebOrigin;
use crate::service::error::Result;
use crate::store;

use crate::store::webhooks::delivery_lines::{Finished, Leased, Then};
use crate::store::webhooks::outbox::Placed;
use renown_core::domain::{Attempted, Failure, Unit, Webhook, WebhookId, pause_after};

/// How much longer a lease is than an attempt, for the work before and after.
const MARGIN: TimeDelta = TimeDelta::seconds(15);

/// Started attempts, and ended ones whose outcome is not written yet.
#[derive(Debug, Default)]
pub struct Deliverer {
    tasks: JoinSet<Attempted>,
    under_way: HashMap<Id, (Leased, Uuid)>,
    ended: Vec<Ended>,
}

/// An attempt that has ended.
#[derive(Debug)]
struct Ended {
    leased: Leased,
    message: Uuid,
    attempted: Attempted,
}

impl Deliverer {
    /// Returns whether an attempt is running or still to be written.
    pub fn is_busy(&self) -> bool {
        !self.under_way.is_empty() || !self.ended.is_empty()
    }

    /// Starts the attempts that are due, as far as there is room. Returns how many.
    pub async fn start(&mut self, service: &Webhooks) -> Result<usize> {
        let mut transaction = service.context.transaction().await?;
        let all = store::webhooks::all(&mut transaction, None).await?;
        let enabled: BTreeMap<WebhookId, Webhook> = all
            .into_iter()
            .filter(|webhook| webhook.disabled.is_none())
            .map(|webhook| (webhook.id, webhook))
            .collect();
        let free = self.free(
            enabled.keys().copied(),
            service.context.config.webhooks.in_flight,
        );
        let now = service.context.clock.now();
        let timeout = TimeDelta::seconds(
            service
                .context
                .config
                .webhooks
                .timeout_seconds
                .cast_signed(),
        );
        let leased = if free.is_empty() {
            Vec::new()
        } else {
            let until = now + timeout + MARGIN;
            store::webhooks::delivery_lines::lease(&mut transaction, &free, (now, until)).await?
        };
        if leased.is_empty() {
            // The lease statement also removes lines without pending deliveries:
            // keep that.
            transaction.commit().await?;
            return Ok(0);
        }
        let positions: Vec<i64> = leased.iter().map(|leased| leased.position).collect();
        let messages = store::webhooks::outbox::at(&mut transaction, &positions).await?;
        let messages: BTreeMap<i64, Placed> = messages
            .into_iter()
            .map(|placed| (placed.position, placed))
            .collect();
        let webhooks: Vec<WebhookId> = leased.iter().map(|leased| leased.webhook).collect();
        let secrets = store::webhooks::secrets(&mut transaction, &webhooks, now).await?;
        transaction.commit().await?;
        let source = service.context.config.http.public_url.as_ref();
        let source = source.map(WebOrigin::as_str);
        for leased in &leased {
            let parts = (
                enabled.get(&leased.webhook),
                secrets.get(&leased.webhook),
                messages.get(&leased.position),
            );
            // Deleted meanwhile: the lease expires and is never taken again.
            let (Some(webhook), Some(secrets), Some(placed)) = parts else {
                continue;
            };
            let signed = Signed {
                url: webhook.url.clone(),
                secrets: secrets.clone(),
                id: placed.message.id,
                at: now,
                format: webhook.format,
                body: content(&placed.message).formatted(webhook.format, source),
            };
            self.attempt(service, *leased, signed);
        }
        Ok(leased.len())
    }

    /// Returns the webhooks that have room, with the number of attempts that may
    /// start.
    fn free(
        &self,
        webhooks: impl Iterator<Item = WebhookId>,
        in_flight: usize,
    ) -> Vec<(WebhookId, usize)> {
        let under_way = self.under_way.values().map(|(leased, _)| leased.webhook);
        let ended = self.ended.iter().map(|ended| ended.leased.webhook);
        let mut busy: BTreeMap<WebhookId, usize> = BTreeMap::new();
        for webhook in under_way.chain(ended) {
            *busy.entry(webhook).or_default() += 1;
        }
        webhooks
            .map(|id| (id, in_flight.saturating_sub(*busy.get(&id).unwrap_or(&0))))
            .filter(|(_, free)| *free > 0)
            .collect()
    }

    fn attempt(&mut self, service: &Webhooks, leased: Leased, signed: Signed) {
        let client = service.client.clone();
        let message = signed.id;
        let task = self.tasks.spawn(async move { client.send(&signed).await });
        self.under_way.insert(task.id(), (leased, message));
    }

    /// Waits until an attempt has ended; for ever if none is running.
    pub async fn any_ended(&mut self) {
        match self.tasks.join_next_with_id().await {
            Some(joined) => self.note(joined),
            None => std::future::pending().await,
        }
        while let Some(joined) = self.tasks.try_join_next_with_id() {
            self.note(joined);
        }
    }

    fn note(&mut self, joined: std::result::Result<(Id, Attempted), JoinError>) {
        let (id, attempted) = joined.unwrap_or_else(|error| {
            let failure = Failure::Broken;
            let after = None;
            (error.id(), Attempted::Failed { failure, after })
        });
        if let Some((leased, message)) = self.under_way.remove(&id) {
            self.ended.push(Ended {
                leased,
                message,
                attempted,
            });
        }
    }

    /// Writes the outcomes of the ended attempts. Returns how many.
    ///
    /// # Errors
    /// If the database does not answer: the outcomes are kept and written the next
    /// time.
    pub async fn write(&mut self, service: &Webhooks) -> Result<usize> {
        if self.ended.is_empty() {
            return Ok(0);
        }
        let now = service.context.clock.now();
        let finished: Vec<Finished> = self.ended.iter().map(|ended| ended.finished(now)).collect();
        let gone = |ended: &&Ended| ended.attempted == Attempted::Gone;
        let gone: Vec<WebhookId> = self
            .ended
            .iter()
            .filter(gone)
            .map(|e| e.leased.webhook)
            .collect();
        let mut transaction = service.context.transaction().await?;
        // Lock webhooks before their lines, as all transactions that lock both.
        if !gone.is_empty() {
            store::webhooks::disable_gone(&mut transaction, &gone, now).await?;
        }
        let written =
            store::webhooks::delivery_lines::finish(&mut transaction, &finished, now).await?;
        transaction.commit().await?;
        if written < finished.len() {
            let count = finished.len() - written;
            tracing::warn!(
                count,
                "attempts took longer than their leases: they are repeated"
            );
        }
        for webhook in gone {
            tracing::warn!(%webhook, "a receiver is gone: its webhook is disabled");
        }
        for finished in &finished {
            let outcome = match finished.then {
                Then::Next => "delivered",
                Then::GiveUp => "given_up",
                Then::Again(_) => "failed",
            };
            metrics::counter!("renown_webhook_attempts_total", "outcome" => outcome).increment(1);
        }
        Ok(std::mem::take(&mut self.ended).len())
    }
}

impl Ended {
    /// Returns what to write about the attempt, and when the next one is.
    fn finished(&self, now: chrono::DateTime<chrono::Utc>) -> Finished {
        let attempts = self.leased.attempts + 1;
        let (then, status, failure) = match self.attempted {
            Attempted::Delivered(status) => (Then::Next, Some(status), None),
            // The webhook is disabled; once it is enabled again, this delivery
            // comes first.
            Attempted::Gone => (Then::Again(now), Some(410), Some("gone")),
            Attempted::Failed { failure, after } => {
                let jitter = jitter(self.leased.webhook, self.message, attempts);
                let then = pause_after(attempts, jitter, after)
                    .map_or(Then::GiveUp, |pause| Then::Again(now + pause));
                (then, failure.status(), Some(failure.as_str()))
            }
        };
        Finished {
            leased: self.leased,
            then,
            status,
            failure,
        }
    }
}

/// Returns a number from 0 to 1 that differs for each attempt, from the random bits
/// of the ids.
fn jitter(webhook: WebhookId, message: Uuid, attempts: u32) -> Unit {
    let mixed = webhook.0.as_u128() ^ message.as_u128().rotate_left(attempts);
    let mixed = (mixed as u64 ^ (mixed >> 64) as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    Unit::clamped((mixed >> 11) as f64 / (1_u64 << 53) as f64)
}

impl Webhooks {
    /// Assigns positions to messages, then makes all due attempts and waits for
    /// them, including those that become due meanwhile. Returns how many.
    pub async fn deliver_due(&self) -> Result<usize> {
        while self.relay().await? > 0 {}
        let mut deliverer = Deliverer::default();
        let mut attempts = 0;
        loop {
            attempts += deliverer.start(self).await?;
            if !deliverer.is_busy() {
                return Ok(attempts);
            }
            deliverer.any_ended().await;
            deliverer.write(self).await?;
        }
    }
}
