//! Rebuilds everything that is derived from the log, and compares it with what the
//! scorer has stored.

use std::collections::BTreeMap;

use futures::TryStreamExt;
use sqlx::PgConnection;

use super::Scorer;
use super::projection::States;
use crate::service::error::Result;
use crate::store;
use renown_core::domain::{Index, MemberId, Position, Score};

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

impl Scorer {
    /// Folds the whole log again up to the scorer's checkpoint, compares, and
    /// replaces states and scores in one transaction. The scorer waits; readers are
    /// not blocked. The rank snapshot stays the same.
    ///
    /// # Errors
    /// If the database does not answer. Nothing is changed then.
    pub async fn rebuild(&self, mut progress: impl FnMut(u64)) -> Result<RebuildReport> {
        while self.settle_queues().await? {}
        self.reload().await?;
        let mut transaction = self.context.transaction().await?;
        store::take_long(&mut transaction).await?;
        let model = &self.current.version();
        let position = store::scores::projections::lock_checkpoint(&mut transaction, model).await?;
        let before = self.score_everybody(&mut transaction, None).await?;
        let (events, states) = self
            .fold_everything(&mut transaction, position, &mut progress)
            .await?;
        let packed: BTreeMap<_, _> = states
            .iter()
            .map(|(account, state)| (*account, state.encode()))
            .collect();
        store::scores::states::clear(&mut transaction, model).await?;
        let packed: Vec<_> = packed.into_iter().collect();
        for chunk in packed.chunks(5_000) {
            let chunk = chunk.iter().cloned().collect();
            store::scores::states::save(&mut transaction, model, &chunk).await?;
        }
        let after = self.score_everybody(&mut transaction, Some(states)).await?;
        for chunk in after.chunks(5_000) {
            store::scores::publish(&mut transaction, chunk).await?;
        }
        let members: Vec<MemberId> = after.iter().map(|(member, _)| *member).collect();
        store::members::notify_changed(&mut transaction, &members).await?;
        transaction.commit().await?;
        self.context.cache.forget_everything();
        Ok(RebuildReport {
            events,
            members: members.len(),
            greatest_difference: greatest_difference(&before, &after),
            position,
        })
    }

    /// Runs one step of the scorer, so that both sides of the comparison include
    /// what is queued.
    async fn settle_queues(&self) -> Result<bool> {
        Ok(matches!(
            self.advance().await?,
            super::Progress::Advanced { .. }
        ))
    }

    async fn fold_everything(
        &self,
        conn: &mut PgConnection,
        to: Position,
        progress: &mut impl FnMut(u64),
    ) -> Result<(u64, States)> {
        let model = self.current.model();
        let mut states = States::new();
        let mut count = 0;
        let mut events = std::pin::pin!(store::events::log::all(conn, to));
        while let Some(event) = events.try_next().await? {
            if let Some(account) = event.act.subject() {
                states.entry(*account).or_default().fold(&model, &event);
            }
            count += 1;
            if count % 10_000 == 0 {
                progress(count);
            }
        }
        progress(count);
        Ok((count, states))
    }

    /// Returns the scores of all active members, from the given states or the
    /// stored ones.
    async fn score_everybody(
        &self,
        conn: &mut PgConnection,
        states: Option<States>,
    ) -> Result<Vec<(MemberId, Score)>> {
        let snapshot = self.current.snapshot();
        let as_of = self.context.config.scoring.as_of(self.context.clock.now());
        let mut remaining = states.unwrap_or_default();
        let mut scores = Vec::new();
        let mut after = None;
        loop {
            let page = store::members::page(conn, after, 5_000).await?;
            let Some(last) = page.last() else {
                return Ok(scores);
            };
            after = Some(*last);
            let active = store::members::declared_interests(conn, &page).await?;
            let ids: Vec<MemberId> = active.keys().copied().collect();
            let accounts = store::members::account_ids(conn, &ids).await?;
            let own: States = accounts
                .values()
                .flatten()
                .filter_map(|account| Some((*account, remaining.remove(account)?)))
                .collect();
            scores.extend(
                self.score_members(conn, &snapshot, active, own, as_of)
                    .await?,
            );
        }
    }
}

fn greatest_difference(before: &[(MemberId, Score)], after: &[(MemberId, Score)]) -> f64 {
    let before: BTreeMap<&MemberId, &Score> =
        before.iter().map(|(id, score)| (id, score)).collect();
    let differences = after
        .iter()
        .map(|(member, after)| match before.get(member) {
            Some(before) => difference(before, after),
            None => 100.0,
        });
    differences.fold(0.0, f64::max)
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
