//! `/v1/decisions/{id}/replay`: a recorded decision, made again.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::App;
use crate::http::error::Problem;
use crate::http::etag;
use crate::http::extract::{Auth, Lookup, Path};
use renown_core::domain::DecisionId;
use renown_core::rules::Reasons;

/// A decision, made again from what was recorded of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReplayBody {
    /// Whether the same came of it, to the byte.
    same: bool,
    /// The version of this service that decided.
    engine: String,
    /// The version of this service that replayed.
    engine_now: &'static str,
    /// The outcome, as it was recorded.
    #[schema(value_type = Reasons)]
    recorded: Box<RawValue>,
    /// The outcome of the recorded inputs under the recorded version of the
    /// program.
    #[schema(value_type = Reasons)]
    replayed: Box<RawValue>,
    /// JSON pointers to where the two differ, at most 100; `""` where the same
    /// content was recorded in other bytes.
    differences: Vec<String>,
}

/// Make a recorded decision again: the recorded inputs, under the version of
/// the program that decided, whether it is in force or not. Nothing else is
/// read, and nothing is recorded.
#[utoipa::path(
    get, path = "/v1/decisions/{id}/replay", tag = "decisions", operation_id = "replay_decision",
    params(("id" = Uuid, Path, description = "The decision's id.")),
    responses(
        (status = 200, description = "What came of it.", body = ReplayBody),
        (status = 304, description = "As in `If-None-Match`."),
        (status = 404, description = "There is no such decision.", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "This version of the service cannot read that version of the program any more.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn get(
    State(app): State<App>,
    auth: Auth<Lookup>,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    // First whose it is: what is wrong with a program is its own people's business.
    let decision = app.service.decisions.get(DecisionId(id)).await?;
    auth.reach(&decision.program)?;
    let replayed = app.service.decisions.replay(&decision).await?;
    let body = ReplayBody {
        same: replayed.differences.is_empty(),
        engine: replayed.engine,
        engine_now: replayed.engine_now,
        recorded: replayed.recorded,
        replayed: replayed.replayed,
        differences: replayed.differences,
    };
    etag::json(&headers, &body)
}
