//! The log of a Postgres that belongs to others: it never holds an email or a handle,
//! although Postgres writes the values of a violated constraint there.

use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

use crate::process::{Databases, KEY, Served, dir};
use crate::report::held;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn conflicts_write_no_email_and_no_handle_into_the_log_of_the_database() {
    let dir = dir();
    let mut databases = Databases::start(dir.path()).await;
    let url = databases.create().await;
    // The usual setting; a private Postgres would leave the values out.
    let usual = "alter database fresh_1 set log_error_verbosity = 'default'";
    databases.in_latest(usual).await;
    let client = Client::new();
    let mut served = Served::start(dir.path(), Some(url));
    served.ready(&client).await;

    let put = |member: &str, identities: Value| {
        let path = served.url(&format!("/v1/members/{member}"));
        let put = client.put(path).bearer_auth(KEY);
        let put = put.json(&json!({"identities": identities}));
        async move { put.send().await.unwrap().status() }
    };
    let first = put("twitter:anna", json!(["email:anna@example.com"])).await;
    assert_eq!(first, StatusCode::CREATED);
    for identity in ["email:anna@example.com", "twitter:anna"] {
        let second = put("twitter:bert", json!([identity])).await;
        assert_eq!(second, StatusCode::CONFLICT);
    }
    // Many enrol one person at once, and many people claim one email.
    let same = (0..10).map(|_| put("email:carla@example.com", json!(["twitter:carla"])));
    let rivals: Vec<String> = (0..10).map(|n| format!("twitter:rival{n}")).collect();
    let rivals = rivals
        .iter()
        .map(|rival| put(rival, json!(["email:dora@example.com"])));
    for status in futures::future::join_all(same.chain(rivals)).await {
        assert_ne!(status, StatusCode::INTERNAL_SERVER_ERROR);
    }
    // The log would hold such values: a violated constraint puts one there.
    let twice = "insert into identities select 'email', 'control@example.com', member_id \
         from members, generate_series(1, 2)";
    databases.refuses(twice).await;

    let log = std::fs::read_to_string(Databases::log(dir.path())).unwrap();
    assert!(log.contains("control@example.com"), "{log}");
    for value in ["anna", "bert", "carla", "dora", "rival"] {
        assert!(!log.contains(value), "'{value}' is in the log: {log}");
    }
    held("conflicts: no email and no handle in the log of Postgres");
}
