//! `POST /v1/members/import`: importing a list of members.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::{Stream, StreamExt};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::member::ScoringBody;
use crate::http::App;
use crate::http::auth::{Admin, Auth};
use crate::http::bounded::{BodyFault, early_end};
use crate::http::error::Problem;
use crate::http::extract::{Query, media_type};
use crate::service::ServiceError;
use crate::service::members::{LineResult, MemberImport, MemberReport, RowResult};
use renown_core::domain::{AttributesPatch, IdentityText, MemberName, Scoring, Timestamp, Topic};
use renown_core::ingest::member_list::{ListFormat, RowFault};

/// The media type of one JSON object a line.
pub(super) const NDJSON: &str = "application/x-ndjson";

/// The options of an import of members.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MemberImportQuery {
    /// `true`: find out what each line would change, and write nothing.
    #[serde(default)]
    dry_run: bool,
    /// The first line to import, such as the `next_line` of an import that broke off. The
    /// header is read in any case.
    #[param(minimum = 1)]
    from_line: Option<u64>,
}

/// A member in a list, as a JSON merge patch: what is absent stays as it is, and null removes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "identity": "email:ann@example.com", "identities": ["twitter:ann"], "name": "Ann Lee",
    "attributes": {"country": "US", "visits": 3}, "interests": ["las-vegas"]
}))]
#[allow(dead_code, reason = "a schema; the core reads the lines")]
pub struct MemberLineBody {
    /// The id of a known member. An id that nobody has is left out if the line has other
    /// identities.
    id: Option<Uuid>,
    /// An identity of the member.
    identity: Option<IdentityText>,
    /// Identities of the member. New ones are added; none is removed.
    #[schema(max_items = 51)]
    identities: Option<Vec<IdentityText>>,
    /// The name; null removes it.
    #[schema(nullable)]
    name: Option<MemberName>,
    /// New values of attributes, and null for those to remove.
    attributes: Option<AttributesPatch>,
    /// All declared interests; null removes them.
    #[schema(nullable, max_items = 100)]
    interests: Option<Vec<Topic>>,
    /// Whether the member takes part in scoring.
    #[schema(value_type = Option<ScoringBody>)]
    scoring: Option<Scoring>,
    /// When a new member enrolled.
    enrolled_at: Option<Timestamp>,
}

/// The result of an import of members. Only what is committed counts.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberImportBody {
    /// Lines that enrolled a member.
    created: u64,
    /// Lines that changed a member.
    changed: u64,
    /// Lines whose content the member had already.
    unchanged: u64,
    /// Lines that were refused. They changed nothing.
    refused_count: u64,
    /// The first 1,000 refused lines.
    refused: Vec<RefusedLine>,
    /// The line after the last one with a result.
    next_line: u64,
}

/// A refused line.
#[derive(Debug, Serialize, ToSchema)]
pub struct RefusedLine {
    /// The line's number in the file, as an editor counts; the first is 1.
    line: u64,
    /// The column with the mistake, or the JSON pointer to it; empty if the whole line is
    /// wrong.
    column: String,
    /// What is wrong with the line, and what would be right.
    detail: String,
}

impl RefusedLine {
    fn new(line: u64, fault: &RowFault) -> Self {
        Self {
            line,
            column: fault.at.clone(),
            detail: fault.detail.to_string(),
        }
    }
}

impl<E> From<MemberReport<E>> for MemberImportBody {
    fn from(report: MemberReport<E>) -> Self {
        let refused = report.listed.iter();
        Self {
            created: report.created,
            changed: report.changed,
            unchanged: report.unchanged,
            refused_count: report.refused,
            refused: refused
                .map(|(line, fault)| RefusedLine::new(*line, fault))
                .collect(),
            next_line: report.next_line,
        }
    }
}

/// A line of the answer with the result of each line.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "result", rename_all = "snake_case")]
pub enum LineResultBody {
    /// A member was enrolled.
    Created {
        /// The line's number.
        line: u64,
        /// The member's id.
        member: Uuid,
    },
    /// A member was changed.
    Changed {
        /// The line's number.
        line: u64,
        /// The member's id.
        member: Uuid,
        /// What has a new value.
        columns: Vec<String>,
    },
    /// The member had all of it.
    Unchanged {
        /// The line's number.
        line: u64,
        /// The member's id.
        member: Uuid,
    },
    /// The line was refused, and changed nothing.
    Refused(RefusedLine),
}

impl From<LineResult> for LineResultBody {
    fn from((line, result): LineResult) -> Self {
        match result {
            RowResult::Created(id) => Self::Created { line, member: id.0 },
            RowResult::Unchanged(id) => Self::Unchanged { line, member: id.0 },
            RowResult::Refused(fault) => Self::Refused(RefusedLine::new(line, &fault)),
            RowResult::Changed(id, columns) => Self::Changed {
                line,
                member: id.0,
                columns,
            },
        }
    }
}

