//! `POST /v1/events`: accepting events.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::App;
use crate::http::auth::{Auth, EventsWrite};
use crate::http::bounded::early_end;
use crate::http::error::Problem;
use crate::http::events::foreign::{ActivityDocument, CloudEvent};
use crate::http::events::native::{NativeEvent, NativeEvents};
use crate::http::events::sent::{Cut, EventsQuery, Sent};
use crate::http::extract::Query;
use crate::service::ServiceError;
use crate::service::events::{ReadOutcome, Reading, Report};
use renown_core::ingest::IgnoredReason;

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
    /// Items that mean nothing that is counted, although nothing is wrong with them. Events of
    /// the service's own format never are.
    ignored_count: u64,
    /// The items that were ignored, in order, up to a configured number.
    ignored: Vec<IgnoredItem>,
}

/// An item that means nothing that is counted.
#[derive(Debug, Serialize, ToSchema)]
pub struct IgnoredItem {
    /// The item's position in the request, from 0.
    index: u64,
    /// Why it was ignored.
    reason: IgnoredReason,
    /// One sentence with what is special about this item.
    detail: String,
}

/// An item that was not stored.
#[derive(Debug, Serialize, ToSchema)]
pub struct RejectedItem {
    /// The item's position in the request, from 0. In a stream, blank lines do
    /// not count.
    index: u64,
    /// The item's line in a stream, from 1; absent in a list.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    line: Option<u64>,
    /// What is wrong with the item. `type` is `…:malformed-json`,
    /// `…:invalid-event`, `…:event-too-large` or `…:event-conflict` (the same
    /// source and id came before with other content); `pointer` points into the
    /// item.
    problem: Problem,
}

impl<E> From<Report<E>> for EventsReport {
    fn from(report: Report<E>) -> Self {
        let rejected = report.rejections.into_iter();
        Self {
            accepted: report.accepted,
            duplicates: report.duplicates,
            rejected_count: report.rejected,
            rejected: rejected
                .map(|(place, rejection)| RejectedItem {
                    index: place.index,
                    line: place.line,
                    problem: Problem::of_rejection(rejection),
                })
                .collect(),
            ignored_count: report.ignored,
            ignored: report
                .ignorings
                .into_iter()
                .map(|(place, ignored)| IgnoredItem {
                    index: place.index,
                    reason: ignored.reason,
                    detail: ignored.detail,
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
/// length up to the configured limit. If it breaks off, does not arrive in time or
/// has too many wrong items, what came before is stored, and the problem, if you
/// can still receive it, has the same counts. With `Prefer: handling=strict`, an object or array is stored
/// completely or not at all.
///
/// CloudEvents 1.0 are taken too, as JSON (`application/cloudevents+json`,
/// `application/cloudevents-batch+json`) or in binary mode (headers `ce-…`), and so are documents
/// of ActivityStreams 2.0 (`application/activity+json`, or `application/ld+json` with its
/// profile), each of which may be a collection of others. An item that means nothing that is
/// counted is ignored, with a reason, and is no mistake.
///
/// A key that is bound to sources may send only as these: an event of another source is
/// rejected. An undo names an event of its own source.
#[utoipa::path(
    post, path = "/v1/events", tag = "ingest", operation_id = "send_events",
    request_body(
        content(
            (NativeEvents = "application/json"),
            (NativeEvent = "application/x-ndjson"),
            (CloudEvent = "application/cloudevents+json"),
            (Vec<CloudEvent> = "application/cloudevents-batch+json"),
            (ActivityDocument = "application/activity+json"),
        ),
        description = "One event, an array of events, one event a line, or what other systems send."
    ),
    params(EventsQuery, ("Prefer" = Option<String>, Header, description = "`handling=strict`: all or nothing (RFC 7240).")),
    responses(
        (status = 200, description = "Committed.", body = EventsReport),
        (status = 400, description = "The body is not JSON, or ended early, or a header of a CloudEvent is not valid."),
        (status = 408, description = "The body did not arrive in time."),
        (status = 413, description = "The body is too large."),
        (status = 415, description = "The content type or encoding is not supported."),
        (status = 422, description = "Strict handling was asked for and at least one event is wrong: no event was stored. Or too many items are wrong: what came before is stored (`too-many-rejected`)."),
    )
)]
pub async fn send(
    State(app): State<App>,
    auth: Auth<EventsWrite>,
    Query(query): Query<EventsQuery>,
    request: Request,
) -> Result<Response, Problem> {
    let sent = Sent::of(request.headers())?;
    let reading = sent.reading(auth.caller.permissions.sources(), query)?;
    match sent.cut {
        Cut::Lines => send_stream(app, reading, request).await,
        _ => send_items(&app, sent, reading, request).await,
    }
}

async fn send_items(
    app: &App,
    sent: Sent,
    reading: Reading,
    request: Request,
) -> Result<Response, Problem> {
    let headers = request.headers().clone();
    let strict = prefers_strict(&headers);
    let body = app.bodies.whole(request).await?;
    let length = body.len();
    let compute = &app.service.compute;
    let items = move || sent.items(&headers, &body);
    let items = compute.run(length, items).await??;
    if !strict {
        return answer(app.service.events.take_items(&reading, items).await?);
    }
    let report = app.service.events.take_all_or_none(&reading, items).await?;
    if report.rejected == 0 {
        let mut response = axum::Json(EventsReport::from(report)).into_response();
        let applied = HeaderValue::from_static("handling=strict");
        response.headers_mut().insert("preference-applied", applied);
        return Ok(response);
    }
    let mut problem = Problem::rejected();
    if report.outcome == ReadOutcome::Rejected {
        problem = problem.detail("so many items are wrong that no more were read; correct them");
    }
    let report = EventsReport::from(report);
    Err(problem
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

/// Runs in its own task: if the caller disconnects, this future is dropped, but
/// what has arrived must still be committed.
async fn send_stream(app: App, reading: Reading, request: Request) -> Result<Response, Problem> {
    let stream = app.bodies.stream(request)?;
    let task = tokio::spawn(async move {
        let events = &app.service.events;
        events.take_stream(&reading, stream, |_| {}).await
    });
    answer(task.await.map_err(|_| ServiceError::Busy)??)
}

/// Answers with the counts: as they are, or in a problem if not all items were read.
fn answer<E: Into<Problem> + Copy>(report: Report<E>) -> Result<Response, Problem> {
    let problem = early_end(report.outcome);
    let report = EventsReport::from(report);
    match problem {
        None => Ok(axum::Json(report).into_response()),
        Some(problem) => Err(problem
            .with("accepted", report.accepted)
            .with("duplicates", report.duplicates)
            .with("rejected_count", report.rejected_count)
            .with("rejected", report.rejected)
            .with("ignored_count", report.ignored_count)
            .with("ignored", report.ignored)),
    }
}
