//! The route table of the HTTP API.
//!
//! Each resource has a file with its wire types, handlers and documentation. A
//! handler extracts, calls a use case and answers.
//!
//! Conventions are in `docs/api.md`. A request passes `request::Api` (id, log,
//! time limit, problems), an extractor that finds the caller and checks the rights, one that
//! reads its body within limits (`bounded`), and its handler. A handler answers 503
//! if the database cannot be reached.

mod auth;
mod bounded;
mod claims;
mod compression;
mod contract;
mod cors;
mod csv;
mod decisions;
mod decoding;
mod deprecation;
mod error;
mod etag;
mod events;
mod extract;
pub mod idempotency;
mod insight;
mod members;
mod money;
mod operation;
mod pages;
mod pagination;
mod programs;
mod query_object;
mod rate_limit;
mod request;
mod room;
mod routes;
mod scores;
mod sender;
mod server;
mod site;
mod webhooks;

use std::ops::Deref;
use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use metrics_exporter_prometheus::PrometheusHandle;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use error::Problem;
pub use request::Api;
pub use server::{listen, serve};

use crate::service::Service;
/// The state that all handlers share. A clone is one pointer, because every request makes some.
#[derive(Debug, Clone)]
pub struct App(Arc<AppParts>);

/// The service and all else that the handlers of requests use together.
#[derive(Debug)]
pub struct AppParts {
    service: Arc<Service>,
    bodies: bounded::Bodies,
    metrics: PrometheusHandle,
    metrics_readers: operation::health::MetricsReaders,
    room: room::Room,
    rate_limits: rate_limit::RateLimits,
    routes: routes::Routes,
}

impl Deref for App {
    type Target = AppParts;

    fn deref(&self) -> &AppParts {
        &self.0
    }
}

