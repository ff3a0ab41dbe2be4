//! Waiting lists for perks whose units are all taken.

use std::collections::BTreeMap;

use axum::extract::{OriginalUri, State};
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::http::App;
use crate::http::auth::{Auth, ClaimsWrite, NamedProgram, PathProgram};
use crate::http::error::Problem;
use crate::http::etag::{self, IfNoneMatch};
use crate::http::extract::{Json, Path, Query};
use crate::http::idempotency::{Idempotent, Reply, once};
use crate::http::pagination;
use crate::http::pagination::{Cursor, Page};
use crate::service::claims::WaitingPlace;
use renown_core::domain::{
    Attribute, Attributes, IdentityText, Origin, PerkId, ProgramId, Waiting, WaitingId,
};

/// A request to put a member on a waiting list.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WaitBody {
    /// The member: our id, or any identity.
    member: IdentityText,
    /// What you know of the occasion, for conditions that read `request` when a
    /// unit becomes free: at most 64 names.
    #[serde(default)]
    #[schema(value_type = Attributes)]
    request: BTreeMap<String, Attribute>,
}

/// A member's wait for a unit of a perk.
#[derive(Debug, Serialize, ToSchema)]
pub struct WaitingBody {
    /// The wait's id.
    id: Uuid,
    /// The program's short name.
    program: String,
    /// The perk's short name.
    perk: String,
    /// The member's id.
    member: Uuid,
    /// How the wait came about: `waiting_list`, `invitation` or `draw`.
    #[schema(value_type = Origin)]
    origin: &'static str,
    /// When the wait began.
    joined_at: DateTime<Utc>,
    /// The number of members ahead; null once the wait is over, and in lists.
    before: Option<i64>,
    /// When the wait ended; null while the member waits.
    ended_at: Option<DateTime<Utc>>,
    /// How the wait ended: `claimed`, `left`, `withdrawn`, or the refusal for
    /// which the member was passed over; null while the member waits.
    outcome: Option<String>,
    /// The claim that the wait led to; null if there is none.
    claim: Option<Uuid>,
}

impl From<WaitingPlace> for WaitingBody {
    fn from(place: WaitingPlace) -> Self {
        Self {
            before: place.before,
            ..place.waiting.into()
        }
    }
}

impl From<Waiting> for WaitingBody {
    fn from(waiting: Waiting) -> Self {
        let end = waiting.end.as_ref();
        Self {
            id: waiting.id.0,
            program: waiting.program.to_string(),
            perk: waiting.perk.to_string(),
            member: waiting.member.0,
            origin: waiting.origin.as_str(),
            joined_at: waiting.joined_at,
            before: None,
            ended_at: end.map(|end| end.at),
            outcome: end.map(|end| end.outcome.as_str().to_owned()),
            claim: end.and_then(|end| end.outcome.claim()).map(|claim| claim.0),
        }
    }
}

/// Puts a member on the waiting list of a perk whose units are all taken.
///
/// When a unit is released or added, the first member on the list gets a claim
/// that is held for them. A member that already waits keeps the place.
#[utoipa::path(
    post, path = "/v1/programs/{program}/perks/{perk}/waiting", tag = "claims", operation_id = "join_waiting_list",
    params(
        ("program" = ProgramId, Path, description = "The program's short name."),
        ("perk" = PerkId, Path, description = "The perk's short name."),
    ),
    request_body = WaitBody,
    responses(
        (status = 200, description = "The member waits.", body = WaitingBody),
        (status = 404, description = "There is no such program."),
        (status = 409, description = "`claim-refused`: the member is not eligible, or units are left and can be claimed."),
    )
)]
pub async fn join(
    State(app): State<App>,
    auth: Auth<ClaimsWrite, PathProgram>,
    Path((_program, perk)): Path<(String, String)>,
    request: Idempotent<Json<WaitBody>>,
) -> Result<Response, Problem> {
    let (program, perk) = (auth.program(), perk_id(&perk)?);
    let Json(body) = request.body;
    once(&app, &auth, request.name, async |work| {
        let list = (program, &perk);
        let waiting = app
            .service
            .claims
            .wait_for(work, list, body.member.as_str(), body.request);
        Reply::ok(&WaitingBody::from(waiting.await?))
    })
    .await
}

