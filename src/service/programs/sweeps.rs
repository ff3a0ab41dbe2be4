//! Sweeps: evaluations of the tiers of all members, once a day for the passing of time, and
//! after a new version of a program.
//!
//! A sweep reads members in pages and writes only what has changed. The scorer writes no
//! scores while a step is under way, so that what was read is not overtaken.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;
use tokio::task::spawn_blocking;
use uuid::Uuid;

use super::tier_evaluation::{TierEvaluator, Written};
use super::{InForce, Tiers};

use crate::service::error::{Result, ServiceError};
use crate::store;
use crate::store::Job;
use crate::store::decisions::facts::{Selection, UnreadFacts};
use crate::store::decisions::population::Range;
use crate::store::programs::tiers;
use crate::store::programs::tiers::LastSweep;
use renown_core::domain::{MemberId, ProgramId, ProgramVersion};

/// Members that are read at once.
const PAGE: i64 = 1_000;
/// Pages of one step: the scorer waits for a step.
const PAGES: usize = 8;
/// The interval of sweeps of all programs, for the passing of time.
const SWEEP_INTERVAL: TimeDelta = TimeDelta::days(1);

/// The versions of all programs in force.
pub type Versions = BTreeMap<ProgramId, ProgramVersion>;

/// The programs and versions that a sweep is to evaluate.
#[derive(Debug, Clone)]
pub struct SweepPlan {
    /// The versions in force when it was planned.
    versions: Versions,
    /// The programs in which all members are evaluated.
    programs: BTreeSet<ProgramId>,
    /// For a sweep that only follows new versions, when the last sweep for the passing of time
    /// has finished. The next one is due a day later nevertheless.
    last_daily: Option<DateTime<Utc>>,
}

/// The result of one step of a sweep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sweep {
    /// Another replica is writing scores; try again in a moment.
    Elsewhere,
    /// The members up to this one were evaluated.
    Looked(MemberId),
    /// There are no more members.
    Finished,
}

impl SweepPlan {
    /// The programs in which the sweep evaluates all members.
    pub fn programs(&self) -> &BTreeSet<ProgramId> {
        &self.programs
    }
}

impl Tiers {
    /// Returns whether a sweep is due.
    pub async fn is_sweep_due(&self) -> Result<bool> {
        Ok(self.due_sweep().await?.is_some())
    }

    /// Returns the sweep that is due, if one is: the last one was a day ago, or under other
    /// versions. A new version with the ladder of the one before moves no member, so that a
    /// sweep for it has nothing to evaluate; it is finished at once.
    pub async fn due_sweep(&self) -> Result<Option<SweepPlan>> {
        let all = self.whole_sweep();
        if all.versions.is_empty() {
            return Ok(None);
        }
        let mut conn = self.context.connection().await?;
        let old = self.context.clock.now() - SWEEP_INTERVAL;
        let last = match tiers::last_sweep(&mut conn).await? {
            Some(last) if last.finished_at > old => last,
            _ => return Ok(Some(all)),
        };
        if last.versions == all.versions {
            return Ok(None);
        }
        let mut programs = BTreeSet::new();
        for (program, version) in &all.versions {
            let before = last.versions.get(program);
            if !self
                .moves_nobody(&mut conn, program, before, *version)
                .await?
            {
                programs.insert(program.clone());
            }
        }
        Ok(Some(SweepPlan {
            programs,
            last_daily: Some(last.finished_at),
            ..all
        }))
    }

    /// Whether a program has had the same ladder ever since a version was in force with which
    /// all members were evaluated.
    async fn moves_nobody(
        &self,
        conn: &mut PgConnection,
        program: &ProgramId,
        before: Option<&ProgramVersion>,
        version: ProgramVersion,
    ) -> Result<bool> {
        match before {
            None => Ok(false),
            Some(before) if *before == version => Ok(true),
            Some(before) => {
                let since = (*before, version);
                self.programs
                    .has_kept_its_ladder(conn, program, since)
                    .await
            }
        }
    }

    fn whole_sweep(&self) -> SweepPlan {
        let versions = self.versions_in_force();
        SweepPlan {
            programs: versions.keys().cloned().collect(),
            versions,
            last_daily: None,
        }
    }

