//! Strong entity tags and 304 answers (RFC 9110).

use std::convert::Infallible;
use std::fmt::Write;

use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::http::error::Problem;

/// Room for the headers of an answer, so that the map grows only once.
const HEADERS: usize = 12;

/// The tags of the answers that the caller has, from `If-None-Match`.
#[derive(Debug, Clone)]
pub struct IfNoneMatch(Vec<HeaderValue>);

impl From<&HeaderMap> for IfNoneMatch {
    fn from(request: &HeaderMap) -> Self {
        let values = request.get_all(header::IF_NONE_MATCH);
        Self(values.iter().cloned().collect())
    }
}

impl<S: Sync> FromRequestParts<S> for IfNoneMatch {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::from(&parts.headers))
    }
}

impl IfNoneMatch {
    /// Returns whether the caller has what a tag stands for.
    pub fn has(&self, tag: &HeaderValue) -> bool {
        let values = self.0.iter().filter_map(|value| value.to_str().ok());
        let mut tags = values.flat_map(|value| value.split(',')).map(str::trim);
        tags.any(|own| {
            let strong = own.strip_prefix("W/").unwrap_or(own);
            own == "*" || strong.as_bytes() == tag.as_bytes()
        })
    }
}

/// Returns the tag of a body: the first 16 bytes of its SHA-256 in hexadecimal,
/// in quotes.
pub fn of(body: &[u8]) -> HeaderValue {
    let digest = Sha256::digest(body);
    let mut tag = String::with_capacity(34);
    tag.push('"');
    for byte in &digest[..16] {
        write!(tag, "{byte:02x}").expect("writing to a string cannot fail");
    }
    tag.push('"');
    HeaderValue::try_from(tag).expect("quotes and digits are a valid header value")
}

/// Answers with JSON and the tag of a version that counts changes, for `If-Match`.
pub fn versioned(status: StatusCode, version: i64, value: &impl Serialize) -> Response {
    let mut response = (status, axum::Json(value)).into_response();
    if let Ok(tag) = HeaderValue::try_from(format!("\"v{version}\"")) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

/// Answers with JSON and its tag, or with 304 if the caller already has it.
///
/// # Errors
/// 500 if the value cannot be serialised.
pub fn json(known: &IfNoneMatch, value: &impl Serialize) -> Result<Response, Problem> {
    let body = serde_json::to_vec(value).map_err(|_| Problem::internal())?;
    let tag = of(&body);
    Ok(respond(known, Bytes::from(body), tag))
}

/// Answers with a JSON body and its tag, or with 304 if the caller already has
/// it.
pub fn respond(known: &IfNoneMatch, body: Bytes, tag: HeaderValue) -> Response {
    let mut headers = HeaderMap::with_capacity(HEADERS);
    let mut response = if known.has(&tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let json = HeaderValue::from_static("application/json");
        headers.insert(header::CONTENT_TYPE, json);
        Response::new(Body::from(body))
    };
    headers.insert(header::ETAG, tag);
    // Only the caller may store answers about people, and must revalidate them.
    let private = HeaderValue::from_static("private, no-cache");
    headers.insert(header::CACHE_CONTROL, private);
    *response.headers_mut() = headers;
    response
}
