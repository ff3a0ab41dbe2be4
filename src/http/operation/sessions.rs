//! `/v1/session` and `/v1/sessions`: who is signed in.

use axum::extract::{OriginalUri, State};
use axum::http::header::{CACHE_CONTROL, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::http::App;
use crate::http::auth::{AnyCaller, Auth, NamedProgram};
use crate::http::error::Problem;
use crate::http::etag::{self, IfNoneMatch};
use crate::http::extract::{Json, Path, Query};
use crate::http::pagination::{self, Cursor, Page};
use crate::http::sender::Sender;
use crate::http::site::Site;
use crate::service::operation::{Caller, Credential, SessionToken};
use crate::service::{ServiceError, UnitOfWork};
use renown_core::domain::{CallerId, Right, Role, Session, SessionId, SessionKind, SessionState};

/// The longest key, in bytes. No key is as long.
const MAX_KEY: usize = 512;

/// A request to sign in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"key": "rk_…"}))]
pub struct SignInBody {
    /// The secret of an API key.
    #[schema(max_length = 512)]
    key: String,
}

/// Who sends a request, and what the sender may do.
#[derive(Debug, Serialize, ToSchema)]
pub struct CallerBody {
    /// The id of the session; null for an API key.
    id: Option<Uuid>,
    /// Who it is: the id of the API key, also of a session that was made with one, or an id
    /// of the person, the same every time. Grants and versions of programs name it.
    caller: Uuid,
    /// The name of the API key or of the person.
    name: String,
    /// The role: the person's, or the one that the rights of a key amount to; null if they
    /// amount to none.
    #[schema(value_type = Option<Role>)]
    role: Option<&'static str>,
    /// What the caller may do: the scopes of keys, and the finer rights `grants:write` and
    /// `members:read`.
    #[schema(value_type = Vec<Right>)]
    scopes: Vec<&'static str>,
    /// Whether the caller only reads, so that the scopes allow nothing that changes something.
    only_reads: bool,
    /// The only program that the caller may use; null for all programs.
    program: Option<String>,
    /// The first moment at which the session or the key no longer works; null if it has no
    /// end. A session also ends when it is not used for a while.
    expires_at: Option<DateTime<Utc>>,
}

impl From<&Caller> for CallerBody {
    fn from(caller: &Caller) -> Self {
        let permissions = &caller.permissions;
        Self {
            id: caller.session.as_ref().map(|session| session.id.0),
            caller: caller.id.0,
            name: caller.name.to_string(),
            role: permissions.role().map(Role::as_str),
            scopes: permissions.rights().map(Right::as_str).collect(),
            only_reads: permissions.only_reads(),
            program: permissions.program().map(ToString::to_string),
            expires_at: caller.until(),
        }
    }
}

/// Signs in with an API key: the answer sets a cookie.
///
/// The session may do what the key may, and ends with it. If this browser had a session
/// before, that one ends. A key that does not work takes a while, and after a few of them
/// their sender waits longer. Requests that change something by the cookie need the header
/// `Renown-Request: page`.
#[utoipa::path(
    post, path = "/v1/session", tag = "sessions", operation_id = "sign_in", security(()),
    request_body = SignInBody,
    responses(
        (status = 201, description = "Signed in. `Set-Cookie` has the session.", body = CallerBody),
        (status = 401, description = "The key is not known, was revoked or has expired."),
        (status = 403, description = "A page of another site has sent this."),
        (status = 429, description = "Too many keys were tried that do not work. `Retry-After`, `RateLimit` and `RateLimit-Policy` say when to try again."),
    )
)]
pub async fn sign_in(
    State(app): State<App>,
    Sender(from): Sender,
    headers: HeaderMap,
    Json(body): Json<SignInBody>,
) -> Result<Response, Problem> {
    let site = Site::of(&app.service.config.http, &headers);
    site.check_not_from_outside(&headers)?;
    if body.key.len() > MAX_KEY {
        let detail = format_args!("a key has at most {MAX_KEY} characters");
        return Err(ServiceError::invalid("/key", detail).into());
    }
    let before = session_before(&app, &site, &headers).await?;
    let signed_in = app
        .service
        .sessions
        .sign_in_with_key(&body.key, from, before)
        .await?;
    let (caller, token) = signed_in.ok_or_else(|| {
        Problem::unauthorized().detail("the key is not known, was revoked or has expired")
    })?;
    let body = axum::Json(CallerBody::from(&*caller));
    let mut response = (StatusCode::CREATED, body).into_response();
    remember(&app, &site, &token, response.headers_mut());
    Ok(response)
}

