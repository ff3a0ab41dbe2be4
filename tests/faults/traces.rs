//! Traces reach a collector, and one that does not answer holds nothing up.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::routing::post;
use reqwest::Client;
use tokio::time::timeout;

use crate::process::{KEY, Served, dir};

/// The trace and the span of the caller (W3C Trace Context).
const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN: &str = "00f067aa0ba902b7";

/// A collector, and what it was sent.
async fn collector() -> (String, Arc<Mutex<Vec<u8>>>) {
    let sent = Arc::new(Mutex::new(Vec::new()));
    let into = Arc::clone(&sent);
    let take = post(async move |body: Bytes| into.lock().unwrap().extend_from_slice(&body));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new().route("/v1/traces", take);
    tokio::spawn(async move { axum::serve(listener, router).await });
    (address, sent)
}

fn contains(sent: &[u8], part: &[u8]) -> bool {
    sent.windows(part.len()).any(|window| window == part)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_span_of_a_request_goes_on_from_its_caller_and_names_no_person() {
    let (address, sent) = collector().await;
    let dir = dir();
    let vars = [
        ("RENOWN__TRACES__ENDPOINT", address.as_str()),
        ("OTEL_BSP_SCHEDULE_DELAY", "100"),
        ("OTEL_SERVICE_NAME", "renown-under-test"),
    ];
    let mut served = Served::start_with(dir.path(), None, &vars);
    let client = Client::new();
    served.ready(&client).await;
    let parent = format!("00-{TRACE}-{SPAN}-01");
    let url = served.url("/v1/members/twitter:kevin.secret/score");
    let request = client.get(url).bearer_auth(KEY);
    let answer = request.header("traceparent", parent).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let has_arrived = || {
        let sent = sent.lock().unwrap();
        [TRACE, SPAN]
            .iter()
            .all(|id| contains(&sent, &hex::decode(id).unwrap()))
    };
    let arrives = async {
        while !has_arrived() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(Duration::from_secs(30), arrives).await.unwrap();
    let sent = sent.lock().unwrap();
    for part in [
        "GET /v1/members/{member}/score",
        "renown-under-test",
        "http.response.status_code",
    ] {
        assert!(contains(&sent, part.as_bytes()), "{part}");
    }
    for secret in ["kevin.secret", KEY] {
        assert!(!contains(&sent, secret.as_bytes()), "{secret}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_collector_that_is_away_holds_nothing_up() {
    let dir = dir();
    let vars = [
        ("RENOWN__TRACES__ENDPOINT", "http://127.0.0.1:9"),
        ("OTEL_BSP_SCHEDULE_DELAY", "50"),
    ];
    let mut served = Served::start_with(dir.path(), None, &vars);
    let client = Client::new();
    served.ready(&client).await;
    let asks = async {
        for _ in 0..50 {
            let answer = client.get(served.url("/v1/sources")).bearer_auth(KEY);
            assert_eq!(answer.send().await.unwrap().status(), 200);
        }
    };
    timeout(Duration::from_secs(20), asks).await.unwrap();
}
