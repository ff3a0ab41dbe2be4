//! A backup that is taken while the service runs, and restored into an empty database,
//! serves the same people with the same answers, and gives no unit twice.

use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};

use crate::process::{Databases, KEY, Served, dir};

const PROGRAM: &str = "program: palms\ntitle: Palms\nstanding: { influence: 1 }\n\
     service_levels:\n  - { id: standard, queue: general }\n\
     tiers:\n  - { id: guest, service_level: standard }\n\
     perks:\n  - { id: cabana, title: Cabana, disclosure: So., stock: 2, per_member: 1 }\n";

/// Answers that must be the same before and after.
const QUESTIONS: [&str; 4] = [
    "/v1/members/twitter:kev",
    "/v1/programs/palms/members/twitter:kev/tier/history",
    "/v1/programs/palms/versions",
    "/v1/claims?program=palms",
];

struct Api<'s> {
    client: Client,
    served: &'s Served,
}

impl Api<'_> {
    async fn send(&self, method: Method, path: &str, body: Value) -> (StatusCode, Value) {
        let url = format!("http://{}{path}", self.served.address);
        let request = self.client.request(method, url).bearer_auth(KEY);
        let request = request.header("idempotency-key", uuid::Uuid::now_v7().to_string());
        let answer = request.json(&body).send().await.unwrap();
        let status = answer.status();
        (status, answer.json().await.unwrap_or_default())
    }

    async fn get(&self, path: &str) -> Value {
        let (status, body) = self.send(Method::GET, path, json!({})).await;
        assert_eq!(status, StatusCode::OK, "{path}: {body}");
        body
    }

    async fn claim(&self, member: &str) -> (StatusCode, Value) {
        let body = json!({"program": "palms", "perk": "cabana", "member": member});
        self.send(Method::POST, "/v1/claims", body).await
    }

    async fn publish(&self) {
        let url = format!("http://{}/v1/programs/palms/draft", self.served.address);
        let draft = self.client.put(url).bearer_auth(KEY);
        let draft = draft.header("content-type", "application/yaml");
        let draft = draft.body(PROGRAM).send().await.unwrap();
        assert_eq!(draft.status(), StatusCode::OK);
        let (status, body) = self
            .send(Method::POST, "/v1/programs/palms/publish", json!({}))
            .await;
        assert_eq!(status, StatusCode::CREATED, "{body}");
    }

    /// Waits until the events are in the member's score; returns its evidence.
    async fn evidence(&self) -> f64 {
        let started = Instant::now();
        loop {
            let score = self.get("/v1/members/twitter:kev/score").await;
            if let Some(evidence) = score["influence"]["evidence"].as_f64().filter(|&e| e > 0.0) {
                return evidence;
            }
            assert!(started.elapsed() < Duration::from_secs(60), "{score}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

/// Forty people react to what Kev wrote.
fn events() -> Value {
    let at = |minute: i64| chrono::Utc::now() - chrono::TimeDelta::minutes(60 - minute);
    let post = json!({"source": "crm", "id": "post", "type": "post", "network": "twitter",
        "actor": "kev", "object": "p1", "topics": ["las-vegas"], "time": at(0)});
    let like = |n: i64| {
        json!({"source": "crm", "id": format!("like-{n}"), "type": "like",
            "network": "twitter", "actor": format!("fan{n}"), "target": "kev", "object": "p1",
            "topics": ["las-vegas"], "time": at(n)})
    };
    std::iter::once(post).chain((1..=40).map(like)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restored_backup_serves_the_same_people_and_gives_no_unit_twice() {
    let Some(tools) = tools() else {
        eprintln!("SKIPPED: pg_dump and pg_restore are not installed");
        return;
    };
    let dir = dir();
    let mut databases = Databases::start(dir.path()).await;
    let original = databases.create().await;
    let client = Client::new();
    let mut served = Served::start(dir.path(), Some(original.clone()));
    served.ready(&client).await;
    let events = events();
    let (before, evidence, claim) = {
        let api = Api {
            client: client.clone(),
            served: &served,
        };
        api.publish().await;
        for member in ["kev", "ann", "bob"] {
            let path = format!("/v1/members/twitter:{member}");
            let (status, body) = api.send(Method::PUT, &path, json!({})).await;
            assert_eq!(status, StatusCode::CREATED, "{body}");
        }
        let (status, body) = api.send(Method::POST, "/v1/events", events.clone()).await;
        assert_eq!(
            (status, &body["accepted"]),
            (StatusCode::OK, &json!(41)),
            "{body}"
        );
        let evidence = api.evidence().await;
        let (status, claim) = api.claim("twitter:kev").await;
        assert_eq!(status, StatusCode::CREATED, "{claim}");
        let mut before = Vec::new();
        for question in QUESTIONS {
            before.push(api.get(question).await);
        }
        (before, evidence, claim)
    };

    // The service is not stopped for the backup.
    let file = dir.path().join("backup.dump");
    let mut dump = Command::new(tools.join("pg_dump"));
    run(dump
        .args(["--format=custom", "--file"])
        .arg(&file)
        .arg(&original));
    drop(served);
    let restored = databases.create().await;
    let mut restore = Command::new(tools.join("pg_restore"));
    run(restore
        .args(["--no-owner", "--exit-on-error", "--dbname", &restored])
        .arg(&file));

    let mut served = Served::start(dir.path(), Some(restored));
    served.ready(&client).await;
    let api = Api {
        client,
        served: &served,
    };
    for (question, before) in QUESTIONS.iter().zip(before) {
        assert_eq!(api.get(question).await, before, "{question}");
    }
    // Evidence decays from minute to minute.
    let decay = api.evidence().await / evidence;
    assert!((0.99..=1.0).contains(&decay), "{decay}");
    let (_, again) = api.send(Method::POST, "/v1/events", events).await;
    assert_eq!(again["duplicates"], 41, "{again}");
    // One of the two units was given before the backup.
    let id = claim["id"].as_str().unwrap();
    assert_eq!(api.get(&format!("/v1/claims/{id}")).await["state"], "held");
    let (status, body) = api.claim("twitter:ann").await;
    assert_eq!(status, StatusCode::CREATED, "{body}");
    let (status, body) = api.claim("twitter:bob").await;
    assert_eq!(
        (status, &body["refusal"]),
        (StatusCode::CONFLICT, &json!("out_of_stock"))
    );
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}");
}

/// Returns the directory with `pg_dump` and `pg_restore`.
fn tools() -> Option<PathBuf> {
    let chosen = std::env::var_os("PG_BIN_DIR").map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut dirs = chosen.into_iter().chain(std::env::split_paths(&path));
    dirs.find(|dir| dir.join("pg_dump").is_file() && dir.join("pg_restore").is_file())
}
