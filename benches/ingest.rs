//! Durable ingest: a stream of events against `COPY` of the same rows into the same table with
//! the same indexes; single events over HTTP from many connections against an insert and a
//! commit each.
//!
//! Needs `wrk` and `pgbench`. `cargo bench --bench ingest [-- FILE.ndjson[.gz]]`;
//! `RENOWN_BENCH_EVENTS` sets another number of made-up events.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

mod common;

use std::io::Read;
use std::sync::Arc;

use bytes::Bytes;
use chrono::Utc;
use common::wrk::Requests;
use common::{Bench, median, numbers, pgbench, row, timed};
use futures::TryStreamExt;
use renown::service::events::Reading;
use renown::{http, telemetry};
use renown_core::domain::Scope;
use renown_core::ingest::native;
use renown_lab::load::{Load, LoadConfig};
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;

const ROUNDS: usize = 3;
const CONNECTIONS: usize = 64;
const SECONDS: u64 = 4;
/// A table like the log, with its indexes.
const COPIED: [&str; 3] = [
    "create table copied (like events)",
    "create index on copied (position, ordinal)",
    "create index on copied (subject, position, ordinal) where subject is not null",
];
/// A row like that of a reaction.
const INSERT: &str = "insert into copied (received_at, position, ordinal, source_id, id, type, time, \
     network, subject, actor, object, topics, count) values (now(), 1, 1, 1, \
     'e' || nextval('numbers'), 2, now(), 'twitter', 1, 2, 'u1/1', '{food}', 1);";

#[tokio::main]
async fn main() {
    let file = std::env::args()
        .skip(1)
        .find(|argument| !argument.starts_with("--"));
    match file {
        Some(path) => batch(&path, &read(&path)).await,
        None => {
            for events in numbers("RENOWN_BENCH_EVENTS", &[500_000]) {
                let load = Load::new(LoadConfig::new(100_000, events, Utc::now()));
                let lines = load.map(|event| native::write(&event) + "\n");
                let body: String = lines.collect();
                batch("made-up events", body.as_bytes()).await;
            }
            single().await;
        }
    }
    std::process::exit(0);
}

async fn batch(what: &str, body: &[u8]) {
    let events = body.iter().filter(|byte| **byte == b'\n').count() as f64;
    let (mut ours, mut theirs, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let bench = Bench::start(|_| {}).await;
        let pieces = body
            .chunks(256 * 1024)
            .map(|piece| Ok::<_, String>(Bytes::copy_from_slice(piece)));
        let stream = futures::stream::iter(pieces.collect::<Vec<_>>());
        let reading = Reading::native();
        let take = bench.service.events.take_stream(&reading, stream, |_| {});
        let (seconds, report) = timed(take).await;
        assert_eq!(report.unwrap().rejected, 0);
        let copy = copy(&bench.pool).await;
        ratios.push(copy / seconds);
        ours.push(events / seconds);
        theirs.push(events / copy);
        bench.stop().await;
    }
    let name = format!("ingest of {events} events ({what}), against binary COPY of the same rows");
    let rate = |rates| format!("{:.0} a second", median(rates));
    row(&name, median(ratios), rate(ours), rate(theirs));
}

/// Returns the seconds that `COPY` takes of the rows that are in the log.
async fn copy(pool: &PgPool) -> f64 {
    let mut conn = pool.acquire().await.unwrap();
    let out = "copy (select * from events) to stdout (format binary)";
    let rows = conn.copy_out_raw(out).await.unwrap();
    let rows: Vec<Bytes> = rows.try_collect().await.unwrap();
    for statement in COPIED {
        sqlx::query(statement).execute(&mut *conn).await.unwrap();
    }
    let (seconds, ()) = timed(async {
        let statement = "copy copied from stdin (format binary)";
        let mut copy = conn.copy_in_raw(statement).await.unwrap();
        for row in rows {
            copy.send(row).await.unwrap();
        }
        copy.finish().await.unwrap();
    })
    .await;
    seconds
}

/// Sends events one by one.
async fn single() {
    let bench = Bench::start(|_| {}).await;
    for statement in COPIED.iter().chain(&["create sequence numbers"]) {
        sqlx::query(*statement).execute(&bench.pool).await.unwrap();
    }
    let secret = bench.key(Scope::EventsWrite).await;
    let api = http::api(Arc::clone(&bench.service), telemetry::start_metrics());
    let listener = http::listen("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = listener.local_addr().unwrap();
    let config = Arc::clone(&bench.service.config);
    let never = CancellationToken::new();
    tokio::spawn(async move { http::serve(listener, api, &config, never).await });
    let (mut ours, mut one, mut many) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let events = Requests::events(&format!("r{round}"), &secret);
        ours.push(events.send(address, CONNECTIONS, SECONDS).await.rate);
        let url = bench.url();
        one.push(pgbench::script(&url, INSERT, 1, SECONDS).await);
        many.push(pgbench::script(&url, INSERT, CONNECTIONS, SECONDS).await);
    }
    let ratios = |theirs: &[f64]| {
        let pairs = ours.iter().zip(theirs);
        median(pairs.map(|(ours, theirs)| ours / theirs).collect())
    };
    for (connections, theirs) in [(1, &one), (CONNECTIONS, &many)] {
        let name = format!(
            "single events over HTTP from {CONNECTIONS} connections, against an insert and a commit \
             each by pgbench with {connections}"
        );
        let rate = |rates: &[f64]| format!("{:.0} a second", median(rates.to_vec()));
        row(&name, ratios(theirs), rate(&ours), rate(theirs));
    }
    bench.stop().await;
}

fn read(path: &str) -> Vec<u8> {
    let bytes = std::fs::read(path).unwrap();
    if !path.ends_with(".gz") {
        return bytes;
    }
    let mut body = Vec::new();
    flate2::read::MultiGzDecoder::new(bytes.as_slice())
        .read_to_end(&mut body)
        .unwrap();
    body
}
