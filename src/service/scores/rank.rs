//! The rank job: takes dated snapshots of what is computed from all members, and
//! refreshes outdated scores.

use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use futures::TryStreamExt;
use sqlx::PgConnection;

use super::Scorer;
use super::projection::{States, evidence, load_states};
use super::self_check::correction;
use super::stored_snapshot;
use crate::service::error::Result;
use crate::store;
use crate::store::Job;
use crate::store::scores::UpToDate;
use crate::store::scores::snapshots::StoredSnapshot;
use renown_core::domain::{MemberId, ModelVersion, Position, Score, Topic};
use renown_core::scoring::{
    GraphBuilder, MemberEvidence, Model, ReactionGraph, Snapshot, SnapshotBuilder, score,
};

/// A snapshot that was written, and what was computed with it.
#[derive(Debug)]
pub(super) struct TakenSnapshot {
    pub(super) model: Arc<Model>,
    pub(super) snapshot: Arc<Snapshot>,
    /// The members that take part in scoring, and their scores.
    pub(super) members: Vec<MemberId>,
    pub(super) scores: Vec<Score>,
}

/// Builds the graph of who reacted to whom, up to a position and, if a time is given, up to
/// that time. The edges are folded as they come.
pub(super) async fn reaction_graph(
    conn: &mut PgConnection,
    mut graph: GraphBuilder<'_>,
    to: Position,
    until: Option<DateTime<Utc>>,
) -> Result<ReactionGraph> {
    let mut edges = std::pin::pin!(store::scores::graph::edges(conn, to, until));
    while let Some(edge) = edges.try_next().await? {
        graph.add(edge);
    }
    Ok(graph.build())
}

/// Members read at once.
const PAGE: i64 = 2_000;
/// Scores refreshed in one transaction.
const REFRESH: i64 = 1_000;
impl Scorer {
    /// Takes a snapshot if one is due: the interval has passed and events have
    /// come, the log has grown by half, another model is in force, or a new program needs
    /// percentiles. Returns whether it took one.
    pub async fn take_snapshot_if_due(&self) -> Result<bool> {
        let mut conn = self.context.pool.acquire().await?;
        let model = self.current.version();
        let scored = store::scores::projections::checkpoint(&mut conn, &model).await?;
        let last = store::scores::snapshots::latest(&mut conn, &model).await?;
        let in_force = store::scores::models::in_force(&mut conn).await?;
        drop(conn);
        let due = match last {
            None => scored.0 > 0,
            Some(last) => {
                let grown = scored.0 - last.position.0;
                let interval = Duration::seconds(self.context.config.rank.interval_seconds);
                let old = self.context.clock.now() - last.taken_at >= interval;
                let switched = in_force.is_some_and(|model| model.since > last.taken_at);
                (old && grown > 0)
                    || grown * 2 > last.position.0
                    || switched
                    || self.asks_for_more(&last)
            }
        };
        if due {
            self.take_snapshot().await
        } else {
            Ok(false)
        }
    }

    /// Returns whether a program that came into force after a snapshot needs
    /// percentiles of its standings; only a snapshot computes them.
    fn asks_for_more(&self, last: &StoredSnapshot) -> bool {
        let in_force = self.programs.in_force_at(self.context.clock.now());
        let mut new = in_force
            .iter()
            .filter(|in_force| in_force.starts_at > last.taken_at);
        new.any(|in_force| in_force.program.asks_for_percentile())
    }

    /// Takes a snapshot now. Returns `false` if another replica is taking one.
    pub async fn take_snapshot(&self) -> Result<bool> {
        let mut transaction = self.context.transaction().await?;
        if !store::try_lock(&mut transaction, Job::Rank).await? {
            return Ok(false);
        }
        let taken = self.insert_snapshot(&mut transaction).await?;
        self.write_standings(&mut transaction, &taken).await?;
        transaction.commit().await?;
        self.use_snapshot(taken);
        Ok(true)
    }

