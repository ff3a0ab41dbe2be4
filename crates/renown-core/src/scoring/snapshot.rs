//! The rank snapshot: all population statistics that scoring uses, frozen and
//! dated, so that a member's score does not change only because other members
//! changed.

use std::collections::BTreeMap;
use std::io;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::correction::Correction;
use super::decay::MS_PER_DAY;
use super::model::AmountConfidence;
use super::packed::{damaged, format, pack_into, unpack_from};
use super::places::Places;
use super::quantiles::Quantiles;
use super::{Model, Scale};
use crate::domain::{AccountId, Index, Invalid, Score, SnapshotId, Topic};

/// The format with a [`Correction`]. It is written only if there is one, so that versions
/// that do not know it can read all other snapshots.
const CORRECTED: u8 = 4;

const SNAPSHOT_FORMAT: u8 = 3;

/// The format without [`Newer`], in which snapshots of models that do without it are
/// stored. Earlier versions read only this one.
const WITHOUT_NEWER: u8 = 2;

/// Population statistics as of one time.
///
/// A job makes a snapshot in two passes over all members:
///
/// 1. [`SnapshotBuilder::add`](super::SnapshotBuilder::add) each member's evidence, then
///    [`SnapshotBuilder::finish`](super::SnapshotBuilder::finish): merged
///    accounts, selectivity, trust, topic shares;
/// 2. [`score`](super::score) each member under the result and hand all scores
///    to [`Snapshot::add_scores`]: percentiles, and the top tenth of each topic.
///
/// After that, it is encoded and never changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    pub(super) id: SnapshotId,
    taken_at: DateTime<Utc>,
    pub(super) members: u64,
    /// For members with several accounts: the account that represents each of
    /// the others.
    pub(super) persons: BTreeMap<AccountId, AccountId>,
    /// Selectivity of people that give more than `free_output`; 1 for all others.
    pub(super) selectivity: BTreeMap<AccountId, f64>,
    /// How far reactors are trusted, in units of 1 / `WHOLE`, sorted by
    /// account; missing accounts are not trusted.
    pub(super) trusted: Vec<(AccountId, u16)>,
    /// Usual credit of untrusted reactors per unit of credit of trusted ones;
    /// infinite if unknown.
    pub(super) usual: f64,
    /// Number of seeds of the walk over reactions.
    pub(super) seeds: u64,
    /// The credit that one known reactor usually gives; `None` if unknown.
    pub(super) observation: Option<f64>,
    pub(super) topics: BTreeMap<Topic, Crowd>,
    pub(super) hierarchy: Hierarchy,
    influence: Quantiles,
    value: Quantiles,
    /// `None` if the model does without.
    #[serde(skip)]
    pub(super) newer: Option<Newer>,
    #[serde(skip)]
    pub(super) correction: Option<Correction>,
}

/// The statistics that format 2 lacked.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Newer {
    /// The earliest reaction by a known reactor to a member: how old the log
    /// is. `None` without such a reaction.
    pub(super) began: Option<i64>,
    /// The usual share of counted credit.
    pub(super) counted: f64,
    pub(super) places: Places,
}

/// The parents of each topic, from the list of topics.
pub type Hierarchy = BTreeMap<Topic, Vec<Topic>>;

/// Population statistics of one topic, by amount.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Crowd {
    /// The topic's share of all members' effective reactors.
    pub(super) share: f64,
    /// Number of members with evidence on it.
    pub(super) members: f64,
    /// The least evidence in the top tenth of these members, which has at least
    /// one.
    pub(super) top_tenth: f64,
}

/// Full trust, in the units in which a snapshot stores it.
pub(super) const WHOLE: f64 = 65_535.0;

/// How much a reactor's reactions count.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Credibility {
    /// Selectivity, from 0 to 1: the worth of each reaction, which is lower for
    /// a person that reacts a lot.
    pub(super) selectivity: f64,
    /// How far the reactor is trusted, from 0 to 1.
    pub(super) trusted: f64,
}

/// See [`Snapshot::old_enough`].
pub(super) fn old_enough(began: i64, first: i64, days: Scale) -> i64 {
    let whole = (days.get() * MS_PER_DAY as f64) as i64;
    let age_of_log = first.saturating_sub(began).max(0);
    first.saturating_add(whole.min(age_of_log))
}

