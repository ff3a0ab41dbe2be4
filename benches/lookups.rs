//! Tier lookups over HTTP at several numbers of members: warm, against a bare axum route that
//! answers a body of the same size; cold, against `pgbench -S`; and while events come in.
//!
//! Needs `wrk` and `pgbench`. `cargo bench --bench lookups`; `RENOWN_BENCH_MEMBERS` sets other
//! numbers, as in `10000,1000000,10000000`.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

mod common;

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use bytes::Bytes;
use chrono::Utc;
use common::wrk::{Measured, Requests};
use common::{Bench, median, numbers, pgbench, population, row};
use futures::FutureExt;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Zipf};
use renown::jobs::Jobs;
use renown::service::Service;
use renown::service::events::Reading;
use renown::{http, telemetry};
use renown_core::domain::Scope;
use renown_core::ingest::native;
use renown_lab::load::{Load, LoadConfig};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

const ROUNDS: usize = 5;
const SECONDS: u64 = 4;
/// How many requests are made up; they are repeated.
const REQUESTS: usize = 100_000;
/// With fewer members, some would be asked for twice.
const ENOUGH: u64 = 1_000_000;
const PROGRAM: &str = include_str!("../config/programs/palms-klub.yaml");

#[tokio::main]
async fn main() {
    let metrics = telemetry::start_metrics();
    for members in numbers("RENOWN_BENCH_MEMBERS", &[10_000, 1_000_000]) {
        let bench = Bench::start(|config| config.cache.members = 200_000).await;
        let programs = &bench.service.programs;
        programs.publish(None, PROGRAM, None).await.unwrap();
        population::fill(&bench.pool, &bench.service.scorer, members).await;
        let site = Site::start(&bench, members, metrics.clone()).await;
        calm(&bench.service).await;
        if members >= ENOUGH {
            site.cold(&bench).await;
        }
        site.warm().await;
        site.during_import(&bench).await;
        site.jobs.stop().await;
        bench.stop().await;
    }
    std::process::exit(0);
}

/// A service with members that answers over HTTP.
struct Site {
    members: u64,
    secret: String,
    address: SocketAddr,
    jobs: Jobs,
}

impl Site {
    async fn start(
        bench: &Bench,
        members: u64,
        metrics: metrics_exporter_prometheus::PrometheusHandle,
    ) -> Self {
        let service = &bench.service;
        let secret = bench.key(Scope::Lookup).await;
        let jobs = Jobs::start(service);
        let api = http::api(Arc::clone(service), metrics);
        let listener = http::listen("127.0.0.1:0".parse().unwrap()).unwrap();
        let address = listener.local_addr().unwrap();
        let config = Arc::clone(&service.config);
        let never = CancellationToken::new();
        tokio::spawn(async move { http::serve(listener, api, &config, never).await });
        Self {
            members,
            secret,
            address,
            jobs,
        }
    }

    fn path(number: u64) -> String {
        format!("/v1/programs/palms-klub/members/loyalty:{number}/tier")
    }

    /// Requests about members of power-law popularity, in a random order of ids.
    fn popular(&self) -> Requests {
        let mut dice = ChaCha8Rng::seed_from_u64(7);
        let zipf = Zipf::new(self.members as f64, 1.1).unwrap();
        let mut numbers = Vec::with_capacity(REQUESTS);
        for _ in 0..REQUESTS {
            let rank = zipf.sample(&mut dice) as u64;
            // A prime, so that each rank has its own member.
            numbers.push(rank * 7_919 % self.members + 1);
        }
        let distinct: BTreeSet<u64> = numbers.iter().copied().collect();
        eprintln!("{REQUESTS} requests about {} members", distinct.len());
        Requests::new(numbers.into_iter().map(Self::path), &self.secret)
    }

    async fn warm(&self) {
        let requests = self.popular();
        let bare = bare(self.body().await).await;
        // Until each was answered at least once.
        requests.send(self.address, 32, 2 * SECONDS).await;
        let (mut ours, mut theirs, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let own = requests.send(self.address, 32, SECONDS).await;
            let other = requests.send(bare, 32, SECONDS).await;
            ratios.push(own.rate / other.rate);
            ours.push(own);
            theirs.push(other);
        }
        let name = format!(
            "warm tier lookup, {} members, against a bare axum route",
            self.members
        );
        row(&name, median(ratios), told(&ours), told(&theirs));
    }