/// Returns the session that the browser of a request has.
pub async fn session_before(
    app: &App,
    site: &Site,
    headers: &HeaderMap,
) -> Result<Option<SessionId>, Problem> {
    let Some(token) = site.session_token(headers) else {
        return Ok(None);
    };
    let shown = Credential::Cookie(token);
    let caller = app.service.callers.authenticate(shown).await?;
    Ok(caller.and_then(|caller| Some(caller.session.as_ref()?.id)))
}

/// Sets the cookie of a new session.
pub fn remember(app: &App, site: &Site, token: &SessionToken, headers: &mut HeaderMap) {
    let lasts = app.service.config.sessions.lifetime();
    headers.append(SET_COOKIE, site.remember_session(token.reveal(), lasts));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
}

/// Returns who sends the request: with the cookie of a session, or with a bearer token.
#[utoipa::path(
    get, path = "/v1/session", tag = "sessions", operation_id = "get_session",
    responses((status = 200, description = "The caller.", body = CallerBody))
)]
pub async fn get(
    auth: Auth<AnyCaller, NamedProgram>,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    etag::json(&known, &CallerBody::from(&*auth.caller))
}

/// Signs out: ends the session on every replica, and removes the cookie.
#[utoipa::path(
    delete, path = "/v1/session", tag = "sessions", operation_id = "sign_out",
    responses(
        (status = 204, description = "Signed out."),
        (status = 404, description = "The request has an API key, which has no session."),
    )
)]
pub async fn sign_out(
    State(app): State<App>,
    auth: Auth<AnyCaller, NamedProgram>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Some(session) = &auth.caller.session else {
        return Err(Problem::not_found().detail("an API key has no session"));
    };
    end(&app, session.id, None).await?;
    let site = Site::of(&app.service.config.http, &headers);
    let mut response = StatusCode::NO_CONTENT.into_response();
    response
        .headers_mut()
        .append(SET_COOKIE, site.forget_session());
    Ok(response)
}

async fn end(app: &App, id: SessionId, caller: Option<CallerId>) -> Result<(), Problem> {
    let sessions = &app.service.sessions;
    let end = async |work: &mut UnitOfWork| sessions.end(work, id, caller).await;
    Ok(app.service.carry_out(end).await?)
}

/// A session, without its token.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionBody {
    /// The session's id.
    id: Uuid,
    /// `page` for the pages of the service, `desk` for a desk inside a page of another site.
    #[schema(value_type = SessionKind)]
    kind: &'static str,
    /// Who uses it: the id of the API key with which it was made, or an id of the person, the
    /// same every time. Grants and versions of programs name it.
    caller: Uuid,
    /// The name of the API key or of the person.
    name: String,
    /// The role; null if the session may do what its key may.
    #[schema(value_type = Option<Role>)]
    role: Option<&'static str>,
    /// The only program that it may use; null for all programs.
    program: Option<String>,
    /// The API key with which it was made; null if a provider has signed the person in.
    key: Option<Uuid>,
    /// The provider that has signed the person in; null if it was an API key.
    provider: Option<String>,
    /// When it began.
    created_at: DateTime<Utc>,
    /// When it was last used, exact to a minute.
    last_used_at: DateTime<Utc>,
    /// The first moment at which it no longer works, however it is used.
    expires_at: DateTime<Utc>,
    /// Whether it works: `active`, `expired` (also for want of use) or `revoked`.
    #[schema(value_type = SessionState)]
    state: &'static str,
    /// Whether this request was sent with it.
    current: bool,
}

