//! `Content-Encoding`: decompression within limits. A small body that expands to a large
//! one, or takes much memory, is refused.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_compression::tokio::bufread::{GzipDecoder, ZstdDecoder};
use async_compression::zstd::DParameter;
use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_ENCODING;
use futures::stream::BoxStream;
use futures::{Stream, StreamExt};
use tokio::io::AsyncRead;
use tokio::sync::Semaphore;
use tokio_util::io::{ReaderStream, StreamReader};

use crate::http::bounded::BodyFault;
use crate::http::error::Problem;

/// The most decompressed bytes for one compressed byte. Events compress to a tenth or a
/// twentieth of their length.
const MAX_RATIO: u64 = 250;
/// A body may expand to this many bytes whatever its ratio.
const FREE_BYTES: u64 = 1 << 20;
/// The logarithm of the widest window of zstd: 8 MiB, which RFC 8878 recommends to
/// support at least.
const MAX_WINDOW_LOG: u32 = 23;
/// The most bodies in zstd that are decompressed at once; each takes a window.
const ZSTD_AT_ONCE: usize = 16;
/// The longest time that a body in zstd waits for its turn.
const PATIENCE: Duration = Duration::from_secs(10);
/// The number of bytes that are decompressed in one step.
const STEP: usize = 64 * 1024;

/// How a body is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Not at all.
    Identity,
    /// RFC 1952; several members are allowed.
    Gzip,
    /// RFC 8878.
    Zstd,
}

impl Encoding {
    /// Returns the encoding that the headers name.
    ///
    /// # Errors
    /// 415 for any other encoding, and for more than one.
    pub fn of(headers: &HeaderMap) -> Result<Self, Problem> {
        let mut values = headers.get_all(CONTENT_ENCODING).iter();
        let (first, more) = (values.next(), values.next());
        let name = first.map_or("identity", |value| value.to_str().unwrap_or_default());
        match name.trim().to_ascii_lowercase().as_str() {
            _ if more.is_some() => Err(()),
            "identity" | "" => Ok(Self::Identity),
            "gzip" | "x-gzip" => Ok(Self::Gzip),
            "zstd" => Ok(Self::Zstd),
            _ => Err(()),
        }
        .map_err(|()| Problem::unsupported().detail("Content-Encoding must be gzip or zstd"))
    }
}

/// Decompresses bodies. Clones share the limit on how many are decompressed at once.
#[derive(Debug, Clone)]
pub struct Decoders {
    zstd: Arc<Semaphore>,
}

impl Default for Decoders {
    fn default() -> Self {
        Self {
            zstd: Arc::new(Semaphore::new(ZSTD_AT_ONCE)),
        }
    }
}

impl Decoders {
    /// Decompresses a body. A body in zstd waits until there is room for its window.
    pub fn decode(
        &self,
        encoding: Encoding,
        body: impl Stream<Item = Result<Bytes, BodyFault>> + Send + 'static,
    ) -> BoxStream<'static, Result<Bytes, BodyFault>> {
        let read = Arc::new(AtomicU64::new(0));
        let count = Arc::clone(&read);
        let body = body.map(move |chunk| {
            let chunk = chunk.map_err(io::Error::other)?;
            count.fetch_add(chunk.len() as u64, Ordering::Relaxed);
            Ok::<_, io::Error>(chunk)
        });
        let body = StreamReader::new(body.boxed());
        match encoding {
            Encoding::Identity => body.into_inner().map(|chunk| chunk.map_err(fault)).boxed(),
            Encoding::Gzip => {
                let mut decoder = GzipDecoder::new(body);
                decoder.multiple_members(true);
                steps(Box::pin(decoder), read).boxed()
            }
            Encoding::Zstd => {
                let zstd = Arc::clone(&self.zstd);
                let begun = async move {
                    let room = tokio::time::timeout(PATIENCE, zstd.acquire_owned()).await;
                    let Ok(room) = room else {
                        return futures::stream::iter([Err(BodyFault::Crowded)]).boxed();
                    };
                    let window = [DParameter::window_log_max(MAX_WINDOW_LOG)];
                    let mut decoder = ZstdDecoder::with_params(body, &window);
                    decoder.multiple_members(true);
                    steps(Box::pin(decoder), read)
                        .map(move |chunk| {
                            // Holds the room until the stream is dropped.
                            let _ = &room;
                            chunk
                        })
                        .boxed()
                };
                futures::stream::once(begun).flatten().boxed()
            }
        }
    }
}

/// Reads a decoder step by step, and lets other tasks run in between. `read` is the
/// number of compressed bytes so far.
fn steps(
    decoder: Pin<Box<dyn AsyncRead + Send>>,
    read: Arc<AtomicU64>,
) -> impl Stream<Item = Result<Bytes, BodyFault>> + Send {
    let mut written = 0;
    ReaderStream::with_capacity(decoder, STEP)
        .map(move |chunk| {
            let chunk = chunk.map_err(fault)?;
            written += chunk.len() as u64;
            if written > FREE_BYTES && written / MAX_RATIO > read.load(Ordering::Relaxed) {
                return Err(BodyFault::Expands);
            }
            Ok(chunk)
        })
        .then(|chunk| async {
            tokio::task::yield_now().await;
            chunk
        })
}

/// Returns the fault behind an error of a decoder.
fn fault(error: io::Error) -> BodyFault {
    let inner = error.get_ref();
    if let Some(fault) = inner.and_then(|inner| inner.downcast_ref::<BodyFault>()) {
        return *fault;
    }
    // zstd has no other sign of it.
    match error.to_string().contains("too much memory") {
        true => BodyFault::WideWindow,
        false => BodyFault::Undecodable,
    }
}
