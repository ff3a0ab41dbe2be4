//! Streams of messages: the outbox in the order of its positions, from any
//! position on. A page at a time is read from the database, and only when the
//! one before was taken: a slow reader costs no memory.

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
use crate::store;
use crate::store::webhooks::outbox::Placed;
use renown_core::domain::{KeyId, MessageFilter, MessageKind};

/// Messages read at once.
const PAGE: i64 = 100;

/// What a stream says.
#[derive(Debug, Clone)]
pub enum Streamed {
    /// A message.
    Message {
        /// Its position: where to go on after it.
        position: i64,
        /// What it tells.
        kind: MessageKind,
        /// Its payload, as webhooks have it.
        payload: Bytes,
    },
    /// Nothing has happened, up to this position.
    Nothing {
        /// Where to go on.
        position: i64,
    },
}

/// A stream that somebody reads.
#[derive(Debug)]
pub struct MessageStream {
    service: Arc<Webhooks>,
    wanted: MessageFilter,
    /// With which key it was asked for: it ends with that.
    key: KeyId,
    /// Everything up to here was said.
    position: i64,
    /// Everything up to here is in the page.
    read_to: i64,
    page: VecDeque<Placed>,
    relayed: watch::Receiver<()>,
    beat: Interval,
    /// A beat is to be said.
    is_beat_due: bool,
    _place: OwnedSemaphorePermit,
}

impl Webhooks {
    /// Begins a stream after a position, or with what comes from now on.
    ///
    /// # Errors
    /// [`ServiceError::PositionGone`] if messages after the position may be gone,
    /// or it was never given; [`ServiceError::Occupied`] if there are as many
    /// streams as there may be.
    pub async fn stream(
        self: &Arc<Self>,
        wanted: MessageFilter,
        after: Option<i64>,
        key: KeyId,
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
        let mut beat = tokio::time::interval(Duration::from_secs(
            self.context.config.stream.heartbeat_seconds,
        ));
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        beat.reset();
        Ok(MessageStream {
            service: Arc::clone(self),
            wanted,
            key,
            position,
            read_to: position,
            page: VecDeque::new(),
            relayed,
            beat,
            // Whoever has just come is told where they are.
            is_beat_due: true,
            _place: place,
        })
    }

    /// Makes sure that everything after a position is there.
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
    /// What is said next; `None` at the end: the service stops, the key was
    /// revoked, the database does not answer, or the reader was so slow that
    /// what it has not read is gone. Whoever comes again goes on after the last
    /// position.
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
            // However much happens: keys are looked at again.
            if self.is_beat_due || self.beat.tick().now_or_never().is_some() {
                self.is_beat_due = false;
                return self.heartbeat().await;
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
                Ok(false) => self.wait().await,
                Err(ServiceError::PositionGone { .. }) => return Ok(None),
                Err(error) => return Err(error),
            }
        }
    }

    async fn heartbeat(&mut self) -> Result<Option<Streamed>> {
        let mut conn = self.service.context.pool.acquire().await?;
        let good = store::operation::api_keys::is_good(&mut conn, self.key).await?;
        let position = self.position;
        Ok(good.then_some(Streamed::Nothing { position }))
    }

    /// Reads the next page. `false` if there is nothing new at all.
    async fn read(&mut self) -> Result<bool> {
        let mut conn = self.service.context.pool.acquire().await?;
        let extent = store::webhooks::outbox::extent(&mut conn).await?;
        if extent.head == self.read_to {
            return Ok(false);
        }
        let range = (self.read_to, extent.head);
        let page = store::webhooks::outbox::between(&mut conn, range, &self.wanted, PAGE).await?;
        // Only now: what was cleared away while we read would be missing in the page.
        self.service.check_position(&mut conn, self.read_to).await?;
        let is_full = i64::try_from(page.len()) == Ok(PAGE);
        let last = page.last().filter(|_| is_full);
        self.read_to = last.map_or(extent.head, |placed| placed.position);
        self.page = page.into();
        Ok(true)
    }

    /// Waits until there may be something to say.
    async fn wait(&mut self) {
        tokio::select! {
            () = self.service.closing.cancelled() => {}
            _ = self.relayed.changed() => {}
            _ = self.beat.tick() => self.is_beat_due = true,
        }
    }
}
