//! Counts for the metrics what is in the database, so that reading them needs none. If it
//! cannot, they keep their last values.

use std::time::Duration;

use crate::jobs::worker::Worker;

/// How often it counts.
const EVERY: Duration = Duration::from_secs(10);

pub(super) async fn run(worker: Worker) {
    while worker.begin().await {
        worker.ended(worker.service.measure().await).await;
        if !worker.pause(EVERY).await {
            return;
        }
    }
}
