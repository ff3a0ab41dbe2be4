//! `/v1/programs/{program}/versions`: published versions, their changes,
//! withdrawal and rollback.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::http::App;
use crate::http::auth::{Asks, Auth, Lookup, PathProgram, ProgramsWrite};
use crate::http::error::Problem;
use crate::http::etag::{self, IfNoneMatch};
use crate::http::extract::{Json, OptionalJson, Path, Query};
use crate::http::idempotency::{Idempotent, Reply, answered, once};
use crate::service::programs::{PublishedVersion, Publishing, VersionState};
use renown_core::domain::{CallerId, ProgramId, ProgramVersion, Timestamp};
use renown_core::rules::{Diagnostic, Difference, LadderTier};

/// A published version of a program.
#[derive(Debug, Serialize, ToSchema)]
pub struct VersionBody {
    /// The program's short name.
    program: String,
    /// The version's number: 1, 2, 3, … A version is never edited.
    version: i32,
    /// The version's present state.
    state: StateBody,
    /// When it was published.
    published_at: DateTime<Utc>,
    /// Who published the version: the API key, or the `caller` of a session; null for the
    /// command line.
    published_by: Option<Uuid>,
    /// The first moment at which the version is in force.
    starts_at: DateTime<Utc>,
    /// When the version was withdrawn; null if it was not.
    withdrawn_at: Option<DateTime<Utc>>,
    /// The author's note on the version; null if there is none.
    note: Option<String>,
    /// The earlier version whose source it restores; null if the source is new.
    restores: Option<i32>,
    /// The source as it was written.
    source: String,
    /// Warnings for the author.
    warnings: Vec<Diagnostic>,
}

/// The state of a version.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StateBody {
    /// The version is in force.
    InForce,
    /// The version will be in force from `starts_at` on.
    Scheduled,
    /// The version was in force before.
    Superseded,
    /// The version was withdrawn before it started.
    Withdrawn,
}

impl From<PublishedVersion> for VersionBody {
    fn from(published: PublishedVersion) -> Self {
        let version = published.version;
        Self {
            program: version.program.to_string(),
            version: version.version.0,
            state: match published.state {
                VersionState::InForce => StateBody::InForce,
                VersionState::Scheduled => StateBody::Scheduled,
                VersionState::Superseded => StateBody::Superseded,
                VersionState::Withdrawn => StateBody::Withdrawn,
            },
            published_at: version.published_at,
            published_by: version.published_by.map(|key| key.0),
            starts_at: version.starts_at,
            withdrawn_at: version.withdrawn_at,
            note: version.note,
            restores: version.restores.map(|version| version.0),
            source: version.source,
            warnings: published.warnings,
        }
    }
}

/// A published version of a program with its ladder.
#[derive(Debug, Serialize, ToSchema)]
pub struct VersionWithLadderBody {
    #[serde(flatten)]
    version: VersionBody,
    /// The ladder of tiers, best first; null if the version cannot be read any more.
    ladder: Option<Vec<LadderTier>>,
}

/// The versions of a program.
#[derive(Debug, Serialize, ToSchema)]
pub struct VersionsBody {
    /// The versions, latest first.
    data: Vec<VersionBody>,
}

/// The options of a publication.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"starts_at": "2026-12-01T08:00:00Z", "note": "Winter season"}))]
pub struct PublishBody {
    /// A program in YAML or JSON, as a text; the stored draft if absent.
    #[schema(max_length = 262_144)]
    source: Option<String>,
    /// When the version comes into force; at once if absent.
    starts_at: Option<Timestamp>,
    /// A note for readers of the history, at most 500 characters.
    #[schema(max_length = 500)]
    note: Option<String>,
}

impl PublishBody {
    /// Returns the source, if the body has one, and how to publish it.
    pub fn publishing(self, by: CallerId) -> (Option<String>, Publishing) {
        let how = Publishing {
            by: Some(by),
            starts_at: self.starts_at.map(Timestamp::get),
            note: self.note,
        };
        (self.source, how)
    }
}

/// A request to restore an earlier version.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RollbackBody {
    /// The earlier version whose source becomes the next version.
    version: i32,
    /// A note on the version, at most 500 characters.
    #[schema(max_length = 500)]
    note: Option<String>,
}

/// The version to compare with.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ChangesQuery {
    /// The number of the version to compare with; the previous version if absent.
    from: Option<i32>,
}

/// The differences between two versions.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangesBody {
    /// The number of the version before.
    from: i32,
    /// The number of the version after.
    to: i32,
    /// The differences in words, in the order of a program file.
    data: Vec<Difference>,
}

/// A program to compare with the version in force.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CompareBody {
    /// A program in YAML or JSON, as a text; the stored draft if absent.
    #[schema(max_length = 262_144)]
    source: Option<String>,
}

/// What a program that is not published would change.
#[derive(Debug, Serialize, ToSchema)]
pub struct SourceChangesBody {
    /// The number of the version in force, with which the program was compared; null if none
    /// is in force.
    from: Option<i32>,
    /// The differences in words, in the order of a program file; none if no version is in
    /// force.
    data: Vec<Difference>,
}

/// Lists every version that was ever published, latest first.
#[utoipa::path(
    get, path = "/v1/programs/{program}/versions", tag = "programs", operation_id = "list_versions",
    params(("program" = ProgramId, Path, description = "The program's short name.")),
    responses(
        (status = 200, description = "The versions.", body = VersionsBody),
        (status = 404, description = "There is no such program."),
    )
)]
pub async fn list(
    State(app): State<App>,
    auth: Auth<Lookup, PathProgram>,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    let program = auth.program();
    let versions = app.service.programs.program_versions(program).await?;
    let body = VersionsBody {
        data: versions.into_iter().map(Into::into).collect(),
    };
    etag::json(&known, &body)
}

