//! Bodies that arrive too slowly, and answers that are not read: each is given up in
//! time.

use std::time::{Duration, Instant};

use reqwest::Client;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::process::{KEY, Served, dir};
use crate::report::held;

/// The time within which a slow body is given up, in these tests.
const PROMISED: Duration = Duration::from_secs(10);

/// Short limits, so that the tests are quick.
const LIMITS: &[(&str, &str)] = &[
    ("RENOWN__HTTP__BODY_SECONDS", "2"),
    ("RENOWN__HTTP__IDLE_SECONDS", "2"),
    ("RENOWN__HTTP__STREAM_SECONDS", "4"),
    ("RENOWN__HTTP__HEAD_SECONDS", "2"),
    ("RENOWN__HTTP__KEEP_ALIVE_SECONDS", "3"),
];

async fn start(dir: &tempfile::TempDir) -> Served {
    let mut served = Served::start_with(&dir.path().join("data"), None, LIMITS);
    served.ready(&Client::new()).await;
    served
}

/// Sends the head of a request with a body, then a byte of the body at each `pause`.
/// Returns the status and the problem.
async fn trickle(
    address: &str,
    line: &str,
    content_type: &str,
    pause: Duration,
) -> (String, Value) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "{line} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {KEY}\r\n\
         content-type: {content_type}\r\ncontent-length: 1000000\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let (mut from, mut to) = stream.into_split();
    let writing = tokio::spawn(async move {
        while to.write_all(b" ").await.is_ok() {
            tokio::time::sleep(pause).await;
        }
    });
    let mut answer = Vec::new();
    let read = from.read_to_end(&mut answer);
    let read = tokio::time::timeout(PROMISED, read).await;
    writing.abort();
    assert!(read.is_ok(), "{line} was not given up");
    let answer = String::from_utf8(answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, "{}"));
    let status = head.split(' ').nth(1).unwrap_or_default().to_owned();
    (status, serde_json::from_str(body).unwrap_or(Value::Null))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_does_not_arrive_in_time_is_answered_with_408() {
    let dir = dir();
    let served = start(&dir).await;
    let webhook = "00000000-0000-7000-8000-000000000000";
    let patch = format!("PATCH /v1/webhooks/{webhook}");
    let cases = [
        ("POST /v1/events", "application/json", 200),
        ("POST /v1/events", "application/x-ndjson", 200),
        ("POST /v1/events", "application/x-ndjson", 60_000),
        ("POST /v1/programs/none/simulate", "application/json", 200),
        ("PATCH /v1/sources/none", "application/json", 200),
        ("PUT /v1/members/twitter:kevin", "application/json", 60_000),
        ("POST /v1/claims", "application/json", 60_000),
        ("PUT /v1/programs/none/draft", "application/yaml", 200),
    ];
    let tried = cases.map(|(line, content_type, pause)| {
        let address = served.address.clone();
        let pause = Duration::from_millis(pause);
        tokio::spawn(async move { (line, trickle(&address, line, content_type, pause).await) })
    });
    for one in tried {
        let (line, (status, problem)) = one.await.unwrap();
        assert_eq!(status, "408", "{line}: {problem}");
        assert_eq!(problem["type"], "urn:renown:problem:body-timeout", "{line}");
    }
    // A webhook is found before its body is read.
    let pause = Duration::from_millis(200);
    let (status, _) = trickle(&served.address, &patch, "application/json", pause).await;
    assert!(["404", "408"].contains(&status.as_str()), "{status}");
    held("bodies that do not arrive in time: 408");
}

/// Reads until the other side closes; returns what came, and after how long it ended.
async fn until_closed(mut stream: TcpStream) -> (Vec<u8>, Duration) {
    let (begun, mut bytes) = (Instant::now(), Vec::new());
    let read = tokio::time::timeout(PROMISED, stream.read_to_end(&mut bytes)).await;
    assert!(read.is_ok(), "the connection stays open");
    (bytes, begun.elapsed())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_is_not_used_is_closed() {
    let dir = dir();
    let served = start(&dir).await;
    let connect = || TcpStream::connect(&served.address);
    let silent = connect().await.unwrap();
    let mut half = connect().await.unwrap();
    half.write_all(b"GET /livez HTTP/1.1\r\nhos").await.unwrap();
    let mut idle = connect().await.unwrap();
    idle.write_all(b"GET /livez HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .unwrap();
    let mut large = connect().await.unwrap();
    let head = format!("GET /livez HTTP/1.1\r\nhost: {}", "x".repeat(40_000));
    large.write_all(head.as_bytes()).await.unwrap();
    let (silent, half, idle, large) = tokio::join!(
        until_closed(silent),
        until_closed(half),
        until_closed(idle),
        until_closed(large)
    );
    assert!(silent.0.is_empty() && half.0.is_empty());
    assert!(idle.0.starts_with(b"HTTP/1.1 200"));
    assert!(
        idle.1 > Duration::from_secs(2),
        "keep-alive lasts longer: {:?}",
        idle.1
    );
    assert!(large.0.starts_with(b"HTTP/1.1 431"));
    held("half-open and unused connections: closed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_that_does_not_read_is_disconnected() {
    let dir = dir();
    let served = start(&dir).await;
    let mut stream = TcpStream::connect(&served.address).await.unwrap();
    let request = b"GET /openapi.json HTTP/1.1\r\nhost: x\r\n\r\n";
    let asked = Instant::now();
    // Asks again and again, and reads nothing, until the service gives up.
    let flood = async {
        while stream.write_all(request).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    let ended = tokio::time::timeout(Duration::from_secs(20), flood).await;
    assert!(ended.is_ok(), "still connected after {:?}", asked.elapsed());
    held("a caller that does not read: disconnected");
}
