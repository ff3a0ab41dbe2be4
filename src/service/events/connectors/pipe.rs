//! Reads lines from a pipe. A pipe cannot be asked for what it sent before; but if the same is
//! sent again from its beginning, what was taken in is skipped, and known to be the same.

use std::io;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::stream::BoxStream;
use futures::{Stream, StreamExt};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;

use super::collect::{Closed, collect};
use super::upstream::{Batch, Pulled, Upstream, UpstreamError};
use renown_core::ingest::Format;

/// A pipe with a document on each line.
pub struct Pipe {
    lines: BoxStream<'static, io::Result<PipeLine>>,
    /// What was taken in of the same pipe before; `None` once that is passed.
    skips: Option<PipeCursor>,
    /// How far it was read.
    read: Mark,
    ended: bool,
    failed: Option<UpstreamError>,
}

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
    fn cursor(&self) -> PipeCursor {
        PipeCursor {
            lines: self.lines,
            bytes: self.bytes,
            digest: hex::encode(&self.digest.clone().finalize()[..16]),
        }
    }
}

/// A line of a pipe.
struct PipeLine {
    /// Its text; `None` if it is blank.
    text: Option<Bytes>,
    /// The place behind it; `None` behind a last line that does not end: more of it may come
    /// when the same is sent again.
    behind: Option<Mark>,
}

impl Pipe {
    /// Prepares to read a pipe, whose lines are of a format, behind a cursor.
    pub fn new(
        pieces: impl Stream<Item = io::Result<Bytes>> + Send + Unpin + 'static,
        format: Format,
        cursor: Option<&Value>,
    ) -> Self {
        let splitter = Splitter {
            // It is asked again behind a last line without an end.
            pieces: pieces.fuse(),
            piece: Bytes::new(),
            line: Vec::new(),
            limit: format.max_bytes(),
            mark: Mark::default(),
        };
        let next = async |mut splitter: Splitter<_>| {
            let line = splitter.next().await?;
            Some((line, splitter))
        };
        Self {
            lines: futures::stream::unfold(splitter, next).boxed(),
            skips: super::cursor(cursor),
            read: Mark::default(),
            ended: false,
            failed: None,
        }
    }

    /// Passes over what was taken in before.
    async fn skip(&mut self, before: &PipeCursor) -> Result<(), UpstreamError> {
        while self.read.bytes < before.bytes {
            let line = self.lines.next().await.transpose().map_err(broken)?;
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
                () = stop.cancelled() => return Ok(batch(Vec::new(), json!(before))),
                skipped = self.skip(&before) => skipped?,
            }
            self.skips = None;
        }
        let (lines, closed) = collect(&mut self.lines, stop).await;
        match closed {
            Closed::Due | Closed::Stopped => {}
            Closed::Ended => self.ended = true,
            Closed::Failed(error) if lines.is_empty() => return Err(broken(error)),
            Closed::Failed(error) => self.failed = Some(broken(error)),
        }
        let mut items = Vec::with_capacity(lines.len());
        for line in lines {
            items.extend(line.text);
            if let Some(behind) = line.behind {
                self.read = behind;
            }
        }
        Ok(batch(items, json!(self.read.cursor())))
    }
}

