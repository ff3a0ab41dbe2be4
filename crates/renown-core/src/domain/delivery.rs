//! Webhooks, and the deliveries of messages to them.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::names::names;
use super::schema::{described, one_of};
use super::{MemberId, MessageKind, ProgramId, WebhookId, WebhookUrl};

/// A webhook: an address that receives messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// The id of the webhook.
    pub id: WebhookId,
    /// The address that messages are sent to.
    pub url: WebhookUrl,
    /// The owner's description.
    pub description: Option<String>,
    /// Only messages about this program; `None` for all programs.
    pub program: Option<ProgramId>,
    /// Only these kinds of message; all if empty.
    pub kinds: Vec<MessageKind>,
    /// The form of the messages.
    pub format: WebhookFormat,
    /// When the webhook was created.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Since when and why nothing is sent; `None` while the webhook is enabled.
    pub disabled: Option<Disabled>,
}

/// The form of the messages that a webhook gets. Both are signed alike.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum WebhookFormat {
    /// `{id, type, timestamp, data}`, as Standard Webhooks recommends.
    #[default]
    Standard,
    /// A CloudEvent 1.0 in structured mode.
    CloudEvents,
}

names! {
    WebhookFormat, "the format of a webhook":
    Standard = "standard",
    CloudEvents = "cloudevents",
}

impl WebhookFormat {
    /// Returns the media type of a message.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Standard => "application/json",
            Self::CloudEvents => "application/cloudevents+json",
        }
    }
}

/// When and why a webhook was disabled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disabled {
    /// When it was disabled.
    pub at: DateTime<Utc>,
    /// Why it was disabled.
    pub reason: DisabledReason,
    /// The last position of the outbox at that time; later messages were not
    /// queued.
    pub after: i64,
}

/// Why a webhook is disabled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DisabledReason {
    /// On request, through the API.
    Asked,
    /// The receiver answered 410 (Gone).
    Gone,
}

names! {
    DisabledReason, "why a webhook is disabled":
    Asked = "asked",
    Gone = "gone",
}

described!(DisabledReason: one_of(DisabledReason::ALL));

/// The delivery of a message to a webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The id of the message, which is the `webhook-id` of every attempt.
    pub message: Uuid,
    /// The position of the message in the outbox.
    pub position: i64,
    /// The kind of the message.
    pub kind: MessageKind,
    /// When the reported change happened.
    pub at: DateTime<Utc>,
    /// The program that the message is about, if any.
    pub program: Option<ProgramId>,
    /// The member that the message is about, if any.
    pub member: Option<MemberId>,
    /// The state of the delivery.
    pub state: DeliveryState,
    /// The number of attempts so far; since the last replay, if there was one.
    pub attempts: u32,
    /// When the last attempt was made.
    pub attempted_at: Option<DateTime<Utc>>,
    /// The HTTP status of the last answer.
    pub status: Option<u16>,
    /// Why the last attempt failed, as one word.
    pub failure: Option<String>,
    /// When the next attempt is due, after a failed one.
    pub retry_at: Option<DateTime<Utc>>,
}

/// The state of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryState {
    /// It waits for its first attempt or the next one.
    Pending,
    /// The receiver accepted it.
    Delivered,
    /// It failed too often, and is not tried again.
    Failed,
}

names! {
    DeliveryState, "the state of a delivery":
    Pending = "pending",
    Delivered = "delivered",
    Failed = "failed",
}
