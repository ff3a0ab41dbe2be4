//! Webhooks and message streams: they notify receivers of what has happened.
//!
//! The subject of a message writes it in the transaction of the change.
//! [`Webhooks::relay`] then gives it a position, and the [`Deliverer`] and the
//! [`MessageStream`] send it. So every acknowledged change is reported, and
//! messages about a member are delivered in order.
//!
//! Every method fails if the database does not answer.

mod body;
mod client;
mod deliverer;
mod deliveries;
mod messages;
mod payload;
mod relay;
mod stream;
mod webhook;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, watch};
use tokio_util::sync::CancellationToken;

use crate::service::context::Context;
use client::WebhookClient;

pub(super) use body::{About, MessageBody};
pub use body::{
    ClaimMessageBody, PerkDrawnBody, PerkExhaustedBody, ProgramPublishedBody, ProgramWithdrawnBody,
    ScoreChangeReason, ScoreChangedBody, ScoresBefore, TierChangedBody, TierRetainedBody,
    TierWillChangeBody,
};
pub use deliverer::Deliverer;
pub use deliveries::ReplayFrom;
pub use stream::{MessageStream, Streamed};
pub use webhook::{NewWebhook, Rotated, WebhookChange};

/// Webhooks, their deliveries, and streams.
#[derive(Debug)]
pub struct Webhooks {
    context: Context,
    client: WebhookClient,
    /// Notified when messages got positions, here or on another replica.
    relayed: watch::Sender<()>,
    /// Permits for open streams.
    streams: Arc<Semaphore>,
    /// Cancelled when all streams are to end.
    closing: CancellationToken,
}

impl Webhooks {
    pub(in crate::service) fn new(context: Context) -> Self {
        let config = &context.config;
        let timeout = Duration::from_secs(config.webhooks.timeout_seconds);
        Self {
            client: WebhookClient::new(config.webhooks.reach(), timeout),
            relayed: watch::Sender::new(()),
            streams: Arc::new(Semaphore::new(config.stream.max_streams)),
            closing: CancellationToken::new(),
            context,
        }
    }
}
