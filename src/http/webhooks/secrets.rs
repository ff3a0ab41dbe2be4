//! `/v1/webhooks/{webhook}/rotate-secret` and `…/test`: replacing the secret and
//! testing a receiver.

use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::App;
use crate::http::auth::{Auth, NamedProgram, ProgramsWrite};
use crate::http::claims::steps::Nothing;
use crate::http::error::Problem;
use crate::http::extract::{OptionalJson, Path};
use crate::http::idempotency::{Idempotent, Reply, once};
use crate::http::webhooks::webhook::reached;
use renown_core::domain::{Attempted, WebhookSecret};

/// A request to replace a webhook's secret.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RotateBody {
    /// A secret that the receiver already has: `whsec_` and the Base64 of 24 to
    /// 64 random bytes. If absent, one is generated.
    #[schema(value_type = Option<WebhookSecret>)]
    secret: Option<String>,
}

/// The new secret of a webhook.
#[derive(Debug, Serialize, ToSchema)]
pub struct RotatedBody {
    /// The new secret. It is shown only this once.
    secret: String,
    /// Until when the previous secret signs too: change your receiver by then.
    previous_until: DateTime<Utc>,
}

/// Replaces a webhook's secret.
///
/// The previous secret signs too for 24 hours, so that the receiver has time to
/// change over.
#[utoipa::path(
    post, path = "/v1/webhooks/{webhook}/rotate-secret", tag = "webhooks", operation_id = "rotate_webhook_secret",
    params(("webhook" = Uuid, Path, description = "The webhook's id.")),
    request_body(content = Option<RotateBody>, description = "Optional."),
    responses(
        (status = 200, description = "The new secret.", body = RotatedBody),
        (status = 400, description = "The secret is not valid."),
        (status = 404, description = "There is no such webhook."),
        (status = 409, description = "The webhook already signs with five secrets."),
    )
)]
pub async fn rotate(
    State(app): State<App>,
    auth: Auth<ProgramsWrite, NamedProgram>,
    Path(webhook): Path<Uuid>,
    request: Idempotent<OptionalJson<RotateBody>>,
) -> Result<Response, Problem> {
    let id = reached(&app, &auth, webhook).await?.id;
    let body = request.body.0.unwrap_or_default();
    once(&app, &auth, request.name, async |work| {
        let secret = body.secret.as_deref();
        let rotated = app.service.webhooks.rotate_secret(work, id, secret).await?;
        Reply::ok(&RotatedBody {
            secret: rotated.secret.reveal(),
            previous_until: rotated.others_until,
        })
    })
    .await
}

/// The result of a test message.
#[derive(Debug, Serialize, ToSchema)]
pub struct TestedBody {
    /// Whether the receiver accepted the message.
    delivered: bool,
    /// The HTTP status of the receiver's answer; null if there was no answer.
    status: Option<u16>,
    /// Why the attempt failed: `status`, `timeout`, `unresolved`, `unreachable`,
    /// `forbidden_address`, `tls`, `broken` or `gone`; null if it did not fail.
    failure: Option<&'static str>,
}

impl From<Attempted> for TestedBody {
    fn from(attempted: Attempted) -> Self {
        let (delivered, status, failure) = match attempted {
            Attempted::Delivered(status) => (true, Some(status), None),
            Attempted::Gone => (false, Some(410), Some("gone")),
            Attempted::Failed { failure, .. } => (false, failure.status(), Some(failure.as_str())),
        };
        Self {
            delivered,
            status,
            failure,
        }
    }
}

/// Sends a `webhook.test` message to test a receiver.
///
/// It is sent at once, whether the webhook is enabled or not. It is not in the
/// log and is not retried.
#[utoipa::path(
    post, path = "/v1/webhooks/{webhook}/test", tag = "webhooks", operation_id = "test_webhook",
    params(("webhook" = Uuid, Path, description = "The webhook's id.")),
    request_body(content = Option<Nothing>, description = "Optional."),
    responses(
        (status = 200, description = "The result of the test.", body = TestedBody),
        (status = 404, description = "There is no such webhook."),
    )
)]
pub async fn test(
    State(app): State<App>,
    auth: Auth<ProgramsWrite, NamedProgram>,
    Path(webhook): Path<Uuid>,
    _: OptionalJson<Nothing>,
) -> Result<axum::Json<TestedBody>, Problem> {
    let webhook = reached(&app, &auth, webhook).await?;
    let attempted = app.service.webhooks.test(webhook).await?;
    Ok(axum::Json(attempted.into()))
}
