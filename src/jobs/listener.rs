//! Listens for what this and other replicas commit, and updates the caches. While the
//! connection is lost, nothing is served from memory.

use crate::jobs::worker::Worker;
use crate::service::operation::JobName;

pub(super) async fn run(worker: Worker) {
    let (service, stop) = (&worker.service, &worker.stop);
    service.health.round_began(JobName::Listener);
    while !stop.is_cancelled() {
        let heard = tokio::select! {
            () = stop.cancelled() => return,
            heard = service.notices.hear() => heard,
        };
        if heard.is_err() {
            metrics::counter!("renown_listener_losses_total").increment(1);
        }
        worker.ended(heard).await;
    }
}
