//! The three lookups: tier, service level and offers of one member in one
//! program. They are made for check-in and for the opening of a ticket.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::http::App;
use crate::http::auth::{Auth, Lookup, PathProgram};
use crate::http::decisions::basis::{Basis, Known, basis, known, member, name};
use crate::http::decisions::request_context::RequestContext;
use crate::http::error::Problem;
use crate::http::etag;
use crate::http::extract::{Path, Query};
use crate::http::money::MoneyBody;
use crate::service::decisions::{Evaluated, LookupContext, Question, Rendered};
use renown_core::domain::{GroupName, IdentityText, ProgramId, Refusal, Timestamp};
use renown_core::rules::{
    DemotionFreeze, Eligibility, ExcludedBy, PerkKind, ServiceClock, ServiceLevel, Standing,
    TableResult,
};

/// A member's tier in a program.
#[derive(Debug, Serialize, ToSchema)]
pub struct TierBody {
    /// The program's short name.
    program: String,
    /// The member's id; null if no member is enrolled under the identity or the
    /// member opted out.
    member: Option<Uuid>,
    /// The name that the business has given to the member; null if none.
    name: Option<String>,
    /// Whether there is evidence about the member.
    state: Known,
    /// The tier's short name. Always present; at least the floor.
    tier: String,
    /// The tier's display name.
    title: String,
    /// The tier's place on the ladder; 1 is the best.
    rank: usize,
    /// The amenities of the tier, which the front desk gives.
    amenities: Vec<String>,
    /// The short name of the tier's service level.
    service_level: String,
    /// When the member reached the tier; null while the tier history has no entry
    /// for it (the floor, or a tier reached a moment ago).
    since: Option<DateTime<Utc>>,
    /// True if the score alone would no longer give the tier, so that it is only
    /// kept.
    kept: bool,
    /// When the tier stops being kept; null if it is not only kept.
    keep_until: Option<DateTime<Utc>>,
    /// The demotion freeze that keeps the tier after its time is over; null if
    /// there is none.
    held: Option<DemotionFreeze>,
    /// The tier change that was announced; null if there is none.
    will_change: Option<WillChangeBody>,
    /// The grant that gives the tier; null if the rules give it.
    grant: Option<Uuid>,
    /// The member's standing in the program, with its interval.
    standing: Standing,
    /// The results of the program's decision tables, by table id: the outputs by
    /// name, a list of such outputs, a number, or null if no rule matches. Empty
    /// if the program has no tables. `POST /v1/decisions` shows which values the
    /// tables read.
    #[schema(value_type = BTreeMap<String, TableResult>)]
    tables: BTreeMap<String, Value>,
    /// What the answer rests on.
    basis: Basis,
}

/// A tier change that was announced.
#[derive(Debug, Serialize, ToSchema)]
pub struct WillChangeBody {
    /// When the change happens, unless the tier is earned again by then.
    at: DateTime<Utc>,
    /// The tier in effect after the change.
    to: String,
}

/// A member's service level in a program.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceLevelBody {
    /// The program's short name.
    program: String,
    /// The member's id; null if no member is enrolled under the identity or the
    /// member opted out.
    member: Option<Uuid>,
    /// The name that the business has given to the member; null if none.
    name: Option<String>,
    /// Whether there is evidence about the member.
    state: Known,
    /// The queue and the targets, under the names that help desk software uses.
    service_level: ServiceLevel,
    /// The member's tier.
    tier: String,
    /// When the targets are due, and whether the desk is open: as of `opened_at` and of the
    /// answer's minute.
    service_clock: Option<ServiceClock>,
    /// The demotion freeze that keeps the tier after its time is over; null if
    /// there is none.
    held: Option<DemotionFreeze>,
    /// What the answer rests on.
    basis: Basis,
}

/// The offers of a program for a member.
#[derive(Debug, Serialize, ToSchema)]
pub struct OffersBody {
    /// The program's short name.
    program: String,
    /// The member's id; null if no member is enrolled under the identity or the
    /// member opted out.
    member: Option<Uuid>,
    /// The name that the business has given to the member; null if none.
    name: Option<String>,
    /// Whether there is evidence about the member.
    state: Known,
    /// The member's tier. Its amenities need no claim.
    tier: String,
    /// Every perk of the program, in the program's order: what the member may
    /// have, and what not and why.
    offers: Vec<OfferBody>,
    /// What the answer rests on.
    basis: Basis,
}

