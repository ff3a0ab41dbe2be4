//! Tests of what documents of ActivityStreams mean.

use std::fmt::Write;

use chrono::{DateTime, Duration};
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::domain::{AllowedSources, Source};
use crate::ingest::dictionary::Dictionary;
use crate::ingest::{Given, Parsed, native};

mod laws;

/// Documents as servers send them, by the name of the software.
const DIALECTS: [(&str, &str); 6] = [
    ("GoToSocial", include_str!("dialects/gotosocial.json")),
    ("Lemmy", include_str!("dialects/lemmy.json")),
    ("Mastodon", include_str!("dialects/mastodon.json")),
    ("PeerTube", include_str!("dialects/peertube.json")),
    ("Pixelfed", include_str!("dialects/pixelfed.json")),
    ("Pleroma", include_str!("dialects/pleroma.json")),
];

fn parse_at(now: &str, given: &Given, document: &Value) -> Result<Mapped, Rejection> {
    let names = "topics:\n- slug: coffee\n  names: [Coffee, grinder]\n";
    let context = Context {
        now: DateTime::parse_from_rfc3339(now).unwrap().to_utc(),
        max_future: Duration::hours(1),
        currencies: &[].into(),
        dictionary: &Dictionary::parse(names).unwrap(),
        sources: &AllowedSources::All,
        given,
    };
    parse(document.to_string().as_bytes(), None, &context)
}

fn mapped(document: &Value) -> Result<Mapped, Rejection> {
    parse_at("2026-11-22T12:00:00Z", &Given::default(), document)
}

/// Returns the events of a document as JSON.
fn events(document: &Value) -> Vec<Value> {
    match mapped(document) {
        Ok(Mapped::Events(events)) => events.iter().map(written).collect(),
        other => panic!("{document} gives no events, but {other:?}"),
    }
}

fn written(parsed: &Parsed) -> Value {
    serde_json::from_str(&native::write(&parsed.event)).unwrap()
}

fn ignored(document: &Value) -> IgnoredReason {
    match mapped(document) {
        Ok(Mapped::Ignored(ignored)) => ignored.reason,
        other => panic!("{document} is not ignored, but {other:?}"),
    }
}

/// A like of Kevin's post with some members replaced (`null` removes).
fn like_with(changes: Value) -> Value {
    let mut like = json!({
        "id": "https://a.example/likes/1", "type": "Like",
        "actor": "https://a.example/users/ann",
        "object": "https://b.example/users/kevin/statuses/9",
    });
    for (name, value) in changes.as_object().unwrap() {
        like[name] = value.clone();
    }
    like.as_object_mut()
        .unwrap()
        .retain(|_, value| !value.is_null());
    like
}

#[test]
fn documents_of_servers_mean_what_their_people_did() {
    let mut table = String::new();
    for (name, documents) in DIALECTS {
        let documents: Vec<Value> = serde_json::from_str(documents).unwrap();
        writeln!(table, "{name}").unwrap();
        for document in documents {
            writeln!(table, "  {}", document["type"].as_str().unwrap()).unwrap();
            match mapped(&document).unwrap() {
                Mapped::Ignored(Ignored { reason, detail }) => {
                    writeln!(table, "    ignored, {}: {detail}", reason.as_str()).unwrap();
                }
                Mapped::Events(events) => {
                    for event in events {
                        writeln!(table, "    {}", written(&event)).unwrap();
                    }
                }
            }
        }
    }
    insta::assert_snapshot!("dialects", table);
}

#[test]
fn all_ways_of_json_ld_to_write_a_document_are_one() {
    let plain = events(&like_with(json!({})));
    let object = "https://b.example/users/kevin/statuses/9";
    for changes in [
        json!({"type": ["Like", "http://schema.org/LikeAction"]}),
        json!({"type": "as:Like"}),
        json!({"type": null, "@type": "https://www.w3.org/ns/activitystreams#Like"}),
        json!({"id": null, "@id": "https://a.example/likes/1"}),
        json!({"actor": ["https://a.example/users/ann"]}),
        json!({"actor": {"id": "https://a.example/users/ann", "type": "Person", "name": "Ann"}}),
        json!({"actor": null, "as:actor": {"@id": "https://a.example/@ann"}}),
        json!({"actor": "acct:ann@a.example"}),
        json!({"object": {"@list": [object]}}),
        json!({"object": [{"type": "Link", "href": object}]}),
        json!({"object": {"type": "Note", "id": object, "attributedTo": {"id": "acct:kevin@b.example"}}}),
    ] {
        assert_eq!(events(&like_with(changes.clone())), plain, "{changes}");
    }
}

