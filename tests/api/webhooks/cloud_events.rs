//! Webhooks that get their messages as CloudEvents.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::harness::App;
use crate::npm;
use crate::webhooks::receiver;
use crate::webhooks::receiver::{Received, Receiver, allow_here, hook, member, path, tell};

/// Returns what the official SDK reads from a request.
fn read(dir: &std::path::Path, received: &Received) -> Value {
    let headers: serde_json::Map<String, Value> = received
        .headers
        .iter()
        .map(|(name, value)| (name.to_string(), json!(value.to_str().unwrap())))
        .collect();
    let body = String::from_utf8(received.body.clone()).unwrap();
    let mut process = Command::new("node")
        .arg("receive.mjs")
        .current_dir(dir)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = process.stdin.take().unwrap();
    let request = json!({"headers": headers, "body": body}).to_string();
    stdin.write_all(request.as_bytes()).unwrap();
    drop(stdin);
    let output = process.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[tokio::test]
async fn a_webhook_gets_cloud_events_signed_as_ever_until_it_is_changed() {
    let app = App::with(|config| {
        allow_here(config);
        config.http.public_url = Some("https://renown.example.com".parse().unwrap());
    })
    .await;
    let receiver = Receiver::start().await;
    let webhook = hook(&app, &receiver, json!({"format": "cloudevents"})).await;
    assert_eq!(webhook["format"], "cloudevents");
    tell(&app, &[(Some(member(1)), 1), (None, 2)]).await;
    app.service.webhooks.deliver_due().await.unwrap();
    let test = format!("{}/test", path(&webhook));
    app.post(&test, json!({})).await.expect(200);
    let change = json!({"format": "standard"});
    let changed = app.patch(&path(&webhook), change).await.expect(200);
    assert_eq!(changed["format"], "standard");
    tell(&app, &[(Some(member(1)), 3)]).await;
    app.service.webhooks.deliver_due().await.unwrap();

    let received = receiver.received();
    let [first, second, tried, last] = &received[..] else {
        panic!("four were sent: {received:?}");
    };
    for request in [first, second, tried] {
        assert!(request.is_signed_with(webhook["secret"].as_str().unwrap()));
        assert_eq!(
            request.header("content-type"),
            "application/cloudevents+json"
        );
        let event = request.json();
        assert_eq!(event["specversion"], "1.0");
        assert_eq!(event["id"], request.header("webhook-id"));
        assert_eq!(event["source"], "https://renown.example.com");
        assert!(event["time"].as_str().unwrap().ends_with('Z'));
    }
    let of_member = [first, second]
        .into_iter()
        .find(|request| request.number() == 1);
    let of_member = of_member.unwrap().json();
    assert_eq!(of_member["subject"], of_member["data"]["member"]);
    assert!(of_member["type"].as_str().unwrap().starts_with("renown."));
    assert_eq!(tried.json()["type"], "renown.webhook.test");
    assert_eq!(last.header("content-type"), "application/json");
    assert_eq!(last.json()["data"]["number"], 3);
    assert!(last.json()["timestamp"].is_string());

    let dir = match npm::install("cloudevents").await {
        Ok(dir) => dir,
        Err(why) => {
            let mut stderr = std::io::stderr();
            let _ = writeln!(stderr, "SKIPPED: the SDK of CloudEvents: {why}");
            return;
        }
    };
    for request in [first, second, tried] {
        let event = read(&dir, request);
        assert_eq!(event["id"], request.json()["id"]);
        assert_eq!(event["data"], request.json()["data"]);
    }
}

#[tokio::test]
async fn a_format_that_there_is_not_is_refused() {
    let app = receiver::app().await;
    let body = json!({"url": "https://receiver.example.com/", "format": "xml"});
    let refused = app.post("/v1/webhooks", body).await.expect(400);
    assert_eq!(refused["pointer"], "/format");
}
