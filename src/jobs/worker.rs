//! What all jobs have in common: when a round may begin, and what follows it.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::jobs::{AFTER_FAILURE, pause};
use crate::service::operation::JobName;
use crate::service::{Result, Service};

/// How often a paused job checks whether it may go on.
const WHILE_PAUSED: Duration = Duration::from_secs(1);

/// A job of this process.
#[derive(Debug, Clone)]
pub(super) struct Worker {
    job: JobName,
    /// The service that the job works for.
    pub(super) service: Arc<Service>,
    /// Cancelled when the process stops.
    pub(super) stop: CancellationToken,
}

impl Worker {
    pub(super) fn new(job: JobName, service: Arc<Service>, stop: CancellationToken) -> Self {
        Self { job, service, stop }
    }

    /// Waits until the job may begin a round, which it may not while the clocks are too
    /// far apart; `false` if the process is stopping.
    pub(super) async fn begin(&self) -> bool {
        while !self.service.health.jobs_may_run() {
            if !self.pause(WHILE_PAUSED).await {
                return false;
            }
        }
        self.service.health.round_began(self.job);
        !self.stop.is_cancelled()
    }

    /// Notes how a round went, and returns what it returned. A failure is logged and
    /// followed by a pause.
    pub(super) async fn ended<T>(&self, outcome: Result<T>) -> Option<T> {
        match outcome {
            Ok(done) => {
                self.service.health.round_succeeded(self.job);
                Some(done)
            }
            Err(error) => {
                self.service.health.round_failed(self.job, &error);
                tracing::warn!(job = self.job.as_str(), %error, "a job failed and will try again");
                self.pause(AFTER_FAILURE).await;
                None
            }
        }
    }

    /// Notes that a long round makes progress.
    pub(super) fn goes_on(&self) {
        self.service.health.round_began(self.job);
    }

    /// Waits for a time; `false` at once if the process is stopping.
    pub(super) async fn pause(&self, time: Duration) -> bool {
        pause(&self.stop, time).await
    }
}
