//! Sends requests to addresses that callers have given, without letting them reach
//! forbidden networks.
//!
//! The host name is resolved for each connection. Addresses that the egress policy
//! forbids are left out, and the connection goes to exactly the addresses that
//! remain, so a later change of the name has no effect. Redirects are not followed,
//! and no proxy is used.

use std::error::Error;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::header::{CONTENT_TYPE, RETRY_AFTER, USER_AGENT};
use http::{Request, Response, StatusCode, Uri};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{ConfigBuilderExt, HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpStream;
use uuid::Uuid;

use renown_core::domain::{
    Attempted, EgressPolicy, Failure, WebhookFormat, WebhookSecret, WebhookUrl, retry_after,
    signatures,
};

/// Bytes of a response's body that are read, so that the connection can be reused.
const MAX_ANSWER: usize = 4_096;
/// The time to connect to one of several addresses of a host.
const CONNECT: Duration = Duration::from_secs(5);
/// The time for which an unused connection is kept.
const IDLE: Duration = Duration::from_secs(30);
/// The `User-Agent` header.
const AGENT: &str = concat!("renown/", env!("CARGO_PKG_VERSION"));

/// A message to be sent, with everything that its signature covers.
#[derive(Debug, Clone)]
pub(super) struct Signed {
    /// The address of the receiver.
    pub url: WebhookUrl,
    /// The secrets to sign with, newest first.
    pub secrets: Vec<WebhookSecret>,
    /// The message's id.
    pub id: Uuid,
    /// The time of the attempt.
    pub at: DateTime<Utc>,
    /// The format of the payload.
    pub format: WebhookFormat,
    /// The payload.
    pub body: Bytes,
}

/// The HTTP client. Clones share their connections.
#[derive(Debug, Clone)]
pub(super) struct WebhookClient {
    client: Client<HttpsConnector<Connector>, Full<Bytes>>,
    timeout: Duration,
}

impl WebhookClient {
    pub(in crate::service) fn new(reach: EgressPolicy, timeout: Duration) -> Self {
        let provider = rustls_provider();
        let tls = provider.with_webpki_roots().with_no_client_auth();
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_http1()
            .wrap_connector(Connector(Arc::new(reach)));
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(hyper_util::rt::TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .build(connector);
        Self { client, timeout }
    }

    /// Makes one attempt. Every failure is an outcome too.
    pub(in crate::service) async fn send(&self, signed: &Signed) -> Attempted {
        let failed = |failure| Attempted::Failed {
            failure,
            after: None,
        };
        let Ok(request) = request(signed) else {
            return failed(Failure::Broken);
        };
        match tokio::time::timeout(self.timeout, self.exchange(request)).await {
            Err(_) => failed(Failure::Timeout),
            Ok(Err(error)) => failed(failure(&error, signed.url.is_encrypted())),
            Ok(Ok(response)) => judge(&response, signed.at),
        }
    }

    /// Sends a request; reads the head of the response and a little of its body.
    async fn exchange(
        &self,
        request: Request<Full<Bytes>>,
    ) -> Result<Response<()>, hyper_util::client::legacy::Error> {
        let (parts, body) = self.client.request(request).await?.into_parts();
        if parts.status.is_success() {
            // The content is ignored; it may be too long or break off.
            let _ = Limited::new(body, MAX_ANSWER).collect().await;
        }
        Ok(Response::from_parts(parts, ()))
    }
}

fn request(signed: &Signed) -> Result<Request<Full<Bytes>>, http::Error> {
    let timestamp = signed.at.timestamp();
    let signature = signatures(&signed.secrets, signed.id, timestamp, &signed.body);
    Request::post(signed.url.as_str())
        .header(CONTENT_TYPE, signed.format.media_type())
        .header(USER_AGENT, AGENT)
        .header("webhook-id", signed.id.to_string())
        .header("webhook-timestamp", timestamp)
        .header("webhook-signature", signature)
        .body(Full::new(signed.body.clone()))
}

/// Returns the outcome that a response means.
fn judge(response: &Response<()>, now: DateTime<Utc>) -> Attempted {
    let status = response.status();
    if status.is_success() {
        return Attempted::Delivered(status.as_u16());
    }
    if status == StatusCode::GONE {
        return Attempted::Gone;
    }
    let may_ask = [
        StatusCode::TOO_MANY_REQUESTS,
        StatusCode::SERVICE_UNAVAILABLE,
    ];
    let asked = response.headers().get(RETRY_AFTER);
    let asked = asked.filter(|_| may_ask.contains(&status));
    Attempted::Failed {
        failure: Failure::Status(status.as_u16()),
        after: asked
            .and_then(|value| value.to_str().ok())
            .and_then(|value| retry_after(value, now)),
    }
}

/// Returns the kind of a failure. The error's own text is not used, because it may
/// contain anything.
fn failure(error: &hyper_util::client::legacy::Error, encrypted: bool) -> Failure {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(NoWay(failure)) = error.downcast_ref::<NoWay>() {
            return *failure;
        }
        cause = error.source();
    }
    match (error.is_connect(), encrypted) {
        // The address was reachable, so it was the handshake that failed.
        (true, true) => Failure::Tls,
        (true, false) => Failure::Unreachable,
        (false, _) => Failure::Broken,
    }
}

fn rustls_provider() -> rustls::ConfigBuilder<rustls::ClientConfig, rustls::WantsVerifier> {
    let ring = Arc::new(rustls::crypto::ring::default_provider());
    rustls::ClientConfig::builder_with_provider(ring)
        .with_safe_default_protocol_versions()
        .expect("ring knows the versions of TLS that rustls does")
}

/// No connection can be made, for this reason.
#[derive(Debug, thiserror::Error)]
#[error("no connection: {}", .0.as_str())]
struct NoWay(Failure);

/// Connects to the addresses that the egress policy permits.
#[derive(Debug, Clone)]
struct Connector(Arc<EgressPolicy>);

impl tower::Service<Uri> for Connector {
    type Response = TokioIo<TcpStream>;
    type Error = NoWay;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, NoWay>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), NoWay>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let reach = Arc::clone(&self.0);
        Box::pin(async move { connect(&reach, &uri).await.map_err(NoWay) })
    }
}

