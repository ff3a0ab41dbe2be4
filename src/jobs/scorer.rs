//! Folds the log into scores as soon as it grows.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::jobs::{AFTER_FAILURE, pause};
use crate::service::Service;
use crate::service::scores::Progress;

/// The pause while another job or replica writes scores.
const TURN: Duration = Duration::from_millis(10);

pub(super) async fn run(service: Arc<Service>, stop: CancellationToken) {
    let poll = Duration::from_millis(service.config.scoring.poll_milliseconds);
    while !stop.is_cancelled() {
        match service.scorer.advance().await {
            Ok(Progress::Advanced { members }) => {
                metrics::counter!("renown_scores_computed_total").increment(members as u64);
            }
            // The refresh of scores and this job alternate, batch by batch.
            Ok(Progress::Elsewhere) => {
                pause(&stop, TURN).await;
            }
            Ok(Progress::Idle) => {
                tokio::select! {
                    () = stop.cancelled() => {}
                    () = service.notices.log_grew() => {}
                    () = tokio::time::sleep(poll) => {}
                }
            }
            Err(error) => {
                tracing::warn!(%error, "the scorer will try again");
                pause(&stop, AFTER_FAILURE).await;
            }
        }
    }
}
