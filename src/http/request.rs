//! The outermost layer of every request: id, log line, time limit, counting, and
//! the rendering of problems.

use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::header::{
    ALLOW, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use futures::FutureExt;
use tower::{Layer, Service};
use tower_http::cors::CorsLayer;
use tracing::Instrument;

use crate::clock;
use crate::http::App;
use crate::http::auth;
use crate::http::compression::Wanted;
use crate::http::error::Problem;
use crate::http::pages::PagePolicy;
use crate::http::rate_limit::RateLimit;
use crate::http::routes::Route;
use crate::telemetry::traces;

/// The header with a request's id.
pub static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What browsers may do with an answer: no guessing of its type, no frames, and no
/// address of ours to others.
const SECURITY: [(HeaderName, &str); 3] = [
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    (REFERRER_POLICY, "no-referrer"),
];
/// The content security policy of data: nothing in it is run.
const POLICY: &str = "default-src 'none'; frame-ancestors 'none'";

/// The whole HTTP API, as the server calls it. It is not a layer of the router, because the
/// router puts every layer of each route, and its work, into boxes of their own at each request.
#[derive(Debug, Clone)]
pub struct Api {
    pub(super) app: App,
    pub(super) router: Router,
    /// Answers for pages of other origins; `None` if none are configured.
    pub(super) cors: Option<CorsLayer>,
}

/// An answer, and the limit on the requests of its caller.
type Limited = (Response, Option<RateLimit>);

impl Api {
    /// Answers a request, also for pages of the configured origins.
    pub async fn answer(&self, request: Request) -> Response {
        let Some(cors) = &self.cors else {
            return self.answer_here(request).await;
        };
        let here = tower::service_fn(|request| async {
            Ok::<_, Infallible>(self.answer_here(request).await)
        });
        match cors.layer(here).call(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        }
    }

    /// Sets the request's id, limits its time, renders a problem, logs and counts the answer.
    async fn answer_here(&self, mut request: Request) -> Response {
        let begun = clock::uptime();
        let method = request.method().clone();
        let wanted = Wanted::read(&method, request.headers_mut());
        let id = request_id(&self.app, &request);
        // Logs the route and not the path, because paths contain handles and emails.
        let route = self.app.routes.find(request.uri().path());
        let span = traces::request_span(
            id.to_str().unwrap_or_default(),
            &method,
            &route.path,
            request.headers(),
        );
        let work = self.run(route, request).instrument(span.clone());
        let (response, limit) = match work.await {
            Ok(limited) => limited,
            Err(problem) => (problem.into_response(), None),
        };
        let mut response = finish(&self.app, response, &id);
        if let Some(limit) = limit {
            limit.write(response.headers_mut());
        }
        if let Some(deprecation) = route.deprecation(&method) {
            deprecation.write(response.headers_mut());
        }
        let status = response.status().as_u16();
        span.in_scope(|| tracing::debug!(status, "answered"));
        traces::note_status(&span, status);
        route.count(status, clock::uptime().saturating_sub(begun));
        wanted.apply(response)
    }

    async fn run(&self, route: &Route, request: Request) -> Result<Limited, Problem> {
        if let Some(query) = request.uri().query() {
            route.check_query(request.method(), query)?;
        }
        let service = &self.app.service;
        let work = self.admit(route, request);
        if route.is_stream {
            return tokio::select! {
                limited = work => limited,
                () = service.notices.lost() => Err(Problem::unavailable().retry_after(5)),
            };
        }
        let limit = Duration::from_secs(service.config.http.timeout_seconds);
        let limited = tokio::time::timeout(limit, work).await;
        limited.unwrap_or_else(|_| Err(Problem::timeout().retry_after(1)))
    }

    /// Handles a request if there is room for it, from a caller who is under the limit.
    async fn admit(&self, route: &Route, mut request: Request) -> Result<Limited, Problem> {
        let _room = self.app.room.enter(route, request.method())?;
        if !route.needs_caller(request.method()) {
            return Ok((self.handle(request).await, None));
        }
        let caller = auth::authenticate(request.method(), request.headers(), &self.app).await?;
        let limit = self.app.rate_limits.take(caller.id);
        if let Some(refusal) = limit.as_ref().and_then(RateLimit::refusal) {
            return Ok((refusal.into_response(), limit));
        }
        request.extensions_mut().insert(caller);
        Ok((self.handle(request).await, limit))
    }

    /// Calls the handler. A panic, which is a defect, costs only its own request.
    async fn handle(&self, request: Request) -> Response {
        let mut router = self.router.clone();
        match AssertUnwindSafe(router.call(request)).catch_unwind().await {
            Ok(Ok(response)) => response,
            Ok(Err(never)) => match never {},
            Err(_) => Problem::internal().into_response(),
        }
    }
}

/// Renders the problem that a handler left, and sets the headers of every answer.
fn finish(app: &App, mut response: Response, id: &HeaderValue) -> Response {
    if let Some(mut problem) = response.extensions_mut().remove::<Problem>() {
        if app.service.health.is_storage_full() {
            problem = problem.because_storage_is_full();
        }
        // The router says which methods a route has.
        let allowed = response.headers_mut().remove(ALLOW);
        response = problem.render(id.to_str().unwrap_or_default());
        if let Some(allowed) = allowed {
            response.headers_mut().insert(ALLOW, allowed);
        }
    }
    let page = response.extensions_mut().remove::<PagePolicy>();
    let headers = response.headers_mut();
    headers.insert(REQUEST_ID.clone(), id.clone());
    for (name, value) in SECURITY {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let policy = match page {
        // The older header knows no list of origins; the policy has one.
        Some(page) => {
            if page.may_be_framed {
                headers.remove(X_FRAME_OPTIONS);
            }
            page.policy
        }
        None => HeaderValue::from_static(POLICY),
    };
    headers.insert(CONTENT_SECURITY_POLICY, policy);
    response
}

/// Returns the caller's request id if it is valid (1 to 128 characters from
/// letters, digits and `-_.:`), else a new id.
fn request_id(app: &App, request: &Request) -> HeaderValue {
    let theirs = request.headers().get(&REQUEST_ID).filter(|value| {
        let decent = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(byte);
        (1..=128).contains(&value.len()) && value.as_bytes().iter().all(decent)
    });
    theirs.cloned().unwrap_or_else(|| {
        let id = app.service.clock.new_id();
        HeaderValue::try_from(id.to_string()).expect("a UUID is a valid header value")
    })
}
