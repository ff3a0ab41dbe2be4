//! Folds the log into scores as soon as it grows.

use std::time::Duration;

use tokio::time::MissedTickBehavior;

use crate::jobs::worker::Worker;
use crate::service::scores::Progress;

/// The pause while another job or replica writes scores.
const TURN: Duration = Duration::from_millis(10);

pub(super) async fn run(worker: Worker) {
    let service = &worker.service;
    let poll = Duration::from_millis(service.config.scoring.poll_milliseconds);
    // While events keep coming, one step takes in all of a while, so that a member to whom many
    // people react at once is scored and published once a step, and not once a reaction.
    let mut steps = tokio::time::interval(poll);
    steps.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while worker.begin().await {
        tokio::select! {
            () = worker.stop.cancelled() => return,
            _ = steps.tick() => {}
        }
        match worker.ended(service.scorer.advance().await).await {
            Some(Progress::Advanced { members }) => {
                metrics::counter!("renown_scores_computed_total").increment(members as u64);
            }
            // The refresh of scores and this job alternate, batch by batch.
            Some(Progress::Elsewhere) => {
                worker.pause(TURN).await;
                steps.reset_immediately();
            }
            // The next event is taken in at once.
            Some(Progress::Idle) => {
                tokio::select! {
                    () = worker.stop.cancelled() => {}
                    () = service.notices.log_grew() => {}
                    () = tokio::time::sleep(poll) => {}
                }
                steps.reset_immediately();
            }
            None => {}
        }
    }
}
