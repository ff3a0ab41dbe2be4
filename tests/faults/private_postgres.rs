//! The private Postgres dies: the service starts it again, or ends with a clear error if
//! that is in vain.

use std::time::{Duration, Instant};

use reqwest::{Client, StatusCode};
use serde_json::json;
use tokio::time::sleep;

use crate::process::{KEY, Served, dir, kill_postgres, rounds};
use crate::report::held;

const ROUNDS: usize = 3;
const RECOVERS_WITHIN: Duration = Duration::from_secs(30);

/// Enrols a member, and again while the database is away. Returns the status of the answer.
async fn enrolled(client: &Client, served: &Served, name: &str) -> StatusCode {
    let path = served.url(&format!("/v1/members/twitter:{name}"));
    let began = Instant::now();
    loop {
        let put = client.put(&path).bearer_auth(KEY).json(&json!({}));
        match put.send().await.unwrap().status() {
            StatusCode::SERVICE_UNAVAILABLE => {}
            status => return status,
        }
        assert!(began.elapsed() < RECOVERS_WITHIN, "not recovered");
        sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_private_postgres_that_was_killed_is_started_again() {
    let dir = dir();
    let data = dir.path().join("data");
    let mut served = Served::start(&data, None);
    let client = Client::new();
    served.ready(&client).await;
    for round in 0..rounds(ROUNDS) {
        let name = format!("round{round}");
        // A process of the server that was killed may have answered last.
        assert_eq!(enrolled(&client, &served, &name).await, StatusCode::CREATED);
        kill_postgres(&data);
        let killed = Instant::now();
        // It was committed before, so it is not enrolled a second time.
        assert_eq!(enrolled(&client, &served, &name).await, StatusCode::OK);
        println!("round {round}: recovered after {:.1?}", killed.elapsed());
    }
    held("a killed private Postgres: started again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_private_postgres_that_cannot_be_started_again_ends_the_service() {
    let dir = dir();
    let data = dir.path().join("data");
    let mut served = Served::start(&data, None);
    served.ready(&Client::new()).await;
    let control = data.join("postgres/data/global/pg_control");
    std::fs::rename(&control, control.with_extension("gone")).unwrap();
    kill_postgres(&data);
    let (success, errors) = served.ended().await;
    assert!(!success);
    for words in ["cannot be started again", "pg_control"] {
        assert!(errors.contains(words), "{errors}");
    }
    held("a private Postgres that cannot start: the process ends and says why");
}