/// The page of a waiting list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WaitingQuery {
    /// The most items on a page, from 1 to 200; 50 if absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u16>,
    /// The `next_cursor` of the previous page; absent for the first page.
    cursor: Option<Cursor>,
}

/// A page of a waiting list, in the order of places.
#[derive(Debug, Serialize, ToSchema)]
pub struct WaitingListBody {
    /// The waits, including those that are over.
    data: Vec<WaitingBody>,
    /// The cursor of the next page.
    page: Page,
}

/// Lists a perk's waiting list in order, including waits that are over.
#[utoipa::path(
    get, path = "/v1/programs/{program}/perks/{perk}/waiting", tag = "claims", operation_id = "list_waiting",
    params(
        ("program" = ProgramId, Path, description = "The program's short name."),
        ("perk" = PerkId, Path, description = "The perk's short name."),
        WaitingQuery,
    ),
    responses(
        (status = 200, description = "A page. The `Link` header names the next one.", body = WaitingListBody),
        (status = 404, description = "There is no such program."),
    )
)]
pub async fn list(
    State(app): State<App>,
    auth: Auth<ClaimsWrite, PathProgram>,
    OriginalUri(uri): OriginalUri,
    Path((_program, perk)): Path<(String, String)>,
    Query(query): Query<WaitingQuery>,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    let (program, perk) = (auth.program(), perk_id(&perk)?);
    let limit = pagination::limit(query.limit, 50)?;
    let after = query.cursor.as_ref().map(pagination::decode::<i64>);
    let list = (program, &perk);
    let (waiting, next) = app
        .service
        .claims
        .waiting_list(list, after.transpose()?, limit)
        .await?;
    let body = WaitingListBody {
        data: waiting.into_iter().map(Into::into).collect(),
        page: Page::up_to(next),
    };
    pagination::respond(&known, &uri, &body, &body.page)
}

/// Returns a wait and the number of members ahead.
#[utoipa::path(
    get, path = "/v1/waiting/{waiting}", tag = "claims", operation_id = "get_waiting",
    params(("waiting" = Uuid, Path, description = "The wait's id.")),
    responses(
        (status = 200, description = "The wait.", body = WaitingBody),
        (status = 404, description = "There is no such wait."),
    )
)]
pub async fn get(
    State(app): State<App>,
    auth: Auth<ClaimsWrite, NamedProgram>,
    Path(waiting): Path<Uuid>,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    let place = seen(&app, &auth, waiting).await?;
    etag::json(&known, &WaitingBody::from(place))
}

/// Takes a member off a waiting list.
///
/// If the wait is already over, nothing changes.
#[utoipa::path(
    delete, path = "/v1/waiting/{waiting}", tag = "claims", operation_id = "leave_waiting_list",
    params(("waiting" = Uuid, Path, description = "The wait's id.")),
    responses(
        (status = 200, description = "The wait has ended.", body = WaitingBody),
        (status = 404, description = "There is no such wait."),
    )
)]
pub async fn leave(
    State(app): State<App>,
    auth: Auth<ClaimsWrite, NamedProgram>,
    Path(waiting): Path<Uuid>,
) -> Result<Response, Problem> {
    let id = seen(&app, &auth, waiting).await?.waiting.id;
    once(&app, &auth, None, async |work| {
        let place = app.service.claims.stop_waiting(work, id).await?;
        Reply::ok(&WaitingBody::from(place))
    })
    .await
}

/// Returns a wait, if the key reaches its program.
async fn seen(
    app: &App,
    auth: &Auth<ClaimsWrite, NamedProgram>,
    id: Uuid,
) -> Result<WaitingPlace, Problem> {
    let place = app.service.claims.waiting(WaitingId(id)).await?;
    if auth.reaches(&place.waiting.program) {
        Ok(place)
    } else {
        Err(Problem::not_found().detail("there is no such wait"))
    }
}

/// Parses the perk's short name from a path.
pub(super) fn perk_id(perk: &str) -> Result<PerkId, Problem> {
    PerkId::parse(perk).map_err(|invalid| Problem::not_found().detail(invalid))
}
