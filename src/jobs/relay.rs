//! Assigns positions to messages of the outbox and queues them for webhooks. Polls
//! instead of listening: a notification in every transaction that writes a message
//! would make their commits wait for each other.

use std::time::Duration;

use crate::jobs::worker::Worker;

pub(super) async fn run(worker: Worker) {
    let poll = Duration::from_millis(worker.service.config.webhooks.poll_milliseconds);
    while worker.begin().await {
        let relayed = worker.service.webhooks.relay().await;
        if worker.ended(relayed).await == Some(0) {
            worker.pause(poll).await;
        }
    }
}
