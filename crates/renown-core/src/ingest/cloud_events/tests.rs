//! Tests of what becomes of CloudEvents.

use chrono::{DateTime, Duration};
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::domain::{Act, AllowedSources, Currency, Network};
use crate::ingest::dictionary::Dictionary;
use crate::ingest::{Given, Parsed};

fn parse_at(now: &str, json: &[u8]) -> Result<Mapped, Rejection> {
    let dictionary = Dictionary::parse("topics: []\n").unwrap();
    let currencies = [Currency::parse("EUR").unwrap()].into();
    let context = Context {
        now: DateTime::parse_from_rfc3339(now).unwrap().to_utc(),
        max_future: Duration::hours(1),
        currencies: &currencies,
        dictionary: &dictionary,
        sources: &AllowedSources::All,
        given: &Given {
            source: None,
            network: Some(Network::parse("shop").unwrap()),
            mapping: None,
        },
    };
    parse(json, &context)
}

fn parse_in(json: &[u8]) -> Result<Mapped, Rejection> {
    parse_at("2026-11-22T12:00:00Z", json)
}

/// A like with some attributes replaced (`null` removes).
fn like_with(changes: Value) -> Value {
    let mut event = json!({
        "specversion": "1.0", "id": "1", "source": "/feeds/a", "type": "com.example.like",
        "time": "2026-11-22T11:00:00Z", "subject": "post/1", "traceparent": "00-ab",
        "data": {"network": "twitter", "actor": "@Ann", "target": "bob", "topics": ["food"]},
    });
    for (name, value) in changes.as_object().unwrap() {
        event[name] = value.clone();
    }
    event
        .as_object_mut()
        .unwrap()
        .retain(|_, value| !value.is_null());
    event
}

fn mapped(event: &Value) -> Result<Mapped, Rejection> {
    parse_in(event.to_string().as_bytes())
}

fn event(event: &Value) -> Parsed {
    match mapped(event) {
        Ok(Mapped::Events(mut events)) if events.len() == 1 => events.remove(0),
        other => panic!("{event} is one event, not {other:?}"),
    }
}

#[test]
fn attributes_and_data_together_are_an_event() {
    let parsed = event(&like_with(json!({})));
    let event = parsed.event;
    assert_eq!(event.key.source.as_str(), "/feeds/a");
    assert_eq!(event.key.id.as_str(), "1");
    assert_eq!(event.object.unwrap().as_str(), "post/1");
    assert_eq!(event.act.actor().unwrap().to_string(), "twitter:ann");
    assert_eq!(event.act.event_type(), EventType::Like);
}

#[test]
fn a_type_that_is_not_ours_is_ignored() {
    for kind in ["like", "like.v2.like", "eu.example.x.like"] {
        event(&like_with(json!({"type": kind})));
    }
    for kind in [
        "com.example.likes",
        "com.example.Like",
        "com.example.like.v1",
        "",
        ".",
    ] {
        let event = like_with(json!({"type": kind, "data": "<order/>",
            "datacontenttype": "text/xml"}));
        let Ok(Mapped::Ignored(ignored)) = mapped(&event) else {
            panic!("{kind}");
        };
        assert_eq!(ignored.reason, IgnoredReason::UnknownType);
    }
}

#[test]
fn data_in_base64_is_the_same() {
    let plain = like_with(json!({}));
    let encoded = STANDARD.encode(plain["data"].to_string());
    let other = like_with(json!({"data": null, "data_base64": encoded,
        "datacontenttype": "application/vnd.example+json; charset=utf-8"}));
    assert_eq!(event(&plain), event(&other));
}

#[test]
fn a_missing_network_is_the_one_that_the_sender_gave() {
    let bought = like_with(json!({"type": "purchase", "subject": null,
        "data": {"actor": "K1", "value": 11.77, "currency": "EUR"}}));
    let event = event(&bought).event;
    assert_eq!(event.network.as_str(), "shop");
    assert!(matches!(event.act, Act::Purchase { amount, .. } if amount.to_string() == "11.77 EUR"));
}

