//! Reads documents, or the rows of a table, from a pipe or a file. A pipe cannot be asked for
//! what it sent before; but if the same is sent again from its beginning, what was taken in is
//! skipped, and known to be the same.

mod lines;
mod rows;

use std::io::{self, Read};
use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::Stream;
use futures::StreamExt;
use futures::stream::BoxStream;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;

use super::collect::{Closed, collect};
use super::upstream::{Batch, Pulled, ReadPart, Upstream, UpstreamError};
use renown_core::ingest::Format;
use renown_core::ingest::table_mapping::TableMapping;

/// A pipe with a document on each line, or with a table.
pub struct Pipe {
    lines: BoxStream<'static, Result<PipeLine, UpstreamError>>,
    /// Returns the time of an item.
    time: Box<ItemTime>,
    /// How many bytes there are, if that is known.
    length: Option<u64>,
    /// What was taken in of the same pipe before; `None` once that is passed.
    skips: Option<PipeCursor>,
    /// How far it was read.
    read: Mark,
    ended: bool,
    failed: Option<UpstreamError>,
}

/// Returns the time of an item; `None` if that cannot be read.
type ItemTime = dyn Fn(&[u8]) -> Option<DateTime<Utc>> + Send;

/// How much of a pipe was taken in, and a digest of that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct PipeCursor {
    lines: u64,
    bytes: u64,
    digest: String,
}

/// A place behind a line.
#[derive(Debug, Clone, Default)]
struct Mark {
    lines: u64,
    bytes: u64,
    digest: Sha256,
}

impl Mark {
    /// Passes over a piece.
    fn pass(&mut self, piece: &[u8]) {
        self.digest.update(piece);
        self.bytes += piece.len() as u64;
    }

    fn cursor(&self) -> PipeCursor {
        PipeCursor {
            lines: self.lines,
            bytes: self.bytes,
            digest: hex::encode(&self.digest.clone().finalize()[..16]),
        }
    }
}

/// A line of a pipe, or a row.
struct PipeLine {
    /// Its number, from 1.
    number: u64,
    /// The item; `None` if it is blank.
    item: Option<Bytes>,
    /// The place behind it; `None` behind a last line that does not end: more of it may come
    /// when the same is sent again.
    behind: Option<Mark>,
}

/// A mapping as it stands in its file. If it is changed, a table is read anew.
#[derive(Debug, Clone)]
pub struct MappingText {
    /// The mapping.
    pub mapping: Arc<TableMapping>,
    /// The text of the file.
    pub text: String,
}

impl MappingText {
    /// Returns the place before the first line of a table.
    fn mark(&self) -> Mark {
        Mark {
            digest: Sha256::new_with_prefix(&self.text),
            ..Mark::default()
        }
    }

    /// Returns whether a table begins with what was taken in up to a cursor, by this mapping.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn continues(&self, table: &mut dyn Read, cursor: &Value) -> io::Result<bool> {
        let Some(before) = super::cursor::<PipeCursor>(Some(cursor)) else {
            return Ok(false);
        };
        let mut mark = self.mark();
        let mut piece = vec![0; 64 * 1024];
        let mut part = table.take(before.bytes);
        loop {
            match part.read(&mut piece)? {
                0 => break,
                read => mark.pass(&piece[..read]),
            }
        }
        mark.lines = before.lines;
        Ok(mark.cursor() == before)
    }
}

impl Pipe {
    /// Prepares to read a pipe, whose lines are of a format, behind a cursor.
    pub fn new(
        pieces: impl Stream<Item = io::Result<Bytes>> + Send + Unpin + 'static,
        format: Format,
        cursor: Option<&Value>,
    ) -> Self {
        Self {
            lines: lines::split(pieces, format.max_bytes()),
            time: Box::new(time),
            length: None,
            skips: super::cursor(cursor),
            read: Mark::default(),
            ended: false,
            failed: None,
        }
    }

    /// Prepares to read a table behind a cursor. `length` is how many bytes it has, if that is
    /// known.
    pub fn table(
        pieces: impl Stream<Item = io::Result<Bytes>> + Send + Unpin + 'static,
        mapping: &MappingText,
        length: Option<u64>,
        cursor: Option<&Value>,
    ) -> Self {
        let read = mapping.mark();
        let mapping = mapping.mapping.clone();
        Self {
            lines: rows::split(pieces, mapping.clone(), read.clone()),
            time: Box::new(move |item| mapping.time_of(item)),
            length,
            skips: super::cursor(cursor),
            read,
            ended: false,
            failed: None,
        }
    }

    /// Passes over what was taken in before.
    async fn skip(&mut self, before: &PipeCursor) -> Result<(), UpstreamError> {
        while self.read.bytes < before.bytes {
            let line = self.lines.next().await.transpose()?;
            match line.and_then(|line| line.behind) {
                Some(behind) => self.read = behind,
                None => break,
            }
        }
        if self.read.cursor() == *before {
            return Ok(());
        }
        Err(UpstreamError::Final(format!(
            "the input does not begin with the {} lines that were taken in before under this name; \
             send the same input again, or give this one another --name, or take all of it \
             (--anew): what is in the log already does no harm",
            before.lines
        )))
    }

    fn batch(&self, lines: Vec<(u64, Bytes)>, cursor: Value) -> Pulled {
        let (lines, items): (Vec<u64>, Vec<Bytes>) = lines.into_iter().unzip();
        Pulled::Batch(Batch {
            cursor,
            latest: items.last().and_then(|item| (self.time)(item)),
            items,
            lines,
            extent: self.length.map(|total| ReadPart {
                done: self.read.bytes,
                total,
            }),
            ..Batch::default()
        })
    }
}

fn broken(error: io::Error) -> UpstreamError {
    UpstreamError::Final(format!("the input cannot be read: {error}"))
}

impl Upstream for Pipe {
    async fn pull(&mut self, stop: &CancellationToken) -> Result<Pulled, UpstreamError> {
        if let Some(failed) = self.failed.take() {
            return Err(failed);
        }
        if self.ended {
            return Ok(Pulled::End);
        }
        if let Some(before) = self.skips.clone() {
            tokio::select! {
                () = stop.cancelled() => return Ok(self.batch(Vec::new(), json!(before))),
                skipped = self.skip(&before) => skipped?,
            }
            self.skips = None;
        }
        let (lines, closed) = collect(&mut self.lines, stop).await;
        match closed {
            Closed::Due | Closed::Stopped => {}
            Closed::Ended => self.ended = true,
            Closed::Failed(error) if lines.is_empty() => return Err(error),
            Closed::Failed(error) => self.failed = Some(error),
        }
        let mut items = Vec::with_capacity(lines.len());
        for line in lines {
            items.extend(line.item.map(|item| (line.number, item)));
            if let Some(behind) = line.behind {
                self.read = behind;
            }
        }
        Ok(self.batch(items, json!(self.read.cursor())))
    }
}

/// Returns the time of an event in the native format or of a CloudEvent.
fn time(item: &[u8]) -> Option<DateTime<Utc>> {
    #[derive(Deserialize)]
    struct Timed {
        time: DateTime<Utc>,
    }
    let timed: Timed = serde_json::from_slice(item).ok()?;
    Some(timed.time)
}

#[cfg(test)]
mod tests;
