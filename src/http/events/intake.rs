//! `POST /v1/events`: accepting events.

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request, State};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::http::App;
use crate::http::bounded;
use crate::http::error::Problem;
use crate::http::events::native::NativeEvent;
use crate::http::extract::{Auth, EventsWrite, media_type, unreadable};
use crate::service::ServiceError;
use crate::service::events::Report;

/// The result of a request with events. It is sent only after the events are
/// committed.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventsReport {
    /// Events that this request stored.
    accepted: u64,
    /// Events that were stored before with the same source, id and content.
    duplicates: u64,
    /// Items that were not stored.
    rejected_count: u64,
    /// The items that were not stored, in order, up to a configured number.
    rejected: Vec<RejectedItem>,
}

/// An item that was not stored.
#[derive(Debug, Serialize, ToSchema)]
pub struct RejectedItem {
    /// The item's position in the request, from 0. In a stream, blank lines do
    /// not count.
    index: u64,
    /// What is wrong with the item. `type` is `…:malformed-json`,
    /// `…:invalid-event`, `…:event-too-large` or `…:event-conflict` (the same
    /// source and id came before with other content); `pointer` points into the
    /// item.
    problem: Problem,
}

impl From<Report> for EventsReport {
    fn from(report: Report) -> Self {
        let rejected = report.rejections.into_iter();
        Self {
            accepted: report.accepted,
            duplicates: report.duplicates,
            rejected_count: report.rejected,
            rejected: rejected
                .map(|(index, rejection)| RejectedItem {
                    index,
                    problem: Problem::of_rejection(rejection),
                })
                .collect(),
        }
    }
}

/// Stores events.
///
/// Send one object or an array (`application/json`), or a stream with one object
/// per line (`application/x-ndjson`), optionally compressed with gzip or zstd
/// (`Content-Encoding`).
///
/// Valid items are stored even if others are not, and the answer says what became
/// of each. Sending the same events again is harmless. A stream may be of any
/// length up to the configured limit. If it breaks off, what came before is
/// stored, and the answer (`interrupted-body`), if you can still receive it, has
/// the same counts. With `Prefer: handling=strict`, an object or array is stored
/// completely or not at all.
#[utoipa::path(
    post, path = "/v1/events", tag = "ingest", operation_id = "send_events",
    request_body(
        content(
            (NativeEvent = "application/json"),
            (NativeEvent = "application/x-ndjson"),
        ),
        description = "One event, an array of events, or one event a line."
    ),
    params(("Prefer" = Option<String>, Header, description = "`handling=strict`: all or nothing (RFC 7240).")),
    responses(
        (status = 200, description = "Committed.", body = EventsReport),
        (status = 400, description = "The body is not JSON, or ended early."),
        (status = 413, description = "The body is too large."),
        (status = 415, description = "The content type or encoding is not supported."),
        (status = 422, description = "Strict handling was asked for and at least one event is wrong: no event was stored."),
        (status = 503, description = "The database is not available; try again."),
    )
)]
pub async fn send(
    State(app): State<App>,
    _: Auth<EventsWrite>,
    request: Request,
) -> Result<Response, Problem> {
    match media_type(request.headers()).as_deref() {
        Some("application/json") => send_json(&app, request).await,
        Some("application/x-ndjson" | "application/ndjson" | "application/jsonl") => {
            send_stream(app, request.into_body()).await
        }
        _ => Err(Problem::unsupported()
            .detail("send 'Content-Type: application/json' or 'application/x-ndjson'")),
    }
}

async fn send_json(app: &App, request: Request) -> Result<Response, Problem> {
    let strict = prefers_strict(request.headers());
    let body = Bytes::from_request(request, app)
        .await
        .map_err(unreadable)?;
    let items = items(&body)?;
    let items = items.iter().map(|item| item.get().as_bytes());
    if !strict {
        let report = app.service.events.take_items(items).await?;
        return Ok(axum::Json(EventsReport::from(report)).into_response());
    }
    let report = app.service.events.take_all_or_none(items).await?;
    if report.rejected == 0 {
        let mut response = axum::Json(EventsReport::from(report)).into_response();
        let applied = HeaderValue::from_static("handling=strict");
        response.headers_mut().insert("preference-applied", applied);
        return Ok(response);
    }
    let report = EventsReport::from(report);
    Err(Problem::rejected()
        .with("rejected_count", report.rejected_count)
        .with("rejected", report.rejected))
}

fn prefers_strict(headers: &HeaderMap) -> bool {
    let values = headers
        .get_all("prefer")
        .iter()
        .filter_map(|value| value.to_str().ok());
    values
        .flat_map(|value| value.split([',', ';']))
        .any(|preference| preference.trim().eq_ignore_ascii_case("handling=strict"))
}

/// Returns the items of an array, or the one item of a body that is not an array.
fn items(body: &[u8]) -> Result<Vec<&RawValue>, Problem> {
    let first = body.iter().find(|byte| !byte.is_ascii_whitespace());
    match first {
        Some(b'[') => parse_items(body),
        Some(_) => Ok(vec![parse_items(body)?]),
        None => Err(Problem::malformed_body().detail("the body is empty")),
    }
}

fn parse_items<'b, T: serde::Deserialize<'b>>(body: &'b [u8]) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|error| {
        // The message has no values; it only says where the JSON is broken.
        Problem::malformed_body().detail(format_args!("not valid JSON: {error}"))
    })
}

/// Runs in its own task: if the caller disconnects, this future is dropped, but
/// what has arrived must still be committed.
async fn send_stream(app: App, body: Body) -> Result<Response, Problem> {
    let task = tokio::spawn(async move {
        let stream = bounded::stream(body, &app.service.config.http);
        app.service.events.take_stream(stream, |_| {}).await
    });
    let report = task.await.map_err(|_| ServiceError::Busy)??;
    let interrupted = report.interrupted.clone();
    let report = EventsReport::from(report);
    match interrupted {
        None => Ok(axum::Json(report).into_response()),
        Some(reason) => Err(bounded::ended_early(&reason)
            .with("accepted", report.accepted)
            .with("duplicates", report.duplicates)
            .with("rejected_count", report.rejected_count)
            .with("rejected", report.rejected)),
    }
}
