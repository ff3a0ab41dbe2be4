//! The time from the answer to an event until the score that it changes is visible, while other
//! events come in at half the rate that the service can take in and score.
//!
//! `cargo bench --bench visible`
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

mod common;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chrono::Utc;
use common::{Bench, timed};
use renown::jobs::Jobs;
use renown::service::Service;
use renown::service::events::Reading;
use renown::service::members::PutMember;
use renown_core::ingest::native;
use renown_lab::load::{Load, LoadConfig};
use tokio::time::{Instant, interval, sleep};

/// The enrolled members among the accounts of the load.
const MEMBERS: u32 = 5_000;
const ACCOUNTS: u32 = 100_000;
const MEASURED: usize = 200_000;
const PROBES: usize = 400;
const EVERY: Duration = Duration::from_millis(50);
/// How often events are sent.
const BEAT: Duration = Duration::from_millis(20);

#[tokio::main]
async fn main() {
    let bench = Bench::start(|_| {}).await;
    let service = Arc::clone(&bench.service);
    for member in 0..MEMBERS {
        enrol(&service, &format!("twitter:u{member}")).await;
    }
    for probe in 0..PROBES {
        enrol(&service, &format!("shop:p{probe}")).await;
    }
    let jobs = Jobs::start(&service);
    let events = LoadConfig::new(ACCOUNTS, 10_000_000, Utc::now());
    let mut load = Load::new(events).map(|event| Bytes::from(native::write(&event)));
    let first: Vec<Bytes> = load.by_ref().take(MEASURED).collect();
    let (seconds, ()) = timed(async {
        send(&service, first).await;
        while service.scorer.lag().await.unwrap() > 0 {
            sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    let most = MEASURED as f64 / seconds;
    let at_once = (most / 2.0 * BEAT.as_secs_f64()) as usize;
    eprintln!("{most:.0} events a second can be taken in and scored");
    let others = tokio::spawn({
        let service = Arc::clone(&service);
        async move {
            let mut beat = interval(BEAT);
            loop {
                beat.tick().await;
                send(&service, load.by_ref().take(at_once).collect()).await;
            }
        }
    });
    sleep(Duration::from_secs(2)).await;
    let mut times = probe(&service).await;
    others.abort();
    times.sort_unstable();
    let at = |share: f64| times[(share * (times.len() - 1) as f64) as usize].as_secs_f64() * 1e3;
    println!(
        "from the answer to an event until its score is visible, at {:.0} events a second, half of \
         what is possible: p99 {:.0} ms (p50 {:.0} ms, p95 {:.0} ms, of {PROBES})",
        most / 2.0,
        at(0.99),
        at(0.5),
        at(0.95),
    );
    jobs.stop().await;
    bench.stop().await;
}

/// Sends a purchase of a new customer every now and then, and returns how long it took after each
/// answer until the customer's value was known.
async fn probe(service: &Arc<Service>) -> Vec<Duration> {
    let mut every = interval(EVERY);
    let mut waiting = Vec::new();
    for probe in 0..PROBES {
        every.tick().await;
        let service = Arc::clone(service);
        waiting.push(tokio::spawn(async move {
            let event = format!(
                r#"{{"source":"shop","id":"p{probe}","type":"purchase","network":"shop","actor":"p{probe}","object":"o/{probe}","value":"10","currency":"USD","time":"{}"}}"#,
                Utc::now().to_rfc3339()
            );
            send(&service, vec![event.into()]).await;
            let answered = Instant::now();
            let identity = format!("shop:p{probe}");
            loop {
                let found = service.scores.get(&identity, None).await.unwrap();
                if found.score.value.score().is_some() {
                    return answered.elapsed();
                }
                sleep(Duration::from_millis(2)).await;
            }
        }));
    }
    let mut times = Vec::new();
    for one in waiting {
        times.push(one.await.unwrap());
    }
    times
}

async fn send(service: &Service, items: Vec<Bytes>) {
    let report = service.events.take_items(&Reading::native(), items).await;
    assert_eq!(report.unwrap().rejected, 0);
}

async fn enrol(service: &Service, identity: &str) {
    let put = PutMember {
        proofs: BTreeMap::new(),
        identities: None,
        name: None,
        attributes: renown_core::domain::Attributes::default(),
        interests: Vec::new(),
        scoring: None,
        enrolled_at: None,
        if_version: None,
    };
    service.members.put(identity, put).await.unwrap();
}
