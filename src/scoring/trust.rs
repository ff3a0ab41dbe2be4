//! Whose reactions can be believed: what the reaction graph says about each
//! reactor, and about what is usual.
//!
//! A reactor is *vouched for* in so far as they spread what they give over
//! several people who are trusted themselves, or are trusted themselves, and
//! do not merely give back. Fresh accounts that were made to serve one customer
//! do neither; a ring that serves itself is trusted by nobody outside; a pod
//! gives back. What such reactors give still counts, up to the share of it that
//! is usual in this crowd.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::Model;
use super::graph::ReactionGraph;
use crate::domain::AccountId;

/// The answer of the graph.
#[derive(Debug, Clone, PartialEq)]
pub struct Trust {
    /// From 0 to 1, by reactor in order; those at 0 are left out.
    pub(super) vouched: Vec<(AccountId, f64)>,
    /// The usual credit by reactors that nobody vouches for, for each unit by
    /// those who are vouched for. Infinite where nobody is, so that nothing
    /// can be told.
    pub(super) usual: f64,
    /// How many seeds were in the graph; 0 means that the walk began everywhere.
    pub(super) seeds: usize,
}

impl Trust {
    /// Where there is no graph: nothing can be told, and everybody is believed.
    pub fn unknown() -> Self {
        Self {
            vouched: Vec::new(),
            usual: f64::INFINITY,
            seeds: 0,
        }
    }

    /// Reads the graph. `seeds` are people of whom something is known beside
    /// their reactions: verified, or customers. With none of them in the graph,
    /// the walk starts at everybody alike, and rings of fresh accounts are told
    /// apart less well.
    pub fn new(model: &Model, graph: &ReactionGraph, seeds: &BTreeSet<AccountId>) -> Self {
        let (trusted, seeds) = trusted(model, graph, seeds);
        let vouched: Vec<f64> = (0..graph.len())
            .into_par_iter()
            .map(|node| vouched(model, graph, &trusted, node))
            .collect();
        let usual = usual(model, graph, &vouched);
        let vouched = (graph.people().iter().copied().zip(vouched))
            .filter(|(_, vouched)| *vouched > 0.0)
            .collect();
        Self {
            vouched,
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
    let rank = graph.pagerank(model.damping.get(), &start);
    let half = model.half.get();
    let trusted = (rank.iter().zip(&start)).map(|(rank, start)| {
        let led = (rank - (1.0 - model.damping.get()) * start).max(0.0) * n;
        led / (led + half)
    });
    let mut trusted: Vec<f64> = trusted.collect();
    for seed in &seeds {
        trusted[*seed as usize] = 1.0;
    }
    (trusted, seeds.len())
}

/// How far one reactor is vouched for:
/// `max(trust, min(1, (N − 1) · T)) · (1 − r)^exponent`, with N the effective
/// number of people they give to (the inverse of Simpson's index; Hill 1973,
/// order 2), T those people's mean trust, and r the share of what they give
/// that they get back from the same people.
fn vouched(model: &Model, graph: &ReactionGraph, trusted: &[f64], node: usize) -> f64 {
    let (mut all, mut squares, mut trust, mut returned) = (0.0, 0.0, 0.0, 0.0);
    for (target, weight) in graph.given(node) {
        all += weight;
        squares += weight * weight;
        trust += weight * trusted[target as usize];
        returned += weight.min(graph.weight(target as usize, node as u32));
    }
    if all <= 0.0 {
        return 0.0;
    }
    let spread = (all * all / squares - 1.0) * (trust / all);
    let own = spread.clamp(0.0, 1.0).max(trusted[node]);
    own * (1.0 - returned / all)
        .max(0.0)
        .powf(model.trust.mutual.get())
}

/// The share of what people get that comes from reactors nobody vouches for,
/// at the model's quantile of all who have several reactors; as odds.
fn usual(model: &Model, graph: &ReactionGraph, vouched: &[f64]) -> f64 {
    const SEVERAL: u32 = 3;
    let mut got = vec![(0u32, 0.0, 0.0); graph.len()];
    for (node, vouched) in vouched.iter().enumerate() {
        for (target, weight) in graph.given(node) {
            let (reactors, all, unvouched) = &mut got[target as usize];
            *reactors += 1;
            *all += weight;
            *unvouched += weight * (1.0 - vouched);
        }
    }
    let mut shares: Vec<f64> = (got.into_iter())
        .filter(|(reactors, all, _)| *reactors >= SEVERAL && *all > 0.0)
        .map(|(_, all, unvouched)| (unvouched / all).clamp(0.0, 1.0))
        .collect();
    if shares.is_empty() {
        return f64::INFINITY;
    }
    shares.sort_unstable_by(f64::total_cmp);
    let at = (model.trust.usual_quantile.get() * (shares.len() - 1) as f64).round() as usize;
    let share = shares[at];
    if share < 1.0 - 1e-9 {
        share / (1.0 - share)
    } else {
        f64::INFINITY
    }
}
