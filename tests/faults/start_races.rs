//! Replicas that start at the same moment: every one of them serves.

use reqwest::Client;

use crate::process::{Databases, Served, dir};
use crate::report::{held, rounds};

const REPLICAS: usize = 3;
const ROUNDS: usize = 20;

/// Starts the replicas at once and waits until all are ready.
async fn start_together(dir: &std::path::Path, url: &str) {
    let client = Client::new();
    let start = |_| Served::start(dir, Some(url.to_owned()));
    let mut replicas: Vec<Served> = (0..REPLICAS).map(start).collect();
    for replica in &mut replicas {
        replica.ready(&client).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replicas_that_start_together_on_an_empty_database_all_serve() {
    let dir = dir();
    let mut databases = Databases::start(dir.path()).await;
    let rounds = rounds(ROUNDS);
    for _ in 0..rounds {
        let url = databases.create().await;
        start_together(dir.path(), &url).await;
    }
    held(format_args!(
        "{REPLICAS} replicas started together on an empty database, {rounds} rounds: all serve"
    ));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replicas_that_start_together_when_a_month_begins_all_serve() {
    let dir = dir();
    let mut databases = Databases::start(dir.path()).await;
    let url = databases.create().await;
    start_together(dir.path(), &url).await;
    let month = chrono::Utc::now().format("events_%Y_%m");
    let rounds = rounds(ROUNDS);
    for _ in 0..rounds {
        databases.in_latest(&format!("drop table {month}")).await;
        start_together(dir.path(), &url).await;
    }
    held(format_args!(
        "{REPLICAS} replicas started together without this month's partition, {rounds} rounds: \
         all serve"
    ));
}
