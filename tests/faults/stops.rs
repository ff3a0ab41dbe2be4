//! A replica is stopped in the middle of its work (SIGSTOP): the other one goes on soon,
//! and nothing is lost or doubled when the first continues.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::process::{Databases, KEY, Served, dir, rounds};
use crate::report::held;

const ROUNDS: usize = 6;
const CLAIMERS: usize = 12;
const SENDERS: usize = 6;
const STOCK: usize = 1_000_000;
/// What a stopped process holds is free after five seconds; the rest is room for a busy
/// machine.
const GOES_ON_WITHIN: Duration = Duration::from_secs(8);
/// A caller gives up an attempt after this time, and tries again.
const IMPATIENT: Duration = Duration::from_secs(4);

fn program() -> String {
    format!(
        "program: stops\ntitle: Stops\nstanding: {{ influence: 1 }}\n\
         service_levels:\n  - {{ id: standard, queue: general }}\n\
         tiers:\n  - {{ id: guest, service_level: standard }}\nperks:\n\
         \x20 - {{ id: mug, title: A mug, disclosure: So., stock: {STOCK}, \
         per_member: {STOCK} }}\n"
    )
}

/// The load on both replicas, until it is over.
struct Load {
    client: Client,
    addresses: [String; 2],
    over: AtomicBool,
}

impl Load {
    /// Sends a request to one replica or the other until one accepts it. It carries its
    /// own id, so that repetitions change nothing.
    async fn accepted(&self, first: usize, request: impl Fn(&str) -> RequestBuilder) -> Value {
        for attempt in first.. {
            let base = format!("http://{}", self.addresses[attempt % 2]);
            let answer = request(&base).bearer_auth(KEY).timeout(IMPATIENT).send();
            let answer = match answer.await {
                Ok(answer) => (answer.status(), answer.json::<Value>().await),
                Err(_) => continue,
            };
            match answer {
                (status, Ok(body)) if status.is_success() => return body,
                (StatusCode::SERVICE_UNAVAILABLE | StatusCode::CONFLICT, body) => {
                    if let Ok(body) = body {
                        assert!(body["refusal"].is_null(), "{body}");
                    }
                    sleep(Duration::from_millis(100)).await;
                }
                (_, Err(_)) => {}
                (status, body) => panic!("{status} {body:?}"),
            }
        }
        unreachable!("attempts do not end")
    }

    async fn claim(&self, first: usize, id: &str) -> String {
        let member = format!("twitter:c{}", id.len() % 7);
        let body = json!({"program": "stops", "perk": "mug", "member": member});
        let claim = |base: &str| {
            let request = self.client.post(format!("{base}/v1/claims"));
            request.header("idempotency-key", id).json(&body)
        };
        let claim = self.accepted(first, claim).await;
        claim["id"].as_str().unwrap().to_owned()
    }

    async fn send(&self, first: usize, id: &str) -> usize {
        let event = |n: usize| {
            json!({
                "id": format!("{id}-{n}"), "source": "test", "type": "like",
                "time": "2026-11-22T11:00:00Z", "network": "twitter",
                "actor": format!("fan{n}"), "target": "c0", "object": "post/1",
                "topics": ["food"],
            })
        };
        let events: Vec<Value> = (0..50).map(event).collect();
        let send = |base: &str| self.client.post(format!("{base}/v1/events")).json(&events);
        let answer = self.accepted(first, send).await;
        assert_eq!(answer["rejected_count"], 0, "{answer}");
        events.len()
    }

    async fn keep_claiming(self: Arc<Self>, caller: usize) -> Vec<String> {
        let mut claims = Vec::new();
        while !self.over.load(Ordering::SeqCst) {
            let id = format!("claim-{caller}-{}", claims.len());
            claims.push(self.claim(caller, &id).await);
        }
        claims
    }

    async fn keep_sending(self: Arc<Self>, sender: usize) -> usize {
        let mut sent = 0;
        while !self.over.load(Ordering::SeqCst) {
            sent += self.send(sender, &format!("event-{sender}-{sent}")).await;
        }
        sent
    }
}

async fn prepare(client: &Client, served: &Served) {
    let draft = client.put(served.url("/v1/programs/stops/draft"));
    let draft = draft.header("content-type", "application/yaml");
    let draft = draft.bearer_auth(KEY).body(program()).send().await.unwrap();
    assert_eq!(draft.status(), StatusCode::OK, "{:?}", draft.text().await);
    let publish = client.post(served.url("/v1/programs/stops/publish"));
    let publish = publish.bearer_auth(KEY).json(&json!({}));
    assert!(publish.send().await.unwrap().status().is_success());
    for member in 0..7 {
        let member = client.put(served.url(&format!("/v1/members/twitter:c{member}")));
        let member = member.bearer_auth(KEY).json(&json!({})).send().await;
        assert!(member.unwrap().status().is_success());
    }
}

