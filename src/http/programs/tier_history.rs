//! `…/tier/history`: how a member came to the tiers that they had.

use axum::extract::{OriginalUri, State};
use axum::http::HeaderMap;
use axum::response::Response;
use chrono::{DateTime, Utc};
use renown_core::domain::TierChange;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::http::App;
use crate::http::error::Problem;
use crate::http::extract::{Auth, Lookup, Path, Query};
use crate::http::pagination;
use crate::http::pagination::Page;
use crate::http::programs::program::reached;

/// How much of it.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TierHistoryQuery {
    /// Entries of a page, from 1 to 200; 50 if absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u16>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// A page of a tier history, latest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct TierHistoryBody {
    /// A change each. Empty for somebody who never left the floor, is not
    /// enrolled, opted out or was never seen.
    data: Vec<TierEntryBody>,
    /// Where the next page is.
    page: Page,
}

/// A change of the tier in effect.
#[derive(Debug, Serialize, ToSchema)]
pub struct TierEntryBody {
    /// Its id, which lookups name as the basis of their answer.
    id: Uuid,
    /// When.
    at: DateTime<Utc>,
    /// The tier before; null at the first.
    from: Option<String>,
    /// The tier from then on.
    to: String,
    /// Why: `reached`, `lowered` (its time was over), `granted` (by a person),
    /// `grant_ended`, `opted_out` (until they were back), `program_changed` (the tier before is not in the program
    /// any more).
    reason: String,
    /// The grant that gave the tier, if one did.
    grant: Option<Uuid>,
    /// The version of the program that decided.
    program_version: i32,
    /// The version of the scoring model.
    model: String,
    /// The number of the rank snapshot.
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
            program_version: entry.version.0,
            model: entry.model.to_string(),
            snapshot: entry.snapshot.0,
        }
    }
}

/// How a member came to the tiers that they had in a program, latest first.
#[utoipa::path(
    get, path = "/v1/programs/{program}/members/{member}/tier/history", tag = "lookups", operation_id = "get_tier_history",
    params(
        ("program" = String, Path, description = "The program's short name."),
        ("member" = String, Path, description = "Our id, or any identity."),
        TierHistoryQuery,
    ),
    responses(
        (status = 200, description = "A page. The `Link` header names the next one.", body = TierHistoryBody),
        (status = 404, description = "There is no such program.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn get(
    State(app): State<App>,
    auth: Auth<Lookup>,
    OriginalUri(uri): OriginalUri,
    Path((program, member)): Path<(String, String)>,
    Query(query): Query<TierHistoryQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let program = reached(&auth, &program)?;
    let limit = pagination::limit(query.limit, 50)?;
    let before = query
        .cursor
        .as_deref()
        .map(pagination::decode)
        .transpose()?;
    let (entries, next) = app
        .service
        .tiers
        .history(&program, &member, before, limit)
        .await?;
    let body = TierHistoryBody {
        data: entries.into_iter().map(Into::into).collect(),
        page: Page {
            next_cursor: next.map(pagination::encode),
        },
    };
    pagination::respond(&headers, &uri, &body, &body.page)
}
