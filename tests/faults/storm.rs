//! A thousand callers at once for a hundred units, with impatient clients, repeated
//! requests, and the service killed in the middle. The service is a separate process
//! with its own Postgres that writes to the disk.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use renown::cli;
use renown_postgres::{Durability, PrivatePostgres};
use reqwest::{Client, Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::process::{KEY, Served, dir, kill_postgres};
use crate::report::{held as it_held, rounds};

const CALLERS: usize = 1_000;
const UNITS: usize = 100;
const ROUNDS: usize = 20;
/// The longest time for which a caller tries.
const PATIENCE: Duration = Duration::from_secs(240);

/// Derives a number below `n` from the others.
fn pick(n: u64, of: [usize; 3]) -> u64 {
    let mut x = of.into_iter().fold(0x9e37_79b9_7f4a_7c15, |x: u64, part| {
        (x ^ part as u64)
            .wrapping_mul(0xbf58_476d_1ce4_e5b9)
            .rotate_left(31)
    });
    x ^= x >> 29;
    x.wrapping_mul(0x94d0_49bb_1331_11eb) % n
}

/// The callers of the service.
#[derive(Clone)]
struct Callers {
    client: Client,
    address: String,
}

impl Callers {
    async fn send(
        &self,
        method: Method,
        path: &str,
        name: Option<&str>,
        body: &Value,
        timeout: Duration,
    ) -> Result<Response, reqwest::Error> {
        let url = format!("http://{}{path}", self.address);
        let request = self.client.request(method, url).bearer_auth(KEY);
        let request = match name {
            Some(name) => request.header("idempotency-key", name),
            None => request,
        };
        request.json(body).timeout(timeout).send().await
    }

    async fn done(&self, method: Method, path: &str, body: Value) -> Value {
        let answer = self
            .send(method, path, None, &body, PATIENCE)
            .await
            .unwrap();
        let (status, body) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{path}: {status} {body}");
        serde_json::from_str(&body).unwrap()
    }

    async fn get(&self, path: &str) -> Value {
        self.done(Method::GET, path, json!({})).await
    }

    /// Calls until there is an answer. Some callers are impatient, some send everything
    /// twice at once, and some ask again although they have the answer.
    async fn claims(&self, round: usize, caller: usize) -> (StatusCode, Value) {
        let body = json!({
            "program": "storm", "perk": format!("p{round}"), "member": format!("twitter:c{caller}"),
        });
        let name = format!("storm-{round}-{caller}");
        let begun = Instant::now();
        for attempt in 0.. {
            assert!(begun.elapsed() < PATIENCE, "caller {caller} got no answer");
            let mood = pick(10, [round, caller, attempt]);
            let timeout = match mood {
                0 | 1 => Duration::from_millis(5 + pick(60, [caller, round, attempt])),
                _ => Duration::from_secs(20),
            };
            let send = || self.send(Method::POST, "/v1/claims", Some(&name), &body, timeout);
            let answers = match mood {
                2 => {
                    let (one, two) = tokio::join!(send(), send());
                    vec![one, two]
                }
                _ => vec![send().await],
            };
            let mut finals = Vec::new();
            for answer in answers.into_iter().flatten() {
                finals.extend(settled(answer).await);
            }
            let Some(first) = finals.first().cloned() else {
                let pause = 20 + pick(200, [attempt, round, caller]);
                tokio::time::sleep(Duration::from_millis(pause)).await;
                continue;
            };
            assert!(finals.iter().all(|one| same(one, &first)), "{finals:?}");
            return first;
        }
        unreachable!("attempts do not end")
    }
}

/// Returns the answer, unless it says to try again or was broken off.
async fn settled(answer: Response) -> Option<(StatusCode, Value)> {
    let status = answer.status();
    let waits = answer.headers().contains_key("retry-after");
    let body: Value = answer.json().await.ok()?;
    if waits {
        assert!(matches!(status.as_u16(), 409 | 503), "{status} {body}");
        assert!(body["type"].is_string(), "{body}");
        return None;
    }
    assert!(matches!(status.as_u16(), 201 | 409), "{status} {body}");
    Some((status, body))
}

/// Compares two answers without the ids of their requests.
fn same(one: &(StatusCode, Value), other: &(StatusCode, Value)) -> bool {
    let plain = |answer: &(StatusCode, Value)| {
        let mut body = answer.1.clone();
        body.as_object_mut().unwrap().remove("request_id");
        (answer.0, body)
    };
    plain(one) == plain(other)
}

fn program(perks: usize) -> String {
    let mut program = "program: storm\ntitle: Storm\nstanding: { influence: 1 }\n\
         service_levels:\n  - { id: standard, queue: general }\n\
         tiers:\n  - { id: guest, service_level: standard }\nperks:\n"
        .to_owned();
    for perk in 0..perks {
        program.push_str(&format!(
            "  - {{ id: p{perk}, title: Unit, disclosure: So., stock: {UNITS}, per_member: 1 }}\n"
        ));
    }
    program
}

/// Publishes the program and enrols all callers.
async fn prepare(served: &mut Served, perks: usize) -> Callers {
    let client = Client::builder()
        .pool_max_idle_per_host(CALLERS)
        .build()
        .unwrap();
    served.ready(&client).await;
    let callers = Callers {
        client,
        address: served.address.clone(),
    };
    let url = format!("http://{}/v1/programs/storm/draft", served.address);
    let draft = callers
        .client
        .put(url)
        .bearer_auth(KEY)
        .header("content-type", "application/yaml");
    let draft = draft.body(program(perks)).send().await.unwrap();
    assert_eq!(draft.status(), StatusCode::OK, "{:?}", draft.text().await);
    callers
        .done(Method::POST, "/v1/programs/storm/publish", json!({}))
        .await;
    for caller in 0..CALLERS {
        let path = format!("/v1/members/twitter:c{caller}");
        callers.done(Method::PUT, &path, json!({})).await;
    }
    callers
}

/// Returns all held claims on a perk.
async fn held(callers: &Callers, perk: &str) -> Vec<Value> {
    let first = format!("/v1/claims?program=storm&perk={perk}&state=held&limit=200");
    let (mut all, mut next) = (Vec::new(), Some(first.clone()));
    while let Some(path) = next {
        let page = callers.get(&path).await;
        all.extend(page["data"].as_array().unwrap().iter().cloned());
        let cursor = page["page"]["next_cursor"].as_str();
        next = cursor.map(|cursor| format!("{first}&cursor={cursor}"));
    }
    all
}

async fn left(callers: &Callers, perk: usize) -> i64 {
    let offers = callers
        .get("/v1/programs/storm/members/twitter:c0/offers")
        .await;
    offers["offers"][perk]["left"].as_i64().unwrap()
}

fn ids(claims: impl Iterator<Item = Value>, member: &str) -> BTreeSet<String> {
    claims
        .map(|claim| claim[member].as_str().unwrap().to_owned())
        .collect()
}

/// All callers call at once; the result is exact.
async fn round(callers: &Callers, round: usize) {
    let answers = (0..CALLERS).map(|caller| {
        let callers = callers.clone();
        tokio::spawn(async move { callers.claims(round, caller).await })
    });
    let answers: Vec<_> = answers.collect();
    let (mut given, mut refused) = (Vec::new(), 0);
    for (caller, answer) in answers.into_iter().enumerate() {
        let answer = answer.await.unwrap();
        match answer.0 {
            StatusCode::CREATED => given.push(answer.1.clone()),
            _ => {
                assert_eq!(answer.1["refusal"], "out_of_stock", "{}", answer.1);
                refused += 1;
            }
        }
        if caller % 10 == 0 {
            let again = callers.claims(round, caller).await;
            assert!(same(&again, &answer), "{again:?} after {answer:?}");
        }
    }
    assert_eq!(
        (given.len(), refused),
        (UNITS, CALLERS - UNITS),
        "round {round}"
    );
    let held = held(callers, &format!("p{round}")).await;
    assert_eq!(
        ids(held.iter().cloned(), "id"),
        ids(given.into_iter(), "id")
    );
    assert_eq!(
        ids(held.into_iter(), "member").len(),
        UNITS,
        "nobody has two"
    );
    assert_eq!(left(callers, round).await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_callers_for_a_hundred_units_and_the_service_killed_meanwhile() {
    let dir = dir();
    let mut served = Served::start(&dir.path().join("data"), None);
    let callers = prepare(&mut served, rounds(ROUNDS)).await;
    for number in 0..rounds(ROUNDS) {
        let calling = tokio::spawn({
            let callers = callers.clone();
            async move { round(&callers, number).await }
        });
        // Every third time, the service is killed in the middle, and its Postgres with
        // it.
        if number % 3 == 1 {
            // A round takes half a second where it is fast.
            let pause = 20 + pick(180, [number, 7, 7]);
            tokio::time::sleep(Duration::from_millis(pause)).await;
            assert!(!calling.is_finished(), "killed too late to matter");
            served.kill_and_restart();
        }
        calling.await.unwrap();
    }
    // No unit is lost: released units are free again.
    for claim in held(&callers, "p1").await {
        let path = format!("/v1/claims/{}/release", claim["id"].as_str().unwrap());
        callers.done(Method::POST, &path, json!({})).await;
    }
    assert_eq!(left(&callers, 1).await, UNITS as i64);
    it_held(format_args!(
        "{CALLERS} impatient callers for {UNITS} units, {} rounds, service and Postgres killed in \
         every third: exactly {UNITS} given, nobody two",
        rounds(ROUNDS)
    ));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_is_killed_while_perks_are_claimed() {
    let dir = dir();
    let data = dir.path().join("postgres");
    let postgres = PrivatePostgres::start(cli::DATABASE, &data, Durability::Durable)
        .await
        .unwrap();
    let mut served = Served::start(&dir.path().join("data"), Some(postgres.url()));
    let callers = prepare(&mut served, 2).await;
    let calling = tokio::spawn({
        let callers = callers.clone();
        async move { round(&callers, 0).await }
    });
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert!(!calling.is_finished(), "killed too late to matter");
    kill_postgres(&data);
    drop(postgres);
    // While the database is gone, an answer is a problem that says when to try again.
    let body = json!({"program": "storm", "perk": "p1", "member": "twitter:c0"});
    let timeout = Duration::from_secs(20);
    let answer = callers.send(Method::POST, "/v1/claims", Some("gone"), &body, timeout);
    let answer = answer.await.unwrap();
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.headers().contains_key("retry-after"));
    let problem: Value = answer.json().await.unwrap();
    assert_eq!(problem["type"], "urn:renown:problem:unavailable");
    let postgres = PrivatePostgres::start(cli::DATABASE, &data, Durability::Durable)
        .await
        .unwrap();
    calling.await.unwrap();
    round(&callers, 1).await;
    drop(served);
    postgres.stop().await.unwrap();
    it_held("Postgres killed while perks are claimed: 503 meanwhile, then exactly the stock");
}
