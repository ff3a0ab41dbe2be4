//! The stream: every message in the order of commits, from any position on.

use renown_core::domain::Scope;
use std::collections::BTreeMap;
use std::time::Duration;

use chrono::TimeDelta;
use futures::StreamExt;

use serde_json::{Value, json};

use crate::contract::{self, Exchange};
use crate::harness::{App, config, database, service};
use crate::webhooks::receiver::{member, message, tell};

/// One event of a stream: values by field; comments have the empty name.
type Event = BTreeMap<String, String>;

/// A client that reads a stream.
struct Reader {
    bytes: std::pin::Pin<Box<dyn futures::Stream<Item = reqwest::Result<bytes::Bytes>> + Send>>,
    text: String,
}

impl Reader {
    async fn open(
        app: &App,
        query: &str,
        headers: &[(&str, &str)],
    ) -> Result<Self, reqwest::Response> {
        let url = format!("http://{}/v1/stream{query}", app.address);
        let mut request = reqwest::Client::new().get(url);
        if !headers.iter().any(|(name, _)| *name == "authorization") {
            request = request.bearer_auth(&app.key);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.unwrap();
        contract::check(&Exchange {
            method: &reqwest::Method::GET,
            path: "/v1/stream",
            request: &[],
            status: response.status(),
            answer: &[],
            is_written: false,
        });
        if response.status().as_u16() != 200 {
            return Err(response);
        }
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Ok(Self {
            bytes: Box::pin(response.bytes_stream()),
            text: String::new(),
        })
    }

    async fn of(app: &App, query: &str, last: Option<i64>) -> Self {
        let last = last.map(|last| last.to_string());
        let headers: Vec<_> = last
            .iter()
            .map(|last| ("last-event-id", last.as_str()))
            .collect();
        let opened = Self::open(app, query, &headers).await;
        opened.unwrap_or_else(|response| panic!("{response:?}"))
    }

    /// Returns the next event or heartbeat; `None` at the end of the stream.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let fields = event.lines().map(|line| {
                    let (name, value) = line.split_once(':').unwrap();
                    (name.to_owned(), value.trim_start().to_owned())
                });
                let event = fields.collect();
                self.text = rest.to_owned();
                return Some(event);
            }
            let more = self.bytes.next().await?.ok()?;
            self.text.push_str(std::str::from_utf8(&more).unwrap());
        }
    }

    /// Returns the next message after heartbeats, with its position.
    async fn message(&mut self) -> (i64, Value) {
        loop {
            let event = self.next().await.expect("the stream goes on");
            if let Some(data) = event.get("data") {
                let data: Value = serde_json::from_str(data).unwrap();
                assert_eq!(event["event"], data["type"].as_str().unwrap());
                return (event["id"].parse().unwrap(), data);
            }
        }
    }

    async fn numbers(&mut self, count: usize) -> Vec<(i64, i64)> {
        let mut numbers = Vec::new();
        for _ in 0..count {
            let (position, data) = self.message().await;
            numbers.push((position, data["data"]["number"].as_i64().unwrap()));
        }
        numbers
    }
}

async fn relay(app: &App) {
    while app.service.webhooks.relay().await.unwrap() > 0 {}
}

/// Returns the problem with which a stream is refused.
async fn refused(app: &App, query: &str, headers: &[(&str, &str)]) -> (u16, Value) {
    let Err(response) = Reader::open(app, query, headers).await else {
        panic!("it is streamed");
    };
    let status = response.status().as_u16();
    (
        status,
        serde_json::from_slice(&response.bytes().await.unwrap()).unwrap(),
    )
}

#[tokio::test]
async fn what_happens_is_streamed_as_it_happens_and_from_any_position_on() {
    let app = App::start().await;
    tell(&app, &[(None, 1), (Some(member(1)), 2)]).await;
    relay(&app).await;
    let mut reader = Reader::of(&app, "", None).await;
    let hello = reader.next().await.unwrap();
    assert_eq!(hello["id"], "2", "whoever comes now knows where to go on");
    assert!(!hello.contains_key("data"));
    tell(&app, &[(Some(member(1)), 3)]).await;
    relay(&app).await;
    let (position, data) = reader.message().await;
    assert_eq!((position, &data["data"]["number"]), (3, &json!(3)));
    assert_eq!(data["data"]["member"], json!(member(1)));
    assert_eq!(data["data"]["program"], "palms-klub");
    assert!(data["id"].is_string() && data["timestamp"].is_string());
    drop(reader);

    tell(&app, &[(None, 4)]).await;
    relay(&app).await;
    let mut again = Reader::of(&app, "", Some(3)).await;
    assert_eq!(again.numbers(1).await, [(4, 4)]);
    let mut from_the_start = Reader::of(&app, "", Some(0)).await;
    assert_eq!(
        from_the_start.numbers(4).await,
        [(1, 1), (2, 2), (3, 3), (4, 4)]
    );
}

