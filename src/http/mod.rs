//! The route table. One file a resource, with its wire types, handlers and
//! documentation; handlers extract, call a use case and answer.
//!
//! Conventions are in `docs/api.md`. A request goes through [`request::handle`]
//! (id, log, time limit, problems), decompression and a size limit, an
//! extractor that knows the key and its scope, and its handler.

mod basis;
mod bounded;
mod claim_steps;
mod claims;
mod codes;
mod csv;
mod decisions;
mod deliveries;
mod draws;
mod entries;
mod error;
mod etag;
mod events;
mod experiments;
mod extract;
mod grants;
mod history;
mod invitations;
mod leaderboard;
mod lookups;
mod many_lookups;
mod members;
mod money;
pub mod once;
mod operation;
mod pagination;
mod programs;
mod redemptions;
mod replay;
mod reports;
mod request;
mod routes;
mod schemas;
mod scores;
mod simulate;
mod sources;
mod stream;
mod tier_history;
mod versions;
mod waiting;
mod webhook_secrets;
mod webhooks;
mod wire;

use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::response::IntoResponse;
use axum::{Router, middleware};
use metrics_exporter_prometheus::PrometheusHandle;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::decompression::RequestDecompressionLayer;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use utoipa_swagger_ui::SwaggerUi;

pub use error::Problem;

use crate::service::Service;

/// What handlers share.
#[derive(Debug, Clone)]
pub struct App {
    service: Arc<Service>,
    metrics: PrometheusHandle,
    routes: Arc<routes::Routes>,
}

/// The document's head; the routes add themselves.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Renown",
        description = "Influence-scored offers that can be defended: scores with evidence and \
            intervals, rules with reasons, a floor for everyone.\n\n\
            Every route but the health checks and the schemas needs `Authorization: Bearer <key>`. Errors are \
            problems (RFC 9457) with a stable `type`; lists are pages with a `next_cursor`; \
            answers carry strong `ETag`s; every answer carries `X-Request-Id`.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    modifiers(&Bearer),
    security(("key" = [])),
    tags(
        (name = "ingest", description = "Events in."),
        (name = "members", description = "Enrolled people."),
        (name = "scores", description = "What the events amount to."),
        (name = "lookups", description = "Tier, service level and offers of one person: at check-in, when a ticket opens; or of many, for tomorrow."),
        (name = "decisions", description = "The same with all reasons, recorded."),
        (name = "claims", description = "Perks held, confirmed, redeemed and given back; never given twice."),
        (name = "codes", description = "What members show at a till; made here, or by a partner."),
        (name = "programs", description = "The rules."),
        (name = "reports", description = "What became of perks, and whether they bring about anything."),
        (name = "grants", description = "What people give, whatever the rules say."),
        (name = "webhooks", description = "Being told of what happens: webhooks, their log, and a stream."),
        (name = "operation", description = "For whoever runs it."),
    ),
)]
struct Document;

/// Adds the security scheme.
struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("An API key, made with `renown keys create`."))
            .build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("key", SecurityScheme::Http(bearer));
    }
}

/// The head, with the table of problems.
fn head() -> utoipa::openapi::OpenApi {
    let mut document = Document::openapi();
    let mut text = document.info.description.take().unwrap_or_default();
    text.push_str("\n\n| problem `type` ends in | status | |\n|---|---|---|\n");
    for (slug, status, title) in error::KINDS {
        text.push_str(&format!("| `{slug}` | {status} | {title} |\n"));
    }
    document.info.description = Some(text);
    document
}

fn table() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(head())
        .routes(routes!(events::send))
        .routes(routes!(members::put, members::get))
        .routes(routes!(members::put_index))
        .routes(routes!(scores::get))
        .routes(routes!(scores::explanation))
        .routes(routes!(history::get))
        .routes(routes!(scores::member_topics))
        .routes(routes!(leaderboard::get))
        .routes(routes!(lookups::tier))
        .routes(routes!(tier_history::get))
        .routes(routes!(lookups::service_level))
        .routes(routes!(lookups::offers))
        .routes(routes!(many_lookups::look_up))
        .routes(routes!(decisions::decide))
        .routes(routes!(decisions::get))
        .routes(routes!(replay::get))
        .routes(routes!(claims::hold, claims::list))
        .routes(routes!(claims::get))
        .routes(routes!(claim_steps::confirm))
        .routes(routes!(claim_steps::redeem))
        .routes(routes!(claim_steps::release))
        .routes(routes!(claim_steps::cancel))
        .routes(routes!(waiting::join, waiting::list))
        .routes(routes!(waiting::get, waiting::leave))
        .routes(routes!(invitations::invite))
        .routes(routes!(entries::enter))
        .routes(routes!(entries::get, entries::withdraw))
        .routes(routes!(draws::get, draws::hold))
        .routes(routes!(redemptions::redeem))
        .routes(routes!(codes::count))
        .routes(routes!(codes::import))
        .routes(routes!(programs::list))
        .routes(routes!(programs::put_draft, programs::get_draft))
        .routes(routes!(programs::publish))
        .routes(routes!(simulate::simulate))
        .routes(routes!(schemas::program))
        .routes(routes!(versions::list))
        .routes(routes!(versions::get, versions::withdraw))
        .routes(routes!(versions::changes))
        .routes(routes!(versions::roll_back))
        .routes(routes!(reports::get))
        .routes(routes!(experiments::list))
        .routes(routes!(experiments::of_program))
        .routes(routes!(experiments::of_perk))
        .routes(routes!(grants::create, grants::list))
        .routes(routes!(grants::revoke))
        .routes(routes!(grants::import))
        .routes(routes!(webhooks::create, webhooks::list))
        .routes(routes!(webhooks::get, webhooks::patch, webhooks::delete))
        .routes(routes!(webhook_secrets::rotate))
        .routes(routes!(webhook_secrets::test))
        .routes(routes!(deliveries::list))
        .routes(routes!(deliveries::replay_one))
        .routes(routes!(deliveries::replay))
        .routes(routes!(stream::stream))
        .routes(routes!(sources::list))
        .routes(routes!(sources::patch))
        .routes(routes!(operation::livez))
        .routes(routes!(operation::readyz))
        .routes(routes!(operation::metrics))
}

/// The contract: the OpenAPI 3.1 document of all routes.
pub fn openapi() -> utoipa::openapi::OpenApi {
    described().1
}

/// The routes, and what they say of themselves.
fn described() -> (Router<App>, utoipa::openapi::OpenApi) {
    let (routes, mut document) = table().split_for_parts();
    once::describe(&mut document);
    (routes, document)
}

/// The service as a router.
pub fn router(service: Arc<Service>, metrics: PrometheusHandle) -> Router {
    let max_body = service.config.http.max_body_bytes;
    let app = App {
        service,
        metrics,
        routes: Arc::default(),
    };
    let (routes, document) = described();
    routes
        .merge(SwaggerUi::new("/docs").url("/openapi.json", document))
        .fallback(|| async { Problem::not_found().detail("there is no such route; see /docs") })
        .method_not_allowed_fallback(|| async { Problem::method_not_allowed() })
        .layer(DefaultBodyLimit::max(max_body))
        .layer(RequestDecompressionLayer::new())
        .layer(CatchPanicLayer::custom(|_| {
            Problem::internal().into_response()
        }))
        .layer(middleware::from_fn_with_state(app.clone(), request::handle))
        .with_state(app)
}
