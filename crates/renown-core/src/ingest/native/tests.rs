//! Tests of what the native format accepts, and of how it rejects the rest.

use chrono::{DateTime, Duration};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::dictionary::Dictionary;
use super::super::{Given, RejectionCode};
use super::*;
use crate::domain::{AllowedSources, Currency};

fn parse_in(json: &[u8]) -> Result<Parsed, Rejection> {
    let dictionary = Dictionary::parse("topics:\n- slug: las-vegas\n  names: [Vegas]\n").unwrap();
    let currencies = [Currency::parse("USD").unwrap()].into();
    let context = Context {
        now: DateTime::parse_from_rfc3339("2026-11-22T12:00:00Z")
            .unwrap()
            .to_utc(),
        max_future: Duration::hours(1),
        currencies: &currencies,
        dictionary: &dictionary,
        sources: &AllowedSources::All,
        given: &Given::default(),
    };
    parse(json, &context)
}

/// Parses a valid like with some members replaced (`null` removes).
fn like_with(changes: Value) -> Result<Parsed, Rejection> {
    let mut event = json!({
        "id": "1", "source": "test", "type": "like", "time": "2026-11-22T11:00:00Z",
        "network": "twitter", "actor": "@Ann", "target": "bob", "object": "post:1",
        "topics": ["#LasVegas", "las-vegas", "Food"],
    });
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            event.as_object_mut().unwrap().remove(name);
        } else {
            event[name] = value.clone();
        }
    }
    parse_in(event.to_string().as_bytes())
}

fn pointer_of(changes: Value) -> String {
    like_with(changes).unwrap_err().pointer
}

#[test]
fn a_good_event_is_normalised() {
    let event = like_with(json!({})).unwrap().event;
    let topics: Vec<&str> = event.topics.iter().map(AsRef::as_ref).collect();
    assert_eq!(topics, ["food", "las-vegas"]);
    let Act::Reaction {
        actor,
        target,
        count,
        ..
    } = event.act
    else {
        panic!("a like is a reaction");
    };
    assert_eq!(actor.unwrap().name(), "ann");
    assert_eq!((target.name(), count), ("bob", 1));
}

#[test]
fn text_adds_topics_and_is_gone() {
    let parsed = like_with(json!({"topics": null, "text": "What a night in Vegas!"})).unwrap();
    assert_eq!(parsed.event.topics[0].as_str(), "las-vegas");
}

#[test]
fn each_mistake_is_named_by_its_member() {
    let cases = [
        (json!({"id": null}), ""),
        (json!({"id": ""}), "/id"),
        (json!({"id": 7}), "/id"),
        (json!({"id": "a\u{0}b"}), "/id"),
        (json!({"source": "x".repeat(129)}), "/source"),
        (json!({"type": "lick"}), "/type"),
        (json!({"time": "2026-11-22T11:00:00"}), "/time"),
        (json!({"time": "yesterday"}), "/time"),
        (json!({"time": "2027-01-01T00:00:00Z"}), "/time"),
        (json!({"time": "1969-12-31T23:59:59Z"}), "/time"),
        (json!({"network": "email"}), "/network"),
        (json!({"target": null}), "/target"),
        (json!({"actor": "two words"}), "/actor"),
        (json!({"count": -1}), "/count"),
        (json!({"count": 0}), "/count"),
        (json!({"count": 1.5}), "/count"),
        (json!({"count": 5_000_000_000_u64}), "/count"),
        (json!({"topics": ["ok", "x".repeat(10_000)]}), "/topics/1"),
        (json!({"topics": "food"}), "/topics"),
        (json!({"value": 3}), "/value"),
        (json!({"metrics": {"followers": 3}}), "/metrics"),
        (json!({"undo": "2"}), "/undo"),
        (json!({"text": "x".repeat(10_001)}), "/text"),
        (json!({"colour": "red"}), "/colour"),
        (json!({"type": "purchase", "target": null}), "/value"),
        (
            json!({"type": "purchase", "target": null, "value": "1e40", "currency": "USD"}),
            "/value",
        ),
        (
            json!({"type": "purchase", "target": null, "value": -3, "currency": "USD"}),
            "/value",
        ),
        (
            json!({"type": "purchase", "target": null, "value": 3, "currency": "XAU"}),
            "/currency",
        ),
        (
            json!({"type": "refund", "target": null, "object": null, "value": 3, "currency": "USD"}),
            "/object",
        ),
        (json!({"type": "profile", "actor": null}), "/metrics"),
        (
            json!({"type": "profile", "actor": null, "metrics": [1, 2]}),
            "/metrics",
        ),
        (
            json!({"type": "profile", "actor": null, "metrics": {"friends": 1}}),
            "/metrics",
        ),
        (
            json!({"type": "profile", "actor": null, "metrics": {"followers": -1}}),
            "/metrics/followers",
        ),
        (json!({"type": "post"}), "/target"),
        (
            json!({"type": "undo", "actor": null, "target": null}),
            "/undo",
        ),
    ];
    for (changes, pointer) in cases {
        let rejection = like_with(changes.clone()).unwrap_err();
        assert_eq!(
            rejection.pointer, pointer,
            "{changes}: {}",
            rejection.detail
        );
        assert_eq!(rejection.code, RejectionCode::InvalidEvent, "{changes}");
        assert!(
            rejection.detail.len() < 400,
            "{changes}: {}",
            rejection.detail
        );
    }
    assert_eq!(pointer_of(json!({"object": "\n"})), "/object");
}

