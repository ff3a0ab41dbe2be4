//! `/v1/members/{member}/indices`: scores that other systems computed.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::App;
use crate::http::auth::{Admin, Auth, MembersRead};
use crate::http::error::Problem;
use crate::http::etag::{self, IfNoneMatch};
use crate::http::extract::{Json, Path};
use crate::http::scores::score::ImportedIndexBody;
use renown_core::domain::{IdentityText, ImportedIndex, IndexName};

/// Stores an index from another system.
///
/// It is a score that another system computed, with its origin and its time. A member
/// has at most 64 of them.
#[utoipa::path(
    put, path = "/v1/members/{member}/indices/{index}", tag = "members", operation_id = "put_index",
    params(
        ("member" = IdentityText, Path, description = "The member's id, or any of their identities."),
        ("index" = IndexName, Path, description = "Its name, as programs use it: `klout` for `index(\"klout\")`."),
    ),
    request_body = ImportedIndexBody,
    responses(
        (status = 200, description = "Stored.", body = ImportedIndexBody),
        (status = 409, description = "The member has 64 other indices."),
        (status = 404, description = "No member is enrolled under this identity."),
    )
)]
pub async fn put(
    State(app): State<App>,
    _: Auth<Admin>,
    Path((member, name)): Path<(String, String)>,
    Json(body): Json<ImportedIndexBody>,
) -> Result<Response, Problem> {
    let name = parse(&name)?;
    let index = ImportedIndex {
        score: body.score,
        provenance: body.provenance.to_string(),
        as_of: body.as_of.get(),
    };
    app.service
        .members
        .put_index(&member, &name, &index)
        .await?;
    Ok(axum::Json(body).into_response())
}

/// The indices of a member from other systems.
#[derive(Debug, Serialize, ToSchema)]
pub struct IndicesBody {
    /// The indices, in the order of their names; at most 64.
    data: Vec<NamedIndexBody>,
}

/// An index with its name.
#[derive(Debug, Serialize, ToSchema)]
pub struct NamedIndexBody {
    /// Its name, as programs use it.
    index: String,
    /// The score, from 0 to 100.
    #[schema(minimum = 0, maximum = 100)]
    score: f64,
    /// The origin of the score, in your words.
    provenance: String,
    /// The time to which the score refers.
    as_of: DateTime<Utc>,
}

/// Lists a member's indices from other systems.
#[utoipa::path(
    get, path = "/v1/members/{member}/indices", tag = "members", operation_id = "list_indices",
    params(("member" = IdentityText, Path, description = "The member's id, or any of their identities.")),
    responses(
        (status = 200, description = "All of them.", body = IndicesBody),
        (status = 304, description = "The `ETag` of an earlier answer; 304 if it still holds."),
        (status = 404, description = "No member is enrolled under this identity."),
    )
)]
pub async fn list(
    State(app): State<App>,
    _: Auth<MembersRead>,
    Path(member): Path<String>,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    let indices = app.service.members.indices(&member).await?.into_iter();
    let named = indices.map(|(name, index)| NamedIndexBody {
        index: name.to_string(),
        score: index.score,
        provenance: index.provenance,
        as_of: index.as_of,
    });
    let data = named.collect();
    etag::json(&known, &IndicesBody { data })
}

/// Returns an index from another system.
#[utoipa::path(
    get, path = "/v1/members/{member}/indices/{index}", tag = "members", operation_id = "get_index",
    params(
        ("member" = IdentityText, Path, description = "The member's id, or any of their identities."),
        ("index" = IndexName, Path, description = "Its name."),
    ),
    responses(
        (status = 200, description = "The index.", body = ImportedIndexBody),
        (status = 304, description = "The `ETag` of an earlier answer; 304 if it still holds."),
        (status = 404, description = "No member is enrolled under this identity, or has no such index."),
    )
)]
pub async fn get(
    State(app): State<App>,
    _: Auth<MembersRead>,
    Path((member, name)): Path<(String, String)>,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    let name = parse(&name)?;
    let index = app.service.members.indices(&member).await?.remove(&name);
    let index = index
        .ok_or_else(|| Problem::not_found().detail("there is no such index of this member"))?;
    etag::json(&known, &ImportedIndexBody::try_from(index)?)
}

/// Deletes an index from another system.
#[utoipa::path(
    delete, path = "/v1/members/{member}/indices/{index}", tag = "members", operation_id = "delete_index",
    params(
        ("member" = IdentityText, Path, description = "The member's id, or any of their identities."),
        ("index" = IndexName, Path, description = "Its name."),
    ),
    responses(
        (status = 204, description = "Deleted."),
        (status = 404, description = "No member is enrolled under this identity, or has no such index."),
    )
)]
pub async fn delete(
    State(app): State<App>,
    _: Auth<Admin>,
    Path((member, name)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let name = parse(&name)?;
    app.service.members.delete_index(&member, &name).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn parse(name: &str) -> Result<IndexName, Problem> {
    IndexName::parse(name).map_err(|invalid| Problem::invalid_request().detail(invalid))
}
