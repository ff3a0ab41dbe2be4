use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::ingest::Format;
use crate::ingest::platform::tests::{events, everything, ignored, lawful, rejection, summary};

const FORMAT: Format = Format::GitHub;

fn event(kind: &str, payload: Value) -> Value {
    json!({"id": "2489368070", "type": kind, "public": true, "created_at": "2015-01-01T00:00:18Z",
           "actor": {"id": 1, "login": "Ann"}, "repo": {"id": 2, "name": "bob/tool"},
           "payload": payload})
}

fn mapped(kind: &str, payload: Value) -> String {
    summary(&events(FORMAT, &event(kind, payload))[0])
}

fn thread(author: &str) -> Value {
    json!({"number": 7, "title": "A title", "body": null, "user": {"login": author}})
}

#[test]
fn stars_and_forks_go_to_the_owner_of_the_repository() {
    assert_eq!(
        mapped("WatchEvent", json!({"action": "started"})),
        "save ann bob bob/tool"
    );
    let fork = json!({"forkee": {"full_name": "ann/tool", "description": null}});
    assert_eq!(mapped("ForkEvent", fork), "share ann bob bob/tool");
    let later = json!({"action": "forked", "forkee": {"full_name": "ann/tool"}});
    assert_eq!(mapped("ForkEvent", later), "share ann bob bob/tool");
}

#[test]
fn comments_go_to_the_author_of_what_was_commented_on() {
    let comment = json!({"action": "created", "issue": thread("Cid"), "comment": {"body": "yes"}});
    assert_eq!(
        mapped("IssueCommentEvent", comment),
        "reply ann cid bob/tool#7"
    );
    let review =
        json!({"action": "created", "pull_request": thread("cid"), "comment": {"body": ""}});
    assert_eq!(
        mapped("PullRequestReviewCommentEvent", review),
        "reply ann cid bob/tool#7"
    );
    let review =
        json!({"action": "submitted", "pull_request": thread("cid"), "review": {"body": null}});
    assert_eq!(
        mapped("PullRequestReviewEvent", review),
        "reply ann cid bob/tool#7"
    );
    let discussion = json!({"action": "created", "discussion": thread("cid"), "comment": {}});
    assert_eq!(
        mapped("DiscussionCommentEvent", discussion),
        "reply ann cid bob/tool#7"
    );
    assert_eq!(
        mapped("CommitCommentEvent", json!({"comment": {"body": "why"}})),
        "reply ann bob bob/tool"
    );
}

#[test]
fn a_merged_pull_request_is_an_endorsement_of_its_author() {
    let mut request = thread("cid");
    request["merged"] = json!(true);
    let closed = |request: &Value| json!({"action": "closed", "pull_request": request});
    assert_eq!(
        mapped("PullRequestEvent", closed(&request)),
        "endorse ann cid bob/tool#7"
    );
    let merged = json!({"action": "merged", "pull_request": request});
    assert_eq!(
        mapped("PullRequestEvent", merged),
        "endorse ann cid bob/tool#7"
    );
    request["merged"] = json!(false);
    let refused = event("PullRequestEvent", closed(&request));
    assert_eq!(ignored(FORMAT, &refused), IgnoredReason::NotCounted);
}

#[test]
fn own_content_is_a_post() {
    let opened = json!({"action": "opened", "pull_request": thread("ann")});
    assert_eq!(mapped("PullRequestEvent", opened), "post ann - bob/tool#7");
    let opened = json!({"action": "opened", "issue": thread("ann")});
    assert_eq!(mapped("IssuesEvent", opened), "post ann - bob/tool#7");
    let push = json!({"ref": "refs/heads/main", "commits": [{"message": "Fix"}]});
    assert_eq!(mapped("PushEvent", push), "post ann - bob/tool");
    // As it is since October 2025.
    let push = json!({"repository_id": 2, "push_id": 3, "ref": "refs/heads/main", "head": "a", "before": "b"});
    assert_eq!(mapped("PushEvent", push), "post ann - bob/tool");
    let created = json!({"ref_type": "repository", "description": "A tool"});
    assert_eq!(mapped("CreateEvent", created), "post ann - bob/tool");
    let release = json!({"action": "published", "release": {"name": "1.0", "body": "News"}});
    assert_eq!(mapped("ReleaseEvent", release), "post ann - bob/tool");
}

