//! The contract: the OpenAPI document, from the routes and from what they have in common.
//!
//! The routes describe themselves. Each file here adds one thing to all of them, so that it is
//! said once and nowhere forgotten.

pub mod errors;
mod examples;
mod headers;
mod nulls;
mod preconditions;
mod schemas;
mod texts;
mod webhook_messages;

pub use webhook_messages::MESSAGE;

use axum::Router;
use axum::routing::get;
use bytes::Bytes;
use utoipa::openapi::OpenApi as OpenApiDocument;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

use crate::http::App;
use crate::http::claims::claim::StateName;
use crate::http::error::Problem;
use crate::http::etag::{self, IfNoneMatch};
use crate::http::idempotency;
use crate::http::insight::reports::ReportFormat;
use crate::http::pagination::Cursor;
use renown_core::domain::{
    AttributeName, Attributes, AttributesPatch, Day, IdempotencyKey, IdentityText, IndexName,
    MemberName, MessageKind, PerkId, ProgramId, Right, Role, Source, TextLine, TierId, Timestamp,
    Topic,
};

/// The head of the OpenAPI document; the routes add themselves.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Renown",
        description = "Influence-scored offers that can be defended: scores with evidence and \
            intervals, rules with reasons, a floor for everyone.\n\n\
            Every route but the health checks, the schemas and the sign-in needs \
            `Authorization: Bearer <key>` or the cookie of a session. Errors are \
            problems (RFC 9457) with a stable `type`, which the schema `Problem` lists; lists are pages with a `next_cursor`; \
            answers carry strong `ETag`s; every answer carries `X-Request-Id`.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    servers((url = "/", description = "The service that this document is from.")),
    modifiers(&Credentials),
    security(("key" = []), ("session" = [])),
    components(schemas(
        Problem,
        AttributeName,
        Attributes,
        AttributesPatch,
        Cursor,
        Day,
        IdempotencyKey,
        IdentityText,
        IndexName,
        MemberName,
        MessageKind,
        PerkId,
        ProgramId,
        Right,
        Role,
        Source,
        TextLine,
        TierId,
        Timestamp,
        Topic,
        StateName,
        ReportFormat,
    )),
    tags(
        (name = "ingest", description = "Intake of events, and their sources."),
        (name = "members", description = "Enrolled members and their accounts."),
        (name = "scores", description = "Scores, computed from the events."),
        (name = "lookups", description = "The tier, service level and offers of one person, for example at check-in or when a ticket opens; or of many people at once."),
        (name = "decisions", description = "Recorded decisions with all reasons."),
        (name = "claims", description = "Claims on perks: held, confirmed, redeemed or released. A unit is never given twice."),
        (name = "codes", description = "Codes that members show at a till, made by this service or by a partner."),
        (name = "programs", description = "Programs: their drafts, versions and tiers."),
        (name = "reports", description = "Reports on the use of perks, and experiments that measure their effect."),
        (name = "grants", description = "Tiers and perks that people grant, whatever the rules say."),
        (name = "webhooks", description = "Notifications: webhooks, their deliveries, and a stream."),
        (name = "keys", description = "API keys, for administrators."),
        (name = "sessions", description = "People who have signed in to the pages."),
        (name = "operation", description = "Health checks and metrics, for operators."),
    ),
)]
struct Document;

/// Adds the security schemes to the document.
struct Credentials;

impl Modify for Credentials {
    fn modify(&self, document: &mut OpenApiDocument) {
        let bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some(
                "An API key, made with `renown keys create` or `POST /v1/keys`.",
            ))
            .build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("key", SecurityScheme::Http(bearer));
        let cookie = ApiKeyValue::with_description(
            "__Host-renown_session",
            "The session of a person, from `POST /v1/session` or a provider. On this machine \
             without TLS it is `renown_session`. A request that changes something also needs \
             the header `Renown-Request: page`.",
        );
        let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(cookie));
        components.add_security_scheme("session", cookie);
    }
}

/// Returns the route that answers the document.
pub fn router(document: &OpenApiDocument) -> Router<App> {
    let body = Bytes::from(serde_json::to_vec(document).unwrap_or_default());
    let tag = etag::of(&body);
    let answer = async move |known: IfNoneMatch| etag::respond(&known, body.clone(), tag.clone());
    Router::new().route("/openapi.json", get(answer))
}

/// Returns the document without routes.
pub fn head() -> OpenApiDocument {
    Document::openapi()
}

/// Completes the document once it has all routes.
pub fn complete(document: &mut OpenApiDocument) {
    idempotency::describe(document);
    errors::describe(document);
    webhook_messages::describe(document);
    preconditions::describe(document);
    headers::describe(document);
    nulls::describe(document);
    texts::describe(document);
    examples::describe(document);
}
