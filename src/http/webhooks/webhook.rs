//! `/v1/webhooks`: the receivers of messages.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::App;
use crate::http::auth::{Auth, NamedProgram, ProgramsWrite};
use crate::http::error::Problem;
use crate::http::etag::{self, IfNoneMatch};
use crate::http::extract::{Json, Path};
use crate::http::idempotency::{Idempotent, Reply, once};

use crate::service::webhooks::{NewWebhook, WebhookChange};
use renown_core::domain::{
    DisabledReason, MessageKind, ProgramId, Right, Webhook, WebhookFormat, WebhookId, WebhookSecret,
};

/// The most types in a list.
const MAX_TYPES: usize = 100;

/// A request to create a webhook.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "url": "https://crm.example.com/hooks/renown", "types": ["tier.changed", "claim.redeemed"]
}))]
pub struct CreateWebhookBody {
    /// The receiver's URL: `https`, a host on the public internet, without
    /// credentials. At most 2,048 bytes.
    #[schema(max_length = 2048)]
    url: String,
    /// Only messages of these types, at most 100; all types if empty or absent.
    #[serde(default)]
    #[schema(max_items = 100, value_type = Vec<MessageKind>)]
    types: Vec<String>,
    /// Only messages about this program. A key that is limited to a program can
    /// only create webhooks for that program, whether or not it is named here.
    program: Option<ProgramId>,
    /// The purpose of the webhook, in words, at most 500 characters.
    #[schema(max_length = 500)]
    description: Option<String>,
    /// The form of the messages: `standard` if absent.
    #[serde(default)]
    format: WebhookForm,
    /// A secret that the receiver already has: `whsec_` and the Base64 of 24 to
    /// 64 random bytes. If absent, one is generated.
    #[schema(value_type = Option<WebhookSecret>)]
    secret: Option<String>,
}

/// The form of the messages that a webhook gets. Both are signed as in Standard Webhooks.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase", expecting = "'standard' or 'cloudevents'")]
pub enum WebhookForm {
    /// `{id, type, timestamp, data}`.
    #[default]
    Standard,
    /// A CloudEvent 1.0 in structured mode.
    CloudEvents,
}

impl From<WebhookForm> for WebhookFormat {
    fn from(form: WebhookForm) -> Self {
        match form {
            WebhookForm::Standard => Self::Standard,
            WebhookForm::CloudEvents => Self::CloudEvents,
        }
    }
}

impl From<WebhookFormat> for WebhookForm {
    fn from(format: WebhookFormat) -> Self {
        match format {
            WebhookFormat::Standard => Self::Standard,
            WebhookFormat::CloudEvents => Self::CloudEvents,
        }
    }
}

/// A change of a webhook. Absent members stay as they are.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PatchWebhookBody {
    /// The receiver's URL. Pending deliveries go there too. At most 2,048 bytes.
    #[schema(max_length = 2048)]
    url: Option<String>,
    /// Only messages of these types from now on, at most 100; all types if empty.
    #[schema(max_items = 100, value_type = Option<Vec<MessageKind>>)]
    types: Option<Vec<String>>,
    /// The form of the messages from now on, also of those that wait.
    format: Option<WebhookForm>,
    /// The purpose of the webhook, in words, at most 500 characters; empty to
    /// remove it.
    #[schema(max_length = 500)]
    description: Option<String>,
    /// `false`: nothing is sent. `true`: delivery continues from where it was
    /// disabled, as far back as messages are kept.
    enabled: Option<bool>,
}

/// A webhook, without its secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookBody {
    /// The webhook's id.
    id: Uuid,
    /// The receiver's URL.
    url: String,
    /// Only messages of these types are sent; all types if empty.
    types: Vec<&'static str>,
    /// The form of the messages.
    format: WebhookForm,
    /// Only messages about this program are sent; null for all programs.
    program: Option<String>,
    /// The purpose of the webhook, in words; null if none was given.
    description: Option<String>,
    /// Whether messages are sent.
    enabled: bool,
    /// When and why the webhook was disabled; null if it is enabled.
    disabled: Option<DisabledBody>,
    /// When the webhook was created.
    created_at: DateTime<Utc>,
    /// When the webhook was last changed.
    updated_at: DateTime<Utc>,
}

