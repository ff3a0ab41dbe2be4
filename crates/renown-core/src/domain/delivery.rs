//! Webhooks that want to be told, and the deliveries of messages to them.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::names::names;
use super::{MemberId, MessageKind, ProgramId, WebhookId, WebhookUrl};

/// Somebody's wish to be told of what happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Its id.
    pub id: WebhookId,
    /// Where to.
    pub url: WebhookUrl,
    /// What its owner says about it.
    pub description: Option<String>,
    /// Only what happens in this program, if set.
    pub program: Option<ProgramId>,
    /// Only these kinds; all if empty.
    pub kinds: Vec<MessageKind>,
    /// Since when there is it.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Since when nothing is sent, and why; absent while it is enabled.
    pub disabled: Option<Disabled>,
}

/// How a webhook was disabled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disabled {
    /// When.
    pub at: DateTime<Utc>,
    /// By whom, in a word.
    pub reason: DisabledReason,
    /// The outbox's head then: what is later was not queued.
    pub after: i64,
}

/// Why a webhook is disabled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DisabledReason {
    /// Somebody said so.
    Asked,
    /// Its receiver answered 410.
    Gone,
}

names! {
    DisabledReason, "why a webhook is disabled":
    Asked = "asked",
    Gone = "gone",
}

/// A message for a webhook, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The id of the message, which is the `webhook-id` of every attempt.
    pub message: Uuid,
    /// The message's position in the outbox.
    pub position: i64,
    /// What it tells.
    pub kind: MessageKind,
    /// When that happened.
    pub at: DateTime<Utc>,
    /// In which program, if in one.
    pub program: Option<ProgramId>,
    /// To whom, if to somebody.
    pub member: Option<MemberId>,
    /// Where it stands.
    pub state: DeliveryState,
    /// Attempts so far; since a replay, if there was one.
    pub attempts: u32,
    /// The last of them.
    pub attempted_at: Option<DateTime<Utc>>,
    /// The status that it was answered with.
    pub status: Option<u16>,
    /// What was in its way, in a word.
    pub failure: Option<String>,
    /// When the next one is due, after one that failed.
    pub retry_at: Option<DateTime<Utc>>,
}

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryState {
    /// It is waiting for its first attempt or the next one.
    Pending,
    /// The receiver took it.
    Delivered,
    /// It was given up.
    Failed,
}

names! {
    DeliveryState, "the state of a delivery":
    Pending = "pending",
    Delivered = "delivered",
    Failed = "failed",
}
