//! Delivers messages to webhooks when they are due. All replicas do so: each leases
//! what it attempts.

use std::time::Duration;

use crate::jobs::worker::Worker;
use crate::service::Result;
use crate::service::webhooks::{Deliverer, Webhooks};

/// How often it checks for due deliveries, if nothing wakes it.
const LOOK: Duration = Duration::from_secs(1);
/// How long the process waits for running attempts when it stops. Attempts that take
/// longer are repeated when their leases end.
const PATIENCE: Duration = Duration::from_secs(3);

pub(super) async fn run(worker: Worker) {
    let webhooks = &worker.service.webhooks;
    let mut deliverer = Deliverer::default();
    let mut relayed = webhooks.relayed();
    while worker.begin().await {
        relayed.mark_unchanged();
        worker.ended(round(webhooks, &mut deliverer).await).await;
        tokio::select! {
            () = worker.stop.cancelled() => {}
            () = deliverer.any_ended() => {}
            _ = relayed.changed() => {}
            () = tokio::time::sleep(LOOK) => {}
        }
    }
    if let Err(error) = finish(webhooks, &mut deliverer).await {
        tracing::warn!(%error, "some outcomes of deliveries were not written: they are repeated");
    }
}

/// Records finished attempts and starts due ones.
async fn round(webhooks: &Webhooks, deliverer: &mut Deliverer) -> Result<()> {
    deliverer.write(webhooks).await?;
    deliverer.start(webhooks).await?;
    Ok(())
}

async fn finish(webhooks: &Webhooks, deliverer: &mut Deliverer) -> Result<()> {
    let ended = async {
        while deliverer.is_busy() {
            deliverer.any_ended().await;
            deliverer.write(webhooks).await?;
        }
        Ok(())
    };
    // A timeout is no failure.
    tokio::time::timeout(PATIENCE, ended)
        .await
        .unwrap_or(Ok(()))
}
