//! `/v1/programs`: drafts, checks and publication.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::App;
use crate::http::auth::{Asks, Auth, Lookup, NamedProgram, PathProgram, ProgramsWrite};
use crate::http::error::Problem;
use crate::http::etag::{self, IfNoneMatch};
use crate::http::extract::{OptionalJson, media_type};
use crate::http::idempotency::{Idempotent, Reply, answered, once};
use crate::http::programs::versions::{PublishBody, VersionBody};
use crate::service::programs::{CheckedProgram, InForce};
use renown_core::domain::ProgramId;
use renown_core::rules::{Diagnostic, LadderTier};

/// The result of checking a program.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckBody {
    /// The program's short name; null if the program has mistakes.
    program: Option<String>,
    /// Whether the program can be published: it may have warnings, but no
    /// mistakes.
    valid: bool,
    /// Mistakes and warnings, ordered by line.
    diagnostics: Vec<Diagnostic>,
    /// The ladder of tiers, best first, also of a program that can be read but has mistakes;
    /// null if the program cannot be read.
    ladder: Option<Vec<LadderTier>>,
}

impl From<CheckedProgram> for CheckBody {
    fn from(checked: CheckedProgram) -> Self {
        Self {
            program: checked.id.as_ref().map(ToString::to_string),
            valid: checked.is_valid(),
            diagnostics: checked.diagnostics,
            ladder: checked.ladder,
        }
    }
}

/// The stored draft of a program.
#[derive(Debug, Serialize, ToSchema)]
pub struct DraftBody {
    /// The source as it was written.
    source: String,
    /// The result of checking the draft now.
    check: CheckBody,
}

/// The programs in force that the key reaches.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProgramsBody {
    /// The programs, in the order of their short names.
    data: Vec<ProgramLineBody>,
}

/// A program in force.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProgramLineBody {
    /// The program's short name.
    program: String,
    /// The display name of the program.
    title: String,
    /// The number of the version in force.
    version: i32,
}

/// Lists the programs in force that the key reaches.
#[utoipa::path(
    get, path = "/v1/programs", tag = "programs", operation_id = "list_programs",
    responses((status = 200, description = "The programs.", body = ProgramsBody))
)]
pub async fn list(
    State(app): State<App>,
    auth: Auth<Lookup, NamedProgram>,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    let in_force = app.service.programs.all_in_force();
    let reached = in_force
        .iter()
        .filter(|in_force| auth.reaches(in_force.program.id()));
    let line = |in_force: &Arc<InForce>| ProgramLineBody {
        program: in_force.program.id().to_string(),
        title: in_force.program.title().to_owned(),
        version: in_force.version.0,
    };
    let body = ProgramsBody {
        data: reached.map(line).collect(),
    };
    etag::json(&known, &body)
}

/// Checks a program without storing anything.
///
/// The names in it are compared with those that the data has.
#[utoipa::path(
    post, path = "/v1/programs/check", tag = "programs", operation_id = "check_program",
    request_body(content((String = "application/yaml"), (Object = "application/json")), description = "The program, in YAML or JSON."),
    responses(
        (status = 200, description = "What the check found.", body = CheckBody),
        (status = 400, description = "The body is not UTF-8, or contains the character U+0000."),
    )
)]
pub async fn check(
    State(app): State<App>,
    auth: Auth<Asks<ProgramsWrite>, NamedProgram>,
    request: Request,
) -> Result<axum::Json<CheckBody>, Problem> {
    let source = source(&app, request).await?;
    let checked = app.service.programs.check(&source).await?;
    if let Some(program) = &checked.id {
        auth.reach(program)?;
    }
    Ok(axum::Json(checked.into()))
}

