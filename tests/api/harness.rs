//! A separate service for each test: a database copied from a migrated template, a
//! clock that stands still, HTTP on a free port.

use renown_core::domain::{AllowedSources, KeyId, KeyName, KeyPermissions, ProgramId, Scope};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use chrono::{DateTime, Utc};
use renown::cli;
use renown::clock::Clock;
use renown::config::{Config, Secret};
use renown::http;
use renown::service;
use renown::service::events::Writers;
use renown::service::operation::NewKey;

use renown::service::scores::Progress;
use renown::service::{Parts, Service, UnitOfWork};
use renown::store;
use renown_postgres::{Durability, PrivatePostgres};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, StatusCode};
use serde_json::Value;
use sqlx::PgPool;
use sqlx::postgres::PgConnectOptions;

/// The hotel's program, as it is shipped.
pub const PALMS: &str = include_str!("../../config/programs/palms-klub.yaml");

/// The server that all tests of a process share.
static SERVER: OnceLock<PgConnectOptions> = OnceLock::new();
/// Set once the template database exists; the first test makes it.
static TEMPLATE: tokio::sync::OnceCell<()> = tokio::sync::OnceCell::const_new();

/// The time of the tests.
pub fn noon() -> DateTime<Utc> {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

/// Returns the server of `DATABASE_URL`, or a private one that ends with this process.
/// A thread of its own starts it and stays alive, because the server ends with that
/// thread.
fn server() -> PgConnectOptions {
    let start = || match std::env::var("DATABASE_URL")
        .ok()
        .filter(|url| !url.is_empty())
    {
        Some(url) => url.parse().unwrap(),
        None => private_server(),
    };
    SERVER.get_or_init(start).clone()
}

fn private_server() -> PgConnectOptions {
    let (send, receive) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let dir = test_dir();
            let postgres = PrivatePostgres::start(cli::DATABASE, &dir, Durability::Throwaway)
                .await
                .unwrap();
            send.send(postgres.connect_options()).unwrap();
            std::future::pending::<()>().await;
        });
    });
    receive.recv().unwrap()
}

/// Returns a directory for the server, and deletes those of dead processes.
fn test_dir() -> PathBuf {
    let base = PathBuf::from("/var/tmp/renown-tests");
    std::fs::create_dir_all(&base).unwrap();
    for entry in std::fs::read_dir(&base).unwrap().flatten() {
        let alive = PathBuf::from("/proc").join(entry.file_name()).exists();
        if !alive {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
    base.join(std::process::id().to_string())
}

async fn template() {
    TEMPLATE
        .get_or_init(|| async {
            let admin = store::connect(server(), 1).await.unwrap();
            let name = template_name();
            for statement in [
                format!("drop database if exists {name}"),
                format!("create database {name}"),
            ] {
                sqlx::QueryBuilder::<sqlx::Postgres>::new(statement)
                    .build()
                    .execute(&admin)
                    .await
                    .unwrap();
            }
            let pool = store::connect(server().database(&name), 1).await.unwrap();
            store::migrate(&pool).await.unwrap();
            let mut conn = pool.acquire().await.unwrap();
            store::events::log::ensure_partitions(&mut conn, noon())
                .await
                .unwrap();
            drop(conn);
            pool.close().await;
        })
        .await;
}

fn template_name() -> String {
    format!("renown_test_template_{}", std::process::id())
}

/// Creates a database for one test.
pub async fn database() -> PgPool {
    template().await;
    let name = format!("renown_test_{}", Clock::System.new_id().simple());
    let admin = store::connect(server(), 1).await.unwrap();
    let statement = format!("create database {name} template {}", template_name());
    sqlx::QueryBuilder::<sqlx::Postgres>::new(statement)
        .build()
        .execute(&admin)
        .await
        .unwrap();
    admin.close().await;
    store::connect(server().database(&name), 10).await.unwrap()
}

/// Starts a service on a database.
pub async fn service(pool: PgPool, config: Config, clock: Clock) -> (Arc<Service>, Writers) {
    let parts = Parts {
        handle_keys: config.accounts.handle_keys().unwrap(),
        model: service::load_model(&config).unwrap(),
        dictionary: service::load_dictionary(&config).unwrap(),
        clock,
        config,
    };
    Service::start(pool, parts).await.unwrap()
}

/// Returns the configuration of tests.
pub fn config() -> Config {
    let mut config = Config::defaults();
    config.accounts.hash_key = Secret::new("a key that is only for tests");
    config
}

/// Creates a key and returns its id and secret.
pub async fn create_key(
    service: &Service,
    permissions: KeyPermissions,
    expires_at: Option<DateTime<Utc>>,
) -> (KeyId, String) {
    let new = NewKey {
        name: KeyName::parse("tests").unwrap(),
        permissions,
        expires_at,
    };
    let create = async |work: &mut UnitOfWork| service.keys.create(work, new).await;
    let (key, secret) = service.carry_out(create).await.unwrap();
    (key.id, secret.reveal().to_owned())
}

/// An HTTP answer.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: bytes::Bytes,
}

impl Answer {
    /// Parses the body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Checks the status and parses the body as JSON.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(
            self.status.as_u16(),
            status,
            "{}",
            String::from_utf8_lossy(&self.bytes)
        );
        self.json()
    }

    /// Checks the status and returns the slug of the problem.
    #[track_caller]
    pub fn problem(&self, status: u16) -> String {
        let problem = self.expect(status);
        assert_eq!(self.headers["content-type"], "application/problem+json");
        assert!(problem["request_id"].is_string(), "{problem}");
        problem["type"]
            .as_str()
            .unwrap()
            .rsplit(':')
            .next()
            .unwrap()
            .to_owned()
    }
}

