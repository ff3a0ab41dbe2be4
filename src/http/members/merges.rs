//! Merges: two members who are one person become one, and two again.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::App;
use crate::http::auth::{Admin, Auth, MembersRead};
use crate::http::error::Problem;
use crate::http::extract::{Json, Path};
use crate::http::idempotency::{Idempotent, Reply, try_once};
use crate::http::members::records::{RecordsQuery, RecordsRequest};
use crate::http::pagination::Page;
use crate::service::ChangeAttempts;
use crate::service::members::{MergeReason, Merges};
use renown_core::domain::{IdentityText, Merge, MergeId, TextLine};

/// A request to merge a member into the one in the path.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"from": "loyalty:K7", "reason": "the same passport at check-in"}))]
pub struct MergeBody {
    /// The member's id, or any of their identities. The member in the path survives and
    /// gets everything of this one.
    pub(super) from: IdentityText,
    /// Why the two are one person.
    reason: TextLine,
}

/// A request to undo a merge.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "father and son"}))]
pub struct UndoMergeBody {
    /// Why the two are not one person.
    reason: TextLine,
}

/// A merge of two members.
#[derive(Debug, Serialize, ToSchema)]
pub struct MergedBody {
    /// The id of the merge.
    id: Uuid,
    /// The member that goes on.
    survivor: Uuid,
    /// The member that was absorbed. This id leads to the surviving member while the merge
    /// stands.
    absorbed: Uuid,
    /// Why the two are one person.
    reason: String,
    /// When they were merged.
    merged_at: DateTime<Utc>,
    /// Who merged them: the API key, or the `caller` of a session; null for one in the shell.
    merged_by: Option<Uuid>,
    /// Until when the merge can be undone.
    undo_until: DateTime<Utc>,
    /// The undo; null while the merge stands.
    undone: Option<MergeUndoneBody>,
}

/// The undo of a merge.
#[derive(Debug, Serialize, ToSchema)]
pub struct MergeUndoneBody {
    /// When it was undone.
    at: DateTime<Utc>,
    /// Why the two are not one person.
    reason: String,
    /// Who undid it: the API key, or the `caller` of a session; null for one in the shell.
    by: Option<Uuid>,
}

impl MergedBody {
    fn new(merge: Merge, merges: &Merges) -> Self {
        Self {
            undo_until: merges.undo_until(&merge),
            id: merge.id.0,
            survivor: merge.survivor.0,
            absorbed: merge.absorbed.0,
            reason: merge.reason,
            merged_at: merge.merged_at,
            merged_by: merge.merged_by.map(|key| key.0),
            undone: merge.undone.map(|undone| MergeUndoneBody {
                at: undone.at,
                reason: undone.reason,
                by: undone.by.map(|key| key.0),
            }),
        }
    }
}

/// A page of merges.
#[derive(Debug, Serialize, ToSchema)]
pub struct MergesBody {
    /// The merges, latest first, also those that were undone.
    data: Vec<MergedBody>,
    /// The cursor of the next page.
    page: Page,
}

/// Merges another member into the one in the path.
///
/// Identities, accounts, claims, grants, waits and entries of draws of the absorbed member
/// are the surviving one's from then on, and events of all accounts count together. Of values
/// that both have, the survivor's stay. If one of the two has opted out, the joined member
/// has. Limits count the claims of both; nobody loses what they have. The id of the absorbed
/// member leads to the surviving one.
#[utoipa::path(
    post, path = "/v1/members/{member}/merge", tag = "members", operation_id = "merge_members",
    params(("member" = IdentityText, Path, description = "The id, or any identity, of the member that goes on.")),
    request_body = MergeBody,
    responses(
        (status = 201, description = "Merged. `Location` names the merge.", body = MergedBody),
        (status = 400, description = "Something is wrong with the body, or no member is enrolled under `from`."),
        (status = 404, description = "No member is enrolled under this identity."),
        (status = 409, description = "Both are the same member, or they have too many values together."),
    )
)]
pub async fn merge(
    State(app): State<App>,
    auth: Auth<Admin>,
    Path(member): Path<String>,
    request: Idempotent<Json<MergeBody>>,
) -> Result<Response, Problem> {
    let Json(body) = request.body;
    let merges = &app.service.merges;
    let why = MergeReason {
        reason: body.reason,
        caller: Some(auth.caller.id),
    };
    let from = body.from.as_str();
    let mut attempts = ChangeAttempts::default();
    loop {
        let merged = try_once(&app, &auth, request.name.clone(), async |work| {
            let merge = merges.merge(work, (&member, from), &why).await?;
            let location = format!("/v1/merges/{}", merge.id);
            Reply::created(Some(location), &MergedBody::new(merge, merges))
        });
        match merged.await {
            Err(error) if attempts.go_on(&error) => {}
            result => return Ok(result?),
        }
    }
}

