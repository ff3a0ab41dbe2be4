//! The values that are tried at a place.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::sites::{example, is};

/// A value to try, as JSON text. It may be no valid value of JSON, such as `1e999` or half
/// of a surrogate pair.
#[derive(Debug, Clone)]
pub struct Try {
    pub json: String,
    /// Whether it exceeds the limit that the contract names for the place.
    pub exceeds: bool,
}

/// Returns the values to try where the contract has this schema.
pub fn for_schema(schema: &Value) -> Vec<Try> {
    let mut tries: Vec<Try> = exceeding(schema)
        .into_iter()
        .map(|value| Try {
            json: value.to_string(),
            exceeds: true,
        })
        .collect();
    let mut other = |json: String| {
        tries.push(Try {
            json,
            exceeds: false,
        });
    };
    if is(schema, "string") {
        for text in texts() {
            other(json!(text).to_string());
        }
        if schema["pattern"] == CURSOR {
            cursors()
                .iter()
                .for_each(|cursor| other(json!(cursor).to_string()));
        }
        for half in [r#""\ud800""#, r#""a\udc00b""#, r#""\u0000""#] {
            other(half.to_owned());
        }
        if schema["format"] == "date" || schema["format"] == "date-time" {
            TIMES.iter().for_each(|time| other(json!(time).to_string()));
        }
    }
    if is(schema, "integer") || is(schema, "number") {
        NUMBERS
            .iter()
            .for_each(|number| other((*number).to_owned()));
    }
    for odd in [
        "null",
        "[]",
        "{}",
        "[[]]",
        "true",
        "0",
        r#"{"a":{"b":[null]}}"#,
    ] {
        other(odd.to_owned());
    }
    tries
}

/// Returns the values that exceed a limit of the schema by one.
fn exceeding(schema: &Value) -> Vec<Value> {
    let limit = |name: &str| schema[name].as_u64().map(|limit| limit as usize + 1);
    let mut values = Vec::new();
    if let Some(length) = limit("maxLength") {
        values.push(json!("x".repeat(length)));
        values.push(json!("ä".repeat(length)));
    }
    if let Some(count) = limit("maxItems") {
        values.push(json!(vec![example(&schema["items"]); count]));
    }
    if let Some(count) = limit("maxProperties") {
        let member = |number: usize| (format!("name{number}"), json!(true));
        values.push(Value::Object((0..count).map(member).collect()));
    }
    values
}

fn texts() -> Vec<String> {
    let fixed = [
        "",
        " ",
        "a\0b",
        "\u{1}",
        "\u{85}",
        "\u{202e}a\u{200d}",
        "\u{fffe}",
        "🧑‍🚀e\u{301}",
        "%00",
        "email:a\0@b.c",
        "crm:\u{202e}",
    ];
    let fixed = fixed.map(str::to_owned);
    let long = ["x", "twitter:"].map(|part| part.repeat(4_000 / part.len()));
    fixed.into_iter().chain(long).collect()
}

/// Returns cursors as this API makes them, with positions that no page has.
fn cursors() -> Vec<String> {
    let positions = [
        json!("+262142-12-31"),
        json!("0000-01-01"),
        json!(i64::MAX),
        json!(i64::MIN),
        json!([1e308, "0198c0de-0000-7000-8000-000000000000"]),
        json!([null, null]),
    ];
    let encoded = positions.map(|position| URL_SAFE_NO_PAD.encode(position.to_string()));
    encoded.to_vec()
}

/// The pattern of cursors in the contract.
const CURSOR: &str = "^[A-Za-z0-9_-]*$";

const TIMES: &[&str] = &[
    "-262143-01-01T00:00:00Z",
    "-4713-01-01T00:00:00Z",
    "0000-12-31T23:59:59Z",
    "0001-01-01T00:00:00Z",
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:60.999999999Z",
    "9999-12-31T23:59:59-23:59",
    "10000-01-01T00:00:00Z",
    "+262142-12-31T23:59:59Z",
    "2016-12-31T23:59:60Z",
    "2026-11-22T12:00:00",
    "infinity",
    "-262143-01-01",
    "-4713-01-01",
    "0000-01-01",
    "0001-01-01",
    "9999-12-31",
    "+10000-01-01",
    "+262142-12-31",
    "2026-02-29",
];

const NUMBERS: &[&str] = &[
    "-0.0",
    "-1",
    "1.5",
    "2147483647",
    "2147483648",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "1e308",
    "1e-320",
    "1e999",
];
