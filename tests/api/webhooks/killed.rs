//! A separate process, killed in the middle of a delivery attempt, and stopped while a
//! client reads the stream.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use futures::StreamExt;
use reqwest::{Client, Method, Response};
use serde_json::{Value, json};

use crate::harness::PALMS;
use crate::webhooks::receiver::{Receiver, Reply};

const KEY: &str = "rk_killed_0123456789abcdef0123456789";

/// A process of `renown serve` with its own Postgres.
struct Served {
    process: Child,
    address: String,
    client: Client,
}

impl Served {
    async fn start(dir: &Path) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        drop(listener);
        let process = Command::new(env!("CARGO_BIN_EXE_renown"))
            .arg("serve")
            .env_remove("DATABASE_URL")
            .env("RENOWN_DATA_DIR", dir)
            .env("RENOWN_BOOTSTRAP_KEY", KEY)
            .env("RENOWN__HTTP__BIND", &address)
            .env("RENOWN__LOG__FILTER", "off")
            .env("RENOWN__WEBHOOKS__ALLOW_ADDRESSES", "[\"127.0.0.0/8\"]")
            .env("RENOWN__WEBHOOKS__TIMEOUT_SECONDS", "2")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let served = Self {
            process,
            address,
            client: Client::new(),
        };
        let url = format!("http://{}/readyz", served.address);
        while !served
            .client
            .get(&url)
            .send()
            .await
            .is_ok_and(|answer| answer.status().is_success())
        {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        served
    }

    async fn send(&self, method: Method, path: &str, body: String, kind: &str) -> Response {
        let url = format!("http://{}{path}", self.address);
        let request = self.client.request(method, url).bearer_auth(KEY);
        let answer = request.header("content-type", kind).body(body).send().await;
        answer.unwrap().error_for_status().unwrap()
    }

    async fn publish(&self, source: &str) {
        let klub = "/v1/programs/palms-klub";
        let draft = format!("{klub}/draft");
        let source = source.to_owned();
        self.send(Method::PUT, &draft, source, "application/yaml")
            .await;
        let publish = format!("{klub}/publish");
        let json = "application/json";
        self.send(Method::POST, &publish, "{}".to_owned(), json)
            .await;
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn dir() -> tempfile::TempDir {
    std::fs::create_dir_all("/var/tmp/renown-killed").unwrap();
    let dir = tempfile::tempdir_in("/var/tmp/renown-killed").unwrap();
    // As root, Postgres runs as another user, which must be able to enter the
    // directory.
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(dir.path(), open).unwrap();
    dir
}

#[tokio::test]
async fn what_was_under_way_is_delivered_after_a_kill_and_a_stream_ends_when_it_is_told_to() {
    let dir = dir();
    let receiver = Receiver::start().await;
    let served = Served::start(dir.path()).await;
    let webhook = json!({"url": receiver.url, "types": ["program.published"]}).to_string();
    let json = "application/json";
    served
        .send(Method::POST, "/v1/webhooks", webhook, json)
        .await;
    receiver.answers(|_| Reply::Hang);
    served.publish(PALMS).await;
    receiver.has(1).await;
    // SIGKILL in the middle of the attempt; its Postgres ends with it.
    drop(served);
    receiver.answers_with(200);
    receiver.release();

    let mut served = Served::start(dir.path()).await;
    receiver.has(2).await;
    let received = receiver.received();
    assert_eq!(received[0].id(), received[1].id());
    assert_eq!(received[0].body, received[1].body);

    let stream = served
        .send(Method::GET, "/v1/stream", String::new(), json)
        .await;
    let mut stream = stream.bytes_stream();
    assert!(stream.next().await.unwrap().is_ok(), "it has begun");
    served.publish(&PALMS.replace(">= 25 &&", ">= 26 &&")).await;
    let told = stream.next().await.unwrap().unwrap();
    let told = String::from_utf8(told.to_vec()).unwrap();
    let data = told.lines().find_map(|line| line.strip_prefix("data: "));
    let data: Value = serde_json::from_str(data.unwrap()).unwrap();
    assert_eq!(data["type"], "program.published");
    let id = served.process.id().to_string();
    let told = Command::new("kill").args(["-TERM", &id]).status().unwrap();
    assert!(told.success());
    // Until its regular end: a broken stream would be an error.
    while let Some(more) = stream.next().await {
        more.unwrap();
    }
    let status = tokio::task::spawn_blocking(move || served.process.wait().unwrap());
    assert_eq!(status.await.unwrap().code(), Some(0));
}
