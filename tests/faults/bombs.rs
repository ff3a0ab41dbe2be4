//! Small bodies that expand to large ones, or that are a lot of work: other callers do
//! not notice, and memory stays bounded.

use std::io::Write;
use std::time::{Duration, Instant};

use reqwest::{Client, StatusCode};
use serde_json::Value;

use crate::process::{KEY, Served, dir};
use crate::report::{held, in_time};

/// The senders of bombs at once.
const SENDERS: usize = 8;
/// The longest time that another caller waits for an answer.
const PROMISED: Duration = Duration::from_secs(1);
/// The most memory that the process may take, in bytes.
const MEMORY: u64 = 600 << 20;

/// A body that is small when it is sent.
#[derive(Clone)]
struct Bomb {
    content_type: &'static str,
    encoding: &'static str,
    body: Vec<u8>,
    /// The answers that it may get.
    answers: &'static [u16],
}

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

/// Compresses with a window of 128 MiB.
fn wide_zstd(plain: &[u8]) -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 3).unwrap();
    encoder.window_log(27).unwrap();
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

/// Compresses as several members, each of which alone expands little enough to be read.
fn members_of_gzip(plain: &[u8], noise: usize) -> Vec<u8> {
    let mut state = 1_u64;
    let mut body = Vec::new();
    for part in plain.chunks(64 * 1024) {
        let mut part = part.to_vec();
        for _ in 0..noise {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            part.extend_from_slice(format!("{state:x}\n").as_bytes());
        }
        body.extend(gzip(&part));
    }
    body
}

fn bombs() -> Vec<Bomb> {
    let zeros = format!("[0{}]", ",0".repeat(8_000_000 - 1));
    let (json, lines) = ("application/json", "application/x-ndjson");
    let bomb = |content_type, encoding, body, answers| Bomb {
        content_type,
        encoding,
        body,
        answers,
    };
    vec![
        bomb(json, "gzip", gzip(zeros.as_bytes()), &[413]),
        bomb(json, "identity", zeros.into_bytes(), &[413]),
        bomb(
            lines,
            "gzip",
            gzip("{}\n".repeat(6_000_000).as_bytes()),
            &[413, 422],
        ),
        bomb(lines, "gzip", gzip(&vec![b'\n'; 100 << 20]), &[413]),
        // Blank lines that stay below the ratio.
        bomb(
            lines,
            "gzip",
            members_of_gzip(&vec![b'\n'; 50 << 20], 40),
            &[200, 422],
        ),
        bomb(
            lines,
            "identity",
            "{}\n".repeat(1_000_000).into_bytes(),
            &[422],
        ),
        bomb(lines, "zstd", wide_zstd(&vec![b'\n'; 130 << 20]), &[413]),
    ]
}

/// Sends bombs until the time is up; returns how many were answered.
async fn send(client: Client, address: String, bombs: Vec<Bomb>, until: Instant) -> usize {
    let mut answered = 0;
    for bomb in bombs.iter().cycle() {
        if Instant::now() > until {
            return answered;
        }
        let request = client
            .post(format!("http://{address}/v1/events"))
            .bearer_auth(KEY)
            .header("content-type", bomb.content_type)
            .header("content-encoding", bomb.encoding)
            .body(bomb.body.clone());
        // The service may close the connection before it has read a body that it
        // refuses.
        let Ok(answer) = request.send().await else {
            continue;
        };
        let status = answer.status().as_u16();
        let mut problem = answer.text().await.unwrap_or_default();
        problem.truncate(300);
        assert!(bomb.answers.contains(&status), "{status}: {problem}");
        answered += 1;
    }
    answered
}

/// Asks in a loop, and returns the longest time that an answer took.
async fn longest_wait(client: &Client, url: String, until: Instant) -> Duration {
    let mut longest = Duration::ZERO;
    while Instant::now() < until {
        let asked = Instant::now();
        let answer = client.get(&url).bearer_auth(KEY).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        longest = longest.max(asked.elapsed());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    longest
}

/// Sends bombs for some seconds. Returns the longest time that another caller waited
/// meanwhile for `/livez` or for a score, and the number of bombs that were answered.
async fn assault(client: &Client, address: &str, bombs: &[Bomb]) -> (Duration, usize) {
    let until = Instant::now() + Duration::from_secs(6);
    let senders = (0..SENDERS).map(|number| {
        let mut bombs = bombs.to_vec();
        let first = number % bombs.len();
        bombs.rotate_left(first);
        tokio::spawn(send(Client::new(), address.to_owned(), bombs, until))
    });
    let senders: Vec<_> = senders.collect();
    let url = |path: &str| format!("http://{address}{path}");
    let (health, lookup) = tokio::join!(
        longest_wait(client, url("/livez"), until),
        longest_wait(client, url("/v1/members/twitter:kevin/score"), until),
    );
    let mut answered = 0;
    for sender in senders {
        answered += sender.await.unwrap();
    }
    (health.max(lookup), answered)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn small_bodies_that_are_much_work_hold_up_nobody_and_take_little_memory() {
    let dir = dir();
    let mut served = Served::start(&dir.path().join("data"), None);
    let client = Client::new();
    served.ready(&client).await;
    let bombs = bombs();
    for bomb in &bombs {
        let first = (client.clone(), served.address.clone(), vec![bomb.clone()]);
        send(first.0, first.1, first.2, Instant::now()).await;
    }
    let mut answered = 0;
    let waited = in_time(PROMISED, async || {
        let (waited, bombs) = assault(&client, &served.address, &bombs).await;
        answered += bombs;
        waited
    })
    .await;
    let peak = served.peak_memory();
    assert!(answered > 0);
    assert!(peak < MEMORY, "{} MB", peak >> 20);
    held(format_args!(
        "{answered} bombs of {SENDERS} senders: others wait {waited:.1?} at most, {} MB",
        peak >> 20
    ));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn windows_of_zstd_are_bounded_each_and_together() {
    let dir = dir();
    let mut served = Served::start(&dir.path().join("data"), None);
    let client = Client::new();
    served.ready(&client).await;
    let wide = wide_zstd(&vec![b'\n'; 130 << 20]);
    assert!(wide.len() < 20_000, "{}", wide.len());
    let sent = (0..40).map(|_| {
        let request = client
            .post(format!("http://{}/v1/events", served.address))
            .bearer_auth(KEY)
            .header("content-type", "application/x-ndjson")
            .header("content-encoding", "zstd")
            .body(wide.clone());
        tokio::spawn(async move { request.send().await.unwrap().json().await.unwrap() })
    });
    for answer in sent.collect::<Vec<_>>() {
        let problem: Value = answer.await.unwrap();
        assert_eq!(
            problem["type"], "urn:renown:problem:body-too-large",
            "{problem}"
        );
        assert!(
            problem["detail"].as_str().unwrap().contains("8 MiB"),
            "{problem}"
        );
    }
    let peak = served.peak_memory();
    assert!(peak < MEMORY, "{} MB", peak >> 20);
    held("wide windows of zstd: refused, and memory bounded");
}