/// Returns a version with its source as it was written, and the ladder of its tiers.
#[utoipa::path(
    get, path = "/v1/programs/{program}/versions/{version}", tag = "programs", operation_id = "get_version",
    params(
        ("program" = ProgramId, Path, description = "The program's short name."),
        ("version" = i32, Path, description = "The version's number."),
    ),
    responses(
        (status = 200, description = "The version.", body = VersionWithLadderBody),
        (status = 404, description = "There is no such version."),
    )
)]
pub async fn get(
    State(app): State<App>,
    auth: Auth<Lookup, PathProgram>,
    Path((_program, version)): Path<(String, i32)>,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    let program = auth.program();
    let wanted = ProgramVersion(version);
    let published = app
        .service
        .programs
        .published_version(program, wanted)
        .await?;
    let (version, ladder) = published;
    let body = VersionWithLadderBody {
        version: version.into(),
        ladder,
    };
    etag::json(&known, &body)
}

/// Withdraws a version that is not in force yet.
#[utoipa::path(
    delete, path = "/v1/programs/{program}/versions/{version}", tag = "programs", operation_id = "withdraw_version",
    params(
        ("program" = ProgramId, Path, description = "The program's short name."),
        ("version" = i32, Path, description = "The version's number."),
    ),
    responses(
        (status = 204, description = "Taken back; it stays in the history."),
        (status = 404, description = "There is no such version."),
        (status = 409, description = "The version is in force already."),
    )
)]
pub async fn withdraw(
    State(app): State<App>,
    auth: Auth<ProgramsWrite, PathProgram>,
    Path((_program, version)): Path<(String, i32)>,
) -> Result<StatusCode, Problem> {
    let program = auth.program();
    app.service
        .programs
        .withdraw(program, ProgramVersion(version))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Returns what a version changes, in words.
#[utoipa::path(
    get, path = "/v1/programs/{program}/versions/{version}/changes", tag = "programs", operation_id = "get_changes",
    params(
        ("program" = ProgramId, Path, description = "The program's short name."),
        ("version" = i32, Path, description = "The version's number."),
        ChangesQuery,
    ),
    responses(
        (status = 200, description = "The changes.", body = ChangesBody),
        (status = 404, description = "There is no such version."),
    )
)]
pub async fn changes(
    State(app): State<App>,
    auth: Auth<Lookup, PathProgram>,
    Path((_program, version)): Path<(String, i32)>,
    Query(query): Query<ChangesQuery>,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    let program = auth.program();
    let from = query.from.unwrap_or(version.saturating_sub(1));
    let (before, after) = (ProgramVersion(from), ProgramVersion(version));
    let data = app
        .service
        .programs
        .differences(program, before, after)
        .await?;
    let body = ChangesBody {
        from,
        to: version,
        data,
    };
    etag::json(&known, &body)
}

/// Returns in words what the draft, or a program in the request, would change in the version
/// in force. Nothing is stored.
#[utoipa::path(
    post, path = "/v1/programs/{program}/changes", tag = "programs", operation_id = "compare_program",
    params(("program" = ProgramId, Path, description = "The program's short name.")),
    request_body(content = Option<CompareBody>, description = "Optional."),
    responses(
        (status = 200, description = "The changes.", body = SourceChangesBody),
        (status = 400, description = "The program in the request has another name, or something else is wrong with the body."),
        (status = 404, description = "There is no draft, and the request contains none."),
        (status = 422, description = "The program has mistakes: `diagnostics` lists them."),
    )
)]
pub async fn changes_of_source(
    State(app): State<App>,
    auth: Auth<Asks<ProgramsWrite>, PathProgram>,
    OptionalJson(body): OptionalJson<CompareBody>,
) -> Result<axum::Json<SourceChangesBody>, Problem> {
    let program = auth.program();
    let source = body.unwrap_or_default().source;
    let programs = &app.service.programs;
    let (from, data) = programs.differences_of_source(program, source).await?;
    let from = from.map(|version| version.0);
    Ok(axum::Json(SourceChangesBody { from, data }))
}

/// Restores an earlier version: its source becomes the next version and is in
/// force at once.
#[utoipa::path(
    post, path = "/v1/programs/{program}/rollback", tag = "programs", operation_id = "roll_back_program",
    params(("program" = ProgramId, Path, description = "The program's short name.")),
    request_body = RollbackBody,
    responses(
        (status = 201, description = "In force.", body = VersionBody),
        (status = 404, description = "There is no such version."),
        (status = 409, description = "The version is in force already."),
    )
)]
pub async fn roll_back(
    State(app): State<App>,
    auth: Auth<ProgramsWrite, PathProgram>,
    request: Idempotent<Json<RollbackBody>>,
) -> Result<Response, Problem> {
    let program = auth.program();
    if let Some(answer) = answered(&app, &auth, &request.name).await? {
        return Ok(answer);
    }
    let Json(body) = request.body;
    let how = Publishing {
        by: Some(auth.caller.id),
        starts_at: None,
        note: body.note,
    };
    let to = ProgramVersion(body.version);
    let ready = app
        .service
        .programs
        .prepare_rollback(program, to, how)
        .await?;
    once(&app, &auth, request.name, async |work| {
        let published = app.service.programs.put_in_force(work, ready).await?;
        Reply::created(None, &VersionBody::from(published))
    })
    .await
}