/// Stops one replica and measures how long the other needs to accept a claim and events.
async fn stop_one(load: &Load, replicas: &[Served], round: usize) {
    let (stopped, other) = (round % 2, (round + 1) % 2);
    sleep(Duration::from_millis(300 + (round as u64 * 137 + 61) % 400)).await;
    replicas[stopped].signal("STOP");
    let begun = Instant::now();
    let alone = Load {
        client: load.client.clone(),
        addresses: [load.addresses[other].clone(), load.addresses[other].clone()],
        over: AtomicBool::new(false),
    };
    let (claim, events) = (format!("stop-{round}"), format!("stop-{round}"));
    let both = async { tokio::join!(alone.claim(0, &claim), alone.send(0, &events)) };
    let accepted = tokio::time::timeout(GOES_ON_WITHIN, both).await;
    let took = begun.elapsed();
    // Some requests of the load go to the stopped replica, and wait there.
    sleep(Duration::from_secs(1)).await;
    replicas[stopped].signal("CONT");
    assert!(accepted.is_ok(), "round {round}: the other one waits, too");
    println!("round {round}: the other replica went on after {took:.1?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stopped_replica_does_not_keep_the_other_from_writing() {
    let dir = dir();
    let mut databases = Databases::start(dir.path()).await;
    let url = databases.create().await;
    let client = Client::new();
    let mut replicas = Vec::new();
    for _ in 0..2 {
        let mut served = Served::start(dir.path(), Some(url.clone()));
        served.ready(&client).await;
        replicas.push(served);
    }
    prepare(&client, &replicas[0]).await;
    let load = Arc::new(Load {
        client: Client::new(),
        addresses: [replicas[0].address.clone(), replicas[1].address.clone()],
        over: AtomicBool::new(false),
    });
    let claimers: Vec<_> = (0..CLAIMERS)
        .map(|caller| tokio::spawn(Arc::clone(&load).keep_claiming(caller)))
        .collect();
    let senders: Vec<_> = (0..SENDERS)
        .map(|sender| tokio::spawn(Arc::clone(&load).keep_sending(sender)))
        .collect();
    let rounds = rounds(ROUNDS);
    for round in 0..rounds {
        stop_one(&load, &replicas, round).await;
    }
    load.over.store(true, Ordering::SeqCst);

    let (mut claims, mut sent) = (BTreeSet::new(), rounds * 50);
    for claimer in claimers {
        for claim in claimer.await.unwrap() {
            assert!(claims.insert(claim), "two requests got one claim");
        }
    }
    for sender in senders {
        sent += sender.await.unwrap();
    }
    let given = claims.len() + rounds;
    let number = async |query: &str| databases.number(query).await as usize;
    assert_eq!(number("select count(*) from claims").await, given);
    assert_eq!(number("select count(*) from events").await, sent);
    let left = client.get(replicas[0].url("/v1/programs/stops/members/twitter:c0/offers"));
    let left: Value = left
        .bearer_auth(KEY)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(left["offers"][0]["left"], STOCK - given, "{left}");
    held(format_args!(
        "a stopped replica, {rounds} rounds: the other goes on, {given} claims and {sent} events exact"
    ));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_stops_while_it_sends_rows_does_not_keep_others_from_writing() {
    let dir = dir();
    let mut databases = Databases::start(dir.path()).await;
    let url = databases.create().await;
    let client = Client::new();
    let mut served = Served::start(dir.path(), Some(url));
    served.ready(&client).await;

    // What a replica does that appends to the log, up to the middle of the rows.
    let pool = databases.connect().await;
    let mut stopped = pool.begin().await.unwrap();
    let lock = "update log_head set position = position";
    let mut lock = sqlx::QueryBuilder::<sqlx::Postgres>::new(lock);
    lock.build().execute(&mut *stopped).await.unwrap();
    let rows = "copy events (received_at, position) from stdin";
    let mut rows = stopped.copy_in_raw(rows).await.unwrap();
    rows.send(&b"2026-11-22"[..]).await.unwrap();

    let load = Load {
        client,
        addresses: [served.address.clone(), served.address.clone()],
        over: AtomicBool::new(false),
    };
    let begun = Instant::now();
    let sent = tokio::time::timeout(GOES_ON_WITHIN, load.send(0, "while-rows-wait")).await;
    assert!(sent.is_ok(), "the events wait, too");
    println!("events were accepted after {:.1?}", begun.elapsed());
    assert!(rows.finish().await.is_err(), "its transaction was ended");
    held("a process stopped while it sends rows: the others go on");
}
