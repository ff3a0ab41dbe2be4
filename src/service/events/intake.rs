//! Event intake: reads a stream of bytes or a list of items, and reports the result
//! for each item.

use std::collections::VecDeque;

use bytes::Bytes;
use futures::future::BoxFuture;
use futures::{FutureExt, Stream, StreamExt};

use super::Events;
use super::reading::{CHUNK, Items, Reading};
use super::report::{ItemPlace, ReadOutcome, Report};
use crate::service::error::{Result, ServiceError};
use crate::store::events::intake::Claimed;
use renown_core::ingest::lines::Lines;
use renown_core::ingest::{Mapped, Parsed, Rejection};

/// The maximum number of chunks of one sender that wait to be written.
const IN_FLIGHT: usize = 6;

/// A submitted chunk: the places of its events in the request, and the result.
type Pending<'s> = BoxFuture<'s, (Vec<ItemPlace>, Result<Vec<Claimed>>)>;

impl Events {
    /// Takes in a stream of NDJSON. Memory is bounded; valid items are stored even
    /// if others are rejected, such as those of a source as which the sender may
    /// not send.
    /// `progress` receives the number of bytes of each chunk read.
    ///
    /// # Errors
    /// If the database does not answer or the service is shutting down. What was
    /// committed before stays committed, and sending it again does no harm.
    pub async fn take_stream<E>(
        &self,
        reading: &Reading,
        stream: impl Stream<Item = Result<Bytes, E>>,
        mut progress: impl FnMut(usize),
    ) -> Result<Report<E>> {
        let mut stream = std::pin::pin!(stream);
        let mut intake = Intake::new(self, reading);
        let mut lines = Lines::up_to(reading.format.max_bytes());
        while !intake.is_full() {
            let next = match stream.next().now_or_never() {
                Some(next) => next,
                // No more bytes at the moment: submit what is there.
                None => {
                    intake.hand_on_early();
                    stream.next().await
                }
            };
            let Some(chunk) = next else {
                intake.last_line(lines).await?;
                return intake.finish(ReadOutcome::Complete).await;
            };
            match chunk {
                Ok(chunk) => {
                    progress(chunk.len());
                    lines = intake.lines(lines, chunk).await?;
                }
                Err(error) => return intake.finish(ReadOutcome::Broken(error)).await,
            }
        }
        intake.finish(ReadOutcome::Rejected).await
    }

    /// Takes in a list of items. Valid items are stored even if others are
    /// rejected.
    ///
    /// # Errors
    /// As [`take_stream`](Self::take_stream).
    pub async fn take_items(&self, reading: &Reading, items: Vec<Bytes>) -> Result<Report> {
        let mut intake = Intake::new(self, reading);
        for items in items.chunks(CHUNK) {
            let parsed = self.parse_items(reading, items).await?;
            intake.items(parsed).await?;
            if intake.is_full() {
                return intake.finish(ReadOutcome::Rejected).await;
            }
        }
        intake.finish(ReadOutcome::Complete).await
    }

    /// Takes in a list of items: all of them or none.
    ///
    /// # Errors
    /// If the database does not answer or the service is shutting down.
    pub async fn take_all_or_none(&self, reading: &Reading, items: Vec<Bytes>) -> Result<Report> {
        let mut report = Report::default();
        let limits = &self.context.config.ingest;
        let limit = limits.max_listed_rejections;
        let mut events = Vec::with_capacity(items.len());
        let mut events_at = Vec::with_capacity(items.len());
        let mut places = (0..).map(|index| ItemPlace { index, line: None });
        for items in items.chunks(CHUNK) {
            let parsed = self.parse_items(reading, items).await?;
            for ((_, parsed), place) in parsed.into_iter().zip(&mut places) {
                match parsed {
                    Ok(Mapped::Events(mapped)) => {
                        events_at.extend(mapped.iter().map(|_| place));
                        events.extend(mapped);
                    }
                    Ok(Mapped::Ignored(ignored)) => {
                        report.ignore(reading.format, place, ignored, limit);
                    }
                    Err(rejection) => report.reject(place, rejection, limit),
                }
            }
            if report.rejected >= limits.max_rejections {
                report.outcome = ReadOutcome::Rejected;
                break;
            }
        }
        if report.rejected > 0 {
            return Ok(report);
        }
        let strict = !reading.format.has_edits();
        let claimed = self.writer.submit(events, strict).await?;
        let claimed: Vec<Claimed> = claimed.into_iter().map(|one| reading.judged(one)).collect();
        let refused = claimed.contains(&Claimed::Conflict);
        for (place, claimed) in events_at.into_iter().zip(claimed) {
            match claimed {
                Claimed::Conflict => report.reject(place, Rejection::conflict(), limit),
                Claimed::Fresh if !refused => report.accepted += 1,
                Claimed::Duplicate if !refused => report.duplicates += 1,
                _ => {}
            }
        }
        Ok(report)
    }
}

