//! Two versions on one database: while a new one is rolled out, and after it is rolled
//! back.

use reqwest::{Client, Method};
use serde_json::json;

use crate::calls::{done, hold, publish};
use crate::process::{Databases, Served, command, dir, doctor};
use crate::report::{held, skipped};

/// The variable with the path of the previous release's binary, which `make faults` sets.
const PREVIOUS: &str = "RENOWN_PREVIOUS_BINARY";

const PROGRAM: &str = "program: klub\ntitle: Klub\nstanding: { influence: 1 }\n\
    service_levels:\n  - { id: standard, queue: general }\n\
    tiers:\n  - { id: guest, service_level: standard }\nperks:\n\
    \x20 - { id: table, title: A table, disclosure: So., stock: 100 }\n";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_version_serves_a_database_that_a_newer_one_has_migrated() {
    let dir = dir();
    let mut databases = Databases::start(dir.path()).await;
    let url = databases.create().await;
    let client = Client::new();
    let mut served = Served::start(dir.path(), Some(url.clone()));
    served.ready(&client).await;
    served.terminate().await;
    // What a newer version leaves that has only added something.
    databases
        .in_latest(
            "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
             values (29991231235959, 'add something', true, '\\x00', 1)",
        )
        .await;
    databases
        .in_latest("alter table claims add column newer text")
        .await;
    let mut served = Served::start(dir.path(), Some(url.clone()));
    served.ready(&client).await;
    works(&served, "kev").await;
    let (well, said) = doctor(dir.path(), Some(&url), &[]);
    assert!(
        well && said.contains("1 migrations of a newer version"),
        "{said}"
    );
    held("a version starts on a database that a newer one has migrated, and serves");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_version_that_is_too_old_for_the_database_refuses_to_start() {
    let dir = dir();
    let mut databases = Databases::start(dir.path()).await;
    let url = databases.create().await;
    let migrate = || command("migrate", dir.path(), Some(&url)).output().unwrap();
    assert!(migrate().status.success());
    databases
        .in_latest("update schema_compatibility set least = 1000, version = '99.1.0'")
        .await;
    let mut served = Served::start(dir.path(), Some(url.clone()));
    let (success, errors) = served.ended().await;
    assert!(
        !success && errors.contains("start renown 99.1.0 or a newer version"),
        "{errors}"
    );
    let migrated = migrate();
    assert!(!migrated.status.success());
    let (well, said) = doctor(dir.path(), Some(&url), &[]);
    assert!(
        !well && said.contains("start renown 99.1.0 or a newer version"),
        "{said}"
    );
    held("a version that is too old for the database: no start, and it names the one to use");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_previous_release_serves_beside_and_after_this_one() {
    let Ok(previous) = std::env::var(PREVIOUS) else {
        skipped(format_args!(
            "the previous release beside this one: {PREVIOUS} is not set; `make faults` builds it"
        ));
        return;
    };
    let dir = dir();
    let mut databases = Databases::start(dir.path()).await;
    let url = Some(databases.create().await);
    let client = Client::new();
    let mut old = Served::start_binary(&previous, dir.path(), url.clone(), &[]);
    old.ready(&client).await;
    works(&old, "before").await;

    // Rolled out: this version migrates while the old one serves.
    let mut new = Served::start(dir.path(), url.clone());
    new.ready(&client).await;
    for round in 0..3 {
        works(&old, &format!("old{round}")).await;
        works(&new, &format!("new{round}")).await;
        // Each reads what the other has written.
        reads(&new, &format!("old{round}")).await;
        reads(&old, &format!("new{round}")).await;
    }

    // Rolled back: the old one is started again, on what the new one has left.
    new.terminate().await;
    old.terminate().await;
    let mut old = Served::start_binary(&previous, dir.path(), url.clone(), &[]);
    old.ready(&client).await;
    works(&old, "after").await;
    reads(&old, "new0").await;

    // And rolled out once more.
    let mut new = Served::start(dir.path(), url);
    new.ready(&client).await;
    reads(&new, "after").await;
    works(&new, "again").await;
    held("the previous release serves beside this one, and after it is rolled back");
}

/// Publishes, enrols, sends an event, looks up and claims.
async fn works(served: &Served, handle: &str) {
    publish(served, "klub", PROGRAM, None).await;
    let member = format!("twitter:{handle}");
    let path = format!("/v1/members/{member}");
    done(served, Method::PUT, &path, json!({})).await;
    let event = json!({
        "id": format!("e-{handle}"), "source": "test", "type": "like",
        "time": chrono::Utc::now().to_rfc3339(), "network": "twitter",
        "actor": "a-fan", "target": handle, "object": "post/1",
    });
    let report = done(served, Method::POST, "/v1/events", event).await;
    assert_eq!(report["accepted"], 1, "{report}");
    let claim = hold(served, "klub", "table", &member).await;
    let confirm = format!("/v1/claims/{}/confirm", claim["id"].as_str().unwrap());
    done(served, Method::POST, &confirm, json!({})).await;
    reads(served, handle).await;
}

/// Looks a member up, and finds the member's claim.
async fn reads(served: &Served, handle: &str) {
    let lookup = format!("/v1/programs/klub/members/twitter:{handle}/tier");
    let tier = done(served, Method::GET, &lookup, json!({})).await;
    assert_eq!(tier["tier"], "guest", "{tier}");
    let claims = format!("/v1/claims?program=klub&member=twitter:{handle}");
    let claims = done(served, Method::GET, &claims, json!({})).await;
    assert_eq!(claims["data"][0]["state"], "confirmed", "{claims}");
}
