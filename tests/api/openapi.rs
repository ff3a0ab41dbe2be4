//! The OpenAPI document: it is complete, and it changes only on purpose.

use reqwest::Method;
use serde_json::Value;

use crate::harness::App;

fn document() -> Value {
    serde_json::to_value(renown::http::openapi()).unwrap()
}

/// The examples are left out: `examples.rs` compares them with the schemas.
#[test]
fn the_contract_changes_only_on_purpose() {
    let mut document = document();
    without_examples(&mut document["paths"]);
    insta::assert_json_snapshot!("openapi", document);
}

/// Removes the examples of bodies, which stand beside their schemas.
fn without_examples(part: &mut Value) {
    match part {
        Value::Object(members) => {
            if members.contains_key("schema") {
                members.remove("example");
            }
            members.values_mut().for_each(without_examples);
        }
        Value::Array(items) => items.iter_mut().for_each(without_examples),
        _ => {}
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let document = document();
    let mut broken = Vec::new();
    visit(&document, &mut |reference| {
        let target = document.pointer(reference.trim_start_matches('#'));
        if target.is_none() {
            broken.push(reference.to_owned());
        }
    });
    assert_eq!(broken, Vec::<String>::new());
}

/// Visits all references in a part of the document.
fn visit(part: &Value, found: &mut impl FnMut(&str)) {
    match part {
        Value::Object(members) => {
            for (name, member) in members {
                match member.as_str().filter(|_| name == "$ref") {
                    Some(reference) => found(reference),
                    None => visit(member, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| visit(item, found)),
        _ => {}
    }
}

#[test]
fn everything_is_described() {
    let document = document();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let mut missing = Vec::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let place = format!("{method} {path}");
            if operation["summary"].is_null() && operation["description"].is_null() {
                missing.push(place.clone());
            }
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                if parameter["description"].is_null() {
                    missing.push(format!("{place}: {}", parameter["name"]));
                }
            }
        }
    }
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        undescribed(schema, name, &document, &mut missing);
    }
    assert_eq!(missing, Vec::<String>::new());
}

/// Finds properties of a schema without a description, their own or that of the schema
/// to which they refer.
fn undescribed(schema: &Value, place: &str, document: &Value, missing: &mut Vec<String>) {
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let place = format!("{place}.{name}");
        if !described(property, document) {
            missing.push(place.clone());
        }
        undescribed(property, &place, document, missing);
    }
    for key in ["oneOf", "allOf", "anyOf"] {
        for part in schema[key].as_array().into_iter().flatten() {
            undescribed(part, place, document, missing);
        }
    }
}

fn described(schema: &Value, document: &Value) -> bool {
    if schema["description"].is_string() {
        return true;
    }
    if let Some(reference) = schema["$ref"].as_str() {
        let target = document.pointer(reference.trim_start_matches('#')).unwrap();
        return described(target, document);
    }
    // The variants name the tag of a tagged enum.
    schema["enum"].is_array() && schema["enum"].as_array().unwrap().len() == 1
        || ["oneOf", "allOf", "anyOf"].iter().any(|key| {
            schema[key]
                .as_array()
                .is_some_and(|parts| parts.iter().any(|part| described(part, document)))
        })
}

#[tokio::test]
async fn the_reference_works_without_the_rest_of_the_world() {
    let app = App::start().await;
    let served = app.get("/openapi.json").await.expect(200);
    assert_eq!(served["info"]["title"], "Renown");
    let page = app.get("/docs/").await;
    assert_eq!(page.status.as_u16(), 200);
    let html = String::from_utf8_lossy(&page.bytes).into_owned();
    for outside in ["src=\"http", "href=\"http", "src=\"//", "href=\"//"] {
        assert!(!html.contains(outside), "{outside}");
    }
    assert!(
        html.contains("<title>Renown API reference</title>"),
        "{html}"
    );
    let assets = html.split("=\"/assets/").skip(1);
    let assets: Vec<&str> = assets.filter_map(|rest| rest.split('"').next()).collect();
    for end in [".js", ".css"] {
        assert!(assets.iter().any(|asset| asset.ends_with(end)), "{html}");
    }
    for asset in assets {
        let answer = app.get(&format!("/assets/{asset}")).await;
        assert_eq!(answer.status.as_u16(), 200, "{asset}");
    }
    // Below it there are no pages, also for a browser.
    let browser = [("accept", "text/html")];
    let below = app.send(Method::GET, "/docs/no-such", &browser, "").await;
    assert_eq!(below.problem(404), "not-found");
}
