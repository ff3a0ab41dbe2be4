//! The disk of the private Postgres is full: writes are refused with a problem of their
//! own, and go on by themselves when there is room again.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use renown::store;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use sqlx::postgres::PgConnectOptions;
use tokio::time::sleep;

use crate::process::{KEY, Served, dir};
use crate::report::{held, skipped};

const SIZE: &str = "size=200m";
const LARGER: &str = "size=600m";
const WITHIN: Duration = Duration::from_secs(60);

/// A small disk in memory.
struct Disk(PathBuf);

impl Disk {
    /// Mounts the disk; `None` if this user may not.
    fn mount(at: PathBuf) -> Option<Self> {
        std::fs::create_dir_all(&at).unwrap();
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("{SIZE},mode=755"), "tmpfs"])
            .arg(&at)
            .output();
        mount
            .is_ok_and(|output| output.status.success())
            .then_some(Self(at))
    }

    /// Writes until no byte fits any more.
    fn fill(&self) {
        let mut file = File::create(self.0.join("fill")).unwrap();
        for size in [1_048_576, 4096, 1] {
            while file.write_all(&vec![7; size]).is_ok() {}
        }
    }

    fn enlarge(&self) {
        let options = format!("remount,{LARGER}");
        let mount = Command::new("mount")
            .args(["-o", &options])
            .arg(&self.0)
            .status();
        assert!(mount.unwrap().success());
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

/// Sends a batch of events; returns the status and the body.
async fn send(client: &Client, served: &Served, batch: usize) -> (StatusCode, Value) {
    let event = |n: usize| {
        json!({
            "id": format!("{batch}-{n}"), "source": "test", "type": "like",
            "time": "2026-11-22T11:00:00Z", "network": "twitter",
            "actor": format!("fan{batch}-{n}"), "target": "kev",
            "object": "post/1", "topics": ["food"],
        })
    };
    let events: Vec<Value> = (0..1_000).map(event).collect();
    let send = client.post(served.url("/v1/events")).bearer_auth(KEY);
    let answer = send.json(&events).send().await.unwrap();
    (answer.status(), answer.json().await.unwrap())
}

/// Makes Postgres begin new segments of its log of changes, until one does not fit: this
/// ends the server.
async fn use_up_the_log(data: &Path) {
    let options = PgConnectOptions::new_without_pgpass()
        .socket(data.join("postgres/run"))
        .username("renown")
        .database("renown");
    let pool = store::connect(options, 1).await.unwrap();
    for _ in 0..20 {
        let switch = "select pg_switch_wal(), pg_logical_emit_message(true, 'fault', 'full')";
        let mut switch = sqlx::QueryBuilder::<sqlx::Postgres>::new(switch);
        if switch.build().execute(&pool).await.is_err() {
            return;
        }
    }
    panic!("the log of changes does not get full");
}

async fn reads(client: &Client, served: &Served) {
    let get = client.get(served.url("/v1/members/twitter:kev"));
    let status = get.bearer_auth(KEY).send().await.unwrap().status();
    assert!(
        matches!(status, StatusCode::OK | StatusCode::SERVICE_UNAVAILABLE),
        "{status}"
    );
}

async fn fills_up_and_recovers(disk: &Disk, data: &Path) {
    let client = Client::new();
    let mut served = Served::start(data, None);
    served.ready(&client).await;
    let put = client.put(served.url("/v1/members/twitter:kev"));
    let put = put.bearer_auth(KEY).json(&json!({})).send().await.unwrap();
    assert_eq!(put.status(), StatusCode::CREATED);

    disk.fill();
    let begun = Instant::now();
    let mut batch = 0;
    loop {
        let (status, body) = send(&client, &served, batch).await;
        if body["type"] == "urn:renown:problem:storage-full" {
            assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
            break;
        }
        match status {
            StatusCode::OK => batch += 1,
            status => assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{body}"),
        }
        assert!(begun.elapsed() < WITHIN, "the disk does not get full");
    }
    println!("full after {batch} batches, {:.1?}", begun.elapsed());
    reads(&client, &served).await;
    use_up_the_log(data).await;
    let mut kinds = BTreeSet::new();
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(8) {
        reads(&client, &served).await;
        let (status, body) = send(&client, &served, batch).await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{body}");
        kinds.insert(body["type"].as_str().unwrap().to_owned());
        sleep(Duration::from_millis(100)).await;
    }
    println!("while the log is full: {kinds:?}");

    disk.enlarge();
    let begun = Instant::now();
    loop {
        let (status, body) = send(&client, &served, batch).await;
        if status == StatusCode::OK {
            assert_eq!(body["rejected_count"], 0, "{body}");
            break;
        }
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{body}");
        assert!(begun.elapsed() < WITHIN, "not recovered");
        sleep(Duration::from_millis(200)).await;
    }
    println!("recovered after {:.1?}", begun.elapsed());
    // Nothing that was acknowledged is lost: all of it is a duplicate now.
    for batch in 0..=batch {
        let (status, body) = send(&client, &served, batch).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        assert_eq!(body["duplicates"], 1_000, "{body}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_a_problem_of_its_own_and_passes() {
    let dir = dir();
    let Some(disk) = Disk::mount(dir.path().join("disk")) else {
        skipped("a full disk: this user may not mount a disk in memory (needs root)");
        return;
    };
    let data = disk.0.join("data");
    fills_up_and_recovers(&disk, &data).await;
    held("a full disk: 503 storage-full, then everything again without a restart, nothing lost");
}
