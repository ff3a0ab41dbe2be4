//! The examples of the contract: requests and answers of the test suite, chosen by
//! `tests/contract`, so that they are what the service takes and says.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use utoipa::openapi::{Content, OpenApi, RefOr};

use crate::http::contract::errors::operations;

const EXAMPLES: &str = include_str!("examples.json");

/// The examples of one operation.
#[derive(Debug, Deserialize)]
struct Examples {
    /// A body; absent if the operation takes none.
    request: Option<Value>,
    /// Answers by their status.
    responses: BTreeMap<String, Value>,
}

/// Adds the examples to the bodies of every operation.
pub fn describe(document: &mut OpenApi) {
    let examples: BTreeMap<String, Examples> =
        serde_json::from_str(EXAMPLES).expect("the examples are a part of the program");
    for item in document.paths.paths.values_mut() {
        for (_, operation) in operations(item) {
            let id = operation.operation_id.as_deref().unwrap_or_default();
            let Some(own) = examples.get(id) else {
                continue;
            };
            if let (Some(RefOr::T(body)), Some(example)) =
                (&mut operation.request_body, &own.request)
            {
                add(&mut body.content, example);
            }
            for (status, response) in &mut operation.responses.responses {
                if let (RefOr::T(response), Some(example)) = (response, own.responses.get(status)) {
                    add(&mut response.content, example);
                }
            }
        }
    }
}

/// The media types of the examples.
const JSON: [&str; 3] = [
    "application/json",
    "application/merge-patch+json",
    "application/problem+json",
];

fn add<'c>(
    content: impl IntoIterator<Item = (&'c String, &'c mut RefOr<Content>)>,
    example: &Value,
) {
    for (kind, content) in content {
        if let (true, RefOr::T(content)) = (JSON.contains(&kind.as_str()), content) {
            content.example = Some(example.clone());
        }
    }
}
