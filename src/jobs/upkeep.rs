//! Creates partitions for the next months, evaluates tiers that change with time or
//! with a new version, deletes old history, and watches sources for silence.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio_util::sync::CancellationToken;

use crate::jobs::{AFTER_FAILURE, pause};
use crate::service::programs::{Sweep, Versions};
use crate::service::{Result, Service};

/// How often it checks for due work.
const LOOK: Duration = Duration::from_secs(2);
/// The pause between two pages of a sweep, in which the scorer may write scores.
const TURN: Duration = Duration::from_millis(15);

pub(super) async fn run(service: Arc<Service>, stop: CancellationToken) {
    let mut upkeep = Upkeep::default();
    loop {
        if let Err(error) = upkeep.round(&service, &stop).await {
            tracing::warn!(%error, "upkeep will try again");
            pause(&stop, AFTER_FAILURE).await;
        }
        if !pause(&stop, LOOK).await {
            return;
        }
    }
}

/// The times of the last runs, and the versions that the stock follows.
#[derive(Default)]
struct Upkeep {
    last_partitions: Option<DateTime<Utc>>,
    last_pruning: Option<DateTime<Utc>>,
    last_outbox_pruning: Option<DateTime<Utc>>,
    stock_follows: Option<Versions>,
}

impl Upkeep {
    async fn round(&mut self, service: &Service, stop: &CancellationToken) -> Result<()> {
        let now = service.clock.now();
        let past =
            |last: Option<DateTime<Utc>>, period| last.is_none_or(|last| now - last >= period);
        if past(self.last_partitions, TimeDelta::hours(6)) {
            service.events.ensure_partitions().await?;
            self.last_partitions = Some(now);
        }
        // First, because sweeps and lookups depend on it.
        service.sources.watch().await?;
        if past(self.last_pruning, TimeDelta::hours(6)) && service.scores.prune_history().await? {
            self.last_pruning = Some(now);
        }
        if past(self.last_outbox_pruning, TimeDelta::hours(1)) && service.webhooks.prune().await? {
            self.last_outbox_pruning = Some(now);
        }
        let versions = Some(service.tiers.versions_in_force());
        if self.stock_follows != versions {
            service.programs.follow_stock().await?;
            self.stock_follows = versions;
        }
        while !stop.is_cancelled() && service.tiers.recheck_due().await? > 0 {}
        if service.tiers.is_sweep_due().await? {
            sweep(service, stop).await?;
        }
        Ok(())
    }
}

/// Evaluates the tiers of all members again, page by page, with pauses for the scorer.
async fn sweep(service: &Service, stop: &CancellationToken) -> Result<()> {
    let versions = service.tiers.versions_in_force();
    let mut after = None;
    while !stop.is_cancelled() {
        match service.tiers.sweep_page(after).await? {
            Sweep::Elsewhere => {}
            Sweep::Looked(last) => after = Some(last),
            Sweep::Finished => return service.tiers.finish_sweep(versions).await,
        }
        pause(stop, TURN).await;
    }
    Ok(())
}
