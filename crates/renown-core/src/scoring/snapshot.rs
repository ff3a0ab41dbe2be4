//! The rank snapshot: everything that is taken from the crowd, frozen and
//! dated, so that nobody's score drifts unseen because others moved.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Model;
use super::packed::{pack, unpack};
use super::quantiles::Quantiles;
use crate::domain::{AccountId, Invalid, Score, SnapshotId, Topic};

const SNAPSHOT_FORMAT: u8 = 2;

/// What was taken from the crowd at one time.
///
/// A job makes one in two passes over all members:
///
/// 1. [`SnapshotBuilder::add`](super::SnapshotBuilder::add) each member's evidence, then
///    [`SnapshotBuilder::finish`](super::SnapshotBuilder::finish): who is one person, selectivity, topic shares;
/// 2. [`score`](super::score) each member under the result and hand all scores
///    to [`Snapshot::add_scores`]: percentiles and what the top tenth of each
///    topic has.
///
/// Then it is encoded and never changed again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    pub(super) id: SnapshotId,
    taken_at: DateTime<Utc>,
    pub(super) members: u64,
    /// Accounts of members with several, by the account that stands for all.
    pub(super) persons: BTreeMap<AccountId, AccountId>,
    /// Of those who give more than is free.
    pub(super) selectivity: BTreeMap<AccountId, f64>,
    /// How far reactors are vouched for, in order; the others are not.
    pub(super) trusted: Vec<(AccountId, u16)>,
    /// Usual credit of the unvouched for each unit of the vouched.
    pub(super) usual: f64,
    /// Seeds of the walk over reactions.
    pub(super) seeds: u64,
    /// The credit that one known reactor usually gives, if that is known.
    pub(super) observation: Option<f64>,
    pub(super) topics: BTreeMap<Topic, Crowd>,
    pub(super) hierarchy: Hierarchy,
    influence: Quantiles,
    value: Quantiles,
}

/// The topics that each topic is a part of, as the list of topics has it.
pub type Hierarchy = BTreeMap<Topic, Vec<Topic>>;

/// What is known of a topic's crowd.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Crowd {
    /// The topic's share of all members' effective reactors.
    pub(super) share: f64,
    /// Members with evidence on it.
    pub(super) members: f64,
    /// The evidence above which a tenth of them (at least one) lies.
    pub(super) top_tenth: f64,
}

/// A whole in the units in which vouching is kept.
pub(super) const WHOLE: f64 = 65_535.0;

/// How far a reactor is believed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Credibility {
    /// What each reaction is worth, since they react to so much: from 0 to 1.
    pub(super) selectivity: f64,
    /// How far they are vouched for: from 0 to 1.
    pub(super) trusted: f64,
}

/// What scoring reads about a topic.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct TopicCrowd {
    /// The share of everybody's reactions that is on it; 0 if unknown.
    pub(super) share: f64,
    /// Effective reactors that set the top tenth apart.
    pub(super) threshold: f64,
}

impl Snapshot {
    /// The built-in snapshot 0, which knows nobody.
    pub fn empty(taken_at: DateTime<Utc>) -> Self {
        Self {
            id: SnapshotId(0),
            taken_at,
            members: 0,
            persons: BTreeMap::new(),
            selectivity: BTreeMap::new(),
            trusted: Vec::new(),
            usual: f64::INFINITY,
            seeds: 0,
            observation: None,
            topics: BTreeMap::new(),
            hierarchy: Hierarchy::new(),
            influence: Quantiles::default(),
            value: Quantiles::default(),
        }
    }

    /// Its number.
    pub fn id(&self) -> SnapshotId {
        self.id
    }

    /// The time to which the crowd's evidence was decayed.
    pub fn taken_at(&self) -> DateTime<Utc> {
        self.taken_at
    }

    /// How many members it was taken from.
    pub fn members(&self) -> u64 {
        self.members
    }

    /// The snapshot as bytes, for storing.
    pub fn encode(&self) -> Vec<u8> {
        pack(SNAPSHOT_FORMAT, self)
    }

    /// The snapshot of such bytes.
    ///
    /// # Errors
    /// If the bytes were not written by `encode` of this format.
    pub fn decode(bytes: &[u8]) -> Result<Self, Invalid> {
        unpack(SNAPSHOT_FORMAT, bytes)
    }

