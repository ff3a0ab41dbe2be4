//! Message streams: the outbox in order of positions, from any position on. Pages
//! are read from the database one at a time, and only when the page before was
//! consumed, so a slow reader costs no memory.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::FutureExt;
use sqlx::PgConnection;
use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::time::{Interval, MissedTickBehavior};

use super::Webhooks;
use super::payload::payload;
use crate::service::error::{Result, ServiceError};
use crate::service::operation::CallerWatch;
use crate::store;
use crate::store::webhooks::outbox::Placed;
use renown_core::domain::{MessageFilter, MessageKind};

/// Messages read at once.
const PAGE: i64 = 100;
/// How often the key is checked, and how long a check may take: a stream ends within twice
/// this time after its key.
const KEY_CHECK: Duration = Duration::from_millis(800);

/// An item of a stream.
#[derive(Debug, Clone)]
pub enum Streamed {
    /// A message.
    Message {
        /// The position of the message; the reader resumes after it.
        position: i64,
        /// The kind of the message.
        kind: MessageKind,
        /// The payload, as sent to webhooks.
        payload: Bytes,
    },
    /// A heartbeat: there is no further message up to this position.
    Nothing {
        /// The position to resume after.
        position: i64,
    },
}

/// An open stream.
#[derive(Debug)]
pub struct MessageStream {
    service: Arc<Webhooks>,
    filter: MessageFilter,
    /// The reader; the stream ends when the key or the session no longer works.
    caller: CallerWatch,
    key_check: Interval,
    /// All messages up to this position were returned.
    position: i64,
    /// All messages up to this position are in the page.
    read_to: i64,
    page: VecDeque<Placed>,
    relayed: watch::Receiver<()>,
    beat: Interval,
    /// Whether a heartbeat is to be returned next.
    is_beat_due: bool,
    _place: OwnedSemaphorePermit,
}

impl Webhooks {
    /// Opens a stream after a position; without one, it begins with new messages.
    ///
    /// # Errors
    /// [`ServiceError::PositionGone`] if messages after the position are no longer
    /// kept, or it was never given; [`ServiceError::Occupied`] if the maximum
    /// number of streams is open.
    pub async fn stream(
        self: &Arc<Self>,
        filter: MessageFilter,
        after: Option<i64>,
        caller: CallerWatch,
    ) -> Result<MessageStream> {
        let place = Arc::clone(&self.streams).try_acquire_owned();
        let place = place.map_err(|_| {
            ServiceError::Occupied("as many streams are open as may be; try again later")
        })?;
        let relayed = self.relayed();
        let mut conn = self.context.pool.acquire().await?;
        let position = match after {
            Some(after) => {
                self.check_position(&mut conn, after).await?;
                after
            }
            None => store::webhooks::outbox::extent(&mut conn).await?.head,
        };
        let heartbeat = self.context.config.stream.heartbeat_seconds;
        Ok(MessageStream {
            service: Arc::clone(self),
            filter,
            caller,
            key_check: every(KEY_CHECK),
            position,
            read_to: position,
            page: VecDeque::new(),
            relayed,
            beat: every(Duration::from_secs(heartbeat)),
            // A new reader gets its position at once.
            is_beat_due: true,
            _place: place,
        })
    }

    /// Checks that all messages after a position are still there.
    pub(in crate::service) async fn check_position(
        &self,
        conn: &mut PgConnection,
        after: i64,
    ) -> Result<()> {
        let extent = store::webhooks::outbox::extent(conn).await?;
        if (extent.pruned_to..=extent.head).contains(&after) {
            return Ok(());
        }
        Err(ServiceError::PositionGone {
            oldest: extent.pruned_to,
            latest: extent.head,
        })
    }

    /// Ends all streams, so that the server can stop.
    pub fn end_streams(&self) {
        self.closing.cancel();
    }
}

impl MessageStream {
    /// Returns the next item. `None` at the end: the service stops, the key no longer
    /// works, the database does not answer, or the reader was so slow that its next
    /// messages were deleted. A reader can resume after the last position.
    pub async fn next(&mut self) -> Option<Streamed> {
        let next = self.try_next().await;
        next.unwrap_or_else(|error| {
            tracing::warn!(%error, "a stream has ended");
            None
        })
    }

    async fn try_next(&mut self) -> Result<Option<Streamed>> {
        loop {
            if self.service.closing.is_cancelled() {
                return Ok(None);
            }
            // Also under constant load.
            let is_check_due = self.key_check.tick().now_or_never().is_some();
            if is_check_due && !self.key_works().await? {
                return Ok(None);
            }
            if self.is_beat_due || self.beat.tick().now_or_never().is_some() {
                self.is_beat_due = false;
                let position = self.position;
                return Ok(Some(Streamed::Nothing { position }));
            }
            if let Some(placed) = self.page.pop_front() {
                self.position = placed.position;
                return Ok(Some(Streamed::Message {
                    position: placed.position,
                    kind: placed.message.kind,
                    payload: payload(&placed.message),
                }));
            }
            self.position = self.read_to;
            self.relayed.mark_unchanged();
            match self.read().await {
                Ok(true) => {}
                Ok(false) if self.wait().await? => {}
                Ok(false) => return Ok(None),
                Err(ServiceError::PositionGone { .. }) => return Ok(None),
                Err(error) => return Err(error),
            }
        }
    }

    /// Returns whether the reader's key works. If that cannot be found out in time, the
    /// stream ends with an error rather than go on.
    async fn key_works(&self) -> Result<bool> {
        let checked = tokio::time::timeout(KEY_CHECK, self.caller.still_works()).await;
        checked.unwrap_or(Err(ServiceError::Busy))
    }

    /// Reads the next page. Returns `false` if there is nothing new.
    async fn read(&mut self) -> Result<bool> {
        let mut conn = self.service.context.pool.acquire().await?;
        let extent = store::webhooks::outbox::extent(&mut conn).await?;
        if extent.head == self.read_to {
            return Ok(false);
        }
        let range = (self.read_to, extent.head);
        let page = store::webhooks::outbox::between(&mut conn, range, &self.filter, PAGE).await?;
        // After the read: messages deleted during it would be missing in the page.
        self.service.check_position(&mut conn, self.read_to).await?;
        let is_full = i64::try_from(page.len()) == Ok(PAGE);
        let last = page.last().filter(|_| is_full);
        self.read_to = last.map_or(extent.head, |placed| placed.position);
        self.page = page.into();
        Ok(true)
    }

    /// Waits for new messages, the next heartbeat, or the end of the service. Checks the
    /// key meanwhile, and returns `false` once it no longer works.
    async fn wait(&mut self) -> Result<bool> {
        loop {
            tokio::select! {
                () = self.service.closing.cancelled() => return Ok(true),
                _ = self.relayed.changed() => return Ok(true),
                _ = self.beat.tick() => {
                    self.is_beat_due = true;
                    return Ok(true);
                }
                _ = self.key_check.tick() => {
                    if !self.key_works().await? {
                        return Ok(false);
                    }
                }
            }
        }
    }
}

/// Returns an interval that begins with a pause.
fn every(period: Duration) -> Interval {
    let mut interval = tokio::time::interval(period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval.reset();
    interval
}
