//! Breadth: over how many contents the reactions are spread. It works like an
//! h-index (Hirsch, *An index to quantify an individual's scientific research
//! output*, PNAS 2005), on decayed reactions instead of citations.

use std::collections::BTreeMap;

use super::aggregate::{Aggregate, ReactionWeight};
use super::credit::crowd_credit;
use super::decay::{Sums, add_to};
use super::evidence::TrustSplit;
use super::parts::{Part, PerSource, Source};
use super::snapshot::Credibility;
use super::state::{AccountState, ContentId};
use super::{Model, Snapshot};
use crate::domain::{AccountId, ObjectId, Topic};

/// One content and the reactions to it.
#[derive(Debug)]
pub(super) struct Content<'a> {
    pub(super) object: &'a ObjectId,
    /// Decayed reactions of known reactors.
    pub(super) known: ReactionWeight,
    /// Decayed anonymous reactions by source, not weighted.
    pub(super) counted: PerSource,
    /// Credit of the anonymous reactions by source, in whole reactors.
    counted_credit: PerSource,
    topics: Vec<&'a Topic>,
    people: People,
}

/// Credit of the known people who reacted to one content, each at most 1.
#[derive(Debug, Default)]
struct People {
    credit: TrustSplit,
    /// The latest person and the sum of their weighted reactions so far. All
    /// entries of one person come in a row.
    last: Option<(AccountId, f64)>,
}

/// Returns the contents of one account, in the order of their numbers, with the
/// anonymous reactions.
pub(super) fn contents<'a>(
    model: &Model,
    state: &'a AccountState,
    sets: &[Vec<(&'a Topic, f64)>],
    now: i64,
) -> Vec<Content<'a>> {
    let mut contents: Vec<Content<'a>> = (state.objects().into_iter())
        .map(|object| Content {
            object,
            known: ReactionWeight::default(),
            counted: [0.0; Source::COUNT],
            counted_credit: [0.0; Source::COUNT],
            topics: Vec::new(),
            people: People::default(),
        })
        .collect();
    let mut pooled: BTreeMap<(ContentId, Source), Option<Sums>> = BTreeMap::new();
    for (about, sums) in &state.crowd {
        if let Some(content) = about.content {
            let pool = pooled.entry((content, about.source)).or_default();
            add_to(pool, &model.decay, sums);
            let topics = sets[about.set as usize].iter().map(|(topic, _)| *topic);
            contents[content as usize].topics.extend(topics);
        }
    }
    for ((content, source), sums) in pooled {
        if let Some(sums) = sums {
            let content = &mut contents[content as usize];
            let reaction_weight = sums.left(&model.decay, now);
            content.counted[source as usize] = reaction_weight;
            let weight = model.weight(source);
            content.counted_credit[source as usize] = crowd_credit(model, weight, &sums, now);
        }
    }
    for content in &mut contents {
        content.topics.sort_unstable();
        content.topics.dedup();
    }
    contents
}

impl Content<'_> {
    /// Adds one entry of a person. All entries of one person must come in a
    /// row.
    pub(super) fn add(
        &mut self,
        model: &Model,
        person: AccountId,
        source: Source,
        reaction_weight: f64,
        credibility: Credibility,
    ) {
        self.known.add(source, reaction_weight, credibility);
        let before = match self.people.last {
            Some((last, reaction_weight)) if last == person => reaction_weight,
            _ => 0.0,
        };
        let after = before + model.weight(source) * reaction_weight;
        self.people.last = Some((person, after));
        let saturated = |reaction_weight: f64| {
            reaction_weight / (reaction_weight + model.credit.saturation.get())
        };
        let more = (saturated(after) - saturated(before)) * credibility.selectivity;
        self.people.credit.add(more, credibility.trusted);
    }

    /// Whether there is any reaction to it.
    pub(super) fn is_touched(&self) -> bool {
        let reaction_weights = [&self.known.trusted, &self.known.untrusted, &self.counted];
        reaction_weights
            .into_iter()
            .flatten()
            .any(|reaction_weight| *reaction_weight > 0.0)
    }

    /// Returns the credit of the anonymous reactions, dislikes excluded.
    fn counted_reactions(&self) -> f64 {
        positive()
            .map(|source| self.counted_credit[source as usize])
            .sum()
    }
}

