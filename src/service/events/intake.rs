//! Event intake: reads a stream of bytes or a list of items, and reports the result
//! for each item.

use std::collections::{BTreeSet, VecDeque};
use std::convert::Infallible;
use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use futures::{FutureExt, Stream, StreamExt};

use super::Events;
use crate::service::error::{Result, ServiceError};
use crate::store::events::intake::Claimed;
use renown_core::domain::{AllowedSources, Currency};
use renown_core::ingest::dictionary::Dictionary;
use renown_core::ingest::lines::{Line, Lines};
use renown_core::ingest::{Context, Parsed, Rejection, native};

/// Items that are parsed before they are submitted together.
const CHUNK: usize = 1000;
/// The maximum number of chunks of one sender that wait to be written.
const IN_FLIGHT: usize = 6;

/// The result for the items of one request or file.
#[derive(Debug)]
pub struct Report<E = Infallible> {
    /// The number of events that are new and were stored.
    pub accepted: u64,
    /// The number of events that were stored before, with the same content.
    pub duplicates: u64,
    /// The number of items that were not stored.
    pub rejected: u64,
    /// The first rejected items, and the reasons.
    pub rejections: Vec<(ItemPlace, Rejection)>,
    /// Whether all items were read. Those that were read count.
    pub outcome: ReadOutcome<E>,
}

/// Where an item is in a request or file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ItemPlace {
    /// Its index among the items, from 0.
    pub index: u64,
    /// Its line, from 1; absent in a list.
    pub line: Option<u64>,
}

/// How far items were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadOutcome<E> {
    /// To the end.
    Complete,
    /// Until the stream failed.
    Broken(E),
    /// Until the configured number of items was rejected.
    Rejected,
}

/// A submitted chunk: the places of its events in the request, and the result.
type Pending<'s> = BoxFuture<'s, (Vec<ItemPlace>, Result<Vec<Claimed>>)>;

/// Items that were parsed, in their order, each with its line if it has one.
type Items = Vec<(Option<u64>, Result<Parsed, Rejection>)>;

