//! Walks the contract: every value has a limit, and no value makes the service fail.

use futures::StreamExt;
use serde_json::Value;

use super::requests::{Town, Tried};
use super::sites::{Operation, Place, Site, is, operations, pointer};
use super::values;

/// The bodies that are files of their own; their limits are bytes, in words.
const FILES: [&str; 2] = ["text/csv", "application/yaml"];

/// The routes that take such a file, also in JSON.
const SOURCES: [&str; 3] = [
    "/v1/programs/{program}/draft",
    "/v1/programs/check",
    "/v1/audiences/{audience}",
];

/// The documents of other systems, whose members are not ours: their limits are bytes, too, and
/// those of what is read from them are the limits of an event.
const FOREIGN: [&str; 3] = [
    "application/activity+json",
    "application/cloudevents+json",
    "application/cloudevents-batch+json",
];

#[test]
fn every_text_list_and_object_that_comes_in_has_a_limit() {
    let mut open = Vec::new();
    for operation in operations() {
        for Site { place, schema } in operation.sites() {
            if !is_limited(&schema)
                && !is_ignored(&operation, &place)
                && !is_file(&operation, &place)
            {
                open.push(operation.name(&place));
            }
        }
    }
    assert_eq!(open, Vec::<String>::new());
}

fn is_limited(schema: &Value) -> bool {
    let has = |name: &str| !schema[name].is_null();
    let is_uuid = schema["format"] == "uuid";
    let text = has("maxLength") || has("enum") || is_uuid;
    let object = has("maxProperties") || schema["additionalProperties"] == false;
    (text || !is(schema, "string"))
        && (has("maxItems") || !is(schema, "array"))
        && (object || !is(schema, "object"))
        && has("type")
}

/// Preferences are ignored where they are not known (RFC 7240), tags that are not known are those of
/// other answers (RFC 9110), and neither is stored.
fn is_ignored(operation: &Operation, place: &Place) -> bool {
    let Place::Parameter(index) = place else {
        return false;
    };
    ["Prefer", "If-None-Match"].contains(&operation.parameters[*index].name.as_str())
}

fn is_file(operation: &Operation, place: &Place) -> bool {
    match place {
        Place::Body(form, steps) => {
            let media_type = &*operation.bodies[*form].0;
            // A program and an audience may also be written in JSON.
            let is_source = SOURCES.contains(&&*operation.path);
            let is_whole = steps.is_empty() && (is_source || FILES.contains(&media_type));
            is_whole || FOREIGN.contains(&media_type)
        }
        Place::Parameter(_) => false,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_value_makes_the_service_fail_and_what_exceeds_a_limit_is_refused() {
    let town = Town::start().await;
    let wrong: Vec<Vec<String>> = futures::stream::iter(operations())
        .map(|operation| {
            let town = &town;
            async move { try_all(town, &operation).await }
        })
        .buffer_unordered(3)
        .collect()
        .await;
    let wrong = wrong.concat();
    assert!(
        wrong.is_empty(),
        "{} wrong answers:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

async fn try_all(town: &Town, operation: &Operation) -> Vec<String> {
    let mut wrong = Vec::new();
    for Site { place, schema } in operation.sites() {
        for tried in values::for_schema(&schema) {
            let Some(answer) = town.send(operation, &place, &tried.json).await else {
                continue;
            };
            if let Some(why) = fault(&place, &answer, tried.exceeds) {
                let json: String = tried.json.chars().take(60).collect();
                let Tried { status, body } = answer;
                let name = operation.name(&place);
                wrong.push(format!("{name} = {json}: {status} {why}: {body}"));
            }
        }
    }
    wrong
}

/// Returns whether an answer to many items contains the problem of one.
fn refuses_an_item(body: &Value) -> bool {
    match body {
        Value::Object(members) => members.iter().any(|(name, member)| {
            let is_problem = name == "problem" && member["type"].is_string();
            let is_refused_line = name == "refused" && member[0]["detail"].is_string();
            is_problem || is_refused_line || refuses_an_item(member)
        }),
        Value::Array(items) => items.iter().any(refuses_an_item),
        _ => false,
    }
}

/// Returns what is wrong with the answer to a tried value.
fn fault(place: &Place, answer: &Tried, exceeds: bool) -> Option<&'static str> {
    let refused = (400..500).contains(&answer.status) || refuses_an_item(&answer.body);
    let is_invalid = answer.body["type"] == "urn:renown:problem:invalid-request";
    match (place, answer.body["pointer"].as_str()) {
        _ if answer.status >= 500 => Some("the service failed"),
        _ if exceeds && !refused => Some("it exceeds a limit and was not refused"),
        (Place::Body(_, steps), Some(at)) if is_invalid && exceeds => {
            let expected = pointer(steps);
            let is_around = expected.starts_with(at) && (at.len() > 1 || expected.is_empty());
            let leads = is_around || at.starts_with(&format!("{expected}/"));
            (!leads).then_some("the pointer leads elsewhere")
        }
        (Place::Body(..), None) if is_invalid => Some("there is no pointer"),
        _ => None,
    }
}
