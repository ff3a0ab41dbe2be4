//! What is asked of an OpenID provider: its metadata and keys, which are kept for a while,
//! the token for a code, and the claims about a person.

use std::error::Error;
use std::time::Duration;

use bytes::Bytes;
use futures::future::BoxFuture;
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use url::Url;

use crate::config::is_of_this_machine;
use crate::https::{self, HttpsClient};

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

/// The HTTP client.
#[derive(Debug, Clone)]
pub(super) struct ProviderClient(HttpsClient);

impl ProviderClient {
    pub(super) fn new() -> Self {
        Self(https::client(CONNECT))
    }

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, NoAnswer> {
        let address = request.uri().to_string();
        let url = Url::parse(&address);
        let is_safe = url.is_ok_and(|url| url.scheme() == "https" || is_of_this_machine(&url));
        if !is_safe {
            return Err(NoAnswer::NotEncrypted(address));
        }
        let exchange = https::exchange(&self.0, request.map(Bytes::from), MAX_ANSWER);
        let answered = tokio::time::timeout(PATIENCE, exchange).await;
        let answer = answered.map_err(|_| NoAnswer::Late)?;
        let answer = answer.map_err(NoAnswer::Connection)?;
        Ok(answer.map(|body| body.to_vec()))
    }
}

impl<'c> AsyncHttpClient<'c> for ProviderClient {
    type Error = NoAnswer;
    type Future = BoxFuture<'c, Result<HttpResponse, NoAnswer>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}
