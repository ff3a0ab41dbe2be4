//! An import of members is killed in the middle: the same list again goes on, and changes
//! nothing twice.

use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

use reqwest::Client;
use serde_json::Value;
use tokio::time::sleep;

use crate::process::{Databases, KEY, Served, command, dir};

const MEMBERS: i64 = 20_000;
/// Members that are enrolled when the import is killed.
const KILLED_AT: i64 = 6_000;
const COUNT: &str = "select count(*) from members";
/// Members with something more or less than one identity or two attributes.
const TORN: &str = "select count(*) from members m where 1 <>
        (select count(*) from identities i where i.member_id = m.member_id)
    or 2 <> (select count(*) from member_attributes a where a.member_id = m.member_id)";

fn list(kind: &str) -> String {
    let line = |n: i64| format!("{kind}{n},{n},{}\n", n % 2 == 0);
    let lines: String = (0..MEMBERS).map(line).collect();
    format!("loyalty,attributes.number,attributes.even\n{lines}")
}

async fn enrolled(databases: &Databases, least: i64) {
    while databases.number(COUNT).await < least {
        sleep(Duration::from_millis(20)).await;
    }
}

async fn import(client: &Client, served: &Served, list: String) -> Value {
    let request = client
        .post(served.url("/v1/members/import"))
        .bearer_auth(KEY);
    let request = request.header("content-type", "text/csv").body(list);
    request.send().await.unwrap().json().await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_goes_on_after_the_service_is_killed() {
    let dir = dir();
    let mut databases = Databases::start(dir.path()).await;
    let url = databases.create().await;
    let mut served = Served::start(dir.path(), Some(url));
    let client = Client::new();
    served.ready(&client).await;
    let request = client
        .post(served.url("/v1/members/import"))
        .bearer_auth(KEY);
    let request = request.header("content-type", "text/csv").body(list("A"));
    let sending = tokio::spawn(request.send());
    enrolled(&databases, KILLED_AT).await;
    served.kill_and_restart();
    assert!(sending.await.unwrap().is_err());
    served.ready(&client).await;
    let before = databases.number(COUNT).await;
    assert!((KILLED_AT..MEMBERS).contains(&before), "{before}");
    assert_eq!(databases.number(TORN).await, 0);
    let report = import(&client, &served, list("A")).await;
    let counts = [
        &report["created"],
        &report["unchanged"],
        &report["refused_count"],
    ];
    assert_eq!(counts, [MEMBERS - before, before, 0], "{report}");
    let again = import(&client, &served, list("A")).await;
    assert_eq!(again["unchanged"], MEMBERS, "{again}");
    assert_eq!(databases.number(COUNT).await, MEMBERS);
    assert_eq!(databases.number(TORN).await, 0);
}

fn start(dir: &Path, url: &str, arguments: &[&str]) -> Child {
    let mut command = command("members", dir, Some(url));
    command.args(["import", "members.csv"]).args(arguments);
    command
        .current_dir(dir)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command.spawn().unwrap()
}

fn said(child: Child) -> String {
    let output = child.wait_with_output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_that_imports_is_killed_and_started_again() {
    let dir = dir();
    let mut databases = Databases::start(dir.path()).await;
    let url = databases.create().await;
    std::fs::write(dir.path().join("members.csv"), list("B")).unwrap();
    said(start(dir.path(), &url, &["--from-line", "1000000"]));
    let mut child = start(dir.path(), &url, &[]);
    enrolled(&databases, KILLED_AT).await;
    child.kill().unwrap();
    child.wait().unwrap();
    // Postgres may still be writing for the process.
    sleep(Duration::from_millis(500)).await;
    let before = databases.number(COUNT).await;
    assert_eq!(databases.number(TORN).await, 0);
    let rest = MEMBERS - before;
    let counts = format!("{rest} created, 0 changed, 0 unchanged, 0 refused");
    let from = (before + 2).to_string();
    let dry = said(start(
        dir.path(),
        &url,
        &["--from-line", &from, "--dry-run"],
    ));
    assert!(dry.contains(&counts), "{dry}");
    assert_eq!(databases.number(COUNT).await, before);
    let done = said(start(dir.path(), &url, &["--from-line", &from]));
    assert!(done.contains(&counts), "{done}");
    let again = said(start(dir.path(), &url, &[]));
    assert!(again.contains(&format!("{MEMBERS} unchanged")), "{again}");
    assert_eq!(databases.number(TORN).await, 0);
}
