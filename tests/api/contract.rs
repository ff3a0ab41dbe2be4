//! Compares every answer of the test suite with the contract: a status that a route
//! gives is one that its documentation names.
//!
//! If `RENOWN_ANSWERS` names a file, the answers are noted there, one a line, for the test
//! target `contract`, which compares the other way round.

use std::collections::BTreeSet;
use std::io::Write;
use std::sync::{LazyLock, Mutex};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

pub static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::to_value(renown::http::openapi()).unwrap());

/// The answers that were noted, by operation and status. A few of each are enough.
static NOTED: Mutex<BTreeSet<(String, u16, bool, usize)>> = Mutex::new(BTreeSet::new());

/// The answers of one operation with one status that are noted.
const NOTED_OF_EACH: usize = 20;
/// Longer ones are noted without their bodies.
const MAX_NOTED: usize = 20_000;

/// A request and its answer.
#[derive(Debug)]
pub struct Exchange<'e> {
    pub method: &'e Method,
    pub path: &'e str,
    pub request: &'e [u8],
    pub status: StatusCode,
    pub answer: &'e [u8],
    /// Whether a person wrote the request, so that it is a good example.
    pub is_written: bool,
}

/// Fails if an operation of the contract does not document the status of an answer. Paths
/// and methods that are not in the contract may answer what they like.
pub fn check(exchange: &Exchange<'_>) {
    let Exchange {
        method,
        path,
        status,
        ..
    } = exchange;
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
    if let (Some(id), Some(file)) = (operation["operationId"].as_str(), answers_file()) {
        note(&file, id, exchange);
    }
}

fn answers_file() -> Option<std::ffi::OsString> {
    std::env::var_os("RENOWN_ANSWERS").filter(|file| !file.is_empty())
}

fn note(file: &std::ffi::OsStr, operation: &str, exchange: &Exchange<'_>) {
    let mut noted = NOTED.lock().unwrap();
    let status = exchange.status.as_u16();
    let free = (0..NOTED_OF_EACH)
        .map(|place| (operation.to_owned(), status, exchange.is_written, place))
        .find(|key| !noted.contains(key));
    let Some(key) = free else {
        return;
    };
    noted.insert(key);
    let text = |bytes: &[u8]| match bytes.len() {
        0..=MAX_NOTED => String::from_utf8_lossy(bytes).into_owned(),
        _ => String::new(),
    };
    let line = json!({
        "operation": operation, "path": exchange.path, "status": status,
        "is_written": exchange.is_written,
        "request": text(exchange.request), "answer": text(exchange.answer),
    });
    let mut file = std::fs::File::options()
        .create(true)
        .append(true)
        .open(file)
        .unwrap();
    writeln!(file, "{line}").unwrap();
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
