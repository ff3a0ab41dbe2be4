//! The three lookups: tier, service level and offers of one person in one
//! program. Made to be called at check-in and when a ticket opens.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::App;
use crate::http::decisions::basis::{Basis, Known, basis, known, member};
use crate::http::error::Problem;
use crate::http::etag;
use crate::http::extract::{Auth, Lookup, Path};
use crate::http::money::MoneyBody;
use crate::service::decisions::{Evaluated, Question, Rendered};
use renown_core::domain::{ProgramId, Refusal};
use renown_core::rules::{
    DemotionFreeze, Eligibility, PerkKind, ServiceLevel, Standing, TableResult,
};

/// The tier of a person.
#[derive(Debug, Serialize, ToSchema)]
pub struct TierBody {
    /// The program.
    program: String,
    /// Our id of the member; null for somebody who is not enrolled or opted out.
    member: Option<Uuid>,
    /// Whether there is anything to go on.
    state: Known,
    /// The tier's short name. Always there: at least the floor.
    tier: String,
    /// Its name for people.
    title: String,
    /// Its place on the ladder, from 1, the best.
    rank: usize,
    /// What comes with it: what the front desk gives.
    amenities: Vec<String>,
    /// The service level that comes with it.
    service_level: String,
    /// Since when the member has had it; null for the floor of somebody who
    /// never had more.
    since: Option<DateTime<Utc>>,
    /// True if the score alone would not give it any more and it is only kept.
    kept: bool,
    /// Until when it is kept, if it is only kept.
    keep_until: Option<DateTime<Utc>>,
    /// What alone keeps it, its time being over; null where nothing has to.
    held: Option<DemotionFreeze>,
    /// When and to what it will change, if that was announced.
    will_change: Option<WillChangeBody>,
    /// The grant that gives it; null where the rules do.
    grant: Option<Uuid>,
    /// The member's standing in the program, with its interval.
    standing: Standing,
    /// What the program's decision tables say, by their ids: the outputs by
    /// name, a list of such, a number, or null where no rule matches. Empty if
    /// the program has no tables. `POST /v1/decisions` says what they looked at.
    #[schema(value_type = BTreeMap<String, TableResult>)]
    tables: BTreeMap<String, Value>,
    /// What the answer rests on.
    basis: Basis,
}

/// A change of tier that was announced.
#[derive(Debug, Serialize, ToSchema)]
pub struct WillChangeBody {
    /// When, if the tier is not earned again by then.
    at: DateTime<Utc>,
    /// The tier that will be in effect then.
    to: String,
}

/// The service level of a person.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceLevelBody {
    /// The program.
    program: String,
    /// Our id of the member; null for somebody who is not enrolled or opted out.
    member: Option<Uuid>,
    /// Whether there is anything to go on.
    state: Known,
    /// Queue and targets, under the names that desk software uses.
    service_level: ServiceLevel,
    /// The tier that it comes with.
    tier: String,
    /// What alone keeps the tier, its time being over; null where nothing has to.
    held: Option<DemotionFreeze>,
    /// What the answer rests on.
    basis: Basis,
}

/// The offers for a person.
#[derive(Debug, Serialize, ToSchema)]
pub struct OffersBody {
    /// The program.
    program: String,
    /// Our id of the member; null for somebody who is not enrolled or opted out.
    member: Option<Uuid>,
    /// Whether there is anything to go on.
    state: Known,
    /// The tier, whose amenities come without asking.
    tier: String,
    /// Every perk of the program, in its order: what the person may have, and
    /// what not and why.
    offers: Vec<OfferBody>,
    /// What the answer rests on.
    basis: Basis,
}

/// One perk, as offered to one person.
#[derive(Debug, Serialize, ToSchema)]
pub struct OfferBody {
    /// The perk's short name.
    perk: String,
    /// Its name for people.
    title: String,
    /// Whether the person may have it now.
    eligible: bool,
    /// Why not, if not. `POST /v1/decisions` says by how much, and what would
    /// change it.
    refusal: Option<Refusal>,
    /// How it is given.
    kind: PerkKind,
    /// The topics it is about.
    topics: Vec<String>,
    /// What one unit is worth; null if the program does not say.
    value: Option<MoneyBody>,
    /// Units in all; null for as many as are wanted.
    stock: Option<i64>,
    /// Units that may be given now: the least of what is left of the stock, of
    /// the day and of the budgets; null for as many as are wanted.
    left: Option<i64>,
    /// The most units that one member may have.
    per_member: i64,
    /// Units that the person has claimed and not given back.
    claimed: i64,
    /// The first moment at which it is given.
    from: Option<DateTime<Utc>>,
    /// The first moment at which it is no longer given.
    until: Option<DateTime<Utc>>,
    /// What the person has to be told about why they got it.
    disclosure: String,
}

