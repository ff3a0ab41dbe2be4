//! Compares the contract with the answers that the tests in `tests/api` got: every status
//! that it documents was met. Run after them, with their answers:
//!
//! ```sh
//! RENOWN_ANSWERS=$PWD/target/answers.ndjson cargo test --test api
//! RENOWN_ANSWERS=$PWD/target/answers.ndjson cargo test --test contract -- --ignored
//! ```
//!
//! With `RENOWN_EXAMPLES=write`, the examples of the contract are chosen anew from the
//! answers and written to `src/http/contract/examples.json`.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

mod breaking;
mod examples;
mod released;

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;

/// An answer that a test got.
#[derive(Debug, Clone, Deserialize)]
struct Noted {
    operation: String,
    path: String,
    status: u16,
    request: String,
    answer: String,
    is_written: bool,
}

#[test]
#[ignore = "needs the answers of tests/api in the file that RENOWN_ANSWERS names"]
fn every_documented_status_was_met() {
    let answers = answers();
    let mut met: BTreeMap<&str, BTreeSet<u16>> = BTreeMap::new();
    for noted in &answers {
        met.entry(&noted.operation)
            .or_default()
            .insert(noted.status);
    }
    let document = document();
    let mut missing = Vec::new();
    for (method, path, operation) in operations(&document) {
        let id = operation["operationId"].as_str().unwrap();
        for status in operation["responses"].as_object().unwrap().keys() {
            let status = status.parse().unwrap();
            if !met.get(id).is_some_and(|met| met.contains(&status)) {
                missing.push(format!("{method} {path} {status}"));
            }
        }
    }
    assert!(missing.is_empty(), "never met:\n{}", missing.join("\n"));
}

/// The types of problems, without their common beginning, as the contract lists them.
fn problem_types() -> Vec<String> {
    let document = document();
    let listed = &document["components"]["schemas"]["Problem"]["properties"]["type"];
    let rows = listed["description"].as_str().unwrap().lines();
    let slug = |row: &str| Some(row.strip_prefix("| `")?.split_once('`')?.0.to_owned());
    rows.filter_map(slug)
        .filter(|slug| slug != "type")
        .collect()
}

#[test]
fn every_type_of_problem_is_in_the_documents() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/api.md");
    let text = std::fs::read_to_string(page).unwrap();
    let types = problem_types();
    assert!(types.len() > 20, "{types:?}");
    for slug in types {
        assert!(text.contains(&format!("| `{slug}` |")), "{slug}");
    }
}

#[test]
#[ignore = "needs the answers of tests/api in the file that RENOWN_ANSWERS names"]
fn every_type_of_problem_was_met() {
    let answers = answers();
    let is_met = |slug: &str| {
        let kind = format!("\"urn:renown:problem:{slug}\"");
        answers.iter().any(|noted| noted.answer.contains(&kind))
    };
    // Met elsewhere: the first in tests/api/operation/errors.rs, which asks with a method that is
    // in no contract, the second in tests/faults/disk_full.rs.
    let elsewhere = ["method-not-allowed", "storage-full"];
    let mut types = problem_types();
    types.retain(|slug| !elsewhere.contains(&slug.as_str()) && !is_met(slug));
    assert!(types.is_empty(), "never met: {types:?}");
}

#[test]
#[ignore = "writes src/http/contract/examples.json with RENOWN_EXAMPLES=write"]
fn examples_are_chosen_from_the_answers() {
    if std::env::var_os("RENOWN_EXAMPLES").is_none_or(|value| value != "write") {
        return;
    }
    let document = document();
    examples::write(&document, answers());
}

fn document() -> Value {
    serde_json::to_value(renown::http::openapi()).unwrap()
}

fn answers() -> Vec<Noted> {
    let file = std::env::var("RENOWN_ANSWERS").unwrap();
    let text = std::fs::read_to_string(file).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// Returns the method, path and description of every operation.
fn operations(document: &Value) -> impl Iterator<Item = (&String, &String, &Value)> {
    let paths = document["paths"].as_object().unwrap().iter();
    paths.flat_map(|(path, item)| {
        let operations = item.as_object().unwrap().iter();
        operations.map(move |(method, operation)| (method, path, operation))
    })
}