/// The page of a list of sessions.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SessionsQuery {
    /// Only those of this caller, the `caller` of a session; all that may be seen if absent.
    caller: Option<Uuid>,
    /// The most items on a page, from 1 to 200; 50 if absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u16>,
    /// The `next_cursor` of the previous page; absent for the first page.
    cursor: Option<Cursor>,
}

/// A page of sessions, latest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionsBody {
    /// The sessions, including those that have ended within the last weeks.
    data: Vec<SessionBody>,
    /// The cursor of the next page.
    page: Page,
}

/// Lists sessions, latest first: all of them for an administrator, else the caller's own.
#[utoipa::path(
    get, path = "/v1/sessions", tag = "sessions", operation_id = "list_sessions",
    params(SessionsQuery),
    responses((status = 200, description = "A page. The `Link` header names the next one.", body = SessionsBody))
)]
pub async fn list(
    State(app): State<App>,
    auth: Auth<AnyCaller, NamedProgram>,
    OriginalUri(uri): OriginalUri,
    Query(query): Query<SessionsQuery>,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    let limit = pagination::limit(query.limit, 50)?;
    let before = query.cursor.as_ref().map(pagination::decode::<Uuid>);
    let before = before.transpose()?.map(SessionId);
    let caller = match (visible(&auth), query.caller.map(CallerId)) {
        (Some(own), Some(other)) if own != other => {
            let detail = "the sessions of others are for administrators";
            return Err(Problem::forbidden().detail(detail));
        }
        (own, asked) => own.or(asked),
    };
    let (sessions, next) = app.service.sessions.list(caller, before, limit).await?;
    let current = auth.caller.session.as_ref().map(|session| session.id);
    let shown = |session: &Session| shown(&app, session, current == Some(session.id));
    let body = SessionsBody {
        data: sessions.iter().map(shown).collect(),
        page: Page::up_to(next.map(|session| session.0)),
    };
    pagination::respond(&known, &uri, &body, &body.page)
}

/// Returns whose sessions the caller may see or end; `None` for all.
fn visible(auth: &Auth<AnyCaller, NamedProgram>) -> Option<CallerId> {
    match auth.may_everywhere(Right::Admin) {
        true => None,
        false => Some(auth.caller.id),
    }
}

fn shown(app: &App, session: &Session, current: bool) -> SessionBody {
    let idle = app.service.config.sessions.idle();
    SessionBody {
        id: session.id.0,
        kind: session.kind.as_str(),
        caller: session.caller.0,
        name: session.name.to_string(),
        role: session.role.map(Role::as_str),
        program: session.program.as_ref().map(ToString::to_string),
        key: session.by.key().map(|key| key.0),
        provider: session.by.provider().map(ToString::to_string),
        created_at: session.created_at,
        last_used_at: session.last_used_at,
        expires_at: session.expires_at,
        state: session.state(app.service.clock.now(), idle).as_str(),
        current,
    }
}

/// Ends a session on every replica: any for an administrator, else one of the caller's own.
///
/// Ending it again changes nothing.
#[utoipa::path(
    delete, path = "/v1/sessions/{session}", tag = "sessions", operation_id = "end_session",
    params(("session" = Uuid, Path, description = "The session's id.")),
    responses(
        (status = 204, description = "Ended."),
        (status = 404, description = "There is no such session that the caller may end."),
    )
)]
pub async fn end_one(
    State(app): State<App>,
    auth: Auth<AnyCaller, NamedProgram>,
    Path(session): Path<Uuid>,
) -> Result<StatusCode, Problem> {
    end(&app, SessionId(session), visible(&auth)).await?;
    Ok(StatusCode::NO_CONTENT)
}
