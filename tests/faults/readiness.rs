//! A process that has a database but does not hear of changes, or whose jobs fail: it is
//! not ready, and says why.

use std::time::Duration;

use reqwest::{Client, StatusCode};

use crate::process::{Databases, Served, dir, doctor};
use crate::report::held;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_hears_nothing_and_whose_jobs_fail_is_not_ready() {
    let dir = dir();
    let mut databases = Databases::start(dir.path()).await;
    let url = databases.create().await;
    let client = Client::new();
    let patience = [("RENOWN__JOBS__PATIENCE_SECONDS", "3")];
    let mut served = Served::start_with(dir.path(), Some(url.clone()), &patience);
    served.ready(&client).await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    let (well, said) = doctor(dir.path(), Some(&url), &patience);
    assert!(well && said.contains("1 running"), "{said}");

    // Without programs the listener cannot begin, and without the outbox the relay fails.
    databases
        .in_latest("alter table program_versions rename to gone")
        .await;
    databases
        .in_latest("alter table outbox rename to gone_too")
        .await;
    databases
        .in_latest(
            "select pg_terminate_backend(pid) from pg_stat_activity
             where datname = current_database() and application_name = 'renown (listener)'",
        )
        .await;
    let within = Duration::from_secs(60);
    let not_ready = |status, body: &str| {
        status == StatusCode::SERVICE_UNAVAILABLE
            && body.contains("changes made by other replicas have not been received")
            && body.contains("the job 'relay' has failed")
    };
    served.ready_if(&client, within, not_ready).await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    let (well, said) = doctor(dir.path(), Some(&url), &patience);
    assert!(!well);
    for line in [
        "WRONG: missing: outbox, program_versions",
        "listener         WRONG: has not received changes",
        "relay            WRONG: has failed for",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }

    databases
        .in_latest("alter table gone rename to program_versions")
        .await;
    databases
        .in_latest("alter table gone_too rename to outbox")
        .await;
    served
        .ready_if(&client, within, |status, _| status == StatusCode::OK)
        .await;
    held(
        "a deaf listener and a failing job: readiness and doctor name them, until both work again",
    );
}
