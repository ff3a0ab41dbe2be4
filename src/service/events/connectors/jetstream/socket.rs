//! The connection to a Jetstream server: documents, compressed or not, and signs of life.

use std::time::Duration;

use bytes::Bytes;
use futures::{SinkExt, StreamExt, stream};
use http::Uri;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};
use tower::ServiceExt;
use url::Url;
use zstd::bulk::Decompressor;

use crate::clock::Clock;
use crate::https::trusting_connector;
use crate::service::events::connectors::answer::refused;
use crate::service::events::connectors::collect::{Items, endless};
use crate::service::events::connectors::upstream::UpstreamError;

/// The time to connect.
const CONNECT: Duration = Duration::from_secs(10);
/// The time for the handshake.
const HANDSHAKE: Duration = Duration::from_secs(20);
/// After this time in silence, the server is asked for a sign of life; after as much again, the
/// connection is given up.
const SILENCE: Duration = Duration::from_secs(25);
/// The longest document, in bytes.
const MAX_DOCUMENT: usize = 4 * 1024 * 1024;
/// The room for a document whose frame does not say how long it is.
const USUAL_ROOM: usize = 256 * 1024;
/// The dictionary that the server compresses documents with; see the licence beside it.
const DICTIONARY: &[u8] = include_bytes!("legacy_subscribe.zdict");

/// Connects to the server.
///
/// # Errors
/// If it cannot be reached, or refuses.
pub(super) async fn connect(
    url: &Url,
    clock: &Clock,
) -> Result<Items<Option<Bytes>>, UpstreamError> {
    let host = url.host_str().unwrap_or_default().to_owned();
    let stream = trusting_connector(CONNECT).oneshot(transport(url)?).await;
    let stream = stream.map_err(|error| {
        UpstreamError::passing(format_args!("{host} cannot be reached: {error}"))
    })?;
    let config = WebSocketConfig::default()
        .max_message_size(Some(MAX_DOCUMENT))
        .max_frame_size(Some(MAX_DOCUMENT));
    let handshake = client_async_with_config(url.as_str(), TokioIo::new(stream), Some(config));
    let (socket, _) = match timeout(HANDSHAKE, handshake).await {
        Ok(Ok(socket)) => socket,
        Ok(Err(error)) => return Err(no_stream(&host, error, clock)),
        Err(_) => {
            return Err(UpstreamError::passing(format_args!(
                "{host} does not answer"
            )));
        }
    };
    let decompressor = Decompressor::with_dictionary(DICTIONARY)
        .map_err(|error| UpstreamError::Final(error.to_string()))?;
    let socket = Socket {
        socket,
        decompressor,
        asked: false,
    };
    let next = async |mut socket: Socket<_>| {
        let next = socket.next().await?;
        Some((next, socket))
    };
    Ok(endless(stream::unfold(socket, next)))
}

/// Returns the address to connect to, as the connector of HTTP knows it.
fn transport(url: &Url) -> Result<Uri, UpstreamError> {
    let scheme = if url.scheme() == "wss" {
        "https"
    } else {
        "http"
    };
    let authority = url.authority();
    let uri = format!("{scheme}://{authority}/").parse();
    uri.map_err(|error| UpstreamError::Final(format!("the address cannot be used: {error}")))
}

/// Judges a handshake that failed. Too many connections, and errors of the server, may pass.
fn no_stream(host: &str, error: Error, clock: &Clock) -> UpstreamError {
    match error {
        Error::Http(response) => refused(host, response.status(), response.headers(), clock.now()),
        error => UpstreamError::passing(format_args!("no stream from {host}: {error}")),
    }
}

struct Socket<S> {
    socket: WebSocketStream<S>,
    decompressor: Decompressor<'static>,
    /// Whether the server was asked for a sign of life, and has not given one yet.
    asked: bool,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Socket<S> {
    /// Waits for a document or a sign of life; `None` at the end.
    async fn next(&mut self) -> Option<Result<Option<Bytes>, UpstreamError>> {
        let broken = |error| {
            Some(Err(UpstreamError::passing(format_args!(
                "the stream broke: {error}"
            ))))
        };
        loop {
            let message = match timeout(SILENCE, self.socket.next()).await {
                Ok(Some(Ok(message))) => message,
                Ok(Some(Err(error))) => return broken(error),
                Ok(None) => return None,
                Err(_) if self.asked => {
                    return Some(Err(UpstreamError::passing("the server has gone silent")));
                }
                Err(_) => {
                    self.asked = true;
                    match self.socket.send(Message::Ping(Bytes::new())).await {
                        Ok(()) => continue,
                        Err(error) => return broken(error),
                    }
                }
            };
            self.asked = false;
            match message {
                Message::Text(text) => return Some(Ok(Some(text.into()))),
                Message::Binary(frame) => return Some(self.document(&frame).map(Some)),
                Message::Ping(_) | Message::Pong(_) => return Some(Ok(None)),
                Message::Close(_) | Message::Frame(_) => {}
            }
        }
    }

    fn document(&mut self, frame: &[u8]) -> Result<Bytes, UpstreamError> {
        let size = zstd::zstd_safe::get_frame_content_size(frame)
            .ok()
            .flatten();
        let room = size.map_or(USUAL_ROOM, |size| {
            usize::try_from(size).unwrap_or(usize::MAX)
        });
        let document = self.decompressor.decompress(frame, room.min(MAX_DOCUMENT));
        let unreadable =
            |error| UpstreamError::passing(format_args!("a frame cannot be read: {error}"));
        Ok(document.map_err(unreadable)?.into())
    }
}
