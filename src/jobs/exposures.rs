//! Records exposures, every second and once more when the process stops.

use std::time::Duration;

use crate::jobs::worker::Worker;

/// The longest time that an exposure is only in memory.
const EVERY: Duration = Duration::from_secs(1);

pub(super) async fn run(worker: Worker) {
    loop {
        // Also after the pause or the wait was cut short, because the process stops.
        let goes_on = worker.pause(EVERY).await && worker.begin().await;
        let written = worker.service.exposures.write_down_shown().await;
        worker.ended(written).await;
        if !goes_on {
            return;
        }
    }
}
