//! `/v1/programs`: drafts, checks, publication, versions.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::App;
use super::error::Problem;
use super::etag;
use super::extract::{Auth, Lookup, Path, ProgramsWrite, media_type};
use crate::domain::ProgramId;
use crate::rules::Diagnostic;
use crate::service::{CheckedProgram, PublishedVersion};

/// What a check found.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckBody {
    /// Whether it can be published: there may be warnings, but no mistakes.
    valid: bool,
    /// Mistakes and warnings, in the order of the lines.
    diagnostics: Vec<Diagnostic>,
}

impl From<CheckedProgram> for CheckBody {
    fn from(checked: CheckedProgram) -> Self {
        Self {
            valid: checked.is_valid(),
            diagnostics: checked.diagnostics,
        }
    }
}

/// A published version of a program.
#[derive(Debug, Serialize, ToSchema)]
pub struct VersionBody {
    /// The program.
    program: String,
    /// 1, 2, 3, …; never edited.
    version: i32,
    /// When.
    published_at: DateTime<Utc>,
    /// As it was written.
    source: String,
    /// What its author should look at again.
    warnings: Vec<Diagnostic>,
}

impl From<PublishedVersion> for VersionBody {
    fn from(version: PublishedVersion) -> Self {
        Self {
            program: version.program.to_string(),
            version: version.version.0,
            published_at: version.published_at,
            source: version.source,
            warnings: version.warnings,
        }
    }
}

/// The versions of a program.
#[derive(Debug, Serialize, ToSchema)]
pub struct VersionsBody {
    /// Latest first.
    data: Vec<VersionBody>,
}

/// The programs in force.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProgramsBody {
    /// Their short names.
    data: Vec<String>,
}

/// The programs in force that the key reaches.
#[utoipa::path(
    get, path = "/v1/programs", tag = "programs", operation_id = "list_programs",
    responses((status = 200, description = "The programs.", body = ProgramsBody))
)]
pub async fn list(
    State(app): State<App>,
    auth: Auth<Lookup>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let reached = app
        .service
        .program_ids()
        .into_iter()
        .filter(|id| auth.caller.reaches(id));
    let body = ProgramsBody {
        data: reached.map(|id| id.to_string()).collect(),
    };
    etag::json(&headers, &body)
}

/// Store a draft, mistakes and all; the answer says which there are.
#[utoipa::path(
    put, path = "/v1/programs/{program}/draft", tag = "programs", operation_id = "put_draft",
    params(("program" = String, Path, description = "The program's short name, as its file says.")),
    request_body(content((String = "application/yaml"), (Object = "application/json")), description = "The program, in YAML or JSON."),
    responses(
        (status = 200, description = "Stored, with what a check found.", body = CheckBody),
        (status = 400, description = "The file names another program.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn put_draft(
    State(app): State<App>,
    auth: Auth<ProgramsWrite>,
    Path(program): Path<String>,
    headers: HeaderMap,
    body: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> Result<axum::Json<CheckBody>, Problem> {
    let program = reached(&auth, &program)?;
    let source = source(&headers, body)?;
    Ok(axum::Json(
        app.service.put_draft(&program, &source).await?.into(),
    ))
}

/// Publish the draft as the next version. Nothing is published while there
/// are mistakes.
#[utoipa::path(
    post, path = "/v1/programs/{program}/publish", tag = "programs", operation_id = "publish_program",
    params(("program" = String, Path, description = "The program's short name.")),
    responses(
        (status = 201, description = "In force.", body = VersionBody),
        (status = 404, description = "There is no draft.", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "The draft has mistakes: `diagnostics` lists them.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn publish(
    State(app): State<App>,
    auth: Auth<ProgramsWrite>,
    Path(program): Path<String>,
) -> Result<Response, Problem> {
    let program = reached(&auth, &program)?;
    let published = app
        .service
        .publish_draft(&program, Some(auth.caller.key))
        .await?;
    Ok((
        StatusCode::CREATED,
        axum::Json(VersionBody::from(published)),
    )
        .into_response())
}

/// Every version that was ever published, latest first.
#[utoipa::path(
    get, path = "/v1/programs/{program}/versions", tag = "programs", operation_id = "list_versions",
    params(("program" = String, Path, description = "The program's short name.")),
    responses(
        (status = 200, description = "The versions.", body = VersionsBody),
        (status = 404, description = "There is no such program.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn versions(
    State(app): State<App>,
    auth: Auth<Lookup>,
    Path(program): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let program = reached(&auth, &program)?;
    let versions = app.service.program_versions(&program).await?;
    let body = VersionsBody {
        data: versions.into_iter().map(Into::into).collect(),
    };
    etag::json(&headers, &body)
}

/// The program of an address, if the key reaches it.
///
/// # Errors
/// 403 or 404.
pub fn reached<S>(auth: &Auth<S>, program: &str) -> Result<ProgramId, Problem> {
    let program =
        ProgramId::parse(program).map_err(|invalid| Problem::not_found().detail(invalid))?;
    auth.reach(&program)?;
    Ok(program)
}

fn source(
    headers: &HeaderMap,
    body: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> Result<String, Problem> {
    let body = body.map_err(super::extract::unreadable)?;
    match media_type(headers).as_deref() {
        Some("application/yaml" | "application/x-yaml" | "text/yaml" | "application/json") => {}
        _ => {
            return Err(Problem::unsupported()
                .detail("send 'Content-Type: application/yaml' or 'application/json'"));
        }
    }
    String::from_utf8(body.to_vec())
        .map_err(|_| Problem::malformed_body().detail("the body is not valid UTF-8"))
}