/// Imports a list of members.
///
/// The list is CSV with a header, or one JSON object a line (NDJSON), optionally compressed
/// with gzip or zstd. A line enrols a member, or changes what it says of a known one, as
/// `PATCH` would; the identities of a line are added, and none is removed. Consent (`scoring`)
/// changes only if a line names it. Lines are written a few thousand at a time. A wrong line
/// changes nothing, and the others are written. Sending the same list again changes nothing.
///
/// With `Accept: application/x-ndjson`, the answer is a stream with the result of each line,
/// after its commit, while you send: `line`, `result` (`created`, `changed`, `unchanged` or
/// `refused`), `member`, `columns`, or `column` and `detail`. Read it while you send. The last
/// line is an object with the counts as `summary`, or with a `problem`.
#[utoipa::path(
    post, path = "/v1/members/import", tag = "members", operation_id = "import_members",
    params(MemberImportQuery),
    request_body(
        content(
            (String = "text/csv"),
            (MemberLineBody = "application/x-ndjson"),
        ),
        description = "The list."
    ),
    responses(
        (status = 200, description = "The result for the lines of the list.", content(
            (MemberImportBody = "application/json"),
            (LineResultBody = "application/x-ndjson"),
        )),
        (status = 400, description = "The first line is no header of such a list, and nothing was written; or the body ended early (`interrupted-body`), and the lines before that are written."),
        (status = 408, description = "The list did not arrive in time; the lines before that are written."),
        (status = 413, description = "The list is too long; the lines before the limit are written."),
        (status = 415, description = "The content type or encoding is not supported."),
        (status = 422, description = "Too many lines are wrong (`too-many-rejected`); the lines before that are written."),
    )
)]
pub async fn import(
    State(app): State<App>,
    _: Auth<Admin>,
    Query(query): Query<MemberImportQuery>,
    request: Request,
) -> Result<Response, Problem> {
    let headers = request.headers();
    let import = MemberImport {
        format: format(headers)?,
        from_line: query.from_line.unwrap_or(1),
        is_dry: query.dry_run,
    };
    let wants_lines = wants_ndjson(headers);
    let body = app.bodies.stream(request)?;
    let (sender, receiver) = mpsc::channel(4);
    let results = wants_lines.then_some(sender);
    // In a task of its own: if the caller disconnects, this future is dropped, but what has
    // arrived must still be committed.
    let task = tokio::spawn(async move {
        let members = &app.service.members;
        members.import_list(import, body, results).await
    });
    match wants_lines {
        true => lines(receiver, task).await,
        false => Ok(axum::Json(outcome(task).await?).into_response()),
    }
}

/// Returns the format of the list.
fn format(headers: &HeaderMap) -> Result<ListFormat, Problem> {
    match media_type(headers).as_deref() {
        Some("text/csv") => Ok(ListFormat::Csv),
        Some(NDJSON | "application/ndjson" | "application/jsonl") => Ok(ListFormat::Ndjson),
        _ => Err(Problem::unsupported()
            .detail("send 'Content-Type: text/csv' or 'application/x-ndjson'")),
    }
}

/// Tells whether the caller asks for one JSON object a line in `Accept`.
fn wants_ndjson(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(ACCEPT).iter();
    let texts = accepted.filter_map(|value| value.to_str().ok());
    texts
        .flat_map(|text| text.split(','))
        .filter_map(|range| range.split(';').next())
        .any(|kind| kind.trim().eq_ignore_ascii_case(NDJSON))
}

type Task = JoinHandle<Result<MemberReport<BodyFault>, ServiceError>>;

/// Waits for the end of an import. If it was not read to its end, the problem has the counts.
async fn outcome(task: Task) -> Result<MemberImportBody, Problem> {
    let report = task.await.map_err(|_| ServiceError::Busy)??;
    let problem = early_end(report.outcome);
    let body = MemberImportBody::from(report);
    match problem {
        None => Ok(body),
        Some(problem) => Err(problem
            .with("created", body.created)
            .with("changed", body.changed)
            .with("unchanged", body.unchanged)
            .with("refused_count", body.refused_count)
            .with("refused", body.refused)
            .with("next_line", body.next_line)),
    }
}

/// Answers with the results of the lines as they come. An import that fails before its first
/// result is answered with its problem alone.
async fn lines(
    mut receiver: mpsc::Receiver<Vec<LineResult>>,
    task: Task,
) -> Result<Response, Problem> {
    let (first, rest) = match receiver.recv().await {
        Some(results) => (written(results), Some((receiver, task))),
        None => (last(Ok(outcome(task).await?)), None),
    };
    let rest = futures::stream::unfold(rest, async |rest| {
        let (mut receiver, task) = rest?;
        match receiver.recv().await {
            Some(results) => Some((written(results), Some((receiver, task)))),
            None => Some((last(outcome(task).await), None)),
        }
    });
    let first = futures::stream::once(std::future::ready(first));
    Ok(streamed(NDJSON, first.chain(rest).map(Ok::<_, BodyFault>)))
}

/// Returns an answer that is written as it comes.
pub(super) fn streamed<E: Into<axum::BoxError> + 'static>(
    media_type: &'static str,
    body: impl Stream<Item = Result<Bytes, E>> + Send + 'static,
) -> Response {
    let mut response = Body::from_stream(body).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    response
}

fn written(results: Vec<LineResult>) -> Bytes {
    let mut text = Vec::with_capacity(100 * results.len());
    for result in results {
        let line = serde_json::to_vec(&LineResultBody::from(result));
        text.extend(line.unwrap_or_default());
        text.push(b'\n');
    }
    text.into()
}

/// The last line of an answer with the result of each line.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum LastLine {
    Summary(MemberImportBody),
    Problem(Problem),
}

fn last(outcome: Result<MemberImportBody, Problem>) -> Bytes {
    let line = outcome.map_or_else(LastLine::Problem, LastLine::Summary);
    let mut text = serde_json::to_vec(&line).unwrap_or_default();
    text.push(b'\n');
    text.into()
}
