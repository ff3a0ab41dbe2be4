//! `POST /v1/redemptions`: redeeming a code at a till.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::http::App;
use crate::http::auth::{Auth, ClaimsWrite, NamedProgram};
use crate::http::claims::claim::ClaimBody;
use crate::http::error::Problem;
use crate::http::extract::Json;
use crate::http::idempotency::{Idempotent, Reply, answered, once};
use crate::service::ServiceError;
use crate::service::claims::Redemption;
use renown_core::domain::{EnteredCode, PerkId, ProgramId};

/// A code that is shown for redemption.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "code": "K7QM2-RT4XW-9AECD" }))]
pub struct RedemptionBody {
    /// The code as it was typed or scanned: 1 to 100 characters. In codes
    /// generated here, case, blanks, hyphens and look-alike characters do not
    /// matter.
    #[schema(min_length = 1, max_length = 100)]
    code: String,
    /// Only a code of this program. A key that is limited to a program only sees
    /// that program's codes.
    #[serde(default)]
    program: Option<ProgramId>,
    /// Only a code of this perk.
    #[serde(default)]
    perk: Option<PerkId>,
}

/// Redeems the confirmed claim that a code belongs to: the unit is handed over.
///
/// A claim is redeemed only once. A second attempt is refused, wherever the code
/// is shown, unless it is the same request sent again under its
/// `Idempotency-Key`.
///
/// A key may try a few wrong codes, and after that it may only try codes slowly.
/// Right codes are not counted.
#[utoipa::path(
    post, path = "/v1/redemptions", tag = "codes", operation_id = "redeem_code",
    request_body = RedemptionBody,
    responses(
        (status = 200, description = "Redeemed.", body = ClaimBody),
        (status = 400, description = "The code is not well-formed: a character or the check symbol is wrong."),
        (status = 404, description = "There is no such code that this key can see."),
        (status = 409, description = "The claim was redeemed before, or has ended; `detail` says when. Or several claims have this code."),
        (status = 429, description = "The key has tried too many wrong codes. `Retry-After`, `RateLimit` and `RateLimit-Policy` say when it may try again."),
    )
)]
pub async fn redeem(
    State(app): State<App>,
    auth: Auth<ClaimsWrite, NamedProgram>,
    request: Idempotent<Json<RedemptionBody>>,
) -> Result<Response, Problem> {
    let Json(body) = request.body;
    if let Some(program) = &body.program {
        auth.reach(program)?;
    }
    let code = EnteredCode::parse(&body.code)
        .map_err(|invalid| ServiceError::invalid("/code", invalid))?;
    if let Some(answer) = answered(&app, &auth, &request.name).await? {
        return Ok(answer);
    }
    let wanted = Redemption {
        code,
        program: body.program.or_else(|| auth.limit().cloned()),
        perk: body.perk,
        by: Some(auth.caller.id),
    };
    let mut attempt = app.service.claims.try_code(auth.caller.id).await?;
    once(&app, &auth, request.name, async |work| {
        let redeemed = app.service.claims.redeem_code(work, wanted).await;
        if let Err(ServiceError::NotFound(_)) = redeemed {
            attempt.fail();
        }
        Reply::ok(&ClaimBody::from(redeemed?))
    })
    .await
}