#[test]
fn a_follow_of_the_first_years_is_one() {
    assert_eq!(
        mapped("FollowEvent", json!({"target": {"login": "bob"}})),
        "follow ann bob bob"
    );
}

#[test]
fn the_rest_is_ignored_with_its_reason() {
    for (kind, payload, reason) in [
        (
            "DeleteEvent",
            json!({"ref_type": "branch"}),
            IgnoredReason::NotCounted,
        ),
        (
            "CreateEvent",
            json!({"ref_type": "tag"}),
            IgnoredReason::NotCounted,
        ),
        (
            "IssuesEvent",
            json!({"action": "closed"}),
            IgnoredReason::NotCounted,
        ),
        ("PublicEvent", json!({}), IgnoredReason::NotCounted),
        ("NewsEvent", json!({}), IgnoredReason::UnknownType),
        (
            "IssueCommentEvent",
            json!({"action": "created"}),
            IgnoredReason::UnknownTarget,
        ),
        // Pull requests have no author since October 2025.
        (
            "PullRequestEvent",
            json!({"action": "merged", "pull_request": {"number": 7}}),
            IgnoredReason::UnknownTarget,
        ),
        ("FollowEvent", json!({}), IgnoredReason::UnknownTarget),
    ] {
        assert_eq!(ignored(FORMAT, &event(kind, payload)), reason, "{kind}");
    }
    let mut gone = event("WatchEvent", json!({}));
    gone["actor"]["login"] = json!("");
    assert_eq!(ignored(FORMAT, &gone), IgnoredReason::UnknownActor);
    let mut gone = event("WatchEvent", json!({}));
    gone["repo"]["name"] = json!("/");
    assert_eq!(ignored(FORMAT, &gone), IgnoredReason::UnknownTarget);
}

#[test]
fn the_event_has_the_id_and_the_time_of_the_document() {
    let star = event("WatchEvent", json!({"action": "started"}));
    let found = &events(FORMAT, &star)[0];
    assert_eq!(found.key.id.as_str(), "2489368070");
    assert_eq!(found.time.to_rfc3339(), "2015-01-01T00:00:18+00:00");
    assert_eq!(found.network.as_str(), "github");
    let stamp = stamp(star.to_string().as_bytes()).unwrap();
    assert_eq!(
        (stamp.id.as_str(), stamp.created_at),
        ("2489368070", found.time)
    );
}

#[test]
fn a_mistake_is_where_the_document_has_it() {
    let mut wrong = event("WatchEvent", json!({}));
    wrong["created_at"] = json!("2015/01/01");
    assert_eq!(rejection(FORMAT, &wrong).pointer, "/created_at");
    wrong["actor"] = json!({"login": "a b"});
    wrong["created_at"] = json!("2015-01-01T00:00:18Z");
    assert_eq!(rejection(FORMAT, &wrong).pointer, "/actor/login");
    wrong["repo"] = json!({});
    assert_eq!(rejection(FORMAT, &wrong).pointer, "/repo");
}

#[test]
fn a_text_that_is_too_long_is_cut() {
    let comment = json!({"action": "created", "issue": thread("cid"), "comment": {"body": "é".repeat(20_000)}});
    assert_eq!(
        mapped("IssueCommentEvent", comment),
        "reply ann cid bob/tool#7"
    );
}

fn documents() -> impl Strategy<Value = Value> {
    let kind = proptest::sample::select(
        &[
            "WatchEvent",
            "ForkEvent",
            "IssueCommentEvent",
            "PullRequestEvent",
            "PushEvent",
            "?",
        ][..],
    );
    let action = proptest::sample::select(&["created", "opened", "closed", "merged"][..]);
    (kind, action, everything(), ".{0,20}").prop_map(|(kind, action, inner, text)| {
        let payload = json!({"action": action, "issue": inner, "pull_request": {"user": {"login": text},
            "merged": true, "title": text}, "comment": {"body": text}, "commits": [inner]});
        let mut document = event(kind, payload);
        document["repo"]["name"] = json!(text);
        document
    })
}

proptest! {
    #[test]
    fn every_document_is_an_event_ignored_or_rejected(document in documents()) {
        lawful(FORMAT, &document, "2489368070")?;
    }

    #[test]
    fn no_document_makes_it_panic(document in everything()) {
        lawful(FORMAT, &document, "")?;
    }
}
