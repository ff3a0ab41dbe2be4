//! Compares every answer of the test suite with the contract: a status that a route
//! gives is one that its documentation names.

use std::sync::LazyLock;

use reqwest::{Method, StatusCode};
use serde_json::Value;

static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::to_value(renown::http::openapi()).unwrap());

/// Fails if an operation of the contract does not document a status. Paths and methods
/// that are not in the contract may answer what they like.
pub fn check(method: &Method, path: &str, status: StatusCode) {
    let path = path.split('?').next().unwrap_or_default();
    let mut templates = DOCUMENT["paths"].as_object().unwrap().iter();
    // A literal path wins over one with parameters.
    let fits = |(template, _): &(&String, &Value)| matches(template, path);
    let Some((template, item)) = templates
        .clone()
        .find(|(name, _)| *name == path)
        .or_else(|| templates.find(fits))
    else {
        return;
    };
    let operation = &item[method.as_str().to_ascii_lowercase()];
    let documented = &operation["responses"][status.as_str()];
    assert!(
        operation.is_null() || documented.is_object(),
        "{method} {template} answered {status}, which the contract does not document"
    );
}

/// Returns whether a path fits a template such as `/v1/members/{member}`.
fn matches(template: &str, path: &str) -> bool {
    let (mut template, mut path) = (template.split('/'), path.split('/'));
    loop {
        match (template.next(), path.next()) {
            (None, None) => return true,
            (Some(wanted), Some(part)) if wanted.starts_with('{') || wanted == part => {}
            _ => return false,
        }
    }
}
