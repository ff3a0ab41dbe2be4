//! A whole population in memory: computes all scores from all events in one go.
//! A service does the same step by step, in a database.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use rayon::prelude::*;

use super::edges::Edge;
use super::graph::ReactionGraph;
use super::snapshot::Hierarchy;
use super::{AccountState, MemberEvidence, Model, Snapshot, SnapshotBuilder, score};
use crate::domain::{AccountId, Act, Event, ReactionKind, Score, SnapshotId};

impl Edge {
    /// Returns the edge of an event; `None` unless a known account reacts
    /// positively or follows.
    pub fn of(event: &Event<AccountId>) -> Option<Self> {
        let (reactor, target, reactions) = match &event.act {
            Act::Reaction {
                kind,
                actor: Some(actor),
                target,
                count,
            } if *kind != ReactionKind::Dislike => (*actor, *target, u64::from(*count)),
            Act::Follow {
                actor: Some(actor),
                target,
                ..
            } => (*actor, *target, 1),
            _ => return None,
        };
        Some(Self {
            reactor,
            target,
            reactions,
            latest: event.time,
        })
    }
}

/// People with one account each, under a snapshot that was taken of all of
/// them.
#[derive(Debug)]
pub struct Population {
    states: BTreeMap<AccountId, AccountState>,
    snapshot: Snapshot,
    as_of: DateTime<Utc>,
}

impl Population {
    /// Takes in the events up to `as_of`. None of them may be undone or appear
    /// twice. Accounts that bought something are seeds of trust; `hierarchy`
    /// has the parents of each topic.
    pub fn new(
        model: &Model,
        hierarchy: &Hierarchy,
        events: &[Event<AccountId>],
        as_of: DateTime<Utc>,
    ) -> Self {
        let past = || events.iter().filter(|event| event.time <= as_of);
        let mut by_account: Vec<(AccountId, &Event<AccountId>)> = past()
            .filter_map(|event| Some((*event.act.subject()?, event)))
            .collect();
        // The sort is stable: it keeps the order of events within each account.
        by_account.par_sort_by_key(|(account, _)| *account);
        let states: BTreeMap<AccountId, AccountState> = by_account
            .par_chunk_by(|a, b| a.0 == b.0)
            .map(|of_one| {
                let mut state = AccountState::new();
                of_one
                    .iter()
                    .for_each(|(_, event)| state.fold(model, event));
                (of_one[0].0, state)
            })
            .collect();
        let mut builder = SnapshotBuilder::new(model, hierarchy.clone(), as_of);
        let seen: Vec<_> = (states.par_iter())
            .map(|(account, state)| builder.look(&alone(*account, state)))
            .collect();
        for ((account, state), seen) in states.iter().zip(seen) {
            builder.include(&alone(*account, state), seen);
        }
        let edges = past().filter_map(Edge::of);
        let graph = ReactionGraph::new(model, &BTreeMap::new(), edges, as_of);
        let snapshot = builder.finish(SnapshotId(1), graph);
        let mut population = Self {
            states,
            snapshot,
            as_of,
        };
        let scores = population.scores(model);
        population.snapshot.add_scores(scores.values());
        population
    }

    /// Returns the snapshot of the population.
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// Returns the time of the snapshot and of all scores.
    pub fn as_of(&self) -> DateTime<Utc> {
        self.as_of
    }

    /// Returns the evidence of each account.
    pub fn members(&self) -> impl Iterator<Item = (AccountId, MemberEvidence<'_>)> {
        (self.states.iter()).map(|(account, state)| (*account, alone(*account, state)))
    }

    /// Scores every account, including those without evidence.
    pub fn scores(&self, model: &Model) -> BTreeMap<AccountId, Score> {
        (self.states.par_iter())
            .map(|(account, state)| {
                let evidence = alone(*account, state);
                let score = score(model, &self.snapshot, &evidence, self.as_of);
                (*account, score)
            })
            .collect()
    }
}

fn alone(account: AccountId, state: &AccountState) -> MemberEvidence<'_> {
    MemberEvidence {
        accounts: vec![(account, state)],
        declared: Vec::new(),
    }
}
