//! The check of the scores by a running service: one replica makes it, all show it.

use std::time::{Duration, Instant};

use reqwest::Client;
use serde_json::Value;

use crate::process::{Databases, KEY, Served, dir};
use crate::report::held;

/// The job looks for the first time after 20 s.
const WITHIN: Duration = Duration::from_secs(90);

async fn check(client: &Client, served: &Served) -> Value {
    let request = client.get(served.url("/v1/model")).bearer_auth(KEY);
    let model: Value = request.send().await.unwrap().json().await.unwrap();
    model["check"].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_running_service_checks_its_scores_and_every_replica_shows_it() {
    let dir = dir();
    let mut databases = Databases::start(dir.path()).await;
    let url = databases.create().await;
    let client = Client::new();
    let mut replicas = [
        Served::start(&dir.path().join("one"), Some(url.clone())),
        Served::start(&dir.path().join("two"), Some(url)),
    ];
    for replica in &mut replicas {
        replica.ready(&client).await;
    }
    let [one, two] = &replicas;
    assert_eq!(check(&client, one).await["reason"], "none_yet");
    let began = Instant::now();
    while check(&client, one).await["checked_at"].is_null() {
        assert!(began.elapsed() < WITHIN, "no check is made");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let made = check(&client, one).await;
    assert_eq!(made["reason"], "log_too_short", "{made}");
    assert_eq!(check(&client, two).await, made);
    assert_eq!(
        databases.number("select count(*) from self_checks").await,
        1
    );
    held(format_args!(
        "the check of the scores: made after {:.1?}, shown by both replicas",
        began.elapsed()
    ));
}
