//! Cuts pieces into lines.

use std::io;

use bytes::Bytes;
use futures::stream::BoxStream;
use futures::{Stream, StreamExt};

use super::{Mark, PipeLine, broken};
use crate::service::events::connectors::upstream::UpstreamError;

/// Cuts pieces into lines. Of a line that is longer than `limit`, only so much is kept that it is
/// found to be too long.
pub(super) fn split(
    pieces: impl Stream<Item = io::Result<Bytes>> + Send + Unpin + 'static,
    limit: usize,
) -> BoxStream<'static, Result<PipeLine, UpstreamError>> {
    let splitter = Splitter {
        // It is asked again behind a last line without an end.
        pieces: pieces.fuse(),
        piece: Bytes::new(),
        line: Vec::new(),
        limit,
        mark: Mark::default(),
    };
    let next = async |mut splitter: Splitter<_>| {
        let line = splitter.next().await?;
        Some((line.map_err(broken), splitter))
    };
    futures::stream::unfold(splitter, next).boxed()
}

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
            self.mark.pass(&part);
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
            number: self.mark.lines,
            item: (!text.is_empty()).then(|| Bytes::copy_from_slice(text)),
            behind: with_newline.then(|| self.mark.clone()),
        }
    }
}
