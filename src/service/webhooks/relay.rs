//! The relay: gives messages of the outbox their positions, queues them for the
//! webhooks that want them, and clears away what is old.
//!
//! Numbers of a sequence are taken when a row is written and become visible when
//! it is committed, so a reader who remembers the highest number it has seen
//! skips whatever was committed late. The relay therefore gives out positions of
//! its own, to committed rows alone, under a lock: whatever somebody wrote who
//! had seen a message comes after it, and whoever has read up to a position has
//! missed nothing. Two messages whose transactions knew nothing of each other
//! come in either order.

use chrono::TimeDelta;

use super::Webhooks;
use crate::service::error::Result;
use crate::store;
use crate::store::Job;

/// Messages that get their positions in one transaction.
const BATCH: i64 = 1_000;
/// Messages cleared away in one transaction.
const PRUNED: i64 = 5_000;

impl Webhooks {
    /// Gives the next messages their positions and queues them. Says how many;
    /// 0 too if another replica is at it.
    ///
    /// # Errors
    /// If the database does not answer. Nothing is changed then.
    pub async fn relay(&self) -> Result<i64> {
        let mut conn = self.context.pool.acquire().await?;
        if !store::webhooks::outbox::has_unplaced(&mut conn).await? {
            return Ok(0);
        }
        drop(conn);
        let mut transaction = self.context.pool.begin().await?;
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

    /// Wakes whoever waits for messages: called when some were placed, here or
    /// elsewhere.
    pub fn outbox_relayed(&self) {
        self.relayed.send_replace(());
    }

    /// Waits for messages to be placed: each receiver is woken.
    pub fn relayed(&self) -> tokio::sync::watch::Receiver<()> {
        self.relayed.subscribe()
    }

    /// Clears away some of the messages that are past their time with the log of
    /// their deliveries, and what was queued for webhooks that were deleted.
    /// What is still to be delivered stays. Says whether that was all of it.
    ///
    /// # Errors
    /// If the database does not answer.
    pub async fn prune(&self) -> Result<bool> {
        let kept = TimeDelta::days(self.context.config.webhooks.keep_days);
        let before = self.context.clock.now() - kept;
        let mut transaction = self.context.pool.begin().await?;
        // Whoever sends something again that is old takes turns with us.
        store::webhooks::outbox::lock_head(&mut transaction).await?;
        let cleared = store::webhooks::clear_deleted(&mut transaction, PRUNED).await?;
        let pruned = store::webhooks::outbox::prune(&mut transaction, before, PRUNED).await?;
        transaction.commit().await?;
        Ok(cleared.max(pruned) < PRUNED.cast_unsigned())
    }
}
