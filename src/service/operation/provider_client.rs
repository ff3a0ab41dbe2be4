//! What is asked of an OpenID provider: its metadata and keys, which are kept for a while,
//! the token for a code, and the claims about a person.

use std::error::Error;
use std::time::Duration;

use bytes::Bytes;
use futures::future::BoxFuture;
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use url::Url;

use crate::config::is_of_this_machine;
use crate::https::trusting_connector;

/// How long one request may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// The time to connect.
const CONNECT: Duration = Duration::from_secs(5);
/// The longest answer that is read.
const MAX_ANSWER: usize = 1024 * 1024;

/// Why a provider could not be asked. It says nothing of what was sent, which is secret.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoAnswer {
    /// The request would go over a network without TLS.
    #[error("{0} is neither https nor http on this machine")]
    NotEncrypted(String),
    /// The provider does not answer in time.
    #[error("there is no answer within {} s", PATIENCE.as_secs())]
    Late,
    /// The connection fails.
    #[error("the connection fails")]
    Connection(#[source] Box<dyn Error + Send + Sync>),
}

/// The HTTP client. Redirects are not followed, and no proxy is used.
#[derive(Debug, Clone)]
pub(super) struct ProviderClient(Client<HttpsConnector<HttpConnector>, Full<Bytes>>);

impl ProviderClient {
    pub(super) fn new() -> Self {
        let connector = trusting_connector(CONNECT);
        Self(Client::builder(TokioExecutor::new()).build(connector))
    }

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, NoAnswer> {
        let address = request.uri().to_string();
        let url = Url::parse(&address);
        let is_safe = url.is_ok_and(|url| url.scheme() == "https" || is_of_this_machine(&url));
        if !is_safe {
            return Err(NoAnswer::NotEncrypted(address));
        }
        let exchange = async {
            let request = request.map(|body| Full::new(Bytes::from(body)));
            let broken = |error| NoAnswer::Connection(Box::new(error));
            let (parts, body) = self.0.request(request).await.map_err(broken)?.into_parts();
            let body = Limited::new(body, MAX_ANSWER).collect().await;
            let body = body.map_err(NoAnswer::Connection)?.to_bytes();
            Ok(HttpResponse::from_parts(parts, body.to_vec()))
        };
        let answered = tokio::time::timeout(PATIENCE, exchange).await;
        answered.unwrap_or(Err(NoAnswer::Late))
    }
}

impl<'c> AsyncHttpClient<'c> for ProviderClient {
    type Error = NoAnswer;
    type Future = BoxFuture<'c, Result<HttpResponse, NoAnswer>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}