fn table() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(contract::head())
        .routes(routes!(events::intake::send))
        .routes(routes!(
            members::member::put,
            members::member::get,
            members::member::patch,
            members::member::delete
        ))
        .routes(routes!(members::list::list))
        .routes(routes!(members::import::import))
        .routes(routes!(members::export::export))
        .routes(routes!(members::indices::list))
        .routes(routes!(
            members::indices::put,
            members::indices::get,
            members::indices::delete
        ))
        .routes(routes!(members::records::tiers))
        .routes(routes!(members::records::claims))
        .routes(routes!(members::records::grants))
        .routes(routes!(members::records::decisions))
        .routes(routes!(members::records::messages))
        .routes(routes!(members::records::events))
        .routes(routes!(members::merges::merge))
        .routes(routes!(members::merge_preview::preview))
        .routes(routes!(members::merges::of_member))
        .routes(routes!(members::merges::get))
        .routes(routes!(members::merges::undo))
        .routes(routes!(scores::score::get))
        .routes(routes!(scores::score::explanation))
        .routes(routes!(scores::history::get))
        .routes(routes!(scores::score::member_topics))
        .routes(routes!(scores::leaderboard::get))
        .routes(routes!(scores::topics::list))
        .routes(routes!(scores::models::list))
        .routes(routes!(scores::models::put_in_force))
        .routes(routes!(scores::model::get))
        .routes(routes!(decisions::lookups::tier))
        .routes(routes!(programs::tier_history::get))
        .routes(routes!(decisions::lookups::service_level))
        .routes(routes!(decisions::lookups::offers))
        .routes(routes!(decisions::many_lookups::look_up))
        .routes(routes!(decisions::decision::decide, decisions::list::list))
        .routes(routes!(decisions::decision::get))
        .routes(routes!(decisions::replay::get))
        .routes(routes!(claims::claim::hold, claims::claim::list))
        .routes(routes!(claims::claim::get))
        .routes(routes!(claims::steps::confirm))
        .routes(routes!(claims::steps::redeem))
        .routes(routes!(claims::steps::release))
        .routes(routes!(claims::steps::cancel))
        .routes(routes!(claims::steps::reverse))
        .routes(routes!(claims::waiting::join, claims::waiting::list))
        .routes(routes!(claims::waiting::get, claims::waiting::leave))
        .routes(routes!(claims::invitations::invite))
        .routes(routes!(claims::entries::enter))
        .routes(routes!(claims::entries::get, claims::entries::withdraw))
        .routes(routes!(claims::draws::get, claims::draws::hold))
        .routes(routes!(claims::redemptions::redeem))
        .routes(routes!(claims::codes::count))
        .routes(routes!(claims::codes::import))
        .routes(routes!(programs::program::list))
        .routes(routes!(programs::program::check))
        .routes(routes!(
            programs::program::put_draft,
            programs::program::get_draft
        ))
        .routes(routes!(programs::program::publish))
        .routes(routes!(programs::audiences::list))
        .routes(routes!(
            programs::audiences::put,
            programs::audiences::get,
            programs::audiences::delete
        ))
        .routes(routes!(programs::audience_members::count))
        .routes(routes!(
            programs::audience_members::list,
            programs::audience_members::change
        ))
        .routes(routes!(
            programs::audience_members::add,
            programs::audience_members::remove
        ))
        .routes(routes!(programs::audience_members::export))
        .routes(routes!(programs::schemas::audience))
        .routes(routes!(programs::simulate::simulate))
        .routes(routes!(programs::schemas::program))
        .routes(routes!(programs::versions::list))
        .routes(routes!(
            programs::versions::get,
            programs::versions::withdraw
        ))
        .routes(routes!(programs::versions::changes))
        .routes(routes!(programs::versions::changes_of_source))
        .routes(routes!(programs::versions::roll_back))
        .routes(routes!(insight::reports::get))
        .routes(routes!(insight::overview::get))
        .routes(routes!(insight::perks::list))
        .routes(routes!(insight::standings::standings))
        .routes(routes!(insight::standings::tiers))
        .routes(routes!(insight::experiments::list))
        .routes(routes!(insight::experiments::of_program))
        .routes(routes!(insight::experiments::of_perk))
        .routes(routes!(programs::grants::create, programs::grants::list))
        .routes(routes!(programs::grants::revoke))
        .routes(routes!(programs::grants::import))
        .routes(routes!(webhooks::webhook::create, webhooks::webhook::list))
        .routes(routes!(
            webhooks::webhook::get,
            webhooks::webhook::patch,
            webhooks::webhook::delete
        ))
        .routes(routes!(webhooks::secrets::rotate))
        .routes(routes!(webhooks::secrets::test))
        .routes(routes!(webhooks::deliveries::list))
        .routes(routes!(webhooks::deliveries::replay_one))
        .routes(routes!(webhooks::deliveries::replay))
        .routes(routes!(webhooks::stream::stream))
        .routes(routes!(webhooks::messages::list))
        .routes(routes!(events::sources::list))
        .routes(routes!(events::sources::patch))
        .routes(routes!(operation::keys::create, operation::keys::list))
        .routes(routes!(operation::keys::get))
        .routes(routes!(operation::keys::rotate))
        .routes(routes!(operation::keys::revoke))
        .routes(routes!(
            operation::sessions::sign_in,
            operation::sessions::get,
            operation::sessions::sign_out
        ))
        .routes(routes!(operation::providers::list))
        .routes(routes!(operation::sessions::list))
        .routes(routes!(operation::sessions::end_one))
        .routes(routes!(operation::desk_tokens::create))
        .routes(routes!(operation::health::livez))
        .routes(routes!(operation::health::readyz))
        .routes(routes!(operation::health::metrics))
}

/// Returns the OpenAPI 3.1 document of all routes.
pub fn openapi() -> utoipa::openapi::OpenApi {
    described().1
}

/// Returns the routes and the document that describes them.
fn described() -> (Router<App>, utoipa::openapi::OpenApi) {
    let (routes, mut document) = table().split_for_parts();
    contract::complete(&mut document);
    (routes, document)
}

/// Returns the API of the whole service.
pub fn api(service: Arc<Service>, metrics: PrometheusHandle) -> Api {
    let (routes, mut document) = described();
    let app = App(Arc::new(AppParts {
        bodies: bounded::Bodies::new(&service.config.http),
        room: room::Room::new(&service.config.http),
        rate_limits: rate_limit::RateLimits::new(&service.config.http),
        service,
        metrics,
        metrics_readers: operation::health::MetricsReaders::new(100),
        routes: routes::Routes::of(&mut document),
    }));
    let router = routes
        // Browsers are sent to these; they answer with redirects.
        .route("/auth/{provider}/start", get(operation::providers::start))
        .route(
            "/auth/{provider}/callback",
            get(operation::providers::finish),
        )
        .merge(contract::router(&document))
        .fallback(pages::answer)
        .method_not_allowed_fallback(|| async { Problem::method_not_allowed() })
        .with_state(app.clone());
    let cors = cors::layer(&app.service.config.http);
    Api { app, router, cors }
}
