//! The first pass of a snapshot: merges accounts of one person, and computes
//! selectivity, trust, what is usual, and topic shares.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::Model;
use super::aggregate::aggregate;
use super::decay::instant;
use super::edges::GraphBuilder;
use super::evidence::MemberEvidence;
use super::graph::ReactionGraph;
use super::parts::Source;
use super::places::Places;
use super::snapshot::{Crowd, Hierarchy, Newer, Snapshot, WHOLE, old_enough};
use super::trust::Trust;
use super::value;
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
    /// People known by more than their reactions: verified.
    seeds: BTreeSet<AccountId>,
    /// Accounts of customers, and when each had spent what makes a seed.
    customers: BTreeMap<AccountId, i64>,
    /// The earliest reaction by a known reactor.
    began: Option<i64>,
    /// The shares of counted credit of members with several reactors.
    counted_shares: Vec<f64>,
    known: f64,
    counted: f64,
    /// Reactions by topic, not decayed.
    reactions: BTreeMap<Topic, f64>,
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
    /// Reactions by topic, not decayed.
    reactions: Vec<(Topic, f64)>,
    /// Effective reactors that are known, and what counted reactions are worth.
    known: f64,
    counted: f64,
    /// The earliest reaction by a known reactor.
    began: Option<i64>,
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
            customers: BTreeMap::new(),
            began: None,
            counted_shares: Vec::new(),
            known: 0.0,
            counted: 0.0,
            reactions: BTreeMap::new(),
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
                    let memory = self.model.selectivity.memory;
                    output.push((*reactor, sums.left_in(&self.model.decay, memory, now)));
                }
            }
        }
        let topics = aggregate.topics.iter();
        let reactions = topics.clone();
        Glimpse {
            reactions: reactions
                .map(|(topic, earned)| ((*topic).clone(), earned.reactions))
                .collect(),
            counted: aggregate.overall.counted_reactions(),
            known,
            began: aggregate.began,
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
        if let Some(spent) = value::spent_at(self.model, member) {
            let accounts = member.accounts.iter();
            (self.customers).extend(accounts.map(|(account, _)| (*account, spent)));
        }
        self.began = [self.began, seen.began].into_iter().flatten().min();
        self.counted += seen.counted;
        self.known += seen.known;
        if seen.observation.is_some() {
            let share = seen.counted / (seen.known + seen.counted);
            self.counted_shares.push(share);
        }
        for (topic, reactions) in seen.reactions {
            *self.reactions.entry(topic).or_default() += reactions;
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

    /// Adds a verified account as a seed of trust. Customers who spent enough
    /// are seeds already.
    pub fn add_seed(&mut self, account: AccountId) {
        self.seeds.insert(account);
    }

    /// Begins the graph of who reacted to whom, members or not. All members must have been
    /// added, because it knows the accounts of each.
    pub fn graph(&self) -> GraphBuilder<'_> {
        GraphBuilder::new(self.model, &self.persons, self.as_of)
    }

    /// Ends the first pass: sets everything but percentiles and top tenths.
    /// `graph` says who reacted to whom. Without edges no trust
    /// can be computed, and all reactors are fully trusted.
    pub fn finish(self, id: SnapshotId, graph: ReactionGraph) -> Snapshot {
        let person = |account: &AccountId| *self.persons.get(account).unwrap_or(account);
        let seeds = self.seeds.iter().chain(self.old_customers());
        let seeds = seeds.map(person).collect();
        let trust = Trust::new(self.model, &graph, &seeds);
        drop(graph);
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
        snapshot.observation = median(self.observations);
        if !self.model.needs_newer() {
            return snapshot;
        }
        // Without members with several reactors, what all have together.
        let counted = self.counted / (self.known + self.counted).max(f64::MIN_POSITIVE);
        let mut places = Places::default();
        for (topic, reactions) in &self.reactions {
            places.add_reactions(topic, *reactions);
        }
        snapshot.newer = Some(Newer {
            began: self.began,
            counted: median(self.counted_shares).unwrap_or(counted),
            places,
        });
        snapshot
    }

    /// Returns the accounts of customers who spent enough long enough ago.
    fn old_customers(&self) -> impl Iterator<Item = &AccountId> {
        let now = instant(self.as_of);
        let old = move |spent: i64| {
            self.model.trust.seeds.is_none_or(|seeds| {
                let began = self.began.unwrap_or(spent);
                old_enough(began, spent, seeds.days) <= now
            })
        };
        let old = self.customers.iter().filter(move |(_, spent)| old(**spent));
        old.map(|(account, _)| account)
    }
}

fn median(mut numbers: Vec<f64>) -> Option<f64> {
    numbers.sort_unstable_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied()
}