#[test]
fn each_mistake_is_named_by_its_place() {
    let data = |members: Value| json!({"data": members});
    let cases = [
        (json!({"specversion": "0.3"}), "/specversion"),
        (json!({"specversion": null}), ""),
        (json!({"id": ""}), "/id"),
        (json!({"id": 7}), "/id"),
        (json!({"source": "x".repeat(129)}), "/source"),
        (json!({"time": "yesterday"}), "/time"),
        (json!({"subject": "x".repeat(513)}), "/subject"),
        (json!({"datacontenttype": "text/xml"}), "/datacontenttype"),
        (json!({"data_base64": "e30="}), "/data_base64"),
        (json!({"data": null, "data_base64": "?"}), "/data_base64"),
        (json!({"data": null, "data_base64": "e30="}), "/data_base64"),
        (json!({"data": null}), "/data/target"),
        (json!({"data": [1]}), "/data"),
        (data(json!({"network": "twitter"})), "/data/target"),
        (data(json!({"target": "b", "colour": 1})), "/data/colour"),
        (data(json!({"target": "b", "count": "x"})), "/data/count"),
        (
            data(json!({"target": "b", "topics": ["x", "y z!".repeat(99)]})),
            "/data/topics/1",
        ),
        (
            data(json!({"target": "b", "object": "x".repeat(513)})),
            "/data/object",
        ),
        (data(json!({"target": "b", "id": "2"})), "/data/id"),
    ];
    for (changes, pointer) in cases {
        let rejection = mapped(&like_with(changes.clone())).unwrap_err();
        assert_eq!(rejection.pointer, pointer, "{changes}: {rejection:?}");
    }
}

#[test]
fn an_event_without_a_time_is_the_same_when_it_comes_again() {
    let like = like_with(json!({"time": null})).to_string();
    let at = |now| match parse_at(now, like.as_bytes()) {
        Ok(Mapped::Events(mut events)) => events.remove(0),
        other => panic!("{other:?}"),
    };
    let [first, second] = ["2026-11-22T12:00:00Z", "2026-11-23T12:00:00Z"].map(at);
    assert_eq!(first.event.time.to_rfc3339(), "2026-11-22T12:00:00+00:00");
    assert_ne!(first.event.time, second.event.time);
    assert_eq!(first.digest, second.digest);
}

#[test]
fn the_binary_mode_is_the_structured_one() {
    let plain = like_with(json!({"subject": "Grüße \"1\" 100%"}));
    let body = plain["data"].to_string();
    let headers: [(&str, &[u8]); 9] = [
        ("content-type", b"application/json"),
        ("ce-specversion", b"1.0"),
        ("ce-id", b"1"),
        ("ce-source", b"\"/feeds/a\""),
        ("ce-type", b"com.example.like"),
        ("ce-time", b"2026-11-22T11:00:00Z"),
        ("ce-subject", b"Gr%C3%BC%c3%9Fe%20%221%22%20100%25"),
        ("ce-myextension", b"\"a \\\"b\\\"\""),
        ("host", b"example.com"),
    ];
    let structured = structured(headers, body.as_bytes()).unwrap();
    assert_eq!(
        event(&plain),
        event(&serde_json::from_slice(&structured).unwrap())
    );
    let said: Value = serde_json::from_slice(&structured).unwrap();
    assert_eq!(said["myextension"], "a \"b\"");
    assert!(said.get("host").is_none());
}

#[test]
fn what_the_binding_forbids_is_refused() {
    let cases: [(&str, &[u8]); 4] = [
        ("ce-subject", b"%C0%A0"),
        ("ce-subject", b"\xff"),
        ("ce-datacontenttype", b"application/json"),
        ("ce-id", b"2"),
    ];
    for (name, value) in cases {
        let headers: [(&str, &[u8]); 2] = [("ce-id", b"1"), (name, value)];
        let rejection = structured(headers, b"").unwrap_err();
        assert_eq!(rejection.pointer, format!("/{}", &name[3..]));
    }
    let broken = structured([("ce-id", &b"1"[..])], b"{").unwrap();
    assert_eq!(broken, br#"{"id":"1","data_base64":"ew=="}"#);
}

proptest! {
    #[test]
    fn no_input_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = parse_in(&bytes);
        let _ = structured([("ce-id", &bytes[..]), ("content-type", &bytes[..])], &bytes);
    }

    #[test]
    fn no_json_panics_and_an_event_has_the_documents_id(
        id in "[a-z]{0,3}",
        kind in "(com\\.)?(like|post|undo|order)",
        subject in prop::option::of("[ -~]{0,9}"),
        data in "(\\{\"target\":\"a\"\\}|\\{\"actor\":\"a\",\"undo\":1\\}|[0-9]|null)",
    ) {
        let data: Value = serde_json::from_str(&data).unwrap();
        let event = like_with(json!({"id": id, "type": kind, "subject": subject, "data": data}));
        if let Ok(Mapped::Events(events)) = mapped(&event) {
            prop_assert_eq!(events.len(), 1);
            prop_assert_eq!(events[0].event.key.id.as_str(), id);
        }
    }
}
