//! `/v1/decisions`: the outcome with all its reasons, recorded.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::App;
use super::error::Problem;
use super::etag;
use super::extract::{Auth, Json, Lookup, Path};
use crate::domain::{Attribute, DecisionId, ProgramId};
use crate::rules::Reasons;
use crate::service::{Decision, DecisionRequest};

/// What is to be decided.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"program": "palms-klub", "member": "twitter:kevin", "request": {"channel": "front-desk"}}))]
pub struct DecideBody {
    /// The program's short name.
    #[schema(value_type = String)]
    program: ProgramId,
    /// For whom: our id, or any identity.
    member: String,
    /// What you know of the occasion, as conditions read it under `request`:
    /// names with a text, number, boolean or list of texts. At most 64.
    #[serde(default)]
    #[schema(value_type = Object)]
    request: BTreeMap<String, Attribute>,
    /// Decide, but do not record it.
    #[serde(default)]
    dry: bool,
}

/// A decision.
#[derive(Debug, Serialize, ToSchema)]
pub struct DecisionBody {
    /// Under which it can be fetched again; null for a dry run.
    id: Option<Uuid>,
    /// The program.
    program: String,
    /// The version of the program that decided.
    program_version: i32,
    /// Our id of the member; null for somebody who is not enrolled or opted out.
    member: Option<Uuid>,
    /// When.
    decided_at: DateTime<Utc>,
    /// The outcome, and the reasons for everything that was given and refused.
    #[schema(value_type = Reasons)]
    outcome: Value,
    /// Everything that the rules read: scores, attributes, the tier held
    /// before, stock, the request and the clock. The same inputs and the same
    /// version give the same outcome, to the byte.
    #[schema(value_type = Object)]
    inputs: Value,
}

impl DecisionBody {
    fn new(id: Option<DecisionId>, decision: Decision) -> Self {
        Self {
            id: id.map(|id| id.0),
            program: decision.program.to_string(),
            program_version: decision.version.0,
            member: decision.member.map(|member| member.0),
            decided_at: decision.decided_at,
            outcome: decision.outcome,
            inputs: decision.inputs,
        }
    }
}

/// Decide what a person gets, and why: every tier and perk with its condition
/// as written, what was found, what was required, and what would change it
/// (evaluated and found to pass, or the reason why there is nothing).
#[utoipa::path(
    post, path = "/v1/decisions", tag = "decisions", operation_id = "decide",
    request_body = DecideBody,
    responses(
        (status = 201, description = "Decided and recorded.", body = DecisionBody),
        (status = 200, description = "Decided, a dry run.", body = DecisionBody),
        (status = 400, description = "Something is wrong with the body.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such program.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn decide(
    State(app): State<App>,
    auth: Auth<Lookup>,
    Json(body): Json<DecideBody>,
) -> Result<Response, Problem> {
    auth.reach(&body.program)?;
    let request = DecisionRequest {
        program: body.program,
        member: body.member,
        context: body.request,
        dry: body.dry,
    };
    let decided = app.service.decide(request).await?;
    let id = decided.id;
    let body = axum::Json(DecisionBody::new(id, decided.decision));
    let Some(id) = id else {
        return Ok(body.into_response());
    };
    let mut response = (StatusCode::CREATED, body).into_response();
    if let Ok(location) = HeaderValue::try_from(format!("/v1/decisions/{id}")) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

/// A recorded decision, as it was made.
#[utoipa::path(
    get, path = "/v1/decisions/{id}", tag = "decisions", operation_id = "get_decision",
    params(("id" = Uuid, Path, description = "The decision's id.")),
    responses(
        (status = 200, description = "The decision.", body = DecisionBody),
        (status = 404, description = "There is no such decision.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn get(
    State(app): State<App>,
    auth: Auth<Lookup>,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let id = DecisionId(id);
    let decision = app.service.decision(id).await?;
    auth.reach(&decision.program)?;
    etag::json(&headers, &DecisionBody::new(Some(id), decision))
}
