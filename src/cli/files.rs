//! Reads files of events: plain, gzip, Zstandard, or standard input.

use std::fs::File;
use std::io::{BufReader, IsTerminal, Read};
use std::path::Path;

use bytes::Bytes;
use futures::StreamExt;
use futures::stream::BoxStream;
use indicatif::{ProgressBar, ProgressStyle};
use tokio::sync::mpsc::Receiver;

use crate::cli::{CliError, Result};
use renown_core::ingest::Rejection;

/// The number of bytes per read.
const PIECE: usize = 256 * 1024;

/// Opens a file, or standard input for `-`. Reading moves the bar by the bytes on
/// disk.
pub fn open(path: &Path, bar: &ProgressBar) -> Result<Box<dyn Read + Send>> {
    let failed = |error| CliError::Failed(format!("{}: {error}", path.display()));
    if path == Path::new("-") {
        return Ok(Box::new(std::io::stdin()));
    }
    let file = File::open(path).map_err(failed)?;
    bar.set_length(file.metadata().map_err(failed)?.len());
    let reader = BufReader::with_capacity(PIECE, bar.wrap_read(file));
    Ok(
        match path.extension().and_then(|extension| extension.to_str()) {
            // A gzip file may consist of several members (RFC 1952).
            Some("gz") => Box::new(flate2::bufread::MultiGzDecoder::new(reader)),
            Some("zst") => {
                Box::new(zstd::stream::read::Decoder::with_buffer(reader).map_err(failed)?)
            }
            _ => Box::new(reader),
        },
    )
}

/// Returns a progress bar on a terminal, else a hidden one.
pub fn bar(path: &Path) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = "{prefix} {wide_bar} {bytes}/{total_bytes} {eta}";
    let bar = ProgressBar::new(0).with_prefix(path.display().to_string());
    match ProgressStyle::with_template(style) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// Says where a line of a file is wrong, and why.
pub fn rejected(line: u64, rejection: &Rejection) -> String {
    let at = match rejection.pointer.as_str() {
        "" => String::new(),
        pointer => format!(" {pointer}"),
    };
    format!("line {line}{at}: {}", rejection.detail)
}

/// Reads the next chunk; `None` at the end.
///
/// # Errors
/// If it cannot be read or decompressed.
pub fn piece(reader: &mut dyn Read) -> std::io::Result<Option<Bytes>> {
    let mut piece = vec![0; PIECE];
    let mut filled = 0;
    while filled < piece.len() {
        match reader.read(&mut piece[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    piece.truncate(filled);
    Ok((filled > 0).then(|| piece.into()))
}

/// Returns a reader as a stream of what comes, as soon as it comes: for a pipe, which may pause
/// in the middle of a chunk.
pub fn unbuffered(mut reader: impl Read + Send + 'static) -> FileStream {
    chunks(move || {
        let mut piece = vec![0; PIECE];
        loop {
            match reader.read(&mut piece) {
                Ok(read) => {
                    piece.truncate(read);
                    return Ok((read > 0).then(|| piece.into()));
                }
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    })
}

/// A file as a stream of chunks.
pub type FileStream = BoxStream<'static, std::io::Result<Bytes>>;

/// Returns a reader as a stream.
pub fn stream(mut reader: Box<dyn Read + Send>) -> FileStream {
    chunks(move || piece(reader.as_mut()))
}

/// Returns chunks as a stream. A separate thread reads a few chunks ahead.
fn chunks(mut next: impl FnMut() -> std::io::Result<Option<Bytes>> + Send + 'static) -> FileStream {
    let (sender, receiver) = tokio::sync::mpsc::channel(4);
    std::thread::spawn(move || {
        loop {
            let item = next().transpose();
            let Some(item) = item else { return };
            let failed = item.is_err();
            if sender.blocking_send(item).is_err() || failed {
                return;
            }
        }
    });
    let next = async |mut receiver: Receiver<_>| receiver.recv().await.map(|item| (item, receiver));
    futures::stream::unfold(receiver, next).boxed()
}
