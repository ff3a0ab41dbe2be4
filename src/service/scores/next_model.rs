//! The next model: its states and scores are built beside those of the model in force,
//! whose scores are answered meanwhile, and an operator reads how far members would move
//! before putting it in force.
//!
//! Any replica builds it, whatever model it is configured with. Tiers, messages and the
//! history of scores follow the model in force alone.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use sqlx::PgConnection;
use tokio::sync::Mutex;
use tokio::time::sleep;

use super::current_model::read;
use super::projection::{Progress, States};
use super::{CurrentModel, Scorer};
use crate::service::error::{Result, ServiceError};
use crate::store::scores::models::{self, StoredModel};
use crate::store::{self, Job};
use renown_core::domain::{MemberId, ModelState, ModelVersion, SnapshotId};
use renown_core::scoring::{Model, ScoreMoves};

/// Accounts folded anew in one transaction.
const REFOLDS: i64 = 1_000;
/// Members scored in one transaction.
const SCORES: i64 = 1_000;
/// Members compared at once.
const PAGE: i64 = 10_000;
/// Rows deleted at once, of each table.
const FORGOTTEN: i64 = 5_000;
/// Another replica may read the scores of a retired model for a moment.
const STILL_READ: TimeDelta = TimeDelta::minutes(1);
/// How often, and how long after another, a change of model asks for the scorer's lock.
const LOCK_ATTEMPTS: u32 = 200;
const LOCK_PAUSE: Duration = Duration::from_millis(50);
/// The most steps that a change of model takes before it stops the scorer.
const CATCH_UP: u32 = 100;

/// Builds the next model and puts it in force.
#[derive(Debug)]
pub struct NextModel {
    /// Writes scores by the model in force.
    pub(super) scorer: Arc<Scorer>,
    /// The model that this process is configured with.
    pub(super) configured: Model,
    building: Mutex<Option<Building>>,
}

/// A model that is being built, as this process knows it.
#[derive(Debug, Clone)]
struct Building {
    /// Computes with that model.
    scorer: Arc<Scorer>,
    /// The snapshot that the report is of.
    reported: Option<SnapshotId>,
}

/// A model of this deployment, and how far it has been built.
#[derive(Debug, Clone)]
pub struct ModelStatus {
    /// The model.
    pub stored: StoredModel,
    /// How many batches of the log its states have, of all there are.
    pub folded: i64,
    /// The number of batches in the log.
    pub batches: i64,
}

impl NextModel {
    pub(in crate::service) fn new(scorer: Arc<Scorer>, configured: Model) -> Self {
        Self {
            scorer,
            configured,
            building: Mutex::new(None),
        }
    }

    /// Builds the next model a step further, if there is one: folds a batch of the log,
    /// takes a snapshot, or scores some members. When nothing is left, it is ready.
    ///
    /// # Errors
    /// If the database does not answer. Nothing is changed then.
    pub async fn advance(&self) -> Result<Progress> {
        let mut building = self.building.lock().await;
        let Some(stored) = self.next().await? else {
            *building = None;
            return Ok(Progress::Idle);
        };
        let Some(known) = self.known(&mut building, &stored).await? else {
            return Ok(Progress::Elsewhere);
        };
        let scorer = Arc::clone(&known.scorer);
        for step in [Step::Fold, Step::TakeSnapshot, Step::Score] {
            match self.take(step, &scorer, stored.state).await? {
                Progress::Idle => {}
                done => return Ok(done),
            }
        }
        let snapshot = scorer.snapshot().id();
        if known.reported != Some(snapshot) {
            self.report(&stored.version).await?;
            known.reported = Some(snapshot);
        }
        Ok(Progress::Idle)
    }

    /// Returns the models of this deployment: the one in force first, then the next.
    pub async fn list(&self) -> Result<Vec<ModelStatus>> {
        let mut conn = self.scorer.context.connection().await?;
        let batches = store::events::log::head(&mut conn).await?.0;
        let in_force = models::in_force(&mut conn).await?;
        let next = models::next(&mut conn).await?;
        let mut all = Vec::new();
        for stored in in_force.into_iter().chain(next) {
            let version = &stored.version;
            let folded = store::scores::projections::checkpoint(&mut conn, version).await?;
            all.push(ModelStatus {
                stored,
                folded: folded.0,
                batches,
            });
        }
        Ok(all)
    }

