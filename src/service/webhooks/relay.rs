//! The relay: gives the messages of the outbox their positions, queues them for the
//! webhooks that want them, and deletes old ones.
//!
//! A sequence would not do: its numbers are taken when a row is written but become
//! visible when it is committed, so a reader that remembers the highest number it
//! has seen skips rows that were committed late. The relay therefore numbers
//! committed rows only, under a lock. A message whose author had seen another
//! message comes after it, and a reader that has read up to a position has missed
//! nothing. Two messages from independent transactions may come in either order.

use chrono::TimeDelta;

use super::Webhooks;
use crate::service::error::Result;
use crate::store;
use crate::store::Job;

/// Messages that get their positions in one transaction.
const BATCH: i64 = 1_000;
/// Messages deleted in one transaction.
const PRUNED: i64 = 5_000;

impl Webhooks {
    /// Gives the next messages their positions and queues them. Returns how many; 0
    /// also if another replica does it.
    ///
    /// # Errors
    /// If the database does not answer. Nothing is changed then.
    pub async fn relay(&self) -> Result<i64> {
        let mut conn = self.context.pool.acquire().await?;
        if !store::webhooks::outbox::has_unplaced(&mut conn).await? {
            return Ok(0);
        }
        drop(conn);
        let mut transaction = self.context.transaction().await?;
        if !store::try_lock(&mut transaction, Job::Relay).await? {
            transaction.rollback().await?;
            return Ok(0);
        }
        let before = store::webhooks::outbox::lock_head(&mut transaction).await?;
        let head = store::webhooks::outbox::place(&mut transaction, before, BATCH).await?;
        let now = self.context.clock.now();
        store::webhooks::deliveries::fan_out(&mut transaction, (before, head), now).await?;
        store::webhooks::outbox::notify_placed(&mut transaction).await?;
        transaction.commit().await?;
        self.outbox_relayed();
        Ok(head - before)
    }

    /// Wakes all receivers that wait for messages; called when messages got
    /// positions, here or on another replica.
    pub fn outbox_relayed(&self) {
        self.relayed.send_replace(());
    }

    /// Returns a receiver that is woken when messages get positions.
    pub fn relayed(&self) -> tokio::sync::watch::Receiver<()> {
        self.relayed.subscribe()
    }

    /// Deletes one batch of old messages with the log of their deliveries, and what
    /// was queued for deleted webhooks. Messages with pending deliveries stay.
    /// Returns whether nothing is left to delete.
    pub async fn prune(&self) -> Result<bool> {
        let kept = TimeDelta::days(self.context.config.webhooks.keep_days);
        let before = self.context.clock.now() - kept;
        let mut transaction = self.context.transaction().await?;
        // Wait for a concurrent repetition of old messages, or it for us.
        store::webhooks::outbox::lock_head(&mut transaction).await?;
        let cleared = store::webhooks::clear_deleted(&mut transaction, PRUNED).await?;
        let pruned = store::webhooks::outbox::prune(&mut transaction, before, PRUNED).await?;
        transaction.commit().await?;
        Ok(cleared.max(pruned) < PRUNED.cast_unsigned())
    }
}
