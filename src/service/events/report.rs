//! What became of the items of a request or file.

use std::convert::Infallible;

use renown_core::ingest::{Format, Ignored, Rejection};

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
    /// The number of items that mean nothing that is counted, although nothing is wrong with
    /// them.
    pub ignored: u64,
    /// The first ignored items, and the reasons.
    pub ignorings: Vec<(ItemPlace, Ignored)>,
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

impl<E> Default for Report<E> {
    fn default() -> Self {
        Self {
            accepted: 0,
            duplicates: 0,
            rejected: 0,
            rejections: Vec::new(),
            ignored: 0,
            ignorings: Vec::new(),
            outcome: ReadOutcome::Complete,
        }
    }
}

impl<E> Report<E> {
    pub(super) fn reject(&mut self, place: ItemPlace, rejection: Rejection, limit: usize) {
        self.rejected += 1;
        if self.rejections.len() < limit {
            self.rejections.push((place, rejection));
        }
    }

    /// Counts an item of a format that means nothing that is counted.
    pub(super) fn ignore(
        &mut self,
        format: Format,
        place: ItemPlace,
        ignored: Ignored,
        limit: usize,
    ) {
        let labels = [
            ("format", format.as_str()),
            ("reason", ignored.reason.as_str()),
        ];
        metrics::counter!("renown_events_ignored_total", &labels).increment(1);
        self.ignored += 1;
        if self.ignorings.len() < limit {
            self.ignorings.push((place, ignored));
        }
    }
}
