//! Web servers that refuse, break off and are slow.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use futures::StreamExt;

use super::Dice;

/// How a server behaves.
#[derive(Debug, Clone, Copy, Default)]
pub struct WebManners {
    /// It refuses one of so many requests with 429, 500 or 503, and `Retry-After: 1`.
    pub refuses_one_of: Option<u64>,
    /// It breaks off in the middle of one of so many answers.
    pub breaks_off_one_of: Option<u64>,
    /// How long it waits before each piece of an answer.
    pub waits: Duration,
}

/// A running server; it ends with the test.
pub struct WebServer {
    pub address: String,
    requests: Arc<AtomicUsize>,
}

/// What it answers: a status, headers and a body.
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn ok(body: impl Into<Vec<u8>>) -> Self {
        Self {
            status: 200,
            headers: Vec::new(),
            body: body.into(),
        }
    }

    pub fn status(status: u16) -> Self {
        Self {
            status,
            ..Self::ok("")
        }
    }

    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.headers.push((name, value.to_string()));
        self
    }
}

impl WebServer {
    /// Starts a server that answers as `answer` says, well or badly.
    pub async fn start(
        manners: WebManners,
        answer: impl Fn(&Request) -> Answer + Clone + Send + Sync + 'static,
    ) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self {
            address: format!("http://{}", listener.local_addr().unwrap()),
            requests: Arc::default(),
        };
        let (dice, requests) = (Arc::new(Dice::new(5)), server.requests.clone());
        let handle = move |request: Request| {
            let (dice, answer, requests) = (dice.clone(), answer.clone(), requests.clone());
            async move {
                requests.fetch_add(1, Ordering::SeqCst);
                Ok::<_, Infallible>(respond(&request, manners, &dice, answer))
            }
        };
        let router = Router::new().fallback_service(tower::service_fn(handle));
        tokio::spawn(async move { axum::serve(listener, router).await });
        server
    }

    pub fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

fn respond(
    request: &Request,
    manners: WebManners,
    dice: &Dice,
    answer: impl Fn(&Request) -> Answer,
) -> Response {
    let chance = |one_of: Option<u64>| one_of.is_some_and(|one_of| dice.roll(one_of) == 0);
    if chance(manners.refuses_one_of) {
        let status = [429, 500, 503][usize::try_from(dice.roll(3)).unwrap()];
        let status = axum::http::StatusCode::from_u16(status).unwrap();
        return (status, [("retry-after", "1")], "later").into_response();
    }
    let answer = answer(request);
    let mut response = Response::builder().status(answer.status);
    for (name, value) in &answer.headers {
        response = response.header(*name, value);
    }
    let mut pieces: Vec<io::Result<Bytes>> = answer
        .body
        .chunks(64 * 1024)
        .map(|piece| Ok(Bytes::copy_from_slice(piece)))
        .collect();
    if chance(manners.breaks_off_one_of) && !pieces.is_empty() {
        let kept = usize::try_from(dice.roll(pieces.len() as u64)).unwrap();
        pieces.truncate(kept);
        pieces.push(Err(io::Error::other("broken off")));
    }
    let waits = manners.waits;
    let pieces = futures::stream::iter(pieces).then(move |piece| async move {
        if !waits.is_zero() {
            tokio::time::sleep(waits).await;
        }
        piece
    });
    response.body(Body::from_stream(pieces)).unwrap()
}

/// Returns a value of the query of a request.
pub fn query(request: &Request, name: &str) -> Option<String> {
    let query = request.uri().query().unwrap_or_default();
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    let found = pairs.find(|(key, _)| key == name)?;
    Some(found.1.into_owned())
}
