//! Builds the reaction graph from a stream of edges, piece by piece, so that the
//! edges themselves are never all in memory.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use hashbrown::HashTable;
use rayon::prelude::*;

use super::Model;
use super::decay::instant;
use super::graph::{Giver, Node, ReactionGraph, Received, Row};
use crate::domain::AccountId;

/// The number of edges that are folded at once.
const PIECE: usize = 1 << 18;

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

/// Builds a [`ReactionGraph`] from edges that come target by target.
///
/// It needs 8 bytes for each edge and some 100 for each person. It holds whole only the
/// edges to one target, of a piece of the stream, and to people with several accounts.
#[derive(Debug)]
pub struct GraphBuilder<'a> {
    model: &'a Model,
    as_of: DateTime<Utc>,
    persons: &'a BTreeMap<AccountId, AccountId>,
    /// Those who have several accounts: the edges to them come in several places.
    merged: BTreeSet<AccountId>,
    piece: usize,
    waiting: Vec<Edge>,
    to_merged: Vec<Link>,
    people: People,
    givers: Vec<Giver>,
    rows: Vec<Row>,
    pieces: Vec<Piece>,
}

/// An edge between nodes, as long as more reactions may be added.
#[derive(Debug, Clone, Copy)]
struct Link {
    target: Node,
    reactor: Node,
    reactions: u64,
    /// In milliseconds since 1970.
    latest: i64,
}

/// What was folded at once: rows of edges, one after the other.
#[derive(Debug)]
struct Piece {
    edges: Vec<Received>,
    lengths: Vec<u32>,
}

/// The people found so far, numbered as they came.
#[derive(Debug, Default)]
struct People {
    people: Vec<AccountId>,
    nodes: HashTable<Node>,
    /// The nodes of accounts that another account represents.
    others: HashMap<AccountId, Node>,
}

impl People {
    fn find(&self, account: AccountId) -> Option<Node> {
        let is_same = |node: &Node| self.people[*node as usize] == account;
        let node = self.nodes.find(hash(account), is_same);
        node.or_else(|| self.others.get(&account)).copied()
    }

    /// Returns the node of the person behind an account; adds a new one.
    fn number(&mut self, account: AccountId, persons: &BTreeMap<AccountId, AccountId>) -> Node {
        if let Some(node) = self.find(account) {
            return node;
        }
        let person = *persons.get(&account).unwrap_or(&account);
        if person != account {
            let node = self.number(person, &BTreeMap::new());
            self.others.insert(account, node);
            return node;
        }
        let node = Node::try_from(self.people.len()).unwrap_or(Node::MAX);
        self.people.push(account);
        let hash_of = |node: &Node| hash(self.people[*node as usize]);
        self.nodes.insert_unique(hash(account), node, hash_of);
        node
    }
}

/// Spreads the numbers of accounts, which often follow one another, over all bits.
fn hash(account: AccountId) -> u64 {
    let product = u128::from(account.0 as u64) * 0x9e37_79b9_7f4a_7c15;
    (product >> 64) as u64 ^ product as u64
}

impl<'a> GraphBuilder<'a> {
    /// Begins a graph as of a time. Accounts of one person become one node (`persons` maps
    /// an account to the one that represents it).
    pub fn new(
        model: &'a Model,
        persons: &'a BTreeMap<AccountId, AccountId>,
        as_of: DateTime<Utc>,
    ) -> Self {
        Self {
            model,
            as_of,
            persons,
            merged: persons.values().copied().collect(),
            piece: PIECE,
            waiting: Vec::new(),
            to_merged: Vec::new(),
            people: People::default(),
            givers: Vec::new(),
            rows: Vec::new(),
            pieces: Vec::new(),
        }
    }

    /// Adds an edge. All edges to one target account must follow one another. Reactions to
    /// oneself are left out.
    pub fn add(&mut self, edge: Edge) {
        let is_full = self.waiting.len() >= self.piece;
        if is_full && self.waiting.last().map(|last| last.target) != Some(edge.target) {
            self.fold_waiting();
        }
        self.waiting.push(edge);
    }