/// The disabling of a webhook.
#[derive(Debug, Serialize, ToSchema)]
pub struct DisabledBody {
    /// When the webhook was disabled.
    at: DateTime<Utc>,
    /// The reason: `asked` (by a request) or `gone` (the receiver answered 410).
    #[schema(value_type = DisabledReason)]
    reason: &'static str,
}

impl From<Webhook> for WebhookBody {
    fn from(webhook: Webhook) -> Self {
        Self {
            id: webhook.id.0,
            url: webhook.url.as_str().to_owned(),
            types: webhook.kinds.iter().map(|kind| kind.as_str()).collect(),
            format: webhook.format.into(),
            program: webhook.program.map(Into::into),
            description: webhook.description,
            enabled: webhook.disabled.is_none(),
            disabled: webhook.disabled.map(|disabled| DisabledBody {
                at: disabled.at,
                reason: disabled.reason.as_str(),
            }),
            created_at: webhook.created_at,
            updated_at: webhook.updated_at,
        }
    }
}

/// A new webhook with its secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct CreatedWebhookBody {
    /// The webhook.
    #[serde(flatten)]
    webhook: WebhookBody,
    /// The secret that signs the messages. It is shown only this once.
    secret: String,
}

/// The webhooks that the key reaches.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhooksBody {
    /// The webhooks, oldest first.
    data: Vec<WebhookBody>,
}

/// Returns the program to which a caller's webhooks and streams are limited;
/// `None` for a key with the scope `admin` that is not limited to a program.
///
/// # Errors
/// 403 if the key neither has the scope `admin` nor is limited to a program.
pub fn within(auth: &Auth<ProgramsWrite, NamedProgram>) -> Result<Option<&ProgramId>, Problem> {
    let program = auth.limit();
    if program.is_some() || auth.may(Right::Admin) {
        return Ok(program);
    }
    let detail = "the key needs the scope 'admin', or to be limited to one program";
    Err(Problem::forbidden().detail(detail))
}

/// Parses a list of message types.
///
/// # Errors
/// 400 if there are more than 100, or with a pointer to the first that is not a
/// type.
pub fn kinds(names: &[String]) -> Result<Vec<MessageKind>, Problem> {
    if names.len() > MAX_TYPES {
        let detail = format!("at most {MAX_TYPES} types");
        return Err(Problem::invalid_request().pointer("/types").detail(detail));
    }
    let each = names.iter().enumerate().map(|(index, name)| {
        name.parse().map_err(|invalid| {
            Problem::invalid_request()
                .pointer(format!("/types/{index}"))
                .detail(invalid)
        })
    });
    each.collect()
}

/// Creates a webhook.
///
/// From now on its messages are sent to the URL, signed as in Standard Webhooks.
#[utoipa::path(
    post, path = "/v1/webhooks", tag = "webhooks", operation_id = "create_webhook",
    request_body = CreateWebhookBody,
    responses(
        (status = 201, description = "Made, with its secret.", body = CreatedWebhookBody),
        (status = 400, description = "The address may not be called, or a type or the secret is not valid."),
        (status = 403, description = "The key is limited to another program."),
        (status = 409, description = "The largest number of webhooks exists already."),
    )
)]
pub async fn create(
    State(app): State<App>,
    auth: Auth<ProgramsWrite, NamedProgram>,
    request: Idempotent<Json<CreateWebhookBody>>,
) -> Result<Response, Problem> {
    let own = within(&auth)?;
    let Json(body) = request.body;
    if let Some(program) = &body.program {
        auth.reach(program)?;
    }
    let new = NewWebhook {
        url: body.url,
        description: body.description,
        program: body.program.or_else(|| own.cloned()),
        kinds: kinds(&body.types)?,
        format: body.format.into(),
        secret: body.secret,
    };
    once(&app, &auth, request.name, async |work| {
        let (webhook, secret) = app.service.webhooks.create(work, new).await?;
        let location = format!("/v1/webhooks/{}", webhook.id);
        let body = CreatedWebhookBody {
            webhook: webhook.into(),
            secret: secret.reveal(),
        };
        Reply::created(Some(location), &body)
    })
    .await
}

