//! Request bodies that are read as a stream, with a limit on length and on
//! silence.

use std::time::Duration;

use axum::body::{Body, Bytes};
use futures::{Stream, StreamExt};

use crate::config::HttpConfig;
use crate::http::error::Problem;

const TOO_LARGE: &str = "the stream is longer than allowed";

/// Reads a body as a stream. It ends with an error if the body is longer than
/// `max_stream_bytes` or if nothing arrives for `idle_seconds`.
pub fn stream(body: Body, http: &HttpConfig) -> impl Stream<Item = Result<Bytes, String>> + Send {
    let (max_bytes, idle) = (
        http.max_stream_bytes,
        Duration::from_secs(http.idle_seconds),
    );
    let state = (body.into_data_stream(), 0_u64, false);
    futures::stream::unfold(state, move |(mut body, read, ended)| async move {
        if ended {
            return None;
        }
        let end = |body, read, reason: &str| Some((Err(reason.to_owned()), (body, read, true)));
        match tokio::time::timeout(idle, body.next()).await {
            Err(_) => end(body, read, "the stream fell silent"),
            Ok(None) => None,
            Ok(Some(Err(_))) => end(
                body,
                read,
                "the stream broke off or could not be decompressed",
            ),
            Ok(Some(Ok(chunk))) => {
                let read = read + chunk.len() as u64;
                if read > max_bytes {
                    return end(body, read, TOO_LARGE);
                }
                Some((Ok(chunk), (body, read, false)))
            }
        }
    })
}

/// Returns the problem for a stream that ended early: what came before the end is
/// stored.
pub fn ended_early(reason: &str) -> Problem {
    let problem = match reason {
        TOO_LARGE => Problem::too_large(),
        _ => Problem::interrupted(),
    };
    problem.detail(format_args!(
        "{reason}; what came before is stored, send all of it again"
    ))
}
