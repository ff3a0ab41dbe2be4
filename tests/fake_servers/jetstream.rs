//! A Jetstream server.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::accept_hdr_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use zstd::bulk::Compressor;

use super::{Dice, recorded};

const DICTIONARY: &[u8] =
    include_bytes!("../../src/service/events/connectors/jetstream/legacy_subscribe.zdict");
/// The time of the first document, in microseconds since 1970: after all that was recorded.
const BEGINNING: i64 = 1_783_180_000_000_000;
/// The time between two documents.
const APART: i64 = 500_000;

/// How the server behaves.
#[derive(Debug, Clone, Copy, Default)]
pub struct Manners {
    /// It breaks off after at most so many documents.
    pub breaks_off_after: Option<u64>,
    /// It sends one of so many documents twice.
    pub repeats_one_of: Option<u64>,
    /// It refuses one of so many connections with 429 or 503, and `Retry-After: 1`.
    pub refuses_one_of: Option<u64>,
    /// How long it waits after each document.
    pub waits: Duration,
}

/// A running server; it ends with the test.
pub struct JetstreamServer {
    pub url: String,
    /// All that it has, in the order in which it sends it.
    pub documents: Arc<Vec<Value>>,
    /// Connections, among them those that were refused.
    pub connections: Arc<AtomicUsize>,
    pub refused: Arc<AtomicUsize>,
}

impl JetstreamServer {
    pub async fn start(documents: Vec<Value>, manners: Manners) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("ws://{}/subscribe", listener.local_addr().unwrap());
        let server = Self {
            url,
            documents: Arc::new(documents),
            connections: Arc::default(),
            refused: Arc::default(),
        };
        let sender = Arc::new(Sender {
            documents: server.documents.clone(),
            manners,
            dice: Dice::new(7),
            connections: server.connections.clone(),
            refused: server.refused.clone(),
        });
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(sender.clone().serve(stream));
            }
        });
        server
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

struct Sender {
    documents: Arc<Vec<Value>>,
    manners: Manners,
    dice: Dice,
    connections: Arc<AtomicUsize>,
    refused: Arc<AtomicUsize>,
}

impl Sender {
    async fn serve(self: Arc<Self>, stream: TcpStream) {
        self.connections.fetch_add(1, Ordering::SeqCst);
        let mut query = String::new();
        let refuses = self.chance(self.manners.refuses_one_of);
        #[allow(clippy::result_large_err, reason = "the type is that of the library")]
        let look = |request: &Request, response: Response| -> Result<Response, ErrorResponse> {
            query = request.uri().query().unwrap_or_default().to_owned();
            match refuses {
                true => Err(self.refusal()),
                false => Ok(response),
            }
        };
        let Ok(mut socket) = accept_hdr_async(stream, look).await else {
            return;
        };
        let query: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect();
        let value = |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, v)| v);
        let from: i64 = value("cursor").map_or(0, |cursor| cursor.parse().unwrap());
        let mut compressor = value("compress")
            .is_some_and(|value| value == "true")
            .then(|| Compressor::with_dictionary(3, DICTIONARY).unwrap());
        let wanted = |document: &&Value| {
            let collection = document["commit"]["collection"].as_str();
            let wants = |name: &str| {
                let mut all = query.iter().filter(|(key, _)| key == "wantedCollections");
                all.any(|(_, value)| value == name)
            };
            document["time_us"].as_i64().unwrap() >= from && collection.is_none_or(wants)
        };
        let mut left = self
            .manners
            .breaks_off_after
            .map(|most| 1 + self.dice.roll(most));
        for document in self.documents.iter().filter(wanted) {
            let times = if self.chance(self.manners.repeats_one_of) {
                2
            } else {
                1
            };
            for _ in 0..times {
                if left == Some(0) {
                    return;
                }
                left = left.map(|left| left - 1);
                let text = document.to_string();
                let message = match &mut compressor {
                    Some(compressor) => {
                        Message::Binary(compressor.compress(text.as_bytes()).unwrap().into())
                    }
                    None => Message::Text(text.into()),
                };
                if socket.send(message).await.is_err() {
                    return;
                }
                if !self.manners.waits.is_zero() {
                    tokio::time::sleep(self.manners.waits).await;
                }
            }
        }
        while let Some(Ok(_)) = socket.next().await {}
    }

    fn chance(&self, one_of: Option<u64>) -> bool {
        one_of.is_some_and(|one_of| self.dice.roll(one_of) == 0)
    }

    fn refusal(&self) -> ErrorResponse {
        self.refused.fetch_add(1, Ordering::SeqCst);
        let status = if self.dice.roll(2) == 0 { 429 } else { 503 };
        let response = http::Response::builder()
            .status(status)
            .header("Retry-After", "1");
        response.body(None).unwrap()
    }
}

