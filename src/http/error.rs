//! Problems (RFC 9457): the form of every error of this API.

use std::convert::Infallible;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::http::rate_limit;
use crate::service::GuessLimit;
use crate::service::ServiceError;
use renown_core::ingest::Rejection;
use renown_core::rules::Diagnostic;

/// The prefix of a problem's type, before the slug.
const TYPE_PREFIX: &str = "urn:renown:problem:";

/// An error in the form of RFC 9457. `type` is stable, and programs should act on
/// it; `title` and `detail` are for people.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "type": "urn:renown:problem:not-found",
    "title": "The resource does not exist",
    "status": 404,
    "detail": "there is no such program",
    "request_id": "0198c0de-0000-7000-8000-000000000000"
}))]
pub struct Problem {
    /// The kind of problem: `urn:renown:problem:` and one of the slugs that the
    /// documentation lists. It is stable.
    #[schema(value_type = String)]
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind in words, the same for every problem of that kind.
    pub title: &'static str,
    /// The HTTP status code.
    pub status: u16,
    /// What is wrong with this request, and what would be right.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub detail: Option<String>,
    /// JSON pointer (RFC 6901) to the part of the request at fault; empty for the
    /// whole request. Absent if there is nothing to point at.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub pointer: Option<String>,
    /// The request's id, under which the operator finds it in the logs; also in
    /// the `X-Request-Id` header.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub request_id: Option<String>,
    /// The mistakes of a program, each with line and column.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub diagnostics: Vec<Diagnostic>,
    /// Additional members of some kinds, such as the counts of a stream that
    /// ended early.
    #[serde(flatten)]
    #[schema(ignore)]
    pub extra: serde_json::Map<String, Value>,
    /// Seconds after which to try again; sent as `Retry-After`.
    #[serde(skip)]
    pub retry_after: Option<u32>,
    /// The limit that was reached, for the `RateLimit` headers.
    #[serde(skip)]
    pub limit: Option<GuessLimit>,
}

/// The kinds of problem: slug, status, title. Kinds may be added and must not be
/// changed.
macro_rules! kinds {
    ($($name:ident = $slug:literal, $status:ident, $title:literal;)*) => {
        impl Problem {
            $(
                #[doc = $title]
                pub fn $name() -> Self {
                    Self::new($slug, StatusCode::$status, $title)
                }
            )*
        }

        /// Every kind as slug, status and title, for the documentation.
        pub const KINDS: &[(&str, u16, &str)] = &[
            $(($slug, StatusCode::$status.as_u16(), $title),)*
        ];
    };
}

kinds! {
    invalid_request = "invalid-request", BAD_REQUEST, "The request is not valid";
    malformed_body = "malformed-body", BAD_REQUEST, "The body cannot be read";
    interrupted = "interrupted-body", BAD_REQUEST, "The body ended early";
    body_timeout = "body-timeout", REQUEST_TIMEOUT, "The body did not arrive in time";
    unauthorized = "unauthorized", UNAUTHORIZED, "A valid API key or session is needed";
    forbidden = "forbidden", FORBIDDEN, "The caller may not do this";
    not_found = "not-found", NOT_FOUND, "The resource does not exist";
    method_not_allowed = "method-not-allowed", METHOD_NOT_ALLOWED, "This method is not allowed here";
    conflict = "conflict", CONFLICT, "The request conflicts with the current state";
    precondition_failed = "precondition-failed", PRECONDITION_FAILED, "The resource has been changed meanwhile";
    too_large = "body-too-large", PAYLOAD_TOO_LARGE, "The body is too large";
    unsupported = "unsupported-media-type", UNSUPPORTED_MEDIA_TYPE, "This content type or encoding is not supported";
    rejected = "events-rejected", UNPROCESSABLE_ENTITY, "Some events are wrong, so no event was stored";
    too_many_rejected = "too-many-rejected", UNPROCESSABLE_ENTITY, "Too many items are wrong, so the rest was not read";
    program_invalid = "program-invalid", UNPROCESSABLE_ENTITY, "The program has mistakes";
    idempotency_key_missing = "idempotency-key-missing", BAD_REQUEST, "The request needs an Idempotency-Key";
    idempotency_key_reused = "idempotency-key-reused", UNPROCESSABLE_ENTITY, "The Idempotency-Key was used for another request";
    in_progress = "request-in-progress", CONFLICT, "The same request is being carried out";
    claim_refused = "claim-refused", CONFLICT, "The perk cannot be claimed";
    position_gone = "position-gone", GONE, "The messages after this position are not kept any more";
    too_many_requests = "too-many-requests", TOO_MANY_REQUESTS, "Too many requests; wait a while";
    internal = "internal", INTERNAL_SERVER_ERROR, "Something went wrong in the service";
    unavailable = "unavailable", SERVICE_UNAVAILABLE, "The service cannot do this at the moment";
    storage_full = "storage-full", SERVICE_UNAVAILABLE, "The disk of the database is full";
    timeout = "timeout", SERVICE_UNAVAILABLE, "The request took too long";
}

