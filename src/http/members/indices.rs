//! `/v1/members/{member}/indices`: scores that other systems computed.

use axum::extract::State;
use axum::response::{IntoResponse, Response};

use crate::http::App;
use crate::http::auth::{Admin, Auth};
use crate::http::error::Problem;
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
    let name =
        IndexName::parse(&name).map_err(|invalid| Problem::invalid_request().detail(invalid))?;
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
