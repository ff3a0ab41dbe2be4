//! Answers to pages of other origins (CORS, Fetch Standard), for those that are configured. They
//! call with a key; cookies are never allowed.

use std::time::Duration;

use axum::http::header::{
    ACCEPT, AUTHORIZATION, CONTENT_TYPE, ETAG, IF_MATCH, IF_NONE_MATCH, LINK, LOCATION, RETRY_AFTER,
};
use axum::http::{HeaderName, HeaderValue, Method};
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::config::HttpConfig;
use crate::http::idempotency::{IDEMPOTENCY_KEY, REPLAYED};
use crate::http::request::REQUEST_ID;

/// For how long a browser may keep what it was told.
const MAX_AGE: Duration = Duration::from_secs(3600);

/// Returns the layer that answers preflight requests and marks the other answers; `None`
/// without configured origins.
pub fn layer(config: &HttpConfig) -> Option<CorsLayer> {
    let origin = |origin: &crate::config::WebOrigin| HeaderValue::from_str(origin.as_str()).ok();
    let origins: Vec<HeaderValue> = config.cors_origins.iter().filter_map(origin).collect();
    if origins.is_empty() {
        return None;
    }
    let layer = CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_methods([
            Method::GET,
            Method::HEAD,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
        ])
        .allow_headers([
            ACCEPT,
            AUTHORIZATION,
            CONTENT_TYPE,
            IF_MATCH,
            IF_NONE_MATCH,
            IDEMPOTENCY_KEY.clone(),
            REQUEST_ID.clone(),
            HeaderName::from_static("last-event-id"),
            HeaderName::from_static("prefer"),
            HeaderName::from_static("traceparent"),
            HeaderName::from_static("tracestate"),
        ])
        .expose_headers([
            ETAG,
            LINK,
            LOCATION,
            RETRY_AFTER,
            REPLAYED.clone(),
            REQUEST_ID.clone(),
            HeaderName::from_static("deprecation"),
            HeaderName::from_static("ratelimit"),
            HeaderName::from_static("ratelimit-policy"),
            HeaderName::from_static("sunset"),
        ])
        .max_age(MAX_AGE);
    Some(layer)
}
