//! The errors that every route has in common, met on each of them: what the contract
//! says of a route can happen there.

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::{Method, StatusCode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::requests::{Request, Town};
use super::sites::{Operation, operations};
use crate::contract::{self, Exchange};
use crate::harness::{App, PALMS};

/// The operations that document a status in the words that most of them use. Where the words
/// differ, the status has a meaning of its own there, and a test where that is tested.
fn documented(status: u16) -> Vec<Operation> {
    let document = serde_json::to_value(renown::http::openapi()).unwrap();
    let words = |operation: &Operation| {
        let method = operation.method.to_lowercase();
        let responses = &document["paths"][&operation.path][method]["responses"];
        responses[status.to_string()]["description"]
            .as_str()
            .map(str::to_owned)
    };
    let mut all = operations();
    let mut counts = BTreeMap::new();
    for words in all.iter().filter_map(&words) {
        *counts.entry(words).or_insert(0) += 1;
    }
    let usual = counts.into_iter().max_by_key(|(_, count)| *count);
    let usual = usual.map(|(words, _)| words);
    all.retain(|operation| words(operation) == usual);
    all
}

/// Sends a changed request to every operation that documents a status, and compares.
async fn met(town: &Town, status: u16, change: impl Fn(Request) -> Request) {
    refused_all(town, status, &documented(status), change).await;
}

async fn refused_all(
    town: &Town,
    status: u16,
    operations: &[Operation],
    change: impl Fn(Request) -> Request,
) {
    let mut others = Vec::new();
    for operation in operations {
        let request = change(town.valid(operation));
        let answer = town.answer(operation, request).await.unwrap();
        if answer.status != status {
            let Operation { method, path, .. } = &operation;
            others.push(format!(
                "{method} {path}: {} {}",
                answer.status, answer.body
            ));
        }
    }
    assert!(others.is_empty(), "not {status}:\n{}", others.join("\n"));
}

#[tokio::test]
async fn no_route_takes_a_body_of_another_type_or_one_that_is_too_large() {
    let app = App::with(|config| {
        config.http.max_body_bytes = 2_000_000;
        config.http.max_stream_bytes = 2_000_000;
    });
    let town = Town::on(app.await.and_a_star().await).await;
    met(&town, 415, |request| {
        request.with("content-type", "image/png")
    })
    .await;
    met(&town, 413, |request| Request {
        body: "x".repeat(2_000_001),
        ..request
    })
    .await;
}

#[tokio::test]
async fn no_route_waits_for_a_body_that_does_not_arrive() {
    let app = App::with(|config| {
        config.http.body_seconds = 1;
        config.http.stream_seconds = 1;
    });
    let town = Town::on(app.await.and_a_star().await).await;
    let mut waits = Vec::new();
    for operation in documented(408) {
        let request = town.valid(&operation);
        let address = town.address().to_owned();
        waits.push(async move {
            let status = stalled(&address, &request).await;
            assert_eq!(status, 408, "{} {}", request.method, request.url.path());
            contract::check(&Exchange {
                method: &request.method,
                path: request.url.path(),
                request: &[],
                status,
                answer: &[],
                is_written: false,
            });
        });
    }
    futures::future::join_all(waits).await;
}

/// Sends a request without the end of its body, and returns the status of the answer.
async fn stalled(address: &str, request: &Request) -> StatusCode {
    let mut head = format!("{} {}", request.method, request.url.path());
    if let Some(query) = request.url.query() {
        head += &format!("?{query}");
    }
    head += &format!(" HTTP/1.1\r\nhost: {address}\r\ncontent-length: 9\r\n");
    for (name, value) in &request.headers {
        head += &format!("{name}: {value}\r\n");
    }
    let mut socket = tokio::net::TcpStream::connect(address).await.unwrap();
    socket
        .write_all(format!("{head}\r\n{{").as_bytes())
        .await
        .unwrap();
    let mut line = [0; 12];
    let read = socket.read_exact(&mut line);
    tokio::time::timeout(Duration::from_secs(60), read)
        .await
        .unwrap()
        .unwrap();
    String::from_utf8_lossy(&line[9..]).parse().unwrap()
}

#[tokio::test]
async fn every_route_says_that_it_failed_or_that_the_database_is_away() {
    let town = Town::start().await;
    // No key can be checked without this table.
    sqlx::query("alter table api_keys rename to gone")
        .execute(&town.app.pool)
        .await
        .unwrap();
    let unknown = |request: Request| request.with("authorization", "Bearer rk_unknown_0123456789");
    met(&town, 500, unknown).await;
    town.app.pool.close().await;
    let without_database = ["/v1/schemas/", "/v1/session/providers"];
    let mut all = operations();
    all.retain(|operation| {
        let path = &operation.path;
        path.starts_with("/v1") && !without_database.iter().any(|other| path.starts_with(other))
    });
    refused_all(&town, 503, &all, unknown).await;
}

#[tokio::test]
async fn every_route_refuses_a_caller_who_has_sent_too_much() {
    // More than the town itself needs, and few come back while the test runs.
    let app = App::with(|config| {
        config.http.rate_limit_requests = 500;
        config.http.rate_limit_seconds = 86_400;
    });
    let town = Town::on(app.await.and_a_star().await).await;
    while town.app.get("/v1/session").await.status != 429 {}
    met(&town, 429, |request| request).await;
}

#[tokio::test]
async fn a_name_that_is_taken_or_in_use_is_refused_on_every_route_that_takes_one() {
    let town = Town::start().await;
    // The town has used this one for a claim.
    met(&town, 422, |request| {
        request.with("Idempotency-Key", "claim")
    })
    .await;
    let key: uuid::Uuid = sqlx::query_scalar("select key_id from api_keys")
        .fetch_one(&town.app.pool)
        .await
        .unwrap();
    let mut transaction = town.app.pool.begin().await.unwrap();
    sqlx::query("select pg_advisory_xact_lock(hashtextextended($1, 0))")
        .bind(format!("idempotency {key} held"))
        .execute(&mut *transaction)
        .await
        .unwrap();
    let (draft, yaml) = (
        "/v1/programs/palms-klub/draft",
        [("content-type", "application/yaml")],
    );
    let draft = town.app.send(Method::PUT, draft, &yaml, PALMS).await;
    draft.expect(200);
    met(&town, 409, |mut request| {
        if request.body == "x" {
            request.body = "member,perk,reason\ntwitter:kevin,show-tickets,Press.\n".to_owned();
        }
        request.with("Idempotency-Key", "held")
    })
    .await;
    transaction.rollback().await.unwrap();
}

#[tokio::test]
async fn what_a_path_names_may_not_exist() {
    let town = Town::start().await;
    let document = serde_json::to_value(renown::http::openapi()).unwrap();
    let mut others = Vec::new();
    for operation in operations() {
        let Operation { method, path, .. } = &operation;
        let responses = &document["paths"][path][method.to_lowercase()]["responses"];
        let mut request = town.valid(&operation);
        let parts = path.split('/').map(|part| match part {
            // A PUT makes a draft of a program that does not exist.
            "{program}" | "{audience}" if method == "PUT" => "no such",
            "{program}" | "{perk}" | "{source}" | "{index}" => "no-such",
            "{version}" => "999",
            // A PUT under another identity enrols.
            "{member}" if method != "PUT" => "twitter:never-seen",
            part if part.starts_with('{') => "0198c0de-ffff-7000-8000-000000000000",
            fixed => fixed,
        });
        request.url.set_path(&parts.collect::<Vec<_>>().join("/"));
        request.body = request.body.replace("palms-klub", "no-such");
        let Some(answer) = town.answer(&operation, request).await else {
            continue;
        };
        if responses["404"].is_object() != (answer.status == 404) {
            others.push(format!(
                "{method} {path}: {} {}",
                answer.status, answer.body
            ));
        }
    }
    assert!(others.is_empty(), "{}", others.join("\n"));
}