/// Returns documents: those that were recorded, if they are there, and invented ones up to
/// `count`; not quite in the order of their times, which are half a second apart.
pub fn documents(count: usize) -> Vec<Value> {
    let recorded = ["bluesky/expected_v1.jsonl", "bluesky/golden_v1.jsonl"].map(recorded);
    let recorded: Vec<u8> = recorded.into_iter().flatten().flatten().collect();
    let lines = recorded
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty());
    let mut documents: Vec<Value> = lines
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect();
    documents.extend((documents.len()..count).map(invented));
    let dice = Dice::new(3);
    for (number, document) in documents.iter_mut().enumerate() {
        let number = i64::try_from(number).unwrap();
        document["time_us"] = json!(BEGINNING + number * APART);
    }
    // Within three seconds: a connector asks for five more.
    for block in documents.chunks_mut(6) {
        for number in 1..block.len() {
            block.swap(
                number,
                usize::try_from(dice.roll(number as u64 + 1)).unwrap(),
            );
        }
    }
    documents
}

/// Returns a document as a server sends it.
fn invented(number: usize) -> Value {
    let did = |number: usize| format!("did:plc:{number:024}");
    let (actor, other) = (did(number % 97), did(number % 31 + 100));
    let post = format!("at://{other}/app.bsky.feed.post/3mp{number:010}");
    let at = "2026-07-04T14:38:08.999Z";
    let (operation, collection, record) = match number % 7 {
        0 => (
            "create",
            "app.bsky.feed.post",
            json!({"text": "Las Vegas #vegas", "createdAt": at, "langs": ["en"],
            "facets": [
                {"features": [{"$type": "app.bsky.richtext.facet#tag", "tag": "vegas"}], "index": {"byteStart": 10, "byteEnd": 16}},
                {"features": [{"$type": "app.bsky.richtext.facet#mention", "did": other}], "index": {"byteStart": 0, "byteEnd": 3}}]}),
        ),
        1 => (
            "create",
            "app.bsky.feed.post",
            json!({"text": "I agree", "createdAt": at,
            "reply": {"parent": {"cid": "b", "uri": post}, "root": {"cid": "b", "uri": post}}}),
        ),
        2 => (
            "create",
            "app.bsky.feed.repost",
            json!({"createdAt": at, "subject": {"cid": "b", "uri": post}}),
        ),
        3 => (
            "create",
            "app.bsky.graph.follow",
            json!({"createdAt": at, "subject": other}),
        ),
        4 => ("delete", "app.bsky.feed.like", Value::Null),
        5 => (
            "create",
            "app.bsky.graph.block",
            json!({"createdAt": at, "subject": other}),
        ),
        _ => (
            "create",
            "app.bsky.feed.like",
            json!({"createdAt": at, "subject": {"cid": "b", "uri": post}}),
        ),
    };
    let mut document = json!({"did": actor, "time_us": 0, "kind": "commit", "commit": {
        "rev": "3mptbypluud2a", "operation": operation, "collection": collection,
        "rkey": format!("3mq{number:010}")}});
    if !record.is_null() {
        document["commit"]["record"] = record;
    }
    document
}
