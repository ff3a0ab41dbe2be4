//! `/v1/claims`: holding, reading and listing claims.

use std::collections::BTreeMap;

use axum::extract::{OriginalUri, State};
use axum::response::Response;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::http::App;
use crate::http::auth::{Auth, ClaimsWrite, NamedProgram};
use crate::http::error::Problem;
use crate::http::etag::{self, IfNoneMatch};
use crate::http::extract::{Json, Path, Query};
use crate::http::idempotency::{Idempotent, Reply, named, refusal, replied};
use crate::http::money::MoneyBody;
use crate::http::pagination;
use crate::http::pagination::{Cursor, Page};
use crate::service::claims::{ClaimRequest, HoldRequest};
use renown_core::domain::{
    Attribute, Attributes, Claim, ClaimFilter, ClaimId, Ending, IdempotencyKey, IdentityText,
    Origin, PerkId, ProgramId, State as ClaimState, StateKind,
};

/// A request to hold a unit of a perk for a member.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "program": "palms-klub", "perk": "show-tickets", "member": "twitter:kevin",
    "request": { "party_size": 2 }
}))]
pub struct HoldBody {
    /// The program's short name.
    program: ProgramId,
    /// The short name of one of the program's perks.
    perk: PerkId,
    /// The member: our id, or any identity.
    member: IdentityText,
    /// What you know of the occasion, for conditions that read `request`: at most
    /// 64 names.
    #[serde(default)]
    #[schema(value_type = Attributes)]
    request: BTreeMap<String, Attribute>,
    /// `true`: confirm the claim at once.
    #[serde(default)]
    confirm: bool,
}

/// A claim: one unit of a perk that is held for a member or given to them.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClaimBody {
    /// The claim's id.
    id: Uuid,
    /// The program's short name.
    program: String,
    /// The version of the program under which the claim was made.
    program_version: i32,
    /// The perk's short name.
    perk: String,
    /// The member's id.
    member: Uuid,
    /// How the claim came about: `claim`, `waiting_list`, `invitation` or `draw`.
    #[schema(value_type = Origin)]
    origin: &'static str,
    /// The state: `held`, `confirmed`, `redeemed`, `released`, `expired`,
    /// `cancelled` or `reversed`.
    #[schema(value_type = StateKind)]
    state: &'static str,
    /// When the unit was held.
    held_at: DateTime<Utc>,
    /// When the claim was confirmed; null if it was not.
    confirmed_at: Option<DateTime<Utc>>,
    /// When the claim was redeemed; null if it was not.
    redeemed_at: Option<DateTime<Utc>>,
    /// When the claim was released, cancelled or reversed, or expired; null if it
    /// has not ended.
    ended_at: Option<DateTime<Utc>>,
    /// Why the claim was cancelled or reversed; null if it was not.
    reason: Option<String>,
    /// The first moment at which it is too late to confirm (while held) or to
    /// redeem (once confirmed); null if there is no such limit.
    expires_at: Option<DateTime<Utc>>,
    /// The day, in the program's time zone, against whose daily limits the claim
    /// counts.
    #[schema(value_type = String, format = Date)]
    day: NaiveDate,
    /// What the unit is worth; null if the program does not say.
    value: Option<MoneyBody>,
    /// The code that the member shows to get the unit, if the perk has codes.
    /// Null before the confirmation, after the claim has ended without
    /// redemption, and in lists.
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
                body.reason = ended.how.reason().map(str::to_owned);
                if let Ending::Reversed { redeemed_at, .. } = ended.how {
                    body.redeemed_at = Some(redeemed_at);
                }
            }
        }
        body
    }
}

/// Holds a unit of a perk for a member, if the program gives it to them now.
///
/// The same compiled rules decide as in the offers lookup.
#[utoipa::path(
    post, path = "/v1/claims", tag = "claims", operation_id = "hold_claim",
    params(("Idempotency-Key" = IdempotencyKey, Header, description = "A name for this request, such as a new UUID; send the same one when you try again.")),
    request_body = HoldBody,
    responses(
        (status = 201, description = "Held; `Location` is the claim.", body = ClaimBody),
        (status = 400, description = "Something is wrong with the body, or there is no `Idempotency-Key`."),
        (status = 404, description = "There is no such program."),
        (status = 409, description = "`claim-refused`: the member cannot claim the perk; `refusal` and `reason` say why. `request-in-progress`: the same request is being carried out."),
        (status = 422, description = "The `Idempotency-Key` was used for another request."),
    )
)]
pub async fn hold(
    State(app): State<App>,
    auth: Auth<ClaimsWrite, NamedProgram>,
    request: Idempotent<Json<HoldBody>>,
) -> Result<Response, Problem> {
    let (name, Json(body)) = request.required()?;
    auth.reach(&body.program)?;
    let hold = HoldRequest {
        program: body.program,
        perk: body.perk,
        member: body.member.into(),
        request: body.request,
        confirm: body.confirm,
        caller: Some(auth.caller.id),
    };
    let claim = ClaimRequest {
        hold,
        request: named(&auth, name),
        answer: |claim| {
            let location = format!("/v1/claims/{}", claim.id);
            Ok(Reply::created(Some(location), &ClaimBody::from(claim))?.answer)
        },
        refusal,
    };
    let requests = &app.service.requests;
    Ok(replied(app.service.claims.hold(requests, claim).await?))
}

