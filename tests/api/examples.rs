//! The examples of the contract: there is one for every body, and it is one that the
//! contract allows.

use serde_json::{Value, json};

use crate::contract::DOCUMENT;

/// Calls `visit` with the place, the media type and the description of every body.
fn bodies(mut visit: impl FnMut(String, &str, &Value)) {
    for (path, item) in DOCUMENT["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let place = format!("{} {path}", method.to_uppercase());
            let sent = &operation["requestBody"]["content"];
            for (kind, content) in sent.as_object().into_iter().flatten() {
                visit(format!("{place} {kind}"), kind, content);
            }
            for (status, response) in operation["responses"].as_object().unwrap() {
                let answered = response["content"].as_object().into_iter().flatten();
                for (kind, content) in answered {
                    visit(format!("{place} {status} {kind}"), kind, content);
                }
            }
        }
    }
}

#[test]
fn every_json_body_has_an_example() {
    let mut missing = Vec::new();
    bodies(|place, kind, content| {
        let is_json = ["application/json", "application/problem+json"].contains(&kind);
        if is_json && content["example"].is_null() {
            missing.push(place);
        }
    });
    assert!(missing.is_empty(), "no example of:\n{}", missing.join("\n"));
}

#[test]
fn every_example_is_what_the_contract_allows() {
    let mut wrong = Vec::new();
    bodies(|place, _, content| {
        let example = &content["example"];
        if example.is_null() {
            return;
        }
        let mut schema = content["schema"].clone();
        schema["components"] = DOCUMENT["components"].clone();
        let validator = jsonschema::draft202012::new(&schema).unwrap();
        if let Err(error) = validator.validate(example) {
            wrong.push(format!("{place}{}: {error}", error.instance_path()));
        }
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// An example of the service's failure shows nothing of the service.
#[test]
fn an_example_of_a_failure_says_no_more_than_the_failure() {
    let failure = &DOCUMENT["paths"]["/v1/leaderboard"]["get"]["responses"]["500"];
    let example = &failure["content"]["application/problem+json"]["example"];
    assert_eq!(example["type"], json!("urn:renown:problem:internal"));
    assert_eq!(example["detail"], Value::Null);
}