    /// Returns the graph of all edges that were added.
    pub fn build(mut self) -> ReactionGraph {
        self.fold_waiting();
        let mut to_merged = std::mem::take(&mut self.to_merged);
        to_merged.par_sort_unstable_by_key(|link| link.target);
        self.fold(to_merged);
        let Self {
            people,
            givers,
            rows,
            mut pieces,
            ..
        } = self;
        let people = people.people;
        // Who has only reacted to themselves is not part of it.
        let is_connected =
            |node: &Node| givers[*node as usize].targets > 0 || rows[*node as usize].len > 0;
        let mut order: Vec<Node> = (0..people.len() as Node).filter(is_connected).collect();
        order.par_sort_unstable_by_key(|node| people[*node as usize]);
        let mut places = vec![0; people.len()];
        for (place, node) in order.iter().enumerate() {
            places[*node as usize] = place as Node;
        }
        pieces
            .par_iter_mut()
            .for_each(|piece| piece.renumber(&places));
        ReactionGraph {
            people: in_order(people, &order),
            givers: in_order(givers, &order),
            rows: in_order(rows, &order),
            edges: pieces.into_iter().map(|piece| piece.edges).collect(),
        }
    }

    fn fold_waiting(&mut self) {
        let edges = std::mem::take(&mut self.waiting);
        let mut links = self.links(&edges);
        self.waiting = edges;
        self.waiting.clear();
        if !self.merged.is_empty() {
            let is_merged = |link: &mut Link| {
                self.merged
                    .contains(&self.people.people[link.target as usize])
            };
            self.to_merged.extend(links.extract_if(.., is_merged));
        }
        self.fold(links);
    }

    /// Numbers the accounts of edges.
    fn links(&mut self, edges: &[Edge]) -> Vec<Link> {
        let mut reactors: Vec<Option<Node>> = (edges.par_iter())
            .map(|edge| self.people.find(edge.reactor))
            .collect();
        let mut last = None;
        for (reactor, edge) in reactors.iter_mut().zip(edges) {
            if reactor.is_none() {
                *reactor = Some(self.people.number(edge.reactor, self.persons));
            }
            if last != Some(edge.target) {
                self.people.number(edge.target, self.persons);
                last = Some(edge.target);
            }
        }
        let count = self.people.people.len();
        self.givers.resize(count, Giver::default());
        self.rows.resize(count, Row::default());
        (reactors.into_par_iter().zip(edges))
            .filter_map(|(reactor, edge)| {
                let link = Link {
                    target: self.people.find(edge.target)?,
                    reactor: reactor?,
                    reactions: edge.reactions,
                    latest: instant(edge.latest),
                };
                (link.target != link.reactor).then_some(link)
            })
            .collect()
    }

    /// Folds links, target by target, to targets of which no more will come.
    fn fold(&mut self, mut links: Vec<Link>) {
        links
            .par_chunk_by_mut(|a, b| a.target == b.target)
            .for_each(|row| row.sort_unstable_by_key(|link| link.reactor));
        links.dedup_by(|later, kept| {
            let same = (later.target, later.reactor) == (kept.target, kept.reactor);
            if same {
                kept.reactions = kept.reactions.saturating_add(later.reactions);
                kept.latest = kept.latest.max(later.latest);
            }
            same
        });
        let now = instant(self.as_of);
        let saturation = self.model.credit.saturation.get();
        let decay = &self.model.decay;
        let strengths: Vec<(f32, f64)> = (links.par_iter())
            .map(|link| {
                let n = link.reactions as f64;
                let fading = decay.longest(link.latest, now);
                ((n / (n + saturation) * fading) as f32, n * fading)
            })
            .collect();
        let number = u32::try_from(self.pieces.len()).unwrap_or(u32::MAX);
        let mut piece = Piece {
            edges: Vec::with_capacity(links.len()),
            lengths: Vec::new(),
        };
        let mut strengths = strengths.into_iter();
        for row in links.chunk_by(|a, b| a.target == b.target) {
            self.rows[row[0].target as usize] = Row {
                piece: number,
                begin: piece.edges.len() as u32,
                len: row.len() as u32,
            };
            piece.lengths.push(row.len() as u32);
            for (link, (weight, reactions)) in row.iter().zip(&mut strengths) {
                self.givers[link.reactor as usize].add(weight, reactions);
                piece.edges.push((link.reactor, weight));
            }
        }
        self.pieces.push(piece);
    }
}

