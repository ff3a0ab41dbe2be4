//! Watches over the process: compares its clock with the database's, and writes down how
//! its jobs are, for the metrics and for `renown doctor`. It runs on while other jobs are
//! paused.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::jobs::pause;
use crate::service::Service;

/// How often it does so.
const EVERY: Duration = Duration::from_secs(2);

pub(super) async fn run(service: Arc<Service>, stop: CancellationToken) {
    loop {
        if let Err(error) = service.health.watch().await {
            tracing::warn!(%error, "the health of this process could not be written down");
        }
        if !pause(&stop, EVERY).await {
            break;
        }
    }
    if let Err(error) = service.health.leave().await {
        tracing::warn!(%error, "this process stays listed among the replicas for an hour");
    }
}
