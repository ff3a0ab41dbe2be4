//! Trust in reactors computed from ten million edges: sorting them, building the graph, thirty
//! rounds of the walk, and the trusted accounts; against one parallel sort of the same edges.
//! And the memory of it: how far the resident memory of the process rises above what it was
//! with the edges. `RENOWN_BENCH_EDGES` sets another number.

#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::{Duration, Instant};

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use renown_core::domain::{AccountId, SnapshotId};
use renown_core::scoring::{Edge, Hierarchy, Model, SnapshotBuilder};

/// The same allocator as the service.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const ROUNDS: usize = 5;

fn main() {
    let count: usize = std::env::var("RENOWN_BENCH_EDGES")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(10_000_000);
    let edges = edges(count);
    let (mut ranks, mut sorts, mut ratios, mut peak) = (vec![], vec![], vec![], 0);
    for _ in 0..ROUNDS {
        let given = edges.clone();
        let before = resident("VmRSS");
        forget_peak();
        let (alone, rank) = rank(given);
        peak = peak.max(resident("VmHWM") - before);
        let mut sorted = edges.clone();
        let begin = Instant::now();
        sort(&mut sorted);
        let sort = begin.elapsed();
        black_box(sorted);
        eprintln!("{count} edges: rank {rank:.2?}, without its sort {alone:.2?}; sort {sort:.2?}");
        ratios.push(rank.as_secs_f64() / sort.as_secs_f64());
        ranks.push(rank.as_secs_f64());
        sorts.push(sort.as_secs_f64());
    }
    let (ratio, rank, sort) = (median(ratios), median(ranks), median(sorts));
    println!(
        "rank, {count} edges, against one parallel sort: {ratio:.1} times its time ({rank:.2} s, {sort:.2} s)"
    );
    let share = peak as f64 / (count * size_of::<Edge>()) as f64;
    println!(
        "rank, {count} edges, memory beyond the edges, against theirs: {share:.2} times ({} MB, {} MB)",
        peak / 1_000_000,
        count * size_of::<Edge>() / 1_000_000
    );
}

/// Returns random edges. Many accounts react to a few: reactors are uniform, targets are
/// skewed.
fn edges(count: usize) -> Vec<Edge> {
    let mut dice = ChaCha8Rng::seed_from_u64(1);
    let people = count as f64 / 10.0;
    (0..count)
        .map(|_| Edge {
            reactor: AccountId((dice.random::<f64>() * people) as i64),
            target: AccountId((dice.random::<f64>().powi(3) * people) as i64),
            reactions: dice.random_range(1..10),
            latest: chrono::DateTime::UNIX_EPOCH,
        })
        .collect()
}

/// Sorts edges in the order in which the graph takes them; the database does it for the
/// service.
fn sort(edges: &mut [Edge]) {
    edges.par_sort_unstable_by_key(|edge| (edge.target, edge.reactor));
}

/// Takes a snapshot. Returns how long it took, without sorting and with it.
fn rank(mut edges: Vec<Edge>) -> (Duration, Duration) {
    let model = Model::builtin();
    let hierarchy = Hierarchy::from(BTreeMap::new());
    let begin = Instant::now();
    sort(&mut edges);
    let sorted = Instant::now();
    let mut builder = SnapshotBuilder::new(&model, hierarchy, chrono::DateTime::UNIX_EPOCH);
    (0..1_000).for_each(|seed| builder.add_seed(AccountId(seed * 7)));
    let mut graph = builder.graph();
    edges.iter().for_each(|edge| graph.add(*edge));
    let graph = graph.build();
    black_box(builder.finish(SnapshotId(1), graph));
    (sorted.elapsed(), begin.elapsed())
}

/// Returns a line of what Linux says about the memory of this process, in bytes.
fn resident(line: &str) -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let value = status.lines().find_map(|text| text.strip_prefix(line));
    let kilobytes = value.unwrap().trim_matches(|c: char| !c.is_ascii_digit());
    kilobytes.parse::<usize>().unwrap() * 1024
}

/// Lets the most memory be counted from now on.
fn forget_peak() {
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
