//! Who reacted to whom, all over the log: a sparse directed graph in memory,
//! and personalised PageRank on it. Ten million edges take seconds.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use rayon::prelude::*;

use super::Model;
use super::decay::{SCALES, instant};
use crate::domain::AccountId;

/// What one account did to another, ever: positive reactions and follows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Edge {
    /// Who reacted.
    pub reactor: AccountId,
    /// To whose content or profile.
    pub target: AccountId,
    /// How often; at least 1.
    pub reactions: u64,
    /// When last.
    pub latest: DateTime<Utc>,
}

/// Number of a person in the graph.
pub(super) type Node = u32;

/// The graph in compressed sparse rows: by reactor, in order of targets.
#[derive(Debug, Default)]
pub struct ReactionGraph {
    /// Everybody who reacted or was reacted to, in order.
    people: Vec<AccountId>,
    /// Where each one's targets begin; one more at the end.
    begins: Vec<usize>,
    targets: Vec<Node>,
    /// `n / (n + saturation)` of n reactions, fading on the longest memory
    /// since the last: whom somebody knows, not what is hot.
    weights: Vec<f32>,
    /// The reactions themselves, fading alike.
    reactions: Vec<f32>,
}

impl ReactionGraph {
    /// The graph of these edges, in any order. Accounts of one person are one
    /// node (`persons` says who stands for whom); what people do to themselves
    /// is left out.
    pub fn new(
        model: &Model,
        persons: &BTreeMap<AccountId, AccountId>,
        edges: impl IntoIterator<Item = Edge>,
        as_of: DateTime<Utc>,
    ) -> Self {
        let person = |account| *persons.get(&account).unwrap_or(&account);
        let mut edges: Vec<Edge> = (edges.into_iter())
            .map(|edge| Edge {
                reactor: person(edge.reactor),
                target: person(edge.target),
                ..edge
            })
            .filter(|edge| edge.reactor != edge.target)
            .collect();
        edges.par_sort_unstable_by_key(|edge| (edge.reactor, edge.target));
        edges.dedup_by(|later, kept| {
            let same = (later.reactor, later.target) == (kept.reactor, kept.target);
            if same {
                kept.reactions = kept.reactions.saturating_add(later.reactions);
                kept.latest = kept.latest.max(later.latest);
            }
            same
        });
        let mut people: Vec<AccountId> = (edges.par_iter())
            .flat_map_iter(|edge| [edge.reactor, edge.target])
            .collect();
        people.par_sort_unstable();
        people.dedup();

        let node = |account: &AccountId| people.partition_point(|other| other < account);
        let targets: Vec<Node> = (edges.par_iter())
            .map(|edge| Node::try_from(node(&edge.target)).unwrap_or(Node::MAX))
            .collect();
        let now = instant(as_of);
        let saturation = model.credit.saturation.get();
        let (weights, reactions) = (edges.par_iter())
            .map(|edge| {
                let n = edge.reactions as f64;
                let fading = model.decay.factors(instant(edge.latest), now)[SCALES - 1];
                ((n / (n + saturation) * fading) as f32, (n * fading) as f32)
            })
            .unzip();
        let mut counts = vec![0; people.len()];
        // In order of reactors: one search for each, not for each edge.
        for of_one in edges.chunk_by(|a, b| a.reactor == b.reactor) {
            counts[node(&of_one[0].reactor)] = of_one.len();
        }
        Self {
            people,
            begins: begins(&counts),
            targets,
            weights,
            reactions,
        }
    }

    /// How many people there are.
    pub fn len(&self) -> usize {
        self.people.len()
    }

    /// Whether nobody ever reacted to anybody.
    pub fn is_empty(&self) -> bool {
        self.people.is_empty()
    }

    pub(super) fn people(&self) -> &[AccountId] {
        &self.people
    }

    pub(super) fn find(&self, account: AccountId) -> Option<Node> {
        let at = self.people.binary_search(&account).ok()?;
        Node::try_from(at).ok()
    }

    /// Whom somebody reacted to, in order, and how much.
    pub(super) fn given(&self, node: usize) -> impl Iterator<Item = (Node, f64)> + Clone {
        let range = self.begins[node]..self.begins[node + 1];
        let weights = self.weights[range.clone()].iter();
        (self.targets[range].iter().copied()).zip(weights.map(|weight| f64::from(*weight)))
    }

    /// How much of all that somebody did was done to each, in the same order.
    pub(super) fn reactions(&self, node: usize) -> impl Iterator<Item = f64> {
        let reactions = &self.reactions[self.begins[node]..self.begins[node + 1]];
        reactions.iter().map(|n| f64::from(*n))
    }

    /// How much one gave another; 0 if nothing.
    pub(super) fn weight(&self, from: usize, to: Node) -> f64 {
        let range = self.begins[from]..self.begins[from + 1];
        match self.targets[range.clone()].binary_search(&to) {
            Ok(at) => f64::from(self.weights[range][at]),
            Err(_) => 0.0,
        }
    }

