//! The health of this process: its clock, its jobs, whether it receives the notices of
//! other replicas, and whether the disk of its private Postgres is full.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::clock::Clock;
use crate::service::context::Context;
use crate::service::error::{Result, ServiceError};
use crate::store;
use crate::store::operation::replicas::{JobRuns, Replica};

/// Beyond this skew an operator is warned.
pub const NOTABLE_SKEW: TimeDelta = TimeDelta::seconds(1);
/// Beyond this skew the jobs pause.
pub const GREATEST_SKEW: TimeDelta = TimeDelta::seconds(10);
/// How long the notices of other replicas may be missed before the process is not ready.
pub const DEAF_LIMIT: TimeDelta = TimeDelta::seconds(10);
/// How long one round of a job may take before the process is not ready.
pub const ROUND_LIMIT: TimeDelta = TimeDelta::minutes(15);

/// How often the clocks are compared at the start.
const COMPARISONS: usize = 3;

/// The background jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)] // `crate::jobs` says what each one does.
pub enum JobName {
    Census,
    Claims,
    Deliveries,
    Exposures,
    Figures,
    Gauges,
    Listener,
    NextModel,
    Rank,
    Relay,
    Scorer,
    SelfCheck,
    Upkeep,
}

impl JobName {
    /// Returns the name in logs, metrics and the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Census => "census",
            Self::Claims => "claims",
            Self::Deliveries => "deliveries",
            Self::Exposures => "exposures",
            Self::Figures => "figures",
            Self::Gauges => "gauges",
            Self::Listener => "listener",
            Self::NextModel => "next-model",
            Self::Rank => "rank",
            Self::Relay => "relay",
            Self::Scorer => "scorer",
            Self::SelfCheck => "self-check",
            Self::Upkeep => "upkeep",
        }
    }

    /// Returns whether answers are wrong or late while the job does not work.
    fn serves_callers(self) -> bool {
        !matches!(self, Self::Figures | Self::SelfCheck | Self::NextModel)
    }
}

/// Why a process is not ready although it reaches the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnreadyReason {
    /// The machine's clock is this far ahead of the database's; negative if behind.
    Skewed(TimeDelta),
    /// The notices of other replicas have not been received for this long.
    Deaf(TimeDelta),
    /// A job has only failed for this long.
    Failing(JobName, TimeDelta),
    /// A round of a job has taken this long and goes on.
    Stuck(JobName, TimeDelta),
}

impl fmt::Display for UnreadyReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Skewed(skew) => write!(
                f,
                "the clock of this machine and that of the database are {} s apart, so the jobs \
                 are paused",
                skew.abs().num_seconds()
            ),
            Self::Deaf(time) => write!(
                f,
                "changes made by other replicas have not been received for {} s",
                time.num_seconds()
            ),
            Self::Failing(job, time) => write!(
                f,
                "the job '{}' has failed for {} s",
                job.as_str(),
                time.num_seconds()
            ),
            Self::Stuck(job, time) => write!(
                f,
                "a round of the job '{}' has taken {} s and goes on",
                job.as_str(),
                time.num_seconds()
            ),
        }
    }
}

/// How the rounds of a job went in this process.
#[derive(Debug, Clone)]
struct Rounds {
    /// The beginning of the present round.
    began: Option<DateTime<Utc>>,
    /// The last success; the start of the job until there is one.
    good: DateTime<Utc>,
    succeeded: bool,
    failed: Option<(DateTime<Utc>, String)>,
    failing_since: Option<DateTime<Utc>>,
}

/// Watches the health of this process.
#[derive(Debug)]
pub struct Health {
    context: Context,
    id: Uuid,
    started_at: DateTime<Utc>,
    /// In microseconds.
    skew: AtomicI64,
    jobs: Mutex<BTreeMap<JobName, Rounds>>,
    /// Whether the private Postgres cannot start because its disk is full.
    storage_full: AtomicBool,
}

impl Health {
    pub(in crate::service) fn new(context: Context) -> Self {
        Self {
            id: context.clock.new_id(),
            started_at: context.clock.now(),
            skew: AtomicI64::new(0),
            jobs: Mutex::default(),
            storage_full: AtomicBool::new(false),
            context,
        }
    }

    /// Returns everything for which the process is not ready; nothing if it is well.
    pub fn unready_reasons(&self) -> Vec<UnreadyReason> {
        self.note_hearing();
        let now = self.context.clock.now();
        let patience = TimeDelta::seconds(self.context.config.jobs.patience_seconds);
        let mut found = Vec::new();
        if !self.jobs_may_run() {
            found.push(UnreadyReason::Skewed(self.skew()));
        }
        for (job, rounds) in self.lock().iter().filter(|(job, _)| job.serves_callers()) {
            let failing = rounds.failing_since.map(|since| now - since);
            let running = rounds.began.map(|began| now - began);
            if *job == JobName::Listener {
                let deaf = now - rounds.good;
                found.extend((deaf > DEAF_LIMIT).then_some(UnreadyReason::Deaf(deaf)));
            } else if let Some(time) = failing.filter(|time| *time > patience) {
                found.push(UnreadyReason::Failing(*job, time));
            } else if let Some(time) = running.filter(|time| *time > ROUND_LIMIT) {
                found.push(UnreadyReason::Stuck(*job, time));
            }
        }
        found
    }

    /// Sets whether the database is down because its disk is full.
    pub fn set_storage_full(&self, full: bool) {
        self.storage_full.store(full, Ordering::SeqCst);
    }

    /// Returns whether the database is down because its disk is full.
    pub fn is_storage_full(&self) -> bool {
        self.storage_full.load(Ordering::SeqCst)
    }

    /// Returns whether the machine's clock agrees with the database's well enough for
    /// jobs to run.
    pub fn jobs_may_run(&self) -> bool {
        self.skew().abs() <= GREATEST_SKEW
    }

