//! Ends claims whose time is over, runs draws that are due, offers free units to
//! members that wait, and deletes stored answers after 24 hours. All replicas run this
//! at the same time: each step locks its row. A failure of one step does not stop the
//! others.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::jobs::{AFTER_FAILURE, pause};
use crate::service::{Result, Service};

/// How often it checks for due work, if nothing wakes it.
const LOOK: Duration = Duration::from_secs(1);

pub(super) async fn run(service: Arc<Service>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        if !round(&service).await {
            pause(&stop, AFTER_FAILURE).await;
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = service.claims.unit_released() => {}
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

/// Does one round; `false` if a step failed.
async fn round(service: &Service) -> bool {
    let ended = done("ending claims", service.claims.expire_due().await);
    let held = done("holding draws", service.claims.hold_due_draws().await);
    let served = done("serving who waits", service.claims.serve_waiting().await);
    let forgotten = done(
        "forgetting answers",
        service.requests.forget_answers().await,
    );
    ended && held && served && forgotten
}

fn done<T>(what: &str, result: Result<T>) -> bool {
    if let Err(error) = &result {
        tracing::warn!(what, %error, "the upkeep of claims will try again");
    }
    result.is_ok()
}