/// Returns a merge.
#[utoipa::path(
    get, path = "/v1/merges/{merge}", tag = "members", operation_id = "get_merge",
    params(("merge" = Uuid, Path, description = "The merge's id.")),
    responses(
        (status = 200, description = "The merge.", body = MergedBody),
        (status = 404, description = "There is no such merge."),
    )
)]
pub async fn get(
    State(app): State<App>,
    _: Auth<MembersRead>,
    Path(merge): Path<Uuid>,
) -> Result<Response, Problem> {
    let merges = &app.service.merges;
    let merge = merges.get(MergeId(merge)).await?;
    Ok(axum::Json(MergedBody::new(merge, merges)).into_response())
}

/// Undoes a merge.
///
/// What came with the merge goes back, unless it has changed hands since; what was claimed
/// since stays with the survivor. Both are scored again. A merge is undone once, and before
/// `undo_until`. Of several merges of a member, the latest is undone first.
#[utoipa::path(
    post, path = "/v1/merges/{merge}/undo", tag = "members", operation_id = "undo_merge",
    params(("merge" = Uuid, Path, description = "The merge's id.")),
    request_body = UndoMergeBody,
    responses(
        (status = 200, description = "Undone.", body = MergedBody),
        (status = 404, description = "There is no such merge."),
        (status = 409, description = "It was undone before, can no longer be undone, or a later merge comes first."),
    )
)]
pub async fn undo(
    State(app): State<App>,
    auth: Auth<Admin>,
    Path(merge): Path<Uuid>,
    request: Idempotent<Json<UndoMergeBody>>,
) -> Result<Response, Problem> {
    let Json(body) = request.body;
    let merges = &app.service.merges;
    let why = MergeReason {
        reason: body.reason,
        caller: Some(auth.caller.id),
    };
    let mut attempts = ChangeAttempts::default();
    loop {
        let undone = try_once(&app, &auth, request.name.clone(), async |work| {
            let merge = merges.undo(work, MergeId(merge), &why).await?;
            Reply::ok(&MergedBody::new(merge, merges))
        });
        match undone.await {
            Err(error) if attempts.go_on(&error) => {}
            result => return Ok(result?),
        }
    }
}

/// Lists the merges of a member, latest first.
#[utoipa::path(
    get, path = "/v1/members/{member}/merges", tag = "members", operation_id = "list_merges_of_member",
    params(("member" = IdentityText, Path, description = "The member's id, or any of their identities."), RecordsQuery),
    responses(
        (status = 200, description = "A page. The `Link` header names the next one.", body = MergesBody),
        (status = 304, description = "The `ETag` of an earlier answer; 304 if it still holds."),
        (status = 404, description = "No member is enrolled under this identity."),
    )
)]
pub async fn of_member(
    State(app): State<App>,
    _: Auth<MembersRead>,
    request: RecordsRequest,
) -> Result<Response, Problem> {
    let (member, limit, before) = request.read::<Uuid>(&app).await?;
    let merges = &app.service.merges;
    let page = merges.of_member(member, before.map(MergeId), limit).await?;
    let (merged, next) = page;
    let merged = merged.into_iter();
    let body = MergesBody {
        data: merged.map(|merge| MergedBody::new(merge, merges)).collect(),
        page: Page::up_to(next.map(|id| id.0)),
    };
    request.respond(&body, &body.page)
}