#[test]
fn content_that_has_changed_is_the_post_that_it_was() {
    let note = json!({"id": "https://a.example/notes/1", "type": "Note", "content": "Coffee",
        "published": "2026-11-20T10:00:00Z", "attributedTo": "https://a.example/users/ann"});
    let activity = |kind: &str, object: &Value, published: &str| {
        json!({"id": format!("https://a.example/{kind}s/7"), "type": kind, "object": object,
            "actor": "https://a.example/users/ann", "published": published})
    };
    let created = events(&activity("Create", &note, "2026-11-20T10:00:00Z"));
    assert_eq!(created[0]["id"], note["id"]);
    let updated = activity("Update", &note, "2026-11-21T10:00:00Z");
    assert_eq!(events(&updated), created);
    for nameless in [
        json!({"type": "Note", "content": "Tea"}),
        note["id"].clone(),
    ] {
        let update = activity("Update", &nameless, "2026-11-21T10:00:00Z");
        assert_eq!(ignored(&update), IgnoredReason::NotCounted);
    }
}

#[test]
fn the_sender_may_say_source_and_network() {
    let given = Given {
        source: Some(Source::parse("feed").unwrap()),
        network: Some(Network::parse("fediverse").unwrap()),
        mapping: None,
    };
    let Ok(Mapped::Events(events)) =
        parse_at("2026-11-22T12:00:00Z", &given, &like_with(json!({})))
    else {
        panic!("a like is an event");
    };
    let event = written(&events[0]);
    assert_eq!(
        (&event["source"], &event["network"]),
        (&json!("feed"), &json!("fediverse"))
    );
}

#[test]
fn what_is_not_said_is_not_invented() {
    for (changes, reason) in [
        (
            json!({"actor": {"type": "Person", "name": "Ann"}}),
            IgnoredReason::UnknownActor,
        ),
        (json!({"actor": null}), IgnoredReason::UnknownActor),
        (json!({"object": null}), IgnoredReason::UnknownTarget),
        (
            json!({"object": "https://b.example/objects/9"}),
            IgnoredReason::UnknownTarget,
        ),
        (
            json!({"object": "https://b.example/objects/9", "to": ["https://b.example/users/a",
                "https://b.example/users/b"]}),
            IgnoredReason::UnknownTarget,
        ),
        (json!({"type": "Listen"}), IgnoredReason::NotCounted),
        (
            json!({"type": "http://example.org/Foo"}),
            IgnoredReason::UnknownType,
        ),
        (json!({"type": null}), IgnoredReason::UnknownType),
        (json!({"type": "Collection"}), IgnoredReason::NotCounted),
    ] {
        assert_eq!(ignored(&like_with(changes.clone())), reason, "{changes}");
    }
    assert_eq!(
        ignored(&json!("https://a.example/likes/1")),
        IgnoredReason::ReferenceOnly
    );
}

#[test]
fn what_our_limits_refuse_is_named_by_its_place_in_the_document() {
    for (changes, pointer) in [
        (json!({"published": "yesterday"}), "/published"),
        (json!({"published": "2036-01-01T00:00Z"}), "/published"),
        (json!({"actor": [{"id": "a b"}]}), "/actor/0"),
        (json!({"id": "a\u{0}"}), "/id"),
        (
            json!({"object": {"id": "x\u{1}", "attributedTo": ["https://b.example/@k"]}}),
            "/object",
        ),
        (
            json!({"object": {"id": "x", "attributedTo": ["https://b.example/@k k"]}}),
            "/object/attributedTo/0",
        ),
        (
            json!({"id": null, "actor": "ann", "object": {"attributedTo": "bob"}}),
            "",
        ),
        (
            json!({"object": vec!["https://b.example/users/k/1"; 101]}),
            "/object",
        ),
    ] {
        let rejection = mapped(&like_with(changes.clone())).unwrap_err();
        assert_eq!(rejection.pointer, pointer, "{changes}: {rejection:?}");
    }
}

