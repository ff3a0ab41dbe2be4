//! Lookups and health checks beside senders of bodies that are small and much work,
//! against the same without these senders, in one run on one machine. All run in this
//! process, the senders too, so the figures are on the high side.
//!
//! `cargo bench --bench hostile`
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

mod common;

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use common::Bench;
use renown::jobs::Jobs;
use renown::{http, telemetry};
use renown_core::domain::Scope;
use reqwest::Client;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// The senders at once.
const SENDERS: usize = 8;
/// How long each measurement takes.
const TIME: Duration = Duration::from_secs(10);
const PROGRAM: &str = include_str!("../config/programs/palms-klub.yaml");

#[tokio::main]
async fn main() {
    let bench = Bench::start(|_| {}).await;
    let service = &bench.service;
    service.programs.publish(None, PROGRAM, None).await.unwrap();
    let jobs = Jobs::start(service);
    let api = http::api(Arc::clone(service), telemetry::start_metrics());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let config = Arc::clone(&service.config);
    tokio::spawn(
        async move { http::serve(listener, api, &config, CancellationToken::new()).await },
    );
    let caller = Caller {
        client: Client::new(),
        url: format!("http://{address}"),
        key: bench.key(Scope::Admin).await,
    };
    measure("alone", &caller).await;
    let bodies = Arc::new(bodies());
    let sent = Arc::new(AtomicU64::new(0));
    let senders: Vec<_> = (0..SENDERS)
        .map(|first| {
            tokio::spawn(
                caller
                    .clone()
                    .send(first, Arc::clone(&bodies), Arc::clone(&sent)),
            )
        })
        .collect();
    measure(&format!("beside {SENDERS} senders"), &caller).await;
    for sender in senders {
        sender.abort();
    }
    println!(
        "bodies answered meanwhile: {}",
        sent.load(Ordering::Relaxed)
    );
    jobs.stop().await;
    std::process::exit(0);
}

/// Its encoding, its type and its bytes.
type Body = (&'static str, &'static str, Bytes);

#[derive(Clone)]
struct Caller {
    client: Client,
    url: String,
    key: String,
}

impl Caller {
    async fn ask(&self, path: &str) -> f64 {
        let asked = Instant::now();
        let request = self.client.get(format!("{}{path}", self.url));
        let answer = request.bearer_auth(&self.key).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        asked.elapsed().as_secs_f64() * 1000.0
    }

    /// Sends one bad body after the other.
    async fn send(self, first: usize, bodies: Arc<Vec<Body>>, sent: Arc<AtomicU64>) {
        let client = Client::new();
        for number in first.. {
            let (encoding, content_type, body) = &bodies[number % bodies.len()];
            let request = client
                .post(format!("{}/v1/events", self.url))
                .bearer_auth(&self.key)
                .header("content-type", *content_type)
                .header("content-encoding", *encoding)
                .body(body.clone());
            if request.send().await.is_ok() {
                sent.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}

/// Bodies of zeros, empty objects and blank lines, plain and compressed.
fn bodies() -> Vec<Body> {
    let (json, lines) = ("application/json", "application/x-ndjson");
    let zeros = format!("[0{}]", ",0".repeat(8_000_000 - 1)).into_bytes();
    let objects = "{}\n".repeat(6_000_000).into_bytes();
    vec![
        ("gzip", json, gzip(&zeros)),
        ("gzip", lines, gzip(&objects)),
        ("gzip", lines, gzip(&vec![b'\n'; 300 << 20])),
        ("identity", json, zeros[..4 << 20].to_vec().into()),
        ("identity", lines, objects[..3 << 20].to_vec().into()),
    ]
}

fn gzip(plain: &[u8]) -> Bytes {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap().into()
}

/// Prints the median and the slowest hundredth of each kind of request.
async fn measure(name: &str, caller: &Caller) {
    let paths = [
        ("/livez", "/livez"),
        (
            "lookups",
            "/v1/programs/palms-klub/members/twitter:kevin/tier",
        ),
    ];
    let until = Instant::now() + TIME;
    let asking = paths.map(|(kind, path)| async move {
        let mut times = Vec::new();
        while Instant::now() < until {
            times.push(caller.ask(path).await);
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        times.sort_by(f64::total_cmp);
        let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
        println!(
            "{name}: {kind}: median {:.1} ms, p99 {:.1} ms, slowest {:.1} ms",
            at(0.5),
            at(0.99),
            at(1.0)
        );
    });
    futures::future::join_all(asking).await;
}
