//! `/v1/decisions`: outcomes with all their reasons, recorded.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::App;
use crate::http::auth::{Asks, Auth, Lookup, NamedProgram};
use crate::http::error::Problem;
use crate::http::etag::{self, IfNoneMatch};
use crate::http::extract::{JsonText, Path, at_most, parse_json};
use crate::http::idempotency::{Idempotent, Reply, RequestName, answered, once};
use crate::service;
use crate::service::ServiceError;
use crate::service::decisions::{Decided, Decision, DecisionRequest};
use renown_core::domain::{
    Attribute, Attributes, DecisionId, IdentityText, ProgramId, Right, Timestamp,
};
use renown_core::rules::{Freshness, Reasons};

/// The most decisions in one batch.
const MAX_BATCH: usize = 1_000;
/// The most decisions in a batch under an `Idempotency-Key`, whose answer is
/// stored.
const MAX_NAMED_BATCH: usize = 100;

/// A request for a decision, or for a batch of decisions.
#[derive(Debug, ToSchema)]
#[serde(untagged)]
#[allow(
    dead_code,
    reason = "a schema; which of the two it is shows before either is read"
)]
pub enum DecideBody {
    /// A request for one decision.
    One(DecideOneBody),
    /// A request for a batch of decisions.
    Many(DecideManyBody),
}

/// A request for a decision.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"program": "palms-klub", "member": "twitter:kevin", "request": {"channel": "front-desk"}}))]
pub struct DecideOneBody {
    /// The program's short name.
    program: ProgramId,
    /// The member: our id, or any identity.
    member: IdentityText,
    /// What you know of the occasion, as conditions read it under `request`:
    /// names, each with a text, a number, a boolean or a list of texts. At most
    /// 64.
    #[serde(default)]
    #[schema(value_type = Attributes)]
    request: BTreeMap<String, Attribute>,
    /// When the ticket was opened, from which the targets of the service level count; the
    /// time of the decision if absent.
    #[serde(default)]
    opened_at: Option<Timestamp>,
    /// `true`: decide, but do not record the decision.
    #[serde(default)]
    dry: bool,
}

impl From<DecideOneBody> for DecisionRequest {
    fn from(body: DecideOneBody) -> Self {
        Self {
            program: body.program,
            member: body.member.into(),
            context: body.request,
            opened_at: body.opened_at.map(Timestamp::get),
            dry: body.dry,
        }
    }
}

/// A request for a batch of decisions. Each is answered on its own.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecideManyBody {
    /// From 1 to 1,000 decisions (100 under an `Idempotency-Key`), all made with
    /// the same versions at the same time.
    #[schema(value_type = Vec<DecideOneBody>, min_items = 1, max_items = 1_000)]
    #[serde(deserialize_with = "at_most::<MAX_BATCH, _, _>")]
    decisions: Vec<Box<RawValue>>,
}

/// Tells whether a body is a batch, before the body is validated.
#[derive(Deserialize)]
struct Shape {
    decisions: Option<IgnoredAny>,
}

/// A decision with its outcome, reasons and inputs.
#[derive(Debug, Serialize, ToSchema)]
pub struct DecisionBody {
    /// The id under which the decision can be fetched again; null for a dry run.
    id: Option<Uuid>,
    /// The program's short name.
    program: String,
    /// The version of the program that gave the outcome.
    program_version: i32,
    /// The member's id; null if no member is enrolled under the identity or the
    /// member opted out.
    member: Option<Uuid>,
    /// When the decision was made.
    decided_at: DateTime<Utc>,
    /// The age of everything that the rules read.
    freshness: Freshness,
    /// The outcome, with the reasons for everything that was given or refused.
    #[schema(value_type = Reasons)]
    outcome: Box<RawValue>,
    /// Everything that the rules read: scores, attributes, the previous tier,
    /// stock, the request and the clock. The same inputs and the same version
    /// give the same outcome, byte for byte; `…/replay` verifies it.
    #[schema(value_type = Object)]
    inputs: Box<RawValue>,
}

