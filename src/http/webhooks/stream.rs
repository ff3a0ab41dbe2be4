//! `GET /v1/stream`: messages as server-sent events.

use std::convert::Infallible;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use futures::Stream;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::http::App;
use crate::http::auth::{Auth, NamedProgram, ProgramsWrite};
use crate::http::error::Problem;
use crate::http::extract::Query;
use crate::http::webhooks::webhook::{kinds, within};
use crate::service::webhooks::{MessageStream, Streamed};
use renown_core::domain::{MessageFilter, ProgramId};

/// The header with the last position that a returning reader has received.
static LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// Asks proxies that know this header not to buffer the stream.
static BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// The messages to stream.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StreamQuery {
    /// Only messages of these types, separated by commas; all types if absent.
    #[param(max_length = 2_000)]
    types: Option<String>,
    /// Only messages about this program. A key that is limited to a program only
    /// gets that program's messages.
    program: Option<ProgramId>,
}

/// Streams every message as a server-sent event, in the order of commits and
/// without gaps.
///
/// `id` is the message's position, `event` its type, and `data` the payload that
/// webhooks get.
///
/// To continue after an interruption, send the last id in `Last-Event-ID`.
/// Without it, the stream begins with the next message. While there are no
/// messages, a comment is sent every 15 seconds by default to show that the
/// stream is alive. Its `id` is the position up to which there was no message for
/// this stream.
#[utoipa::path(
    get, path = "/v1/stream", tag = "webhooks", operation_id = "stream",
    params(
        StreamQuery,
        ("Last-Event-ID" = Option<i64>, Header, description = "The position after which the stream continues."),
    ),
    responses(
        (status = 200, description = "The stream.", body = String, content_type = "text/event-stream"),
        (status = 400, description = "A type is not valid, or the position is not a number."),
        (status = 410, description = "The messages after this position are not kept any more, or the position was never assigned: `oldest` and `latest` give the range. A caller that keeps a copy should make it anew."),
        (status = 503, description = "The largest number of streams is open already."),
    )
)]
pub async fn stream(
    State(app): State<App>,
    auth: Auth<ProgramsWrite, NamedProgram>,
    Query(query): Query<StreamQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let wanted = wanted(&auth, query.types.as_deref(), query.program)?;
    let after = last_position(&headers)?;
    let reader = app.service.callers.watch(&auth.caller);
    let stream = app.service.webhooks.stream(wanted, after, reader).await?;
    let mut response = Sse::new(events(stream)).into_response();
    let no = HeaderValue::from_static("no");
    response.headers_mut().insert(BUFFERING.clone(), no);
    Ok(response)
}

/// Returns the filter of a query for messages.
///
/// # Errors
/// 400 if a type is not valid; 403 if the key may not read the messages.
pub(super) fn wanted(
    auth: &Auth<ProgramsWrite, NamedProgram>,
    types: Option<&str>,
    about: Option<ProgramId>,
) -> Result<MessageFilter, Problem> {
    Ok(MessageFilter {
        kinds: kinds(&listed(types))?,
        program: program(auth, about)?,
    })
}

fn listed(types: Option<&str>) -> Vec<String> {
    let names = types.into_iter().flat_map(|types| types.split(','));
    names.map(|name| name.trim().to_owned()).collect()
}

fn program(
    auth: &Auth<ProgramsWrite, NamedProgram>,
    asked: Option<ProgramId>,
) -> Result<Option<ProgramId>, Problem> {
    let own = within(auth)?;
    let Some(program) = asked else {
        return Ok(own.cloned());
    };
    auth.reach(&program)?;
    Ok(Some(program))
}

/// Returns the position in `Last-Event-ID`. An empty header counts as absent.
fn last_position(headers: &HeaderMap) -> Result<Option<i64>, Problem> {
    let value = headers.get(&LAST_EVENT_ID);
    let text = value.map(|value| value.to_str().unwrap_or("?").trim());
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let position = text.parse().ok().filter(|position| *position >= 0);
    position.map(Some).ok_or_else(|| {
        Problem::invalid_request().detail("Last-Event-ID must be the id of an event of this stream")
    })
}

fn events(stream: MessageStream) -> impl Stream<Item = Result<Event, Infallible>> + Send {
    futures::stream::unfold(stream, async |mut stream| {
        let said = stream.next().await?;
        Some((Ok(event(said)), stream))
    })
}

fn event(said: Streamed) -> Event {
    match said {
        Streamed::Message {
            position,
            kind,
            payload,
        } => Event::default()
            .id(position.to_string())
            .event(kind.as_str())
            .data(String::from_utf8_lossy(&payload)),
        // Without data the client sees no event, but remembers the id.
        Streamed::Nothing { position } => Event::default().comment("").id(position.to_string()),
    }
}
