use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::ingest::Format;
use crate::ingest::platform::tests::{events, everything, ignored, rejection, summary};

const FORMAT: Format = Format::Jetstream;
const POST_URI: &str = "at://did:plc:bob/app.bsky.feed.post/3mpsjbtci2c2o";

fn commit(operation: &str, collection: &str, record: Value) -> Value {
    json!({"did": "did:plc:ann", "time_us": 1_783_175_888_085_434_i64, "kind": "commit", "commit": {
        "rev": "3mptbypluud2a", "operation": operation, "collection": collection,
        "rkey": "3mptbyplj5d2a", "record": record}})
}

fn created(collection: &str, record: Value) -> Value {
    commit("create", collection, record)
}

#[test]
fn likes_reposts_and_follows_are_reactions() {
    let subject = json!({"cid": "b", "uri": POST_URI});
    let at = "2026-07-04T14:38:06.999Z";
    let like = created(LIKE, json!({"subject": subject, "createdAt": at}));
    let found = &events(FORMAT, &like)[0];
    assert_eq!(
        summary(found),
        format!("like did:plc:ann did:plc:bob {POST_URI}")
    );
    assert_eq!(
        found.key.id.as_str(),
        "at://did:plc:ann/app.bsky.feed.like/3mptbyplj5d2a"
    );
    assert_eq!(found.time.to_rfc3339(), "2026-07-04T14:38:06.999+00:00");
    assert_eq!(found.network.as_str(), "bluesky");
    let repost = created(REPOST, json!({"subject": subject, "createdAt": at}));
    let found = &events(FORMAT, &repost)[0];
    assert_eq!(
        summary(found),
        format!("share did:plc:ann did:plc:bob {POST_URI}")
    );
    let follow = created(FOLLOW, json!({"subject": "did:plc:bob", "createdAt": at}));
    assert_eq!(
        summary(&events(FORMAT, &follow)[0]),
        "follow did:plc:ann did:plc:bob -"
    );
}

#[test]
fn a_post_gives_what_it_is_made_of() {
    let mention = |did: &str| {
        json!({"features": [{"$type": "app.bsky.richtext.facet#mention", "did": did}],
               "index": {"byteStart": 0, "byteEnd": 3}})
    };
    let tag = json!({"features": [{"$type": "app.bsky.richtext.facet#tag", "tag": "Vegas"},
                                  {"$type": "app.bsky.richtext.facet#link", "uri": "https://a.b"}]});
    let post = created(
        POST,
        json!({
            "text": "hello", "createdAt": "2026-07-04T14:38:06Z", "tags": ["Shows", "Vegas", "\u{1F3B0}"],
            "facets": [mention("did:plc:cid"), mention("did:plc:dan"), mention("did:plc:cid"), tag],
            "reply": {"parent": {"cid": "b", "uri": POST_URI}, "root": {"cid": "b", "uri": POST_URI}},
            "embed": {"$type": "app.bsky.embed.recordWithMedia", "media": {},
                "record": {"record": {"cid": "b", "uri": "at://did:plc:eve/app.bsky.feed.post/3k"}}},
        }),
    );
    let found = events(FORMAT, &post);
    let own = "at://did:plc:ann/app.bsky.feed.post/3mptbyplj5d2a";
    let expected = [
        format!("post did:plc:ann - {own}"),
        format!("reply did:plc:ann did:plc:bob {POST_URI}"),
        "share did:plc:ann did:plc:eve at://did:plc:eve/app.bsky.feed.post/3k".to_owned(),
        format!("mention did:plc:ann did:plc:cid {own}"),
        format!("mention did:plc:ann did:plc:dan {own}"),
    ];
    assert_eq!(found.iter().map(summary).collect::<Vec<_>>(), expected);
    let ids = [
        "",
        "#reply",
        "#quote",
        "#mention-did:plc:cid",
        "#mention-did:plc:dan",
    ];
    let ids = ids.map(|part| format!("{own}{part}"));
    assert_eq!(
        found
            .iter()
            .map(|event| event.key.id.to_string())
            .collect::<Vec<_>>(),
        ids
    );
    let topics: Vec<&str> = found[0].topics.iter().map(|topic| topic.as_str()).collect();
    assert_eq!(topics, ["shows", "vegas"]);
}

#[test]
fn a_deletion_takes_back_what_the_record_gave() {
    let undone = |collection: &str| -> Vec<String> {
        let mut document = commit("delete", collection, Value::Null);
        document["commit"].as_object_mut().unwrap().remove("record");
        events(FORMAT, &document).iter().map(summary).collect()
    };
    let like = "at://did:plc:ann/app.bsky.feed.like/3mptbyplj5d2a";
    assert_eq!(undone(LIKE), [format!("undo {like}")]);
    assert_eq!(undone(FOLLOW).len(), 1);
    let post = "at://did:plc:ann/app.bsky.feed.post/3mptbyplj5d2a";
    let parts = ["", "#reply", "#quote"].map(|part| format!("undo {post}{part}"));
    assert_eq!(undone(POST), parts);
}

