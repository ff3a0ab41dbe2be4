//! Measures the figures about all members when they are old, and soon after a program comes
//! into force.

use std::time::Duration;

use crate::jobs::worker::Worker;
use crate::service::Result;

/// How often it looks whether figures are old.
const LOOK: Duration = Duration::from_secs(5);

pub(super) async fn run(worker: Worker) {
    while worker.begin().await {
        worker.ended(round(&worker).await).await;
        if !worker.pause(LOOK).await {
            return;
        }
    }
}

async fn round(worker: &Worker) -> Result<()> {
    let insight = &worker.service.insight;
    if insight.are_figures_due().await? {
        insight.measure_figures().await?;
    }
    Ok(())
}
