//! `/v1/audiences`: groups of members to which programs refer by name.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::program::source;
use crate::http::App;
use crate::http::auth::{Auth, Lookup, ProgramsWrite};
use crate::http::error::Problem;
use crate::http::etag::{self, IfNoneMatch};
use crate::http::extract::{Path, if_match_version};
use crate::service::programs::StoredAudience;
use renown_core::domain::{AudienceName, AudienceRule, SavedAudience};
use renown_core::rules::Diagnostic;

/// An audience.
#[derive(Debug, Serialize, ToSchema)]
pub struct AudienceBody {
    /// The name by which programs refer to it.
    audience: AudienceName,
    /// The display name; null if it has none.
    title: Option<String>,
    /// The condition that decides who is in it, as it was written; null for a list.
    when: Option<String>,
    /// Whether it is a list, to which members are added by hand.
    list: bool,
    /// When it was stored first.
    created_at: DateTime<Utc>,
    /// When it was last changed.
    updated_at: DateTime<Utc>,
}

impl From<SavedAudience> for AudienceBody {
    fn from(audience: SavedAudience) -> Self {
        let list = audience.rule == AudienceRule::List;
        Self {
            audience: audience.name,
            title: audience.title,
            when: match audience.rule {
                AudienceRule::When(when) => Some(when),
                AudienceRule::List => None,
            },
            list,
            created_at: audience.created_at,
            updated_at: audience.updated_at,
        }
    }
}

/// A stored audience, and what followed from it.
#[derive(Debug, Serialize, ToSchema)]
pub struct StoredAudienceBody {
    /// The audience.
    #[serde(flatten)]
    audience: AudienceBody,
    /// Warnings for the author.
    warnings: Vec<Diagnostic>,
    /// The versions of programs that were published because the meaning of the audience
    /// changed.
    published: Vec<RenewedBody>,
}

/// A version that was published because an audience changed.
#[derive(Debug, Serialize, ToSchema)]
pub struct RenewedBody {
    /// The program's short name.
    program: String,
    /// The number of the new version.
    version: i32,
}

/// All audiences.
#[derive(Debug, Serialize, ToSchema)]
pub struct AudiencesBody {
    /// The audiences, in the order of their names; at most 500.
    data: Vec<AudienceBody>,
}

/// Lists all audiences.
#[utoipa::path(
    get, path = "/v1/audiences", tag = "programs", operation_id = "list_audiences",
    responses(
        (status = 200, description = "The audiences.", body = AudiencesBody),
        (status = 304, description = "The `ETag` of an earlier answer; 304 if it still holds."),
    )
)]
pub async fn list(
    State(app): State<App>,
    _: Auth<Lookup>,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    let all = app.service.audiences.all().await?;
    let data = all.into_iter().map(Into::into).collect();
    etag::json(&known, &AudiencesBody { data })
}

/// Returns an audience.
#[utoipa::path(
    get, path = "/v1/audiences/{audience}", tag = "programs", operation_id = "get_audience",
    params(("audience" = AudienceName, Path, description = "The audience's name.")),
    responses(
        (status = 200, description = "The audience.", body = AudienceBody),
        (status = 404, description = "There is no such audience."),
    )
)]
pub async fn get(
    State(app): State<App>,
    _: Auth<Lookup>,
    Path(audience): Path<String>,
) -> Result<Response, Problem> {
    let audience = app.service.audiences.get(&named(&audience)?).await?;
    let version = audience.version;
    Ok(etag::versioned(
        StatusCode::OK,
        version,
        &AudienceBody::from(audience),
    ))
}

/// Stores an audience, in the place of the one with this name if there is one.
///
/// The body is the audience's file: `when`, a condition in the language of programs, or
/// `list: true`. If the meaning of an audience changes, each program that refers to it gets a
/// new version with the same source. A list that is replaced by a condition loses its members.
#[utoipa::path(
    put, path = "/v1/audiences/{audience}", tag = "programs", operation_id = "put_audience",
    params(
        ("audience" = AudienceName, Path, description = "The audience's name, as in its file."),
        ("If-Match" = Option<String>, Header, pattern = "^\"v[0-9]{1,19}(-(gzip|zstd))?\"$", max_length = 28, description = "Only if this is the present version."),
    ),
    request_body(content((String = "application/yaml"), (Object = "application/json")), description = "The audience, in YAML or JSON."),
    responses(
        (status = 200, description = "Changed, or so already.", body = StoredAudienceBody),
        (status = 201, description = "Stored.", body = StoredAudienceBody),
        (status = 409, description = "A program or an audience that refers to it would not be right any more, or there are 500 audiences."),
        (status = 412, description = "The audience has been changed since the `ETag` was read."),
        (status = 422, description = "The audience has mistakes: `diagnostics` lists them."),
    )
)]
pub async fn put(
    State(app): State<App>,
    auth: Auth<ProgramsWrite>,
    Path(audience): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    let version = if_match_version(request.headers())?;
    let source = source(&app, request).await?;
    let (name, by) = (named(&audience)?, Some(auth.caller.id));
    let stored = app
        .service
        .audiences
        .put(&name, &source, version, by)
        .await?;
    let StoredAudience {
        audience,
        created,
        warnings,
        published,
    } = stored;
    let status = match created {
        true => StatusCode::CREATED,
        false => StatusCode::OK,
    };
    let version = audience.version;
    let published = published.into_iter().map(|(program, version)| RenewedBody {
        program: program.to_string(),
        version: version.0,
    });
    let body = StoredAudienceBody {
        audience: audience.into(),
        warnings,
        published: published.collect(),
    };
    Ok(etag::versioned(status, version, &body))
}

/// Deletes an audience, and its list.
#[utoipa::path(
    delete, path = "/v1/audiences/{audience}", tag = "programs", operation_id = "delete_audience",
    params(
        ("audience" = AudienceName, Path, description = "The audience's name."),
        ("If-Match" = Option<String>, Header, pattern = "^\"v[0-9]{1,19}(-(gzip|zstd))?\"$", max_length = 28, description = "Only if this is the present version."),
    ),
    responses(
        (status = 204, description = "Deleted."),
        (status = 404, description = "There is no such audience."),
        (status = 409, description = "A program in force or scheduled, or another audience, refers to it."),
        (status = 412, description = "The audience has been changed since the `ETag` was read."),
    )
)]
pub async fn delete(
    State(app): State<App>,
    _: Auth<ProgramsWrite>,
    Path(audience): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let version = if_match_version(&headers)?;
    let name = named(&audience)?;
    app.service.audiences.delete(&name, version).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Reads the name of an audience in a path.
///
/// # Errors
/// 404 if no audience can have this name.
pub(super) fn named(text: &str) -> Result<AudienceName, Problem> {
    AudienceName::parse(text).map_err(|invalid| Problem::not_found().detail(invalid))
}