#[tokio::test]
async fn nothing_is_left_out_however_transactions_meet() {
    let app = App::start().await;
    let now = app.service.clock.now();
    let mut reader = Reader::of(&app, "", Some(0)).await;
    let mut late = app.pool.begin().await.unwrap();
    let first = message(now, Some(member(1)), 1);
    renown::store::webhooks::outbox::add(&mut late, &[first])
        .await
        .unwrap();
    tell(&app, &[(Some(member(2)), 2)]).await;
    relay(&app).await;
    assert_eq!(reader.numbers(1).await, [(1, 2)]);
    late.commit().await.unwrap();
    relay(&app).await;
    assert_eq!(reader.numbers(1).await, [(2, 1)], "late, and not lost");

    // Writers and relays at the same time: positions continue without gaps.
    let writers = (0..8).map(|writer| {
        let app = &app;
        async move {
            for n in 0..25 {
                tell(
                    app,
                    &[(
                        Some(member(writer)),
                        i64::try_from(writer).unwrap() * 100 + n,
                    )],
                )
                .await;
                app.service.webhooks.relay().await.unwrap();
            }
        }
    });
    futures::future::join_all(writers).await;
    while app.service.webhooks.relay().await.unwrap() > 0 {}
    let seen = reader.numbers(200).await;
    let positions: Vec<i64> = seen.iter().map(|(position, _)| *position).collect();
    assert_eq!(positions, (3..203).collect::<Vec<_>>());
    for writer in 0..8 {
        let own = seen
            .iter()
            .map(|(_, number)| *number)
            .filter(|n| n / 100 == writer);
        assert_eq!(
            own.collect::<Vec<_>>(),
            (writer * 100..writer * 100 + 25).collect::<Vec<_>>()
        );
    }
}

#[tokio::test]
async fn a_stream_on_one_replica_hears_of_what_another_has_relayed() {
    let pool = database().await;
    let app = App::on(pool.clone(), config()).await;
    let jobs = renown::jobs::Jobs::start(&app.service);
    let (other, _) = service(pool, config(), app.service.clock.clone()).await;
    let mut reader = Reader::of(&app, "", Some(0)).await;
    tell(&app, &[(None, 1)]).await;
    while other.webhooks.relay().await.unwrap() > 0 {}
    assert_eq!(reader.numbers(1).await, [(1, 1)]);
    app.service.webhooks.end_streams();
    jobs.stop().await;
}

#[tokio::test]
async fn a_stream_is_narrowed_to_types_and_a_program() {
    let app = App::start().await;
    let mut tiers = Reader::of(&app, "?types=tier.changed,claim.held", Some(0)).await;
    let mut program =
        Reader::of(&app, "?program=palms-klub&types=program.published", Some(0)).await;
    let mut other = Reader::of(&app, "?program=press-list", Some(0)).await;
    tell(&app, &[(None, 1), (Some(member(1)), 2)]).await;
    relay(&app).await;
    assert_eq!(tiers.numbers(1).await, [(2, 2)]);
    assert_eq!(program.numbers(1).await, [(1, 1)]);
    let beginning = other.next().await.unwrap();
    assert!(!beginning.contains_key("data"));
    for query in ["?types=tier", "?program=No%20Program", "?colour=red"] {
        let (status, problem) = refused(&app, query, &[]).await;
        assert_eq!(status, 400, "{query}: {problem}");
    }
}

#[tokio::test]
async fn a_page_is_followed_by_the_next() {
    let app = App::start().await;
    let all: Vec<_> = (1..=250).map(|n| (Some(member(n)), n as i64)).collect();
    tell(&app, &all).await;
    relay(&app).await;
    let mut reader = Reader::of(&app, "", Some(0)).await;
    let expected: Vec<(i64, i64)> = (1..=250).map(|n| (n, n)).collect();
    assert_eq!(reader.numbers(250).await, expected);
}

