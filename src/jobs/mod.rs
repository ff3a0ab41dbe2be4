//! What runs by itself: the scorer, the rank job, the refresh of scores, the
//! sweep of tiers, the census, the relay of messages, their deliveries, the upkeep
//! of claims, and the listener that keeps caches honest. Each is resumable. One
//! replica at a time does each, but for the listener, and for deliveries and
//! claims, of which all take those that nobody else is at.

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

/// How long a job waits after a failure.
const AFTER_FAILURE: Duration = Duration::from_secs(1);

/// The jobs of one process.
#[derive(Debug)]
pub struct Jobs {
    stop: CancellationToken,
    tasks: Vec<JoinHandle<()>>,
}

impl Jobs {
    /// Starts them all.
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

    /// Asks them to end and waits until they have. A transaction under way is
    /// finished first.
    pub async fn stop(self) {
        self.stop.cancel();
        for task in self.tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "a job ended badly");
            }
        }
    }
}

/// Waits, unless the process is stopping. `false` if it is.
async fn pause(stop: &CancellationToken, time: Duration) -> bool {
    tokio::select! {
        () = stop.cancelled() => false,
        () = tokio::time::sleep(time) => true,
    }
}