fn positive() -> impl Iterator<Item = Source> {
    Source::ALL
        .into_iter()
        .filter(|source| *source != Source::Dislike)
}

/// Returns the h-index of decayed reactions: the greatest `min(i, m_i)` over
/// the values m in descending order. Continuous, and non-decreasing in each
/// value.
fn h_index(reaction_weights: &mut [f64]) -> f64 {
    reaction_weights.sort_unstable_by(|a, b| b.total_cmp(a));
    let ranks = reaction_weights.iter().zip(1u32..);
    ranks
        .map(|(reaction_weight, rank)| reaction_weight.min(f64::from(rank)))
        .fold(0.0, f64::max)
}

/// Adds breadth to the overall credit totals, and to each topic the number of
/// contents with anonymous reactions. Anonymous reactions can be split over
/// contents at will, so they raise breadth at most to the effective number of
/// reactors. A topic gets no breadth of its own: contents on one topic are too
/// few to say more than the reactors do, and in measurements it made rankings
/// by topic worse.
pub(super) fn add(model: &Model, snapshot: &Snapshot, aggregate: &mut Aggregate<'_>) {
    spread(model, snapshot, aggregate);
    for content in &aggregate.contents {
        let counted = content.counted_reactions().min(1.0);
        for topic in &content.topics {
            if let Some(on_topic) = aggregate.topics.get_mut(topic) {
                on_topic.crowd_contents += counted;
            }
        }
    }
}

fn spread(model: &Model, snapshot: &Snapshot, aggregate: &mut Aggregate<'_>) {
    let people: Vec<f64> = (aggregate.contents.iter())
        .map(|content| content.people.credit.admitted(model, snapshot))
        .collect();
    let counted = aggregate.contents.iter().map(Content::counted_reactions);
    let mut all: Vec<f64> = people.iter().zip(counted).map(|(a, b)| a + b).collect();
    let known = h_index(&mut people.clone());
    let total = h_index(&mut all).min(known.max(aggregate.overall.reactors()));

    let (mut by_known, mut by_counted) = ([0.0; Source::COUNT], [0.0; Source::COUNT]);
    for content in &aggregate.contents {
        for source in positive() {
            by_known[source as usize] += content.known.trusted[source as usize];
            by_counted[source as usize] += content.counted_credit[source as usize];
        }
    }
    let add = |credit: f64, reaction_weights: &PerSource, line: &mut PerSource| {
        let sum: f64 = reaction_weights.iter().sum();
        if sum > 0.0 {
            for (line, reaction_weight) in line.iter_mut().zip(reaction_weights) {
                *line += credit * reaction_weight / sum;
            }
        }
    };
    let credit_totals = &mut aggregate.overall;
    let breadth = Part::Breadth as usize;
    add(known, &by_known, &mut credit_totals.known[breadth]);
    add(
        total - known,
        &by_counted,
        &mut credit_totals.counted[breadth],
    );
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_viral_content_counts_once() {
        assert_eq!(h_index(&mut [10_000.0]), 1.0);
        assert_eq!(h_index(&mut [3.0, 5.0, 4.0, 0.5]), 3.0);
        assert_eq!(h_index(&mut []), 0.0);
    }

    proptest! {
        #[test]
        fn one_more_reaction_never_lowers_it(
            reaction_weights in prop::collection::vec(0.0..20.0, 1..20), at in any::<prop::sample::Index>(), more in 0.0..5.0
        ) {
            let mut grown = reaction_weights.clone();
            grown[at.index(reaction_weights.len())] += more;
            prop_assert!(h_index(&mut reaction_weights.clone()) <= h_index(&mut grown));
        }
    }
}
