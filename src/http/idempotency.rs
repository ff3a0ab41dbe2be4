//! `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header-07): a request
//! that changes something is carried out once, however often it is sent.
//!
//! The answer is stored together with its effect and repeated for a day,
//! including refusals. The answer to a request that was not understood or that
//! failed on our side is not stored, so the caller can send the request again.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use sha2::{Digest, Sha256};

use utoipa::ToSchema;
use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn};
use utoipa::openapi::{OpenApi, Ref, RefOr, Required};

use crate::http::App;
use crate::http::auth::Auth;
use crate::http::bounded;
use crate::http::error::Problem;
use crate::service::operation::{Answered, IdempotentRequest, StoredAnswer};
use crate::service::{self, ServiceError, UnitOfWork};
use renown_core::domain::IdempotencyKey;

/// The header with the caller's name for a request.
pub static IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// The header of an answer that was stored before.
pub static REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// The POST routes without an `Idempotency-Key`: they change nothing, or their
/// items have ids of their own, or the answer must not be stored.
pub const NEEDLESS: &[&str] = &[
    "/v1/audiences/{audience}/members",
    "/v1/events",
    "/v1/members/import",
    "/v1/members/{member}/merge/preview",
    "/v1/programs/check",
    "/v1/programs/{program}/changes",
    "/v1/programs/{program}/lookups",
    "/v1/programs/{program}/perks/{perk}/codes/import",
    "/v1/programs/{program}/simulate",
    "/v1/session",
    "/v1/webhooks/{webhook}/test",
];

/// Documents the header for all other POST routes.
pub fn describe(document: &mut OpenApi) {
    let header = ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .schema(Some(Ref::from_schema_name(IdempotencyKey::name())))
        .description(Some(
            "A name for this request, such as a new UUID: sent again under it, the request is \
             not carried out again and gets the same answer, for a day.",
        ))
        .build();
    for (path, item) in &mut document.paths.paths {
        let Some(post) = item.post.as_mut() else {
            continue;
        };
        if !NEEDLESS.contains(&path.as_str()) && !takes_key(post) {
            let parameters = post.parameters.get_or_insert_default();
            parameters.push(header.clone().into());
        }
    }
}

/// Returns whether an operation documents the header.
pub fn takes_key(operation: &Operation) -> bool {
    let mut parameters = operation.parameters.iter().flatten();
    parameters.any(|one| matches!(one, RefOr::T(one) if one.name == "Idempotency-Key"))
}

/// The caller's name for a request, and a fingerprint of its method, address and
/// body.
#[derive(Debug, Clone)]
pub struct RequestName {
    key: IdempotencyKey,
    fingerprint: [u8; 32],
}

/// A request that may have an `Idempotency-Key`, with its body.
#[derive(Debug, Clone)]
pub struct Idempotent<B> {
    /// The name; `None` if the request has no `Idempotency-Key`.
    pub name: Option<RequestName>,
    /// The request's body.
    pub body: B,
}

impl<B> Idempotent<B> {
    /// Returns the name and the body of a request that must have a name.
    ///
    /// # Errors
    /// 400 without an `Idempotency-Key`.
    pub fn required(self) -> Result<(RequestName, B), Problem> {
        let missing = || {
            Problem::idempotency_key_missing()
                .detail("send 'Idempotency-Key: <a new UUID>', and the same one when you try again")
        };
        Ok((self.name.ok_or_else(missing)?, self.body))
    }
}

impl<B: FromRequest<App, Rejection = Problem>> FromRequest<App> for Idempotent<B> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let Some(key) = key(request.headers())? else {
            let body = B::from_request(request, app).await?;
            return Ok(Self { name: None, body });
        };
        let (parts, body) = request.into_parts();
        let whole = Request::from_parts(parts.clone(), body);
        let bytes = app.bodies.whole(whole).await?;
        let mut digest = Sha256::new();
        digest.update(parts.method.as_str());
        digest.update([0]);
        digest.update(parts.uri.to_string());
        digest.update([0]);
        let body = bytes.clone();
        let finish = move || digest.chain_update(&body).finalize().into();
        let fingerprint = app.service.compute.run(bytes.len(), finish).await?;
        let request = bounded::with_body(parts, bytes);
        let body = B::from_request(request, app).await?;
        let name = Some(RequestName { key, fingerprint });
        Ok(Self { name, body })
    }
}

fn key(headers: &HeaderMap) -> Result<Option<IdempotencyKey>, Problem> {
    let mut values = headers.get_all(&IDEMPOTENCY_KEY).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(Problem::invalid_request().detail("send one Idempotency-Key, not several"));
    }
    let text = value.to_str().unwrap_or_default();
    let key = IdempotencyKey::parse(text);
    key.map(Some)
        .map_err(|invalid| Problem::invalid_request().detail(invalid))
}

/// The answer to a request, ready to be stored and sent.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The answer as it is stored.
    pub answer: StoredAnswer,
    /// The body that is sent and not stored, if it differs.
    shown_once: Option<Bytes>,
}

