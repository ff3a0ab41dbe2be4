//! `/v1/models`: the scoring models of the deployment, and which one is in force.

use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::App;
use crate::http::auth::{Admin, Auth, Lookup};
use crate::http::error::Problem;
use crate::http::extract::Json;
use crate::service::scores::ModelStatus;
use renown_core::domain::{ModelState, ModelVersion};
use renown_core::scoring::ScoreMoves;

/// The scoring models of the deployment.
#[derive(Debug, Serialize, ToSchema)]
pub struct ModelsBody {
    /// The model in force first; then the one that is built beside it, if any.
    #[schema(max_items = 10)]
    data: Vec<ModelStatusBody>,
}

/// A scoring model, and how far its scores have been computed.
#[derive(Debug, Serialize, ToSchema)]
pub struct ModelStatusBody {
    /// The version, as scores name it.
    version: String,
    /// `building`, `ready` (it can be put in force) or `in_force`.
    state: ModelState,
    /// When that began.
    since: DateTime<Utc>,
    /// The batches of the event log that its states contain.
    folded_batches: i64,
    /// The batches in the event log.
    batches: i64,
    /// How far members would move (or did, when it was put in force), in points of
    /// influence; null while it is being built, and for the first model of a deployment.
    moves: Option<ScoreMoves>,
}

impl From<ModelStatus> for ModelStatusBody {
    fn from(status: ModelStatus) -> Self {
        Self {
            version: status.stored.version.to_string(),
            state: status.stored.state,
            since: status.stored.since,
            folded_batches: status.folded,
            batches: status.batches,
            moves: status.stored.report,
        }
    }
}

/// Which model is to be in force.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"version": "2026-3"}))]
pub struct ModelInForceBody {
    /// The version of a model that is ready.
    version: ModelVersion,
}

/// Lists the scoring models: the one in force, and the one that is built beside it.
///
/// A process that is configured with another model than the one in force has it built. Its
/// scores are compared with the present ones before an administrator puts it in force.
#[utoipa::path(
    get, path = "/v1/models", tag = "scores", operation_id = "list_models",
    responses((status = 200, description = "The models.", body = ModelsBody))
)]
pub async fn list(
    State(app): State<App>,
    _auth: Auth<Lookup>,
) -> Result<axum::Json<ModelsBody>, Problem> {
    listed(&app).await
}

/// Puts a scoring model that is ready in force.
///
/// From now on its scores are answered and tested by rules, on every replica. All members
/// are judged by it at once; tiers that it lowers are kept and noticed as their programs
/// say. The model before it is no longer computed; it is built anew if it is configured
/// again. Putting the model in force that is in force changes nothing.
#[utoipa::path(
    put, path = "/v1/model", tag = "scores", operation_id = "put_model_in_force",
    request_body = ModelInForceBody,
    responses(
        (status = 200, description = "It is in force.", body = ModelsBody),
        (status = 404, description = "There is no such model."),
        (status = 409, description = "It is not ready."),
    )
)]
pub async fn put_in_force(
    State(app): State<App>,
    _auth: Auth<Admin>,
    Json(body): Json<ModelInForceBody>,
) -> Result<axum::Json<ModelsBody>, Problem> {
    app.service.next_model.put_in_force(&body.version).await?;
    listed(&app).await
}

async fn listed(app: &App) -> Result<axum::Json<ModelsBody>, Problem> {
    let models = app.service.next_model.list().await?;
    let data = models.into_iter().map(Into::into).collect();
    Ok(axum::Json(ModelsBody { data }))
}
