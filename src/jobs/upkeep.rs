//! Partitions for the months ahead, tiers that change with time or with a new
//! version alone, the end of old history, and the watch on sources.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio_util::sync::CancellationToken;

use super::{AFTER_FAILURE, pause};
use crate::service::{Result, Service};

/// How often it looks whether something is due.
const LOOK: Duration = Duration::from_secs(2);

pub(super) async fn run(service: Arc<Service>, stop: CancellationToken) {
    let mut upkeep = Upkeep::default();
    loop {
        if let Err(error) = upkeep.round(&service).await {
            tracing::warn!(%error, "upkeep will try again");
            pause(&stop, AFTER_FAILURE).await;
        }
        if !pause(&stop, LOOK).await {
            return;
        }
    }
}

/// What was done when.
#[derive(Default)]
struct Upkeep {
    last_partitions: Option<DateTime<Utc>>,
    last_pruning: Option<DateTime<Utc>>,
    last_sweep: Option<DateTime<Utc>>,
    swept_versions:
        std::collections::BTreeMap<crate::domain::ProgramId, crate::domain::ProgramVersion>,
}

impl Upkeep {
    async fn round(&mut self, service: &Service) -> Result<()> {
        let now = service.clock.now();
        let past =
            |last: Option<DateTime<Utc>>, period| last.is_none_or(|last| now - last >= period);
        if past(self.last_partitions, TimeDelta::hours(6)) {
            service.ensure_partitions().await?;
            self.last_partitions = Some(now);
        }
        // First, since a sweep and the lookups go by it.
        service.watch_sources().await?;
        if past(self.last_pruning, TimeDelta::hours(6)) && service.prune_history().await? {
            self.last_pruning = Some(now);
        }
        let versions = service.versions_in_force();
        if versions != self.swept_versions {
            service.follow_stock().await?;
        }
        let due = past(self.last_sweep, TimeDelta::days(1)) || versions != self.swept_versions;
        if due && service.sweep_tiers().await? {
            self.last_sweep = Some(now);
            self.swept_versions = versions;
        }
        while service.look_at_due_tiers().await? > 0 {}
        Ok(())
    }
}