impl Piece {
    /// Gives nodes their final numbers, and brings each row into their order.
    fn renumber(&mut self, places: &[Node]) {
        let mut rest = &mut self.edges[..];
        for len in std::mem::take(&mut self.lengths) {
            let (row, after) = rest.split_at_mut(len as usize);
            for (reactor, _) in row.iter_mut() {
                *reactor = places[*reactor as usize];
            }
            row.sort_unstable_by_key(|(reactor, _)| *reactor);
            rest = after;
        }
    }
}

fn in_order<T: Copy + Send + Sync>(of_nodes: Vec<T>, order: &[Node]) -> Vec<T> {
    let places = order.par_iter();
    places.map(|node| of_nodes[*node as usize]).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::scoring::trust::Trust;

    const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

    /// Generates edges, in order of targets; some pairs come several times.
    fn edges() -> impl Strategy<Value = Vec<Edge>> {
        let edge = (0..30i64, 0..20i64, 1..20u64, 0..900i64);
        prop::collection::vec(edge, 0..200).prop_map(|edges| {
            let edge = |(reactor, target, reactions, days)| Edge {
                reactor: AccountId(reactor * reactor),
                target: AccountId(target),
                reactions,
                latest: NOW - chrono::TimeDelta::days(days),
            };
            let mut edges: Vec<Edge> = edges.into_iter().map(edge).collect();
            edges.sort_by_key(|edge| (edge.target, edge.reactor));
            edges
        })
    }

    fn persons() -> impl Strategy<Value = BTreeMap<AccountId, AccountId>> {
        let others = prop::collection::btree_set(1..30i64, 0..4);
        others.prop_map(|others| {
            others
                .into_iter()
                .map(|n| (AccountId(n), AccountId(0)))
                .collect()
        })
    }

    fn built(
        edges: &[Edge],
        persons: &BTreeMap<AccountId, AccountId>,
        piece: usize,
    ) -> ReactionGraph {
        let model = Model::builtin();
        let mut builder = GraphBuilder::new(&model, persons, NOW);
        builder.piece = piece;
        edges.iter().for_each(|edge| builder.add(*edge));
        builder.build()
    }

    /// Returns all edges with their weights.
    fn all(graph: &ReactionGraph) -> BTreeMap<(AccountId, AccountId), f32> {
        let people = graph.people();
        let rows = people.iter().enumerate();
        rows.flat_map(|(node, target)| {
            let edge =
                |(reactor, weight): &Received| ((people[*reactor as usize], *target), *weight);
            graph.received(node).iter().map(edge)
        })
        .collect()
    }

    proptest! {
        #[test]
        fn a_graph_has_what_each_person_gives_to_each_other(edges in edges(), persons in persons(), piece in 1..50usize) {
            let model = Model::builtin();
            let person = |account| *persons.get(&account).unwrap_or(&account);
            let mut sums: BTreeMap<(AccountId, AccountId), (u64, DateTime<Utc>)> = BTreeMap::new();
            for edge in &edges {
                let pair = (person(edge.reactor), person(edge.target));
                let (reactions, latest) = sums.entry(pair).or_insert((0, edge.latest));
                *reactions += edge.reactions;
                *latest = edge.latest.max(*latest);
            }
            sums.retain(|(reactor, target), _| reactor != target);
            let weight = |(reactions, latest): &(u64, DateTime<Utc>)| {
                let n = *reactions as f64;
                (n / (n + model.credit.saturation.get()) * model.decay.longest(instant(*latest), 0)) as f32
            };
            let expected = sums.iter().map(|(pair, sum)| (*pair, weight(sum))).collect();
            let graph = built(&edges, &persons, piece);
            prop_assert_eq!(all(&graph), expected);
            for (node, person) in graph.people().iter().enumerate() {
                let targets = sums.keys().filter(|(reactor, _)| reactor == person).count();
                prop_assert_eq!(graph.givers()[node].targets as usize, targets);
            }
        }

        #[test]
        fn trust_depends_neither_on_pieces_nor_on_threads(edges in edges(), persons in persons(), piece in 1..50usize) {
            let model = Model::builtin();
            let seeds = [AccountId(1), AccountId(4)].into();
            let in_threads = |threads, piece| {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                pool.install(|| Trust::new(&model, &built(&edges, &persons, piece), &seeds))
            };
            let whole = in_threads(1, PIECE);
            prop_assert_eq!(&in_threads(1, piece), &whole);
            prop_assert_eq!(&in_threads(3, piece), &whole);
        }
    }
}
