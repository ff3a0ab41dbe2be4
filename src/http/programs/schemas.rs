//! `/v1/schemas`: JSON Schemas of the files that people write, for editors. They
//! contain nothing secret, so no key is needed.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;

use crate::http::etag::{self, IfNoneMatch};
use renown_core::rules::{AUDIENCE_SCHEMA, PROGRAM_SCHEMA};

/// Returns the JSON Schema (draft 2020-12) of program files.
///
/// Editors use it to complete and check programs. It describes the form of a
/// program; whether its parts fit together is checked when a draft is stored.
#[utoipa::path(
    get, path = "/v1/schemas/program.json", tag = "programs", operation_id = "get_program_schema", security(()),
    responses(
        (status = 200, description = "The schema.", body = serde_json::Value, content_type = "application/schema+json"),
        (status = 304, description = "The `ETag` of an earlier answer; 304 if it still holds."),
    )
)]
pub async fn program(known: IfNoneMatch) -> Response {
    schema(&known, PROGRAM_SCHEMA)
}

/// Returns the JSON Schema (draft 2020-12) of audience files.
#[utoipa::path(
    get, path = "/v1/schemas/audience.json", tag = "programs", operation_id = "get_audience_schema", security(()),
    responses(
        (status = 200, description = "The schema.", body = serde_json::Value, content_type = "application/schema+json"),
        (status = 304, description = "The `ETag` of an earlier answer; 304 if it still holds."),
    )
)]
pub async fn audience(known: IfNoneMatch) -> Response {
    schema(&known, AUDIENCE_SCHEMA)
}

fn schema(known: &IfNoneMatch, schema: &'static str) -> Response {
    let body = Bytes::from_static(schema.as_bytes());
    let mut response = etag::respond(known, body, etag::of(schema.as_bytes()));
    let sent = response.status() == StatusCode::OK;
    let own = response.headers_mut();
    if sent {
        let schema = HeaderValue::from_static("application/schema+json");
        own.insert(header::CONTENT_TYPE, schema);
    }
    // The schema has no personal data, so any cache may store it, but must
    // revalidate it.
    let shared = HeaderValue::from_static("no-cache");
    own.insert(header::CACHE_CONTROL, shared);
    response
}
