//! Limits of what a request with events may hold.

use std::io::Write;

use futures::StreamExt;
use reqwest::Method;
use serde_json::Value;

use crate::harness::{Answer, App, like};

async fn send(app: &App, content_type: &str, encoding: &str, body: Vec<u8>) -> Answer {
    let headers = [
        ("content-type", content_type),
        ("content-encoding", encoding),
    ];
    app.send(Method::POST, "/v1/events", &headers, body).await
}

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

fn zstd_with_window(log: u32, plain: &[u8]) -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 3).unwrap();
    encoder.window_log(log).unwrap();
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn a_stream_that_stalls_is_ended_and_what_came_before_is_stored() {
    let app = App::with(|config| config.http.stream_seconds = 1).await;
    let line = like("1", "ann", "bob", "food").to_string() + "\n";
    let begin = futures::stream::once(async { Ok::<_, std::io::Error>(line) });
    let stalled = reqwest::Body::wrap_stream(begin.chain(futures::stream::pending()));
    let answer = app.stream(stalled).await;
    assert_eq!(answer.problem(408), "body-timeout");
    assert_eq!(answer.json()["accepted"], 1);
}

#[tokio::test]
async fn after_too_many_rejections_the_rest_is_not_read() {
    let app = App::with(|config| config.ingest.max_rejections = 3).await;
    let good = |id: &str| like(id, "ann", "bob", "food").to_string();
    let items = [&good("1"), "{}", "0", &good("2"), "{}", &good("3")];
    let answer = app.stream(items.join("\n")).await;
    assert_eq!(answer.problem(422), "too-many-rejected");
    let problem = answer.json();
    assert_eq!(problem["accepted"], 2, "{problem}");
    assert_eq!(problem["rejected_count"], 3, "{problem}");
    let array = format!("[{}]", items.join(","));
    let answer = send(&app, "application/json", "", array.into_bytes()).await;
    assert_eq!(answer.problem(422), "too-many-rejected");
    assert_eq!(answer.json()["duplicates"], 2);
    // What was not read can be sent.
    let report = app.stream(good("3")).await.expect(200);
    assert_eq!(report["accepted"], 1, "{report}");
}

#[tokio::test]
async fn an_array_of_very_many_items_is_refused_before_any_is_stored() {
    let app = App::start().await;
    let zeros = format!("[0{}]", ",0".repeat(200_000));
    let answer = send(&app, "application/json", "", zeros.into_bytes()).await;
    assert_eq!(answer.problem(413), "body-too-large");
    let detail = answer.json()["detail"].to_string();
    assert!(detail.contains("application/x-ndjson"), "{detail}");
}

#[tokio::test]
async fn a_body_that_expands_too_much_is_refused_and_an_ordinary_one_is_not() {
    let app = App::start().await;
    let blank = gzip(&vec![b'\n'; 8 << 20]);
    let answer = send(&app, "application/x-ndjson", "gzip", blank).await;
    assert_eq!(answer.problem(413), "body-too-large");
    let lines: Vec<String> = (0..5_000)
        .map(|n| like(&n.to_string(), "ann", "bob", "food").to_string())
        .collect();
    let lines = lines.join("\n").into_bytes();
    let (first, second) = lines.split_at(lines.len() / 2);
    let members = [gzip(first), gzip(second)].concat();
    let report = send(&app, "application/x-ndjson", "gzip", members).await;
    assert_eq!(report.expect(200)["accepted"], 5_000);
    let again = zstd_with_window(23, &lines);
    let report = send(&app, "application/x-ndjson", "zstd", again).await;
    assert_eq!(report.expect(200)["duplicates"], 5_000);
}

#[tokio::test]
async fn a_window_of_zstd_wider_than_eight_megabytes_is_refused_by_its_name() {
    let app = App::start().await;
    let wide = zstd_with_window(24, &vec![b'\n'; 17 << 20]);
    for content_type in ["application/x-ndjson", "application/json"] {
        let answer = send(&app, content_type, "zstd", wide.clone()).await;
        assert_eq!(answer.problem(413), "body-too-large");
        let detail = answer.json()["detail"].to_string();
        assert!(detail.contains("8 MiB"), "{detail}");
    }
}

#[tokio::test]
async fn encodings_are_the_same_for_every_route() {
    let app = App::start().await;
    let put = async |encoding: &str, body: Vec<u8>| {
        let headers = [
            ("content-type", "application/json"),
            ("content-encoding", encoding),
        ];
        let path = "/v1/members/twitter:kevin";
        app.send(Method::PUT, path, &headers, body).await
    };
    put("gzip", gzip(b"{}")).await.expect(201);
    put("zstd", zstd_with_window(20, b"{}")).await.expect(200);
    put("identity", b"{}".to_vec()).await.expect(200);
    assert_eq!(
        put("br", b"{}".to_vec()).await.problem(415),
        "unsupported-media-type"
    );
    assert_eq!(
        put("gzip", b"{}".to_vec()).await.problem(400),
        "interrupted-body"
    );
}

#[tokio::test]
async fn a_rejection_does_not_repeat_long_names() {
    let app = App::start().await;
    let mut event = like("1", "ann", "bob", "food");
    event["x".repeat(50_000)] = Value::Null;
    let report = app.stream(event.to_string()).await;
    assert_eq!(report.expect(200)["rejected_count"], 1);
    assert!(report.bytes.len() < 2_000, "{}", report.bytes.len());
}

#[tokio::test]
async fn bodies_that_are_held_whole_share_a_bounded_memory() {
    let app = App::with(|config| {
        config.http.buffered_body_bytes = 1 << 20;
        config.http.max_body_bytes = 1 << 20;
    })
    .await;
    // Nothing of it stays taken after the answer.
    for _ in 0..5 {
        let body = format!("{{\"attributes\": {{\"a\": \"{}\"}}}}", "x".repeat(900_000));
        let answer = send(&app, "application/json", "", body.into_bytes()).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }
}