/// Lists the webhooks that the key reaches.
#[utoipa::path(
    get, path = "/v1/webhooks", tag = "webhooks", operation_id = "list_webhooks",
    responses((status = 200, description = "The webhooks.", body = WebhooksBody))
)]
pub async fn list(
    State(app): State<App>,
    auth: Auth<ProgramsWrite, NamedProgram>,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    let webhooks = app.service.webhooks.list(within(&auth)?).await?;
    let body = WebhooksBody {
        data: webhooks.into_iter().map(Into::into).collect(),
    };
    etag::json(&known, &body)
}

/// Returns the webhook in the path, if the key reaches it.
///
/// # Errors
/// 404 if there is none that the key reaches.
pub async fn reached(
    app: &App,
    auth: &Auth<ProgramsWrite, NamedProgram>,
    webhook: Uuid,
) -> Result<Webhook, Problem> {
    let own = within(auth)?;
    Ok(app.service.webhooks.get(WebhookId(webhook), own).await?)
}

/// Returns a webhook.
#[utoipa::path(
    get, path = "/v1/webhooks/{webhook}", tag = "webhooks", operation_id = "get_webhook",
    params(("webhook" = Uuid, Path, description = "The webhook's id.")),
    responses(
        (status = 200, description = "The webhook.", body = WebhookBody),
        (status = 404, description = "There is no such webhook."),
    )
)]
pub async fn get(
    State(app): State<App>,
    auth: Auth<ProgramsWrite, NamedProgram>,
    Path(webhook): Path<Uuid>,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    let webhook = reached(&app, &auth, webhook).await?;
    etag::json(&known, &WebhookBody::from(webhook))
}

/// Changes a webhook, disables it, or enables it again.
#[utoipa::path(
    patch, path = "/v1/webhooks/{webhook}", tag = "webhooks", operation_id = "patch_webhook",
    params(("webhook" = Uuid, Path, description = "The webhook's id.")),
    request_body = PatchWebhookBody,
    responses(
        (status = 200, description = "The changed webhook.", body = WebhookBody),
        (status = 400, description = "The address may not be called, or a type is not valid."),
        (status = 404, description = "There is no such webhook."),
    )
)]
pub async fn patch(
    State(app): State<App>,
    auth: Auth<ProgramsWrite, NamedProgram>,
    Path(webhook): Path<Uuid>,
    request: Idempotent<Json<PatchWebhookBody>>,
) -> Result<Response, Problem> {
    let id = reached(&app, &auth, webhook).await?.id;
    let Json(body) = request.body;
    let change = WebhookChange {
        url: body.url,
        description: body.description,
        kinds: body.types.as_deref().map(kinds).transpose()?,
        format: body.format.map(Into::into),
        enabled: body.enabled,
    };
    once(&app, &auth, request.name, async |work| {
        let webhook = app.service.webhooks.change(work, id, change).await?;
        Reply::ok(&WebhookBody::from(webhook))
    })
    .await
}

/// Deletes a webhook with its secrets and its log. Pending deliveries are
/// dropped.
#[utoipa::path(
    delete, path = "/v1/webhooks/{webhook}", tag = "webhooks", operation_id = "delete_webhook",
    params(("webhook" = Uuid, Path, description = "The webhook's id.")),
    responses(
        (status = 204, description = "Deleted."),
        (status = 404, description = "There is no such webhook."),
    )
)]
pub async fn delete(
    State(app): State<App>,
    auth: Auth<ProgramsWrite, NamedProgram>,
    Path(webhook): Path<Uuid>,
) -> Result<StatusCode, Problem> {
    let id = reached(&app, &auth, webhook).await?.id;
    app.service.webhooks.delete(id).await?;
    Ok(StatusCode::NO_CONTENT)
}