#[test]
fn the_rest_is_ignored_with_its_reason() {
    let identity = json!({"did": "did:plc:ann", "time_us": 1, "kind": "identity", "identity": {}});
    assert_eq!(ignored(FORMAT, &identity), IgnoredReason::NotCounted);
    let block = created("app.bsky.graph.block", json!({"subject": "did:plc:bob"}));
    assert_eq!(ignored(FORMAT, &block), IgnoredReason::UnknownType);
    let edit = commit("update", POST, json!({"text": "edited"}));
    assert_eq!(ignored(FORMAT, &edit), IgnoredReason::NotCounted);
}

#[test]
fn a_time_is_the_earliest_that_is_known() {
    let at = |created_at: &str| {
        let like = created(
            LIKE,
            json!({"subject": {"uri": POST_URI}, "createdAt": created_at}),
        );
        events(FORMAT, &like)[0].time.to_rfc3339()
    };
    let revised = "2026-07-04T14:38:07.";
    for too_late_or_wrong in [
        "2036-01-01T00:00:00Z",
        "",
        "yesterday",
        "1923-01-01T00:00:00Z",
    ] {
        assert!(
            at(too_late_or_wrong).starts_with(revised),
            "{}",
            at(too_late_or_wrong)
        );
    }
    assert_eq!(at("2025-01-01T00:00:00Z"), "2025-01-01T00:00:00+00:00");
}

#[test]
fn a_mistake_is_where_the_document_has_it() {
    let wrong = created(LIKE, json!({"subject": {"uri": 7}}));
    assert_eq!(
        rejection(FORMAT, &wrong).pointer,
        "/commit/record/subject/uri"
    );
    let wrong = created(LIKE, json!({"subject": {"uri": "https://example.com"}}));
    assert_eq!(
        rejection(FORMAT, &wrong).pointer,
        "/commit/record/subject/uri"
    );
    let wrong = created(FOLLOW, json!({"subject": "did:key:bob"}));
    assert_eq!(rejection(FORMAT, &wrong).pointer, "/commit/record");
    assert_eq!(
        rejection(FORMAT, &json!({"did": "did:plc:ann"})).pointer,
        ""
    );
    assert_eq!(
        rejection(FORMAT, &json!({"did": 1, "time_us": 1, "kind": "commit"})).pointer,
        "/did"
    );
    let mut without = created(LIKE, json!({}));
    without["commit"].as_object_mut().unwrap().remove("record");
    assert_eq!(rejection(FORMAT, &without).pointer, "/commit/record");
}

#[test]
fn a_record_with_a_long_key_keeps_its_own_id() {
    let mut like = created(LIKE, json!({"subject": {"uri": POST_URI}}));
    like["commit"]["rkey"] = json!("x".repeat(400));
    let one = events(FORMAT, &like)[0].key.id.clone();
    like["commit"]["rkey"] = json!("x".repeat(401));
    assert_ne!(events(FORMAT, &like)[0].key.id, one);
    assert!(
        one.as_str()
            .starts_with("at://did:plc:ann/app.bsky.feed.like/xxx"),
        "{one}"
    );
}

fn documents() -> impl Strategy<Value = Value> {
    let record = prop_oneof![
        everything(),
        Just(json!({"subject": {"uri": POST_URI}, "createdAt": "2026-07-04T14:38:06Z"})),
        ".{0,20}".prop_map(|text| json!({"text": text, "createdAt": text, "facets": [
            {"features": [{"$type": "app.bsky.richtext.facet#mention", "did": text}]}]})),
    ];
    let collection = prop_oneof![proptest::sample::select(&COLLECTIONS[..]), Just("a.b.c")];
    let operation = proptest::sample::select(&["create", "update", "delete", "?"][..]);
    (collection, operation, record, ".{0,20}", any::<i64>()).prop_map(
        |(collection, operation, record, text, time)| {
            let mut document = commit(operation, collection, record);
            document["commit"]["rkey"] = json!(text);
            document["time_us"] = json!(time);
            document
        },
    )
}

proptest! {
    #[test]
    fn every_document_is_events_ignored_or_rejected(document in documents()) {
        let uri = format!("at://did:plc:ann/{}/{}",
            document["commit"]["collection"].as_str().unwrap(),
            document["commit"]["rkey"].as_str().unwrap());
        crate::ingest::platform::tests::lawful(FORMAT, &document, &uri)?;
    }

    #[test]
    fn no_document_makes_it_panic(document in everything()) {
        crate::ingest::platform::tests::lawful(FORMAT, &document, "at://")?;
    }
}
