//! Every property of an answer has a description in the API's documentation.

use serde_json::Value;
use utoipa::ToSchema;

use super::*;
use crate::fairness::relevance::{TopicSign, Verdict};

fn schema_of<T: ToSchema>() -> (String, Value) {
    let schema = serde_json::to_value(T::schema()).unwrap();
    (T::name().into_owned(), schema)
}

/// Collects the properties without a description, at any depth.
fn undescribed(path: &str, schema: &Value, found: &mut Vec<String>) {
    match schema {
        Value::Object(map) => {
            if let Some(Value::Object(properties)) = map.get("properties") {
                for (name, property) in properties {
                    // The description of an enum covers its tag.
                    let is_tag = property.get("enum").is_some();
                    if !is_described(property) && !is_tag {
                        found.push(format!("{path}.{name}"));
                    }
                }
            }
            for (key, value) in map {
                undescribed(&format!("{path}/{key}"), value, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| undescribed(path, item, found)),
        _ => {}
    }
}

/// An optional reference has its description beside the reference.
fn is_described(property: &Value) -> bool {
    let alternatives = property.get("oneOf").and_then(Value::as_array);
    let mut candidates = alternatives.into_iter().flatten().chain([property]);
    candidates.any(|schema| schema.get("description").is_some())
}

#[test]
fn every_field_of_an_answer_is_described() {
    let schemas = [
        schema_of::<Outcome<'_>>(),
        schema_of::<PerkOutcome<'_>>(),
        schema_of::<Eligibility>(),
        schema_of::<Refusal>(),
        schema_of::<InEffect<'_>>(),
        schema_of::<Fall<'_>>(),
        schema_of::<BusinessHours>(),
        schema_of::<OpenHours>(),
        schema_of::<Difference>(),
        schema_of::<Standing>(),
        schema_of::<ServiceLevel>(),
        schema_of::<Reasons<'_>>(),
        schema_of::<Freshness>(),
        schema_of::<Reason<'_>>(),
        schema_of::<Test>(),
        schema_of::<Seen>(),
        schema_of::<Relevance>(),
        schema_of::<TopicSign>(),
        schema_of::<Verdict>(),
        schema_of::<WhatIf>(),
        schema_of::<NumberChange>(),
        schema_of::<ChangeDelay>(),
        schema_of::<NoChange>(),
        schema_of::<TableOutcome<'_>>(),
        schema_of::<TableReasons<'_>>(),
        schema_of::<TableResult<'_>>(),
        schema_of::<InputSeen<'_>>(),
        schema_of::<OutputValue>(),
        schema_of::<Diagnostic>(),
        schema_of::<Severity>(),
    ];
    let mut found = Vec::new();
    for (name, schema) in &schemas {
        undescribed(name, schema, &mut found);
    }
    assert_eq!(found, Vec::<String>::new());
    // All schemas of the documentation share one name space.
    let mut names: Vec<&String> = schemas.iter().map(|(name, _)| name).collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), schemas.len());
}