#[test]
fn what_is_not_json_is_malformed() {
    let cases: [&[u8]; 6] = [
        b"{",
        b"{}{}",
        b"nonsense",
        b"\xff\xfe",
        b"{\"id\":\"\xc3\"}",
        b"{\"id\":1,}",
    ];
    for json in cases {
        let rejection = parse_in(json).unwrap_err();
        let expected = [RejectionCode::MalformedJson, RejectionCode::InvalidEvent];
        assert!(expected.contains(&rejection.code), "{rejection:?}");
        assert!(!rejection.detail.is_empty());
    }
    assert_eq!(
        parse_in(b"{").unwrap_err().code,
        RejectionCode::MalformedJson
    );
    assert_eq!(
        parse_in(b"\xff").unwrap_err().code,
        RejectionCode::MalformedJson
    );
    assert_eq!(
        parse_in(b"[]").unwrap_err().code,
        RejectionCode::InvalidEvent
    );
}

#[test]
fn an_amount_as_a_number_or_a_string_is_the_same() {
    let purchase = |value: Value| {
        like_with(json!({"type": "purchase", "target": null, "value": value, "currency": "usd"}))
            .unwrap()
    };
    assert_eq!(purchase(json!("11.770")), purchase(json!(11.77)));
    assert_ne!(purchase(json!(11.77)).digest, purchase(json!(11.78)).digest);
}

#[test]
fn spelling_does_not_change_the_digest_and_content_does() {
    let digest = |changes| like_with(changes).unwrap().digest;
    let plain = digest(json!({}));
    assert_eq!(plain, digest(json!({"actor": "ann", "count": 1})));
    assert_eq!(plain, digest(json!({"time": "2026-11-22T12:00:00+01:00"})));
    assert_ne!(plain, digest(json!({"actor": "anna"})));
    assert_ne!(plain, digest(json!({"actor": null})));
    assert_ne!(plain, digest(json!({"count": 2})));
    assert_ne!(plain, digest(json!({"text": "hello"})));
}

#[test]
fn what_is_written_reads_back() {
    let cases = [
        json!({}),
        json!({"actor": null, "count": 250}),
        json!({"type": "purchase", "target": null, "value": "12.50", "currency": "USD"}),
        json!({"type": "profile", "actor": null, "metrics": {"followers": 10, "listed": 0}}),
        json!({"type": "undo", "actor": null, "target": null, "undo": "9"}),
        json!({"type": "unfollow"}),
    ];
    for changes in cases {
        let parsed = like_with(changes).unwrap();
        let again = parse_in(write(&parsed.event).as_bytes()).unwrap();
        assert_eq!(again.event, parsed.event);
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = parse_in(&bytes);
    }

    #[test]
    fn no_values_make_it_panic(
        member in prop::sample::select(vec![
            "id", "source", "type", "time", "network", "actor", "target", "object",
            "topics", "count", "value", "currency", "metrics", "text", "undo",
        ]),
        text in "\\PC{0,20}",
        number in any::<f64>(),
    ) {
        let _ = like_with(json!({ member: text }));
        let _ = like_with(json!({ member: number }));
        let _ = like_with(json!({ member: [text] }));
    }
}
