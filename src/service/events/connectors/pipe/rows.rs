//! Cuts pieces into the rows of a table.

use std::io;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use futures::stream::BoxStream;
use futures::{Stream, StreamExt};

use super::{Mark, PipeLine, broken};
use crate::service::events::connectors::upstream::UpstreamError;
use renown_core::domain::Invalid;
use renown_core::ingest::table_mapping::{MappedTable, TableMapping};

/// Cuts pieces into the rows of a table, from a mark before its first line.
pub(super) fn split(
    pieces: impl Stream<Item = io::Result<Bytes>> + Send + Unpin + 'static,
    mapping: Arc<TableMapping>,
    mark: Mark,
) -> BoxStream<'static, Result<PipeLine, UpstreamError>> {
    let splitter = Splitter {
        pieces,
        table: MappedTable::new(mapping),
        held: BytesMut::new(),
        mark,
        is_over: false,
    };
    let next = async |mut splitter: Splitter<_>| {
        let row = splitter.next().await.transpose()?;
        Some((row, splitter))
    };
    futures::stream::unfold(splitter, next).boxed()
}

struct Splitter<S> {
    pieces: S,
    table: MappedTable,
    /// What was read behind the mark.
    held: BytesMut,
    /// The place behind the latest row.
    mark: Mark,
    is_over: bool,
}

impl<S: Stream<Item = io::Result<Bytes>> + Unpin> Splitter<S> {
    async fn next(&mut self) -> Result<Option<PipeLine>, UpstreamError> {
        let no_table = |why: Invalid| UpstreamError::Final(why.to_string());
        loop {
            if let Some((number, item)) = self.table.next_row().map_err(no_table)? {
                return Ok(Some(self.row(number, item)));
            }
            if self.is_over {
                return self.table.finish().map(|()| None).map_err(no_table);
            }
            match self.pieces.next().await.transpose().map_err(broken)? {
                Some(piece) => {
                    self.held.extend_from_slice(&piece);
                    self.table.push(&piece);
                }
                None => {
                    self.table.end();
                    self.is_over = true;
                }
            }
        }
    }

    fn row(&mut self, number: u64, item: Bytes) -> PipeLine {
        let length = self.table.passed() - self.mark.bytes;
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let passed = self.held.split_to(length.min(self.held.len()));
        self.mark.pass(&passed);
        let lines = passed.iter().filter(|byte| **byte == b'\n').count();
        self.mark.lines += lines as u64;
        PipeLine {
            number,
            item: Some(item),
            behind: passed.ends_with(b"\n").then(|| self.mark.clone()),
        }
    }
}
