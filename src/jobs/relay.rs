//! Assigns positions to messages of the outbox and queues them for webhooks. Polls
//! instead of listening: a notification in every transaction that writes a message
//! would make their commits wait for each other.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::jobs::{AFTER_FAILURE, pause};
use crate::service::Service;

pub(super) async fn run(service: Arc<Service>, stop: CancellationToken) {
    let poll = Duration::from_millis(service.config.webhooks.poll_milliseconds);
    while !stop.is_cancelled() {
        match service.webhooks.relay().await {
            Ok(0) => {
                pause(&stop, poll).await;
            }
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(%error, "the relay will try again");
                pause(&stop, AFTER_FAILURE).await;
            }
        }
    }
}
