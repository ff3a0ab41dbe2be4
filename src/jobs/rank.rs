//! Takes rank snapshots when they are due, and rescores members whose score is out of
//! date because of time or a new snapshot.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::jobs::{AFTER_FAILURE, pause};
use crate::service::Service;

/// How often it checks for due work.
const LOOK: Duration = Duration::from_secs(2);

/// The pause between two batches, in which the scorer may write scores.
const TURN: Duration = Duration::from_millis(30);

pub(super) async fn run(service: Arc<Service>, stop: CancellationToken) {
    while pause(&stop, LOOK).await {
        if let Err(error) = service.scorer.take_snapshot_if_due().await {
            tracing::warn!(%error, "the rank job will try again");
            pause(&stop, AFTER_FAILURE).await;
            continue;
        }
        refresh(&service, &stop).await;
    }
}

async fn refresh(service: &Service, stop: &CancellationToken) {
    while !stop.is_cancelled() {
        match service.scorer.refresh().await {
            Ok(0) => return,
            // The scorer pauses for a shorter time, so it gets its turn.
            Ok(_) => {
                pause(stop, TURN).await;
            }
            Err(error) => {
                tracing::warn!(%error, "the refresh of scores will try again");
                return;
            }
        }
    }
}
