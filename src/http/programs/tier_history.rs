//! `…/tier/history`: the changes of a member's tier.

use axum::extract::{OriginalUri, State};
use axum::response::Response;
use chrono::{DateTime, Utc};
use renown_core::domain::{IdentityText, ProgramId, TierChange, TierChangeReason};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::http::App;
use crate::http::auth::{Auth, Lookup, PathProgram};
use crate::http::error::Problem;
use crate::http::etag::IfNoneMatch;
use crate::http::extract::{Path, Query};
use crate::http::pagination;
use crate::http::pagination::{Cursor, Page};

/// The page of a tier history.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TierHistoryQuery {
    /// The most entries on a page, from 1 to 200; 50 if absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u16>,
    /// The `next_cursor` of the previous page; absent for the first page.
    cursor: Option<Cursor>,
}

/// A page of a tier history, latest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct TierHistoryBody {
    /// One entry for each change. Empty if the member never left the floor, is
    /// not enrolled, opted out or was never seen.
    data: Vec<TierEntryBody>,
    /// The cursor of the next page.
    page: Page,
}

/// A change of the tier in effect.
#[derive(Debug, Serialize, ToSchema)]
pub struct TierEntryBody {
    /// The entry's id, which lookups name in their basis.
    id: Uuid,
    /// When the tier changed.
    at: DateTime<Utc>,
    /// The tier before the change; null for the first entry.
    from: Option<String>,
    /// The tier after the change.
    to: String,
    /// The reason: `reached`, `lowered` (the time for which it was kept is over),
    /// `granted` (by a person), `grant_ended`, `opted_out` (until the member opts
    /// in again), `program_changed` (the tier before is no longer in the program), or
    /// `merged` (the member was merged with another one, or that was undone).
    #[schema(value_type = TierChangeReason)]
    reason: String,
    /// The grant that gave the tier; null if the rules gave it.
    grant: Option<Uuid>,
    /// The merge of members that made the change, or whose undo did; null if none did.
    merge: Option<Uuid>,
    /// The version of the program that made the change.
    program_version: i32,
    /// The version of the scoring model.
    model: String,
    /// The number of the rank snapshot, which holds what depends on all members,
    /// such as percentiles.
    snapshot: i64,
}

impl From<TierChange> for TierEntryBody {
    fn from(entry: TierChange) -> Self {
        Self {
            id: entry.id,
            at: entry.at,
            from: entry.from.map(|tier| tier.to_string()),
            to: entry.to.to_string(),
            reason: entry.reason.to_string(),
            grant: entry.grant.map(|grant| grant.0),
            merge: entry.merge.map(|merge| merge.0),
            program_version: entry.version.0,
            model: entry.model.to_string(),
            snapshot: entry.snapshot.0,
        }
    }
}

/// Lists the changes of a member's tier in a program, latest first.
#[utoipa::path(
    get, path = "/v1/programs/{program}/members/{member}/tier/history", tag = "lookups", operation_id = "get_tier_history",
    params(
        ("program" = ProgramId, Path, description = "The program's short name."),
        ("member" = IdentityText, Path, description = "The member's id, or any of their identities."),
        TierHistoryQuery,
    ),
    responses(
        (status = 200, description = "A page. The `Link` header names the next one.", body = TierHistoryBody),
        (status = 404, description = "There is no such program."),
    )
)]
pub async fn get(
    State(app): State<App>,
    auth: Auth<Lookup, PathProgram>,
    OriginalUri(uri): OriginalUri,
    Path((_program, member)): Path<(String, String)>,
    Query(query): Query<TierHistoryQuery>,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    let program = auth.program();
    let limit = pagination::limit(query.limit, 50)?;
    let before = query.cursor.as_ref().map(pagination::decode).transpose()?;
    let (entries, next) = app
        .service
        .tiers
        .history(program, &member, before, limit)
        .await?;
    let body = TierHistoryBody {
        data: entries.into_iter().map(Into::into).collect(),
        page: Page::up_to(next),
    };
    pagination::respond(&known, &uri, &body, &body.page)
}
