//! What the tests of these formats have in common.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Duration, Utc};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use serde_json::{Value, json};

use crate::domain::{Act, AllowedSources, Event, Handle, Source};
use crate::ingest::dictionary::Dictionary;
use crate::ingest::{Context, Format, Given, IgnoredReason, Mapped, Rejection};

/// Maps a document, as one of the source `tests`.
pub(in crate::ingest) fn mapped(format: Format, document: &Value) -> Result<Mapped, Rejection> {
    let now: DateTime<Utc> = "2026-11-22T12:00:00Z".parse().unwrap();
    let dictionary = Dictionary::default();
    let given = Given {
        source: Some(Source::parse("tests").unwrap()),
        ..Given::default()
    };
    let context = Context {
        now,
        max_future: Duration::seconds(300),
        currencies: &BTreeSet::new(),
        dictionary: &dictionary,
        sources: &AllowedSources::All,
        given: &given,
    };
    format.parse(document.to_string().as_bytes(), &context)
}

pub(in crate::ingest) fn events(format: Format, document: &Value) -> Vec<Event<Handle>> {
    match mapped(format, document).unwrap() {
        Mapped::Events(events) => events.into_iter().map(|parsed| parsed.event).collect(),
        Mapped::Ignored(ignored) => panic!("ignored: {ignored:?}"),
    }
}

pub(in crate::ingest) fn ignored(format: Format, document: &Value) -> IgnoredReason {
    match mapped(format, document).unwrap() {
        Mapped::Ignored(ignored) => ignored.reason,
        Mapped::Events(events) => panic!("not ignored: {events:?}"),
    }
}

pub(in crate::ingest) fn rejection(format: Format, document: &Value) -> Rejection {
    mapped(format, document).unwrap_err()
}

/// Returns the type of an event, who did it to whom, and the object; for an undo, what is undone.
pub(in crate::ingest) fn summary(event: &Event<Handle>) -> String {
    if let Act::Undo { id } = &event.act {
        return format!("undo {id}");
    }
    let name = |handle: Option<&Handle>| handle.map_or("-", Handle::name).to_owned();
    format!(
        "{} {} {} {}",
        event.act.event_type().as_str(),
        name(event.act.actor()),
        name(event.act.target()),
        event.object.as_ref().map_or("-", |object| object.as_str()),
    )
}

/// Checks what holds for every document: it gives events, or a reason why not; the ids of the
/// events are distinct and begin with `id`, as far as that is kept; and a second time it gives
/// the same.
pub(in crate::ingest) fn lawful(
    format: Format,
    document: &Value,
    id: &str,
) -> Result<(), TestCaseError> {
    let first = mapped(format, document);
    prop_assert_eq!(&mapped(format, document), &first);
    match first {
        Ok(Mapped::Events(events)) => {
            prop_assert!(!events.is_empty());
            let mut ids = BTreeSet::new();
            for parsed in &events {
                let own = parsed.event.key.id.as_str();
                prop_assert!(
                    own.chars().zip(id.chars()).take(200).all(|(a, b)| a == b),
                    "{}",
                    own
                );
                prop_assert!(ids.insert(own), "{} twice", own);
            }
        }
        Ok(Mapped::Ignored(ignored)) => prop_assert!(!ignored.detail.is_empty()),
        Err(rejection) => prop_assert!(!rejection.detail.is_empty()),
    }
    Ok(())
}

/// Any JSON.
pub(in crate::ingest) fn everything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    let key = proptest::sample::select(
        &[
            "id",
            "type",
            "kind",
            "did",
            "commit",
            "record",
            "subject",
            "uri",
            "actor",
            "login",
            "repo",
            "name",
            "payload",
            "action",
            "created_at",
            "account",
            "status",
            "acct",
        ][..],
    );
    leaf.prop_recursive(4, 32, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map(key.clone(), inner, 0..6)
                .prop_map(|map: BTreeMap<&str, Value>| json!(map)),
        ]
    })
}
