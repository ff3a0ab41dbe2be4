//! Listens for notices of commits, here and on other replicas, and keeps the caches
//! up to date.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{MissedTickBehavior, sleep, timeout};

use crate::clock::uptime;
use crate::service::context::Context;
use crate::service::error::Result;
use crate::service::programs::Programs;
use crate::service::scores::Scorer;
use crate::service::webhooks::Webhooks;
use crate::store::StoreError;
use crate::store::operation::listener::{Listener, Notice};

/// The interval of heartbeats.
const BEAT: Duration = Duration::from_millis(500);
/// The caches are relied on for this long after the sending of the last heartbeat that
/// came back. This bounds how old an answer from memory can be.
const FRESH: Duration = Duration::from_secs(2);
/// How long connecting, or sending a heartbeat, may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// The database counts as lost if no heartbeat has come back for this long.
const LOST: Duration = Duration::from_secs(15);

/// Listens for notices of commits.
#[derive(Debug)]
pub struct Notices {
    context: Context,
    programs: Arc<Programs>,
    scorer: Arc<Scorer>,
    webhooks: Arc<Webhooks>,
    log_grew: Notify,
    /// The uptime, in nanoseconds, at which the last heartbeat that came back was sent;
    /// the greatest number before the first one.
    confirmed: AtomicU64,
}

impl Notices {
    pub(in crate::service) fn new(
        context: Context,
        programs: Arc<Programs>,
        scorer: Arc<Scorer>,
        webhooks: Arc<Webhooks>,
    ) -> Self {
        Self {
            context,
            programs,
            scorer,
            webhooks,
            log_grew: Notify::new(),
            confirmed: AtomicU64::new(u64::MAX),
        }
    }

    /// Sets whether notices are being received, from now on without a deadline, for
    /// tests that run without the listener.
    pub fn set_heard(&self, heard: bool) {
        let cache = &self.context.cache;
        cache.forget_everything();
        cache.rely_until(if heard { Duration::MAX } else { Duration::ZERO });
    }

    /// Returns whether every change up to a moment ago has arrived here, so that answers
    /// come from memory.
    pub fn is_fresh(&self) -> bool {
        self.context.cache.is_fresh()
    }

    /// Waits until events were appended to the log.
    pub async fn log_grew(&self) {
        self.log_grew.notified().await;
    }

    /// Waits until the database is lost: heartbeats came back, and none has for a
    /// while. What waits for an answer of the database may then wait for ever.
    pub async fn lost(&self) {
        while let Some(rest) = LOST.checked_sub(self.silence()) {
            sleep(rest.max(BEAT)).await;
        }
    }

    /// Waits until a heartbeat has come back lately.
    pub async fn found(&self) {
        while self.silence() > FRESH {
            sleep(BEAT).await;
        }
    }

    /// Returns the time since the sending of the last heartbeat that came back; zero
    /// before the first one.
    fn silence(&self) -> Duration {
        let confirmed = Duration::from_nanos(self.confirmed.load(Ordering::Acquire));
        uptime().saturating_sub(confirmed)
    }

    /// Listens until the connection is lost. The caches are used only while this
    /// runs, and while heartbeats come back.
    ///
    /// # Errors
    /// Why listening has ended.
    pub async fn hear(&self) -> Result<()> {
        let _deaf_afterwards = Deaf(self);
        let id = self.context.clock.new_id();
        let connecting = Listener::connect(&self.context.pool, id);
        let mut listener = timeout(PATIENCE, connecting)
            .await
            .map_err(StoreError::from)??;
        // Changes from before the connection have no notice: read everything anew.
        self.context.cache.forget_everything();
        self.programs.reload().await?;
        self.scorer.reload().await?;
        let mut beats = tokio::time::interval(BEAT);
        beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                notice = listener.next() => self.act(notice?).await?,
                _ = beats.tick() => {
                    let beating = beat(&mut listener);
                    timeout(PATIENCE, beating).await.map_err(StoreError::from)??;
                }
            }
        }
    }

    /// Moves the deadline of the caches on. What counts is when the heartbeat was sent:
    /// it may have waited long on its way back.
    fn confirm(&self, sent: Duration) {
        self.context.cache.rely_until(sent + FRESH);
        let nanos = u64::try_from(sent.as_nanos()).unwrap_or(u64::MAX);
        self.confirmed.store(nanos, Ordering::Release);
        let round_trip = uptime().saturating_sub(sent);
        metrics::gauge!("renown_heartbeat_seconds").set(round_trip.as_secs_f64());
    }

    /// Acts on a notice. A failure ends the listening, because programs that were
    /// not reloaded would stay outdated; listening again reads everything anew.
    async fn act(&self, notice: Notice) -> Result<()> {
        let cache = &self.context.cache;
        match notice {
            Notice::LogAppended => self.log_grew.notify_one(),
            Notice::MembersChanged(members) => {
                members
                    .into_iter()
                    .for_each(|member| cache.forget_member(member));
            }
            Notice::IdentitiesChanged => cache.forget_identities(),
            Notice::KeysChanged => cache.forget_callers(),
            Notice::ProgramsChanged => self.programs.reload().await?,
            Notice::ModelChanged => {
                self.scorer.reload().await?;
                cache.forget_everything();
            }
            Notice::OutboxRelayed => self.webhooks.outbox_relayed(),
            Notice::Heartbeat(sent) => self.confirm(sent),
        }
        Ok(())
    }
}

/// Stops the use of the caches when it is dropped, however the listening ends.
struct Deaf<'n>(&'n Notices);

impl Drop for Deaf<'_> {
    fn drop(&mut self) {
        self.0.context.cache.rely_until(Duration::ZERO);
    }
}

/// Sends a heartbeat, and ends what processes that are stuck hold.
async fn beat(listener: &mut Listener) -> Result<()> {
    listener.beat(uptime()).await?;
    let ended = listener.end_stuck().await?;
    if ended > 0 {
        metrics::counter!("renown_stuck_transactions_ended_total").increment(ended.unsigned_abs());
        tracing::warn!(
            ended,
            "ended transactions whose process had been stopped or cut off for seconds"
        );
    }
    Ok(())
}
