//! The official SDKs of CloudEvents send to the service. Where they are not available (no npm
//! or Python, no network), the test prints so and is skipped.

use std::io::Write;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::harness::App;
use crate::{npm, pypi};

/// Runs a program that sends events, and checks what the service has answered.
async fn check(app: &App, mut program: Command) {
    program.env("URL", format!("http://{}/v1/events", app.address));
    program.env("KEY", &app.key);
    let output = tokio::task::spawn_blocking(move || program.output()).await;
    let output = output.unwrap().unwrap();
    assert!(output.status.success(), "{output:?}");
    let said = String::from_utf8(output.stdout).unwrap();
    let answers: Vec<Value> = said
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    // Accepted, duplicates, rejected, ignored: of a structured event, of a binary one, of the
    // same again, of a batch with events that are not ours or wrong, of data in Base64.
    let expected = [
        [1, 0, 0, 0],
        [1, 0, 0, 0],
        [0, 1, 0, 0],
        [1, 0, 1, 1],
        [1, 0, 0, 0],
    ];
    assert_eq!(answers.len(), expected.len(), "{said}");
    for (answer, expected) in answers.iter().zip(expected) {
        assert_eq!(answer["status"], 200, "{answer}");
        let counts = ["accepted", "duplicates", "rejected_count", "ignored_count"];
        let counts = counts.map(|name| answer["body"][name].clone());
        assert_eq!(counts, expected.map(|count| json!(count)), "{answer}");
    }
    let batch = &answers[3]["body"];
    assert_eq!(batch["ignored"][0]["index"], 1);
    assert_eq!(batch["ignored"][0]["reason"], "unknown-type");
    assert_eq!(batch["rejected"][0]["problem"]["pointer"], "/time");
}

fn skip(what: &str, why: &str) {
    let _ = writeln!(std::io::stderr(), "SKIPPED: {what}: {why}");
}

#[tokio::test]
async fn the_sdk_for_javascript_sends_in_all_modes() {
    let dir = match npm::install("cloudevents").await {
        Ok(dir) => dir,
        Err(why) => return skip("the SDK of CloudEvents for JavaScript", &why),
    };
    let app = App::start().await;
    let mut node = Command::new("node");
    node.arg("send.mjs").current_dir(dir);
    check(&app, node).await;
}

#[tokio::test]
async fn the_sdk_for_python_sends_in_all_modes() {
    let programs = match pypi::install("cloudevents").await {
        Ok(programs) => programs,
        Err(why) => return skip("the SDK of CloudEvents for Python", &why),
    };
    let app = App::start().await;
    let mut python = Command::new(programs.join("python"));
    python.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cloudevents/send.py"));
    check(&app, python).await;
}
