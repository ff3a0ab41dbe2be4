use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::ingest::Format;
use crate::ingest::platform::tests::{events, everything, ignored, lawful, rejection, summary};

const FORMAT: Format = Format::Mastodon;

fn document(event: &str, payload: Value) -> Value {
    json!({"host": "social.example", "event": event, "payload": payload})
}

fn status() -> Value {
    json!({"id": "42", "created_at": "2026-11-01T10:00:00.000Z", "visibility": "public",
           "account": {"id": "1", "acct": "Ann"}, "content": "<p>Las&nbsp;<b>Vegas</b> &amp; more</p>",
           "tags": [{"name": "Vegas"}], "mentions": [], "reblog": null})
}

fn summaries(document: &Value) -> Vec<String> {
    events(FORMAT, document).iter().map(summary).collect()
}

#[test]
fn a_status_is_a_post_with_its_reply_and_its_mentions() {
    let mut status = status();
    status["in_reply_to_account_id"] = json!("3");
    status["mentions"] =
        json!([{"id": "3", "acct": "cid@elsewhere.example"}, {"id": "4", "acct": "dan"}]);
    let found = events(FORMAT, &document("update", status));
    let expected = [
        "post ann@social.example - social.example/42",
        "reply ann@social.example cid@elsewhere.example social.example/42",
        "mention ann@social.example dan@social.example social.example/42",
    ];
    assert_eq!(found.iter().map(summary).collect::<Vec<_>>(), expected);
    let ids = ["", "#reply", "#mention-dan@social.example"]
        .map(|part| format!("social.example/42{part}"));
    assert_eq!(
        found
            .iter()
            .map(|event| event.key.id.to_string())
            .collect::<Vec<_>>(),
        ids
    );
    assert_eq!(found[0].topics[0].as_str(), "vegas");
    assert_eq!(found[0].network.as_str(), "mastodon");
}

#[test]
fn a_boost_is_the_same_event_however_it_is_learnt_of() {
    let booster = json!({"id": "9", "acct": "bob@elsewhere.example"});
    let mut boost = status();
    boost["id"] = json!("77");
    boost["account"] = booster.clone();
    boost["reblog"] = status();
    let ways = [
        document("update", boost),
        document(
            "reblogged_by",
            json!({"status": status(), "account": booster}),
        ),
        document(
            "notification",
            json!({"id": "5", "type": "reblog", "created_at": "2026-11-02T10:00:00Z",
            "account": booster, "status": status()}),
        ),
    ];
    let all: Vec<_> = ways.iter().map(|way| events(FORMAT, way)).collect();
    assert!(all.iter().all(|events| *events == all[0]));
    let boosted = "share bob@elsewhere.example ann@social.example social.example/42";
    assert_eq!(all[0].iter().map(summary).collect::<Vec<_>>(), [boosted]);
}

#[test]
fn favourites_follows_and_counts_are_events() {
    let fan = json!({"id": "9", "acct": "bob@elsewhere.example"});
    let favourite = document("favourited_by", json!({"status": status(), "account": fan}));
    assert_eq!(
        summaries(&favourite),
        ["like bob@elsewhere.example ann@social.example social.example/42"]
    );
    let follow =
        json!({"id": "5", "type": "follow", "created_at": "2026-11-02T10:00:00Z", "account": fan});
    assert_eq!(
        ignored(FORMAT, &document("notification", follow.clone())),
        IgnoredReason::UnknownTarget
    );
    let mut follow = follow;
    follow["owner"] = json!("ann");
    assert_eq!(
        summaries(&document("notification", follow)),
        ["follow bob@elsewhere.example ann@social.example -"]
    );
    let account = json!({"id": "1", "acct": "ann", "followers_count": 7, "following_count": -1});
    let profile = document(
        "account",
        json!({"account": account, "seen_at": "2026-11-02T10:00:00Z"}),
    );
    assert_eq!(summaries(&profile), ["profile - ann@social.example -"]);
    assert_eq!(
        events(FORMAT, &profile)[0].key.id.as_str(),
        "social.example/account-1#2026-11-02T10:00:00Z"
    );
}

#[test]
fn a_status_that_was_edited_is_the_post_that_it_was() {
    let update = events(FORMAT, &document("update", status()));
    assert_eq!(events(FORMAT, &document("status.update", status())), update);
}

#[test]
fn a_deletion_takes_back_the_post_and_the_reply() {
    let undone = ["undo social.example/42", "undo social.example/42#reply"];
    assert_eq!(summaries(&document("delete", json!("42"))), undone);
}

#[test]
fn the_rest_is_ignored_with_its_reason() {
    let mut private = status();
    private["visibility"] = json!("direct");
    assert_eq!(
        ignored(FORMAT, &document("update", private)),
        IgnoredReason::NotPublic
    );
    for event in ["filters_changed", "filters_changed", "?"] {
        assert_eq!(
            ignored(FORMAT, &document(event, json!({}))),
            IgnoredReason::NotCounted
        );
    }
    let poll = json!({"id": "5", "type": "poll", "created_at": "2026-11-02T10:00:00Z", "account": {"acct": "b"}});
    assert_eq!(
        ignored(FORMAT, &document("notification", poll)),
        IgnoredReason::NotCounted
    );
}

#[test]
fn a_mistake_is_where_the_document_has_it() {
    let mut wrong = status();
    wrong["account"] = json!({"acct": 7});
    assert_eq!(
        rejection(FORMAT, &document("update", wrong)).pointer,
        "/payload/account/acct"
    );
    let mut wrong = status();
    wrong["created_at"] = json!("yesterday");
    assert_eq!(
        rejection(FORMAT, &document("update", wrong)).pointer,
        "/payload"
    );
    assert_eq!(rejection(FORMAT, &json!({"host": "a"})).pointer, "");
}

fn documents() -> impl Strategy<Value = Value> {
    let event = proptest::sample::select(
        &[
            "update",
            "delete",
            "notification",
            "favourited_by",
            "reblogged_by",
            "account",
            "?",
        ][..],
    );
    (event, everything(), ".{0,20}").prop_map(|(event, inner, text)| {
        let mut status = status();
        status["content"] = json!(text);
        status["mentions"] = json!([{"id": text, "acct": text}]);
        let payload = match event {
            "update" => status,
            "delete" => json!(text),
            "favourited_by" | "reblogged_by" => {
                json!({"status": status, "account": {"acct": text}})
            }
            _ => inner,
        };
        document(event, payload)
    })
}

proptest! {
    #[test]
    fn every_document_is_events_ignored_or_rejected(document in documents()) {
        lawful(FORMAT, &document, "social.example/")?;
    }

    #[test]
    fn no_document_makes_it_panic(document in everything()) {
        lawful(FORMAT, &document, "")?;
    }
}