/// A running service and a client with the admin's key.
pub struct App {
    pub service: Arc<Service>,
    pub pool: PgPool,
    pub address: String,
    pub key: String,
    client: reqwest::Client,
}

impl App {
    /// Starts a service with the default configuration.
    pub async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// Starts a service with a changed configuration.
    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let mut config = config();
        change(&mut config);
        Self::on(database().await, config).await
    }

    /// Starts a service on an existing database.
    pub async fn on(pool: PgPool, config: Config) -> Self {
        let (service, _writers) = service(pool.clone(), config, Clock::fixed(noon())).await;
        let admin = KeyPermissions::admin();
        let (_, key) = create_key(&service, admin, None).await;
        let metrics = renown::telemetry::start_metrics();
        let api = http::api(Arc::clone(&service), metrics);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let config = Arc::clone(&service.config);
        let never = tokio_util::sync::CancellationToken::new();
        tokio::spawn(async move { http::serve(listener, api, &config, never).await });
        Self {
            service,
            pool,
            address,
            key,
            client: reqwest::Client::new(),
        }
    }

    /// Sends a request. The `Authorization` is the admin's unless it is given.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<reqwest::Body>,
    ) -> Answer {
        let mut all = HeaderMap::new();
        let bearer = format!("Bearer {}", self.key);
        all.insert("authorization", HeaderValue::try_from(bearer).unwrap());
        for (name, value) in headers {
            let name: HeaderName = name.parse().unwrap();
            all.remove(&name);
            if !value.is_empty() {
                all.insert(name, HeaderValue::try_from(*value).unwrap());
            }
        }
        let url = format!("http://{}{path}", self.address);
        let request = self.client.request(method.clone(), url);
        let body = body.into();
        let sent = body.as_bytes().unwrap_or_default().to_vec();
        let response = request.headers(all).body(body).send().await.unwrap();
        let answer = Answer {
            status: response.status(),
            headers: response.headers().clone(),
            bytes: response.bytes().await.unwrap(),
        };
        // The contract's examples are in formats of our own.
        let foreign = [
            "application/cloudevents",
            "application/activity",
            "application/ld",
        ];
        let is_foreign = |value: &str| foreign.iter().any(|known| value.starts_with(known));
        let is_written = !headers.iter().any(|(_, value)| is_foreign(value));
        crate::contract::check(&crate::contract::Exchange {
            method: &method,
            path,
            request: &sent,
            status: answer.status,
            answer: &answer.bytes,
            is_written,
        });
        answer
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], "").await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        let json = [("content-type", "application/json")];
        self.send(Method::PUT, path, &json, body.to_string()).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        let json = [("content-type", "application/json")];
        self.send(Method::POST, path, &json, body.to_string()).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        let json = [("content-type", "application/json")];
        let body = body.to_string();
        self.send(Method::PATCH, path, &json, body).await
    }

    /// Sends an idempotent request.
    pub async fn post_once(&self, path: &str, name: &str, body: Value) -> Answer {
        let headers = [
            ("content-type", "application/json"),
            ("idempotency-key", name),
        ];
        let body = body.to_string();
        self.send(Method::POST, path, &headers, body).await
    }

    /// Creates a key that is limited to a program and returns its secret.
    pub async fn key_for(&self, program: &str, scopes: &[&str]) -> String {
        let scopes: Vec<Scope> = scopes.iter().map(|scope| scope.parse().unwrap()).collect();
        self.new_key(&scopes, Some(program)).await.1
    }

    /// Revokes a key.
    pub async fn revoke_key(&self, key: KeyId) {
        let path = format!("/v1/keys/{key}/revoke");
        self.post(&path, serde_json::json!({})).await.expect(200);
    }

    /// Creates a key and returns its id and secret.
    pub async fn new_key(&self, scopes: &[Scope], program: Option<&str>) -> (KeyId, String) {
        let program = program.map(|program| ProgramId::parse(program).unwrap());
        let scopes = scopes.iter().copied().collect();
        let permissions = KeyPermissions::stored(scopes, program, AllowedSources::All);
        create_key(&self.service, permissions, None).await
    }

    /// Sends lines of events.
    pub async fn stream(&self, body: impl Into<reqwest::Body>) -> Answer {
        let ndjson = [("content-type", "application/x-ndjson")];
        self.send(Method::POST, "/v1/events", &ndjson, body).await
    }

    /// Sends events and checks that all were accepted.
    pub async fn events(&self, events: &[Value]) {
        let lines: Vec<String> = events.iter().map(ToString::to_string).collect();
        let report = self.stream(lines.join("\n")).await.expect(200);
        assert_eq!(report["accepted"], events.len(), "{report}");
    }

    /// Publishes the hotel's program.
    pub async fn publish_palms(&self) {
        self.service
            .programs
            .publish(None, PALMS, None)
            .await
            .unwrap();
    }

    /// Runs the scorer until it has read the whole log.
    pub async fn settle(&self) {
        while self.service.scorer.advance().await.unwrap() != Progress::Idle {}
    }

    /// Starts a service on which Kevin, a customer, is a star on las-vegas.
    pub async fn with_a_star() -> Self {
        Self::start().await.and_a_star().await
    }

    /// Adds a star with a shop account.
    pub async fn and_a_star(self) -> Self {
        let shop = serde_json::json!({"identities": ["shop:K1"]});
        self.put("/v1/members/twitter:kevin", shop)
            .await
            .expect(201);
        self.rivals("las-vegas").await;
        self.events(&stardom("kevin", "las-vegas")).await;
        self.events(&orders("K1", 6)).await;
        self.settle().await;
        self.rank().await;
        self
    }

    /// Enrols twelve members who are a little known for a topic, and takes a rank
    /// snapshot: on a topic without others, nobody is an expert.
    pub async fn rivals(&self, topic: &str) {
        let mut likes = Vec::new();
        for number in 0..12 {
            let rival = format!("rival{number}");
            self.enrol(&format!("twitter:{rival}")).await;
            let mut like = like(&format!("{rival}-{topic}"), "", &rival, topic);
            like["time"] = serde_json::json!("2026-11-01T09:30:00Z");
            like["count"] = serde_json::json!(20);
            like.as_object_mut().unwrap().remove("actor");
            likes.push(like);
        }
        self.events(&likes).await;
        self.settle().await;
        self.rank().await;
    }

    /// Takes a rank snapshot and rescores all members with it.
    pub async fn rank(&self) {
        assert!(self.service.scorer.take_snapshot().await.unwrap());
        self.refresh().await;
    }

    /// Rescores all members whose score is out of date.
    pub async fn refresh(&self) {
        // A lock that was released a moment ago may still seem taken.
        while self.service.scorer.outdated().await.unwrap() > 0 {
            self.service.scorer.refresh().await.unwrap();
        }
    }

    /// Enrols a member with one identity.
    pub async fn enrol(&self, identity: &str) -> Value {
        let answer = self
            .put(&format!("/v1/members/{identity}"), serde_json::json!({}))
            .await;
        answer.expect(201)
    }

    /// Returns a member's influence.
    pub async fn influence(&self, identity: &str) -> Value {
        let answer = self.get(&format!("/v1/members/{identity}/score")).await;
        answer.expect(200)["influence"].clone()
    }
}

