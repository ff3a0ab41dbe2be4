//! The way to the database is cut off, or the process is stopped: beyond a deadline of two
//! seconds nothing is served from memory, and the service recovers by itself.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, UnixStream};
use tokio::sync::watch;
use tokio::time::sleep;

use crate::process::{Databases, KEY, Served, command, dir};
use crate::report::held;

/// Two seconds, and one more as room for a busy machine.
const DEADLINE: Duration = Duration::from_secs(3);
/// The longest time for which the service may recover.
const RECOVERS_WITHIN: Duration = Duration::from_secs(10);

const PROGRAM: &str = "program: gold\ntitle: Gold\nstanding: { influence: 1 }\n\
    service_levels:\n  - { id: standard, queue: general }\n\
    tiers:\n  \
    - { id: gold, when: 'member.attributes.gold == true', service_level: standard }\n  \
    - { id: guest, service_level: standard }\n";

/// A way from TCP to a server's Unix socket that can be stalled: bytes wait in it, and
/// neither side notices.
struct Way {
    port: u16,
    open: watch::Sender<bool>,
}

impl Way {
    async fn to(socket: PathBuf) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (open, is_open) = watch::channel(true);
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let (socket, is_open) = (socket.clone(), is_open.clone());
                tokio::spawn(async move {
                    let Ok(far) = UnixStream::connect(socket).await else {
                        return;
                    };
                    let ((near_in, near_out), (far_in, far_out)) =
                        (near.into_split(), far.into_split());
                    tokio::join!(
                        carry(near_in, far_out, is_open.clone()),
                        carry(far_in, near_out, is_open),
                    );
                });
            }
        });
        Self { port, open }
    }

    fn url(&self, database: &str) -> String {
        let port = self.port;
        format!("postgres://renown@127.0.0.1:{port}/{database}?sslmode=disable")
    }
}

/// Carries bytes while the way is open.
async fn carry(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    mut is_open: watch::Receiver<bool>,
) {
    let mut buffer = vec![0; 65_536];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        if is_open.wait_for(|open| *open).await.is_err() {
            return;
        }
        if to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
    // A closed end is a message, too.
    let _ = is_open.wait_for(|open| *open).await;
    let _ = to.shutdown().await;
}

/// Two replicas of one database, of which the first has a warm cache; and a key and a
/// member that are about to lose their rights.
struct Scene {
    client: Client,
    databases: Databases,
    first: Served,
    second: Served,
    key: String,
}

impl Scene {
    async fn set(dir: &Path, way: Option<&Way>) -> Self {
        let mut databases = Databases::start(dir).await;
        let direct = databases.create().await;
        let url = way.map_or_else(|| direct.clone(), |way| way.url("fresh_1"));
        let client = Client::new();
        let mut first = Served::start(dir, Some(url));
        first.ready(&client).await;
        let mut second = Served::start(dir, Some(direct.clone()));
        second.ready(&client).await;
        let mut create = command("keys", dir, Some(&direct));
        let create = create.args(["create", "desk", "--scope", "lookup"]);
        let created = String::from_utf8(create.output().unwrap().stdout).unwrap();
        let scene = Self {
            client,
            databases,
            first,
            second,
            key: created.split_whitespace().nth(1).unwrap().to_owned(),
        };
        scene.prepare().await;
        scene
    }

    async fn prepare(&self) {
        let draft = self
            .client
            .put(self.second.url("/v1/programs/gold/draft"))
            .header("content-type", "application/yaml")
            .bearer_auth(KEY)
            .body(PROGRAM);
        assert_eq!(draft.send().await.unwrap().status(), StatusCode::OK);
        let publish = self.second.url("/v1/programs/gold/publish");
        let publish = self.client.post(publish).bearer_auth(KEY).json(&json!({}));
        assert!(publish.send().await.unwrap().status().is_success());
        self.put(json!({"attributes": {"gold": true}})).await;
        let begun = Instant::now();
        while self.tier(&self.key).await != Ok("gold".to_owned()) {
            assert!(begun.elapsed() < RECOVERS_WITHIN, "no tier");
            sleep(Duration::from_millis(50)).await;
        }
        // Until the last notice of the change has come, and the caches are warm.
        for _ in 0..30 {
            assert_eq!(self.tier(&self.key).await, Ok("gold".to_owned()));
            assert_eq!(self.tier(KEY).await, Ok("gold".to_owned()));
            sleep(Duration::from_millis(50)).await;
        }
    }

