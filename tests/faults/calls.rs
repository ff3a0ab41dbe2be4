//! Calls of a process under test, as a hotel makes them.

use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};

use crate::process::{KEY, Served};

/// Sends a request; returns the status and the JSON of the answer.
pub async fn call(served: &Served, method: Method, path: &str, body: Value) -> (StatusCode, Value) {
    let url = format!("http://{}{path}", served.address);
    let request = Client::new().request(method, url).bearer_auth(KEY);
    let request = request.header("idempotency-key", name()).json(&body);
    let answer = request.send().await.unwrap();
    let status = answer.status();
    let text = answer.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(json!(text)))
}

/// Sends a request that succeeds; returns the JSON of the answer.
pub async fn done(served: &Served, method: Method, path: &str, body: Value) -> Value {
    let (status, body) = call(served, method, path, body).await;
    assert!(status.is_success(), "{path}: {status} {body}");
    body
}

/// Publishes a source as the next version of a program; from `starts_at` on, if given.
pub async fn publish(served: &Served, program: &str, source: &str, starts_at: Option<String>) {
    let url = format!("http://{}/v1/programs/{program}/draft", served.address);
    let draft = Client::new()
        .put(url)
        .bearer_auth(KEY)
        .header("content-type", "application/yaml")
        .body(source.to_owned());
    let draft = draft.send().await.unwrap();
    assert_eq!(draft.status(), StatusCode::OK, "{:?}", draft.text().await);
    let path = format!("/v1/programs/{program}/publish");
    let body = starts_at.map_or(json!({}), |at| json!({"starts_at": at}));
    done(served, Method::POST, &path, body).await;
}

/// Holds a unit of a perk for a member.
pub async fn hold(served: &Served, program: &str, perk: &str, member: &str) -> Value {
    let body = json!({"program": program, "perk": perk, "member": member});
    done(served, Method::POST, "/v1/claims", body).await
}

fn name() -> String {
    renown::clock::Clock::System.new_id().to_string()
}
