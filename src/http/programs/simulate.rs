//! `POST /v1/programs/{program}/simulate`: simulating what a draft would change.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use futures::{Stream, StreamExt};
use serde::{Deserialize, Serialize};
use tokio::time::MissedTickBehavior;
use utoipa::ToSchema;

use crate::http::App;
use crate::http::auth::{Asks, Auth, PathProgram, ProgramsWrite};
use crate::http::error::Problem;
use crate::http::extract::Json;
use crate::service::programs::{PreparedSimulation, SimulationProgress, SimulationRequest};
use renown_core::domain::{AttributeName, ProgramId, Unit};
use renown_core::rules::simulate::Simulation;

/// The time between two lines of progress.
const EVERY: Duration = Duration::from_millis(500);
const NDJSON: &str = "application/x-ndjson";

/// A request for a simulation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SimulateBody {
    /// A program in YAML or JSON, as a text; the stored draft if absent.
    #[schema(max_length = 262_144)]
    source: Option<String>,
    /// The approximate number of members to evaluate, spread evenly and the same
    /// ones every time; all members if absent.
    #[schema(minimum = 1)]
    sample: Option<u64>,
    /// The attributes by which members are grouped, at most 10; if absent, the
    /// first 10 protected attributes that any member has.
    #[schema(max_items = 10)]
    groups: Option<Vec<AttributeName>>,
    /// The assumed probability that an eligible member claims a perk on a day,
    /// from 0 to 1; 0.02 if absent.
    #[schema(value_type = Option<f64>, minimum = 0, maximum = 1)]
    uptake: Option<Unit>,
}

impl SimulateBody {
    fn request(self, shows_identities: bool) -> SimulationRequest {
        let body = self;
        SimulationRequest {
            shows_identities,
            source: body.source,
            sample: body.sample,
            groups: body
                .groups
                .map(|names| names.into_iter().map(String::from).collect()),
            uptake: body
                .uptake
                .unwrap_or(Unit::clamped(SimulationRequest::UPTAKE)),
        }
    }
}

/// A line of the stream: lines of progress, then one result or one problem.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SimulationLine {
    /// The progress of the simulation.
    Progress(ProgressBody),
    /// The result, on the last line.
    Result(Box<Simulation>),
    /// The problem that ended the simulation, on the last line.
    Problem(Box<Problem>),
}

/// The progress of a simulation.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProgressBody {
    /// Members evaluated so far.
    done: u64,
    /// Members to be evaluated.
    of: u64,
}

/// Simulates what the draft, or a program in the request, would change if
/// published.
///
/// The result shows how many members change their tier, what the perks cost and
/// when they run out, and the effect on groups of members. Nothing is written.
///
/// The answer is a stream of lines: progress about twice a second, then the
/// result. With `Accept: application/json` the answer is only the result. One
/// simulation runs at a time; it stops when the caller disconnects.
#[utoipa::path(
    post, path = "/v1/programs/{program}/simulate", tag = "programs", operation_id = "simulate_program",
    params(("program" = ProgramId, Path, description = "The program's short name.")),
    request_body = SimulateBody,
    responses(
        (status = 200, description = "The changes that the draft would make.", content(
            (SimulationLine = "application/x-ndjson"),
            (Simulation = "application/json"),
        )),
        (status = 404, description = "There is no draft, and the request contains none."),
        (status = 409, description = "More units of a perk are claimed than its new stock."),
        (status = 422, description = "The draft has mistakes: `diagnostics` lists them."),
        (status = 503, description = "Another simulation is running."),
    )
)]
pub async fn simulate(
    State(app): State<App>,
    auth: Auth<Asks<ProgramsWrite>, PathProgram>,
    headers: HeaderMap,
    Json(body): Json<SimulateBody>,
) -> Result<Response, Problem> {
    let program = auth.program();
    // A key that is limited to a program is told names, as in lookups, and no identities.
    let shows_identities = auth.caller.permissions.program().is_none();
    let prepared = app
        .service
        .simulations
        .prepare(program, body.request(shows_identities))
        .await?;
    let mut response = if wants_only_the_result(&headers) {
        axum::Json(prepared.run().await?).into_response()
    } else {
        let stream = ([(CONTENT_TYPE, NDJSON)], Body::from_stream(lines(prepared)));
        stream.into_response()
    };
    let no_store = HeaderValue::from_static("no-store");
    response.headers_mut().insert(CACHE_CONTROL, no_store);
    Ok(response)
}

fn wants_only_the_result(headers: &HeaderMap) -> bool {
    let values = headers.get_all(ACCEPT).iter();
    let accepted: Vec<String> = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|range| range.split(';').next())
        .map(|media_type| media_type.trim().to_ascii_lowercase())
        .collect();
    let accepts = |media_type: &str| accepted.iter().any(|accepted| accepted == media_type);
    accepts("application/json") && !accepts(NDJSON)
}

/// Streams the lines of a simulation. It runs only while the caller reads. There is always
/// a line of progress, however quickly the simulation ends.
fn lines(prepared: PreparedSimulation) -> impl Stream<Item = Result<Bytes, Infallible>> + Send {
    let progress = prepared.progress();
    let first = progress_line(&progress);
    let mut ticks = tokio::time::interval(EVERY);
    ticks.reset();
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let running = Box::pin(prepared.run());
    let rest = futures::stream::unfold(Some((running, ticks)), move |state| {
        let progress = progress.clone();
        async move {
            let (mut running, mut ticks) = state?;
            tokio::select! {
                biased;
                _ = ticks.tick() => {
                    Some((progress_line(&progress), Some((running, ticks))))
                }
                result = &mut running => Some((line_of(&last_line(result)), None)),
            }
        }
    });
    futures::stream::once(async { first }).chain(rest)
}

fn progress_line(progress: &SimulationProgress) -> Result<Bytes, Infallible> {
    let (done, of) = (progress.done(), progress.of());
    line_of(&SimulationLine::Progress(ProgressBody { done, of }))
}

fn last_line(result: crate::service::Result<Simulation>) -> SimulationLine {
    match result {
        Ok(simulation) => SimulationLine::Result(Box::new(simulation)),
        Err(error) => SimulationLine::Problem(Box::new(error.into())),
    }
}

fn line_of(line: &SimulationLine) -> Result<Bytes, Infallible> {
    let mut bytes = serde_json::to_vec(line).expect("plain data with text keys always serialises");
    bytes.push(b'\n');
    Ok(bytes.into())
}
