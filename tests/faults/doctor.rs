//! `renown doctor` finds what is wrong, all of it, and changes nothing.

use reqwest::Client;

use crate::calls::publish;
use crate::process::{Databases, Served, dir, doctor};
use crate::report::held;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn doctor_examines_a_database_and_leaves_it_as_it_was() {
    let dir = dir();
    let mut databases = Databases::start(dir.path()).await;
    let url = databases.create().await;
    let (well, said) = doctor(dir.path(), Some(&url), &[]);
    assert!(!well && said.contains("the database is empty"), "{said}");
    // It would fail if doctor had made this table.
    databases
        .in_latest("create table members (nothing text)")
        .await;
    databases.in_latest("drop table members").await;

    let mut served = Served::start(dir.path(), Some(url.clone()));
    served.ready(&Client::new()).await;
    publish(&served, "klub", PROGRAM, None).await;
    served.terminate().await;
    let (well, said) = doctor(dir.path(), Some(&url), &[]);
    assert!(well, "{said}");

    // Three things at once.
    databases
        .in_latest("update program_versions set source = 'tiers: ['")
        .await;
    databases.in_latest("drop table codes").await;
    let month = chrono::Utc::now().format("events_%Y_%m");
    databases.in_latest(&format!("drop table {month}")).await;
    let (well, said) = doctor(dir.path(), Some(&url), &[]);
    assert!(!well);
    for found in [
        "WRONG: version 1 of klub cannot be read",
        "WRONG: missing: codes",
        "WRONG: it has no partition for this month",
        "3 things are wrong",
    ] {
        assert!(said.contains(found), "{found}: {said}");
    }

    databases
        .in_latest("delete from _sqlx_migrations where description like '%replicas'")
        .await;
    let (well, said) = doctor(dir.path(), Some(&url), &[]);
    assert!(
        !well && said.contains("1 migrations to run (20261126020100_create_replicas)"),
        "{said}"
    );
    held(
        "doctor finds an empty database, pending migrations, a missing table, an unreadable program",
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn doctor_says_why_a_database_cannot_be_reached() {
    let dir = dir();
    let mut databases = Databases::start(dir.path()).await;
    let url = databases.create().await;
    let absent = url.replacen("/fresh_1?", "/absent?", 1);
    let refused = "postgresql://renown:pass-word@127.0.0.1:1/hotel";
    for (url, reason) in [
        (
            refused,
            "host 127.0.0.1, port 1, database hotel, user renown",
        ),
        (refused, "the connection was refused"),
        (absent.as_str(), "there is no such database"),
    ] {
        let (well, said) = doctor(dir.path(), Some(url), &[]);
        assert!(!well && said.contains(reason), "{said}");
        assert!(!said.contains("pass-word"), "{said}");
    }
    held("doctor names a refused connection and an absent database");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn doctor_creates_no_data_directory_and_reads_an_own_postgres_that_does_not_run() {
    let dir = dir();
    let data = dir.path().join("data");
    let own_key = [("RENOWN__ACCOUNTS__HASH_KEY", "")];
    let (well, said) = doctor(&data, None, &own_key);
    assert!(!well && said.contains("there is no data in"), "{said}");
    assert!(!data.exists());

    let mut served = Served::start_with(&data, None, &own_key);
    served.ready(&Client::new()).await;
    let (well, said) = doctor(&data, None, &own_key);
    assert!(
        well && said.contains("private Postgres   running; its address is postgresql://"),
        "{said}"
    );
    served.terminate().await;
    let (well, said) = doctor(&data, None, &own_key);
    assert!(
        well && said.contains("started for this examination only"),
        "{said}"
    );
    assert!(!data.join("postgres/data/postmaster.pid").exists());
    held("doctor reads a private Postgres, running or not, and creates none");
}

const PROGRAM: &str = "program: klub\ntitle: Klub\nstanding: { influence: 1 }\n\
    service_levels:\n  - { id: standard, queue: general }\n\
    tiers:\n  - { id: guest, service_level: standard }\n";
