//! Builds the next scoring model, if there is one, and deletes what earlier ones have left.

use std::time::Duration;

use crate::jobs::worker::Worker;
use crate::service::Result;
use crate::service::scores::Progress;

/// How often it checks for work.
const LOOK: Duration = Duration::from_secs(2);
/// The pause between two steps, in which others work: building may take long, but must not
/// slow anything down.
const TURN: Duration = Duration::from_millis(250);

pub(super) async fn run(worker: Worker) {
    while worker.begin().await {
        worker.ended(round(&worker).await).await;
        worker.pause(LOOK).await;
    }
}

async fn round(worker: &Worker) -> Result<()> {
    let service = &worker.service;
    while let Progress::Advanced { .. } = service.next_model.advance().await? {
        worker.goes_on();
        if !worker.pause(TURN).await {
            return Ok(());
        }
    }
    while service.next_model.forget_retired().await? && worker.pause(TURN).await {
        worker.goes_on();
    }
    Ok(())
}
