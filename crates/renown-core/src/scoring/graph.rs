//! The reaction graph: who reacted to whom in the whole log. A sparse directed
//! graph in memory, with personalised PageRank. Ten million edges take seconds.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use rayon::prelude::*;

use super::Model;
use super::decay::{SCALES, instant};
use crate::domain::AccountId;

/// Positive reactions and follows of one account to another. Edges with the
/// same two accounts are added up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Edge {
    /// The account that reacted.
    pub reactor: AccountId,
    /// The account whose content or profile was reacted to.
    pub target: AccountId,
    /// Number of reactions, at least 1.
    pub reactions: u64,
    /// Time of the latest reaction.
    pub latest: DateTime<Utc>,
}

/// Index of a person in the graph.
pub(super) type Node = u32;

/// The reaction graph in compressed sparse rows: by reactor, in order of
/// targets.
#[derive(Debug, Default)]
pub struct ReactionGraph {
    /// Everyone that reacted or got a reaction, in order.
    people: Vec<AccountId>,
    /// Where each person's targets begin; one more entry at the end.
    begins: Vec<usize>,
    targets: Vec<Node>,
    /// `n / (n + saturation)` of n reactions, fading on the longest timescale
    /// since the latest: it shows whom a person knows, not what is popular now.
    weights: Vec<f32>,
    /// The number of reactions, fading in the same way.
    reactions: Vec<f32>,
}

impl ReactionGraph {
    /// Builds the graph of edges, in any order. Accounts of one person become
    /// one node (`persons` maps an account to the one that represents it).
    /// Reactions to oneself are left out.
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
        // Edges are sorted by reactor: one search per reactor, not per edge.
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

    /// Returns the number of people.
    pub fn len(&self) -> usize {
        self.people.len()
    }

    /// Whether there are no reactions between people.
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

    /// Returns the targets of a person, in order, with the weight of each edge.
    pub(super) fn given(&self, node: usize) -> impl Iterator<Item = (Node, f64)> + Clone {
        let range = self.begins[node]..self.begins[node + 1];
        let weights = self.weights[range.clone()].iter();
        (self.targets[range].iter().copied()).zip(weights.map(|weight| f64::from(*weight)))
    }

    /// Returns the decayed number of reactions to each target, in the same
    /// order.
    pub(super) fn reactions(&self, node: usize) -> impl Iterator<Item = f64> {
        let reactions = &self.reactions[self.begins[node]..self.begins[node + 1]];
        reactions.iter().map(|n| f64::from(*n))
    }

    /// Returns the weight of an edge; 0 if there is none.
    pub(super) fn weight(&self, from: usize, to: Node) -> f64 {
        let range = self.begins[from]..self.begins[from + 1];
        match self.targets[range.clone()].binary_search(&to) {
            Ok(at) => f64::from(self.weights[range][at]),
            Err(_) => 0.0,
        }
    }

    /// Returns the graph by target: the reactors of each, with the share of a
    /// reactor's total weight that goes to the target.
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

    /// Returns everyone's plain PageRank, with a walk that starts anywhere. The
    /// ranks sum to 1.
    pub fn pagerank(&self, model: &Model) -> Vec<(AccountId, f64)> {
        let start = vec![1.0 / self.len() as f64; self.len()];
        let rank = self.walk(model.trust.damping.get(), &start).rank;
        self.people.iter().copied().zip(rank).collect()
    }

    /// Computes personalised PageRank (Page et al. 1999; with chosen seeds as
    /// in TrustRank, Gyöngyi et al. 2004, and SybilRank, Cao et al. 2012):
    /// where a random walker is found. With probability `damping` the walker
    /// follows a reaction from reactor to target; otherwise, and from people
    /// without targets, it starts again at `start`. Both `start` and the result
    /// sum to 1.
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

/// Returns where each row begins, from the length of each row; the last entry
/// is the end of all rows.
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
    /// The probability of being at each person.
    pub(super) rank: Vec<f64>,
    /// The part of it that comes through reactions.
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
        // A walk from a seed does not reach a part without connection to it.
        let from_one = graph.walk(0.85, &[1.0, 0.0, 0.0, 0.0, 0.0, 0.0]).rank;
        assert!((from_one.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        assert!(from_one[3] > 0.0 && from_one[4] == 0.0 && from_one[5] == 0.0);
    }
}
