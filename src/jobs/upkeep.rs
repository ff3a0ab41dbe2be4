//! Creates partitions for the next months, evaluates tiers that change with time or
//! with a new version, deletes old history, and watches sources for silence.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::jobs::worker::Worker;
use crate::service::Result;
use crate::service::programs::{Sweep, SweepPlan, Versions};

/// How often it checks for due work.
const LOOK: Duration = Duration::from_secs(2);
/// The pause between two steps of a sweep, in which the scorer may write scores.
const TURN: Duration = Duration::from_millis(15);

pub(super) async fn run(worker: Worker) {
    let mut upkeep = Upkeep::default();
    while worker.begin().await {
        worker.ended(upkeep.round(&worker).await).await;
        worker.pause(LOOK).await;
    }
}

/// The times of the last runs, and the versions that the stock follows.
#[derive(Default)]
struct Upkeep {
    last_partitions: Option<DateTime<Utc>>,
    last_pruning: Option<DateTime<Utc>>,
    last_outbox_pruning: Option<DateTime<Utc>>,
    last_merges: Option<DateTime<Utc>>,
    last_sessions: Option<DateTime<Utc>>,
    stock_follows: Option<Versions>,
}

impl Upkeep {
    async fn round(&mut self, worker: &Worker) -> Result<()> {
        let (service, stop) = (&worker.service, &worker.stop);
        let now = service.clock.now();
        let past =
            |last: Option<DateTime<Utc>>, period| last.is_none_or(|last| now - last >= period);
        if past(self.last_partitions, TimeDelta::hours(6)) {
            service.events.ensure_partitions().await?;
            self.last_partitions = Some(now);
        }
        // First, because sweeps and lookups depend on it.
        service.sources.watch().await?;
        service.callers.record_uses().await?;
        if past(self.last_pruning, TimeDelta::hours(6)) && service.scores.prune_history().await? {
            self.last_pruning = Some(now);
        }
        if past(self.last_merges, TimeDelta::hours(1)) {
            service.merges.forget_old_details().await?;
            self.last_merges = Some(now);
        }
        if past(self.last_sessions, TimeDelta::hours(6)) && service.sessions.prune().await? {
            self.last_sessions = Some(now);
        }
        if past(self.last_outbox_pruning, TimeDelta::hours(1)) && service.webhooks.prune().await? {
            self.last_outbox_pruning = Some(now);
        }
        let versions = Some(service.tiers.versions_in_force());
        if self.stock_follows != versions {
            service.programs.follow_stock().await?;
            self.stock_follows = versions;
        }
        while !stop.is_cancelled() && service.tiers.recheck_due().await? > 0 {
            worker.goes_on();
        }
        if let Some(plan) = service.tiers.due_sweep().await? {
            sweep(worker, plan).await?;
        }
        Ok(())
    }
}

/// Evaluates the tiers of all members again, step by step, with pauses for the scorer.
async fn sweep(worker: &Worker, plan: SweepPlan) -> Result<()> {
    let tiers = &worker.service.tiers;
    let mut after = None;
    while !worker.stop.is_cancelled() {
        match tiers.sweep_step(&plan, after).await? {
            Sweep::Elsewhere => {}
            Sweep::Looked(last) => after = Some(last),
            Sweep::Finished => return tiers.finish_sweep(plan).await,
        }
        worker.goes_on();
        worker.pause(TURN).await;
    }
    Ok(())
}