/// Stores a draft, even with mistakes.
///
/// A program has at most 262,144 bytes; a longer one is refused and not stored.
/// The answer lists the mistakes.
#[utoipa::path(
    put, path = "/v1/programs/{program}/draft", tag = "programs", operation_id = "put_draft",
    params(("program" = ProgramId, Path, description = "The program's short name, as in its file.")),
    request_body(content((String = "application/yaml"), (Object = "application/json")), description = "The program, in YAML or JSON."),
    responses(
        (status = 200, description = "Stored, with what a check found.", body = CheckBody),
        (status = 400, description = "The file names another program, or is larger than 262,144 bytes."),
    )
)]
pub async fn put_draft(
    State(app): State<App>,
    auth: Auth<ProgramsWrite, PathProgram>,
    request: Request,
) -> Result<axum::Json<CheckBody>, Problem> {
    let program = auth.program();
    let source = source(&app, request).await?;
    Ok(axum::Json(
        app.service
            .programs
            .put_draft(program, &source)
            .await?
            .into(),
    ))
}

/// Returns the draft as it was stored.
#[utoipa::path(
    get, path = "/v1/programs/{program}/draft", tag = "programs", operation_id = "get_draft",
    params(("program" = ProgramId, Path, description = "The program's short name.")),
    responses(
        (status = 200, description = "The draft, with the findings of a check.", body = DraftBody),
        (status = 404, description = "There is no draft."),
    )
)]
pub async fn get_draft(
    State(app): State<App>,
    auth: Auth<ProgramsWrite, PathProgram>,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    let program = auth.program();
    let source = app.service.programs.draft(program).await?;
    let check = app.service.programs.check(&source).await?.into();
    etag::json(&known, &DraftBody { source, check })
}

/// Publishes the draft, or a program in the request, as the next version, at once or from a
/// later time.
///
/// A program with mistakes is not published. A program in the request leaves the draft as it
/// is.
#[utoipa::path(
    post, path = "/v1/programs/{program}/publish", tag = "programs", operation_id = "publish_program",
    params(("program" = ProgramId, Path, description = "The program's short name.")),
    request_body(content = Option<PublishBody>, description = "Optional."),
    responses(
        (status = 201, description = "Published: in force, or scheduled.", body = VersionBody),
        (status = 400, description = "The program in the request has another name, or something else is wrong with the body."),
        (status = 404, description = "There is no draft, and the request contains none."),
        (status = 409, description = "More units of a perk are claimed than its new stock."),
        (status = 422, description = "The program has mistakes: `diagnostics` lists them."),
    )
)]
pub async fn publish(
    State(app): State<App>,
    auth: Auth<ProgramsWrite, PathProgram>,
    request: Idempotent<OptionalJson<PublishBody>>,
) -> Result<Response, Problem> {
    let program = auth.program();
    if let Some(answer) = answered(&app, &auth, &request.name).await? {
        return Ok(answer);
    }
    let OptionalJson(body) = request.body;
    let (source, how) = body.unwrap_or_default().publishing(auth.caller.id);
    let programs = &app.service.programs;
    let ready = match source {
        Some(source) => programs.prepare(Some(program), &source, how).await?,
        None => programs.prepare_draft(program, how).await?,
    };
    once(&app, &auth, request.name, async |work| {
        let published = app.service.programs.put_in_force(work, ready).await?;
        Reply::created(None, &VersionBody::from(published))
    })
    .await
}

pub(super) async fn source(app: &App, request: Request) -> Result<String, Problem> {
    match media_type(request.headers()).as_deref() {
        Some("application/yaml" | "application/x-yaml" | "text/yaml" | "application/json") => {}
        _ => {
            return Err(Problem::unsupported()
                .detail("send 'Content-Type: application/yaml' or 'application/json'"));
        }
    }
    let body = app.bodies.whole(request).await?;
    let source = String::from_utf8(body.to_vec())
        .map_err(|_| Problem::malformed_body().detail("the body is not valid UTF-8"))?;
    if source.contains('\0') {
        return Err(Problem::malformed_body().detail("the body contains the character U+0000"));
    }
    Ok(source)
}
