//! The first pass of a snapshot: merges accounts of one person, and computes
//! selectivity, trust, what is usual, and topic shares.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::Model;
use super::aggregate::aggregate;
use super::decay::instant;
use super::evidence::MemberEvidence;
use super::graph::{Edge, ReactionGraph};
use super::parts::Source;
use super::snapshot::{Crowd, Hierarchy, Snapshot, WHOLE};
use super::trust::Trust;
use crate::domain::{AccountId, SnapshotId, Topic};

/// Members with at least this many reactors show what one reactor usually
/// gives.
const SEVERAL: u64 = 3;

/// Runs the first pass over all members: see [`Snapshot`].
#[derive(Debug)]
pub struct SnapshotBuilder<'m> {
    model: &'m Model,
    as_of: DateTime<Utc>,
    /// The empty snapshot, under which evidence is evaluated in the first pass.
    before: Snapshot,
    /// People known by more than their reactions: verified, or customers.
    seeds: BTreeSet<AccountId>,
    members: u64,
    persons: BTreeMap<AccountId, AccountId>,
    /// Decayed reactions given to members, by reacting account.
    output: BTreeMap<AccountId, f64>,
    /// Effective reactors in all, and by topic.
    reactors: f64,
    by_topic: BTreeMap<Topic, f64>,
    /// For each member, the mean credit of one reactor, weighted by credit.
    observations: Vec<f64>,
}

/// What the first pass reads from one member.
#[derive(Debug)]
pub(super) struct Glimpse {
    /// Effective reactors in all, and by topic.
    reactors: f64,
    topics: Vec<(Topic, f64)>,
    /// Mean credit of one known reactor, weighted by credit; `None` if there
    /// are too few reactors.
    observation: Option<f64>,
    /// Decayed reactions to the member, by reacting account.
    output: Vec<(AccountId, f64)>,
}

impl<'m> SnapshotBuilder<'m> {
    /// Creates a builder without members.
    pub fn new(model: &'m Model, hierarchy: Hierarchy, as_of: DateTime<Utc>) -> Self {
        let mut before = Snapshot::empty(as_of);
        before.hierarchy = hierarchy;
        Self {
            model,
            as_of,
            before,
            seeds: BTreeSet::new(),
            members: 0,
            persons: BTreeMap::new(),
            output: BTreeMap::new(),
            reactors: 0.0,
            by_topic: BTreeMap::new(),
            observations: Vec::new(),
        }
    }

    /// Adds one member. The caller must add members in a fixed order, so that
    /// the same members give the same bytes.
    pub fn add(&mut self, member: &MemberEvidence<'_>) {
        let glimpse = self.look(member);
        self.include(member, glimpse);
    }

    /// Reads one member, without knowledge of the others. This is the costly
    /// part of [`add`](Self::add), and can run for many members at once.
    pub(super) fn look(&self, member: &MemberEvidence<'_>) -> Glimpse {
        let now = instant(self.as_of);
        let aggregate = aggregate(self.model, &self.before, member, now);
        let known = aggregate.overall.known_reactors();
        let several = aggregate.people >= SEVERAL && known > 0.0;
        let mut output = Vec::new();
        for (_, state) in &member.accounts {
            for ((reactor, about), sums) in &state.reactions {
                if about.source != Source::Dislike {
                    output.push((*reactor, sums.left(&self.model.decay, now)));
                }
            }
        }
        let topics = aggregate.topics.iter();
        Glimpse {
            reactors: aggregate.overall.reactors(),
            observation: several.then(|| aggregate.squares / known),
            topics: topics
                .map(|(topic, earned)| ((*topic).clone(), earned.credit_totals.reactors()))
                .collect(),
            output,
        }
    }

    /// Adds what was read from a member.
    pub(super) fn include(&mut self, member: &MemberEvidence<'_>, seen: Glimpse) {
        self.members += 1;
        if let [(first, _), rest @ ..] = member.accounts.as_slice() {
            for (account, _) in rest {
                self.persons.insert(*account, *first);
            }
        }
        if member.accounts.iter().any(|(_, state)| state.has_bought()) {
            let accounts = member.accounts.iter();
            self.seeds.extend(accounts.map(|(account, _)| *account));
        }
        for (reactor, given) in seen.output {
            *self.output.entry(reactor).or_default() += given;
        }
        self.reactors += seen.reactors;
        self.observations.extend(seen.observation);
        for (topic, reactors) in seen.topics {
            *self.by_topic.entry(topic).or_default() += reactors;
        }
    }

    /// Adds a verified account as a seed of trust. Accounts that bought
    /// something are seeds already.
    pub fn add_seed(&mut self, account: AccountId) {
        self.seeds.insert(account);
    }

    /// Ends the first pass: sets everything but percentiles and top tenths.
    /// `edges` say who reacted to whom, members or not. Without edges no trust
    /// can be computed, and all reactors are fully trusted.
    pub fn finish(self, id: SnapshotId, edges: impl IntoIterator<Item = Edge>) -> Snapshot {
        let graph = ReactionGraph::new(self.model, &self.persons, edges, self.as_of);
        let person = |account: &AccountId| *self.persons.get(account).unwrap_or(account);
        let seeds = self.seeds.iter().map(person).collect();
        let trust = Trust::new(self.model, &graph, &seeds);
        let mut snapshot = self.before;
        snapshot.id = id;
        snapshot.usual = trust.usual;
        snapshot.seeds = trust.seeds as u64;
        snapshot.trusted = (trust.trusted.into_iter())
            .map(|(person, trusted)| (person, (trusted * WHOLE).round() as u16))
            .collect();
        snapshot.members = self.members;
        let mut output: BTreeMap<AccountId, f64> = BTreeMap::new();
        for (account, given) in self.output {
            let person = *self.persons.get(&account).unwrap_or(&account);
            *output.entry(person).or_default() += given;
        }
        let free = self.model.selectivity.free_output.get();
        let exponent = self.model.selectivity.exponent.get();
        snapshot.selectivity = (output.into_iter())
            .filter(|(_, given)| *given > free)
            .map(|(person, given)| (person, (free / given).powf(exponent)))
            .collect();
        snapshot.topics = (self.by_topic.into_iter())
            .filter(|(_, reactors)| *reactors > 0.0)
            .map(|(topic, reactors)| {
                let share = reactors / self.reactors;
                (
                    topic,
                    Crowd {
                        share,
                        ..Crowd::default()
                    },
                )
            })
            .collect();
        snapshot.persons = self.persons;
        let mut observations = self.observations;
        observations.sort_unstable_by(f64::total_cmp);
        snapshot.observation = observations.get(observations.len() / 2).copied();
        snapshot
    }
}
