//! Request bodies, limited in time, in length and in the memory that they take. All
//! bodies are read here.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use axum::http::request::Parts;
use bytes::BytesMut;
use futures::{Stream, StreamExt};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::config::HttpConfig;
use crate::http::decoding::{Decoders, Encoding};
use crate::http::error::Problem;
use crate::service::events::ReadOutcome;

/// Memory for whole bodies is counted in units of this many bytes.
const UNIT: usize = 1024;

/// Why a body was not read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs)] // Each says its meaning in its message.
pub enum BodyFault {
    #[error("the body is longer than allowed, after decompression")]
    TooLong,
    #[error(
        "the body expands to more than 250 times its compressed length; send it in parts, or \
         without compression"
    )]
    Expands,
    #[error(
        "decompressing the body takes a window of more than 8 MiB; compress it with zstd at level \
         19 or lower and without --long"
    )]
    WideWindow,
    #[error("the body was silent for too long")]
    Silent,
    #[error("the body took too long to arrive")]
    Slow,
    #[error("the body broke off")]
    BrokenOff,
    #[error("the body could not be decompressed")]
    Undecodable,
    #[error("too many large bodies are being read at this moment")]
    Crowded,
}

impl From<BodyFault> for Problem {
    fn from(fault: BodyFault) -> Self {
        let problem = match fault {
            BodyFault::TooLong | BodyFault::Expands | BodyFault::WideWindow => Self::too_large(),
            BodyFault::Silent | BodyFault::Slow => Self::body_timeout(),
            BodyFault::BrokenOff | BodyFault::Undecodable => Self::interrupted(),
            BodyFault::Crowded => Self::unavailable().retry_after(2),
        };
        problem.detail(fault)
    }
}

/// Returns the problem for items that were not read to the end; `None` if they were.
/// The items that were read are stored.
pub fn early_end<E: Into<Problem>>(outcome: ReadOutcome<E>) -> Option<Problem> {
    let problem = match outcome {
        ReadOutcome::Complete => return None,
        ReadOutcome::Broken(error) => error.into(),
        ReadOutcome::Rejected => Problem::too_many_rejected()
            .detail("so many items are wrong that no more were read; correct them"),
    };
    let reason = problem.detail.clone().unwrap_or_default();
    Some(problem.detail(format_args!(
        "{reason}; what came before is stored, send all of it again"
    )))
}

/// Reads request bodies within limits. Clones share the memory.
#[derive(Debug, Clone)]
pub struct Bodies {
    limits: HttpConfig,
    decoders: Decoders,
    /// Units of memory that are left for whole bodies.
    memory: Arc<Semaphore>,
}

impl Bodies {
    /// Sets the limits.
    pub fn new(limits: &HttpConfig) -> Self {
        let memory = limits.buffered_body_bytes.max(limits.max_body_bytes);
        Self {
            limits: limits.clone(),
            decoders: Decoders::default(),
            memory: Arc::new(Semaphore::new(memory.div_ceil(UNIT))),
        }
    }

    /// Reads a body as a stream of decompressed chunks. It ends with a fault if it is
    /// longer than `max_stream_bytes`, sends nothing for `idle_seconds` or takes longer
    /// than `stream_seconds`.
    ///
    /// # Errors
    /// 415 for an encoding that is not supported.
    pub fn stream(
        &self,
        request: Request,
    ) -> Result<impl Stream<Item = Result<Bytes, BodyFault>> + Send + use<>, Problem> {
        let (max, seconds) = (self.limits.max_stream_bytes, self.limits.stream_seconds);
        self.decoded(request, seconds, max)
    }

    /// Reads a body of at most `max_body_bytes` to its end within `body_seconds`. The
    /// memory counts as taken until the last clone of the bytes is dropped.
    ///
    /// # Errors
    /// 408, 413, 415, or 400 if it broke off or cannot be decompressed; 503 if there is
    /// no memory left for it.
    pub async fn whole(&self, request: Request) -> Result<Bytes, Problem> {
        let max = self.limits.max_body_bytes as u64;
        if declared_length(request.headers()).is_some_and(|length| length > max) {
            return Err(BodyFault::TooLong.into());
        }
        let mut body = std::pin::pin!(self.decoded(request, self.limits.body_seconds, max)?);
        let mut held = Held {
            bytes: BytesMut::new(),
            memory: self.take(0)?,
        };
        while let Some(chunk) = body.next().await {
            let chunk = chunk?;
            held.bytes.extend_from_slice(&chunk);
            let units = held.bytes.len().div_ceil(UNIT) - held.memory.num_permits();
            held.memory.merge(self.take(units)?);
        }
        Ok(Bytes::from_owner(held))
    }

    fn decoded(
        &self,
        request: Request,
        seconds: u64,
        max: u64,
    ) -> Result<impl Stream<Item = Result<Bytes, BodyFault>> + Send + use<>, Problem> {
        let encoding = Encoding::of(request.headers())?;
        let idle = Duration::from_secs(self.limits.idle_seconds);
        let body = timed(request.into_body(), idle, Duration::from_secs(seconds));
        let mut length = 0_u64;
        let counted = self.decoders.decode(encoding, body).map(move |chunk| {
            let chunk = chunk?;
            length += chunk.len() as u64;
            if length > max {
                return Err(BodyFault::TooLong);
            }
            Ok(chunk)
        });
        Ok(counted)
    }

    fn take(&self, units: usize) -> Result<OwnedSemaphorePermit, BodyFault> {
        let units = u32::try_from(units).map_err(|_| BodyFault::TooLong)?;
        let memory = Arc::clone(&self.memory).try_acquire_many_owned(units);
        memory.map_err(|_| BodyFault::Crowded)
    }
}

/// A whole body and the memory that it takes.
struct Held {
    bytes: BytesMut,
    memory: OwnedSemaphorePermit,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

fn declared_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Builds a request again from its parts and its body, which was decompressed.
pub fn with_body(mut parts: Parts, body: Bytes) -> Request {
    parts.headers.remove(CONTENT_ENCODING);
    Request::from_parts(parts, Body::from(body))
}

/// Reads a body as it arrives, with a limit on its silence and on the time in all.
fn timed(
    body: Body,
    idle: Duration,
    total: Duration,
) -> impl Stream<Item = Result<Bytes, BodyFault>> + Send {
    let end = Box::pin(tokio::time::sleep(total));
    futures::stream::unfold(
        Some((body.into_data_stream(), end)),
        move |state| async move {
            let (mut body, mut end) = state?;
            let next = tokio::select! {
                biased;
                () = &mut end => Err(BodyFault::Slow),
                next = tokio::time::timeout(idle, body.next()) => match next {
                    Err(_) => Err(BodyFault::Silent),
                    Ok(Some(chunk)) => chunk.map_err(|_| BodyFault::BrokenOff),
                    Ok(None) => return None,
                },
            };
            let rest = next.is_ok().then_some((body, end));
            Some((next, rest))
        },
    )
}