impl Events {
    /// Takes in a stream of NDJSON. Memory is bounded; valid items are stored even
    /// if others are rejected, such as those of a source that is not in `sources`.
    /// `progress` receives the number of bytes of each chunk read.
    ///
    /// # Errors
    /// If the database does not answer or the service is shutting down. What was
    /// committed before stays committed, and sending it again does no harm.
    pub async fn take_stream<E>(
        &self,
        sources: &AllowedSources,
        stream: impl Stream<Item = Result<Bytes, E>>,
        mut progress: impl FnMut(usize),
    ) -> Result<Report<E>> {
        let mut stream = std::pin::pin!(stream);
        let mut intake = Intake::new(self, sources);
        let mut lines = Lines::default();
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
    pub async fn take_items(&self, sources: &AllowedSources, items: Vec<Bytes>) -> Result<Report> {
        let mut intake = Intake::new(self, sources);
        for items in items.chunks(CHUNK) {
            let parsed = self.parse_items(sources, items).await?;
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
    pub async fn take_all_or_none(
        &self,
        sources: &AllowedSources,
        items: Vec<Bytes>,
    ) -> Result<Report> {
        let mut report = Report::default();
        let limits = &self.context.config.ingest;
        let limit = limits.max_listed_rejections;
        let mut events = Vec::with_capacity(items.len());
        let mut places = (0..).map(|index| ItemPlace { index, line: None });
        for items in items.chunks(CHUNK) {
            let parsed = self.parse_items(sources, items).await?;
            for ((_, parsed), place) in parsed.into_iter().zip(&mut places) {
                match parsed {
                    Ok(parsed) => events.push(parsed),
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
        let claimed = self.writer.submit(events, true).await?;
        let refused = claimed.contains(&Claimed::Conflict);
        for (index, claimed) in (0..).zip(claimed) {
            let place = ItemPlace { index, line: None };
            match claimed {
                Claimed::Conflict => report.reject(place, Rejection::conflict(), limit),
                Claimed::Fresh if !refused => report.accepted += 1,
                Claimed::Duplicate if !refused => report.duplicates += 1,
                _ => {}
            }
        }
        Ok(report)
    }

    /// Parses some items apart from the requests that are answered quickly.
    async fn parse_items(&self, sources: &AllowedSources, items: &[Bytes]) -> Result<Items> {
        let bytes = items.iter().map(Bytes::len).sum();
        let (items, parser) = (items.to_vec(), self.parser(sources));
        let parse = move || {
            let parsed = items.iter().map(|item| (None, parser.parse(item)));
            parsed.collect()
        };
        self.context.compute.run(bytes, parse).await
    }

    fn parser(&self, sources: &AllowedSources) -> Parser {
        let limits = &self.context.config.ingest;
        Parser {
            now: self.context.clock.now(),
            max_future: chrono::Duration::seconds(limits.max_future_seconds),
            currencies: Arc::clone(&self.currencies),
            dictionary: Arc::clone(&self.dictionary),
            sources: sources.clone(),
        }
    }
}

/// Parses the items of one step; it owns what it needs, to run on another thread.
struct Parser {
    now: DateTime<Utc>,
    max_future: chrono::Duration,
    currencies: Arc<BTreeSet<Currency>>,
    dictionary: Arc<Dictionary>,
    sources: AllowedSources,
}

impl Parser {
    fn parse(&self, item: &[u8]) -> Result<Parsed, Rejection> {
        let context = Context {
            now: self.now,
            max_future: self.max_future,
            currencies: &self.currencies,
            dictionary: &self.dictionary,
            sources: &self.sources,
        };
        native::parse(item, &context)
    }

    /// Parses whole lines, not more than a chunk of them; fewer if there are no more.
    fn parse_lines(&self, lines: &mut Lines) -> Items {
        let next = std::iter::from_fn(|| {
            let (number, line) = lines.next_line()?;
            Some((Some(number), self.parse_line(line)))
        });
        next.take(CHUNK).collect()
    }

    fn parse_line(&self, line: Line) -> Result<Parsed, Rejection> {
        match line {
            Line::Bytes(bytes) => self.parse(&bytes),
            Line::TooLong => Err(Rejection::too_large()),
        }
    }
}

impl<E> Default for Report<E> {
    fn default() -> Self {
        Self {
            accepted: 0,
            duplicates: 0,
            rejected: 0,
            rejections: Vec::new(),
            outcome: ReadOutcome::Complete,
        }
    }
}

impl<E> Report<E> {
    fn reject(&mut self, place: ItemPlace, rejection: Rejection, limit: usize) {
        self.rejected += 1;
        if self.rejections.len() < limit {
            self.rejections.push((place, rejection));
        }
    }
}

/// The intake of one request.
struct Intake<'s> {
    service: &'s Events,
    sources: &'s AllowedSources,
    report: Report,
    next_index: u64,
    places: Vec<ItemPlace>,
    events: Vec<Parsed>,
    pending: VecDeque<Pending<'s>>,
}

impl<'s> Intake<'s> {
    fn new(service: &'s Events, sources: &'s AllowedSources) -> Self {
        Self {
            service,
            sources,
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
            let parser = self.service.parser(self.sources);
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
        let parser = self.service.parser(self.sources);
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

    async fn item(&mut self, line: Option<u64>, parsed: Result<Parsed, Rejection>) -> Result<()> {
        let index = self.next_index;
        self.next_index += 1;
        let place = ItemPlace { index, line };
        match parsed {
            Ok(parsed) => {
                self.places.push(place);
                self.events.push(parsed);
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
            match claimed {
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
        })
    }

    fn reject(&mut self, place: ItemPlace, rejection: Rejection) {
        let limit = self.service.context.config.ingest.max_listed_rejections;
        self.report.reject(place, rejection, limit);
    }
}
