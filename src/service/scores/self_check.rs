//! The self-check: once a day a [`backtest`] of the model in force on the deployment's own
//! log, whose result is stored. And what there is to know about the model in force.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

use super::CurrentModel;
use super::backtest::{BacktestOptions, BacktestOutcome, Pace, Unavailable, backtest};
use crate::service::context::Context;
use crate::service::error::Result;
use crate::store::scores::checks::StoredCheck;
use crate::store::{self, Job, LockedConnection, StoreError};
use renown_core::domain::ModelVersion;
use renown_core::scoring::{Correction, Hierarchy, ModelCard, Snapshot};

/// How old a check is when the next is due.
const EVERY: TimeDelta = TimeDelta::days(1);
/// The same, if the log was too short or its beginning is gone, which is seen at once.
const EVERY_WITHOUT_LOG: TimeDelta = TimeDelta::hours(1);

/// The latest check of the model in force.
#[derive(Debug, Clone, PartialEq)]
pub struct SelfCheck {
    /// When it ended.
    pub checked_at: DateTime<Utc>,
    /// What it found.
    pub outcome: BacktestOutcome,
}

/// The model in force, and what is known of it.
#[derive(Debug, Clone)]
pub struct ModelInForce {
    /// Its version.
    pub version: ModelVersion,
    /// What its numbers claim, and its parameters.
    pub card: ModelCard,
    /// When it was put in force; `None` for a database that was never served.
    pub since: Option<DateTime<Utc>>,
    /// The snapshot in force; number 0 knows no members.
    pub snapshot: Arc<Snapshot>,
    /// The latest check; `None` before the first.
    pub check: Option<SelfCheck>,
}

/// Checks the model in force against the log.
#[derive(Debug)]
pub struct SelfChecks {
    context: Context,
    current: Arc<CurrentModel>,
    hierarchy: Hierarchy,
    started_at: DateTime<Utc>,
}

impl SelfChecks {
    pub(in crate::service) fn new(
        context: Context,
        current: Arc<CurrentModel>,
        hierarchy: Hierarchy,
    ) -> Self {
        Self {
            started_at: context.clock.now(),
            context,
            current,
            hierarchy,
        }
    }

    /// Returns the latest check of the model in force.
    pub async fn latest(&self) -> Result<Option<SelfCheck>> {
        let mut conn = self.context.connection().await?;
        latest(&mut conn, &self.current.version()).await
    }

    /// Returns the model in force and what is known of it.
    pub async fn model(&self) -> Result<ModelInForce> {
        let mut conn = self.context.connection().await?;
        let current = self.current.load();
        let version = current.model.version().clone();
        let in_force = store::scores::models::in_force(&mut conn).await?;
        Ok(ModelInForce {
            card: current.model.card(),
            since: in_force.map(|model| model.since),
            snapshot: Arc::clone(&current.snapshot),
            check: latest(&mut conn, &version).await?,
            version,
        })
    }

    /// Makes a check if one is due and no other replica is making one. Returns whether it
    /// made one.
    pub async fn check_if_due(&self, pace: &mut impl Pace) -> Result<bool> {
        let mut conn = self.context.connection().await?;
        if !self.is_due(&mut conn).await? {
            return Ok(false);
        }
        drop(conn);
        let pool = &self.context.pool;
        let Some(mut conn) = LockedConnection::open(pool, Job::SelfCheck).await? else {
            return Ok(false);
        };
        // Another replica may have made one just before.
        let is_due = self.is_due(&mut conn).await?;
        let made = is_due && self.check(&mut conn, pace).await?;
        conn.release().await?;
        Ok(made)
    }

    /// Makes a check and stores it; `false` if `pace` abandons it.
    async fn check(&self, conn: &mut PgConnection, pace: &mut impl Pace) -> Result<bool> {
        let model = self.current.model();
        let options = BacktestOptions::default();
        let found = backtest(conn, &model, &self.hierarchy, options, pace).await?;
        let Some(outcome) = found else {
            return Ok(false);
        };
        let check = SelfCheck {
            checked_at: self.context.clock.now(),
            outcome,
        };
        let stored = StoredCheck {
            checked_at: check.checked_at,
            body: serde_json::to_value(&check.outcome).map_err(StoreError::from)?,
        };
        store::scores::checks::replace(conn, model.version(), &stored).await?;
        tracing::info!(outcome = %summary(&check.outcome), "checked the scores against the log");
        Ok(true)
    }

    async fn is_due(&self, conn: &mut PgConnection) -> Result<bool> {
        let now = self.context.clock.now();
        let last = latest(conn, &self.current.version()).await?;
        Ok(last.is_none_or(|last| {
            let every = match last.outcome {
                BacktestOutcome::Available(_)
                | BacktestOutcome::NotAvailable(Unavailable::TooFewPairs { .. }) => EVERY,
                BacktestOutcome::NotAvailable(_) => EVERY_WITHOUT_LOG,
            };
            now - last.checked_at >= every
        }))
    }

    /// Sets the gauges from the latest check. Those of a result that does not exist are
    /// not a number, which no alarm compares; the age is that of this process until there
    /// is a check.
    pub async fn measure(&self) -> Result<()> {
        let latest = self.latest().await?;
        let since = latest
            .as_ref()
            .map_or(self.started_at, |last| last.checked_at);
        let age = self.context.clock.now() - since;
        let (error, skill, pairs) = match latest.map(|last| last.outcome) {
            Some(BacktestOutcome::Available(found)) => {
                let found = found.calibration;
                (found.ece, found.skill, found.count)
            }
            _ => (f64::NAN, f64::NAN, 0),
        };
        metrics::gauge!("renown_check_calibration_error").set(error);
        metrics::gauge!("renown_check_brier_skill").set(skill);
        metrics::gauge!("renown_check_pairs").set(pairs as f64);
        metrics::gauge!("renown_check_age_seconds").set(age.as_seconds_f64());
        Ok(())
    }
}

/// Returns the correction of confidence that the latest check of a model found.
pub(super) async fn correction(
    conn: &mut PgConnection,
    model: &ModelVersion,
) -> Result<Option<Correction>> {
    Ok(
        match latest(conn, model).await?.map(|check| check.outcome) {
            Some(BacktestOutcome::Available(report)) => report.correction,
            _ => None,
        },
    )
}

/// Returns the latest check of a model. One that another version of this program wrote in a
/// form that this one does not know counts as none: it is made again.
async fn latest(conn: &mut PgConnection, model: &ModelVersion) -> Result<Option<SelfCheck>> {
    let stored = store::scores::checks::latest(conn, model).await?;
    Ok(stored.and_then(|stored| {
        Some(SelfCheck {
            checked_at: stored.checked_at,
            outcome: serde_json::from_value(stored.body).ok()?,
        })
    }))
}

fn summary(outcome: &BacktestOutcome) -> String {
    match outcome {
        BacktestOutcome::NotAvailable(why) => why.to_string(),
        BacktestOutcome::Available(found) => format!(
            "{} pairs, calibration error {:.3}, Brier skill {:.1} %",
            found.calibration.count,
            found.calibration.ece,
            100.0 * found.calibration.skill
        ),
    }
}
