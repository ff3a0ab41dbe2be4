//! The three lookups: tier, service level and offers of one member in one
//! program. They are made for check-in and for the opening of a ticket.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use crate::http::App;
use crate::http::auth::{Auth, Lookup, PathProgram};
use crate::http::decisions::lookup_bodies::{
    OffersBody, ServiceLevelBody, TierBody, offers_body, service_level_body, tier_body,
};
use crate::http::decisions::request_context::RequestContext;
use crate::http::error::Problem;
use crate::http::etag;
use crate::http::extract::{Path, Query};
use crate::service::decisions::{Evaluated, LookupContext, Question, Rendered};
use renown_core::domain::{IdentityText, ProgramId, Timestamp};

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
