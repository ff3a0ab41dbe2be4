//! An independent check of our signatures: the library that Standard Webhooks publishes
//! verifies what a receiver gets. Where it is not available (no npm, no network) the
//! test prints so and is skipped.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use chrono::{TimeDelta, Utc};
use serde_json::{Value, json};

use crate::npm;
use crate::webhooks::receiver;
use crate::webhooks::receiver::{Received, Receiver, hook, member, path, tell};

/// Returns the library's verdict on each request.
fn verify(dir: &Path, requests: &[Value]) -> Vec<bool> {
    let mut process = Command::new("node")
        .arg("verify.mjs")
        .current_dir(dir)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines: Vec<String> = requests.iter().map(ToString::to_string).collect();
    let mut stdin = process.stdin.take().unwrap();
    stdin
        .write_all((lines.join("\n") + "\n").as_bytes())
        .unwrap();
    drop(stdin);
    let output = process.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let said = String::from_utf8(output.stdout).unwrap();
    said.lines().map(|line| line.parse().unwrap()).collect()
}

fn request(received: &Received, secret: &Value) -> Value {
    let headers = ["webhook-id", "webhook-timestamp", "webhook-signature"];
    let headers: serde_json::Map<String, Value> = headers
        .iter()
        .map(|name| ((*name).to_owned(), json!(received.header(name))))
        .collect();
    let body = String::from_utf8(received.body.clone()).unwrap();
    json!({"secret": secret, "headers": headers, "body": body})
}

#[tokio::test]
async fn the_published_library_takes_our_signatures_and_no_others() {
    let app = receiver::app().await;
    // The library uses the machine's clock.
    let present = Utc::now() - app.service.clock.now();
    app.service.clock.advance(present);
    let receiver = Receiver::start().await;
    let webhook = hook(&app, &receiver, json!({})).await;
    let old = webhook["secret"].clone();
    let rotate = format!("{}/rotate-secret", path(&webhook));
    tell(&app, &[(Some(member(1)), 1), (None, 2)]).await;
    app.service.webhooks.deliver_due().await.unwrap();
    let new = app.post(&rotate, json!({})).await.expect(200)["secret"].clone();
    tell(&app, &[(Some(member(1)), 3)]).await;
    app.service.webhooks.deliver_due().await.unwrap();
    app.service.clock.advance(-TimeDelta::minutes(10));
    tell(&app, &[(Some(member(2)), 4)]).await;
    app.service.webhooks.deliver_due().await.unwrap();
    // Due by the clock of before, which is now the same again.
    app.service.clock.advance(TimeDelta::minutes(10));
    app.service.webhooks.deliver_due().await.unwrap();
    let received = receiver.received();
    let [first, second, third, stale] = &received[..] else {
        panic!("four were sent: {received:?}");
    };

    let mut tampered = request(first, &old);
    tampered["body"] = json!(format!("{} ", tampered["body"].as_str().unwrap()));
    let mut renamed = request(first, &old);
    renamed["headers"]["webhook-id"] = json!("another");
    let cases = [
        (request(first, &old), true),
        (request(second, &old), true),
        (request(first, &new), false),
        (request(third, &old), true),
        (request(third, &new), true),
        (request(stale, &new), false),
        (tampered, false),
        (renamed, false),
    ];
    let dir = match npm::install("webhooks").await {
        Ok(dir) => dir,
        Err(why) => {
            let mut stderr = std::io::stderr();
            let _ = writeln!(stderr, "SKIPPED: the published webhooks library: {why}");
            return;
        }
    };
    let requests: Vec<Value> = cases.iter().map(|(request, _)| request.clone()).collect();
    let said = verify(&dir, &requests);
    let expected: Vec<bool> = cases.iter().map(|(_, genuine)| *genuine).collect();
    assert_eq!(said, expected);
}