/// A like on Twitter, an hour before noon.
pub fn like(id: &str, actor: &str, target: &str, topic: &str) -> Value {
    serde_json::json!({
        "id": id, "source": "test", "type": "like", "time": "2026-11-22T11:00:00Z",
        "network": "twitter", "actor": actor, "target": target,
        "object": format!("post/{}", id.len()), "topics": [topic],
    })
}

/// The events of a local star: many people, kinds of reaction and contents.
pub fn stardom(name: &str, topic: &str) -> Vec<Value> {
    let kinds = ["like", "share", "reply", "endorse"];
    let mut events = Vec::new();
    for reactor in 0..300 {
        for (index, kind) in kinds.iter().enumerate() {
            let day = 1 + (reactor + index * 5) % 21;
            events.push(serde_json::json!({
                "id": format!("{name}-{reactor}-{kind}"), "source": "test", "type": kind,
                "time": format!("2026-11-{day:02}T10:00:00Z"), "network": "twitter",
                "actor": format!("fan{reactor}"), "target": name,
                "object": format!("{name}/{}", (reactor + index) % 40), "topics": [topic],
            }));
        }
    }
    events
}

/// The orders of a good customer.
pub fn orders(buyer: &str, count: usize) -> Vec<Value> {
    let order = |n: usize| {
        serde_json::json!({
            "id": format!("order-{buyer}-{n}"), "source": "shop", "type": "purchase",
            "time": format!("2026-{:02}-15T10:00:00Z", 1 + n % 10), "network": "shop",
            "actor": buyer, "object": format!("order/{n}"), "value": "250.00", "currency": "USD",
        })
    };
    (0..count).map(order).collect()
}
