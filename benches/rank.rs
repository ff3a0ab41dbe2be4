//! Trust in reactors computed from ten million edges: building the graph, thirty rounds
//! of the walk, and the trusted accounts; against one parallel sort of the same edges.
//! `RENOWN_BENCH_EDGES` sets another number.

#![allow(clippy::disallowed_methods)]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::Instant;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use renown_core::domain::{AccountId, SnapshotId};
use renown_core::scoring::{Edge, Hierarchy, Model, SnapshotBuilder};

const ROUNDS: usize = 3;

fn main() {
    let count: usize = std::env::var("RENOWN_BENCH_EDGES")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(10_000_000);
    let model = Model::builtin();
    let now = chrono::DateTime::UNIX_EPOCH;
    let mut dice = ChaCha8Rng::seed_from_u64(1);
    let people = count as f64 / 10.0;
    // Many accounts react to a few: reactors are uniform, targets are skewed.
    let edges: Vec<Edge> = (0..count)
        .map(|_| Edge {
            reactor: AccountId((dice.random::<f64>() * people) as i64),
            target: AccountId((dice.random::<f64>().powi(3) * people) as i64),
            reactions: dice.random_range(1..10),
            latest: now,
        })
        .collect();
    let mut ratios: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let mut sorted = edges.clone();
            let begin = Instant::now();
            sorted.par_sort_unstable_by_key(|edge| (edge.reactor, edge.target));
            let sort = begin.elapsed();
            black_box(sorted);
            let mut builder = SnapshotBuilder::new(&model, Hierarchy::from(BTreeMap::new()), now);
            (0..1_000).for_each(|seed| builder.add_seed(AccountId(seed * 7)));
            let given = edges.clone();
            let begin = Instant::now();
            let snapshot = builder.finish(SnapshotId(1), given);
            let rank = begin.elapsed();
            eprintln!("{count} edges: sort {sort:.2?}, rank {rank:.2?}");
            black_box(snapshot);
            rank.as_secs_f64() / sort.as_secs_f64()
        })
        .collect();
    ratios.sort_unstable_by(f64::total_cmp);
    println!("rank_against_one_sort: {:.1}", ratios[ROUNDS / 2]);
}
