//! Gets documents from servers that the operator has named.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use futures::stream::BoxStream;
use http::header::{ACCEPT, AUTHORIZATION, HeaderName, HeaderValue, USER_AGENT};
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::{BodyStream, Empty};
use hyper::body::Incoming;
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::time::timeout;
use url::Url;

use super::answer::refused;
use super::upstream::UpstreamError;
use crate::clock::Clock;
use crate::config::{Secret, is_of_this_machine};
use crate::https::trusting_connector;

/// The time to connect.
const CONNECT: Duration = Duration::from_secs(10);
/// The longest time until an answer begins, and between two pieces of it.
const PATIENCE: Duration = Duration::from_secs(60);
/// The longest answer that is held as a whole.
const MAX_WHOLE: usize = 32 * 1024 * 1024;
/// The `User-Agent` header.
const AGENT: &str = concat!("renown/", env!("CARGO_PKG_VERSION"));

/// The HTTP client of a connector. Redirects are not followed, and no proxy is used.
#[derive(Debug, Clone)]
pub struct ConnectorClient {
    client: Client<HttpsConnector<HttpConnector>, Empty<Bytes>>,
    token: Option<Secret>,
    clock: Clock,
}

/// A whole answer.
#[derive(Debug)]
pub(super) struct Whole {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// An answer piece by piece.
pub(super) type Pieces = BoxStream<'static, Result<Bytes, std::io::Error>>;

impl ConnectorClient {
    /// Prepares a client that sends a token, if there is one.
    pub fn new(token: Option<Secret>, clock: Clock) -> Self {
        let connector = trusting_connector(CONNECT);
        Self {
            client: Client::builder(TokioExecutor::new()).build(connector),
            token,
            clock,
        }
    }

    /// Gets a document as a whole. 304 is an answer, too.
    ///
    /// # Errors
    /// If the server cannot be reached, or refuses.
    pub(super) async fn whole(
        &self,
        url: &Url,
        headers: &[(HeaderName, &str)],
    ) -> Result<Whole, UpstreamError> {
        let response = self.ask(url, headers).await?;
        let (parts, body) = response.into_parts();
        let mut pieces = pieces(body);
        let mut whole = BytesMut::new();
        while let Some(piece) = pieces.next().await {
            whole.extend_from_slice(&piece.map_err(|error| broke(url, &error))?);
            if whole.len() > MAX_WHOLE {
                let why = format!("{} answers with more than {MAX_WHOLE} bytes", host(url));
                return Err(UpstreamError::Final(why));
            }
        }
        Ok(Whole {
            status: parts.status,
            headers: parts.headers,
            body: whole.freeze(),
        })
    }

    /// Gets a document piece by piece.
    ///
    /// # Errors
    /// As [`whole`](Self::whole).
    pub(super) async fn pieces(
        &self,
        url: &Url,
        headers: &[(HeaderName, &str)],
    ) -> Result<(HeaderMap, Pieces), UpstreamError> {
        let (parts, body) = self.ask(url, headers).await?.into_parts();
        Ok((parts.headers, pieces(body)))
    }

    async fn ask(
        &self,
        url: &Url,
        headers: &[(HeaderName, &str)],
    ) -> Result<Response<Incoming>, UpstreamError> {
        let request = self.request(url, headers)?;
        let answered = timeout(PATIENCE, self.client.request(request)).await;
        let response = match answered {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => return Err(broke(url, &error)),
            Err(_) => {
                let why = format!("{} does not answer", host(url));
                return Err(UpstreamError::passing(why));
            }
        };
        let status = response.status();
        if status.is_success() || status == StatusCode::NOT_MODIFIED {
            return Ok(response);
        }
        Err(refused(
            host(url),
            status,
            response.headers(),
            self.clock.now(),
        ))
    }

    fn request(
        &self,
        url: &Url,
        headers: &[(HeaderName, &str)],
    ) -> Result<Request<Empty<Bytes>>, UpstreamError> {
        let unusable = |why: String| UpstreamError::Final(format!("{}: {why}", host(url)));
        let mut request = Request::get(url.as_str())
            .header(USER_AGENT, AGENT)
            .header(ACCEPT, "application/json, */*;q=0.5");
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        if let Some(token) = &self.token {
            if url.scheme() != "https" && !is_of_this_machine(url) {
                let why = "a token is sent over https only, or within this machine";
                return Err(unusable(why.to_owned()));
            }
            let mut value = HeaderValue::try_from(format!("Bearer {}", token.reveal()))
                .map_err(|_| unusable("the token has characters that none has".to_owned()))?;
            value.set_sensitive(true);
            request = request.header(AUTHORIZATION, value);
        }
        request
            .body(Empty::new())
            .map_err(|error| unusable(error.to_string()))
    }
}

fn host(url: &Url) -> &str {
    url.host_str().unwrap_or("the server")
}

/// The connection failed. The error's text is that of the library, which names no address.
fn broke(url: &Url, error: &(dyn std::error::Error + 'static)) -> UpstreamError {
    let mut text = error.to_string();
    if let Some(cause) = error.source() {
        text = format!("{text}: {cause}");
    }
    UpstreamError::passing(format_args!("{}: {text}", host(url)))
}

/// Returns a body piece by piece; an error if the next one does not come in time.
fn pieces(body: Incoming) -> Pieces {
    let next = async |mut body: BodyStream<Incoming>| {
        let frame = match timeout(PATIENCE, body.next()).await {
            Ok(frame) => frame?.map_err(std::io::Error::other),
            Err(_) => Err(std::io::ErrorKind::TimedOut.into()),
        };
        let piece = frame.map(|frame| frame.into_data().unwrap_or_default());
        Some((piece, body))
    };
    // A reader may ask again behind the end.
    let pieces = futures::stream::unfold(BodyStream::new(body), next);
    pieces.fuse().boxed()
}

/// Returns the address of a relation in `Link` headers (RFC 8288), such as `next`.
pub(super) fn linked(headers: &HeaderMap, relation: &str, base: &Url) -> Option<Url> {
    let links = headers.get_all(http::header::LINK).into_iter();
    let links = links
        .filter_map(|link| link.to_str().ok())
        .flat_map(|link| link.split(','));
    let relation = format!("rel=\"{relation}\"");
    let mut found = links.filter(|link| link.contains(&relation));
    let address = found.next()?.split('<').nth(1)?.split('>').next()?;
    let url = base.join(address).ok()?;
    // The token goes to no other server.
    (url.origin() == base.origin()).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_found_by_their_relation_on_the_same_server() {
        let base: Url = "https://api.example.com/events?page=1".parse().unwrap();
        let mut headers = HeaderMap::new();
        let link =
            "<https://api.example.com/events?page=2>; rel=\"next\", </events?page=9>; rel=\"last\"";
        headers.append("link", link.parse().unwrap());
        headers.append(
            "link",
            "<https://evil.example/>; rel=\"prev\"".parse().unwrap(),
        );
        let found = |relation| linked(&headers, relation, &base).map(|url| url.to_string());
        assert_eq!(
            found("next").as_deref(),
            Some("https://api.example.com/events?page=2")
        );
        assert_eq!(
            found("last").as_deref(),
            Some("https://api.example.com/events?page=9")
        );
        assert_eq!(found("prev"), None);
        assert_eq!(found("first"), None);
    }
}
