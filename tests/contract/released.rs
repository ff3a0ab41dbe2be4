//! The contract that callers know, in `tests/contract/released.json`: the document without its
//! texts. It grows with the contract, and breaks only with a new version.

use std::fmt::Write;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::breaking::breaks;
use super::document;

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/contract/released.json")
}

/// Returns the contract without what only people read.
fn contract() -> Value {
    let mut document = document();
    for part in ["paths", "webhooks", "components"] {
        without_texts(&mut document[part], false);
    }
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "paths": document["paths"],
        "webhooks": document["webhooks"],
        "components": {"schemas": document["components"]["schemas"]},
    })
}

/// Removes texts and examples. Names of properties are no texts, whatever they are called.
fn without_texts(part: &mut Value, are_names: bool) {
    match part {
        Value::Object(members) => {
            if !are_names {
                for text in [
                    "description",
                    "summary",
                    "example",
                    "examples",
                    "tags",
                    "headers",
                ] {
                    members.remove(text);
                }
            }
            for (name, member) in members {
                let names = !are_names && ["properties", "schemas"].contains(&name.as_str());
                without_texts(member, names);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| without_texts(item, false)),
        _ => {}
    }
}

/// Returns the part of a version that changes with a break: of 0.4.1 that is 0.4, of 1.4.1 it is
/// 1.
fn epoch(version: &str) -> &str {
    let parts = if version.starts_with("0.") { 2 } else { 1 };
    let end = version.match_indices('.').nth(parts - 1);
    end.map_or(version, |(end, _)| &version[..end])
}

/// Writes one path or schema a line, so that a change shows what it changes.
fn written(contract: &Value) -> String {
    let mut text = format!("{{\"version\": {},\n", contract["version"]);
    let mut section = |name: &str, members: &Value, end: &str| {
        writeln!(text, "\"{name}\": {{").unwrap();
        let members = members.as_object().unwrap();
        for (number, (name, member)) in members.iter().enumerate() {
            let comma = if number + 1 < members.len() { "," } else { "" };
            writeln!(text, "{}: {member}{comma}", Value::from(name.as_str())).unwrap();
        }
        writeln!(text, "{end}").unwrap();
    };
    section("paths", &contract["paths"], "},");
    section("webhooks", &contract["webhooks"], "},\n\"components\": {");
    section("schemas", &contract["components"]["schemas"], "}}}");
    text
}

#[test]
fn the_contract_breaks_only_with_a_new_version() {
    let now = contract();
    let released: Value = match std::fs::read_to_string(file()) {
        Ok(text) => serde_json::from_str(&text).unwrap(),
        Err(_) => json!({"version": "0.0.0"}),
    };
    let version = |contract: &Value| contract["version"].as_str().unwrap().to_owned();
    let (before, after) = (version(&released), version(&now));
    if epoch(&before) == epoch(&after) {
        let breaks = breaks(&released, &now);
        assert!(
            breaks.is_empty(),
            "callers of version {before} would break. Take it back, or raise the version in \
             Cargo.toml:\n{}",
            breaks.join("\n")
        );
    }
    if std::env::var_os("RENOWN_CONTRACT").is_some_and(|value| value == "write") {
        std::fs::write(file(), written(&now)).unwrap();
        return;
    }
    assert!(
        released == now,
        "the contract has grown, or has a new version. Record it with RENOWN_CONTRACT=write cargo \
         test --test contract"
    );
}

/// Every kind of break is found, and what is no break is not.
#[test]
fn breaks_are_found() {
    let contract = contract();
    let none = breaks(&contract, &contract);
    assert!(none.is_empty(), "{none:?}");
    let tier = "/paths/~1v1~1programs~1{program}~1members~1{member}~1tier/get";
    let schema = |name: &str| format!("/components/schemas/{name}");
    for (pointer, change, expected) in [
        ("/paths/~1livez", Change::Remove, "GET /livez is gone"),
        (
            &format!("{tier}/responses/200"),
            Change::Remove,
            "tier 200 is gone",
        ),
        (
            &format!("{tier}/operationId"),
            Change::Set(json!("other")),
            "another operationId",
        ),
        (
            &format!("{}/properties/tier", schema("TierBody")),
            Change::Remove,
            "/tier is gone",
        ),
        (
            &format!("{}/required", schema("TierBody")),
            Change::Set(json!([])),
            "may be absent",
        ),
        (
            &format!("{}/properties/id/type", schema("ClaimBody")),
            Change::Set(json!("integer")),
            "/id was",
        ),
        (
            &format!("{}/enum", schema("StateKind")),
            Change::Push(json!("lost")),
            "may also be \"lost\"",
        ),
        (
            &format!("{}/required", schema("HoldBody")),
            Change::Push(json!("request")),
            "is required",
        ),
        (
            &format!("{}/enum", schema("Scope")),
            Change::Set(json!(["admin"])),
            "does not take",
        ),
        (
            &format!("{}/maxLength", schema("IdentityText")),
            Change::Set(json!(5)),
            "maxLength is 5",
        ),
        (
            "/paths/~1v1~1claims/post/requestBody/content/application~1json",
            Change::Remove,
            "application/json is gone",
        ),
        (
            "/webhooks/tier.changed",
            Change::Remove,
            "the webhook tier.changed is gone",
        ),
        (
            &format!("{}/properties/data/required", schema("TierChangedMessage")),
            Change::Set(json!([])),
            "may be absent",
        ),
    ] {
        let mut changed = contract.clone();
        change.make(&mut changed, pointer);
        let found = breaks(&contract, &changed);
        assert!(
            found.iter().any(|one| one.contains(expected)),
            "{pointer}: {found:?}"
        );
        // The other way round, what is new is no break, but for names and types.
        if matches!(change, Change::Remove) {
            let back = breaks(&changed, &contract);
            assert!(back.is_empty(), "{pointer}: {back:?}");
        }
    }
}

/// A change of a contract.
enum Change {
    Remove,
    Set(Value),
    Push(Value),
}

impl Change {
    fn make(&self, contract: &mut Value, pointer: &str) {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        let name = name.replace("~1", "/");
        let Some(parent) = contract.pointer_mut(parent) else {
            panic!("no {pointer}");
        };
        let parent = parent.as_object_mut().unwrap();
        assert!(parent.contains_key(&name), "no {pointer}");
        match self {
            Self::Remove => drop(parent.remove(&name)),
            Self::Set(value) => drop(parent.insert(name, value.clone())),
            Self::Push(value) => parent[&name].as_array_mut().unwrap().push(value.clone()),
        }
    }
}

#[test]
fn a_version_is_new_if_its_first_part_that_counts_is() {
    for (version, expected) in [
        ("0.4.0", "0.4"),
        ("0.4.1", "0.4"),
        ("1.4.1", "1"),
        ("12.0.0", "12"),
    ] {
        assert_eq!(epoch(version), expected);
    }
}