async fn connect(reach: &EgressPolicy, uri: &Uri) -> Result<TokioIo<TcpStream>, Failure> {
    let encrypted = uri.scheme_str() == Some("https");
    let port = uri.port_u16().unwrap_or(if encrypted { 443 } else { 80 });
    let found = resolve(uri.host().unwrap_or_default(), port).await?;
    // Unencrypted connections only where the operator allows them.
    let permitted = |address: &SocketAddr| match encrypted {
        true => reach.permits(address.ip()),
        false => reach.allows(address.ip()),
    };
    let addresses: Vec<SocketAddr> = found.into_iter().filter(permitted).collect();
    if addresses.is_empty() {
        return Err(Failure::Forbidden);
    }
    for address in addresses {
        if let Ok(Ok(stream)) = tokio::time::timeout(CONNECT, TcpStream::connect(address)).await {
            let _ = stream.set_nodelay(true);
            return Ok(TokioIo::new(stream));
        }
    }
    Err(Failure::Unreachable)
}

async fn resolve(host: &str, port: u16) -> Result<Vec<SocketAddr>, Failure> {
    let literal = host.trim_start_matches('[').trim_end_matches(']');
    if let Ok(ip) = literal.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(ip, port)]);
    }
    let found = tokio::net::lookup_host((host, port)).await;
    let found: Vec<SocketAddr> = found.map_err(|_| Failure::Unresolved)?.collect();
    if found.is_empty() {
        return Err(Failure::Unresolved);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn attempt(reach: EgressPolicy, uri: &str) -> Result<(), Failure> {
        connect(&reach, &uri.parse().unwrap()).await.map(|_| ())
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_refused_when_it_is_called() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        for host in [
            "localhost",
            "127.0.0.1",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "0.0.0.0",
        ] {
            for scheme in ["http", "https"] {
                let uri = format!("{scheme}://{host}:{port}/");
                let refused = attempt(EgressPolicy::default(), &uri).await;
                assert_eq!(refused, Err(Failure::Forbidden), "{uri}");
            }
        }
        let allowed = EgressPolicy::new(vec!["127.0.0.0/8".parse().unwrap()]);
        let uri = format!("http://localhost:{port}/");
        assert_eq!(attempt(allowed, &uri).await, Ok(()), "{uri}");
    }

    #[tokio::test]
    async fn nothing_goes_in_the_clear_to_the_public_internet() {
        let refused = attempt(EgressPolicy::default(), "http://1.1.1.1/").await;
        assert_eq!(refused, Err(Failure::Forbidden));
    }

    #[tokio::test]
    async fn a_name_that_is_not_there_is_not_found() {
        let refused = attempt(EgressPolicy::default(), "https://no-such-host.invalid/").await;
        assert_eq!(refused, Err(Failure::Unresolved));
    }
}