#[tokio::test]
async fn a_position_that_is_not_there_is_a_clear_problem() {
    let app = App::start().await;
    tell(&app, &[(None, 1), (None, 2)]).await;
    relay(&app).await;
    app.service.clock.advance(TimeDelta::days(31));
    tell(&app, &[(None, 3)]).await;
    relay(&app).await;
    assert!(app.service.webhooks.prune().await.unwrap());
    for last in ["0", "1", "4", "99999999"] {
        let (status, problem) = refused(&app, "", &[("last-event-id", last)]).await;
        assert_eq!(
            (status, &problem["oldest"], &problem["latest"]),
            (410, &json!(2), &json!(3))
        );
        assert_eq!(problem["type"], "urn:renown:problem:position-gone");
    }
    for last in ["-1", "soon", "1.5", "99999999999999999999"] {
        let (status, problem) = refused(&app, "", &[("last-event-id", last)]).await;
        assert_eq!(status, 400, "{last}: {problem}");
    }
    let mut reader = Reader::of(&app, "", Some(2)).await;
    assert_eq!(reader.numbers(1).await, [(3, 3)]);
}

#[tokio::test]
async fn a_key_hears_of_its_program_alone() {
    let app = App::start().await;
    let klub = app.key_for("palms-klub", &["programs:write"]).await;
    let press = app.key_for("press-list", &["programs:write"]).await;
    let bearer = |key: &str| format!("Bearer {key}");
    let (klub, press) = (bearer(&klub), bearer(&press));
    let open = async |key: &str| {
        let headers = [("authorization", key), ("last-event-id", "0")];
        Reader::open(&app, "", &headers).await.unwrap()
    };
    let (mut klub_reader, mut press_reader) = (open(&klub).await, open(&press).await);
    tell(&app, &[(Some(member(1)), 1)]).await;
    relay(&app).await;
    assert_eq!(klub_reader.numbers(1).await, [(1, 1)]);
    assert!(!press_reader.next().await.unwrap().contains_key("data"));
    let (status, _) = refused(&app, "?program=palms-klub", &[("authorization", &press)]).await;
    assert_eq!(status, 403);
    for scope in [Scope::ProgramsWrite, Scope::Lookup] {
        let (_, key) = app.new_key(&[scope], None).await;
        let (status, _) = refused(&app, "", &[("authorization", &bearer(&key))]).await;
        assert_eq!(status, 403, "{scope}");
    }
}

#[tokio::test]
async fn a_quiet_stream_shows_that_it_is_alive_and_ends_with_its_key() {
    let app = App::with(|config| config.stream.heartbeat_seconds = 1).await;
    let (id, secret) = app.new_key(&[Scope::Admin], None).await;
    let bearer = format!("Bearer {secret}");
    let query = "?types=tier.retained";
    let mut reader = Reader::open(&app, query, &[("authorization", &bearer)])
        .await
        .unwrap();
    assert_eq!(reader.next().await.unwrap()["id"], "0");
    tell(&app, &[(None, 1)]).await;
    relay(&app).await;
    // Past the messages that its filter excludes.
    while reader.next().await.unwrap()["id"] != "1" {}
    app.revoke_key(id).await;
    while reader.next().await.is_some() {}
}

#[tokio::test]
async fn there_are_no_more_streams_than_may_be_and_all_end_when_the_service_does() {
    let app = App::with(|config| config.stream.max_streams = 2).await;
    let mut one = Reader::of(&app, "", None).await;
    let two = Reader::of(&app, "", None).await;
    let (status, problem) = refused(&app, "", &[]).await;
    assert_eq!(
        (status, &problem["type"]),
        (503, &json!("urn:renown:problem:unavailable"))
    );
    drop(two);
    // The place is free once a write shows that the connection has ended.
    let mut again = loop {
        tell(&app, &[(None, 1)]).await;
        relay(&app).await;
        match Reader::open(&app, "", &[]).await {
            Ok(reader) => break reader,
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    };
    app.service.webhooks.end_streams();
    while one.next().await.is_some() {}
    while again.next().await.is_some() {}
}