/// A perk as offered to one member.
#[derive(Debug, Serialize, ToSchema)]
pub struct OfferBody {
    /// The perk's short name.
    perk: String,
    /// The perk's display name.
    title: String,
    /// Whether the member may have the perk now.
    eligible: bool,
    /// Why the member may not have the perk; null if they may.
    /// `POST /v1/decisions` shows by how much a condition was missed and what
    /// would change it.
    refusal: Option<Refusal>,
    /// The perk of the same exclusive group that the member gets instead, with
    /// `refusal` `exclusive_of`; null with any other.
    excluded_by: Option<ExcludedBy>,
    /// The exclusive group of the perk: a member gets one perk of it, in all programs. Null
    /// if it is in none.
    exclusive: Option<GroupName>,
    /// How the perk is given.
    kind: PerkKind,
    /// The topics that the perk is about.
    topics: Vec<String>,
    /// What one unit is worth; null if the program does not say.
    value: Option<MoneyBody>,
    /// The total number of units; null if not limited.
    stock: Option<i64>,
    /// The units that may be given now: the least of what is left of the stock,
    /// of the day and of the budgets; null if not limited.
    left: Option<i64>,
    /// The most units that one member may have.
    per_member: i64,
    /// The units that the member has claimed and not given back.
    claimed: i64,
    /// The first moment at which the perk is given; null if there is none.
    from: Option<DateTime<Utc>>,
    /// The first moment at which the perk is no longer given; null if there is
    /// none.
    until: Option<DateTime<Utc>>,
    /// What the member must be told about why they got the perk; null if they may
    /// not have it and have no unit of it.
    disclosure: Option<String>,
}

/// The ticket that a service level is for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AboutTicket {
    /// When the ticket was opened, from which the targets count; now if absent.
    opened_at: Option<Timestamp>,
}

/// Returns a member's amenity tier in a program.
///
/// There is always an answer: at least the floor, which is for everyone.
#[utoipa::path(
    get, path = "/v1/programs/{program}/members/{member}/tier", tag = "lookups", operation_id = "get_tier",
    params(
        RequestContext,
        ("program" = ProgramId, Path, description = "The program's short name."),
        ("member" = IdentityText, Path, description = "The member's id, or any of their identities: `twitter:kevin`, `email:a@b.c`, `loyalty:1234`."),
    ),
    responses(
        (status = 200, description = "The tier.", body = TierBody),
        (status = 304, description = "The `ETag` of an earlier answer; 304 if it still holds."),
        (status = 404, description = "There is no such program."),
    )
)]
pub async fn tier(
    State(app): State<App>,
    auth: Auth<Lookup, PathProgram>,
    Path((_program, member)): Path<(String, String)>,
    context: RequestContext,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    look_up(
        &app,
        auth.program(),
        &member,
        context.into(),
        &headers,
        Question::Tier,
        |evaluated| rendered(&tier_body(evaluated)),
    )
    .await
}

/// Returns a member's service level in a program.
///
/// There is always an answer.
#[utoipa::path(
    get, path = "/v1/programs/{program}/members/{member}/service-level", tag = "lookups", operation_id = "get_service_level",
    params(
        RequestContext,
        AboutTicket,
        ("program" = ProgramId, Path, description = "The program's short name."),
        ("member" = IdentityText, Path, description = "The member's id, or any of their identities."),
    ),
    responses(
        (status = 200, description = "The service level.", body = ServiceLevelBody),
        (status = 304, description = "The `ETag` of an earlier answer; 304 if it still holds."),
        (status = 404, description = "There is no such program."),
    )
)]
pub async fn service_level(
    State(app): State<App>,
    auth: Auth<Lookup, PathProgram>,
    Path((_program, member)): Path<(String, String)>,
    RequestContext(request): RequestContext,
    Query(ticket): Query<AboutTicket>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let render = |evaluated: &Evaluated<'_>| rendered(&service_level_body(evaluated));
    look_up(
        &app,
        auth.program(),
        &member,
        LookupContext {
            request,
            opened_at: ticket.opened_at.map(Timestamp::get),
        },
        &headers,
        Question::ServiceLevel,
        render,
    )
    .await
}

/// Returns the perks that a member may have, and those that they may not have and
/// why.
#[utoipa::path(
    get, path = "/v1/programs/{program}/members/{member}/offers", tag = "lookups", operation_id = "get_offers",
    params(
        RequestContext,
        ("program" = ProgramId, Path, description = "The program's short name."),
        ("member" = IdentityText, Path, description = "The member's id, or any of their identities."),
    ),
    responses(
        (status = 200, description = "The offers.", body = OffersBody),
        (status = 304, description = "The `ETag` of an earlier answer; 304 if it still holds."),
        (status = 404, description = "There is no such program."),
    )
)]
pub async fn offers(
    State(app): State<App>,
    auth: Auth<Lookup, PathProgram>,
    Path((_program, member)): Path<(String, String)>,
    context: RequestContext,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    look_up(
        &app,
        auth.program(),
        &member,
        context.into(),
        &headers,
        Question::Offers,
        |evaluated| rendered(&offers_body(evaluated)),
    )
    .await
}

