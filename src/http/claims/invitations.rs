//! `/v1/programs/{program}/perks/{perk}/invitations`: inviting members to a perk.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::App;
use crate::http::auth::{Auth, ClaimsWrite, PathProgram};
use crate::http::claims::waiting::perk_id;
use crate::http::error::Problem;
use crate::http::extract::{Json, Path};
use crate::http::idempotency::{Idempotent, Reply, once};
use crate::service::claims::{Invitation, InviteRequest, Invited, Refused, WaitingPlace};
use renown_core::domain::{
    Attribute, Attributes, Claim, IdempotencyKey, IdentityText, PerkId, ProgramId, StateKind,
};

/// The most members in one request.
const MAX_MEMBERS: usize = 1_000;

/// A request to invite members to a perk.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"members": ["twitter:kevin", "loyalty:K7"]}))]
pub struct InviteBody {
    /// From 1 to 1,000 members, in the order in which they are invited: our ids,
    /// or any identities.
    #[schema(min_items = 1, max_items = 1_000, value_type = Vec<IdentityText>)]
    members: Vec<String>,
    /// What you know of the occasion, for conditions that read `request`: at most
    /// 64 names.
    #[serde(default)]
    #[schema(value_type = Attributes)]
    request: BTreeMap<String, Attribute>,
}

/// The result of each invitation.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationsBody {
    /// One item for each identity in the request, in that order. A member that is
    /// named twice is invited once.
    data: Vec<InvitationBody>,
}

/// The result of an invitation.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InvitationOutcome {
    /// A unit is held for the member, who confirms or releases the claim.
    Invited,
    /// The member already has a unit.
    AlreadyInvited,
    /// All units are taken. The member waits until another member declines or
    /// does not answer.
    Waiting,
    /// The member was already waiting and keeps the place.
    AlreadyWaiting,
    /// The program does not give the perk to the member.
    Refused,
}

/// An invited identity and the result.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationBody {
    /// The identity, as in the request.
    identity: String,
    /// The member's id; null if no member is enrolled under the identity.
    member: Option<Uuid>,
    /// The result of the invitation.
    outcome: InvitationOutcome,
    /// The claim's id, if the member has a unit.
    claim: Option<Uuid>,
    /// The state of that claim: `held`, `confirmed` or `redeemed`.
    #[schema(value_type = Option<StateKind>)]
    state: Option<&'static str>,
    /// The first moment at which it is too late to confirm (while held) or to
    /// redeem (once confirmed); null if there is no such limit.
    expires_at: Option<DateTime<Utc>>,
    /// The id of the wait, if the member waits.
    waiting: Option<Uuid>,
    /// The number of members ahead, if the member waits.
    before: Option<i64>,
    /// The refusal's name, if the member is refused.
    refusal: Option<String>,
    /// The reason in the form that decisions give it, if the rules refuse the
    /// member.
    reason: Option<Value>,
}

impl From<Invited> for InvitationBody {
    fn from(invited: Invited) -> Self {
        let body = Self {
            identity: invited.identity,
            member: invited.member.map(|member| member.0),
            outcome: InvitationOutcome::Refused,
            claim: None,
            state: None,
            expires_at: None,
            waiting: None,
            before: None,
            refusal: None,
            reason: None,
        };
        match invited.invitation {
            Invitation::Held(claim) => body.with_claim(InvitationOutcome::Invited, &claim),
            Invitation::HeldBefore(claim) => {
                body.with_claim(InvitationOutcome::AlreadyInvited, &claim)
            }
            Invitation::Waits(place) => body.with_place(InvitationOutcome::Waiting, &place),
            Invitation::WaitedBefore(place) => {
                body.with_place(InvitationOutcome::AlreadyWaiting, &place)
            }
            Invitation::Refused(refused) => body.with_refusal(refused),
        }
    }
}

impl InvitationBody {
    fn with_claim(self, outcome: InvitationOutcome, claim: &Claim) -> Self {
        Self {
            outcome,
            claim: Some(claim.id.0),
            state: Some(claim.state.kind().as_str()),
            expires_at: claim.state.expires_at(),
            ..self
        }
    }

    fn with_place(self, outcome: InvitationOutcome, place: &WaitingPlace) -> Self {
        Self {
            outcome,
            waiting: Some(place.waiting.id.0),
            before: place.before,
            ..self
        }
    }

    fn with_refusal(self, refused: Refused) -> Self {
        Self {
            refusal: Some(refused.name()),
            reason: refused.reason,
            ..self
        }
    }
}

/// Invites members to a perk, in the order given.
///
/// While units are left that no member waits for, each member gets a claim that
/// is held for them. To accept is to confirm the claim; to decline is to release
/// it. The other members wait. A unit that is declined, expires or is added goes
/// to the member that is first in line.
#[utoipa::path(
    post, path = "/v1/programs/{program}/perks/{perk}/invitations", tag = "claims", operation_id = "invite",
    params(
        ("program" = ProgramId, Path, description = "The program's short name."),
        ("perk" = PerkId, Path, description = "The perk's short name."),
        ("Idempotency-Key" = IdempotencyKey, Header, description = "A name for this request, such as a new UUID; send the same one when you try again, or who has declined meanwhile is invited once more."),
    ),
    request_body = InviteBody,
    responses(
        (status = 200, description = "The result for each member.", body = InvitationsBody),
        (status = 400, description = "Something is wrong with the body, or there is no `Idempotency-Key`; no member is invited."),
        (status = 404, description = "There is no such program."),
        (status = 409, description = "`claim-refused`: the perk is not given by invitation."),
    )
)]
pub async fn invite(
    State(app): State<App>,
    auth: Auth<ClaimsWrite, PathProgram>,
    Path((_program, perk)): Path<(String, String)>,
    request: Idempotent<Json<InviteBody>>,
) -> Result<Response, Problem> {
    let (program, perk) = (auth.program(), perk_id(&perk)?);
    let (name, Json(body)) = request.required()?;
    if !(1..=MAX_MEMBERS).contains(&body.members.len()) {
        let detail = format!("a request has from 1 to {MAX_MEMBERS} members");
        return Err(Problem::invalid_request()
            .pointer("/members")
            .detail(detail));
    }
    let wanted = InviteRequest {
        program: program.clone(),
        perk,
        members: body.members,
        request: body.request,
        caller: Some(auth.caller.id),
    };
    once(&app, &auth, Some(name), async |work| {
        let invited = app.service.claims.invite(work, &wanted).await?;
        let data = invited.into_iter().map(Into::into).collect();
        Reply::ok(&InvitationsBody { data })
    })
    .await
}
