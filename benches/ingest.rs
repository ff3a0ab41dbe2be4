//! Durable ingest against `COPY` of the same rows into the same table with the same
//! indexes, in one run on one machine.
//!
//! `cargo bench --bench ingest [-- FILE.ndjson[.gz]]`
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

mod common;

use std::io::Read;

use bytes::Bytes;
use chrono::{TimeZone, Utc};
use common::{Bench, median, timed};
use renown::service::events::Reading;
use renown_core::ingest::native;
use renown_lab::simulation::{Town, TownConfig};
use sqlx::PgPool;

const ROUNDS: usize = 3;

#[tokio::main]
async fn main() {
    let file = std::env::args()
        .skip(1)
        .find(|argument| !argument.starts_with("--"));
    let body = match file {
        Some(path) => read(&path),
        None => town(),
    };
    let events = body.iter().filter(|byte| **byte == b'\n').count() as f64;
    let (mut rates, mut ratios) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let bench = Bench::start(|_| {}).await;
        let pieces = body
            .chunks(256 * 1024)
            .map(|piece| Ok::<_, String>(Bytes::copy_from_slice(piece)));
        let pieces: Vec<_> = pieces.collect();
        let stream = futures::stream::iter(pieces);
        let (seconds, report) = timed(bench.service.events.take_stream(
            &Reading::native(),
            stream,
            |_| {},
        ))
        .await;
        assert_eq!(report.unwrap().rejected, 0);
        let (copy_seconds, ()) = copy(&bench.pool).await;
        rates.push(events / seconds);
        ratios.push(copy_seconds / seconds);
        bench.stop().await;
    }
    println!("ingest, events a second: {:.0}", median(rates));
    println!("ingest against COPY: {:.2}", median(ratios));
}

/// Measures `COPY` of the rows that are in the log.
async fn copy(pool: &PgPool) -> (f64, ()) {
    use futures::TryStreamExt;
    let mut conn = pool.acquire().await.unwrap();
    let rows: Vec<Bytes> = conn
        .copy_out_raw("copy (select * from events) to stdout")
        .await
        .unwrap()
        .try_collect()
        .await
        .unwrap();
    for statement in [
        "create table copied (like events)",
        "create index on copied (position, ordinal)",
        "create index on copied (subject, position, ordinal) where subject is not null",
    ] {
        sqlx::query(statement).execute(&mut *conn).await.unwrap();
    }
    timed(async {
        let mut copy = conn.copy_in_raw("copy copied from stdin").await.unwrap();
        for row in rows {
            copy.send(row).await.unwrap();
        }
        copy.finish().await.unwrap();
    })
    .await
}

fn town() -> Vec<u8> {
    let until = Utc.with_ymd_and_hms(2026, 10, 1, 0, 0, 0).unwrap();
    let town = Town::simulate(&TownConfig::demo(until));
    town.events
        .iter()
        .flat_map(|event| (native::write(event) + "\n").into_bytes())
        .collect()
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
