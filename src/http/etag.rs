//! Strong entity tags and 304 answers (RFC 9110).

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::http::error::Problem;

/// Returns the tag of a body: the first 16 bytes of its SHA-256 in hexadecimal,
/// in quotes.
pub fn of(body: &[u8]) -> String {
    let digest = Sha256::digest(body);
    let mut tag = String::with_capacity(34);
    tag.push('"');
    for byte in &digest[..16] {
        tag.push_str(&format!("{byte:02x}"));
    }
    tag.push('"');
    tag
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
pub fn json(request: &HeaderMap, value: &impl Serialize) -> Result<Response, Problem> {
    let body = serde_json::to_vec(value).map_err(|_| Problem::internal())?;
    let tag = of(&body);
    Ok(respond(request, Bytes::from(body), &tag))
}

/// Answers with a JSON body and its tag, or with 304 if the caller already has
/// it.
pub fn respond(request: &HeaderMap, body: Bytes, tag: &str) -> Response {
    let mut response = if has(request, tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let mut response = Response::new(Body::from(body));
        let json = HeaderValue::from_static("application/json");
        response.headers_mut().insert(header::CONTENT_TYPE, json);
        response
    };
    if let Ok(tag) = HeaderValue::from_str(tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    // Only the caller may store answers about people, and must revalidate them.
    let private = HeaderValue::from_static("private, no-cache");
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, private);
    response
}

/// Returns whether the caller has what a tag stands for.
pub fn has(request: &HeaderMap, tag: &str) -> bool {
    request
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|own| own == "*" || own.strip_prefix("W/").unwrap_or(own) == tag)
}
