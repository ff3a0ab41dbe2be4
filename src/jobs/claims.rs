//! Ends claims whose time is over, runs draws that are due, offers free units to
//! members that wait, and deletes stored answers after 24 hours. All replicas run this
//! at the same time: each step locks its row. A failure of one step does not stop the
//! others.

use std::time::Duration;

use crate::jobs::worker::Worker;
use crate::service::{Result, Service};

/// How often it checks for due work, if nothing wakes it.
const LOOK: Duration = Duration::from_secs(1);

pub(super) async fn run(worker: Worker) {
    while worker.begin().await {
        worker.ended(round(&worker.service).await).await;
        tokio::select! {
            () = worker.stop.cancelled() => {}
            () = worker.service.claims.unit_released() => {}
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

/// Does every step, and returns the first error.
async fn round(service: &Service) -> Result<()> {
    let ended = service.claims.expire_due().await.map(drop);
    let held = service.claims.hold_due_draws().await.map(drop);
    let served = service.claims.serve_waiting().await.map(drop);
    let forgotten = service.requests.forget_answers().await.map(drop);
    ended.and(held).and(served).and(forgotten)
}