    /// Takes a snapshot and writes it, and the places on the topics that it defines.
    pub(super) async fn insert_snapshot(&self, conn: &mut PgConnection) -> Result<TakenSnapshot> {
        let model = self.current.model();
        let position = store::scores::projections::checkpoint(conn, model.version()).await?;
        let now = self.context.clock.now();
        let as_of = self.context.config.scoring.as_of(now);
        let id = store::scores::snapshots::reserve_id(conn).await?;

        let mut builder = SnapshotBuilder::new(&model, self.hierarchy.clone(), as_of);
        for account in store::scores::graph::verified(conn).await? {
            builder.add_seed(account);
        }
        self.for_each_member(conn, model.version(), |_, member| builder.add(member))
            .await?;
        let graph = reaction_graph(conn, builder.graph(), position, None).await?;
        let mut snapshot = builder.finish(id, graph);
        let mut scores: Vec<Score> = Vec::new();
        let mut members: Vec<MemberId> = Vec::new();
        self.for_each_member(conn, model.version(), |id, member| {
            scores.push(score(&model, &snapshot, member, as_of));
            members.push(id);
        })
        .await?;
        snapshot.add_scores(&scores);
        if self.context.config.scoring.correct_confidence
            && let Some(correction) = correction(conn, model.version()).await?
        {
            snapshot.correct(correction);
        }
        let stored = StoredSnapshot {
            id,
            taken_at: now,
            position,
        };
        let snapshot = Arc::new(snapshot);
        let piece_bytes = self.context.config.rank.piece_bytes;
        stored_snapshot::write(conn, model.version(), &stored, &snapshot, piece_bytes).await?;
        let taken = TakenSnapshot {
            model,
            snapshot,
            members,
            scores,
        };
        self.write_places(conn, &taken).await?;
        Ok(taken)
    }

    /// Uses a snapshot that is committed.
    pub(super) fn use_snapshot(&self, taken: TakenSnapshot) {
        let snapshot = taken.snapshot;
        tracing::info!(
            snapshot = snapshot.id().0,
            model = %taken.model.version(),
            members = snapshot.members(),
            seeds = snapshot.seeds(),
            "took a rank snapshot"
        );
        self.current.replace(&taken.model, &snapshot);
    }

    /// Passes the evidence of all active members to `show`, in order of their ids.
    pub(in crate::service) async fn for_each_member(
        &self,
        conn: &mut PgConnection,
        model: &ModelVersion,
        mut show: impl FnMut(MemberId, &MemberEvidence<'_>),
    ) -> Result<()> {
        let mut after = None;
        loop {
            let page = store::members::page(conn, after, PAGE).await?;
            let Some(last) = page.last() else {
                return Ok(());
            };
            after = Some(*last);
            let declared = store::members::declared_interests(conn, &page).await?;
            let ids: Vec<MemberId> = declared.keys().copied().collect();
            let accounts = store::members::account_ids(conn, &ids).await?;
            let all: Vec<_> = accounts.values().flatten().copied().collect();
            let states: States = load_states(conn, model, &all).await?;
            for (member, declared) in declared {
                let declared: Vec<Topic> = declared;
                show(member, &evidence(accounts.get(&member), &states, declared));
            }
        }
    }

    /// Recomputes scores that are too old, from another snapshot, or with a limit that has
    /// lifted by time alone, one batch.
    /// Returns how many; 0 when all are up to date.
    pub async fn refresh(&self) -> Result<usize> {
        let mut transaction = self.context.transaction().await?;
        // With the scorer's lock too, because both write scores.
        if !store::try_lock(&mut transaction, Job::Refresh).await?
            || !store::try_lock(&mut transaction, Job::Scorer).await?
        {
            transaction.rollback().await?;
            return Ok(0);
        }
        self.current.reload(&mut transaction).await?;
        let (model, fresh) = (self.current.version(), self.up_to_date());
        let members = store::scores::overtaken(&mut transaction, &model, fresh, REFRESH).await?;
        self.publish_scores(&mut transaction, &members, States::new())
            .await?;
        store::members::notify_changed(&mut transaction, &members).await?;
        transaction.commit().await?;
        for member in &members {
            self.context.cache.forget_member(*member);
        }
        Ok(members.len())
    }

    /// Returns the number of outdated scores.
    pub async fn outdated(&self) -> Result<i64> {
        let mut conn = self.context.pool.acquire().await?;
        let (model, fresh) = (self.current.version(), self.up_to_date());
        Ok(store::scores::count_overtaken(&mut conn, &model, fresh).await?)
    }

    /// Returns what makes a score up to date. Its `as_of` is within the refresh interval,
    /// or exactly the configured time.
    pub(super) fn up_to_date(&self) -> UpToDate {
        let (now, config) = (self.context.clock.now(), &self.context.config.scoring);
        let (oldest, newest) = match config.as_of {
            Some(as_of) => (as_of, as_of),
            None => (now - Duration::seconds(config.refresh_seconds), now),
        };
        UpToDate {
            snapshot: self.current.snapshot().id(),
            oldest,
            newest,
            now: config.as_of(now),
        }
    }

    /// Returns the snapshot in force.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.current.snapshot()
    }
}
