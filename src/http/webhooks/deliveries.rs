//! `/v1/webhooks/{webhook}/deliveries`: the log of deliveries, and replaying
//! them.

use axum::extract::{OriginalUri, State};
use axum::response::Response;
use chrono::{DateTime, Utc};
use renown_core::domain::{Delivery, DeliveryState, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::http::App;
use crate::http::auth::{Auth, NamedProgram, ProgramsWrite};
use crate::http::claims::steps::Nothing;
use crate::http::error::Problem;
use crate::http::etag::IfNoneMatch;
use crate::http::extract::{Json, OptionalJson, Path, Query};
use crate::http::idempotency::{Idempotent, Reply, once};
use crate::http::pagination;
use crate::http::pagination::{Cursor, Page};
use crate::http::webhooks::webhook::reached;
use crate::service::webhooks::ReplayFrom;

/// The state of a delivery.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryStateBody {
    /// The delivery waits for its first attempt, for its next attempt, or for an
    /// earlier message about the same member.
    Pending,
    /// The receiver accepted the message.
    Delivered,
    /// The delivery was given up after three days; it can be replayed.
    Failed,
}

impl From<DeliveryState> for DeliveryStateBody {
    fn from(state: DeliveryState) -> Self {
        match state {
            DeliveryState::Pending => Self::Pending,
            DeliveryState::Delivered => Self::Delivered,
            DeliveryState::Failed => Self::Failed,
        }
    }
}

impl From<DeliveryStateBody> for DeliveryState {
    fn from(state: DeliveryStateBody) -> Self {
        match state {
            DeliveryStateBody::Pending => Self::Pending,
            DeliveryStateBody::Delivered => Self::Delivered,
            DeliveryStateBody::Failed => Self::Failed,
        }
    }
}

/// A message to a webhook, with the state of its delivery.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeliveryBody {
    /// The message's id, which is in the header `webhook-id` of every attempt.
    id: Uuid,
    /// The message's position in the stream.
    position: i64,
    /// The message's type, such as `tier.changed`.
    r#type: &'static str,
    /// When the reported event happened.
    timestamp: DateTime<Utc>,
    /// The program that the message is about; null if none.
    program: Option<String>,
    /// The id of the member that the message is about; null if none.
    member: Option<Uuid>,
    /// The state of the delivery.
    state: DeliveryStateBody,
    /// The number of attempts so far, or since the last replay if there was one.
    attempts: u32,
    /// When the last attempt ended; null before the first.
    attempted_at: Option<DateTime<Utc>>,
    /// The HTTP status of the last attempt's answer; null if there was no answer.
    status: Option<u16>,
    /// Why the last attempt failed: `status`, `timeout`, `unresolved`,
    /// `unreachable`, `forbidden_address`, `tls`, `broken` or `gone`; null if it
    /// did not fail.
    failure: Option<String>,
    /// When the next attempt is due; null if no attempt failed or there is no
    /// next attempt.
    retry_at: Option<DateTime<Utc>>,
}

impl From<Delivery> for DeliveryBody {
    fn from(delivery: Delivery) -> Self {
        Self {
            id: delivery.message,
            position: delivery.position,
            r#type: delivery.kind.as_str(),
            timestamp: delivery.at,
            program: delivery.program.map(Into::into),
            member: delivery.member.map(|member| member.0),
            state: delivery.state.into(),
            attempts: delivery.attempts,
            attempted_at: delivery.attempted_at,
            status: delivery.status,
            failure: delivery.failure,
            retry_at: delivery.retry_at,
        }
    }
}

/// The state and the page of a list of deliveries.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DeliveriesQuery {
    /// Only deliveries in this state: `pending`, `delivered` or `failed`.
    #[param(inline)]
    state: Option<DeliveryStateBody>,
    /// The most items on a page, from 1 to 200; 50 if absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u16>,
    /// The `next_cursor` of the previous page; absent for the first page.
    cursor: Option<Cursor>,
}

/// A page of deliveries, latest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeliveriesBody {
    /// The deliveries.
    data: Vec<DeliveryBody>,
    /// The cursor of the next page.
    page: Page,
}