    /// The second pass: percentiles and top tenths, from the scores of all
    /// members under this snapshot at the time it was taken. Replaces what an
    /// earlier call found.
    pub fn add_scores<'s>(&mut self, scores: impl IntoIterator<Item = &'s Score>) {
        let (mut influence, mut value) = (Vec::new(), Vec::new());
        let mut evidence: BTreeMap<&Topic, Vec<f64>> = BTreeMap::new();
        for score in scores {
            influence.extend(score.influence.score());
            value.extend(score.value.score());
            for (topic, on_topic) in &score.topics {
                if on_topic.evidence > 0.0 {
                    evidence.entry(topic).or_default().push(on_topic.evidence);
                }
            }
        }
        self.influence = Quantiles::of(influence);
        self.value = Quantiles::of(value);
        for (topic, mut evidence) in evidence {
            evidence.sort_unstable_by(|a, b| b.total_cmp(a));
            let crowd = self.topics.entry(topic.clone()).or_default();
            crowd.members = evidence.len() as f64;
            crowd.top_tenth = evidence[(evidence.len() / 10).max(1) - 1];
        }
    }

    /// The account that stands for the person behind an account.
    pub(super) fn person(&self, account: AccountId) -> AccountId {
        *self.persons.get(&account).unwrap_or(&account)
    }

    /// How far a reaction of this person is believed.
    pub(super) fn credibility(&self, person: AccountId) -> Credibility {
        let trusted = match self.usual.is_finite() {
            true => (self.trusted.binary_search_by_key(&person, |(id, _)| *id))
                .map_or(0.0, |at| f64::from(self.trusted[at].1) / WHOLE),
            // Nothing can be told of anybody: all are believed.
            false => 1.0,
        };
        Credibility {
            selectivity: *self.selectivity.get(&person).unwrap_or(&1.0),
            trusted,
        }
    }

    /// How much of the credit by reactors whom nobody vouches for counts beside
    /// the vouched: in full what is usual in this crowd, and of the rest `u` no
    /// more than `untrusted · u / (u + untrusted_half)`. Non-decreasing in both.
    pub(super) fn admitted(&self, model: &Model, trusted: f64, untrusted: f64) -> f64 {
        let usual = untrusted.min(self.usual * trusted);
        let rest = (untrusted - usual).max(0.0);
        let model = &model.trust;
        usual + model.untrusted.get() * rest / (rest + model.untrusted_half.get())
    }

    /// The credit of one independent observation: what one reactor usually gives
    /// in this crowd, times the model's dispersion.
    pub(super) fn observation(&self, model: &Model) -> f64 {
        let model = &model.interval;
        self.observation.unwrap_or(model.observation.get()) * model.dispersion.get()
    }

    /// How many verified or purchasing people the walk over reactions began
    /// with; 0 means that it began everywhere.
    pub fn seeds(&self) -> u64 {
        self.seeds
    }

    /// A set of topics with those that they are a part of, and what a reaction
    /// on the set is worth on each: 1 on the topics themselves, and less with
    /// each step up, as long as it is worth anything much.
    pub(super) fn with_parents<'a>(
        &'a self,
        model: &Model,
        set: &'a [Topic],
    ) -> Vec<(&'a Topic, f64)> {
        const LEAST: f64 = 0.1;
        let mut found: Vec<(&Topic, f64)> = set.iter().map(|topic| (topic, 1.0)).collect();
        let mut next = 0;
        while let Some(&(topic, worth)) = found.get(next) {
            next += 1;
            let worth = worth * model.topics.parent.get();
            for parent in self.hierarchy.get(topic).into_iter().flatten() {
                if worth >= LEAST && found.iter().all(|(other, _)| *other != parent) {
                    found.push((parent, worth));
                }
            }
        }
        found
    }

    /// What is known of a topic. Its top tenth is drawn towards the model's
    /// cautious guess, the more so the fewer members it has.
    pub(super) fn topic(&self, model: &Model, topic: &Topic) -> TopicCrowd {
        let known = self.topics.get(topic).copied().unwrap_or_default();
        let model = &model.confidence;
        let guess = model.threshold_members.get();
        let threshold = match known.members + guess > 0.0 {
            true => {
                (known.members * known.top_tenth + guess * model.threshold.get())
                    / (known.members + guess)
            }
            false => model.threshold.get(),
        };
        TopicCrowd {
            share: known.share,
            threshold: threshold.max(model.threshold_floor.get()),
        }
    }

    /// The share of members with a lower influence, in percent.
    pub(super) fn influence_percentile(&self, score: f64) -> Option<f64> {
        self.influence.percentile(score)
    }

    /// The share of members with a lower value, in percent.
    pub(super) fn value_percentile(&self, score: f64) -> Option<f64> {
        self.value.percentile(score)
    }
}
