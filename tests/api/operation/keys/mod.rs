//! API keys: what they allow, how they are managed, and how they end.

mod ends;
mod managed;
mod programs;
mod sources;
mod table;
mod walk;

use reqwest::Method;
use serde_json::Value;

use crate::harness::{Answer, App};

/// Sends a JSON request with a key.
async fn as_key(app: &App, key: &str, method: Method, path: &str, body: &Value) -> Answer {
    let bearer = format!("Bearer {key}");
    let headers = [
        ("authorization", bearer.as_str()),
        ("content-type", "application/json"),
    ];
    app.send(method, path, &headers, body.to_string()).await
}

/// Returns the status of a request that needs the scope `lookup`.
async fn status(app: &App, key: &str) -> u16 {
    let answer = as_key(app, key, Method::GET, "/v1/leaderboard", &Value::Null).await;
    answer.status.as_u16()
}
