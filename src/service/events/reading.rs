//! How items are read: in which format, and as whom their sender may send.

use std::collections::BTreeSet;
use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, Utc};

use super::Events;
use crate::service::error::Result;
use crate::store::events::intake::Claimed;
use renown_core::domain::{AllowedSources, Currency};
use renown_core::ingest::dictionary::Dictionary;
use renown_core::ingest::lines::{Line, Lines};
use renown_core::ingest::{Context, Format, Given, Mapped, Rejection};

/// The maximum number of items that are parsed in one step.
pub(super) const CHUNK: usize = 1000;

/// How the items of a request or file are read.
#[derive(Debug, Clone)]
pub struct Reading {
    /// The format of each item.
    pub format: Format,
    /// The sources as which the sender may send.
    pub sources: AllowedSources,
    /// What the sender says beside the items.
    pub given: Given,
}

impl Reading {
    /// Reads a format whose items say everything themselves.
    pub fn of(format: Format, sources: &AllowedSources) -> Self {
        Self {
            format,
            sources: sources.clone(),
            given: Given::default(),
        }
    }

    /// Reads the native format, as the service itself: from a file, or from a simulation.
    pub fn native() -> Self {
        Self::of(Format::Native, &AllowedSources::All)
    }
}

impl Reading {
    /// Judges an event that was submitted: one that its author has edited since is a duplicate.
    pub(super) fn judged(&self, claimed: Claimed) -> Claimed {
        match claimed {
            Claimed::Conflict if self.format.has_edits() => Claimed::Duplicate,
            claimed => claimed,
        }
    }
}

/// Items that were parsed, in their order, each with its line if it has one.
pub(super) type Items = Vec<(Option<u64>, Result<Mapped, Rejection>)>;

impl Events {
    /// Parses some items apart from the requests that are answered quickly.
    pub(super) async fn parse_items(&self, reading: &Reading, items: &[Bytes]) -> Result<Items> {
        let bytes = items.iter().map(Bytes::len).sum();
        let (items, parser) = (items.to_vec(), self.parser(reading));
        let parse = move || {
            let parsed = items.iter().map(|item| (None, parser.parse(item)));
            parsed.collect()
        };
        self.context.compute.run(bytes, parse).await
    }

    pub(super) fn parser(&self, reading: &Reading) -> Parser {
        let limits = &self.context.config.ingest;
        Parser {
            now: self.context.clock.now(),
            max_future: chrono::Duration::seconds(limits.max_future_seconds),
            currencies: Arc::clone(&self.currencies),
            dictionary: Arc::clone(&self.dictionary),
            reading: reading.clone(),
        }
    }
}

/// Parses the items of one step; it owns what it needs, to run on another thread.
pub(super) struct Parser {
    now: DateTime<Utc>,
    max_future: chrono::Duration,
    currencies: Arc<BTreeSet<Currency>>,
    dictionary: Arc<Dictionary>,
    reading: Reading,
}

impl Parser {
    pub(super) fn parse(&self, item: &[u8]) -> Result<Mapped, Rejection> {
        let context = Context {
            now: self.now,
            max_future: self.max_future,
            currencies: &self.currencies,
            dictionary: &self.dictionary,
            sources: &self.reading.sources,
            given: &self.reading.given,
        };
        self.reading.format.parse(item, &context)
    }

    /// Parses whole lines, not more than a chunk of them; fewer if there are no more.
    pub(super) fn parse_lines(&self, lines: &mut Lines) -> Items {
        let next = std::iter::from_fn(|| {
            let (number, line) = lines.next_line()?;
            Some((Some(number), self.parse_line(line)))
        });
        next.take(CHUNK).collect()
    }

    pub(super) fn parse_line(&self, line: Line) -> Result<Mapped, Rejection> {
        match line {
            Line::Bytes(bytes) => self.parse(&bytes),
            Line::TooLong => Err(Rejection::too_large(self.reading.format.max_bytes())),
        }
    }
}
