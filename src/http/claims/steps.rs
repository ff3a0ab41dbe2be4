//! `/v1/claims/{claim}/…`: confirming, redeeming, releasing, cancelling and
//! reversing a claim.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::App;
use crate::http::auth::{Auth, ClaimsWrite, NamedProgram};
use crate::http::claims::claim::{ClaimBody, reached};
use crate::http::error::Problem;
use crate::http::extract::{Json, OptionalJson, Path};
use crate::http::idempotency::{Idempotent, Reply, RequestName, once};
use crate::service;
use crate::service::UnitOfWork;
use renown_core::domain::{Claim, ClaimId, TextLine};

/// A request to cancel a claim, or to reverse its redemption.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CancelBody {
    /// The reason, which webhooks and the stream report.
    reason: TextLine,
}

/// An empty object.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// Confirms a claim that is held: the member accepts the unit.
///
/// Confirming it again changes nothing.
#[utoipa::path(
    post, path = "/v1/claims/{claim}/confirm", tag = "claims", operation_id = "confirm_claim",
    params(("claim" = Uuid, Path, description = "The claim's id.")),
    request_body(content = Option<Nothing>, description = "Optional."),
    responses(
        (status = 200, description = "Confirmed.", body = ClaimBody),
        (status = 404, description = "There is no such claim."),
        (status = 409, description = "The hold has expired, or the claim has ended."),
    )
)]
pub async fn confirm(
    State(app): State<App>,
    auth: Auth<ClaimsWrite, NamedProgram>,
    Path(claim): Path<Uuid>,
    request: Idempotent<OptionalJson<Nothing>>,
) -> Result<Response, Problem> {
    step(&app, &auth, claim, request.name, async |work, claim| {
        app.service.claims.confirm(work, claim).await
    })
    .await
}

/// Redeems a confirmed claim: the unit is handed over.
///
/// A claim is redeemed only once. A second attempt is refused, unless it is the
/// same request sent again under its `Idempotency-Key`.
#[utoipa::path(
    post, path = "/v1/claims/{claim}/redeem", tag = "claims", operation_id = "redeem_claim",
    params(("claim" = Uuid, Path, description = "The claim's id.")),
    request_body(content = Option<Nothing>, description = "Optional."),
    responses(
        (status = 200, description = "Redeemed.", body = ClaimBody),
        (status = 404, description = "There is no such claim."),
        (status = 409, description = "The claim is not confirmed, was redeemed before, or has ended."),
    )
)]
pub async fn redeem(
    State(app): State<App>,
    auth: Auth<ClaimsWrite, NamedProgram>,
    Path(claim): Path<Uuid>,
    request: Idempotent<OptionalJson<Nothing>>,
) -> Result<Response, Problem> {
    let by = Some(auth.caller.id);
    step(&app, &auth, claim, request.name, async |work, claim| {
        app.service.claims.redeem(work, claim, by).await
    })
    .await
}

/// Releases a claim: the member does not want the unit.
///
/// The unit goes to the first member on the waiting list, or else back to the
/// stock.
#[utoipa::path(
    post, path = "/v1/claims/{claim}/release", tag = "claims", operation_id = "release_claim",
    params(("claim" = Uuid, Path, description = "The claim's id.")),
    request_body(content = Option<Nothing>, description = "Optional."),
    responses(
        (status = 200, description = "Released.", body = ClaimBody),
        (status = 404, description = "There is no such claim."),
        (status = 409, description = "The claim was redeemed, or has ended in another way."),
    )
)]
pub async fn release(
    State(app): State<App>,
    auth: Auth<ClaimsWrite, NamedProgram>,
    Path(claim): Path<Uuid>,
    request: Idempotent<OptionalJson<Nothing>>,
) -> Result<Response, Problem> {
    step(&app, &auth, claim, request.name, async |work, claim| {
        app.service.claims.release(work, claim).await
    })
    .await
}

/// Cancels a claim that was not redeemed: the business takes the unit back and
/// gives a reason.
#[utoipa::path(
    post, path = "/v1/claims/{claim}/cancel", tag = "claims", operation_id = "cancel_claim",
    params(("claim" = Uuid, Path, description = "The claim's id.")),
    request_body = CancelBody,
    responses(
        (status = 200, description = "Cancelled.", body = ClaimBody),
        (status = 404, description = "There is no such claim."),
        (status = 409, description = "The claim was redeemed, or has ended in another way."),
    )
)]
pub async fn cancel(
    State(app): State<App>,
    auth: Auth<ClaimsWrite, NamedProgram>,
    Path(claim): Path<Uuid>,
    request: Idempotent<Json<CancelBody>>,
) -> Result<Response, Problem> {
    let Json(body) = request.body;
    step(&app, &auth, claim, request.name, async |work, claim| {
        app.service.claims.cancel(work, claim, body.reason).await
    })
    .await
}

/// Reverses a redemption that was a mistake: the unit was not handed over after
/// all.
///
/// It goes to the first member on the waiting list, or else back to the stock, and
/// the limits no longer count it. That is possible until `claims.reversal_seconds`
/// of the configuration after the redemption. Reversing it again changes nothing.
#[utoipa::path(
    post, path = "/v1/claims/{claim}/reverse", tag = "claims", operation_id = "reverse_claim",
    params(("claim" = Uuid, Path, description = "The claim's id.")),
    request_body = CancelBody,
    responses(
        (status = 200, description = "Reversed.", body = ClaimBody),
        (status = 404, description = "There is no such claim."),
        (status = 409, description = "The claim was not redeemed, or too long ago, or has ended in another way."),
    )
)]
pub async fn reverse(
    State(app): State<App>,
    auth: Auth<ClaimsWrite, NamedProgram>,
    Path(claim): Path<Uuid>,
    request: Idempotent<Json<CancelBody>>,
) -> Result<Response, Problem> {
    let Json(body) = request.body;
    step(&app, &auth, claim, request.name, async |work, claim| {
        app.service.claims.reverse(work, claim, body.reason).await
    })
    .await
}

/// Carries out a step of a claim that the key reaches, only once if the request
/// is idempotent.
async fn step<F>(
    app: &App,
    auth: &Auth<ClaimsWrite, NamedProgram>,
    claim: Uuid,
    name: Option<RequestName>,
    take: F,
) -> Result<Response, Problem>
where
    F: AsyncFnOnce(&mut UnitOfWork, ClaimId) -> service::Result<Claim>,
{
    let claim = reached(app, auth, claim).await?;
    once(app, auth, name, async |work| {
        Reply::ok(&ClaimBody::from(take(work, claim).await?))
    })
    .await
}