    /// Notes that a job begins a round. From its first round on, it is watched.
    pub fn round_began(&self, job: JobName) {
        let now = self.context.clock.now();
        self.rounds(job, now, |rounds| rounds.began = Some(now));
    }

    /// Notes that a round, or a part of a long one, has succeeded.
    pub fn round_succeeded(&self, job: JobName) {
        let now = self.context.clock.now();
        metrics::counter!("renown_job_runs_total", "job" => job.as_str()).increment(1);
        self.rounds(job, now, |rounds| {
            rounds.began = None;
            rounds.good = now;
            rounds.succeeded = true;
            rounds.failing_since = None;
        });
    }

    /// Notes that a round has failed.
    pub fn round_failed(&self, job: JobName, error: &ServiceError) {
        metrics::counter!("renown_job_runs_total", "job" => job.as_str()).increment(1);
        metrics::counter!("renown_job_failures_total", "job" => job.as_str()).increment(1);
        let now = self.context.clock.now();
        self.rounds(job, now, |rounds| {
            rounds.began = None;
            rounds.failing_since = rounds.failing_since.or(Some(now));
            rounds.failed = Some((now, error.to_string()));
        });
    }

    /// Compares the clocks, sets the gauges, and writes down for operators how this
    /// process is.
    pub async fn watch(&self) -> Result<()> {
        self.note_hearing();
        let jobs = self.job_runs();
        let now = self.context.clock.now();
        for runs in &jobs {
            let failing = runs.failing_since.map_or(0.0, |since| seconds(now - since));
            metrics::gauge!("renown_job_failing_seconds", "job" => runs.job.clone()).set(failing);
        }
        let mut conn = self.context.connection().await?;
        let skew = compare(&self.context.clock, &mut conn).await?;
        self.note_skew(skew);
        let replica = Replica {
            id: self.id,
            serves: self.context.config.http.bind.to_string(),
            version: store::schema::VERSION.to_owned(),
            started_at: self.started_at,
            seen_at: self.context.clock.now(),
            clock_skew_seconds: seconds(skew),
        };
        drop(conn);
        let mut transaction = self.context.transaction().await?;
        store::operation::replicas::record(&mut transaction, &replica, &jobs).await?;
        Ok(transaction.commit().await?)
    }

    /// Deletes what [`watch`](Self::watch) wrote, because the process stops.
    pub async fn leave(&self) -> Result<()> {
        let mut conn = self.context.connection().await?;
        Ok(store::operation::replicas::remove(&mut conn, self.id).await?)
    }

    fn skew(&self) -> TimeDelta {
        TimeDelta::microseconds(self.skew.load(Ordering::SeqCst))
    }

    /// Sets the skew, and logs it when it passes a limit.
    fn note_skew(&self, skew: TimeDelta) {
        let before = self.skew();
        let micros = skew.num_microseconds().unwrap_or(i64::MAX);
        self.skew.store(micros, Ordering::SeqCst);
        metrics::gauge!("renown_clock_skew_seconds").set(seconds(skew));
        let grade = |skew: TimeDelta| (skew.abs() > NOTABLE_SKEW, skew.abs() > GREATEST_SKEW);
        if grade(before) == grade(skew) {
            return;
        }
        let skew_seconds = seconds(skew);
        match grade(skew) {
            (_, true) => tracing::error!(
                skew_seconds,
                "the clock of this machine is too far from the database's: the jobs pause until \
                 they differ by at most 10 s"
            ),
            (true, false) => tracing::warn!(
                skew_seconds,
                "the clock of this machine differs from the database's, which is used"
            ),
            _ => tracing::info!(
                skew_seconds,
                "the clock of this machine agrees with the database's again"
            ),
        }
    }

    /// Notes as a success of the listener that notices are being received.
    fn note_hearing(&self) {
        let watched = self.lock().contains_key(&JobName::Listener);
        if watched && self.context.cache.is_fresh() {
            self.round_succeeded(JobName::Listener);
        }
    }

    fn job_runs(&self) -> Vec<JobRuns> {
        let jobs = self.lock();
        let runs = jobs.iter().map(|(job, rounds)| JobRuns {
            job: job.as_str().to_owned(),
            last_success_at: rounds.succeeded.then_some(rounds.good),
            last_failure_at: rounds.failed.as_ref().map(|(at, _)| *at),
            failing_since: rounds.failing_since,
            failure: rounds.failed.as_ref().map(|(_, error)| error.clone()),
        });
        runs.collect()
    }

    fn rounds(&self, job: JobName, now: DateTime<Utc>, change: impl FnOnce(&mut Rounds)) {
        let mut jobs = self.lock();
        change(jobs.entry(job).or_insert_with(|| Rounds {
            began: None,
            good: now,
            succeeded: false,
            failed: None,
            failing_since: None,
        }));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<JobName, Rounds>> {
        // A panic elsewhere leaves the map whole.
        self.jobs
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// Compares the clocks a few times, because the quickest answer gives the most exact time.
/// Returns how far the machine's clock is ahead of the database's.
pub async fn follow_database_time(
    clock: &Clock,
    conn: &mut sqlx::PgConnection,
) -> Result<TimeDelta> {
    for _ in 1..COMPARISONS {
        compare(clock, conn).await?;
    }
    compare(clock, conn).await
}

/// Compares the clock with the database's; returns how far the machine's is ahead.
async fn compare(clock: &Clock, conn: &mut sqlx::PgConnection) -> Result<TimeDelta> {
    let ask = async || store::operation::replicas::database_time(conn).await;
    Ok(clock.compare(ask).await?)
}

fn seconds(time: TimeDelta) -> f64 {
    time.as_seconds_f64()
}
