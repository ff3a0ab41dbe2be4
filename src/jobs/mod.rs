//! Background jobs: the scorer, the rank job with the refresh of scores, the upkeep
//! with the sweep of tiers, the census, the self-check, exposures, the relay of messages, their
//! deliveries, the upkeep of claims, the figures, the gauges, the listener that keeps caches
//! valid, the watch over the health of the process, and the building of the next model. Each can
//! resume after a crash. Every process starts all jobs. Locks let one replica at a time score,
//! rank, refresh, sweep, relay, take a census, measure figures, check the scores, build a model
//! or record exposures; all replicas count gauges, deliver messages and end claims, and skip what
//! another has leased or locked.

mod census;
mod claims;
mod deliveries;
mod exposures;
mod figures;
mod gauges;
mod listener;
mod next_model;
mod rank;
mod relay;
mod scorer;
mod self_check;
mod upkeep;
mod watch;
mod worker;

use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::service::Service;
use crate::service::operation::JobName;
use worker::Worker;

/// The pause after a failure.
const AFTER_FAILURE: Duration = Duration::from_secs(1);

/// What a job does until the process stops.
type Run = fn(Worker) -> BoxFuture<'static, ()>;

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
        let jobs: [(JobName, Run); 12] = [
            (JobName::Scorer, |worker| Box::pin(scorer::run(worker))),
            (JobName::Rank, |worker| Box::pin(rank::run(worker))),
            (JobName::Census, |worker| Box::pin(census::run(worker))),
            (JobName::Exposures, |worker| {
                Box::pin(exposures::run(worker))
            }),
            (JobName::Relay, |worker| Box::pin(relay::run(worker))),
            (JobName::Deliveries, |worker| {
                Box::pin(deliveries::run(worker))
            }),
            (JobName::Upkeep, |worker| Box::pin(upkeep::run(worker))),
            (JobName::Claims, |worker| Box::pin(claims::run(worker))),
            (JobName::SelfCheck, |worker| {
                Box::pin(self_check::run(worker))
            }),
            (JobName::Figures, |worker| Box::pin(figures::run(worker))),
            (JobName::Gauges, |worker| Box::pin(gauges::run(worker))),
            (JobName::NextModel, |worker| {
                Box::pin(next_model::run(worker))
            }),
        ];
        let worker = |job| Worker::new(job, Arc::clone(service), stop.clone());
        let mut tasks = vec![
            tokio::spawn(watch::run(Arc::clone(service), stop.clone())),
            // It is what notices that the database is lost, so it goes on then.
            tokio::spawn(listener::run(worker(JobName::Listener))),
        ];
        for (job, run) in jobs {
            tasks.push(tokio::spawn(attended(worker(job), run)));
        }
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

/// Runs a job. If the database is lost, gives up what the job waits for, because the
/// answer may never come, and starts the job anew when the database is back.
async fn attended(worker: Worker, run: Run) {
    let notices = &worker.service.notices;
    loop {
        tokio::select! {
            () = run(worker.clone()) => return,
            () = notices.lost() => {}
        }
        tracing::debug!("a job waits until the database answers again");
        tokio::select! {
            () = worker.stop.cancelled() => return,
            () = notices.found() => {}
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