/// Lists the deliveries of a webhook, sent or still to be sent, latest first.
#[utoipa::path(
    get, path = "/v1/webhooks/{webhook}/deliveries", tag = "webhooks", operation_id = "list_deliveries",
    params(("webhook" = Uuid, Path, description = "The webhook's id."), DeliveriesQuery),
    responses(
        (status = 200, description = "A page. The `Link` header names the next one.", body = DeliveriesBody),
        (status = 404, description = "There is no such webhook."),
    )
)]
pub async fn list(
    State(app): State<App>,
    auth: Auth<ProgramsWrite, NamedProgram>,
    OriginalUri(uri): OriginalUri,
    Path(webhook): Path<Uuid>,
    Query(query): Query<DeliveriesQuery>,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    let id = reached(&app, &auth, webhook).await?.id;
    let limit = pagination::limit(query.limit, 50)?;
    let cursor = query.cursor.as_ref();
    let before: Option<i64> = cursor.map(pagination::decode).transpose()?;
    let state = query.state.map(Into::into);
    let (deliveries, next) = app
        .service
        .webhooks
        .deliveries(id, state, before, limit)
        .await?;
    let body = DeliveriesBody {
        data: deliveries.into_iter().map(Into::into).collect(),
        page: Page::up_to(next),
    };
    pagination::respond(&known, &uri, &body, &body.page)
}

/// Sends one message again at once.
///
/// The message may be delivered, given up, or waiting for its next attempt. Later
/// messages about the same member wait for it.
#[utoipa::path(
    post, path = "/v1/webhooks/{webhook}/deliveries/{delivery}/replay", tag = "webhooks", operation_id = "replay_delivery",
    params(
        ("webhook" = Uuid, Path, description = "The webhook's id."),
        ("delivery" = Uuid, Path, description = "The delivery's id, which is also the message's id."),
    ),
    request_body(content = Option<Nothing>, description = "Optional."),
    responses(
        (status = 200, description = "It is pending.", body = DeliveryBody),
        (status = 404, description = "There is no such delivery of this webhook."),
    )
)]
pub async fn replay_one(
    State(app): State<App>,
    auth: Auth<ProgramsWrite, NamedProgram>,
    Path((webhook, delivery)): Path<(Uuid, Uuid)>,
    request: Idempotent<OptionalJson<Nothing>>,
) -> Result<Response, Problem> {
    let id = reached(&app, &auth, webhook).await?.id;
    once(&app, &auth, request.name, async |work| {
        let delivery = app
            .service
            .webhooks
            .replay_delivery(work, id, delivery)
            .await?;
        Reply::ok(&DeliveryBody::from(delivery))
    })
    .await
}

/// The start of a replay: give either `since` or `after`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "since": "2026-11-22T00:00:00Z" }))]
pub struct ReplayDeliveriesBody {
    /// Replay everything that happened since this time.
    since: Option<Timestamp>,
    /// Replay everything after this position.
    #[schema(minimum = 0)]
    after: Option<i64>,
}

/// The result of starting a replay.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReplayedMessagesBody {
    /// Messages that are pending now and were not pending before.
    queued: u64,
}

/// Sends again all messages that match a webhook, in order, from a given time or
/// position.
///
/// This includes messages from before the webhook was created, as far back as
/// messages are kept.
#[utoipa::path(
    post, path = "/v1/webhooks/{webhook}/replay", tag = "webhooks", operation_id = "replay_webhook",
    params(("webhook" = Uuid, Path, description = "The webhook's id.")),
    request_body = ReplayDeliveriesBody,
    responses(
        (status = 200, description = "How much is sent.", body = ReplayedMessagesBody),
        (status = 400, description = "Neither `since` nor `after`, or both."),
        (status = 404, description = "There is no such webhook."),
        (status = 410, description = "The messages after this position are not kept any more; `oldest` is the first position that is kept."),
    )
)]
pub async fn replay(
    State(app): State<App>,
    auth: Auth<ProgramsWrite, NamedProgram>,
    Path(webhook): Path<Uuid>,
    request: Idempotent<Json<ReplayDeliveriesBody>>,
) -> Result<Response, Problem> {
    let id = reached(&app, &auth, webhook).await?.id;
    let from = match (request.body.0.since, request.body.0.after) {
        (Some(since), None) => ReplayFrom::Time(since.get()),
        (None, Some(after)) => ReplayFrom::Position(after),
        _ => {
            return Err(Problem::invalid_request()
                .pointer("/since")
                .detail("say either 'since', a time, or 'after', a position"));
        }
    };
    once(&app, &auth, request.name, async |work| {
        let queued = app.service.webhooks.replay_messages(work, id, from).await?;
        Reply::ok(&ReplayedMessagesBody { queued })
    })
    .await
}