fn batch(items: Vec<Bytes>, cursor: Value) -> Pulled {
    Pulled::Batch(Batch {
        cursor,
        latest: items.last().and_then(|item| time(item)),
        items,
        extent: None,
        pause: Duration::ZERO,
    })
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

/// Cuts pieces into lines. Of a line that is too long, only so much is kept that it is found to
/// be too long.
struct Splitter<S> {
    pieces: S,
    piece: Bytes,
    line: Vec<u8>,
    limit: usize,
    /// The place behind all bytes that were looked at.
    mark: Mark,
}

impl<S: Stream<Item = io::Result<Bytes>> + Unpin> Splitter<S> {
    async fn next(&mut self) -> Option<io::Result<PipeLine>> {
        loop {
            if self.piece.is_empty() {
                match self.pieces.next().await {
                    Some(Ok(piece)) => self.piece = piece,
                    Some(Err(error)) => return Some(Err(error)),
                    None if self.line.is_empty() => return None,
                    None => return Some(Ok(self.ended(false))),
                }
                continue;
            }
            let end = self.piece.iter().position(|byte| *byte == b'\n');
            let part = self
                .piece
                .split_to(end.map_or(self.piece.len(), |end| end + 1));
            self.mark.digest.update(&part);
            self.mark.bytes += part.len() as u64;
            let room = (self.limit + 2).saturating_sub(self.line.len());
            self.line.extend_from_slice(&part[..part.len().min(room)]);
            if end.is_some() {
                return Some(Ok(self.ended(true)));
            }
        }
    }

    /// Returns the line that was collected.
    fn ended(&mut self, with_newline: bool) -> PipeLine {
        let line = std::mem::take(&mut self.line);
        let text = line.trim_ascii();
        self.mark.lines += 1;
        PipeLine {
            text: (!text.is_empty()).then(|| Bytes::copy_from_slice(text)),
            behind: with_newline.then(|| self.mark.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A stream that must not be asked again behind its end.
    fn pieces(text: &str, length: usize) -> BoxStream<'static, io::Result<Bytes>> {
        let text = Bytes::copy_from_slice(text.as_bytes());
        let next = move |mut rest: Bytes| async move {
            let piece = rest.split_to(length.min(rest.len()));
            (!piece.is_empty()).then_some((Ok(piece), rest))
        };
        futures::stream::unfold(text, next).boxed()
    }

    async fn read(
        text: &str,
        length: usize,
        cursor: Option<&Value>,
    ) -> Result<(Vec<String>, Value), String> {
        let stop = CancellationToken::new();
        let mut pipe = Pipe::new(pieces(text, length), Format::Native, cursor);
        let (mut lines, mut last) = (Vec::new(), Value::Null);
        loop {
            match pipe.pull(&stop).await.map_err(|error| error.to_string())? {
                Pulled::End => return Ok((lines, last)),
                Pulled::Batch(batch) => {
                    let texts = batch
                        .items
                        .iter()
                        .map(|item| String::from_utf8_lossy(item).into_owned());
                    lines.extend(texts);
                    last = batch.cursor;
                }
            }
        }
    }

    #[tokio::test]
    async fn where_the_pieces_are_cut_does_not_matter() {
        let text = "one\n\n  two  \r\nthree\nfour";
        for length in 1..text.len() {
            let (lines, cursor) = read(text, length, None).await.unwrap();
            assert_eq!(lines, ["one", "two", "three", "four"]);
            assert_eq!(
                (&cursor["lines"], &cursor["bytes"]),
                (&json!(4), &json!(20))
            );
        }
    }

    #[tokio::test]
    async fn the_same_again_is_skipped_and_a_line_that_was_cut_is_read_whole() {
        let (_, cursor) = read("one\ntwo\nthr", 4, None).await.unwrap();
        let (lines, cursor) = read("one\ntwo\nthree\n", 5, Some(&cursor)).await.unwrap();
        assert_eq!(lines, ["three"]);
        let (lines, _) = read("one\ntwo\nthree\n", 3, Some(&cursor)).await.unwrap();
        assert_eq!(lines, [""; 0]);
    }

    #[tokio::test]
    async fn another_input_is_refused_and_not_skipped() {
        let (_, cursor) = read("one\ntwo\n", 9, None).await.unwrap();
        for other in ["one\ntwi\nthree\n", "one\n", "onetwo\nthree\nfour", ""] {
            let refused = read(other, 9, Some(&cursor)).await.unwrap_err();
            assert!(
                refused.contains("does not begin with the 2 lines"),
                "{refused}"
            );
        }
    }

    #[tokio::test]
    async fn a_line_that_is_too_long_is_cut_and_the_next_is_whole() {
        let text = format!("{}\nshort\n", "x".repeat(200_000));
        let (lines, _) = read(&text, 7_000, None).await.unwrap();
        assert!(lines[0].len() > Format::Native.max_bytes() && lines[0].len() < 70_000);
        assert_eq!(lines[1], "short");
    }
}
