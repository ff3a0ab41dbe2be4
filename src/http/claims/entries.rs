//! Entries of draws: entering, reading and withdrawing.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::App;
use crate::http::auth::{Auth, ClaimsWrite, NamedProgram, PathProgram};
use crate::http::claims::waiting::perk_id;
use crate::http::error::Problem;
use crate::http::etag::{self, IfNoneMatch};
use crate::http::extract::{Json, Path};
use crate::http::idempotency::{Idempotent, Reply, once};
use crate::service::claims::{Entered, EntryRequest};
use renown_core::domain::{
    Attribute, Attributes, EntryId, IdentityText, Nonce, PerkId, ProgramId, WaitEnd,
};

/// A request to enter a member in a draw.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"member": "twitter:kevin", "nonce": "blue-bicycle-1987"}))]
pub struct EnterBody {
    /// The member: our id, or any identity.
    member: IdentityText,
    /// What you know of the occasion, for conditions that read `request` when the
    /// member is drawn: at most 64 names.
    #[serde(default)]
    #[schema(value_type = Attributes)]
    request: BTreeMap<String, Attribute>,
    /// A text that the entrant adds, so that the outcome cannot be foreseen: 1 to
    /// 64 visible ASCII characters. It is published, so it must not be a name or
    /// a secret.
    nonce: Option<Nonce>,
}

/// An entry of a draw.
#[derive(Debug, Serialize, ToSchema)]
pub struct EntryBody {
    /// The entry's id, which is public: the draw's public record lists the entry
    /// under it.
    id: Uuid,
    /// The program's short name.
    program: String,
    /// The perk's short name.
    perk: String,
    /// The member's id.
    member: Uuid,
    /// The text that the entrant added; null if none.
    nonce: Option<String>,
    /// When the member entered.
    entered_at: DateTime<Utc>,
    /// When the entry was withdrawn; null if it was not.
    withdrawn_at: Option<DateTime<Utc>>,
    /// The outcome: null before the draw, then `waiting`, `claimed`, `left`, or
    /// the refusal for which the member was passed over.
    outcome: Option<String>,
    /// The claim that the entry led to; null if there is none.
    claim: Option<Uuid>,
}

impl From<Entered> for EntryBody {
    fn from(entered: Entered) -> Self {
        let entry = entered.entry;
        let end = entered.waiting.as_ref().map(|waiting| waiting.end.as_ref());
        let outcome =
            |end: Option<&WaitEnd>| end.map_or("waiting", |end| end.outcome.as_str()).to_owned();
        Self {
            id: entry.id.0,
            program: entry.program.to_string(),
            perk: entry.perk.to_string(),
            member: entry.member.0,
            nonce: entry.nonce.map(Into::into),
            entered_at: entry.entered_at,
            withdrawn_at: entry.withdrawn_at,
            outcome: end.map(outcome),
            claim: end
                .flatten()
                .and_then(|end| end.outcome.claim())
                .map(|claim| claim.0),
        }
    }
}

/// Enters a member in a perk's draw, if the program would give them the perk.
///
/// A member that has already entered stays entered, with the nonce of the first
/// time.
#[utoipa::path(
    post, path = "/v1/programs/{program}/perks/{perk}/entries", tag = "claims", operation_id = "enter_draw",
    params(
        ("program" = ProgramId, Path, description = "The program's short name."),
        ("perk" = PerkId, Path, description = "The perk's short name."),
    ),
    request_body = EnterBody,
    responses(
        (status = 201, description = "Entered; `Location` is the entry.", body = EntryBody),
        (status = 200, description = "The member had entered before.", body = EntryBody),
        (status = 400, description = "Something is wrong with the body."),
        (status = 404, description = "There is no such program."),
        (status = 409, description = "`claim-refused`: the member may not enter, the draw is over, or the perk is not given by a draw."),
    )
)]
pub async fn enter(
    State(app): State<App>,
    auth: Auth<ClaimsWrite, PathProgram>,
    Path((_program, perk)): Path<(String, String)>,
    request: Idempotent<Json<EnterBody>>,
) -> Result<Response, Problem> {
    let (program, perk) = (auth.program(), perk_id(&perk)?);
    let Json(body) = request.body;
    let wanted = EntryRequest {
        program: program.clone(),
        perk,
        member: body.member.into(),
        request: body.request,
        nonce: body.nonce,
    };
    once(&app, &auth, request.name, async |work| {
        let (entry, is_new) = app.service.claims.enter(work, wanted).await?;
        let location = format!("/v1/entries/{}", entry.id);
        let waiting = None;
        let body = EntryBody::from(Entered { entry, waiting });
        match is_new {
            true => Reply::created(Some(location), &body),
            false => Reply::ok(&body),
        }
    })
    .await
}

/// Returns an entry and its outcome.
#[utoipa::path(
    get, path = "/v1/entries/{entry}", tag = "claims", operation_id = "get_entry",
    params(("entry" = Uuid, Path, description = "The entry's id.")),
    responses(
        (status = 200, description = "The entry.", body = EntryBody),
        (status = 304, description = "The `ETag` of an earlier answer; 304 if it still holds."),
        (status = 404, description = "There is no such entry."),
    )
)]
pub async fn get(
    State(app): State<App>,
    auth: Auth<ClaimsWrite, NamedProgram>,
    Path(entry): Path<Uuid>,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    let entered = seen(&app, &auth, entry).await?;
    etag::json(&known, &EntryBody::from(entered))
}

/// Withdraws an entry before the draw.
///
/// Withdrawing it again changes nothing.
#[utoipa::path(
    delete, path = "/v1/entries/{entry}", tag = "claims", operation_id = "withdraw_entry",
    params(("entry" = Uuid, Path, description = "The entry's id.")),
    responses(
        (status = 200, description = "Withdrawn.", body = EntryBody),
        (status = 404, description = "There is no such entry."),
        (status = 409, description = "The draw is over."),
    )
)]
pub async fn withdraw(
    State(app): State<App>,
    auth: Auth<ClaimsWrite, NamedProgram>,
    Path(entry): Path<Uuid>,
) -> Result<Response, Problem> {
    let id = seen(&app, &auth, entry).await?.entry.id;
    once(&app, &auth, None, async |work| {
        let entered = app.service.claims.withdraw_entry(work, id).await?;
        Reply::ok(&EntryBody::from(entered))
    })
    .await
}

/// Returns an entry, if the key reaches its program.
async fn seen(
    app: &App,
    auth: &Auth<ClaimsWrite, NamedProgram>,
    id: Uuid,
) -> Result<Entered, Problem> {
    let entered = app.service.claims.entry(EntryId(id)).await?;
    if auth.reaches(&entered.entry.program) {
        Ok(entered)
    } else {
        Err(Problem::not_found().detail("there is no such entry"))
    }
}