impl Problem {
    fn new(slug: &str, status: StatusCode, title: &'static str) -> Self {
        Self {
            kind: format!("{TYPE_PREFIX}{slug}"),
            title,
            status: status.as_u16(),
            detail: None,
            pointer: None,
            request_id: None,
            diagnostics: Vec::new(),
            extra: serde_json::Map::new(),
            retry_after: None,
            limit: None,
        }
    }

    /// Sets `detail`.
    pub fn detail(mut self, detail: impl ToString) -> Self {
        self.detail = Some(detail.to_string());
        self
    }

    /// Sets `pointer`.
    pub fn pointer(mut self, pointer: impl Into<String>) -> Self {
        self.pointer = Some(pointer.into());
        self
    }

    /// Sets the seconds after which to try again.
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// Adds a member to the body.
    pub fn with(mut self, name: &str, value: impl Serialize) -> Self {
        if let Ok(value) = serde_json::to_value(value) {
            self.extra.insert(name.to_owned(), value);
        }
        self
    }

    /// Names the reason of an unavailable database, if that is what the problem is.
    pub fn because_storage_is_full(self) -> Self {
        let waits = [Self::unavailable().kind, Self::timeout().kind];
        match waits.contains(&self.kind) {
            true => Self::storage_full().retry_after(30),
            false => self,
        }
    }

    /// Builds the problem of one rejected item of a list.
    pub fn of_rejection(rejection: Rejection) -> Self {
        let title = "This item was not stored";
        Self::new(
            rejection.code.as_str(),
            StatusCode::UNPROCESSABLE_ENTITY,
            title,
        )
        .detail(rejection.detail)
        .pointer(rejection.pointer)
    }

    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// Sets the id of a request that could have been, for the examples of the contract.
    pub fn sample(self) -> Self {
        Self {
            request_id: Some("0198c0de-0000-7000-8000-000000000000".to_owned()),
            ..self
        }
    }

    /// Renders the response, with the request's id.
    pub fn render(mut self, request_id: &str) -> Response {
        self.request_id = Some(request_id.to_owned());
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = (self.status_code(), body).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        if let Some(limit) = self.limit {
            rate_limit::write_guesses(headers, limit);
        }
        if self.status_code() == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// Leaves the problem in the response's extensions. The outermost layer knows the
/// request's id and renders the problem.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status_code().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<Infallible> for Problem {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

impl From<ServiceError> for Problem {
    fn from(error: ServiceError) -> Self {
        Self::from(&error)
    }
}

impl From<&ServiceError> for Problem {
    fn from(error: &ServiceError) -> Self {
        match error {
            ServiceError::Invalid { pointer, detail } => Self::invalid_request()
                .pointer(pointer.as_str())
                .detail(detail),
            ServiceError::NotFound(_) => Self::not_found().detail(error),
            ServiceError::Conflict(detail) => Self::conflict().detail(detail),
            ServiceError::Forbidden(detail) => Self::forbidden().detail(detail),
            // Without the owner: see `Auth::problem`.
            ServiceError::IdentityTaken { .. } => Self::conflict().detail(error),
            ServiceError::PreconditionFailed => Self::precondition_failed().detail(error),
            ServiceError::Program(diagnostics) => Self {
                diagnostics: diagnostics.clone(),
                ..Self::program_invalid()
            },
            ServiceError::KeyReused => Self::idempotency_key_reused().detail(error),
            ServiceError::InProgress => Self::in_progress().detail(error).retry_after(1),
            ServiceError::Refused(refused) => Self::claim_refused()
                .detail(refused)
                .with("refusal", refused.name())
                .with("reason", &refused.reason),
            ServiceError::PositionGone { oldest, latest } => Self::position_gone()
                .detail(error)
                .with("oldest", oldest)
                .with("latest", latest),
            ServiceError::TooManyGuesses(limit) => Self {
                limit: Some(*limit),
                ..Self::too_many_requests()
                    .detail(error)
                    .retry_after(limit.next_in_seconds)
            },
            ServiceError::Busy => Self::unavailable().retry_after(1),
            ServiceError::Occupied(detail) => Self::unavailable().detail(detail).retry_after(10),
            ServiceError::Unwritable(_) => {
                tracing::error!(error = %chain(error), "a request failed");
                Self::internal()
            }
            ServiceError::Store(error) if error.is_disk_full() => {
                tracing::error!(error = %chain(error), "the disk of the database is full");
                Self::storage_full().retry_after(30)
            }
            ServiceError::Store(error) if error.is_contention() => {
                tracing::warn!(error = %chain(error), "a request met others on the same data");
                let detail = "other requests were changing the same data; nothing was changed, \
                              send it again";
                Self::unavailable().detail(detail).retry_after(2)
            }
            ServiceError::Store(error) if error.is_transient() => {
                tracing::warn!(error = %chain(error), "the database is not available");
                Self::unavailable().retry_after(2)
            }
            // The cause goes to the log, not into the answer.
            ServiceError::Store(error) => {
                tracing::error!(error = %chain(error), "a request failed");
                Self::internal()
            }
        }
    }
}

/// Formats an error with its causes, for the log.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
