//! Records exposures, every second and once more when the process stops.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::jobs::{AFTER_FAILURE, pause};
use crate::service::Service;

/// The longest time that an exposure is only in memory.
const EVERY: Duration = Duration::from_secs(1);

pub(super) async fn run(service: Arc<Service>, stop: CancellationToken) {
    loop {
        let goes_on = pause(&stop, EVERY).await;
        if let Err(error) = service.exposures.write_down_shown().await {
            tracing::warn!(%error, "what was shown will be written down later");
            pause(&stop, AFTER_FAILURE).await;
        }
        if !goes_on {
            return;
        }
    }
}