    /// Puts a model that is ready in force: from now on its scores are answered and tested
    /// by rules. All members are then judged by it; tiers that it lowers are kept and
    /// noticed as their programs say. If it is in force already, nothing changes.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is no such model, [`ServiceError::Conflict`] if it
    /// is not ready.
    pub async fn put_in_force(&self, version: &ModelVersion) -> Result<()> {
        let mut building = self.building.lock().await;
        let stored = self.get(version).await?;
        if stored.state == ModelState::InForce {
            return Ok(());
        }
        check_ready(&stored)?;
        let Some(known) = self.known(&mut building, &stored).await? else {
            let detail = format!("the model {version} cannot be read by this version of renown");
            return Err(ServiceError::Conflict(detail));
        };
        let scorer = Arc::clone(&known.scorer);
        for _ in 0..CATCH_UP {
            let folded = self.take(Step::Fold, &scorer, stored.state).await?;
            if folded == Progress::Idle {
                break;
            }
        }
        self.switch(&scorer, version).await?;
        *building = None;
        self.scorer.reload().await?;
        self.scorer.context.cache.forget_everything();
        tracing::info!(model = %version, "put a scoring model in force");
        Ok(())
    }

    /// Deletes some of what retired models have left, once no replica reads it any more.
    /// Returns whether there was something.
    pub async fn forget_retired(&self) -> Result<bool> {
        let before = self.scorer.context.clock.now() - STILL_READ;
        let mut conn = self.scorer.context.connection().await?;
        let deleted = models::forget_retired(&mut conn, before, FORGOTTEN).await?;
        Ok(deleted > 0)
    }

    /// Brings the next model up to the last event and makes it the one in force, in one
    /// transaction and while the scorer waits, so that no member is without a score and no
    /// scored event is missing.
    async fn switch(&self, scorer: &Scorer, version: &ModelVersion) -> Result<()> {
        let mut transaction = self.scorer.context.transaction().await?;
        lock_jobs(&mut transaction).await?;
        models::lock(&mut transaction).await?;
        let stored = models::get(&mut transaction, version).await?;
        check_ready(&stored.ok_or(NO_MODEL)?)?;
        // A rebuild of the present scores has this row locked.
        let present = self.scorer.current.version();
        store::scores::projections::lock_checkpoint(&mut transaction, &present).await?;
        while fold(scorer, &mut transaction).await? > 0 {}
        while score_missing(scorer, &mut transaction).await? > 0 {}
        models::put_in_force(&mut transaction, version, scorer.context.clock.now()).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Takes one step in a transaction of its own, if no other replica is taking one.
    async fn take(&self, step: Step, scorer: &Scorer, state: ModelState) -> Result<Progress> {
        let mut transaction = scorer.context.transaction().await?;
        let locked = store::try_lock(&mut transaction, Job::NextModel).await?;
        if !locked || !is_next(&mut transaction, scorer).await? {
            transaction.rollback().await?;
            return Ok(Progress::Elsewhere);
        }
        let model = scorer.current.model();
        scorer.current.use_latest(&mut transaction, model).await?;
        let members = match step {
            Step::Fold => fold(scorer, &mut transaction).await?,
            Step::TakeSnapshot => match is_snapshot_due(scorer, &mut transaction).await? {
                false => 0,
                true => return take_snapshot(scorer, transaction).await,
            },
            Step::Score => match state {
                ModelState::Building => {
                    score_missing(scorer, &mut transaction).await?
                        + score_outdated(scorer, &mut transaction).await?
                }
                _ => score_outdated(scorer, &mut transaction).await?,
            },
        };
        if members == 0 {
            transaction.rollback().await?;
            return Ok(Progress::Idle);
        }
        transaction.commit().await?;
        Ok(Progress::Advanced { members })
    }

    /// Compares all members' scores by the two models, and says that the next is ready.
    async fn report(&self, version: &ModelVersion) -> Result<()> {
        let present = self.scorer.current.version();
        let mut conn = self.scorer.context.connection().await?;
        let (mut pairs, mut after) = (Vec::new(), None);
        loop {
            let page = models::compared(&mut conn, [&present, version], after, PAGE).await?;
            let Some((last, _)) = page.last() else { break };
            after = Some(*last);
            pairs.extend(page.into_iter().map(|(_, [before, after])| (before, after)));
        }
        let moves = ScoreMoves::of(pairs);
        let now = self.scorer.context.clock.now();
        models::set_ready(&mut conn, version, &moves, now).await?;
        tracing::info!(model = %version, members = moves.members, "the next model is ready");
        Ok(())
    }

    async fn next(&self) -> Result<Option<StoredModel>> {
        let mut conn = self.scorer.context.connection().await?;
        Ok(models::next(&mut conn).await?.pop())
    }

    async fn get(&self, version: &ModelVersion) -> Result<StoredModel> {
        let mut conn = self.scorer.context.connection().await?;
        models::get(&mut conn, version).await?.ok_or(NO_MODEL)
    }

    /// Returns what this process knows of a model that is being built; `None` if this
    /// version of the program cannot read it.
    async fn known<'b>(
        &self,
        building: &'b mut Option<Building>,
        stored: &StoredModel,
    ) -> Result<Option<&'b mut Building>> {
        let is_known = |known: &Building| known.scorer.current.version() == stored.version;
        if !building.as_ref().is_some_and(is_known) {
            let model = match read(stored) {
                Ok(model) => model,
                Err(error) => {
                    tracing::warn!(model = %stored.version, %error, "the next model is not built here");
                    return Ok(None);
                }
            };
            let current = CurrentModel::new(model, stored.since);
            let scorer = Arc::new(self.scorer.with(current));
            *building = Some(Building {
                scorer,
                reported: None,
            });
        }
        Ok(building.as_mut())
    }
}

