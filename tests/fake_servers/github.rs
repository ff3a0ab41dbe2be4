//! Archives of GitHub's events, and its events API.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::extract::Request;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use super::recorded;
use super::web::{Answer, WebManners, WebServer, query};

/// The most events that the API keeps of a feed, and of a page of it.
const KEPT: usize = 300;
const PAGE: usize = 100;

/// Returns the lines of the hour that was recorded, or of invented events if it is not there;
/// not more than `most`.
pub fn lines(most: usize) -> Vec<Vec<u8>> {
    let text = match recorded("github/2015-01-01-0.json.gz") {
        Some(compressed) => {
            let mut text = Vec::new();
            let mut decoder = flate2::read::MultiGzDecoder::new(&compressed[..]);
            std::io::Read::read_to_end(&mut decoder, &mut text).unwrap();
            text
        }
        None => {
            let lines = (0..most).map(|number| format!("{}\n", event(number)));
            lines.collect::<String>().into_bytes()
        }
    };
    let lines = text
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty());
    lines.take(most).map(<[u8]>::to_vec).collect()
}

/// Returns an event as the API has it.
pub fn event(number: usize) -> Value {
    let (kind, payload) = match number % 5 {
        0 => ("WatchEvent", json!({"action": "started"})),
        1 => (
            "ForkEvent",
            json!({"action": "forked", "forkee": {"full_name": "a/b"}}),
        ),
        2 => (
            "IssueCommentEvent",
            json!({"action": "created", "comment": {"body": "yes"},
            "issue": {"number": number, "user": {"login": format!("author{}", number % 7)}}}),
        ),
        3 => ("DeleteEvent", json!({"ref_type": "branch", "ref": "x"})),
        _ => (
            "PushEvent",
            json!({"push_id": number, "ref": "refs/heads/main", "head": "a", "before": "b"}),
        ),
    };
    json!({"id": (50_000_000_000_u64 + number as u64).to_string(), "type": kind, "public": true,
           "actor": {"id": number, "login": format!("user{}", number % 50)},
           "repo": {"id": 1, "name": "bob/tool"}, "payload": payload,
           "created_at": format!("2026-11-01T00:{:02}:{:02}Z", number / 60 % 60, number % 60)})
}

/// Compresses lines, as several members of one gzip file.
pub fn compressed(lines: &[Vec<u8>]) -> Vec<u8> {
    let members = lines.chunks(500).map(|lines| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        for line in lines {
            encoder.write_all(line).unwrap();
            encoder.write_all(b"\n").unwrap();
        }
        encoder.finish().unwrap()
    });
    members.collect::<Vec<_>>().concat()
}

/// Serves archives by hours, `/2015-01-01-0.json.gz` and so on.
pub async fn archive(hours: Vec<Vec<u8>>, manners: WebManners) -> WebServer {
    let hours = Arc::new(hours);
    let answer = move |request: &Request| {
        let name = request.uri().path().trim_start_matches("/2015-01-01-");
        let hour = name.trim_end_matches(".json.gz").parse::<usize>().ok();
        match hour.and_then(|hour| hours.get(hour)) {
            Some(bytes) => Answer::ok(bytes.clone()),
            None => Answer::status(404),
        }
    };
    WebServer::start(manners, answer).await
}

/// Serves a feed in which events happen while it is read: so many between two requests, and not
/// quite in the order of their ids.
pub async fn api(mut events: Vec<Value>, at_once: usize, manners: WebManners) -> WebServer {
    events.chunks_mut(3).for_each(|few| few.reverse());
    let (events, happened) = (Arc::new(events), Arc::new(AtomicUsize::new(0)));
    let answer = move |request: &Request| {
        if request.uri().path() != "/repos/bob/tool/events" {
            return Answer::status(404);
        }
        let until = happened.fetch_add(at_once, Ordering::SeqCst) + at_once;
        let until = until.min(events.len());
        let etag = format!("\"{until}\"");
        let known = request.headers().get("if-none-match");
        let polled = |answer: Answer| answer.with("x-poll-interval", 0).with("etag", &etag);
        if known.is_some_and(|known| *known == etag) {
            return polled(Answer::status(304));
        }
        let page: usize = query(request, "page").map_or(1, |page| page.parse().unwrap());
        let kept = &events[until.saturating_sub(KEPT)..until];
        let listed: Vec<&Value> = kept
            .iter()
            .rev()
            .skip((page - 1) * PAGE)
            .take(PAGE)
            .collect();
        let answer = polled(Answer::ok(json!(listed).to_string()));
        match kept.len() > page * PAGE {
            true => answer.with(
                "link",
                format!(
                    "</repos/bob/tool/events?per_page=100&page={}>; rel=\"next\"",
                    page + 1
                ),
            ),
            false => answer,
        }
    };
    WebServer::start(manners, answer).await
}
