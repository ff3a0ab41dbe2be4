//! Ends claims whose time is over, holds draws whose time has come, gives what comes free to those who wait, and
//! forgets answers that are a day old. Any number of replicas may do this at
//! once: each step locks the row that it is about.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::{AFTER_FAILURE, pause};
use crate::service::{Result, Service};

/// How often it looks whether something is due, if nothing wakes it.
const LOOK: Duration = Duration::from_secs(1);

pub(super) async fn run(service: Arc<Service>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(error) = round(&service, &stop).await {
            tracing::warn!(%error, "the upkeep of claims will try again");
            pause(&stop, AFTER_FAILURE).await;
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = service.unit_given_back() => {}
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

async fn round(service: &Service, stop: &CancellationToken) -> Result<()> {
    while !stop.is_cancelled() && service.expire_next().await? {}
    service.hold_due_draws().await?;
    service.serve_waiting().await?;
    while !stop.is_cancelled() && service.forget_answers().await? > 0 {}
    Ok(())
}
