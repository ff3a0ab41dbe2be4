//! A Mastodon server: two accounts, their statuses, who reacted to these, and the notifications
//! of one of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::extract::Request;
use serde_json::{Value, json};

use super::web::{Answer, WebManners, WebServer, query};

/// The token of the account `ann`.
pub const TOKEN: &str = "a-token-of-ann";
/// Statuses of each account, and notifications.
pub const STATUSES: usize = 45;
/// The items of a page.
const PAGE: usize = 20;

pub async fn start(manners: WebManners) -> WebServer {
    WebServer::start(manners, |request| answer(request, STATUSES)).await
}

/// Starts a server whose accounts write while they are read: at first there are fifteen statuses,
/// and ten more after each look.
pub async fn start_growing(manners: WebManners) -> WebServer {
    let looks = Arc::new([AtomicUsize::new(0), AtomicUsize::new(0)]);
    let growing = move |request: &Request| {
        let path = request.uri().path();
        let seen = match path.ends_with("/statuses") {
            true => looks[usize::from(path.contains("/2/"))].fetch_add(1, Ordering::SeqCst),
            false => 0,
        };
        answer(request, STATUSES.min(15 + 10 * seen))
    };
    WebServer::start(manners, growing).await
}

/// Returns those notifications of `ann` that a connector sees that begins: the latest page, and
/// what the stream has of the rest.
pub fn notifications_of_ann(host: &str) -> Vec<Vec<u8>> {
    let numbers = (0..STATUSES).filter(|number| number % 2 == 1 || *number >= STATUSES - PAGE);
    let documents = numbers.map(|number| {
        let mut notification = notification(number);
        notification["owner"] = json!("ann");
        json!({"host": host, "event": "notification", "payload": notification})
    });
    documents
        .map(|document| document.to_string().into_bytes())
        .collect()
}

/// Returns what a connector sees of the statuses of `ann` that begins: the latest page; and what
/// the stream has: odd ones of the rest, one that was edited and one that was deleted.
pub fn timeline(host: &str) -> Vec<Vec<u8>> {
    let numbers = (1..=STATUSES).filter(|number| number % 2 == 1 || *number > STATUSES - PAGE);
    let statuses =
        numbers.map(|number| json!({"event": "update", "payload": status("ann", number)}));
    let deleted = json!({"event": "delete", "payload": "1044"});
    let documents = statuses.chain([deleted]).map(|mut document| {
        document["host"] = json!(host);
        document.to_string().into_bytes()
    });
    documents.collect()
}

/// Returns what the stream of statuses sends.
fn streamed_statuses() -> String {
    let mut sent = ":)\n\n".to_owned();
    let odd = (1..=STATUSES).filter(|number| number % 2 == 1);
    for number in odd {
        sent += &format!("event: update\ndata: {}\n\n", status("ann", number));
    }
    let mut edited = status("ann", 43);
    edited["content"] = json!("<p>Now about coffee</p>");
    sent += &format!("event: status.update\ndata: {edited}\n\n");
    sent += "event: delete\ndata: 1044\n\n";
    sent
}

/// Returns what all there is means, in the envelope of the format: statuses and who reacted.
pub fn documents(host: &str) -> Vec<Vec<u8>> {
    let mut documents = Vec::new();
    let mut add = |event: &str, payload: &Value| {
        let document = json!({"host": host, "event": event, "payload": payload});
        documents.push(document.to_string().into_bytes());
    };
    let all = (1..=STATUSES).flat_map(|number| [("ann", number), ("bob", number)]);
    for (name, number) in all {
        let status = status(name, number);
        add("update", &status);
        let own = self::number(status["id"].as_str().unwrap());
        let reactions = [("favourited_by", own % 4), ("reblogged_by", own % 3)];
        for (list, count) in reactions.into_iter().filter(|_| status["reblog"].is_null()) {
            for number in 0..count {
                add(list, &json!({"status": status, "account": reactor(number)}));
            }
        }
    }
    documents
}

fn account(name: &str) -> Value {
    let id = if name == "ann" { "1" } else { "2" };
    json!({"id": id, "username": name, "acct": name, "url": format!("https://social.example/@{name}"),
           "followers_count": 70, "following_count": -1, "statuses_count": STATUSES})
}

fn reactor(number: usize) -> Value {
    json!({"id": format!("9{number}"), "acct": format!("fan{number}@elsewhere.example"), "username": "fan"})
}

/// Returns a status; each seventh is a boost, and each fifth an answer.
pub fn status(name: &str, number: usize) -> Value {
    let id = format!("{}{number:03}", if name == "ann" { 1 } else { 2 });
    let mut status = json!({"id": id, "created_at": format!("2026-11-01T00:{number:02}:00.000Z"),
        "account": account(name), "visibility": "public", "content": "<p>Las <b>Vegas</b></p>",
        "in_reply_to_account_id": null, "reblog": null, "mentions": [],
        "tags": [{"name": "vegas", "url": "https://social.example/tags/vegas"}],
        "favourites_count": number % 4, "reblogs_count": number % 3});
    if number.is_multiple_of(5) {
        status["in_reply_to_account_id"] = json!("3");
        status["mentions"] =
            json!([{"id": "3", "acct": "cid@elsewhere.example"}, {"id": "4", "acct": "dan"}]);
    }
    if number.is_multiple_of(7) {
        let mut boosted = status.clone();
        boosted["id"] = json!(format!("7{number:03}"));
        boosted["account"] = reactor(1);
        status["reblog"] = boosted;
    }
    status
}