impl Reply {
    /// Answers with 200 and a JSON body.
    ///
    /// # Errors
    /// [`ServiceError::Unwritable`] if the body cannot be serialised.
    pub fn ok(body: &impl Serialize) -> service::Result<Self> {
        Self::json(StatusCode::OK, None, body)
    }

    /// Answers with 201, a JSON body and the address of what was created.
    ///
    /// # Errors
    /// [`ServiceError::Unwritable`] if the body cannot be serialised.
    pub fn created(location: Option<String>, body: &impl Serialize) -> service::Result<Self> {
        Self::json(StatusCode::CREATED, location, body)
    }

    fn json(
        status: StatusCode,
        location: Option<String>,
        body: &impl Serialize,
    ) -> service::Result<Self> {
        let body = serde_json::to_vec(body).map_err(ServiceError::Unwritable)?;
        let answer = StoredAnswer {
            status: status.as_u16(),
            content_type: "application/json".to_owned(),
            location,
            body: body.into(),
        };
        Ok(Self::stored(answer))
    }

    fn stored(answer: StoredAnswer) -> Self {
        Self {
            answer,
            shown_once: None,
        }
    }

    /// Sends another body now, which is not stored, because it holds a secret. Sent again,
    /// the request gets the body without it.
    ///
    /// # Errors
    /// [`ServiceError::Unwritable`] if the body cannot be serialised.
    pub fn showing_once(mut self, body: &impl Serialize) -> service::Result<Self> {
        let body = serde_json::to_vec(body).map_err(ServiceError::Unwritable)?;
        self.shown_once = Some(body.into());
        Ok(self)
    }
}

/// Builds the stored form of a refusal. It does not include the request's id.
pub fn refusal(error: &ServiceError) -> StoredAnswer {
    let problem = Problem::from(error);
    StoredAnswer {
        status: problem.status,
        content_type: "application/problem+json".to_owned(),
        location: None,
        body: serde_json::to_vec(&problem).unwrap_or_default().into(),
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let answer = self.answer;
        let status = StatusCode::from_u16(answer.status);
        let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = self.shown_once.unwrap_or(answer.body);
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        if let Ok(kind) = HeaderValue::try_from(answer.content_type) {
            headers.insert(CONTENT_TYPE, kind);
        }
        if let Some(Ok(location)) = answer.location.map(HeaderValue::try_from) {
            headers.insert(LOCATION, location);
        }
        response
    }
}

/// Carries out a request, only once if it is idempotent. The service decides what
/// commits and which refusals are stored.
///
/// # Errors
/// The errors of `act`; 409 while the same request is in progress, 422 if its
/// name was used for another request.
pub async fn once<S, R>(
    app: &App,
    auth: &Auth<S, R>,
    name: Option<RequestName>,
    act: impl AsyncFnOnce(&mut UnitOfWork) -> service::Result<Reply>,
) -> Result<Response, Problem> {
    Ok(try_once(app, auth, name, act).await?)
}

/// Carries a request out like [`once`], for callers that try again if it meets others in a
/// deadlock.
///
/// # Errors
/// As [`once`].
pub async fn try_once<S, R>(
    app: &App,
    auth: &Auth<S, R>,
    name: Option<RequestName>,
    act: impl AsyncFnOnce(&mut UnitOfWork) -> service::Result<Reply>,
) -> service::Result<Response> {
    let request = name.map(|name| named(auth, name));
    let requests = &app.service.requests;
    let mut shown_once = None;
    let answered = requests.carry_out(request, refusal, async |work| {
        let reply = act(work).await?;
        shown_once = reply.shown_once;
        Ok(reply.answer)
    });
    Ok(match answered.await? {
        Answered::Now(answer) => Reply { answer, shown_once }.into_response(),
        Answered::Before(answer) => replayed(answer),
    })
}

/// Returns the stored answer of an idempotent request, if there is one. It spares
/// long preparations when the request was answered before; [`once`] checks again.
///
/// # Errors
/// 422 if the name was used for another request.
pub async fn answered<S, R>(
    app: &App,
    auth: &Auth<S, R>,
    name: &Option<RequestName>,
) -> Result<Option<Response>, Problem> {
    let Some(name) = name.clone() else {
        return Ok(None);
    };
    let answer = app.service.requests.answered(&named(auth, name)).await?;
    Ok(answer.map(replayed))
}

/// Returns a request as it is known to the service: by its caller and its key.
pub fn named<S, R>(auth: &Auth<S, R>, name: RequestName) -> IdempotentRequest {
    IdempotentRequest {
        caller: auth.caller.id,
        name: name.key,
        fingerprint: name.fingerprint,
    }
}

/// Returns the answer to a request, which says whether it was carried out before.
pub fn replied(answered: Answered) -> Response {
    match answered {
        Answered::Now(answer) => Reply::stored(answer).into_response(),
        Answered::Before(answer) => replayed(answer),
    }
}

fn replayed(answer: StoredAnswer) -> Response {
    let mut response = Reply::stored(answer).into_response();
    let yes = HeaderValue::from_static("true");
    response.headers_mut().insert(REPLAYED.clone(), yes);
    response
}
