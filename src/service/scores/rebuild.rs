//! Rebuilds everything that is derived from the log, and compares it with what the
//! scorer has stored.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures::{Stream, TryStreamExt};
use rayon::prelude::*;
use sqlx::PgConnection;
use tokio::time::timeout;

use super::Scorer;
use super::account_fold::AccountFold;
use super::projection::{Progress, States, evidence, load_states};
use crate::service::error::Result;
use crate::store;
use crate::store::scores::ComparedScore;
use renown_core::domain::{
    AccountId, Event, Index, MemberId, ModelVersion, Position, Score, Topic,
};
use renown_core::scoring::{AccountState, score};

/// Events that are folded at once.
const EVENTS: usize = 10_000;
/// Events of which reading takes much less than a minute.
const UNTOUCHED: usize = 100_000;
/// How often the transaction that waits for events shows that this process is there, which
/// Postgres asks of it once a minute.
const PAUSE: Duration = Duration::from_secs(10);

/// The result of a rebuild.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RebuildReport {
    /// The number of events that were folded.
    pub events: u64,
    /// The number of members that were scored.
    pub members: usize,
    /// The greatest difference between a stored number and the rebuilt one, from 0
    /// to 100. It covers influence and value with their intervals, and topics.
    pub greatest_difference: f64,
    /// The last batch of the log that was folded.
    pub position: Position,
}

/// What a rebuild has found so far.
#[derive(Debug, Default)]
struct Rebuilt {
    events: u64,
    members: usize,
    greatest_difference: f64,
}

impl Scorer {
    /// Folds the whole log again up to the scorer's checkpoint, scores all members anew, and
    /// compares. Replaces the states and scores that differ, in one transaction. The scorer
    /// waits; readers are not blocked. The rank snapshot stays the same.
    ///
    /// Holds as many states and scores at once as `scoring.rebuild_accounts` says.
    ///
    /// # Errors
    /// If the database does not answer. Nothing is changed then.
    pub async fn rebuild(&self, mut progress: impl FnMut(u64)) -> Result<RebuildReport> {
        self.settle().await?;
        // Before the transaction, which must not wait for another connection. The log is read
        // over one and states are written over the other.
        let mut log = store::begin_reading(&self.context.pool).await?;
        let mut transaction = self.context.transaction().await?;
        store::take_long(&mut transaction).await?;
        let model = &self.current.version();
        let position = store::scores::projections::lock_checkpoint(&mut transaction, model).await?;
        let mut rebuilt = Rebuilt::default();
        let events = store::events::log::all(&mut log, position);
        rebuilt.events = self
            .rebuild_states(&mut transaction, events, &mut progress)
            .await?;
        log.rollback().await?;
        self.rebuild_scores(&mut transaction, &mut rebuilt).await?;
        transaction.commit().await?;
        self.context.cache.forget_everything();
        Ok(RebuildReport {
            events: rebuilt.events,
            members: rebuilt.members,
            greatest_difference: rebuilt.greatest_difference,
            position,
        })
    }

    /// Runs the scorer until it has nothing left to do, and computes outdated scores again, so
    /// that both sides of the comparison include what is queued and are of one snapshot.
    async fn settle(&self) -> Result<()> {
        while let Progress::Advanced { .. } = self.advance().await? {}
        self.reload().await?;
        while self.refresh().await? > 0 {}
        Ok(())
    }

    /// Folds all events, which come account by account, and replaces the stored states that
    /// differ. Returns the number of events.
    async fn rebuild_states(
        &self,
        conn: &mut PgConnection,
        events: impl Stream<Item = store::Result<Event<AccountId>>>,
        progress: &mut impl FnMut(u64),
    ) -> Result<u64> {
        let most = self.context.config.scoring.rebuild_accounts;
        let model = self.current.model();
        let mut events = std::pin::pin!(events.try_ready_chunks(EVENTS));
        let mut fold = AccountFold::new(&model);
        let (mut complete, mut after, mut count) = (Vec::new(), None, 0);
        let mut untouched = 0;
        loop {
            // Sorting a large log takes minutes, and so may the events of one account.
            let Ok(next) = timeout(PAUSE, events.try_next()).await else {
                store::touch(conn).await?;
                continue;
            };
            let Some(some) = next.map_err(|error| error.1)? else {
                break;
            };
            count += some.len() as u64;
            untouched += some.len();
            if untouched >= UNTOUCHED {
                store::touch(conn).await?;
                untouched = 0;
            }
            for event in &some {
                complete.extend(fold.add(event));
                if complete.len() >= most {
                    let to = complete.last().map(|(account, _)| *account);
                    let states = std::mem::take(&mut complete);
                    replace_states(conn, model.version(), states, (after, to)).await?;
                    after = to;
                }
            }
            progress(count);
        }
        complete.extend(fold.end());
        replace_states(conn, model.version(), complete, (after, None)).await?;
        Ok(count)
    }

