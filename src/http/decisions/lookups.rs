//! The three lookups: tier, service level and offers of one member in one
//! program. They are made for check-in and for the opening of a ticket.

use axum::extract::State;
use axum::http::HeaderValue;
use axum::response::Response;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use crate::http::App;
use crate::http::auth::{Auth, Lookup, PathMember};
use crate::http::decisions::lookup_bodies::{
    OffersBody, ServiceLevelBody, TierBody, offers_body, service_level_body, tier_body,
};
use crate::http::decisions::request_context::RequestContext;
use crate::http::error::Problem;
use crate::http::etag::{self, IfNoneMatch};
use crate::http::extract::Query;
use crate::service::decisions::{Evaluated, LookupContext, Question, Render, Rendered};
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
    auth: Auth<Lookup, PathMember>,
    context: RequestContext,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    look_up(
        &app,
        &auth,
        context.into(),
        &known,
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
    auth: Auth<Lookup, PathMember>,
    RequestContext(request): RequestContext,
    Query(ticket): Query<AboutTicket>,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    let render = |evaluated: &Evaluated<'_>| rendered(&service_level_body(evaluated));
    look_up(
        &app,
        &auth,
        LookupContext {
            request,
            opened_at: ticket.opened_at.map(Timestamp::get),
        },
        &known,
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
    auth: Auth<Lookup, PathMember>,
    context: RequestContext,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    look_up(
        &app,
        &auth,
        context.into(),
        &known,
        Question::Offers,
        |evaluated| rendered(&offers_body(evaluated)),
    )
    .await
}

async fn look_up(
    app: &App,
    auth: &Auth<Lookup, PathMember>,
    context: LookupContext,
    known: &IfNoneMatch,
    question: Question,
    render: Render,
) -> Result<Response, Problem> {
    let decisions = &app.service.decisions;
    let look_up = decisions.look_up(auth.program(), auth.member(), question, &context, render);
    let Rendered { body, etag } = look_up.await?;
    let tag = HeaderValue::from_maybe_shared(etag).map_err(|_| Problem::internal())?;
    Ok(etag::respond(known, body, tag))
}

fn rendered(body: &impl Serialize) -> Rendered {
    let body = serde_json::to_vec(body).expect("plain data with text keys always serialises");
    let tag = etag::of(&body);
    Rendered {
        etag: Bytes::copy_from_slice(tag.as_bytes()),
        body: body.into(),
    }
}
