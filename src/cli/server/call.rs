//! A request to a server: its address, headers and body.

use bytes::Bytes;
use futures::TryStreamExt;
use http::header::{AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::Frame;
use serde_json::Value;
use url::Url;

use super::Server;
use crate::cli::files::FileStream;
use crate::clock::Clock;

/// The `User-Agent` header.
const AGENT: &str = concat!("renown/", env!("CARGO_PKG_VERSION"));

/// The body of a request.
pub(super) type Body = UnsyncBoxBody<Bytes, std::io::Error>;

/// A request that can be sent again.
#[derive(Clone)]
pub(in crate::cli) struct Call {
    method: Method,
    url: Url,
    headers: HeaderMap,
    body: Bytes,
}

impl Server {
    /// Returns a request for the path `/v1/…` with these segments.
    pub(in crate::cli) fn call(&self, method: Method, segments: &[&str]) -> Call {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().push("v1").extend(segments);
        }
        let mut headers = HeaderMap::new();
        headers.insert(USER_AGENT, HeaderValue::from_static(AGENT));
        headers.insert(AUTHORIZATION, self.authorization.clone());
        Call {
            method,
            url,
            headers,
            body: Bytes::new(),
        }
    }

    /// Returns a request that changes something. It has a name of its own, so that it is
    /// carried out once however often it is sent.
    pub(in crate::cli) fn change(&self, segments: &[&str]) -> Call {
        let mut call = self.call(Method::POST, segments);
        if let Ok(name) = HeaderValue::try_from(Clock::System.new_id().to_string()) {
            call.headers.insert("idempotency-key", name);
        }
        call
    }
}

impl Call {
    /// Adds a query parameter.
    pub(in crate::cli) fn query(mut self, name: &str, value: &str) -> Self {
        self.url.query_pairs_mut().append_pair(name, value);
        self
    }

    /// Sets a header.
    pub(in crate::cli) fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// Sets the body.
    pub(in crate::cli) fn body(self, kind: &'static str, body: impl Into<Bytes>) -> Self {
        let mut call = self.of_type(kind);
        call.body = body.into();
        call
    }

    /// Sets the body, as JSON.
    pub(in crate::cli) fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }

    /// Sets the type of a body that is sent as a stream.
    pub(in crate::cli) fn of_type(mut self, kind: &'static str) -> Self {
        let kind = HeaderValue::from_static(kind);
        self.headers.insert(CONTENT_TYPE, kind);
        self
    }

    /// Returns the request with its body.
    pub(super) fn whole(&self) -> http::Result<Request<Body>> {
        let body = Full::new(self.body.clone());
        self.with(body.map_err(|never| match never {}).boxed_unsync())
    }

    /// Returns the request with a stream as its body.
    pub(super) fn streamed(&self, stream: FileStream) -> http::Result<Request<Body>> {
        self.with(StreamBody::new(stream.map_ok(Frame::data)).boxed_unsync())
    }

    fn with(&self, body: Body) -> http::Result<Request<Body>> {
        let mut request = Request::builder()
            .method(self.method.clone())
            .uri(self.url.as_str())
            .body(body)?;
        *request.headers_mut() = self.headers.clone();
        Ok(request)
    }
}
