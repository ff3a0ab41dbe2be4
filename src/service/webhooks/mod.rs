//! Webhooks and the stream: telling whoever wants to know what has happened.
//!
//! A message is written by the subject that it is about, in the transaction of
//! the change; from there [`Webhooks::relay`] gives it a position, and the
//! [`Deliverer`] and the [`MessageStream`] take it on. An acknowledged change is
//! never left untold, and a message about a member is delivered in order.

mod body;
mod client;
mod deliverer;
mod deliveries;
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
    /// Messages were placed in the outbox, here or elsewhere.
    relayed: watch::Sender<()>,
    /// Places for streams.
    streams: Arc<Semaphore>,
    /// Cancelled when streams are to end.
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
