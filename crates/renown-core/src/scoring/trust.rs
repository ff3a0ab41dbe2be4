//! Whose reactions can be believed: what the reaction graph says about each
//! reactor, and about what is usual.
//!
//! A reactor is *vouched for* in so far as they spread what they give over
//! several people, they or these people are trusted, and they do not merely
//! give back. Fresh accounts that were made to serve one customer
//! do neither; a ring that serves itself is trusted by nobody outside; a pod
//! gives back. What such reactors give still counts, up to the share of it that
//! is usual in this crowd.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::Model;
use super::graph::ReactionGraph;
use crate::domain::AccountId;

/// From how many people on somebody's habits say what is usual.
const SEVERAL: u32 = 3;

/// The answer of the graph.
#[derive(Debug, Clone, PartialEq)]
pub struct Trust {
    /// From 0 to 1, by reactor in order; those at 0 are left out.
    pub(super) trusted: Vec<(AccountId, f64)>,
    /// The usual credit by reactors that nobody vouches for, for each unit by
    /// those who are vouched for. Infinite where nobody is, so that nothing
    /// can be told.
    pub(super) usual: f64,
    /// How many seeds were in the graph; 0 means that the walk began everywhere.
    pub(super) seeds: usize,
}

impl Trust {
    /// Reads the graph. `seeds` are people of whom something is known beside
    /// their reactions: verified, or customers. With none of them in the graph,
    /// the walk starts at everybody alike, and rings of fresh accounts are told
    /// apart less well.
    pub fn new(model: &Model, graph: &ReactionGraph, seeds: &BTreeSet<AccountId>) -> Self {
        let (trusted, seeds) = trusted(model, graph, seeds);
        let given: Vec<Option<Given>> = (0..graph.len())
            .into_par_iter()
            .map(|node| given(graph, &trusted, node))
            .collect();
        let mutual = given.iter().flatten().filter(|g| g.targets >= SEVERAL);
        let mutual = quantile(model, mutual.map(|given| given.mutual)).unwrap_or(1.0);
        let trusted: Vec<f64> = (given.iter().zip(&trusted))
            .map(|(given, trusted)| {
                given.map_or(0.0, |given| given.trusted(model, *trusted, mutual))
            })
            .collect();
        let usual = usual(model, graph, &trusted);
        let trusted = (graph.people().iter().copied().zip(trusted))
            .filter(|(_, trusted)| *trusted > 0.0)
            .collect();
        Self {
            trusted,
            usual,
            seeds,
        }
    }
}

/// Trust of everybody as somebody to react to, from 0 to 1: `x / (x + half)`
/// for x times the average share of a walk's time that reactions lead to them;
/// and how many seeds the walk had.
fn trusted(model: &Model, graph: &ReactionGraph, seeds: &BTreeSet<AccountId>) -> (Vec<f64>, usize) {
    if graph.is_empty() {
        return (Vec::new(), 0);
    }
    let model = &model.trust;
    let n = graph.len() as f64;
    let seeds: Vec<_> = seeds.iter().filter_map(|seed| graph.find(*seed)).collect();
    let everywhere = match seeds.is_empty() {
        true => 1.0,
        false => model.everywhere.get(),
    };
    let mut start = vec![everywhere / n; graph.len()];
    for seed in &seeds {
        start[*seed as usize] += (1.0 - everywhere) / seeds.len() as f64;
    }
    let walk = graph.walk(model.damping.get(), &start);
    let half = model.half.get() / n;
    let trusted = walk.led.iter().map(|led| led / (led + half));
    let mut trusted: Vec<f64> = trusted.collect();
    for seed in &seeds {
        trusted[*seed as usize] = 1.0;
    }
    (trusted, seeds.len())
}

/// What one reactor gives, in numbers.
#[derive(Debug, Clone, Copy)]
struct Given {
    targets: u32,
    /// The effective number of people they react to: the inverse of Simpson's
    /// index (Hill 1973, order 2) of their reactions. Whoever reacts to one
    /// person only says nothing of how that person compares.
    effective: f64,
    /// Those people's mean trust.
    trust: f64,
    /// The share of it that they get back from the same people.
    mutual: f64,
}

fn given(graph: &ReactionGraph, trusted: &[f64], node: usize) -> Option<Given> {
    let (mut reactions, mut squares) = (0.0, 0.0);
    for n in graph.reactions(node) {
        reactions += n;
        squares += n * n;
    }
    let (mut targets, mut all, mut trust, mut returned) = (0, 0.0, 0.0, 0.0);
    for (target, weight) in graph.given(node) {
        targets += 1;
        all += weight;
        trust += weight * trusted[target as usize];
        returned += weight.min(graph.weight(target as usize, node as u32));
    }
    (squares > 0.0).then(|| Given {
        targets,
        effective: reactions * reactions / squares,
        trust: trust / all,
        mutual: (returned / all).min(1.0),
    })
}

