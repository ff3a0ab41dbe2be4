//! Event intake: reads a stream of bytes or a list of items, and reports the result
//! for each item.

use std::collections::VecDeque;

use bytes::Bytes;
use futures::future::BoxFuture;
use futures::{FutureExt, Stream, StreamExt};

use super::Events;
use crate::service::error::{Result, ServiceError};
use crate::store::events::intake::Claimed;
use renown_core::ingest::lines::{Line, Lines};
use renown_core::ingest::{Context, Parsed, Rejection, native};

/// Items that are parsed before they are submitted together.
const CHUNK: usize = 1000;
/// The maximum number of chunks of one sender that wait to be written.
const IN_FLIGHT: usize = 6;

/// The result for the items of one request or file.
#[derive(Debug, Default)]
pub struct Report {
    /// The number of events that are new and were stored.
    pub accepted: u64,
    /// The number of events that were stored before, with the same content.
    pub duplicates: u64,
    /// The number of items that were not stored.
    pub rejected: u64,
    /// The first rejected items: the index in the request, from 0, and the reason.
    pub rejections: Vec<(u64, Rejection)>,
    /// Why the stream ended early; absent if it was read to its end. The items
    /// before it count.
    pub interrupted: Option<String>,
}

/// A submitted chunk: the indices of its events in the request, and the result.
type Pending<'s> = BoxFuture<'s, (Vec<u64>, Result<Vec<Claimed>>)>;

impl Events {
    /// Takes in a stream of NDJSON. Memory is bounded; valid items are stored even
    /// if others are rejected. `progress` receives the number of bytes of each
    /// chunk read.
    ///
    /// # Errors
    /// If the database does not answer or the service is shutting down. What was
    /// committed before stays committed, and sending it again does no harm.
    pub async fn take_stream<E: std::fmt::Display>(
        &self,
        stream: impl Stream<Item = Result<Bytes, E>>,
        mut progress: impl FnMut(usize),
    ) -> Result<Report> {
        let mut stream = std::pin::pin!(stream);
        let mut intake = Intake::new(self);
        let mut lines = Lines::default();
        loop {
            let next = match stream.next().now_or_never() {
                Some(next) => next,
                // No more bytes at the moment: submit what is there.
                None => {
                    intake.hand_on_early();
                    stream.next().await
                }
            };
            let Some(chunk) = next else { break };
            match chunk {
                Ok(chunk) => {
                    progress(chunk.len());
                    lines.push(&chunk);
                }
                Err(error) => {
                    intake.report.interrupted = Some(error.to_string());
                    break;
                }
            }
            while let Some(line) = lines.next_line() {
                intake.line(line).await?;
            }
        }
        if intake.report.interrupted.is_none()
            && let Some(line) = lines.finish()
        {
            intake.line(line).await?;
        }
        intake.finish().await
    }

    /// Takes in a list of items. Valid items are stored even if others are
    /// rejected.
    ///
    /// # Errors
    /// As [`take_stream`](Self::take_stream).
    pub async fn take_items<'i>(
        &self,
        items: impl ExactSizeIterator<Item = &'i [u8]>,
    ) -> Result<Report> {
        let mut intake = Intake::new(self);
        for item in items {
            let parsed = native::parse(item, &self.context());
            intake.item(parsed).await?;
        }
        intake.finish().await
    }

    /// Takes in a list of items: all of them or none.
    ///
    /// # Errors
    /// If the database does not answer or the service is shutting down.
    pub async fn take_all_or_none<'i>(
        &self,
        items: impl ExactSizeIterator<Item = &'i [u8]>,
    ) -> Result<Report> {
        let mut report = Report::default();
        let limit = self.context.config.ingest.max_listed_rejections;
        let mut events = Vec::with_capacity(items.len());
        for (index, item) in (0..).zip(items) {
            match native::parse(item, &self.context()) {
                Ok(parsed) => events.push(parsed),
                Err(rejection) => report.reject(index, rejection, limit),
            }
        }
        if report.rejected > 0 {
            return Ok(report);
        }
        let claimed = self.writer.submit(events, true).await?;
        let refused = claimed.contains(&Claimed::Conflict);
        for (index, claimed) in (0..).zip(claimed) {
            match claimed {
                Claimed::Conflict => report.reject(index, Rejection::conflict(), limit),
                Claimed::Fresh if !refused => report.accepted += 1,
                Claimed::Duplicate if !refused => report.duplicates += 1,
                _ => {}
            }
        }
        Ok(report)
    }

    fn context(&self) -> Context<'_> {
        Context {
            now: self.context.clock.now(),
            max_future: chrono::Duration::seconds(self.context.config.ingest.max_future_seconds),
            currencies: &self.currencies,
            dictionary: &self.dictionary,
        }
    }
}