    /// The same graph by target: who reacted, with the share of all that they
    /// gave.
    fn received(&self) -> Received {
        let mut counts = vec![0; self.len()];
        for target in &self.targets {
            counts[*target as usize] += 1;
        }
        let begins = begins(&counts);
        let mut next = begins.clone();
        let mut from = vec![(0, 0.0); self.targets.len()];
        for node in 0..self.len() {
            let all: f64 = self.given(node).map(|(_, weight)| weight).sum();
            for (target, weight) in self.given(node) {
                let place = &mut next[target as usize];
                from[*place] = (node as Node, (weight / all) as f32);
                *place += 1;
            }
        }
        Received { begins, from }
    }

    /// Everybody's plain PageRank, the walk starting anywhere. Sums to 1.
    pub fn pagerank(&self, model: &Model) -> Vec<(AccountId, f64)> {
        let start = vec![1.0 / self.len() as f64; self.len()];
        let rank = self.walk(model.trust.damping.get(), &start).rank;
        self.people.iter().copied().zip(rank).collect()
    }

    /// Personalised PageRank (Page et al. 1999; with chosen seeds as in
    /// TrustRank, Gyöngyi et al. 2004, and SybilRank, Cao et al. 2012): where
    /// a walker is found who follows reactions from reactor to target with
    /// probability `damping` and else, or where they lead nowhere, starts again
    /// at `start`, which sums to 1. So does the answer.
    pub(super) fn walk(&self, damping: f64, start: &[f64]) -> Walk {
        const ROUNDS: usize = 30;
        let received = self.received();
        let mut rank = start.to_vec();
        let mut led = Vec::new();
        for _ in 0..ROUNDS {
            let stuck: f64 = (0..self.len())
                .filter(|node| self.begins[*node] == self.begins[node + 1])
                .map(|node| rank[node])
                .sum();
            led = (0..self.len())
                .into_par_iter()
                .map(|node| {
                    let from = &received.from[received.begins[node]..received.begins[node + 1]];
                    let flow = from
                        .iter()
                        .map(|(reactor, share)| rank[*reactor as usize] * f64::from(*share));
                    damping * flow.sum::<f64>()
                })
                .collect();
            let again = 1.0 - damping + damping * stuck;
            rank = (led.iter().zip(start))
                .map(|(led, start)| led + again * start)
                .collect();
        }
        Walk { rank, led }
    }
}

/// Where each row begins, by how long each is; the end of all at the end.
fn begins(counts: &[usize]) -> Vec<usize> {
    let mut begins = vec![0];
    begins.extend(counts.iter().scan(0, |end, count| {
        *end += count;
        Some(*end)
    }));
    begins
}

/// Where a walker is found.
#[derive(Debug)]
pub(super) struct Walk {
    /// The probability to be there.
    pub(super) rank: Vec<f64>,
    /// The part of it that reactions led there.
    pub(super) led: Vec<f64>,
}

/// The graph by target.
struct Received {
    begins: Vec<usize>,
    from: Vec<(Node, f32)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(edges: &[(i64, i64, u64)]) -> ReactionGraph {
        let model = Model::builtin();
        let latest = DateTime::UNIX_EPOCH;
        let edges = edges.iter().map(|(reactor, target, reactions)| Edge {
            reactor: AccountId(*reactor),
            target: AccountId(*target),
            reactions: *reactions,
            latest,
        });
        let second = BTreeMap::from([(AccountId(90), AccountId(9))]);
        ReactionGraph::new(&model, &second, edges, latest)
    }

    #[test]
    fn edges_of_one_person_are_one_and_to_oneself_none() {
        let graph = graph(&[(1, 2, 1), (1, 2, 3), (9, 1, 1), (90, 1, 3), (9, 90, 5)]);
        assert_eq!(graph.people(), [AccountId(1), AccountId(2), AccountId(9)]);
        assert_eq!(graph.given(0).collect::<Vec<_>>(), [(1, 0.5)]);
        assert_eq!(graph.given(2).collect::<Vec<_>>(), [(0, 0.5)]);
        assert_eq!(graph.weight(2, 0), 0.5);
        assert_eq!(graph.weight(0, 2), 0.0);
    }

    #[test]
    fn the_walker_is_always_somewhere_and_mostly_where_reactions_lead() {
        let graph = graph(&[(1, 2, 1), (3, 2, 1), (2, 4, 1), (5, 6, 1)]);
        let everywhere = vec![1.0 / 6.0; 6];
        let rank = graph.walk(0.85, &everywhere).rank;
        assert!((rank.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        assert!(rank[1] > rank[5] && rank[5] > rank[0]);
        // From a seed, nothing reaches an island.
        let from_one = graph.walk(0.85, &[1.0, 0.0, 0.0, 0.0, 0.0, 0.0]).rank;
        assert!((from_one.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        assert!(from_one[3] > 0.0 && from_one[4] == 0.0 && from_one[5] == 0.0);
    }
}