/// The intake of one request.
struct Intake<'s> {
    service: &'s Events,
    reading: &'s Reading,
    report: Report,
    next_index: u64,
    places: Vec<ItemPlace>,
    events: Vec<Parsed>,
    pending: VecDeque<Pending<'s>>,
}

impl<'s> Intake<'s> {
    fn new(service: &'s Events, reading: &'s Reading) -> Self {
        Self {
            service,
            reading,
            report: Report::default(),
            next_index: 0,
            places: Vec::new(),
            events: Vec::new(),
            pending: VecDeque::new(),
        }
    }

    /// Takes in the whole lines of a chunk, step by step. Returns the rest.
    async fn lines(&mut self, mut lines: Lines, chunk: Bytes) -> Result<Lines> {
        let bytes = chunk.len();
        let mut chunk = Some(chunk);
        loop {
            let parser = self.service.parser(self.reading);
            let step = move || {
                if let Some(chunk) = chunk {
                    lines.push(&chunk);
                }
                (parser.parse_lines(&mut lines), lines)
            };
            let parsed;
            (parsed, lines) = self.service.context.compute.run(bytes, step).await?;
            chunk = None;
            let is_last = parsed.len() < CHUNK;
            self.items(parsed).await?;
            if is_last || self.is_full() {
                return Ok(lines);
            }
        }
    }

    /// Takes in a line that does not end in a newline.
    async fn last_line(&mut self, lines: Lines) -> Result<()> {
        let parser = self.service.parser(self.reading);
        let parsed = lines
            .finish()
            .map(|(number, line)| (Some(number), parser.parse_line(line)));
        self.items(parsed.into_iter().collect()).await
    }

    async fn items(&mut self, parsed: Items) -> Result<()> {
        for (line, parsed) in parsed {
            if self.is_full() {
                return Ok(());
            }
            self.item(line, parsed).await?;
        }
        Ok(())
    }

    /// Returns whether so many items were rejected that no more are read.
    fn is_full(&self) -> bool {
        self.report.rejected >= self.service.context.config.ingest.max_rejections
    }

    async fn item(&mut self, line: Option<u64>, parsed: Result<Mapped, Rejection>) -> Result<()> {
        let index = self.next_index;
        self.next_index += 1;
        let place = ItemPlace { index, line };
        match parsed {
            Ok(Mapped::Events(mapped)) => {
                self.places.extend(mapped.iter().map(|_| place));
                self.events.extend(mapped);
            }
            Ok(Mapped::Ignored(ignored)) => {
                let format = self.reading.format;
                self.report
                    .ignore(format, place, ignored, self.max_listed());
            }
            Err(rejection) => self.reject(place, rejection),
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
        let places = std::mem::take(&mut self.places);
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
            (places, claimed)
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
        let (places, claimed) = pending.await;
        for (place, claimed) in places.into_iter().zip(claimed?) {
            match self.reading.judged(claimed) {
                Claimed::Fresh => self.report.accepted += 1,
                Claimed::Duplicate => self.report.duplicates += 1,
                Claimed::Conflict => self.reject(place, Rejection::conflict()),
            }
        }
        Ok(())
    }

    async fn finish<E>(mut self, outcome: ReadOutcome<E>) -> Result<Report<E>> {
        self.hand_on();
        while !self.pending.is_empty() {
            self.settle_first().await?;
        }
        let mut report = self.report;
        report.rejections.sort_by_key(|(place, _)| *place);
        metrics::counter!("renown_events_accepted_total").increment(report.accepted);
        metrics::counter!("renown_events_duplicate_total").increment(report.duplicates);
        metrics::counter!("renown_events_rejected_total").increment(report.rejected);
        Ok(Report {
            outcome,
            accepted: report.accepted,
            duplicates: report.duplicates,
            rejected: report.rejected,
            rejections: report.rejections,
            ignored: report.ignored,
            ignorings: report.ignorings,
        })
    }

    fn reject(&mut self, place: ItemPlace, rejection: Rejection) {
        self.report.reject(place, rejection, self.max_listed());
    }

    fn max_listed(&self) -> usize {
        self.service.context.config.ingest.max_listed_rejections
    }
}
