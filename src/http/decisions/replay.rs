//! `/v1/decisions/{id}/replay`: evaluating a recorded decision again.

use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::App;
use crate::http::auth::{Auth, Lookup, NamedProgram};
use crate::http::error::Problem;
use crate::http::etag::{self, IfNoneMatch};
use crate::http::extract::Path;
use renown_core::domain::DecisionId;
use renown_core::rules::Reasons;

/// A recorded decision that was evaluated again.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReplayBody {
    /// Whether the two outcomes are equal, byte for byte.
    same: bool,
    /// The version of this service that made the decision.
    engine: String,
    /// The version of this service that replayed the decision.
    engine_now: &'static str,
    /// The outcome as it was recorded.
    #[schema(value_type = Reasons)]
    recorded: Box<RawValue>,
    /// The outcome of the recorded inputs under the recorded version of the
    /// program.
    #[schema(value_type = Reasons)]
    replayed: Box<RawValue>,
    /// JSON pointers to the differences, at most 100; `""` if the content is
    /// equal but the bytes differ.
    differences: Vec<String>,
}

/// Evaluates a recorded decision again, from its recorded inputs.
///
/// The version of the program is the one that gave the outcome, whether it is in
/// force or not. Nothing else is read, and nothing is recorded.
#[utoipa::path(
    get, path = "/v1/decisions/{id}/replay", tag = "decisions", operation_id = "replay_decision",
    params(("id" = Uuid, Path, description = "The decision's id.")),
    responses(
        (status = 200, description = "The result of the replay.", body = ReplayBody),
        (status = 304, description = "The `ETag` of an earlier answer; 304 if it still holds."),
        (status = 404, description = "There is no such decision."),
        (status = 422, description = "This version of the service cannot read that version of the program any more."),
    )
)]
pub async fn get(
    State(app): State<App>,
    auth: Auth<Lookup, NamedProgram>,
    Path(id): Path<Uuid>,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    // The access check comes first: only callers that reach the program may learn
    // what is wrong with it.
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
    etag::json(&known, &body)
}
