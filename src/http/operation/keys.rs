//! `/v1/keys`: the API keys of the service, for administrators.

use axum::extract::{OriginalUri, State};
use axum::response::Response;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::http::App;
use crate::http::auth::{Admin, Auth};
use crate::http::claims::steps::Nothing;
use crate::http::error::Problem;
use crate::http::etag::{self, IfNoneMatch};
use crate::http::extract::{Json, OptionalJson, Path, Query, at_most};
use crate::http::idempotency::{Idempotent, Reply, once};
use crate::http::pagination;
use crate::http::pagination::{Cursor, Page};
use crate::service::ServiceError;
use crate::service::operation::{KeySecret, NewKey, USUAL_OVERLAP};
use renown_core::domain::{
    AllowedSources, ApiKey, KeyId, KeyName, KeyPermissions, KeyState, ProgramId, Scope, Source,
    Timestamp,
};

/// The most scopes in a request: all there are.
const MAX_SCOPES: usize = Scope::ALL.len();

/// A request to create an API key.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "name": "front desk", "scopes": ["lookup", "claims:write"], "program": "palms-klub"
}))]
pub struct CreateKeyBody {
    /// The purpose of the key: 1 to 100 characters, without control characters.
    name: KeyName,
    /// The scopes of the key; `admin` includes the others.
    #[serde(deserialize_with = "at_most::<MAX_SCOPES, _, _>")]
    #[schema(min_items = 1, max_items = 6)]
    scopes: Vec<Scope>,
    /// The only program that the key may use; all programs if absent.
    program: Option<ProgramId>,
    /// The sources as which the key may send events, at most 100; all sources if empty or
    /// absent.
    #[serde(default, deserialize_with = "at_most::<{ AllowedSources::MAX }, _, _>")]
    #[schema(max_items = 100)]
    sources: Vec<Source>,
    /// The first moment at which the key no longer works; absent if it has no end.
    expires_at: Option<Timestamp>,
}

/// An API key, without its secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeyBody {
    /// The key's id.
    id: Uuid,
    /// The purpose of the key.
    name: String,
    /// The scopes of the key.
    scopes: Vec<&'static str>,
    /// The only program that the key may use; null for all programs.
    program: Option<String>,
    /// The sources as which the key may send events; empty for all sources.
    sources: Vec<String>,
    /// Whether the key works: `active`, `expired` or `revoked`.
    #[schema(value_type = KeyState)]
    state: &'static str,
    /// Whether the secret is the service's `RENOWN_BOOTSTRAP_KEY`. It is changed there.
    bootstrap: bool,
    /// When the key was created.
    created_at: DateTime<Utc>,
    /// The first moment at which the key no longer works; null if it has no end.
    expires_at: Option<DateTime<Utc>>,
    /// When the key was revoked; null if it was not.
    revoked_at: Option<DateTime<Utc>>,
    /// When the key was last used, exact to a minute; null if never.
    last_used_at: Option<DateTime<Utc>>,
    /// Until when the secret before the present one works too; null if the secret was
    /// never replaced.
    previous_secret_until: Option<DateTime<Utc>>,
}

impl KeyBody {
    fn new(key: &ApiKey, now: DateTime<Utc>) -> Self {
        let permissions = &key.permissions;
        let scopes = permissions.scopes().iter();
        Self {
            id: key.id.0,
            name: key.name.to_string(),
            scopes: scopes.map(|scope| scope.as_str()).collect(),
            program: permissions.program().map(ToString::to_string),
            sources: permissions
                .sources()
                .list()
                .map(ToString::to_string)
                .collect(),
            state: key.state(now).as_str(),
            bootstrap: key.is_bootstrap,
            created_at: key.created_at,
            expires_at: key.expires_at,
            revoked_at: key.revoked_at,
            last_used_at: key.last_used_at,
            previous_secret_until: key.previous_until,
        }
    }
}

/// A key with a new secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeyWithSecretBody {
    /// The key.
    #[serde(flatten)]
    key: KeyBody,
    /// The secret, to be sent as `Authorization: Bearer …`. It is shown only this once: if
    /// the same request is sent again under its `Idempotency-Key`, it is null.
    secret: Option<String>,
}

/// Answers with a secret that is not stored with the answer.
fn with_secret(
    reply: fn(&KeyWithSecretBody) -> crate::service::Result<Reply>,
    key: KeyBody,
    secret: &KeySecret,
) -> crate::service::Result<Reply> {
    let mut body = KeyWithSecretBody { key, secret: None };
    let reply = reply(&body)?;
    body.secret = Some(secret.reveal().to_owned());
    reply.showing_once(&body)
}

/// Creates an API key.
#[utoipa::path(
    post, path = "/v1/keys", tag = "keys", operation_id = "create_key",
    request_body = CreateKeyBody,
    responses(
        (status = 201, description = "Created, with its secret; `Location` is the key.", body = KeyWithSecretBody),
        (status = 400, description = "Something is wrong with the body, or the limits contradict the scopes."),
    )
)]
pub async fn create(
    State(app): State<App>,
    auth: Auth<Admin>,
    request: Idempotent<Json<CreateKeyBody>>,
) -> Result<Response, Problem> {
    let Json(body) = request.body;
    let new = new_key(body)?;
    once(&app, &auth, request.name, async |work| {
        let (key, secret) = app.service.keys.create(work, new).await?;
        let body = KeyBody::new(&key, app.service.clock.now());
        with_secret(created, body, &secret)
    })
    .await
}