    /// Evaluates the next members after one, as a step of a sweep.
    pub async fn sweep_step(&self, plan: &SweepPlan, after: Option<MemberId>) -> Result<Sweep> {
        if plan.programs.is_empty() {
            return Ok(Sweep::Finished);
        }
        let mut transaction = self.context.transaction().await?;
        if !store::try_lock(&mut transaction, Job::Scorer).await? {
            return Ok(Sweep::Elsewhere);
        }
        let mut programs = self.programs.in_force_at(self.context.clock.now());
        programs.retain(|in_force| plan.programs.contains(in_force.program.id()));
        let renews = plan.last_daily.is_none();
        let evaluator = self.evaluator(&mut transaction, programs, renews).await?;
        let evaluator = Arc::new(evaluator);
        let (written, last) = self.evaluate(&mut transaction, &evaluator, after).await?;
        let Some(last) = last else {
            transaction.rollback().await?;
            return Ok(Sweep::Finished);
        };
        let tiers = written.iter().flat_map(|written| &written.tiers);
        let changed: BTreeSet<MemberId> = tiers.map(|(member, _)| *member).collect();
        let changed: Vec<MemberId> = changed.into_iter().collect();
        if changed.is_empty() {
            transaction.rollback().await?;
            return Ok(Sweep::Looked(last));
        }
        evaluator.save(&mut transaction, &written).await?;
        store::members::notify_changed(&mut transaction, &changed).await?;
        transaction.commit().await?;
        for member in changed {
            self.context.cache.forget_member(member);
        }
        Ok(Sweep::Looked(last))
    }

    /// Reads and evaluates the pages of a step: while one is evaluated, the next is read.
    /// Returns what is to be written for each program, and the last member; `None` if there
    /// are no more.
    async fn evaluate(
        &self,
        conn: &mut PgConnection,
        evaluator: &Arc<TierEvaluator>,
        after: Option<MemberId>,
    ) -> Result<(Vec<Written>, Option<MemberId>)> {
        let mut all: Vec<Written> = evaluator
            .programs
            .iter()
            .map(|_| Written::default())
            .collect();
        let (mut last, mut unread) = (None, None);
        for _ in 0..PAGES {
            let evaluated = evaluate(evaluator, unread.take());
            let read = self.next_page(conn, evaluator, last.or(after));
            let (written, page) = futures::try_join!(evaluated, read)?;
            add(&mut all, written);
            let Some((facts, up_to)) = page else {
                break;
            };
            (last, unread) = (Some(up_to), Some(facts));
        }
        add(&mut all, evaluate(evaluator, unread).await?);
        Ok((all, last))
    }

    /// Reads the facts of the next page of members, and returns its last member; `None` if
    /// there are no more.
    async fn next_page(
        &self,
        conn: &mut PgConnection,
        evaluator: &TierEvaluator,
        after: Option<MemberId>,
    ) -> Result<Option<(UnreadFacts, MemberId)>> {
        let page = store::members::page(conn, after, PAGE).await?;
        let Some(up_to) = page.last().copied() else {
            return Ok(None);
        };
        let range = Range {
            after: after.unwrap_or(MemberId(Uuid::nil())),
            up_to,
        };
        let program = match &evaluator.programs[..] {
            [only] => Some(only.program.id()),
            _ => None,
        };
        let selection = Selection::Range(range);
        let facts = self.facts.unread(conn, selection, program, evaluator.now);
        Ok(Some((facts.await?, up_to)))
    }

    /// Records that a sweep has finished.
    pub async fn finish_sweep(&self, plan: SweepPlan) -> Result<()> {
        let mut conn = self.context.connection().await?;
        let sweep = LastSweep {
            versions: plan.versions,
            finished_at: plan.last_daily.unwrap_or_else(|| self.context.clock.now()),
        };
        Ok(tiers::finish_sweep(&mut conn, &sweep).await?)
    }

    /// Evaluates all members in all programs without pause, whether that is due or not.
    /// Returns `false` if another replica is writing scores.
    pub async fn sweep(&self) -> Result<bool> {
        self.carry_out_sweep(self.whole_sweep()).await
    }

    /// Carries out a sweep without pause. Returns `false` if another replica is writing
    /// scores.
    pub async fn carry_out_sweep(&self, plan: SweepPlan) -> Result<bool> {
        let mut after = None;
        loop {
            match self.sweep_step(&plan, after).await? {
                Sweep::Elsewhere => return Ok(false),
                Sweep::Looked(last) => after = Some(last),
                Sweep::Finished => break,
            }
        }
        self.finish_sweep(plan).await?;
        Ok(true)
    }

    /// Returns the versions of all programs in force. When they change, a sweep is
    /// due.
    pub fn versions_in_force(&self) -> Versions {
        let in_force: Vec<Arc<InForce>> = self.programs.in_force_at(self.context.clock.now());
        let versions = in_force.iter().map(|p| (p.program.id().clone(), p.version));
        versions.collect()
    }
}

/// Evaluates a page, if there is one, on a blocking thread.
async fn evaluate(
    evaluator: &Arc<TierEvaluator>,
    unread: Option<UnreadFacts>,
) -> Result<Vec<Written>> {
    let Some(unread) = unread else {
        return Ok(Vec::new());
    };
    let evaluator = Arc::clone(evaluator);
    let evaluating = spawn_blocking(move || evaluator.climb(&unread.read()?));
    evaluating.await.map_err(|_| ServiceError::Busy)?
}

fn add(all: &mut [Written], more: Vec<Written>) {
    for (written, more) in all.iter_mut().zip(more) {
        written.append(more);
    }
}