/// Returns a notification; the kinds take turns.
pub fn notification(number: usize) -> Value {
    let kind = ["favourite", "reblog", "follow", "poll"][number % 4];
    let mut notification = json!({"id": (1_000 + number).to_string(), "type": kind,
        "created_at": format!("2026-11-02T00:{number:02}:00.000Z"), "account": reactor(number)});
    if kind != "follow" {
        notification["status"] = status("ann", number % 7 + 1);
    }
    notification
}

/// Answers a request when each account has written so many statuses.
fn answer(request: &Request, statuses: usize) -> Answer {
    let path: Vec<&str> = request
        .uri()
        .path()
        .trim_start_matches('/')
        .split('/')
        .collect();
    let bearer = request.headers().get("authorization");
    let is_ann = bearer.is_some_and(|bearer| *bearer == format!("Bearer {TOKEN}"));
    match path[..] {
        ["api", "v1", "accounts", "lookup"] => {
            let acct = query(request, "acct").unwrap_or_default();
            match acct.as_str() {
                "ann" | "bob" => json(&account(&acct)),
                _ => Answer::status(404),
            }
        }
        ["api", "v1", "accounts", "verify_credentials"] if is_ann => json(&account("ann")),
        ["api", "v1", "accounts", id, "statuses"] => {
            let name = if id == "1" { "ann" } else { "bob" };
            let all = (1..=statuses).rev().map(|number| status(name, number));
            backwards(request, &all.collect::<Vec<_>>())
        }
        ["api", "v1", "statuses", id, "favourited_by"] => reacted(request, number(id) % 4),
        ["api", "v1", "statuses", id, "reblogged_by"] => reacted(request, number(id) % 3),
        ["api", "v1", "notifications"] if is_ann => forwards(
            request,
            &(0..STATUSES).map(notification).collect::<Vec<_>>(),
        ),
        ["api", "v1", "timelines", "public"] | ["api", "v1", "timelines", "tag", "vegas"] => {
            let statuses = (1..=STATUSES).map(|number| status("ann", number));
            forwards(request, &statuses.collect::<Vec<_>>())
        }
        ["api", "v1", "streaming", "public", "local"] => Answer::ok(streamed_statuses()),
        ["api", "v1", "streaming", "hashtag"]
            if query(request, "tag").as_deref() == Some("vegas") =>
        {
            Answer::ok(streamed_statuses())
        }
        ["api", "v1", "streaming", "user", "notification"] if is_ann => {
            let events = (0..STATUSES)
                .filter(|number| number % 2 == 1)
                .map(|number| {
                    format!(
                        ":thump\n\nevent: notification\ndata: {}\n\n",
                        notification(number)
                    )
                });
            Answer::ok(events.collect::<String>())
        }
        _ => Answer::status(401),
    }
}

fn json(value: &Value) -> Answer {
    Answer::ok(value.to_string())
}

fn number(id: &str) -> usize {
    id[1..].parse().unwrap()
}

/// Those who reacted: two on a page.
fn reacted(request: &Request, count: usize) -> Answer {
    let from: usize = query(request, "max_id").map_or(0, |from| from.parse().unwrap());
    let page: Vec<Value> = (from..count).take(2).map(reactor).collect();
    let answer = json(&json!(page));
    match from + 2 < count {
        true => linked(request, answer, "next", "max_id", from + 2),
        false => answer,
    }
}

/// A page of statuses, the latest first.
fn backwards(request: &Request, all: &[Value]) -> Answer {
    let before = query(request, "max_id");
    let older = |status: &&Value| {
        before
            .as_deref()
            .is_none_or(|before| status["id"].as_str() < Some(before))
    };
    let page: Vec<&Value> = all.iter().filter(older).take(PAGE).collect();
    let answer = json(&json!(page));
    match page.last() {
        Some(last) => linked(
            request,
            answer,
            "next",
            "max_id",
            last["id"].as_str().unwrap(),
        ),
        None => answer,
    }
}

/// A page of a list: behind an id what follows, the latest first.
fn forwards(request: &Request, all: &[Value]) -> Answer {
    let behind = query(request, "min_id");
    let follows = |entity: &&Value| {
        behind
            .as_deref()
            .is_none_or(|id| entity["id"].as_str() > Some(id))
    };
    let mut page: Vec<&Value> = all.iter().filter(follows).collect();
    if behind.is_none() {
        page = page.split_off(page.len().saturating_sub(PAGE));
    }
    page.truncate(PAGE);
    page.reverse();
    let answer = json(&json!(page));
    match page.first() {
        Some(latest) => linked(
            request,
            answer,
            "prev",
            "min_id",
            latest["id"].as_str().unwrap(),
        ),
        None => answer,
    }
}

fn linked(
    request: &Request,
    answer: Answer,
    relation: &str,
    name: &str,
    value: impl std::fmt::Display,
) -> Answer {
    let path = request.uri().path();
    answer.with(
        "link",
        format!("<{path}?limit=40&{name}={value}>; rel=\"{relation}\""),
    )
}
