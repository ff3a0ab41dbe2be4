//! The reaction graph: who reacted to whom in the whole log. A sparse directed
//! graph in memory, with personalised PageRank.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use rayon::prelude::*;

use super::Model;
use super::edges::{Edge, GraphBuilder};
use crate::domain::AccountId;

/// Index of a person in the graph.
pub(super) type Node = u32;

/// An edge of a row: the reactor, and `n / (n + saturation)` of n reactions, fading on the
/// longest timescale since the latest: it shows whom a person knows, not what is popular
/// now.
pub(super) type Received = (Node, f32);

/// The reaction graph in compressed sparse rows: by target, in order of reactors.
#[derive(Debug, Default)]
pub struct ReactionGraph {
    /// Everyone that reacted or got a reaction, in order.
    pub(super) people: Vec<AccountId>,
    /// The number and the weight of the reactions that each person gives.
    pub(super) givers: Vec<Giver>,
    /// Where the edges to each person are.
    pub(super) rows: Vec<Row>,
    /// In pieces, as they came, because one list of all would be copied while it grows.
    pub(super) edges: Vec<Vec<Received>>,
}

/// Where the edges to one person are.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Row {
    pub(super) piece: u32,
    pub(super) begin: u32,
    pub(super) len: u32,
}

/// The reactions that one person gives, added up.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Giver {
    /// Number of people they react to.
    pub(super) targets: u32,
    /// The sum of the weights of the edges.
    pub(super) weight: f64,
    /// Reactions, fading like the weights, and the sum of their squares by target.
    pub(super) reactions: f64,
    pub(super) squares: f64,
}

impl Giver {
    /// Adds an edge to one more target.
    pub(super) fn add(&mut self, weight: f32, reactions: f64) {
        self.targets += 1;
        self.weight += f64::from(weight);
        self.reactions += reactions;
        self.squares += reactions * reactions;
    }
}

/// Nodes whose sums are added up at once, always in the same order, so that the number of
/// threads makes no difference.
const BLOCK: usize = 4096;

impl ReactionGraph {
    /// Builds the graph of edges, in any order: see [`GraphBuilder`].
    pub fn new(
        model: &Model,
        persons: &BTreeMap<AccountId, AccountId>,
        edges: impl IntoIterator<Item = Edge>,
        as_of: DateTime<Utc>,
    ) -> Self {
        let mut edges: Vec<Edge> = edges.into_iter().collect();
        edges.par_sort_unstable_by_key(|edge| (edge.target, edge.reactor));
        let mut builder = GraphBuilder::new(model, persons, as_of);
        edges.into_iter().for_each(|edge| builder.add(edge));
        builder.build()
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

    /// Returns the number and the weight of the reactions that each person gives.
    pub(super) fn givers(&self) -> &[Giver] {
        &self.givers
    }

    /// Returns the reactors of a person, in order, with the weight of each edge.
    pub(super) fn received(&self, node: usize) -> &[Received] {
        let Row { piece, begin, len } = self.rows[node];
        match len {
            0 => &[],
            _ => &self.edges[piece as usize][begin as usize..][..len as usize],
        }
    }

    /// Returns a mark of each person's reactors, in which a bit says that one of its reactors
    /// may be there.
    pub(super) fn marks(&self) -> Vec<u64> {
        let mark = |node| {
            let reactors = self.received(node).iter();
            reactors.fold(0, |mark, (reactor, _)| mark | bit(*reactor))
        };
        (0..self.len()).into_par_iter().map(mark).collect()
    }

    /// Returns the weight of an edge; 0 if there is none.
    pub(super) fn weight(&self, from: Node, to: Node) -> f32 {
        let reactors = self.received(to as usize);
        match reactors.binary_search_by_key(&from, |(reactor, _)| *reactor) {
            Ok(at) => reactors[at].1,
            Err(_) => 0.0,
        }
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
        let mut rank = start.to_vec();
        let mut led = vec![0.0; self.len()];
        // Half as precise as the sums: it is read at random places, and half as large.
        let mut leaving = vec![0.0; self.len()];
        for _ in 0..ROUNDS {
            let stuck = self.leave(&rank, &mut leaving);
            let again = 1.0 - damping + damping * stuck;
            let places = (rank.par_iter_mut().zip(&mut led).zip(start)).enumerate();
            places.for_each(|(node, ((rank, led), start))| {
                let flow = (self.received(node).iter())
                    .map(|(reactor, weight)| f64::from(leaving[*reactor as usize] * weight));
                *led = damping * flow.sum::<f64>();
                *rank = *led + again * start;
            });
        }
        Walk { rank, led }
    }

    /// Writes what leaves everyone for each unit of an edge's weight, and returns the ranks of
    /// people who do not react to anyone.
    fn leave(&self, rank: &[f64], leaving: &mut [f32]) -> f64 {
        let blocks = (leaving.par_chunks_mut(BLOCK))
            .zip(rank.par_chunks(BLOCK))
            .zip(self.givers.par_chunks(BLOCK));
        let stuck: Vec<f64> = blocks
            .map(|((leaving, ranks), givers)| {
                let mut stuck = 0.0;
                for ((leaving, rank), giver) in leaving.iter_mut().zip(ranks).zip(givers) {
                    if giver.weight > 0.0 {
                        *leaving = (rank / giver.weight) as f32;
                    } else {
                        stuck += *rank;
                    }
                }
                stuck
            })
            .collect();
        stuck.into_iter().sum()
    }
}

/// Returns the bit of a reactor in [`ReactionGraph::marks`].
pub(super) fn bit(reactor: Node) -> u64 {
    1 << (reactor % u64::BITS)
}

/// Where a walker is found.
#[derive(Debug)]
pub(super) struct Walk {
    /// The probability of being at each person.
    pub(super) rank: Vec<f64>,
    /// The part of it that comes through reactions.
    pub(super) led: Vec<f64>,
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
        assert_eq!(graph.received(1), [(0, 0.5)]);
        assert_eq!(graph.received(0), [(2, 0.5)]);
        assert!(graph.received(2).is_empty());
        assert_eq!(graph.weight(2, 0), 0.5);
        assert_eq!(graph.weight(0, 2), 0.0);
    }

    #[test]
    fn the_walker_is_always_somewhere_and_mostly_where_reactions_lead() {
        let graph = graph(&[(1, 2, 1), (3, 2, 1), (2, 4, 1), (5, 6, 1)]);
        let everywhere = vec![1.0 / 6.0; 6];
        let rank = graph.walk(0.85, &everywhere).rank;
        assert!((rank.iter().sum::<f64>() - 1.0).abs() < 1e-6);
        assert!(rank[1] > rank[5] && rank[5] > rank[0]);
        // A walk from a seed does not reach a part without connection to it.
        let from_one = graph.walk(0.85, &[1.0, 0.0, 0.0, 0.0, 0.0, 0.0]).rank;
        assert!((from_one.iter().sum::<f64>() - 1.0).abs() < 1e-6);
        assert!(from_one[3] > 0.0 && from_one[4] == 0.0 && from_one[5] == 0.0);
    }
}