impl Report {
    fn reject(&mut self, index: u64, rejection: Rejection, limit: usize) {
        self.rejected += 1;
        if self.rejections.len() < limit {
            self.rejections.push((index, rejection));
        }
    }
}

/// The intake of one request.
struct Intake<'s> {
    service: &'s Events,
    report: Report,
    next_index: u64,
    indices: Vec<u64>,
    events: Vec<Parsed>,
    pending: VecDeque<Pending<'s>>,
}

impl<'s> Intake<'s> {
    fn new(service: &'s Events) -> Self {
        Self {
            service,
            report: Report::default(),
            next_index: 0,
            indices: Vec::new(),
            events: Vec::new(),
            pending: VecDeque::new(),
        }
    }

    async fn line(&mut self, line: Line) -> Result<()> {
        let parsed = match line {
            Line::Bytes(bytes) => native::parse(&bytes, &self.service.context()),
            Line::TooLong => Err(Rejection::too_large()),
        };
        self.item(parsed).await
    }

    async fn item(&mut self, parsed: Result<Parsed, Rejection>) -> Result<()> {
        let index = self.next_index;
        self.next_index += 1;
        match parsed {
            Ok(parsed) => {
                self.indices.push(index);
                self.events.push(parsed);
            }
            Err(rejection) => self.reject(index, rejection),
        }
        if self.events.len() >= CHUNK {
            self.hand_on();
            while self.pending.len() >= IN_FLIGHT {
                self.settle_first().await?;
            }
        }
        Ok(())
    }

    fn hand_on(&mut self) {
        let indices = std::mem::take(&mut self.indices);
        let events = std::mem::take(&mut self.events);
        if events.is_empty() {
            return;
        }
        let writer = &self.service.writer;
        // In a task of its own, so that it is written while more is parsed.
        let submitted = tokio::spawn({
            let writer = writer.clone();
            async move { writer.submit(events, false).await }
        });
        let pending = async move {
            let claimed = submitted.await.unwrap_or(Err(ServiceError::Busy));
            (indices, claimed)
        };
        self.pending.push_back(pending.boxed());
    }

    /// Submits less than a chunk, unless enough chunks wait already.
    fn hand_on_early(&mut self) {
        if self.pending.len() < IN_FLIGHT {
            self.hand_on();
        }
    }

    async fn settle_first(&mut self) -> Result<()> {
        let Some(pending) = self.pending.pop_front() else {
            return Ok(());
        };
        let (indices, claimed) = pending.await;
        for (index, claimed) in indices.into_iter().zip(claimed?) {
            match claimed {
                Claimed::Fresh => self.report.accepted += 1,
                Claimed::Duplicate => self.report.duplicates += 1,
                Claimed::Conflict => self.reject(index, Rejection::conflict()),
            }
        }
        Ok(())
    }

    async fn finish(mut self) -> Result<Report> {
        self.hand_on();
        while !self.pending.is_empty() {
            self.settle_first().await?;
        }
        self.report.rejections.sort_by_key(|(index, _)| *index);
        metrics::counter!("renown_events_accepted_total").increment(self.report.accepted);
        metrics::counter!("renown_events_duplicate_total").increment(self.report.duplicates);
        metrics::counter!("renown_events_rejected_total").increment(self.report.rejected);
        Ok(self.report)
    }

    fn reject(&mut self, index: u64, rejection: Rejection) {
        let limit = self.service.context.config.ingest.max_listed_rejections;
        self.report.reject(index, rejection, limit);
    }
}
