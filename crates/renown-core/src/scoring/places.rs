//! Places: how many of a topic's members have more influence on it. Confidence
//! is worked out from them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::quantiles::{Quantiles, ROUNDING};
use crate::domain::{Score, Topic};

/// The places on all topics, as of one snapshot.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Places {
    topics: BTreeMap<Topic, TopicPlaces>,
    /// The influence on a topic, over all pairs of a member and a topic.
    pairs: Quantiles,
}

/// The places on one topic.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct TopicPlaces {
    /// Number of members with evidence on the topic.
    members: u32,
    /// All reactions to these members on the topic, not decayed.
    reactions: f64,
    /// The influence on the topic at the places of [`kept`].
    influence: Vec<f64>,
}

/// Returns the places that are kept of `members`: 1, 2, 3, 4, 6, 9, 13 and so on,
/// each half as large again, and the last.
fn kept(members: u32) -> impl Iterator<Item = u32> {
    let next = |place: &u32| Some((place + place / 2).max(place + 1));
    let places = std::iter::successors(Some(1), next).take_while(move |place| *place < members);
    places.chain((members > 0).then_some(members))
}

impl Places {
    /// Notes the reactions on a topic.
    pub(super) fn add_reactions(&mut self, topic: &Topic, reactions: f64) {
        self.topics.entry(topic.clone()).or_default().reactions += reactions;
    }

    /// Replaces all places by those of these scores.
    pub(super) fn replace<'s>(&mut self, scores: impl IntoIterator<Item = &'s Score>) {
        let mut influence: BTreeMap<&Topic, Vec<f64>> = BTreeMap::new();
        for score in scores {
            for (topic, on_topic) in score.topics.iter().filter(|(_, on)| on.evidence > 0.0) {
                influence.entry(topic).or_default().push(on_topic.influence);
            }
        }
        self.pairs = Quantiles::of(influence.values().flatten().copied().collect());
        for (topic, mut influence) in influence {
            influence.sort_unstable_by(|a, b| b.total_cmp(a));
            let places = self.topics.entry(topic.clone()).or_default();
            places.members = u32::try_from(influence.len()).unwrap_or(u32::MAX);
            places.influence = kept(places.members)
                .map(|place| influence[place as usize - 1])
                .collect();
        }
    }

    /// Returns the places on a topic; `None` if no member has evidence on it.
    pub(super) fn on(&self, topic: &Topic) -> Option<&TopicPlaces> {
        self.topics.get(topic).filter(|places| places.members > 0)
    }

    /// Returns the share of all pairs of a member and a topic with more
    /// influence on the topic, from 0 to 1.
    pub(super) fn share_above(&self, influence: f64) -> f64 {
        self.pairs.share_above(influence)
    }
}

impl TopicPlaces {
    /// Returns the size of the top tenth, at least one member.
    pub(super) fn top_tenth(&self) -> f64 {
        f64::from(self.members.div_ceil(10).max(1))
    }

    /// Returns the number of other members, if the asking member is one.
    pub(super) fn others(&self) -> f64 {
        f64::from(self.members.saturating_sub(1))
    }

    /// Returns the reactions per member.
    pub(super) fn activity(&self) -> f64 {
        self.reactions / f64::from(self.members.max(1))
    }

    /// Returns half a place more than the number of members with more influence
    /// on the topic. Between two kept places the logarithm is interpolated.
    /// Never rises with influence.
    pub(super) fn place(&self, influence: f64) -> f64 {
        let influence = influence + ROUNDING;
        let above = self.influence.partition_point(|other| *other > influence);
        let mut places = kept(self.members).map(|place| f64::from(place) - 0.5);
        let Some(before) = above.checked_sub(1) else {
            return 0.5;
        };
        let (high, first) = (self.influence[before], places.nth(before).unwrap_or(0.5));
        let low = self.influence.get(above).copied().unwrap_or(0.0);
        let last = places.next().unwrap_or(f64::from(self.members) + 0.5);
        let way = (high - influence) / (high - low).max(f64::MIN_POSITIVE);
        first * (last / first).powf(way.clamp(0.0, 1.0))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn places(influence: &[f64]) -> TopicPlaces {
        let members = influence.len() as u32;
        let mut sorted = influence.to_vec();
        sorted.sort_unstable_by(|a, b| b.total_cmp(a));
        TopicPlaces {
            members,
            reactions: 0.0,
            influence: kept(members).map(|p| sorted[p as usize - 1]).collect(),
        }
    }

    #[test]
    fn the_first_places_are_kept_and_each_step_is_larger() {
        assert_eq!(
            kept(30).collect::<Vec<_>>(),
            [1, 2, 3, 4, 6, 9, 13, 19, 28, 30]
        );
        assert_eq!(kept(1).collect::<Vec<_>>(), [1]);
        assert_eq!(kept(0).count(), 0);
    }

    #[test]
    fn a_kept_place_is_exact() {
        let few = places(&[50.0, 40.0, 30.0, 20.0]);
        for (influence, place) in [
            (60.0, 0.5),
            (50.0, 0.5),
            (40.0, 1.5),
            (20.0, 3.5),
            (0.0, 4.5),
        ] {
            assert!((few.place(influence) - place).abs() < 1e-5, "{influence}");
        }
        assert_eq!((few.top_tenth(), few.others()), (1.0, 3.0));
        assert_eq!(places(&[1.0; 11]).top_tenth(), 2.0);
    }

    #[test]
    fn rounding_changes_no_place() {
        let alike = places(&[40.0 + 1e-13; 5]);
        assert_eq!(alike.place(40.0), alike.place(40.0 + 1e-13));
        let all = Quantiles::of(vec![40.0 + 1e-13; 5]);
        assert_eq!(
            (all.share_above(40.0), all.percentile(40.0 + 2e-13)),
            (0.0, Some(0.0))
        );
    }

    proptest! {
        #[test]
        fn more_influence_never_means_a_worse_place(
            others in prop::collection::vec(0.0..100.0, 0..60), a in 0.0..100.0, b in 0.0..100.0
        ) {
            let (low, high) = if a < b { (a, b) } else { (b, a) };
            let places = places(&others);
            prop_assert!(places.place(high) <= places.place(low) + 1e-9);
            prop_assert!(places.place(low) <= others.len() as f64 + 0.5 + 1e-9);
        }
    }
}
