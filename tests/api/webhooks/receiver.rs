//! A receiver of webhooks on its own port, with configurable answers and a record of
//! the requests; and functions that tests share.

use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::http::{HeaderMap, Response, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit, Mac};
use renown::config::Config;
use renown::store::webhooks::outbox;
use renown::store::webhooks::outbox::Message;
use renown_core::domain::{MemberId, MessageKind, ProgramId};
use serde_json::{Value, json};
use tokio::sync::Notify;
use uuid::Uuid;

use crate::harness::App;

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Received {
    pub path: String,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Received {
    pub fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    pub fn id(&self) -> Uuid {
        self.header("webhook-id").parse().unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The number that the test wrote into the message.
    pub fn number(&self) -> i64 {
        self.json()["data"]["number"].as_i64().unwrap()
    }

    /// Returns whether one of the signatures is right for a secret; computes it
    /// independently.
    pub fn is_signed_with(&self, secret: &str) -> bool {
        let key = STANDARD
            .decode(secret.strip_prefix("whsec_").unwrap())
            .unwrap();
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&key).unwrap();
        let head = format!(
            "{}.{}.",
            self.header("webhook-id"),
            self.header("webhook-timestamp")
        );
        mac.update(head.as_bytes());
        mac.update(&self.body);
        let right = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
        let signatures = self.header("webhook-signature");
        signatures.split(' ').any(|signature| signature == right)
    }

    pub fn signatures(&self) -> usize {
        self.header("webhook-signature").split(' ').count()
    }
}

/// The receiver's answer.
#[derive(Debug, Clone)]
pub enum Reply {
    Status(u16),
    With(u16, &'static str, String),
    /// No answer until it is released; then 200.
    Hang,
}

type Judge = dyn Fn(&Received) -> Reply + Send + Sync;

/// A receiver.
#[derive(Clone)]
pub struct Receiver {
    pub url: String,
    received: Arc<Mutex<Vec<Received>>>,
    judge: Arc<Mutex<Arc<Judge>>>,
    came: Arc<Notify>,
    release: Arc<tokio::sync::Semaphore>,
}

impl Receiver {
    /// Starts a receiver that accepts everything.
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let receiver = Self {
            url: format!("http://{}/hook", listener.local_addr().unwrap()),
            received: Arc::default(),
            judge: Arc::new(Mutex::new(Arc::new(|_: &Received| Reply::Status(204)))),
            came: Arc::default(),
            release: Arc::new(tokio::sync::Semaphore::new(0)),
        };
        let serving = receiver.clone();
        let router = axum::Router::new().fallback(move |request: axum::extract::Request| {
            let receiver = serving.clone();
            async move { receiver.take(request).await }
        });
        tokio::spawn(async move { axum::serve(listener, router).await });
        receiver
    }

    async fn take(&self, request: axum::extract::Request) -> Response<Body> {
        let (parts, body) = request.into_parts();
        let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
        let received = Received {
            path: parts.uri.path().to_owned(),
            headers: parts.headers,
            body: body.to_vec(),
        };
        let judge = Arc::clone(&self.judge.lock().unwrap());
        let reply = judge(&received);
        self.received.lock().unwrap().push(received);
        self.came.notify_waiters();
        let mut response = Response::new(Body::empty());
        match reply {
            Reply::Status(status) => *response.status_mut() = StatusCode::from_u16(status).unwrap(),
            Reply::With(status, name, value) => {
                *response.status_mut() = StatusCode::from_u16(status).unwrap();
                response.headers_mut().insert(name, value.parse().unwrap());
            }
            Reply::Hang => drop(self.release.acquire().await.unwrap()),
        }
        response
    }

    /// Sets the answers from now on.
    pub fn answers(&self, judge: impl Fn(&Received) -> Reply + Send + Sync + 'static) {
        *self.judge.lock().unwrap() = Arc::new(judge);
    }

    /// Answers everything with a status from now on.
    pub fn answers_with(&self, status: u16) {
        self.answers(move |_| Reply::Status(status));
    }

    /// Releases all requests that hang, now and later.
    pub fn release(&self) {
        self.release.add_permits(10_000);
    }

    pub fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    pub fn numbers(&self) -> Vec<i64> {
        self.received().iter().map(Received::number).collect()
    }

    pub fn forget(&self) {
        self.received.lock().unwrap().clear();
    }

    /// Waits until this many requests have come.
    pub async fn has(&self, count: usize) {
        loop {
            let came = self.came.notified();
            tokio::pin!(came);
            came.as_mut().enable();
            if self.received.lock().unwrap().len() >= count {
                return;
            }
            came.await;
        }
    }
}

/// Allows receivers on this machine.
pub fn allow_here(config: &mut Config) {
    config.webhooks.allow_addresses = vec!["127.0.0.0/8".parse().unwrap()];
}

/// Starts a service that may call receivers on this machine.
pub async fn app() -> App {
    App::with(allow_here).await
}

/// Creates a webhook and returns the answer.
pub async fn hook(app: &App, receiver: &Receiver, more: Value) -> Value {
    let mut body = json!({"url": receiver.url});
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    app.post("/v1/webhooks", body).await.expect(201)
}

/// The path of a webhook.
pub fn path(webhook: &Value) -> String {
    format!("/v1/webhooks/{}", webhook["id"].as_str().unwrap())
}

/// The log of a webhook's deliveries, oldest first.
pub async fn log(app: &App, webhook: &Value) -> Vec<Value> {
    let page = app.get(&format!("{}/deliveries", path(webhook))).await;
    let mut rows = page.expect(200)["data"].as_array().unwrap().clone();
    rows.reverse();
    rows
}

/// A member's id.
pub fn member(number: u128) -> MemberId {
    MemberId(Uuid::from_u128(number))
}

/// A numbered message about a member or a program.
pub fn message(at: DateTime<Utc>, about: Option<MemberId>, number: i64) -> Message {
    Message {
        id: renown::clock::Clock::System.new_id(),
        kind: if about.is_some() {
            MessageKind::TierChanged
        } else {
            MessageKind::ProgramPublished
        },
        at,
        program: Some(ProgramId::parse("palms-klub").unwrap()),
        member: about,
        body: json!({"number": number}),
    }
}

/// Writes numbered messages.
pub async fn tell(app: &App, messages: &[(Option<MemberId>, i64)]) {
    let now = app.service.clock.now();
    let messages: Vec<Message> = messages
        .iter()
        .map(|(about, number)| message(now, *about, *number))
        .collect();
    let mut conn = app.pool.acquire().await.unwrap();
    outbox::add(&mut conn, &messages).await.unwrap();
}

/// Advances the clock and delivers what is due.
pub async fn deliver_after(app: &App, pause: TimeDelta) {
    app.service.clock.advance(pause);
    app.service.webhooks.deliver_due().await.unwrap();
}

/// The states of deliveries.
pub fn states(log: &[Value]) -> Vec<&str> {
    log.iter()
        .map(|row| row["state"].as_str().unwrap())
        .collect()
}
