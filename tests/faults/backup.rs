//! A backup that is taken while the service runs, and restored into an empty database,
//! serves the same people with the same answers, and gives no unit twice.

use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};

use crate::calls::{call, done, hold, publish};
use crate::process::{Databases, Served, dir};
use crate::report::{held, skipped};

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

async fn get(served: &Served, path: &str) -> Value {
    done(served, Method::GET, path, json!({})).await
}

async fn claim(served: &Served, member: &str) -> (StatusCode, Value) {
    let body = json!({"program": "palms", "perk": "cabana", "member": member});
    call(served, Method::POST, "/v1/claims", body).await
}

/// Waits until the events are in the member's score; returns its evidence.
async fn evidence(served: &Served) -> f64 {
    let started = Instant::now();
    loop {
        let score = get(served, "/v1/members/twitter:kev/score").await;
        let evidence = score["influence"]["evidence"].as_f64();
        if let Some(evidence) = evidence.filter(|evidence| *evidence > 0.0) {
            return evidence;
        }
        assert!(started.elapsed() < Duration::from_secs(60), "{score}");
        tokio::time::sleep(Duration::from_millis(100)).await;
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
        skipped("a backup, restored: pg_dump and pg_restore are not installed");
        return;
    };
    let dir = dir();
    let mut databases = Databases::start(dir.path()).await;
    let original = databases.create().await;
    let client = Client::new();
    let mut served = Served::start(dir.path(), Some(original.clone()));
    served.ready(&client).await;
    publish(&served, "palms", PROGRAM, None).await;
    for member in ["kev", "ann", "bob"] {
        let path = format!("/v1/members/twitter:{member}");
        done(&served, Method::PUT, &path, json!({})).await;
    }
    let events = events();
    let taken = done(&served, Method::POST, "/v1/events", events.clone()).await;
    assert_eq!(taken["accepted"], 41, "{taken}");
    let evidence_before = evidence(&served).await;
    let held_before = hold(&served, "palms", "cabana", "twitter:kev").await;
    let mut before = Vec::new();
    for question in QUESTIONS {
        before.push(get(&served, question).await);
    }

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
    for (question, before) in QUESTIONS.iter().zip(before) {
        assert_eq!(get(&served, question).await, before, "{question}");
    }
    // Evidence decays from minute to minute.
    let decay = evidence(&served).await / evidence_before;
    assert!((0.99..=1.0).contains(&decay), "{decay}");
    let again = done(&served, Method::POST, "/v1/events", events).await;
    assert_eq!(again["duplicates"], 41, "{again}");
    // One of the two units was given before the backup.
    let path = format!("/v1/claims/{}", held_before["id"].as_str().unwrap());
    assert_eq!(get(&served, &path).await["state"], "held");
    let (status, body) = claim(&served, "twitter:ann").await;
    assert_eq!(status, StatusCode::CREATED, "{body}");
    let (status, body) = claim(&served, "twitter:bob").await;
    let out = json!("out_of_stock");
    assert_eq!((status, &body["refusal"]), (StatusCode::CONFLICT, &out));
    held("a backup of a running service, restored: the same answers, and no unit twice");
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
