//! `/v1/claims`: perks held, confirmed, redeemed and given back.

use std::collections::BTreeMap;

use axum::extract::{OriginalUri, State};
use axum::http::HeaderMap;
use axum::response::Response;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::http::App;
use crate::http::error::Problem;
use crate::http::etag;
use crate::http::extract::{Auth, ClaimsWrite, Json, Path, Query};
use crate::http::idempotency::{Idempotent, Reply, once};
use crate::http::money::MoneyBody;
use crate::http::pagination;
use crate::http::pagination::Page;
use crate::service::claims::HoldRequest;
use renown_core::domain::{
    Attribute, Claim, ClaimFilter, ClaimId, Ending, PerkId, ProgramId, State as ClaimState,
    StateKind,
};

/// What is to be held for whom.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "program": "palms-klub", "perk": "show-tickets", "member": "twitter:kevin",
    "request": { "party_size": 2 }
}))]
pub struct HoldBody {
    /// The program.
    #[schema(value_type = String)]
    program: ProgramId,
    /// One of its perks.
    #[schema(value_type = String)]
    perk: PerkId,
    /// For whom: our id, or any identity.
    member: String,
    /// What you know of the occasion, for conditions that ask for it: at most
    /// 64 names.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, serde_json::Value>)]
    request: BTreeMap<String, Attribute>,
    /// `true`: confirm it at once.
    #[serde(default)]
    confirm: bool,
}

/// A claim: a member's hold on one unit of a perk.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClaimBody {
    /// Its id.
    id: Uuid,
    /// The program.
    program: String,
    /// The version of it by which the claim was given.
    program_version: i32,
    /// The perk.
    perk: String,
    /// Our id of the member.
    member: Uuid,
    /// How it came about: `claim`, `waiting_list`, `invitation` or `draw`.
    origin: &'static str,
    /// Where it stands: `held`, `confirmed`, `redeemed`, `released`, `expired`
    /// or `cancelled`.
    state: &'static str,
    /// When it was held.
    held_at: DateTime<Utc>,
    /// When it was confirmed; null if it was not.
    confirmed_at: Option<DateTime<Utc>>,
    /// When it was redeemed; null if it was not.
    redeemed_at: Option<DateTime<Utc>>,
    /// When it was released, expired or was cancelled; null if it was not.
    ended_at: Option<DateTime<Utc>>,
    /// Why it was cancelled; null if it was not.
    reason: Option<String>,
    /// The first moment at which it is too late to confirm what is held, or to
    /// redeem what is confirmed; null for never.
    expires_at: Option<DateTime<Utc>>,
    /// The day, in the program's time zone, whose limits it counts for.
    #[schema(value_type = String, format = Date)]
    day: NaiveDate,
    /// What the unit is worth; null if the program does not say.
    value: Option<MoneyBody>,
    /// What the member shows to get the unit: from the confirmation on, where the
    /// perk has codes; null until then, once the unit was given back, and in lists.
    code: Option<String>,
}

impl From<Claim> for ClaimBody {
    fn from(claim: Claim) -> Self {
        let mut body = Self {
            id: claim.id.0,
            program: claim.program.to_string(),
            program_version: claim.version.0,
            perk: claim.perk.to_string(),
            member: claim.member.0,
            origin: claim.origin.as_str(),
            state: claim.state.kind().as_str(),
            held_at: claim.held_at,
            confirmed_at: None,
            redeemed_at: None,
            ended_at: None,
            reason: None,
            expires_at: claim.state.expires_at(),
            day: claim.day,
            value: claim.value.as_ref().map(Into::into),
            code: claim.shown_code().map(ToString::to_string),
        };
        match claim.state {
            ClaimState::Held(_) => {}
            ClaimState::Confirmed(confirmed) => body.confirmed_at = Some(confirmed.at),
            ClaimState::Redeemed(redeemed) => {
                body.confirmed_at = Some(redeemed.confirmed_at);
                body.redeemed_at = Some(redeemed.at);
            }
            ClaimState::Ended(ended) => {
                body.confirmed_at = ended.confirmed_at;
                body.ended_at = Some(ended.at);
                if let Ending::Cancelled { reason } = ended.how {
                    body.reason = Some(reason);
                }
            }
        }
        body
    }
}

