//! Replicas whose clocks are wrong: they have the time of the database all the same.
//! A small library, preloaded, sets the clock of one process.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};

use crate::calls::{done, hold, publish};
use crate::process::{Databases, KEY, Served, dir, doctor};
use crate::report::held;

const MINUTES: i64 = 10;

/// Builds the library that makes a clock wrong.
fn library() -> String {
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/faults/skew.c");
    let built = concat!(env!("CARGO_TARGET_TMPDIR"), "/skew.so");
    let cc = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-o", built, source])
        .status();
    assert!(cc.unwrap().success());
    built.to_owned()
}

/// A clock that a test sets.
struct WrongClock {
    library: String,
    file: String,
}

impl WrongClock {
    fn new(dir: &Path) -> Self {
        let file = dir.join("skew").display().to_string();
        let clock = Self {
            library: library(),
            file,
        };
        clock.set(0);
        clock
    }

    fn set(&self, seconds: i64) {
        // A rename, because a reader must not find an empty file.
        let new = format!("{}.new", self.file);
        std::fs::write(&new, seconds.to_string()).unwrap();
        std::fs::rename(new, &self.file).unwrap();
    }

    /// Returns the variables of a process with this clock; a hold lasts a second there,
    /// unless its perk says otherwise.
    fn vars(&self) -> [(&str, &str); 3] {
        [
            ("LD_PRELOAD", &self.library),
            ("CLOCK_SKEW_FILE", &self.file),
            ("RENOWN__CLAIMS__HOLD_SECONDS", "1"),
        ]
    }
}

fn program(title: &str) -> String {
    format!(
        "program: klub\ntitle: {title}\nstanding: {{ influence: 1 }}\n\
         service_levels:\n  - {{ id: standard, queue: general }}\n\
         tiers:\n  - {{ id: guest, service_level: standard }}\nperks:\n\
         \x20 - {{ id: table, title: A table, disclosure: So., stock: 5, hold: 2m }}\n\
         \x20 - {{ id: mug, title: A mug, disclosure: So., stock: 5 }}\n"
    )
}

async fn version_in_force(served: &Served) -> i64 {
    let path = "/v1/programs/klub/members/twitter:kev/tier";
    let tier = done(served, Method::GET, path, json!({})).await;
    tier["basis"]["program_version"].as_i64().unwrap()
}

async fn state_of(served: &Served, claim: &Value) -> Value {
    let path = format!("/v1/claims/{}", claim["id"].as_str().unwrap());
    done(served, Method::GET, &path, json!({})).await["state"].clone()
}

/// Returns the metric's value, if the process has it.
async fn skew_of(served: &Served) -> Option<f64> {
    let url = format!("http://{}/metrics", served.address);
    let answer = Client::new()
        .get(url)
        .bearer_auth(KEY)
        .send()
        .await
        .unwrap();
    let text = answer.text().await.unwrap();
    let mut lines = text.lines();
    let value = lines.find_map(|line| line.strip_prefix("renown_clock_skew_seconds "));
    value.map(|value| value.parse().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replicas_ten_minutes_apart_agree_on_versions_and_holds() {
    let dir = dir();
    let mut databases = Databases::start(dir.path()).await;
    let url = databases.create().await;
    let client = Client::new();
    let wrong = WrongClock::new(dir.path());
    let mut right = Served::start(dir.path(), Some(url.clone()));
    right.ready(&client).await;
    wrong.set(MINUTES * 60);
    let early = Served::start_with(dir.path(), Some(url.clone()), &wrong.vars());
    let within = Duration::from_secs(60);
    let paused = |status, body: &str| {
        status == StatusCode::SERVICE_UNAVAILABLE && body.contains("the jobs are paused")
    };
    early.ready_if(&client, within, paused).await;

    // A version that begins in between, by the two clocks.
    publish(&right, "klub", &program("Now"), None).await;
    let soon = Utc::now() + TimeDelta::minutes(MINUTES / 2);
    let soon = soon.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    publish(&right, "klub", &program("Soon"), Some(soon)).await;
    for member in ["kev", "ann"] {
        let path = format!("/v1/members/twitter:{member}");
        done(&right, Method::PUT, &path, json!({})).await;
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(version_in_force(&right).await, 1);
    assert_eq!(version_in_force(&early).await, 1);

    // Holds of two minutes.
    let (one, two) = (
        hold(&right, "klub", "table", "twitter:kev").await,
        hold(&early, "klub", "table", "twitter:ann").await,
    );
    let expires: DateTime<Utc> = two["expires_at"].as_str().unwrap().parse().unwrap();
    let left = expires - Utc::now();
    assert!(left < TimeDelta::seconds(125), "{left}");
    tokio::time::sleep(Duration::from_secs(4)).await;
    for claim in [one, two] {
        assert_eq!(state_of(&right, &claim).await, "held");
        let confirm = format!("/v1/claims/{}/confirm", claim["id"].as_str().unwrap());
        done(&early, Method::POST, &confirm, json!({})).await;
    }
    held(format_args!(
        "two replicas {MINUTES} minutes apart: the same version in force, and no hold ends early"
    ));

    // An operator sees it from everywhere.
    let skew = skew_of(&early).await.unwrap();
    assert!((skew - 600.0).abs() < 1.0, "{skew}");
    let (well, said) = doctor(dir.path(), Some(&url), &wrong.vars());
    assert!(
        !well && said.contains("that of this machine is +600."),
        "{said}"
    );
    let (well, said) = doctor(dir.path(), Some(&url), &[]);
    assert!(
        !well && said.contains("that of its machine is +600."),
        "{said}"
    );

    // The clock is corrected: to 3 seconds, which is a warning only, and then wholly.
    for seconds in [3, 0] {
        wrong.set(seconds);
        let right = |status, _: &str| status == StatusCode::OK;
        early.ready_if(&client, within, right).await;
        let begun = std::time::Instant::now();
        while (skew_of(&early).await.unwrap() - seconds as f64).abs() > 1.0 {
            assert!(begun.elapsed() < within, "the metric does not follow");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
    wrong.set(-MINUTES * 60);
    early.ready_if(&client, within, paused).await;

    // What is due waits while the only replica is paused, and is done afterwards.
    right.terminate().await;
    let due = hold(&early, "klub", "mug", "twitter:kev").await;
    tokio::time::sleep(Duration::from_secs(4)).await;
    assert_eq!(state_of(&early, &due).await, "held");
    wrong.set(0);
    let begun = std::time::Instant::now();
    while state_of(&early, &due).await == "held" {
        assert!(begun.elapsed() < within, "the hold does not end");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    held("a clock that is 10 s wrong: jobs pause, readiness, metric and doctor say so");
}