    /// Asks for each member only once, so that no answer is in a cache.
    async fn cold(&self, bench: &Bench) {
        let pgbench = pgbench::Database::create(&bench.pool, &bench.url(), self.members).await;
        let (mut ours, mut theirs, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
        let mut dice = ChaCha8Rng::seed_from_u64(8);
        for round in 0..ROUNDS {
            let numbers = (1..=self.members).skip(round).step_by(ROUNDS);
            let mut order: Vec<u64> = numbers.take(2 * REQUESTS).collect();
            order.shuffle(&mut dice);
            let requests = Requests::new(order.into_iter().map(Self::path), &self.secret);
            let own = requests.send(self.address, 16, 2).await;
            let other = pgbench.selects(16, 2).await;
            ratios.push(own.rate / other);
            ours.push(own);
            theirs.push(other);
        }
        let name = format!(
            "cold tier lookup, {} members, against `pgbench -S`, prepared, 16 connections each",
            self.members
        );
        let theirs = format!("{:.0} a second", median(theirs));
        row(&name, median(ratios), told(&ours), theirs);
    }

    /// Compares warm lookups with and without an import, at a rate that leaves room.
    async fn during_import(&self, bench: &Bench) {
        let requests = self.popular();
        let (mut during, mut without, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
        for round in 0..ROUNDS {
            let calm = requests.send(self.address, 4, SECONDS).await;
            let stop = CancellationToken::new();
            let import = tokio::spawn(import(
                Arc::clone(&bench.service),
                round as u64,
                stop.clone(),
            ));
            let busy = requests.send(self.address, 4, SECONDS).await;
            stop.cancel();
            import.await.unwrap();
            ratios.push(busy.p99 / calm.p99);
            during.push(busy);
            without.push(calm);
        }
        let name = format!(
            "p99 of lookups during an import of events, {} members, against without",
            self.members
        );
        row(&name, median(ratios), told(&during), told(&without));
    }

    async fn body(&self) -> Bytes {
        let url = format!("http://{}{}", self.address, Self::path(1));
        let answer = reqwest::Client::new().get(url).bearer_auth(&self.secret);
        let answer = answer.send().await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.bytes().await.unwrap()
    }
}

/// Waits until the jobs have done what a new program and new members give them to do.
async fn calm(service: &Service) {
    loop {
        let outdated = service.scorer.outdated().await.unwrap();
        let sweep = service.tiers.due_sweep().await.unwrap();
        if outdated == 0 && sweep.is_none() {
            return;
        }
        eprintln!(
            "{outdated} scores are outdated, a sweep is due: {}",
            sweep.is_some()
        );
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
}

/// Returns medians of the rates and times.
fn told(measured: &[Measured]) -> String {
    let of = |value: fn(&Measured) -> f64| median(measured.iter().map(value).collect());
    format!(
        "{:.0} a second, p50 {:.2} ms, p95 {:.2} ms, p99 {:.2} ms",
        of(|one| one.rate),
        of(|one| one.p50),
        of(|one| one.p95),
        of(|one| one.p99),
    )
}

/// Serves a route with the same address and a body of the same size.
async fn bare(body: Bytes) -> SocketAddr {
    let router = axum::Router::new().route(
        "/v1/programs/{program}/members/{member}/tier",
        get(move || {
            let body = body.clone();
            async move { ([(CONTENT_TYPE, "application/json")], body) }
        }),
    );
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// Sends events as fast as the service takes them, until it is stopped.
async fn import(service: Arc<renown::service::Service>, round: u64, stop: CancellationToken) {
    let mut config = LoadConfig::new(100_000, 50_000_000, Utc::now());
    config.seed += round;
    let mut load = Load::new(config);
    let pieces = std::iter::from_fn(move || {
        let lines = load.by_ref().take(500);
        let lines = lines.map(|mut event| {
            let id = format!("{round}-{}", event.key.id);
            event.key.id = renown_core::domain::EventId::parse(&id).unwrap();
            native::write(&event) + "\n"
        });
        Some(Ok::<_, String>(Bytes::from(lines.collect::<String>())))
    });
    let pieces =
        futures::StreamExt::take_until(futures::stream::iter(pieces), stop.cancelled_owned());
    let reading = Reading::native();
    let taken = service.events.take_stream(&reading, pieces, |_| {}).boxed();
    assert_eq!(taken.await.unwrap().rejected, 0);
}