impl DecisionBody {
    fn new(id: Option<DecisionId>, decision: Decision) -> Self {
        Self {
            id: id.map(|id| id.0),
            program: decision.program.to_string(),
            program_version: decision.version.0,
            member: decision.member.map(|member| member.0),
            decided_at: decision.decided_at,
            freshness: decision.freshness,
            outcome: decision.outcome,
            inputs: decision.inputs,
        }
    }
}

/// The answer to a dry run or to a batch.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum DecidedBody {
    /// The answer to a dry run.
    One(Box<DecisionBody>),
    /// The answer to a batch.
    Many(DecisionsBody),
}

/// The answer to a batch of decisions.
#[derive(Debug, Serialize, ToSchema)]
pub struct DecisionsBody {
    /// One item for each decision requested, in the same order.
    data: Vec<DecisionItem>,
}

/// The result of one decision of a batch.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DecisionItem {
    /// The decision. It is recorded unless it is a dry run.
    Decision(Box<DecisionBody>),
    /// The problem that prevented the decision. Its `pointer` points into the
    /// batch.
    Problem(Box<Problem>),
}

/// Decides what a member gets, with all reasons, and records it.
///
/// The answer lists every tier and perk with its condition as written, what was
/// found, what was required, and what would change it (a change that was
/// evaluated and found to pass, or the reason why there is none).
///
/// A batch has up to 1,000 decisions (100 under an `Idempotency-Key`). Each is
/// answered on its own, with its decision or its problem. All that are not dry
/// runs are recorded in one transaction before the answer.
#[utoipa::path(
    post, path = "/v1/decisions", tag = "decisions", operation_id = "decide",
    request_body = DecideBody,
    responses(
        (status = 201, description = "Decided and recorded.", body = DecisionBody),
        (status = 200, description = "Decided, a dry run; or a batch.", body = DecidedBody),
        (status = 400, description = "Something is wrong with the body."),
        (status = 404, description = "There is no such program."),
    )
)]
pub async fn decide(
    State(app): State<App>,
    auth: Auth<Asks<Lookup>, NamedProgram>,
    request: Idempotent<JsonText>,
) -> Result<Response, Problem> {
    if let Some(answer) = answered(&app, &auth, &request.name).await? {
        return Ok(answer);
    }
    let JsonText(body) = request.body;
    let text = body.clone();
    let shape = move || serde_json::from_slice(&text);
    match app.service.compute.run(body.len(), shape).await? {
        Ok(Shape { decisions: Some(_) }) => decide_many(&app, &auth, request.name, body).await,
        _ => decide_one(&app, &auth, request.name, body).await,
    }
}

async fn decide_one(
    app: &App,
    auth: &Auth<Asks<Lookup>, NamedProgram>,
    name: Option<RequestName>,
    body: Bytes,
) -> Result<Response, Problem> {
    let body: DecideOneBody = JsonText(body).parse(app).await?;
    check(auth, &body)?;
    let decided = app.service.decisions.decide(body.into()).await?;
    let Some(id) = decided.id else {
        let body = DecisionBody::new(None, decided.decision);
        return Ok(axum::Json(DecidedBody::One(Box::new(body))).into_response());
    };
    once(app, auth, name, async |work| {
        app.service.decisions.record(work, &[&decided]).await?;
        let location = format!("/v1/decisions/{id}");
        Reply::created(
            Some(location),
            &DecisionBody::new(Some(id), decided.decision),
        )
    })
    .await
}