impl Snapshot {
    /// Returns the built-in snapshot 0, which is taken of no members.
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
            newer: None,
            correction: None,
        }
    }

    /// Returns the snapshot's number; 0 is the built-in one.
    pub fn id(&self) -> SnapshotId {
        self.id
    }

    /// Returns the time to which the members' evidence was decayed.
    pub fn taken_at(&self) -> DateTime<Utc> {
        self.taken_at
    }

    /// Returns the number of members that it was taken from.
    pub fn members(&self) -> u64 {
        self.members
    }

    /// Encodes the snapshot for storing.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.encode_into(&mut bytes)
            .expect("writing to memory cannot fail");
        bytes
    }

    /// Encodes the snapshot for storing, without holding the bytes.
    ///
    /// # Errors
    /// If the bytes cannot be written.
    pub fn encode_into(&self, to: impl io::Write) -> io::Result<()> {
        match (&self.newer, &self.correction) {
            (None, _) => pack_into(WITHOUT_NEWER, self, to),
            (Some(newer), None) => pack_into(SNAPSHOT_FORMAT, &(self, newer), to),
            (Some(newer), Some(correction)) => pack_into(CORRECTED, &(self, newer, correction), to),
        }
    }

    /// Decodes a stored snapshot.
    ///
    /// # Errors
    /// If the bytes were not written by `encode`.
    pub fn decode(bytes: &[u8]) -> Result<Self, Invalid> {
        Self::decode_from(bytes)
    }

    /// Decodes a stored snapshot, without holding the bytes.
    ///
    /// # Errors
    /// If they cannot be read, or were not written by `encode`.
    pub fn decode_from(mut from: impl io::Read) -> Result<Self, Invalid> {
        let (snapshot, newer, correction) = match format(&mut from)? {
            WITHOUT_NEWER => (unpack_from(from)?, None, None),
            SNAPSHOT_FORMAT => {
                let (snapshot, newer) = unpack_from(from)?;
                (snapshot, Some(newer), None)
            }
            CORRECTED => {
                let (snapshot, newer, correction) = unpack_from(from)?;
                (snapshot, Some(newer), Some(correction))
            }
            format => return Err(damaged(format_args!("format {format} is unknown"))),
        };
        Ok(Self {
            newer,
            correction,
            ..snapshot
        })
    }

    /// Sets the correction of confidence.
    pub fn correct(&mut self, correction: Correction) {
        self.correction = Some(correction);
    }

    /// Returns the correction of confidence; `None` if the model's fixed map holds.
    pub fn correction(&self) -> Option<Correction> {
        self.correction
    }

    /// Runs the second pass: sets percentiles and top tenths from the scores of
    /// all members under this snapshot, at the time it was taken. Replaces the
    /// results of an earlier call.
    pub fn add_scores<'s>(&mut self, scores: impl IntoIterator<Item = &'s Score, IntoIter: Clone>) {
        let scores = scores.into_iter();
        if let Some(newer) = &mut self.newer {
            newer.places.replace(scores.clone());
        }
        let (mut influence, mut value) = (Vec::new(), Vec::new());
        let mut evidence: BTreeMap<&Topic, Vec<f64>> = BTreeMap::new();
        for score in scores {
            if let Index::Known {
                score, interval, ..
            } = &score.influence
            {
                influence.push(self.compared(*score, interval.lower));
            }
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
            // Rounded down: what models that compare amounts were published with.
            crowd.top_tenth = evidence[(evidence.len() / 10).max(1) - 1];
        }
    }

    /// Returns the account that represents the person behind an account.
    pub(super) fn person(&self, account: AccountId) -> AccountId {
        *self.persons.get(&account).unwrap_or(&account)
    }

    /// Returns how much a reaction of this person counts.
    pub(super) fn credibility(&self, person: AccountId) -> Credibility {
        let trusted = match self.usual.is_finite() {
            true => (self.trusted.binary_search_by_key(&person, |(id, _)| *id))
                .map_or(0.0, |at| f64::from(self.trusted[at].1) / WHOLE),
            // No trust is known, so all are fully trusted.
            false => 1.0,
        };
        Credibility {
            selectivity: *self.selectivity.get(&person).unwrap_or(&1.0),
            trusted,
        }
    }

    /// Returns how much of the untrusted credit counts beside the trusted
    /// credit. The amount that is usual in this population, beside the trusted
    /// credit and some reactors more, counts in full; the rest `u` counts as `untrusted · u / (u + untrusted_half)`, which is less
    /// than `untrusted`. Non-decreasing in both arguments.
    pub(super) fn admitted(&self, model: &Model, trusted: f64, untrusted: f64) -> f64 {
        let reactor = self.observation.unwrap_or(model.interval.observation.get());
        let model = &model.trust;
        let usual = untrusted.min(self.usual * (trusted + model.free.get() * reactor));
        let rest = (untrusted - usual).max(0.0);
        usual + model.untrusted.get() * rest / (rest + model.untrusted_half.get())
    }

    /// Returns the credit of one independent observation: what one reactor
    /// usually gives in this population, times the model's dispersion.
    pub(super) fn observation(&self, model: &Model) -> f64 {
        let model = &model.interval;
        self.observation.unwrap_or(model.observation.get()) * model.dispersion.get()
    }

    /// Returns how many verified or purchasing people the walk over reactions
    /// began with; 0 means that it began with everyone.
    pub fn seeds(&self) -> u64 {
        self.seeds
    }

    /// Returns the topics of a set and their ancestors, with the worth of a
    /// reaction on each: 1 on the topics themselves, and less with each step
    /// up. Ancestors worth less than 0.1 are left out.
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

    /// Returns how far counted likes and saves feed reach, from 0 to 1.
    pub(super) fn counted_reach(&self, model: &Model) -> f64 {
        let reach = model.crowd.reach.zip(self.newer.as_ref());
        reach.map_or(0.0, |(reach, newer)| reach.at(newer.counted))
    }

    /// Returns the time from which something that began at `first` is old
    /// enough: `days` later, or earlier in a young log, in which it need only be
    /// as old as the log was then. `None` if nothing is known of the log.
    pub(super) fn old_enough(&self, first: i64, days: Scale) -> Option<i64> {
        Some(old_enough(self.newer.as_ref()?.began?, first, days))
    }

    /// Returns the statistics of a topic by which amounts are compared. The threshold of its top tenth is
    /// drawn towards the model's cautious guess, the more so the fewer members
    /// it has.
    pub(super) fn threshold(&self, model: &AmountConfidence, topic: &Topic) -> f64 {
        let known = self.topics.get(topic).copied().unwrap_or_default();
        let guess = model.threshold_members.get();
        let threshold = match known.members + guess > 0.0 {
            true => {
                (known.members * known.top_tenth + guess * model.threshold.get())
                    / (known.members + guess)
            }
            false => model.threshold.get(),
        };
        threshold.max(model.threshold_floor.get())
    }

    /// Returns a topic's share of all members' effective reactors; 0 if it is
    /// unknown.
    pub(super) fn share(&self, topic: &Topic) -> f64 {
        self.topics.get(topic).map_or(0.0, |known| known.share)
    }

    /// Returns the share of members with a smaller influence, in percent.
    pub(super) fn influence_percentile(&self, score: f64, lower: f64) -> Option<f64> {
        self.influence.percentile(self.compared(score, lower))
    }

    /// Returns by what percentiles compare influence: by the lower end, and with a model of
    /// the time before [`Newer`] by the score.
    fn compared(&self, score: f64, lower: f64) -> f64 {
        match &self.newer {
            Some(_) => lower,
            None => score,
        }
    }

    /// Returns the share of members with a lower value, in percent.
    pub(super) fn value_percentile(&self, score: f64) -> Option<f64> {
        self.value.percentile(score)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_that_was_stored_without_places_is_read() {
        let snapshot = Snapshot::empty(DateTime::UNIX_EPOCH);
        let stored = crate::scoring::packed::pack(WITHOUT_NEWER, &snapshot);
        assert_eq!(Snapshot::decode(&stored).unwrap(), snapshot);
    }

    #[test]
    fn a_percentile_compares_lower_ends_except_with_models_of_before() {
        let mut snapshot = Snapshot {
            influence: Quantiles::of(vec![10.0, 20.0, 30.0, 40.0]),
            newer: Some(Newer::default()),
            ..Snapshot::empty(DateTime::UNIX_EPOCH)
        };
        assert_eq!(snapshot.influence_percentile(40.0, 15.0), Some(25.0));
        snapshot.newer = None;
        assert_eq!(snapshot.influence_percentile(40.0, 15.0), Some(75.0));
    }

    #[test]
    fn snapshots_of_the_model_before_are_stored_as_earlier_versions_read_them() {
        let take = |model: &Model| {
            let builder =
                crate::scoring::SnapshotBuilder::new(model, Hierarchy::new(), DateTime::UNIX_EPOCH);
            let mut snapshot =
                builder.finish(SnapshotId(1), crate::scoring::ReactionGraph::default());
            snapshot.add_scores(&[]);
            (snapshot.encode(), snapshot)
        };
        for (model, format) in [
            (Model::before(), WITHOUT_NEWER),
            (Model::builtin(), SNAPSHOT_FORMAT),
        ] {
            let (stored, snapshot) = take(&model);
            assert_eq!(stored.first(), Some(&format));
            assert_eq!(Snapshot::decode(&stored).unwrap(), snapshot);
        }
    }

    #[test]
    fn in_a_young_log_a_reaction_need_only_be_as_old_as_the_log_was() {
        let days = Scale::try_from(30.0).unwrap();
        let at = |first: i64| old_enough(0, first * MS_PER_DAY, days) / MS_PER_DAY;
        assert_eq!((at(0), at(4), at(29)), (0, 8, 58));
        assert_eq!((at(30), at(31), at(400)), (60, 61, 430));
    }
}