async fn look_up(
    app: &App,
    program: &ProgramId,
    member: &str,
    context: LookupContext,
    headers: &HeaderMap,
    question: Question,
    render: fn(&Evaluated<'_>) -> (Vec<u8>, String),
) -> Result<Response, Problem> {
    let look_up = app
        .service
        .decisions
        .look_up(program, member, question, &context, render);
    let Rendered { body, etag } = look_up.await?;
    Ok(etag::respond(headers, body, &etag))
}

fn rendered(body: &impl Serialize) -> (Vec<u8>, String) {
    let body = serde_json::to_vec(body).expect("plain data with text keys always serialises");
    let tag = etag::of(&body);
    (body, tag)
}

pub(super) fn tier_body(evaluated: &Evaluated<'_>) -> TierBody {
    let program = &evaluated.in_force.program;
    let in_effect = &evaluated.outcome.tier;
    let rank = program
        .tiers()
        .iter()
        .position(|tier| &tier.id == in_effect.tier)
        .unwrap_or_default();
    let tier = &program.tiers()[rank];
    let basis = basis(evaluated);
    let tables = evaluated.outcome.tables.iter();
    TierBody {
        program: program.id().to_string(),
        member: member(evaluated),
        name: name(evaluated),
        state: known(evaluated),
        tier: tier.id.to_string(),
        title: tier.title.clone(),
        rank: rank + 1,
        amenities: tier.amenities.clone(),
        service_level: evaluated.outcome.service_level.id.clone(),
        since: in_effect.since.filter(|_| basis.tier_history.is_some()),
        kept: in_effect.kept,
        keep_until: in_effect.keep_until,
        held: in_effect.held.clone(),
        will_change: in_effect.will_change.as_ref().map(|fall| WillChangeBody {
            at: fall.at,
            to: fall.to.to_string(),
        }),
        grant: in_effect.grant.map(|grant| grant.0),
        standing: evaluated.outcome.standing,
        tables: tables
            .map(|(id, table)| ((*id).to_owned(), json!(table.result)))
            .collect(),
        basis,
    }
}

pub(super) fn service_level_body(evaluated: &Evaluated<'_>) -> ServiceLevelBody {
    ServiceLevelBody {
        program: evaluated.in_force.program.id().to_string(),
        member: member(evaluated),
        name: name(evaluated),
        state: known(evaluated),
        service_level: evaluated.outcome.service_level.clone(),
        tier: evaluated.outcome.tier.tier.to_string(),
        service_clock: ServiceClock::of(evaluated.outcome.service_level, &evaluated.rules),
        held: evaluated.outcome.tier.held.clone(),
        basis: basis(evaluated),
    }
}

pub(super) fn offers_body(evaluated: &Evaluated<'_>) -> OffersBody {
    let program = &evaluated.in_force.program;
    let claimed = evaluated.rules.claimed;
    let offers = program
        .perks()
        .iter()
        .zip(&evaluated.outcome.perks)
        .map(|(perk, outcome)| {
            let refusal = match outcome.eligibility {
                Eligibility::Eligible => None,
                Eligibility::Refused { reason } => Some(reason),
            };
            OfferBody {
                perk: perk.id.to_string(),
                title: perk.title.clone(),
                eligible: refusal.is_none(),
                refusal,
                excluded_by: refusal
                    .filter(|refusal| *refusal == Refusal::ExclusiveOf)
                    .and_then(|_| program.excluded_by(perk, &evaluated.rules)),
                exclusive: perk.exclusive.as_ref().map(|own| own.group.clone()),
                kind: perk.kind,
                topics: perk.topics.iter().map(ToString::to_string).collect(),
                value: perk.value.as_ref().map(Into::into),
                stock: perk.stock,
                left: program.left(perk, &evaluated.rules),
                per_member: perk.per_member,
                claimed: claimed.get(&perk.id).copied().unwrap_or(0),
                from: perk.from,
                until: perk.until,
                disclosure: program
                    .disclosure(perk, refusal, &evaluated.rules)
                    .map(str::to_owned),
            }
        });
    OffersBody {
        program: program.id().to_string(),
        member: member(evaluated),
        name: name(evaluated),
        state: known(evaluated),
        tier: evaluated.outcome.tier.tier.to_string(),
        offers: offers.collect(),
        basis: basis(evaluated),
    }
}
