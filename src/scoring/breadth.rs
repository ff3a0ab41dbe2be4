//! Breadth: over how many contents the reactions are spread, in the manner of
//! an h-index (Hirsch, *An index to quantify an individual's scientific
//! research output*, PNAS 2005), on decayed reactions instead of citations.

use std::collections::BTreeMap;

use super::Model;
use super::credit::crowd_credit;
use super::decay::{Sums, add_to};
use super::evidence::Ledger;
use super::parts::{Part, PerSource, Source};
use super::state::{AccountState, SetId};
use super::tally::Tally;
use crate::domain::{ObjectId, Topic};

/// One content, with what was done to it.
#[derive(Debug)]
pub(super) struct Content<'a> {
    pub(super) object: &'a ObjectId,
    /// Plain decayed reactions of known reactors, by source.
    pub(super) known: PerSource,
    /// Plain decayed reactions of nobody known, by source.
    pub(super) counted: PerSource,
    /// What those are worth, by source, in whole reactors.
    pub(super) counted_credit: PerSource,
    pub(super) topics: Vec<&'a Topic>,
}

/// The contents of one account. Which of a content's reactions came from the
/// member's other accounts is not known, so that all of them (`own`) are taken
/// from each content: too much rather than too little, and never a gain.
pub(super) fn contents<'a>(
    model: &Model,
    state: &'a AccountState,
    own: &PerSource,
    topics_of: &impl Fn(SetId) -> &'a [Topic],
    now: i64,
) -> Vec<Content<'a>> {
    let entries: Vec<_> = state.contents.iter().collect();
    let of_one = entries.chunk_by(|a, b| a.0.object == b.0.object);
    of_one
        .map(|entries| {
            let mut known = [0.0; Source::COUNT];
            let mut pooled: [Option<Sums>; Source::COUNT] = [None; Source::COUNT];
            let mut topics: Vec<&Topic> = Vec::new();
            for (key, sums) in entries {
                topics.extend(topics_of(key.set));
                if key.crowd {
                    add_to(&mut pooled[key.source as usize], &model.decay, sums);
                } else {
                    known[key.source as usize] += model.decay.mix(sums.at(&model.decay, now));
                }
            }
            topics.sort_unstable();
            topics.dedup();
            let counted =
                pooled.map(|sums| sums.map_or(0.0, |s| model.decay.mix(s.at(&model.decay, now))));
            let counted_credit =
                pooled.map(|sums| sums.map_or(0.0, |s| crowd_credit(model, 1.0, &s, now)));
            Content {
                object: &entries[0].0.object,
                known: std::array::from_fn(|source| (known[source] - own[source]).max(0.0)),
                counted,
                counted_credit,
                topics,
            }
        })
        .collect()
}

impl Content<'_> {
    /// Reactions of known reactors, all sources.
    fn known_reactions(&self) -> f64 {
        positive().map(|source| self.known[source as usize]).sum()
    }

    /// What the crowd's reactions are worth, all sources.
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

/// The h-index of decayed reactions: the greatest `min(i, m_i)` over the
/// masses m in descending order. Continuous, and non-decreasing in each.
fn h_index(masses: &mut [f64]) -> f64 {
    masses.sort_unstable_by(|a, b| b.total_cmp(a));
    let ranks = masses.iter().zip(1u32..);
    ranks
        .map(|(mass, rank)| mass.min(f64::from(rank)))
        .fold(0.0, f64::max)
}

/// Adds breadth to the overall ledger, and to each topic the number of contents
/// that the crowd reacted to. There cannot be h contents with h reactors each
/// unless there are h reactors: so their effective number bounds it. A topic
/// gets no breadth of its own: contents on one topic are too few to say more
/// than the reactors do, and measured, it makes rankings by topic worse.
pub(super) fn add(tally: &mut Tally<'_>) {
    let Tally {
        overall,
        topics,
        contents,
        ..
    } = tally;
    let all: Vec<&Content<'_>> = contents.iter().collect();
    spread(overall, &all);
    let mut by_topic: BTreeMap<&Topic, Vec<&Content<'_>>> = BTreeMap::new();
    for content in contents.iter() {
        for topic in &content.topics {
            by_topic.entry(topic).or_default().push(content);
        }
    }
    for (topic, on_topic) in topics {
        let Some(contents) = by_topic.get(topic) else {
            continue;
        };
        on_topic.crowd_contents = contents
            .iter()
            .map(|c| c.counted_reactions().min(1.0))
            .sum();
    }
}

fn spread(ledger: &mut Ledger, contents: &[&Content<'_>]) {
    let mut masses: Vec<f64> = contents.iter().map(|c| c.known_reactions()).collect();
    let known = h_index(&mut masses).min(ledger.known_reactors());
    let mut masses: Vec<f64> = (contents.iter())
        .map(|c| c.known_reactions() + c.counted_reactions())
        .collect();
    let total = h_index(&mut masses).min(ledger.reactors());

    let (mut by_known, mut by_counted) = ([0.0; Source::COUNT], [0.0; Source::COUNT]);
    for content in contents {
        for source in positive() {
            by_known[source as usize] += content.known[source as usize];
            by_counted[source as usize] += content.counted_credit[source as usize];
        }
    }
    let add = |credit: f64, masses: &PerSource, line: &mut PerSource| {
        let sum: f64 = masses.iter().sum();
        if sum > 0.0 {
            for (line, mass) in line.iter_mut().zip(masses) {
                *line += credit * mass / sum;
            }
        }
    };
    let breadth = Part::Breadth as usize;
    add(known, &by_known, &mut ledger.known[breadth]);
    // Counts without a content raise the bound alone: then breadth is of what
    // is known.
    let any_counted = by_counted.iter().any(|mass| *mass > 0.0);
    let masses = if any_counted { &by_counted } else { &by_known };
    add(total - known, masses, &mut ledger.counted[breadth]);
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
            masses in prop::collection::vec(0.0..20.0, 1..20), at in any::<prop::sample::Index>(), more in 0.0..5.0
        ) {
            let mut grown = masses.clone();
            grown[at.index(masses.len())] += more;
            prop_assert!(h_index(&mut masses.clone()) <= h_index(&mut grown));
        }
    }
}
