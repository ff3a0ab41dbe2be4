//! The log of deliveries, and repeated deliveries.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::Webhooks;
use crate::service::error::{Result, ServiceError};
use crate::service::paging;
use crate::service::unit_of_work::UnitOfWork;
use crate::store;

use renown_core::domain::{Delivery, DeliveryState, WebhookId};

/// The start of the messages to be sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplayFrom {
    /// All messages since a time.
    Time(DateTime<Utc>),
    /// All messages after a position.
    Position(i64),
}

impl Webhooks {
    /// Returns a page of a webhook's deliveries before a position, latest first,
    /// and the last position of the page if there is another one.
    pub async fn deliveries(
        &self,
        id: WebhookId,
        state: Option<DeliveryState>,
        before: Option<i64>,
        limit: u16,
    ) -> Result<(Vec<Delivery>, Option<i64>)> {
        let mut conn = self.context.pool.acquire().await?;
        let rows = paging::rows_for(limit);
        let mut page =
            store::webhooks::deliveries::page(&mut conn, id, state, before, rows).await?;
        let more = paging::cut(&mut page, limit);
        let next = page
            .last()
            .filter(|_| more)
            .map(|delivery| delivery.position);
        Ok((page, next))
    }

    /// Makes a delivery due again at once: one that was delivered, was given up, or
    /// waits for its next attempt.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is no such webhook or delivery.
    pub async fn replay_delivery(
        &self,
        work: &mut UnitOfWork,
        id: WebhookId,
        message: Uuid,
    ) -> Result<Delivery> {
        let missing = || ServiceError::NotFound("such delivery of this webhook");
        // Under this lock no message is deleted.
        store::webhooks::outbox::lock_head(work.conn()).await?;
        self.webhook_in(work, id).await?;
        let now = self.context.clock.now();
        let found = store::webhooks::deliveries::get(work.conn(), id, message).await?;
        found.ok_or_else(missing)?;
        store::webhooks::deliveries::repeat_one(work.conn(), id, message, now).await?;
        let repeated = store::webhooks::deliveries::get(work.conn(), id, message).await?;
        repeated.ok_or_else(missing)
    }

    /// Schedules all messages for a webhook again from a start on, in order,
    /// including those from before the webhook existed. Returns how many.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is no such webhook;
    /// [`ServiceError::PositionGone`] if messages after the position are no longer
    /// kept.
    pub async fn replay_messages(
        &self,
        work: &mut UnitOfWork,
        id: WebhookId,
        from: ReplayFrom,
    ) -> Result<u64> {
        // The relay takes this lock too, so each later message is queued by it,
        // once.
        store::webhooks::outbox::lock_head(work.conn()).await?;
        self.webhook_in(work, id).await?;
        let now = self.context.clock.now();
        let after = match from {
            ReplayFrom::Time(since) => {
                store::webhooks::outbox::position_before(work.conn(), since).await?
            }
            ReplayFrom::Position(after) => {
                self.check_position(work.conn(), after).await?;
                after
            }
        };
        let repeated = store::webhooks::deliveries::repeat(work.conn(), id, after, now).await?;
        let queued = store::webhooks::deliveries::catch_up(work.conn(), id, after, now).await?;
        Ok(repeated + queued)
    }

    /// Sets the gauges of the pending deliveries.
    pub(in crate::service) async fn measure(&self) -> Result<()> {
        let mut conn = self.context.pool.acquire().await?;
        let pending = store::webhooks::deliveries::count_pending(&mut conn).await?;
        metrics::gauge!("renown_webhook_deliveries_pending").set(pending.count as f64);
        let now = self.context.clock.now();
        let age = pending.oldest.map_or(0.0, |at| (now - at).as_seconds_f64());
        metrics::gauge!("renown_webhook_oldest_pending_seconds").set(age);
        Ok(())
    }
}