    /// Scores all active members anew as of the time of their stored scores, and replaces
    /// those that differ.
    async fn rebuild_scores(&self, conn: &mut PgConnection, rebuilt: &mut Rebuilt) -> Result<()> {
        let most = self.context.config.scoring.rebuild_accounts;
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let mut last = None;
        loop {
            let page = store::members::page(conn, last, most).await?;
            if page.is_empty() {
                return Ok(());
            }
            last = page.last().copied();
            let (compared, wrong) = self.compare_scores(conn, &page).await?;
            rebuilt.members += compared.len();
            rebuilt.greatest_difference = compared
                .into_iter()
                .fold(rebuilt.greatest_difference, f64::max);
            let active = store::members::declared_interests(conn, &wrong).await?;
            let (snapshot, as_of) = (self.current.snapshot(), self.as_of());
            let scores = self
                .score_members(conn, &snapshot, active, States::new(), as_of)
                .await?;
            store::scores::publish(conn, &scores).await?;
            store::members::notify_changed(conn, &wrong).await?;
        }
    }

    /// Compares the stored scores of members with what the states give. Returns how far each
    /// differs, and which members need another score.
    async fn compare_scores(
        &self,
        conn: &mut PgConnection,
        members: &[MemberId],
    ) -> Result<(Vec<f64>, Vec<MemberId>)> {
        let (model, snapshot) = (self.current.model(), self.current.snapshot());
        let active = store::members::declared_interests(conn, members).await?;
        let members: Vec<MemberId> = active.keys().copied().collect();
        let accounts = store::members::account_ids(conn, &members).await?;
        let all: Vec<AccountId> = accounts.values().flatten().copied().collect();
        let states = load_states(conn, model.version(), &all).await?;
        let stored = store::scores::stored(conn, model.version(), &members).await?;
        let compare = |(member, declared): (MemberId, Vec<Topic>)| {
            let Some(ComparedScore {
                score: stored,
                is_whole,
            }) = stored.get(&member)
            else {
                return (100.0, Some(member));
            };
            let evidence = evidence(accounts.get(&member), &states, declared);
            let right = score(&model, &snapshot, &evidence, stored.as_of);
            let is_right = *is_whole && right == *stored;
            // A score by another snapshot is out of date, which says nothing about the states.
            let difference = match stored.snapshot == right.snapshot {
                true => difference(stored, &right),
                false => 0.0,
            };
            (difference, (!is_right).then_some(member))
        };
        let compared: Vec<_> = active.into_par_iter().map(compare).collect();
        let (differences, wrong): (Vec<_>, Vec<_>) = compared.into_iter().unzip();
        Ok((differences, wrong.into_iter().flatten().collect()))
    }

    fn as_of(&self) -> DateTime<Utc> {
        self.context.config.scoring.as_of(self.context.clock.now())
    }
}

/// Replaces the stored states in a range of accounts by these, as far as they differ.
async fn replace_states(
    conn: &mut PgConnection,
    model: &ModelVersion,
    states: Vec<(AccountId, AccountState)>,
    range: (Option<AccountId>, Option<AccountId>),
) -> Result<()> {
    let mut packed: BTreeMap<_, _> = (states.into_par_iter())
        .map(|(account, state)| (account, state.encode()))
        .collect();
    let accounts: Vec<AccountId> = packed.keys().copied().collect();
    let stored = store::scores::states::load(conn, model, &accounts).await?;
    packed.retain(|account, state| stored.get(account) != Some(state));
    store::scores::states::delete_others(conn, model, range, &accounts).await?;
    Ok(store::scores::states::save(conn, model, &packed).await?)
}

fn difference(a: &Score, b: &Score) -> f64 {
    let mut greatest =
        index_difference(&a.influence, &b.influence).max(index_difference(&a.value, &b.value));
    if a.topics.len() != b.topics.len() {
        return 100.0;
    }
    for (topic, a) in &a.topics {
        let Some(b) = b.topics.get(topic) else {
            return 100.0;
        };
        greatest = greatest
            .max((a.influence - b.influence).abs())
            .max((a.confidence.get() - b.confidence.get()).abs());
    }
    greatest
}

fn index_difference(a: &Index, b: &Index) -> f64 {
    match (a, b) {
        (Index::Unknown, Index::Unknown) => 0.0,
        (
            Index::Known {
                score: a,
                interval: x,
                ..
            },
            Index::Known {
                score: b,
                interval: y,
                ..
            },
        ) => (a - b)
            .abs()
            .max((x.lower - y.lower).abs())
            .max((x.upper - y.upper).abs()),
        _ => 100.0,
    }
}
