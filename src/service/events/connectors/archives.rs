//! Reads archives, one after the other: files or addresses, gzip or plain, a document on each
//! line.

use std::path::PathBuf;

use async_compression::tokio::bufread::GzipDecoder;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::StreamExt;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio_util::io::StreamReader;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::client::ConnectorClient;
use super::collect::{Items, Reopened};
use super::upstream::{Batch, Pulled, ReadPart, Upstream, UpstreamError};
use renown_core::ingest::Format;

/// The bytes that are read at once.
const PIECE: usize = 128 * 1024;

/// A file or an address.
#[derive(Debug, Clone)]
pub enum Archive {
    /// A file on this machine.
    File(PathBuf),
    /// An address.
    Address(Url),
}

impl Archive {
    /// Returns its name in a cursor.
    fn name(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Address(url) => url.to_string(),
        }
    }

    fn is_compressed(&self) -> bool {
        let path = match self {
            Self::File(path) => path.to_str().unwrap_or_default(),
            Self::Address(url) => url.path(),
        };
        path.ends_with(".gz")
    }
}

/// Archives that are read in their order.
pub struct Archives {
    client: ConnectorClient,
    format: Format,
    archives: Vec<Archive>,
    /// Returns the time of a document.
    time: fn(&[u8]) -> Option<DateTime<Utc>>,
    /// The archive that is read, and the lines of it that were.
    at: usize,
    lines: u64,
    /// Its lines: documents, or `None` for a blank one.
    open: Reopened<Option<Bytes>>,
}

/// How far a connector of archives has come. It holds for a list that begins as the one before
/// did, up to the archive that was being read: more may have been added at its end.
#[derive(Serialize, Deserialize)]
struct ArchiveCursor {
    /// The number of archives that were read as a whole.
    archives: usize,
    /// The lines that were read of the next one.
    lines: u64,
    /// A digest of the names of those of which something was read.
    names: String,
}

impl Archives {
    /// Prepares to read archives behind a cursor.
    pub fn new(
        client: ConnectorClient,
        format: Format,
        archives: Vec<Archive>,
        time: fn(&[u8]) -> Option<DateTime<Utc>>,
        cursor: Option<&Value>,
    ) -> Self {
        let cursor = super::cursor::<ArchiveCursor>(cursor);
        let known =
            cursor.filter(|cursor| names(&archives, cursor.archives, cursor.lines) == cursor.names);
        Self {
            client,
            format,
            at: known.as_ref().map_or(0, |cursor| cursor.archives),
            lines: known.map_or(0, |cursor| cursor.lines),
            archives,
            time,
            open: Reopened::new(),
        }
    }

    fn batch(&self, lines: Vec<Option<Bytes>>) -> Pulled {
        let items: Vec<Bytes> = lines.into_iter().flatten().collect();
        let cursor = ArchiveCursor {
            archives: self.at,
            lines: self.lines,
            names: names(&self.archives, self.at, self.lines),
        };
        Pulled::Batch(Batch {
            cursor: json!(cursor),
            latest: items.last().and_then(|item| (self.time)(item)),
            items,
            extent: Some(ReadPart {
                done: self.at as u64,
                total: self.archives.len() as u64,
            }),
            ..Batch::default()
        })
    }
}

/// Opens an archive behind the lines that were read.
async fn opened(
    client: &ConnectorClient,
    archive: &Archive,
    format: Format,
    read: u64,
) -> Result<Items<Option<Bytes>>, UpstreamError> {
    let unreadable = |error: std::io::Error| {
        UpstreamError::Final(format!("{} cannot be read: {error}", archive.name()))
    };
    let reader: Box<dyn AsyncBufRead + Send + Unpin> = match archive {
        Archive::File(path) => {
            let file = tokio::fs::File::open(path).await.map_err(unreadable)?;
            Box::new(BufReader::with_capacity(PIECE, file))
        }
        Archive::Address(url) => {
            let (_, pieces) = client.pieces(url, &[]).await?;
            Box::new(StreamReader::new(pieces))
        }
    };
    let reader: Box<dyn AsyncBufRead + Send + Unpin> = match archive.is_compressed() {
        true => {
            let mut decoder = GzipDecoder::new(reader);
            // A gzip file may consist of several members (RFC 1952).
            decoder.multiple_members(true);
            Box::new(BufReader::with_capacity(PIECE, decoder))
        }
        false => reader,
    };
    // A file on this machine does not become whole by itself; a download may have broken off.
    let is_file = matches!(archive, Archive::File(_));
    let name = archive.name();
    let failure = move |error: std::io::Error| match is_file {
        true => UpstreamError::Final(format!("{name} cannot be read to its end: {error}")),
        false => UpstreamError::passing(format_args!("an archive breaks off: {error}")),
    };
    let limit = format.max_bytes();
    // An error among the lines that are skipped is an error, too.
    let state = Some((reader, read));
    let lines = futures::stream::unfold(state, move |state| {
        let failure = failure.clone();
        async move {
            let (mut reader, mut skips) = state?;
            loop {
                match line(&mut reader, limit).await {
                    Ok(None) => return None,
                    Ok(Some(_)) if skips > 0 => skips -= 1,
                    Ok(Some(line)) => return Some((Ok(line), Some((reader, skips)))),
                    Err(error) => return Some((Err(failure(error)), None)),
                }
            }
        }
    });
    Ok(lines.boxed())
}

/// Returns a digest of the names of those archives of which something was read.
fn names(archives: &[Archive], whole: usize, lines: u64) -> String {
    let mut digest = Sha256::new();
    for archive in archives.iter().take(whole + usize::from(lines > 0)) {
        digest.update(archive.name());
        digest.update([0]);
    }
    hex::encode(&digest.finalize()[..16])
}

/// Reads a line, without its end; an inner `None` if it is blank. Of one that is too long, only
/// so much is kept that it is found to be too long.
async fn line(
    reader: &mut (impl AsyncBufRead + Unpin),
    limit: usize,
) -> std::io::Result<Option<Option<Bytes>>> {
    let mut line = Vec::new();
    let most = limit as u64 + 2;
    let read = reader.take(most).read_until(b'\n', &mut line).await?;
    if read == 0 {
        return Ok(None);
    }
    if line.last() != Some(&b'\n') && read as u64 == most {
        skip_line(reader).await?;
    }
    let text = line.trim_ascii();
    Ok(Some(
        (!text.is_empty()).then(|| Bytes::copy_from_slice(text)),
    ))
}

async fn skip_line(reader: &mut (impl AsyncBufRead + Unpin)) -> std::io::Result<()> {
    loop {
        let buffer = reader.fill_buf().await?;
        let end = buffer.iter().position(|byte| *byte == b'\n');
        let (length, is_last) = (end.map_or(buffer.len(), |end| end + 1), end.is_some());
        if is_last || length == 0 {
            reader.consume(length);
            return Ok(());
        }
        reader.consume(length);
    }
}

impl Upstream for Archives {
    async fn pull(&mut self, stop: &CancellationToken) -> Result<Pulled, UpstreamError> {
        let Some(archive) = self.archives.get(self.at) else {
            return Ok(Pulled::End);
        };
        let opening = opened(&self.client, archive, self.format, self.lines);
        let (read, has_ended) = self.open.next(stop, opening).await?;
        self.lines += read.len() as u64;
        if has_ended {
            // The cursor is before the next archive.
            self.at += 1;
            self.lines = 0;
        }
        Ok(self.batch(read))
    }
}