/// One step of building a model.
#[derive(Debug, Clone, Copy)]
enum Step {
    Fold,
    TakeSnapshot,
    Score,
}

const NO_MODEL: ServiceError = ServiceError::NotFound("model of this version");

fn check_ready(stored: &StoredModel) -> Result<()> {
    let detail = match stored.state {
        ModelState::Ready => return Ok(()),
        ModelState::Building => "is still being built; GET /v1/models says how far it is",
        ModelState::InForce => "is in force already",
        ModelState::Retired => {
            "was in force before; configure it (scoring.model) and start a replica, so that it is built anew"
        }
    };
    let version = &stored.version;
    Err(ServiceError::Conflict(format!(
        "the model {version} {detail}"
    )))
}

/// Waits for the locks of both scorers.
async fn lock_jobs(conn: &mut PgConnection) -> Result<()> {
    for job in [Job::NextModel, Job::Scorer] {
        let mut attempts = 0;
        while !store::try_lock(conn, job).await? {
            attempts += 1;
            if attempts == LOCK_ATTEMPTS {
                return Err(ServiceError::Occupied(
                    "scores are being written; ask again in a moment",
                ));
            }
            sleep(LOCK_PAUSE).await;
        }
    }
    Ok(())
}

/// Returns whether the scorer's model is still to be built.
async fn is_next(conn: &mut PgConnection, scorer: &Scorer) -> Result<bool> {
    let stored = models::get(conn, &scorer.current.version()).await?;
    Ok(stored.is_some_and(|stored| stored.state.is_next()))
}

/// Folds a batch, and scores the members that it concerns once there is a snapshot. Returns
/// how much was done.
async fn fold(scorer: &Scorer, conn: &mut PgConnection) -> Result<usize> {
    let refolds = models::take_refolds(conn, REFOLDS).await?;
    let Some(states) = scorer.fold_batch(conn, refolds).await? else {
        return Ok(0);
    };
    let folded = states.len().max(1);
    if scorer.snapshot().id() != SnapshotId(0) {
        let members = scorer.scored_members(conn, &states, Vec::new()).await?;
        write_scores(scorer, conn, &members, states).await?;
    }
    Ok(folded)
}

async fn is_snapshot_due(scorer: &Scorer, conn: &mut PgConnection) -> Result<bool> {
    let version = scorer.current.version();
    let taken = store::scores::snapshots::latest(conn, &version).await?;
    let interval = TimeDelta::seconds(scorer.context.config.rank.interval_seconds);
    let old = scorer.context.clock.now() - interval;
    Ok(taken.is_none_or(|taken| taken.taken_at <= old))
}

async fn take_snapshot(
    scorer: &Scorer,
    mut transaction: sqlx::Transaction<'static, sqlx::Postgres>,
) -> Result<Progress> {
    // One snapshot at a time, because each needs much memory.
    if !store::try_lock(&mut transaction, Job::Rank).await? {
        transaction.rollback().await?;
        return Ok(Progress::Elsewhere);
    }
    let taken = scorer.insert_snapshot(&mut transaction).await?;
    transaction.commit().await?;
    let members = taken.members.len().max(1);
    scorer.use_snapshot(taken);
    Ok(Progress::Advanced { members })
}

/// Scores members that have no score by the model yet. Returns how many.
async fn score_missing(scorer: &Scorer, conn: &mut PgConnection) -> Result<usize> {
    let version = scorer.current.version();
    let members = models::without_score(conn, &version, SCORES).await?;
    write_scores(scorer, conn, &members, States::new()).await
}

/// Scores members anew whose score is out of date. Returns how many.
async fn score_outdated(scorer: &Scorer, conn: &mut PgConnection) -> Result<usize> {
    let (version, fresh) = (scorer.current.version(), scorer.up_to_date());
    let members = store::scores::overtaken(conn, &version, fresh, SCORES).await?;
    write_scores(scorer, conn, &members, States::new()).await
}

/// Computes and writes the scores of members that take part in scoring. Returns how many
/// these are.
async fn write_scores(
    scorer: &Scorer,
    conn: &mut PgConnection,
    members: &[MemberId],
    states: States,
) -> Result<usize> {
    let active: BTreeMap<_, _> = store::members::declared_interests(conn, members).await?;
    let as_of = scorer
        .context
        .config
        .scoring
        .as_of(scorer.context.clock.now());
    let snapshot = scorer.snapshot();
    let scores = scorer
        .score_members(conn, &snapshot, active, states, as_of)
        .await?;
    store::scores::write(conn, &scores).await?;
    Ok(scores.len())
}