/// Which amenity tier does this guest get? Always an answer: at least the
/// floor, which is everyone's.
#[utoipa::path(
    get, path = "/v1/programs/{program}/members/{member}/tier", tag = "lookups", operation_id = "get_tier",
    params(
        ("program" = String, Path, description = "The program's short name."),
        ("member" = String, Path, description = "Our id, or any identity: `twitter:kevin`, `email:a@b.c`, `loyalty:1234`."),
    ),
    responses(
        (status = 200, description = "The tier.", body = TierBody),
        (status = 304, description = "As in `If-None-Match`."),
        (status = 404, description = "There is no such program.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn tier(
    State(app): State<App>,
    auth: Auth<Lookup>,
    Path((program, member)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    look_up(
        &app,
        &auth,
        &program,
        &member,
        &headers,
        Question::Tier,
        |evaluated| rendered(&tier_body(evaluated)),
    )
    .await
}

/// Which service level does this customer get? Always an answer.
#[utoipa::path(
    get, path = "/v1/programs/{program}/members/{member}/service-level", tag = "lookups", operation_id = "get_service_level",
    params(
        ("program" = String, Path, description = "The program's short name."),
        ("member" = String, Path, description = "Our id, or any identity."),
    ),
    responses(
        (status = 200, description = "The service level.", body = ServiceLevelBody),
        (status = 304, description = "As in `If-None-Match`."),
        (status = 404, description = "There is no such program.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn service_level(
    State(app): State<App>,
    auth: Auth<Lookup>,
    Path((program, member)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let render = |evaluated: &Evaluated<'_>| rendered(&service_level_body(evaluated));
    look_up(
        &app,
        &auth,
        &program,
        &member,
        &headers,
        Question::ServiceLevel,
        render,
    )
    .await
}

/// Which perks may this person have, and which not and why?
#[utoipa::path(
    get, path = "/v1/programs/{program}/members/{member}/offers", tag = "lookups", operation_id = "get_offers",
    params(
        ("program" = String, Path, description = "The program's short name."),
        ("member" = String, Path, description = "Our id, or any identity."),
    ),
    responses(
        (status = 200, description = "The offers.", body = OffersBody),
        (status = 304, description = "As in `If-None-Match`."),
        (status = 404, description = "There is no such program.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn offers(
    State(app): State<App>,
    auth: Auth<Lookup>,
    Path((program, member)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    look_up(
        &app,
        &auth,
        &program,
        &member,
        &headers,
        Question::Offers,
        |evaluated| rendered(&offers_body(evaluated)),
    )
    .await
}

async fn look_up(
    app: &App,
    auth: &Auth<Lookup>,
    program: &str,
    member: &str,
    headers: &HeaderMap,
    question: Question,
    render: fn(&Evaluated<'_>) -> (Vec<u8>, String),
) -> Result<Response, Problem> {
    let program = ProgramId::parse(program)
        .map_err(|_| Problem::not_found().detail("there is no such program"))?;
    auth.reach(&program)?;
    let look_up = app
        .service
        .decisions
        .look_up(&program, member, question, render);
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
    let rung = &evaluated.outcome.tier;
    let rank = program
        .tiers()
        .iter()
        .position(|tier| &tier.id == rung.tier)
        .unwrap_or_default();
    let tier = &program.tiers()[rank];
    let basis = basis(evaluated);
    let tables = evaluated.outcome.tables.iter();
    TierBody {
        program: program.id().to_string(),
        member: member(evaluated),
        state: known(evaluated),
        tier: tier.id.to_string(),
        title: tier.title.clone(),
        rank: rank + 1,
        amenities: tier.amenities.clone(),
        service_level: evaluated.outcome.service_level.id.clone(),
        since: rung.since.filter(|_| basis.tier_history.is_some()),
        kept: rung.kept,
        keep_until: rung.keep_until,
        held: rung.held.clone(),
        will_change: rung.will_change.as_ref().map(|fall| WillChangeBody {
            at: fall.at,
            to: fall.to.to_string(),
        }),
        grant: rung.grant.map(|grant| grant.0),
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
        state: known(evaluated),
        service_level: evaluated.outcome.service_level.clone(),
        tier: evaluated.outcome.tier.tier.to_string(),
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
                kind: perk.kind,
                topics: perk.topics.iter().map(ToString::to_string).collect(),
                value: perk.value.as_ref().map(Into::into),
                stock: perk.stock,
                left: program.left(perk, &evaluated.rules),
                per_member: perk.per_member,
                claimed: claimed.get(&perk.id).copied().unwrap_or(0),
                from: perk.from,
                until: perk.until,
                disclosure: perk.disclosure.clone(),
            }
        });
    OffersBody {
        program: program.id().to_string(),
        member: member(evaluated),
        state: known(evaluated),
        tier: evaluated.outcome.tier.tier.to_string(),
        offers: offers.collect(),
        basis: basis(evaluated),
    }
}
