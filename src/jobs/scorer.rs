//! Folds the log into scores as soon as it grows.

use std::time::Duration;

use crate::jobs::worker::Worker;
use crate::service::scores::Progress;

/// The pause while another job or replica writes scores.
const TURN: Duration = Duration::from_millis(10);

pub(super) async fn run(worker: Worker) {
    let service = &worker.service;
    let poll = Duration::from_millis(service.config.scoring.poll_milliseconds);
    while worker.begin().await {
        match worker.ended(service.scorer.advance().await).await {
            Some(Progress::Advanced { members }) => {
                metrics::counter!("renown_scores_computed_total").increment(members as u64);
            }
            // The refresh of scores and this job alternate, batch by batch.
            Some(Progress::Elsewhere) => {
                worker.pause(TURN).await;
            }
            Some(Progress::Idle) => {
                tokio::select! {
                    () = worker.stop.cancelled() => {}
                    () = service.notices.log_grew() => {}
                    () = tokio::time::sleep(poll) => {}
                }
            }
            None => {}
        }
    }
}
