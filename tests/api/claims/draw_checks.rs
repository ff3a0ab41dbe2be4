//! Draws are verified only from what is published of them: by the command and by the
//! script of the documentation.

use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Output, Stdio};

use renown::clock::Clock;
use renown::service::claims::EntryRequest;
use renown::service::members::PutMember;
use renown_core::domain::{Attributes, PerkId, ProgramId};
use serde_json::{Value, json};

use super::draws::{DRAW, drawn, enter, lottery, outcomes};
use super::open;
use crate::harness::{config, database, service};

fn run(mut command: Command, input: &str) -> Output {
    let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = pipes.stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // The process may end before it has read everything.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    child.wait_with_output().unwrap()
}

/// Runs `renown draw verify -` on a document.
pub fn verify(document: &Value, more: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_renown"));
    command.args(["draw", "verify", "-"]).args(more);
    run(command, &document.to_string())
}

#[track_caller]
pub fn is_right(document: &Value, more: &[&str]) {
    let output = verify(document, more);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

#[track_caller]
fn is_wrong(what: &str, document: &Value) {
    let output = verify(document, &[]);
    assert_eq!(output.status.code(), Some(1), "{what}: {output:?}");
}

#[tokio::test]
async fn a_draw_whose_clock_goes_on_is_right_too() {
    let pool = database().await;
    let (service, _writers) = service(pool, config(), Clock::System).await;
    service
        .programs
        .publish(None, &lottery(1, ""), None)
        .await
        .unwrap();
    let (program, perk) = (
        "sweepstake".parse().unwrap(),
        "festival-pass".parse().unwrap(),
    );
    for member in ["twitter:ann", "twitter:ben"] {
        let put = PutMember {
            proofs: std::collections::BTreeMap::new(),
            identities: None,
            name: None,
            attributes: Attributes::default(),
            interests: Vec::new(),
            scoring: None,
            enrolled_at: None,
            if_version: None,
        };
        service.members.put(member, put).await.unwrap();
        let wanted = EntryRequest {
            program: ProgramId::clone(&program),
            perk: PerkId::clone(&perk),
            member: member.to_owned(),
            request: BTreeMap::new(),
            nonce: None,
        };
        let (entry, is_new) = service
            .carry_out(async |work| service.claims.enter(work, wanted).await)
            .await
            .unwrap();
        let draw = service.claims.draw((&program, &perk)).await.unwrap();
        assert!(is_new && draw.committed_at <= entry.entered_at);
    }
    let drawn =
        service.carry_out(async |work| service.claims.hold_draw(work, (&program, &perk)).await);
    let drawn = drawn.await.unwrap().drawn.unwrap();
    service.claims.serve_waiting().await.unwrap();
    let document = service.claims.draw((&program, &perk)).await.unwrap();
    assert_eq!(document.drawn_at, Some(drawn.at));
    let document = serde_json::to_value(&document).unwrap();
    assert_eq!(outcomes(&document), ["held", "waiting"]);
    is_right(&document, &[]);
}

/// A document with two claims, one that has ended, and two entries that wait.
async fn an_eventful_draw() -> Value {
    let app = open(&lottery(2, ""), 5).await;
    for member in 0..5 {
        enter(&app, member).await.expect(201);
    }
    let document = drawn(&app).await;
    let entries = document["entries"].as_array().unwrap();
    let first = entries.iter().find(|e| e["place"] == 1).unwrap();
    let path = format!("/v1/entries/{}", first["id"].as_str().unwrap());
    let claim = app.get(&path).await.expect(200)["claim"].clone();
    let path = format!("/v1/claims/{}/release", claim.as_str().unwrap());
    app.post(&path, json!({})).await.expect(200);
    app.service.claims.serve_waiting().await.unwrap();
    app.get(DRAW).await.expect(200)
}

#[tokio::test]
async fn a_change_of_any_field_is_found() {
    let right = an_eventful_draw().await;
    is_right(&right, &[]);
    let other = "ab".repeat(32);
    let changes = [
        ("/algorithm", json!("dice")),
        ("/program", json!("lottery")),
        ("/perk", json!("mug")),
        ("/commitment", json!(other)),
        ("/committed_at", json!("2026-11-20T00:00:00Z")),
        ("/drawn_at", json!("2026-11-23T00:00:00Z")),
        ("/drawn_at", Value::Null),
        ("/units", json!(3)),
        ("/units_now", json!(1)),
        ("/entry_count", json!(6)),
        ("/digest", json!(other)),
        ("/digest", Value::Null),
        ("/seed", json!(other)),
        ("/seed", json!("no seed")),
        ("/seed", Value::Null),
        ("/entries", json!([])),
        ("/entries", json!("none")),
        (
            "/entries/2/id",
            json!("00000000-0000-4000-8000-000000000000"),
        ),
        ("/entries/2/nonce", json!("another")),
        ("/entries/2/nonce", Value::Null),
        ("/entries/2/nonce", json!("two words")),
        ("/entries/2/place", json!(7)),
    ];
    for (pointer, value) in changes {
        let mut changed = right.clone();
        *changed.pointer_mut(pointer).unwrap() = value.clone();
        is_wrong(&format!("{pointer}: {value}"), &changed);
    }
    // False outcomes of units: one that skips a place, or one unit too many.
    for (from, to) in [
        ("released", "waiting"),
        ("waiting", "held"),
        ("released", "held"),
    ] {
        let mut changed = right.clone();
        let entries = changed["entries"].as_array_mut().unwrap();
        let one = entries.iter_mut().find(|e| e["outcome"] == from).unwrap();
        one["outcome"] = json!(to);
        is_wrong(&format!("{from} for {to}"), &changed);
    }
    // A file works like standard input.
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("draw.json");
    std::fs::write(&file, right.to_string()).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_renown"));
    command.args(["draw", "verify"]).arg(&file);
    let output = run(command, "");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    for more in [
        ["--commitment", other.as_str()],
        ["--entry", "00000000-0000-4000-8000-000000000000"],
    ] {
        let output = verify(&right, &more);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
    }
}

#[tokio::test]
async fn the_script_of_the_documentation_agrees() {
    let document = an_eventful_draw().await;
    let text = include_str!("../../../docs/draws.md");
    let (_, rest) = text.split_once("```python\n").unwrap();
    let (script, _) = rest.split_once("```").unwrap();
    let python = |document: &Value| {
        let mut command = Command::new("python3");
        command.args(["-c", script]);
        run(command, &document.to_string())
    };
    if Command::new("python3").arg("--version").output().is_err() {
        println!("skipped: there is no python3 here");
        return;
    }
    let output = python(&document);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    for (pointer, value, said) in [
        ("/seed", json!("ab".repeat(32)), "commitment"),
        ("/units", json!(3), "digest"),
        ("/entries/0/nonce", Value::Null, "digest"),
        ("/entries/0/place", json!(9), "order"),
    ] {
        let mut changed = document.clone();
        *changed.pointer_mut(pointer).unwrap() = value;
        let output = python(&changed);
        assert_eq!(output.status.code(), Some(1), "{pointer}: {output:?}");
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(
            error.contains(&format!("AssertionError: {said}")),
            "{pointer}: {error}"
        );
    }
}
