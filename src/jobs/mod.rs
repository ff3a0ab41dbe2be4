//! Background jobs: the scorer, the rank job with the refresh of scores, the upkeep
//! with the sweep of tiers, the census, exposures, the relay of messages, their
//! deliveries, the upkeep of claims, and the listener that keeps caches valid. Each can
//! resume after a crash. Every process starts all jobs. Locks let one replica at a time
//! score, rank, refresh, sweep, relay, take a census or record exposures; all replicas
//! deliver messages and end claims, and skip what another has leased or locked.

mod census;
mod claims;
mod deliveries;
mod exposures;
mod listener;
mod rank;
mod relay;
mod scorer;
mod upkeep;

use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::service::Service;

/// The pause after a failure.
const AFTER_FAILURE: Duration = Duration::from_secs(1);

/// The running jobs of a process.
#[derive(Debug)]
pub struct Jobs {
    stop: CancellationToken,
    tasks: Vec<JoinHandle<()>>,
}

impl Jobs {
    /// Starts all jobs.
    pub fn start(service: &Arc<Service>) -> Self {
        let stop = CancellationToken::new();
        let spawn = |job: fn(Arc<Service>, CancellationToken) -> BoxFuture<'static, ()>| {
            tokio::spawn(job(Arc::clone(service), stop.clone()))
        };
        let tasks = vec![
            spawn(|service, stop| listener::run(service, stop).boxed()),
            spawn(|service, stop| scorer::run(service, stop).boxed()),
            spawn(|service, stop| rank::run(service, stop).boxed()),
            spawn(|service, stop| census::run(service, stop).boxed()),
            spawn(|service, stop| exposures::run(service, stop).boxed()),
            spawn(|service, stop| relay::run(service, stop).boxed()),
            spawn(|service, stop| deliveries::run(service, stop).boxed()),
            spawn(|service, stop| upkeep::run(service, stop).boxed()),
            spawn(|service, stop| claims::run(service, stop).boxed()),
        ];
        Self { stop, tasks }
    }

    /// Asks the jobs to end and waits until they have. Open transactions are finished
    /// first.
    pub async fn stop(self) {
        self.stop.cancel();
        for task in self.tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "a job ended badly");
            }
        }
    }
}

/// Waits for a time; `false` at once if the process is stopping.
async fn pause(stop: &CancellationToken, time: Duration) -> bool {
    tokio::select! {
        () = stop.cancelled() => false,
        () = tokio::time::sleep(time) => true,
    }
}
