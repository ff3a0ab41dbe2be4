//! Takes rank snapshots when they are due, and rescores members whose score is out of
//! date because of time or a new snapshot.

use std::time::Duration;

use crate::jobs::worker::Worker;
use crate::service::Result;

/// How often it checks for due work.
const LOOK: Duration = Duration::from_secs(2);

/// The pause between two batches, in which the scorer may write scores.
const TURN: Duration = Duration::from_millis(30);

pub(super) async fn run(worker: Worker) {
    while worker.pause(LOOK).await && worker.begin().await {
        worker.ended(round(&worker).await).await;
    }
}

async fn round(worker: &Worker) -> Result<()> {
    worker.service.scorer.take_snapshot_if_due().await?;
    // The scorer pauses for a shorter time, so it gets its turn.
    while worker.service.scorer.refresh().await? > 0 && worker.pause(TURN).await {
        worker.goes_on();
    }
    Ok(())
}