fn created(body: &KeyWithSecretBody) -> crate::service::Result<Reply> {
    Reply::created(Some(format!("/v1/keys/{}", body.key.id)), body)
}

fn new_key(body: CreateKeyBody) -> Result<NewKey, ServiceError> {
    let sources = AllowedSources::listed(body.sources)
        .map_err(|invalid| ServiceError::invalid("/sources", invalid))?;
    let scopes = body.scopes.into_iter().collect();
    Ok(NewKey {
        name: body.name,
        permissions: KeyPermissions::new(scopes, body.program, sources)?,
        expires_at: body.expires_at.map(Timestamp::get),
    })
}

/// The page of a list of keys.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct KeysQuery {
    /// The most items on a page, from 1 to 200; 50 if absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u16>,
    /// The `next_cursor` of the previous page; absent for the first page.
    cursor: Option<Cursor>,
}

/// A page of keys, latest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeysBody {
    /// The keys, including those that expired or were revoked.
    data: Vec<KeyBody>,
    /// The cursor of the next page.
    page: Page,
}

/// Lists all API keys, latest first, without their secrets.
#[utoipa::path(
    get, path = "/v1/keys", tag = "keys", operation_id = "list_keys",
    params(KeysQuery),
    responses((status = 200, description = "A page. The `Link` header names the next one.", body = KeysBody))
)]
pub async fn list(
    State(app): State<App>,
    _: Auth<Admin>,
    OriginalUri(uri): OriginalUri,
    Query(query): Query<KeysQuery>,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    let limit = pagination::limit(query.limit, 50)?;
    let before = query.cursor.as_ref().map(pagination::decode::<Uuid>);
    let before = before.transpose()?.map(KeyId);
    let (keys, next) = app.service.keys.list(before, limit).await?;
    let now = app.service.clock.now();
    let body = KeysBody {
        data: keys.iter().map(|key| KeyBody::new(key, now)).collect(),
        page: Page::up_to(next.map(|key| key.0)),
    };
    pagination::respond(&known, &uri, &body, &body.page)
}

/// Returns an API key, without its secret.
#[utoipa::path(
    get, path = "/v1/keys/{key}", tag = "keys", operation_id = "get_key",
    params(("key" = Uuid, Path, description = "The key's id.")),
    responses(
        (status = 200, description = "The key.", body = KeyBody),
        (status = 404, description = "There is no such key."),
    )
)]
pub async fn get(
    State(app): State<App>,
    _: Auth<Admin>,
    Path(key): Path<Uuid>,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    let key = app.service.keys.get(KeyId(key)).await?;
    etag::json(&known, &KeyBody::new(&key, app.service.clock.now()))
}

/// A request to replace a key's secret.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RotateKeyBody {
    /// How long the present secret still works, in seconds, up to a week; a day if absent.
    /// With 0 it ends at once.
    #[schema(minimum = 0, maximum = 604_800)]
    overlap_seconds: Option<u32>,
}

/// Replaces a key's secret.
///
/// The present secret works too for a while, so that its holder has time to change over.
/// At most two secrets work: one that was replaced before ends now.
#[utoipa::path(
    post, path = "/v1/keys/{key}/rotate", tag = "keys", operation_id = "rotate_key",
    params(("key" = Uuid, Path, description = "The key's id.")),
    request_body(content = Option<RotateKeyBody>, description = "Optional."),
    responses(
        (status = 200, description = "The key, with its new secret.", body = KeyWithSecretBody),
        (status = 404, description = "There is no such key."),
        (status = 409, description = "The key has expired or was revoked, or its secret comes from `RENOWN_BOOTSTRAP_KEY`."),
    )
)]
pub async fn rotate(
    State(app): State<App>,
    auth: Auth<Admin>,
    Path(key): Path<Uuid>,
    request: Idempotent<OptionalJson<RotateKeyBody>>,
) -> Result<Response, Problem> {
    let OptionalJson(body) = request.body;
    let seconds = body.unwrap_or_default().overlap_seconds;
    let overlap = seconds.map_or(USUAL_OVERLAP, |seconds| TimeDelta::seconds(seconds.into()));
    once(&app, &auth, request.name, async |work| {
        let (key, secret) = app.service.keys.rotate(work, KeyId(key), overlap).await?;
        let body = KeyBody::new(&key, app.service.clock.now());
        with_secret(Reply::ok, body, &secret)
    })
    .await
}

/// Revokes a key: from now on it allows nothing, on every replica. It stays in the list.
///
/// Revoking it again changes nothing.
#[utoipa::path(
    post, path = "/v1/keys/{key}/revoke", tag = "keys", operation_id = "revoke_key",
    params(("key" = Uuid, Path, description = "The key's id.")),
    request_body(content = Option<Nothing>, description = "Optional."),
    responses(
        (status = 200, description = "Revoked.", body = KeyBody),
        (status = 404, description = "There is no such key."),
        (status = 409, description = "It is the only key that can manage keys: create another one before."),
    )
)]
pub async fn revoke(
    State(app): State<App>,
    auth: Auth<Admin>,
    Path(key): Path<Uuid>,
    request: Idempotent<OptionalJson<Nothing>>,
) -> Result<Response, Problem> {
    once(&app, &auth, request.name, async |work| {
        let key = app.service.keys.revoke(work, KeyId(key)).await?;
        Reply::ok(&KeyBody::new(&key, app.service.clock.now()))
    })
    .await
}