/// Returns a claim.
#[utoipa::path(
    get, path = "/v1/claims/{claim}", tag = "claims", operation_id = "get_claim",
    params(("claim" = Uuid, Path, description = "The claim's id.")),
    responses(
        (status = 200, description = "The claim.", body = ClaimBody),
        (status = 304, description = "The `ETag` of an earlier answer; 304 if it still holds."),
        (status = 404, description = "There is no such claim."),
    )
)]
pub async fn get(
    State(app): State<App>,
    auth: Auth<ClaimsWrite, NamedProgram>,
    Path(claim): Path<Uuid>,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    let claim = app.service.claims.get(ClaimId(claim)).await?;
    if !auth.reaches(&claim.program) {
        return Err(no_claim());
    }
    etag::json(&known, &ClaimBody::from(claim))
}

/// The filters and the page of a list of claims.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ClaimsQuery {
    /// Only claims in this program.
    program: Option<ProgramId>,
    /// Only claims on this perk.
    perk: Option<PerkId>,
    /// Only claims of this member: our id, or any identity.
    member: Option<IdentityText>,
    /// Only claims in this state.
    state: Option<StateName>,
    /// The most items on a page, from 1 to 200; 50 if absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u16>,
    /// The `next_cursor` of the previous page; absent for the first page.
    cursor: Option<Cursor>,
}

/// The name of a claim's state.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StateName {
    /// A unit is held for the member, who has not confirmed yet.
    Held,
    /// The member has confirmed; the unit is theirs.
    Confirmed,
    /// The unit was handed over.
    Redeemed,
    /// The member did not want the unit.
    Released,
    /// The time to confirm or to redeem is over.
    Expired,
    /// The business has cancelled the claim.
    Cancelled,
    /// The unit was redeemed by mistake, and was taken back.
    Reversed,
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
            StateName::Reversed => Self::Reversed,
        }
    }
}

/// A page of claims, latest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClaimsBody {
    /// The claims.
    data: Vec<ClaimBody>,
    /// The cursor of the next page.
    page: Page,
}

/// Lists claims, latest first.
#[utoipa::path(
    get, path = "/v1/claims", tag = "claims", operation_id = "list_claims",
    params(ClaimsQuery),
    responses(
        (status = 200, description = "A page. The `Link` header names the next one.", body = ClaimsBody),
        (status = 304, description = "The `ETag` of an earlier answer; 304 if it still holds."),
    )
)]
pub async fn list(
    State(app): State<App>,
    auth: Auth<ClaimsWrite, NamedProgram>,
    OriginalUri(uri): OriginalUri,
    Query(query): Query<ClaimsQuery>,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    let limit = pagination::limit(query.limit, 50)?;
    let before = query.cursor.as_ref().map(pagination::decode::<Uuid>);
    if let Some(program) = &query.program {
        auth.reach(program)?;
    }
    let member = match &query.member {
        Some(identity) => match app.service.members.find(identity.as_str()).await? {
            None => return page(&known, &uri, Vec::new(), None),
            some => some,
        },
        None => None,
    };
    let filter = ClaimFilter {
        // A key that is limited to a program sees only claims in it.
        program: query.program.or_else(|| auth.limit().cloned()),
        perk: query.perk,
        member,
        state: query.state.map(Into::into),
        before: before.transpose()?.map(ClaimId),
    };
    let (claims, next) = app.service.claims.list(&filter, limit).await?;
    page(&known, &uri, claims, next)
}

/// Returns a claim for a list. It has no code; otherwise a caller that may list
/// claims would see all codes.
fn listed(claim: Claim) -> ClaimBody {
    ClaimBody {
        code: None,
        ..claim.into()
    }
}

/// Answers with a page of claims.
///
/// # Errors
/// 500 if the body cannot be serialised.
pub fn page(
    known: &IfNoneMatch,
    uri: &axum::http::Uri,
    claims: Vec<Claim>,
    next: Option<ClaimId>,
) -> Result<Response, Problem> {
    let body = ClaimsBody {
        data: claims.into_iter().map(listed).collect(),
        page: Page::up_to(next.map(|claim| claim.0)),
    };
    pagination::respond(known, uri, &body, &body.page)
}

/// Returns the id of the claim in the path, if the key reaches its program.
/// Otherwise the answer does not show that the claim exists.
pub(super) async fn reached(
    app: &App,
    auth: &Auth<ClaimsWrite, NamedProgram>,
    id: Uuid,
) -> Result<ClaimId, Problem> {
    let claim = app.service.claims.get(ClaimId(id)).await?;
    if auth.reaches(&claim.program) {
        Ok(claim.id)
    } else {
        Err(no_claim())
    }
}

fn no_claim() -> Problem {
    Problem::not_found().detail("there is no such claim")
}