async fn decide_many(
    app: &App,
    auth: &Auth<Asks<Lookup>, NamedProgram>,
    name: Option<RequestName>,
    body: Bytes,
) -> Result<Response, Problem> {
    let DecideManyBody { decisions } = JsonText(body).parse(app).await?;
    let most = match name {
        Some(_) => MAX_NAMED_BATCH,
        None => MAX_BATCH,
    };
    if !(1..=most).contains(&decisions.len()) {
        return Err(Problem::invalid_request()
            .pointer("/decisions")
            .detail(format_args!(
                "a batch has from 1 to {MAX_BATCH} decisions; under an Idempotency-Key, whose \
                 answer is kept, to {MAX_NAMED_BATCH}"
            )));
    }
    let (mut requests, mut read) = (Vec::new(), Vec::with_capacity(decisions.len()));
    for decision in &decisions {
        let body = read_item(auth, decision);
        read.push(body.map(|body| requests.push(body.into())));
    }
    let decided = app.service.decisions.decide_many(&requests).await?;
    let good = |one: &service::Result<Decided>| one.as_ref().is_ok_and(|one| one.id.is_some());
    if !decided.iter().any(good) {
        return Ok(axum::Json(items(read, decided)).into_response());
    }
    once(app, auth, name, async |work| {
        let good: Vec<&Decided> = decided.iter().filter_map(|one| one.as_ref().ok()).collect();
        app.service.decisions.record(work, &good).await?;
        Reply::ok(&items(read, decided))
    })
    .await
}

/// Builds the items of the answer in the order of the request. `decided` holds
/// only the results of the items that could be read, in their order.
fn items(read: Vec<Result<(), Problem>>, decided: Vec<service::Result<Decided>>) -> DecidedBody {
    let mut decided = decided.into_iter();
    let data = read.into_iter().enumerate().map(|(place, read)| {
        let decided = read.and_then(|()| match decided.next() {
            Some(decided) => decided.map_err(item_problem),
            None => Err(Problem::internal()),
        });
        match decided {
            Ok(Decided { id, decision }) => {
                DecisionItem::Decision(Box::new(DecisionBody::new(id, decision)))
            }
            Err(problem) => {
                let within = problem.pointer.clone().unwrap_or_default();
                let pointer = format!("/decisions/{place}{within}");
                DecisionItem::Problem(Box::new(problem.pointer(pointer)))
            }
        }
    });
    DecidedBody::Many(DecisionsBody {
        data: data.collect(),
    })
}

/// Reads one item of a batch and checks that the key reaches its program.
fn read_item(
    auth: &Auth<Asks<Lookup>, NamedProgram>,
    item: &RawValue,
) -> Result<DecideOneBody, Problem> {
    let body: DecideOneBody = parse_json(item.get().as_bytes())?;
    check(auth, &body)?;
    Ok(body)
}

/// Checks that the caller reaches the program, and may record a decision if it is to be recorded.
fn check(auth: &Auth<Asks<Lookup>, NamedProgram>, body: &DecideOneBody) -> Result<(), Problem> {
    auth.reach(&body.program)
        .map_err(|problem| problem.pointer("/program"))?;
    match body.dry {
        true => Ok(()),
        false => auth
            .check_write(Right::Lookup)
            .map_err(|problem| problem.pointer("/dry")),
    }
}

/// Turns an error into an item's problem. If something is not found, it is the
/// program.
fn item_problem(error: ServiceError) -> Problem {
    match error {
        ServiceError::NotFound(_) => Problem::from(error).pointer("/program"),
        other => other.into(),
    }
}

/// Returns a recorded decision as it was made.
#[utoipa::path(
    get, path = "/v1/decisions/{id}", tag = "decisions", operation_id = "get_decision",
    params(("id" = Uuid, Path, description = "The decision's id.")),
    responses(
        (status = 200, description = "The decision.", body = DecisionBody),
        (status = 404, description = "There is no such decision."),
    )
)]
pub async fn get(
    State(app): State<App>,
    auth: Auth<Lookup, NamedProgram>,
    Path(id): Path<Uuid>,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    let id = DecisionId(id);
    let decision = app.service.decisions.get(id).await?;
    auth.reach(&decision.program)?;
    etag::json(&known, &DecisionBody::new(Some(id), decision))
}
