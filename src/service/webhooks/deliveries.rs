//! The log of deliveries, and sending again what was sent before.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::Webhooks;
use crate::service::error::{Result, ServiceError};
use crate::service::paging;
use crate::service::unit_of_work::UnitOfWork;
use crate::store;

use renown_core::domain::{Delivery, DeliveryState, WebhookId};

/// From where on messages are sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplayFrom {
    /// Everything that happened since a time.
    Time(DateTime<Utc>),
    /// Everything after a position.
    Position(i64),
}

impl Webhooks {
    /// A page of a webhook's deliveries, latest first, before a position.
    ///
    /// # Errors
    /// If the database does not answer.
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

    /// Has a message sent to a webhook again, at once: one that was delivered,
    /// was given up, or is waiting for its next attempt.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] without such a webhook or delivery.
    pub async fn replay_delivery(
        &self,
        work: &mut UnitOfWork,
        id: WebhookId,
        message: Uuid,
    ) -> Result<Delivery> {
        let missing = || ServiceError::NotFound("such delivery of this webhook");
        // Nothing is cleared away meanwhile.
        store::webhooks::outbox::lock_head(work.conn()).await?;
        self.webhook_in(work, id).await?;
        let now = self.context.clock.now();
        let found = store::webhooks::deliveries::get(work.conn(), id, message).await?;
        found.ok_or_else(missing)?;
        store::webhooks::deliveries::repeat_one(work.conn(), id, message, now).await?;
        let repeated = store::webhooks::deliveries::get(work.conn(), id, message).await?;
        repeated.ok_or_else(missing)
    }

    /// Has everything that a webhook wants sent again from somewhere on, in order;
    /// what happened before there was the webhook too. Says how much.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] without such a webhook;
    /// [`ServiceError::PositionGone`] if messages from there on are not kept any more.
    pub async fn replay_messages(
        &self,
        work: &mut UnitOfWork,
        id: WebhookId,
        from: ReplayFrom,
    ) -> Result<u64> {
        // As a relay would: what comes meanwhile is queued by it, once.
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

    /// How many deliveries are pending.
    ///
    /// # Errors
    /// If the database does not answer.
    pub async fn count_pending_deliveries(&self) -> Result<i64> {
        let mut conn = self.context.pool.acquire().await?;
        Ok(store::webhooks::deliveries::count_pending(&mut conn).await?)
    }
}