    async fn put(&self, member: Value) {
        let path = self.second.url("/v1/members/twitter:kev");
        let begun = Instant::now();
        loop {
            let put = self.client.put(&path).bearer_auth(KEY).json(&member);
            match put.send().await.unwrap().status() {
                // A stopped replica holds a lock for a moment.
                StatusCode::SERVICE_UNAVAILABLE if begun.elapsed() < RECOVERS_WITHIN => {}
                status => return assert!(status.is_success(), "{status}"),
            }
        }
    }

    /// Asks the first replica for the member's tier; fails with the status.
    async fn tier(&self, key: &str) -> Result<String, StatusCode> {
        let path = "/v1/programs/gold/members/twitter:kev/tier";
        let answer = self.client.get(self.first.url(path)).bearer_auth(key);
        let answer = answer.send().await.unwrap();
        match answer.status() {
            StatusCode::OK => {
                let body: Value = answer.json().await.unwrap();
                Ok(body["tier"].as_str().unwrap().to_owned())
            }
            status => Err(status),
        }
    }

    /// Asks the first replica for six seconds; returns after which time it was asked the
    /// last question that it answered.
    async fn last_served(&self) -> Duration {
        let (begun, mut last_served) = (Instant::now(), Duration::ZERO);
        while begun.elapsed() < Duration::from_secs(6) {
            let asked = begun.elapsed();
            let soon = Duration::from_secs(1);
            let (one, other) = tokio::join!(
                tokio::time::timeout(soon, self.tier(&self.key)),
                tokio::time::timeout(soon, self.tier(KEY)),
            );
            if matches!(one, Ok(Ok(_))) || matches!(other, Ok(Ok(_))) {
                last_served = asked;
            }
            sleep(Duration::from_millis(50)).await;
        }
        last_served
    }

    /// Revokes the key and opts the member out, past the first replica.
    async fn take_rights(&self) {
        let revoke = "update api_keys set revoked_at = now() where name = 'desk'";
        self.databases.in_latest(revoke).await;
        self.databases
            .in_latest("select pg_notify('renown_keys', '')")
            .await;
        self.put(json!({"scoring": "opted_out"})).await;
    }

    /// Waits until the first replica serves, and by what the database says.
    async fn recovered(&self) {
        let begun = Instant::now();
        while self.tier(KEY).await != Ok("guest".to_owned()) {
            assert!(begun.elapsed() < RECOVERS_WITHIN, "not recovered");
            sleep(Duration::from_millis(100)).await;
        }
        println!("recovered after {:.1?}", begun.elapsed());
        assert_eq!(self.tier(&self.key).await, Err(StatusCode::UNAUTHORIZED));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_stale_is_served_while_the_way_to_the_database_is_stalled() {
    let dir = dir();
    let socket = dir.path().join("postgres/run/.s.PGSQL.5432");
    let way = Way::to(socket).await;
    let scene = Scene::set(dir.path(), Some(&way)).await;

    way.open.send_replace(false);
    let (last_served, ()) = tokio::join!(scene.last_served(), scene.take_rights());
    // On a busy machine it may be that nothing is in memory at this moment.
    assert!(last_served < DEADLINE, "stale after {last_served:.1?}");

    // Requests are answered, and say when to try again.
    let url = scene
        .first
        .url("/v1/programs/gold/members/twitter:kev/tier");
    let answer = scene.client.get(url).bearer_auth(KEY).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.headers().contains_key("retry-after"));

    way.open.send_replace(true);
    scene.recovered().await;
    held(format_args!(
        "a stalled network: nothing from memory after {last_served:.1?}"
    ));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_that_waited_while_the_process_was_stopped_get_the_present_answer() {
    let dir = dir();
    let scene = Scene::set(dir.path(), None).await;
    scene.first.signal("STOP");
    scene.take_rights().await;
    let waiting = async {
        let asked = (0..6).map(|_| scene.tier(&scene.key));
        let asked_by_admin = (0..6).map(|_| scene.tier(KEY));
        tokio::join!(
            futures::future::join_all(asked),
            futures::future::join_all(asked_by_admin)
        )
    };
    let resumed = async {
        sleep(DEADLINE).await;
        scene.first.signal("CONT");
    };
    let ((by_key, by_admin), ()) = tokio::join!(waiting, resumed);
    for answer in by_key {
        assert_eq!(answer, Err(StatusCode::UNAUTHORIZED));
    }
    for answer in by_admin {
        assert_ne!(answer, Ok("gold".to_owned()));
    }
    scene.recovered().await;
    held("a stopped process: requests that waited get the present answer");
}