impl Given {
    /// How far this reactor is vouched for:
    /// `min(1, T · (effective − 1) / spread) · (1 − m³)^exponent`, with T the
    /// greater of their own trust and that of the people they react to, and m
    /// from 0 where `mutual` is no more than usual to 1 where all is given back:
    /// friends do that in part, a pod does little else.
    fn trusted(&self, model: &Model, trusted: f64, usual: f64) -> f64 {
        let others = (self.effective - 1.0) / model.trust.spread.get();
        let spread = (others * self.trust.max(trusted)).clamp(0.0, 1.0);
        let more = (self.mutual - usual).max(0.0) / (1.0 - usual).max(f64::MIN_POSITIVE);
        spread * (1.0 - more.min(1.0).powi(3)).powf(model.trust.mutual.get())
    }
}

/// The share of what people get that comes from reactors nobody vouches for,
/// at the model's quantile of all who have several reactors; as odds.
fn usual(model: &Model, graph: &ReactionGraph, trusted: &[f64]) -> f64 {
    let mut got = vec![(0u32, 0.0, 0.0); graph.len()];
    for (node, trusted) in trusted.iter().enumerate() {
        for (target, weight) in graph.given(node) {
            let (reactors, all, untrusted) = &mut got[target as usize];
            *reactors += 1;
            *all += weight;
            *untrusted += weight * (1.0 - trusted);
        }
    }
    let several = got
        .into_iter()
        .filter(|(reactors, ..)| *reactors >= SEVERAL);
    let shares = several.filter(|(_, all, _)| *all > 0.0);
    match quantile(model, shares.map(|(_, all, untrusted)| untrusted / all)) {
        Some(share) if share < 1.0 - 1e-9 => share / (1.0 - share),
        _ => f64::INFINITY,
    }
}

/// The usual one of some shares, from 0 to 1: the model's quantile of them.
fn quantile(model: &Model, shares: impl Iterator<Item = f64>) -> Option<f64> {
    let mut shares: Vec<f64> = shares.map(|share| share.clamp(0.0, 1.0)).collect();
    shares.sort_unstable_by(f64::total_cmp);
    let last = shares.len().checked_sub(1)?;
    let at = (model.trust.usual_quantile.get() * last as f64).round() as usize;
    Some(shares[at])
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use chrono::DateTime;

    use super::*;
    use crate::scoring::Edge;

    fn trust(edges: &[(i64, i64)], seeds: &[i64]) -> (Trust, impl Fn(i64) -> f64 + use<>) {
        let model = Model::builtin();
        let at = DateTime::UNIX_EPOCH;
        let edges = edges.iter().map(|(reactor, target)| Edge {
            reactor: AccountId(*reactor),
            target: AccountId(*target),
            reactions: 3,
            latest: at,
        });
        let graph = ReactionGraph::new(&model, &BTreeMap::new(), edges, at);
        let seeds = seeds.iter().map(|seed| AccountId(*seed)).collect();
        let trust = Trust::new(&model, &graph, &seeds);
        let trusted: BTreeMap<AccountId, f64> = trust.trusted.iter().copied().collect();
        let of = move |id| trusted.get(&AccountId(id)).copied().unwrap_or(0.0);
        (trust, of)
    }

    /// Forty people, each of whom reacts to five of twenty creators, of whom
    /// the first are seeds; 100 only ever reacts to one; a ring of ten that
    /// nobody else reacts to.
    fn town() -> Vec<(i64, i64)> {
        let mut edges: Vec<(i64, i64)> = (0..40)
            .flat_map(|fan| (0..5).map(move |n| (1_000 + fan, (fan * 7 + n * 3) % 20)))
            .collect();
        edges.extend((0..20).map(|creator| (creator, (creator + 1) % 20)));
        edges.push((100, 5));
        edges.extend((0..10).flat_map(|a| (0..10).map(move |b| (200 + a, 200 + b))));
        edges
    }

    #[test]
    fn whoever_reacts_to_one_person_only_is_not_vouched_for() {
        let (trust, of) = trust(&town(), &[0, 1, 2]);
        assert_eq!(trust.seeds, 3);
        assert_eq!(of(100), 0.0);
        assert!(of(1_000) > 0.5, "{}", of(1_000));
    }

    #[test]
    fn a_ring_far_from_the_seeds_vouches_for_nobody() {
        let (_, of) = trust(&town(), &[0, 1, 2]);
        assert!(of(205) < 0.1 * of(1_000), "{} {}", of(205), of(1_000));
    }

    #[test]
    fn without_seeds_the_walk_starts_everywhere_and_says_so() {
        let (trust, of) = trust(&town(), &[]);
        assert_eq!(trust.seeds, 0);
        assert!(of(1_000) > 0.5 && of(100) == 0.0);
    }

    #[test]
    fn where_everybody_reacts_to_one_person_only_nothing_can_be_told() {
        let edges: Vec<_> = (0..100).map(|fan| (1_000 + fan, fan % 4)).collect();
        let (trust, _) = trust(&edges, &[]);
        assert_eq!(trust.usual, f64::INFINITY);
        assert_eq!(
            super::Trust::new(&Model::builtin(), &ReactionGraph::default(), &[].into()).usual,
            f64::INFINITY
        );
    }
}