#[test]
fn several_people_and_objects_are_several_events_and_are_undone_together() {
    let posts = [
        "https://b.example/@kevin/1",
        "https://b.example/objects/2",
        "https://b.example/@eve/3",
    ];
    let like = like_with(json!({"object": posts}));
    let ids = |events: Vec<Value>, name: &str| -> Vec<Value> {
        events.iter().map(|event| event[name].clone()).collect()
    };
    let one = "https://a.example/likes/1";
    assert_eq!(
        ids(events(&like), "id"),
        [one.to_owned(), format!("{one}#3")]
    );
    let undo = json!({"id": "https://a.example/undo", "type": "Undo", "object": like});
    let undone = [one.to_owned(), format!("{one}#2"), format!("{one}#3")];
    assert_eq!(ids(events(&undo), "undo"), undone);
    let undo = json!({"id": "https://a.example/undo", "type": "Undo", "object": one});
    assert_eq!(ids(events(&undo), "undo"), [one]);
}

#[test]
fn a_document_without_an_id_is_known_by_its_content() {
    let like = like_with(json!({"id": null, "@context": "https://www.w3.org/ns/activitystreams"}));
    let id = events(&like)[0]["id"].clone();
    assert!(id.as_str().unwrap().starts_with("digest:"));
    assert_eq!(id, events(&like_with(json!({"id": null})))[0]["id"]);
    assert_ne!(
        id,
        events(&like_with(
            json!({"id": null, "published": "2026-11-20T10:00Z"})
        ))[0]["id"]
    );
    let undo = json!({"id": "https://a.example/undo", "type": "Undo",
        "object": like_with(json!({"id": null}))});
    assert_eq!(events(&undo)[0]["undo"], id);
}

#[test]
fn a_post_is_found_again_in_whatever_way_it_comes() {
    let note = json!({"id": "https://a.example/notes/1", "type": "Note",
        "attributedTo": "https://a.example/users/ann", "published": "2026-11-20T10:00:00Z",
        "content": "I drink C&#111;ffee", "nameMap": {"de": "Mühle"}});
    let create = json!({"id": "https://a.example/creates/1", "type": "Create",
        "actor": "https://a.example/users/ann", "object": note});
    assert_eq!(events(&note), events(&create));
    assert_eq!(events(&note)[0]["topics"], json!(["coffee"]));
    let delete = json!({"type": "Delete", "actor": "https://a.example/users/ann",
        "object": {"id": "https://a.example/notes/1", "type": "Tombstone"}});
    assert_eq!(events(&delete)[0]["undo"], note["id"]);
}

#[test]
fn people_on_lists_and_content_in_collections_are_counted_and_ones_own_is_not() {
    let add = |object: Value| {
        like_with(json!({"type": "Add", "object": object, "target": "https://a.example/lists/1"}))
    };
    let kind = |document: Value| events(&document)[0]["type"].clone();
    assert_eq!(kind(add(json!("https://b.example/users/kevin"))), "list");
    assert_eq!(
        kind(add(json!("https://b.example/users/kevin/statuses/1"))),
        "save"
    );
    let own = add(json!("https://a.example/users/ann/statuses/1"));
    assert_eq!(ignored(&own), IgnoredReason::NotCounted);
}

#[test]
fn the_items_of_a_collection_are_found_and_no_others() {
    let lists = |document: Value| -> Vec<Value> {
        let document = document.to_string();
        let lists = collected(document.as_bytes());
        lists
            .iter()
            .map(|list| serde_json::from_slice(list).unwrap())
            .collect()
    };
    let page = |items: Value| json!({"type": "OrderedCollectionPage", "orderedItems": items});
    assert_eq!(lists(page(json!([1, {}]))), [json!([1, {}])]);
    let whole =
        json!({"@type": ["as:Collection"], "items": {"type": "Note"}, "first": page(json!(["a"]))});
    assert_eq!(lists(whole), [json!({"type": "Note"}), json!(["a"])]);
    let elsewhere = json!({"type": "Collection", "first": "https://a.example/1"});
    assert!(lists(elsewhere).is_empty());
    assert!(lists(json!({"type": "Note", "items": [1]})).is_empty());
    assert!(lists(json!([1])).is_empty());
}