/// Hold a unit of a perk for a member, if the program gives it to them now. The
/// same compiled rules decide as in the offers lookup.
#[utoipa::path(
    post, path = "/v1/claims", tag = "claims", operation_id = "hold_claim",
    params(("Idempotency-Key" = String, Header, description = "A name for this request, such as a new UUID; send the same one when you try again.")),
    request_body = HoldBody,
    responses(
        (status = 201, description = "Held; `Location` is the claim.", body = ClaimBody),
        (status = 400, description = "Something is wrong with the body, or there is no `Idempotency-Key`.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such program.", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`claim-refused`: the member does not get it; `refusal` and `reason` say why. `request-in-progress`: the same request is being carried out.", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "The `Idempotency-Key` was used for another request.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn hold(
    State(app): State<App>,
    auth: Auth<ClaimsWrite>,
    request: Idempotent<Json<HoldBody>>,
) -> Result<Response, Problem> {
    let (name, Json(body)) = request.required()?;
    auth.reach(&body.program)?;
    let wanted = HoldRequest {
        program: body.program,
        perk: body.perk,
        member: body.member,
        request: body.request,
        confirm: body.confirm,
        key: Some(auth.caller.key),
    };
    once(&app, &auth, Some(name), async |work| {
        let claim = app.service.claims.hold_unit(work, wanted).await?;
        let location = format!("/v1/claims/{}", claim.id);
        Reply::created(Some(location), &ClaimBody::from(claim))
    })
    .await
}

/// One claim.
#[utoipa::path(
    get, path = "/v1/claims/{claim}", tag = "claims", operation_id = "get_claim",
    params(("claim" = Uuid, Path, description = "The claim's id.")),
    responses(
        (status = 200, description = "The claim.", body = ClaimBody),
        (status = 304, description = "As in `If-None-Match`."),
        (status = 404, description = "There is no such claim.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn get(
    State(app): State<App>,
    auth: Auth<ClaimsWrite>,
    Path(claim): Path<Uuid>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let claim = app.service.claims.get(ClaimId(claim)).await?;
    if !auth.caller.reaches(&claim.program) {
        return Err(no_claim());
    }
    etag::json(&headers, &ClaimBody::from(claim))
}

/// Which claims, and how many at once.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ClaimsQuery {
    /// Only those of this program.
    #[param(value_type = Option<String>)]
    program: Option<ProgramId>,
    /// Only those on this perk.
    #[param(value_type = Option<String>)]
    perk: Option<PerkId>,
    /// Only this member's: our id, or any identity.
    member: Option<String>,
    /// Only those in this state.
    state: Option<StateName>,
    /// Lines of a page, from 1 to 200; 50 if absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u16>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// A state of claims, by its name.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StateName {
    /// Kept for the member.
    Held,
    /// The member's.
    Confirmed,
    /// Handed over.
    Redeemed,
    /// Given back by the member.
    Released,
    /// Its time is over.
    Expired,
    /// Taken back by the business.
    Cancelled,
}

impl From<StateName> for StateKind {
    fn from(name: StateName) -> Self {
        match name {
            StateName::Held => Self::Held,
            StateName::Confirmed => Self::Confirmed,
            StateName::Redeemed => Self::Redeemed,
            StateName::Released => Self::Released,
            StateName::Expired => Self::Expired,
            StateName::Cancelled => Self::Cancelled,
        }
    }
}

/// A page of claims, latest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClaimsBody {
    /// The claims.
    data: Vec<ClaimBody>,
    /// Where the next page is.
    page: Page,
}

/// Claims, latest first.
#[utoipa::path(
    get, path = "/v1/claims", tag = "claims", operation_id = "list_claims",
    params(ClaimsQuery),
    responses(
        (status = 200, description = "A page. The `Link` header names the next one.", body = ClaimsBody),
        (status = 304, description = "As in `If-None-Match`."),
    )
)]
pub async fn list(
    State(app): State<App>,
    auth: Auth<ClaimsWrite>,
    OriginalUri(uri): OriginalUri,
    Query(query): Query<ClaimsQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let limit = pagination::limit(query.limit, 50)?;
    let before = query.cursor.as_deref().map(pagination::decode::<Uuid>);
    if let Some(program) = &query.program {
        auth.reach(program)?;
    }
    let member = match &query.member {
        Some(identity) => match app.service.members.find(identity).await? {
            None => return page(&headers, &uri, Vec::new(), None),
            some => some,
        },
        None => None,
    };
    let wanted = ClaimFilter {
        // A key that is limited to a program sees that one only.
        program: query.program.or_else(|| auth.caller.program.clone()),
        perk: query.perk,
        member,
        state: query.state.map(Into::into),
        before: before.transpose()?.map(ClaimId),
    };
    let (claims, next) = app.service.claims.list(&wanted, limit).await?;
    page(&headers, &uri, claims, next)
}

/// A claim in a list: without its code, or whoever may list claims had all codes.
fn listed(claim: Claim) -> ClaimBody {
    ClaimBody {
        code: None,
        ..claim.into()
    }
}

fn page(
    headers: &HeaderMap,
    uri: &axum::http::Uri,
    claims: Vec<Claim>,
    next: Option<ClaimId>,
) -> Result<Response, Problem> {
    let body = ClaimsBody {
        data: claims.into_iter().map(listed).collect(),
        page: Page {
            next_cursor: next.map(|claim| pagination::encode(claim.0)),
        },
    };
    pagination::respond(headers, uri, &body, &body.page)
}

/// The claim that an address names, if the key reaches its program. Others do
/// not learn that it is there.
pub(super) async fn reached(
    app: &App,
    auth: &Auth<ClaimsWrite>,
    id: Uuid,
) -> Result<ClaimId, Problem> {
    let claim = app.service.claims.get(ClaimId(id)).await?;
    if auth.caller.reaches(&claim.program) {
        Ok(claim.id)
    } else {
        Err(no_claim())
    }
}

fn no_claim() -> Problem {
    Problem::not_found().detail("there is no such claim")
}
