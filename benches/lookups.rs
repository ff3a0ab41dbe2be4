//! Tier lookups over HTTP, warm, against a bare axum route that answers a body of the
//! same size, alternately, with the same wrk in the same process.
//!
//! Needs `wrk` on the PATH. `cargo bench --bench lookups`
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

mod common;

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use bytes::Bytes;
use chrono::{TimeZone, Utc};
use common::{Bench, median};
use renown::jobs::Jobs;
use renown::service::events::Reading;
use renown::service::members::PutMember;

use renown::{http, telemetry};
use renown_core::domain::Scope;
use renown_core::ingest::native;
use renown_lab::simulation::{Town, TownConfig};
use tokio::net::TcpListener;

const ROUNDS: usize = 5;
const PROGRAM: &str = include_str!("../config/programs/palms-klub.yaml");

#[tokio::main]
async fn main() {
    let bench = Bench::start(|_| {}).await;
    let identities = fill(&bench).await;
    let secret = bench.key(Scope::Lookup).await;
    let jobs = Jobs::start(&bench.service);
    let router = http::router(Arc::clone(&bench.service), telemetry::start_metrics());
    let ours = serve(router).await;

    let answer = reqwest::Client::new()
        .get(format!(
            "http://{ours}/v1/programs/palms-klub/members/{}/tier",
            identities[0]
        ))
        .bearer_auth(&secret)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    let body: Bytes = answer.bytes().await.unwrap();
    // The same addresses and headers, so that wrk does the same work for both.
    let bare = axum::Router::new().route(
        "/v1/programs/{program}/members/{member}/tier",
        get(move || {
            let body = body.clone();
            async move { ([(CONTENT_TYPE, "application/json")], body) }
        }),
    );
    let bare = serve(bare).await;

    let script = script(&identities, &secret);
    let (mut rates, mut ratios) = (Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let lookups = wrk(&format!("http://{ours}/"), script.path()).await;
        let baseline = wrk(&format!("http://{bare}/"), script.path()).await;
        // The first round warms up.
        if round > 0 {
            rates.push(lookups);
            ratios.push(lookups / baseline);
        }
    }
    println!("tier lookups a second: {:.0}", median(rates));
    println!("tier lookups against a bare route: {:.2}", median(ratios));
    jobs.stop().await;
    std::process::exit(0);
}

async fn serve(router: axum::Router) -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// Enrols and scores the town's guests, and returns one identity of each.
async fn fill(bench: &Bench) -> Vec<String> {
    let service = &bench.service;
    service.programs.publish(None, PROGRAM, None).await.unwrap();
    let until = Utc.with_ymd_and_hms(2026, 10, 1, 0, 0, 0).unwrap();
    let town = Town::simulate(&TownConfig::demo(until));
    let mut identities = Vec::new();
    for guest in town.guests() {
        let first = guest.identities()[0].to_string();
        let put = PutMember {
            proofs: std::collections::BTreeMap::new(),
            identities: Some(guest.identities()),
            name: None,
            attributes: guest.attributes.clone(),
            interests: guest.declared.clone(),
            scoring: None,
            enrolled_at: guest.enrolled,
            if_version: None,
        };
        service.members.put(&first, put).await.unwrap();
        identities.push(first);
    }
    let lines: Vec<String> = town.events.iter().map(native::write).collect();
    let stream = futures::stream::iter([Ok::<_, String>(Bytes::from(lines.join("\n")))]);
    service
        .events
        .take_stream(&Reading::native(), stream, |_| {})
        .await
        .unwrap();
    while !matches!(
        service.scorer.advance().await.unwrap(),
        renown::service::scores::Progress::Idle
    ) {}
    identities
}

/// Writes a script for wrk that asks for one guest after the other.
fn script(identities: &[String], secret: &str) -> tempfile::NamedTempFile {
    let paths: Vec<String> = identities
        .iter()
        .map(|identity| format!("\"/v1/programs/palms-klub/members/{identity}/tier\""))
        .collect();
    let script = format!(
        "local paths = {{{}}}\nlocal i = 0\nwrk.headers['Authorization'] = 'Bearer {secret}'\n\
         request = function()\n i = i % #paths + 1\n return wrk.format('GET', paths[i])\nend\n",
        paths.join(",")
    );
    let file = tempfile::NamedTempFile::with_suffix(".lua").unwrap();
    std::fs::write(file.path(), script).unwrap();
    file
}

/// Runs wrk and returns requests per second.
async fn wrk(url: &str, script: &Path) -> f64 {
    let script = script.to_str().unwrap();
    let arguments = ["-t1", "-c32", "-d4s", "-s", script, url];
    let arguments = arguments.map(str::to_owned);
    let output = tokio::task::spawn_blocking(move || Command::new("wrk").args(arguments).output())
        .await
        .unwrap()
        .expect("wrk is installed (apt-get install wrk)");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(!text.contains("Non-2xx"), "{text}");
    let rate = text
        .lines()
        .find_map(|line| line.strip_prefix("Requests/sec:"));
    rate.and_then(|rate| rate.trim().parse().ok())
        .unwrap_or_else(|| panic!("{text}"))
}
