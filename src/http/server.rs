//! The HTTP server: accepts connections, and keeps their number and the time that a
//! caller may leave one unused within limits.
//!
//! `connections` decides which connections stay; `socket` observes what a caller does
//! on one; `open_files` says how many there may be.

mod connections;
mod open_files;
mod socket;

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Error;
use axum::body::{Body, Bytes};
use axum::extract::ConnectInfo;
use hyper::Request;
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::Config;
use crate::http::request::Api;
use connections::{Admitted, Connections, Serving};
use socket::Socket;

/// The largest head of a request (the request line and the headers); a larger one is
/// answered with 431.
const MAX_HEAD_BYTES: usize = 32 * 1024;
/// The most connections that wait until they are accepted; the system may allow fewer.
const BACKLOG: u32 = 4096;
/// The pause after a connection could not be accepted.
const PAUSE: Duration = Duration::from_millis(100);

/// Listens on an address, with room for a crowd of callers at once.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    // So that the address can be used again at once after a restart.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Serves requests until `stop`; then finishes those that are being answered.
pub async fn serve(
    listener: TcpListener,
    api: Api,
    config: &Config,
    stop: CancellationToken,
) -> io::Result<()> {
    let limit = open_files::most_connections(config);
    tracing::info!(limit, "connections are limited");
    let connections = Arc::new(Connections::new(limit, &config.http));
    let expiry = tokio::spawn(Arc::clone(&connections).close_expired());
    let tasks = TaskTracker::new();
    let accepting = async {
        loop {
            let (stream, peer) = accept(&listener, &connections).await;
            let admitted = connections.admit().await;
            let (api, stop) = (api.clone(), stop.clone());
            tasks.spawn(answer((stream, peer), admitted, api, stop));
        }
    };
    tokio::select! {
        () = stop.cancelled() => {}
        () = accepting => {}
    }
    drop(listener);
    tasks.close();
    tasks.wait().await;
    expiry.abort();
    Ok(())
}

/// Accepts a connection. If the process has no file left for it, closes some that are
/// not used and tries again.
async fn accept(listener: &TcpListener, connections: &Connections) -> (TcpStream, SocketAddr) {
    let mut failed = false;
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) if is_of_the_caller(&error) => {}
            Err(error) => {
                if !std::mem::replace(&mut failed, true) {
                    tracing::error!(%error, "connections cannot be accepted; trying again");
                }
                connections.make_room();
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// Returns whether only the one connection is lost.
fn is_of_the_caller(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    )
}

/// Answers the requests of a connection until one side closes it.
async fn answer(
    (stream, peer): (TcpStream, SocketAddr),
    admitted: Admitted,
    api: Api,
    stop: CancellationToken,
) {
    // Answers are small and complete; waiting for more to send only delays them.
    let _ = stream.set_nodelay(true);
    let connection = admitted.connection();
    let service = service_fn(|request: Request<Incoming>| {
        let serving = connection.serve();
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        let api = &api;
        async move {
            let response = api.answer(request).await;
            let tracked = |body| Tracked {
                body,
                _serving: serving,
            };
            Ok::<_, Infallible>(response.map(tracked))
        }
    });
    let socket = TokioIo::new(Socket::new(stream, Arc::clone(connection)));
    let mut answering = pin!(
        http1::Builder::new()
            .max_header_size(MAX_HEAD_BYTES)
            // The time for a head is limited together with the other times.
            .header_read_timeout(None)
            .serve_connection(socket, service)
    );
    let mut is_stopping = false;
    loop {
        tokio::select! {
            // What has arrived is read before the connection is closed.
            biased;
            result = answering.as_mut() => {
                if let Err(error) = result {
                    tracing::trace!(%error, "a connection broke off");
                }
                return;
            }
            () = connection.closed() => return,
            () = stop.cancelled(), if !is_stopping => {
                is_stopping = true;
                answering.as_mut().graceful_shutdown();
                if connection.is_unused() {
                    return;
                }
            }
        }
    }
}

/// The body of an answer; the connection counts as used until it is sent.
struct Tracked {
    body: Body,
    _serving: Serving,
}

impl hyper::body::Body for Tracked {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
