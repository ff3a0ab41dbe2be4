//! Documents of ActivityStreams over HTTP.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use renown_core::domain::{AllowedSources, KeyPermissions, Scope, Source};
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, App, create_key};

/// Documents as servers send them.
const DIALECTS: [&str; 6] = [
    include_str!(
        "../../../crates/renown-core/src/ingest/activity_streams/dialects/gotosocial.json"
    ),
    include_str!("../../../crates/renown-core/src/ingest/activity_streams/dialects/lemmy.json"),
    include_str!("../../../crates/renown-core/src/ingest/activity_streams/dialects/mastodon.json"),
    include_str!("../../../crates/renown-core/src/ingest/activity_streams/dialects/peertube.json"),
    include_str!("../../../crates/renown-core/src/ingest/activity_streams/dialects/pixelfed.json"),
    include_str!("../../../crates/renown-core/src/ingest/activity_streams/dialects/pleroma.json"),
];

async fn send(app: &App, path: &str, body: impl Into<reqwest::Body>) -> Answer {
    let headers = [("content-type", "application/activity+json; charset=utf-8")];
    app.send(Method::POST, path, &headers, body).await
}

fn like(id: &str) -> Value {
    json!({
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": format!("https://a.example/likes/{id}"), "type": "Like",
        "actor": "https://a.example/users/ann",
        "object": "https://b.example/users/kevin/statuses/9",
    })
}

fn counts(report: &Value) -> [&Value; 4] {
    ["accepted", "duplicates", "rejected_count", "ignored_count"].map(|name| &report[name])
}

#[tokio::test]
async fn a_like_counts_for_the_member_under_the_usual_handle_and_is_undone() {
    let app = App::start().await;
    app.enrol("mastodon:kevin@b.example").await;
    let report = send(&app, "/v1/events", like("1").to_string()).await;
    assert_eq!(counts(&report.expect(200)), [1, 0, 0, 0]);
    let ld = r#"application/ld+json; profile="https://www.w3.org/ns/activitystreams""#;
    let headers = [("content-type", ld)];
    let again = app.send(Method::POST, "/v1/events", &headers, like("1").to_string());
    assert_eq!(counts(&again.await.expect(200)), [0, 1, 0, 0]);
    let undo = json!({"id": "https://a.example/undos/1", "type": "Undo",
        "actor": "https://a.example/users/ann", "object": like("1")["id"]});
    let report = send(&app, "/v1/events", undo.to_string()).await;
    assert_eq!(counts(&report.expect(200)), [1, 0, 0, 0]);
    app.settle().await;
    let events = app.get("/v1/members/mastodon:kevin@b.example/events").await;
    let events = events.expect(200);
    assert_eq!(events["data"].as_array().unwrap().len(), 1);
    let event = &events["data"][0];
    assert_eq!(
        (&event["type"], &event["network"]),
        (&json!("like"), &json!("mastodon"))
    );
    assert_eq!(event["source"], "a.example");
    assert_eq!(event["undone"], true);
}

#[tokio::test]
async fn a_collection_is_its_items_and_each_is_counted_once() {
    let app = App::start().await;
    let mut note = json!({"id": "https://a.example/notes/1", "type": "Note", "published": "2036-01-01T00:00:00Z",
        "attributedTo": "https://a.example/users/ann"});
    let collection = json!({
        "type": "OrderedCollection", "totalItems": 9,
        "orderedItems": [like("1"), "https://a.example/likes/9", like("2"), {"type": "Block"}],
        "first": {"type": "OrderedCollectionPage", "orderedItems": [note, like("1")]},
    });
    let report = send(&app, "/v1/events", collection.to_string())
        .await
        .expect(200);
    assert_eq!(counts(&report), [2, 1, 1, 2]);
    let ignored = report["ignored"].as_array().unwrap();
    let ignored: Vec<Value> = ignored
        .iter()
        .map(|item| json!([item["index"], item["reason"]]))
        .collect();
    assert_eq!(
        ignored,
        [json!([1, "reference-only"]), json!([3, "not-counted"])]
    );
    assert_eq!(report["rejected"][0]["index"], 4);
    assert_eq!(report["rejected"][0]["problem"]["pointer"], "/published");

    note["published"] = json!("2026-11-20T10:00:00Z");
    note["tag"] = json!([{"type": "Mention", "href": "https://b.example/@kevin"}]);
    let list = json!([note, {"type": "Collection", "items": like("3")}, {"type": "Collection"}]);
    let report = send(&app, "/v1/events", list.to_string()).await.expect(200);
    assert_eq!(counts(&report), [3, 0, 0, 1]);
}

#[tokio::test]
async fn what_was_edited_is_a_duplicate_and_what_it_said_first_counts() {
    let app = App::start().await;
    let note = |content: &str| {
        json!({"id": "https://a.example/notes/1", "type": "Note", "content": content,
            "published": "2026-11-20T10:00:00Z", "attributedTo": "https://a.example/users/ann"})
    };
    let update = |content: &str| {
        json!({"id": "https://a.example/updates/1", "type": "Update", "object": note(content),
            "actor": "https://a.example/users/ann"})
    };
    let report = send(&app, "/v1/events", note("Coffee").to_string()).await;
    assert_eq!(counts(&report.expect(200)), [1, 0, 0, 0]);
    for edited in [update("Tea"), note("Cake")] {
        let report = send(&app, "/v1/events", edited.to_string()).await;
        assert_eq!(counts(&report.expect(200)), [0, 1, 0, 0]);
    }
    // All or none: an edit is no reason for none.
    let headers = [
        ("content-type", "application/activity+json"),
        ("prefer", "handling=strict"),
    ];
    let both = json!([update("Milk"), like("1")]).to_string();
    let report = app.send(Method::POST, "/v1/events", &headers, both).await;
    assert_eq!(counts(&report.expect(200)), [1, 1, 0, 0]);
}

#[tokio::test]
async fn a_key_that_is_bound_to_sources_sends_as_no_other_host() {
    let app = App::start().await;
    let sources = [
        Source::parse("b.example").unwrap(),
        Source::parse("feed").unwrap(),
    ];
    let permissions = KeyPermissions::stored(
        [Scope::EventsWrite].into(),
        None,
        AllowedSources::Only(sources.into()),
    );
    let (_, key) = create_key(&app.service, permissions, None).await;
    let bearer = format!("Bearer {key}");
    for (path, accepted) in [
        ("/v1/events", 0),
        ("/v1/events?source=a.example", 0),
        ("/v1/events?source=feed&network=fediverse", 1),
    ] {
        let headers = [
            ("content-type", "application/activity+json"),
            ("authorization", bearer.as_str()),
        ];
        let body = like("1").to_string();
        let report = app
            .send(Method::POST, path, &headers, body)
            .await
            .expect(200);
        assert_eq!(counts(&report), [accepted, 0, 1 - accepted, 0], "{path}");
    }
}

#[tokio::test]
async fn documents_of_servers_are_all_taken() {
    let app = App::start().await;
    for documents in DIALECTS {
        let all: Vec<Value> = serde_json::from_str(documents).unwrap();
        let report = send(&app, "/v1/events", documents).await.expect(200);
        assert_eq!(report["rejected_count"], 0, "{report}");
        let ignored = report["ignored_count"].as_u64().unwrap() as usize;
        assert!(report["accepted"].as_u64().unwrap() as usize >= all.len() - ignored);
        let again = send(&app, "/v1/events", documents).await.expect(200);
        // A post and its edit, in one set of documents, are one event.
        let first = ["accepted", "duplicates"].map(|name| report[name].as_u64().unwrap());
        assert_eq!(again["duplicates"], first.iter().sum::<u64>(), "{again}");
        assert_eq!(again["accepted"], 0, "{again}");
    }
}

/// The documents of the W3C, in the order of their names; none without recorded data.
fn w3c_documents() -> Vec<PathBuf> {
    let Ok(data) = std::env::var("RENOWN_TEST_DATA") else {
        println!("skipped: RENOWN_TEST_DATA is not set");
        return Vec::new();
    };
    let files = std::fs::read_dir(Path::new(&data).join("activitystreams")).unwrap();
    let files = files.map(|file| file.unwrap().path());
    let mut files: Vec<PathBuf> = files
        .filter(|file| file.extension().is_some_and(|e| e == "json"))
        .collect();
    files.sort();
    files
}

/// Describes in a line of the table what became of a document.
fn outcome(answer: &Answer) -> String {
    if answer.status == 400 {
        return "not JSON: refused with 400".to_owned();
    }
    let report = answer.expect(200);
    assert_eq!(report["rejected_count"], 0, "{report}");
    let mut parts = Vec::new();
    match (
        report["accepted"].as_u64().unwrap(),
        report["duplicates"].as_u64().unwrap(),
    ) {
        (0, 0) => {}
        (1, 0) => parts.push("1 event".to_owned()),
        (events, 0) => parts.push(format!("{events} events")),
        other => panic!("a document is new: {other:?}"),
    }
    for item in report["ignored"].as_array().unwrap() {
        let (reason, detail) = (
            item["reason"].as_str().unwrap(),
            item["detail"].as_str().unwrap(),
        );
        let part = format!("ignored, `{reason}`: {detail}");
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    assert!(!parts.is_empty(), "neither mapped nor ignored: {report}");
    parts.join("; ")
}

/// The types of a document, as it names them.
fn types(document: &[u8]) -> String {
    let document: Value = serde_json::from_slice(document).unwrap_or_default();
    match document.get("type").or_else(|| document.get("@type")) {
        None => "–".to_owned(),
        Some(Value::String(name)) => format!("`{name}`"),
        Some(other) => {
            let names = other.as_array().unwrap().iter();
            let names: Vec<String> = names
                .map(|name| format!("`{}`", name.as_str().unwrap()))
                .collect();
            names.join(", ")
        }
    }
}

/// Compares the table in `docs` with what becomes of each document. With `INSTA_UPDATE=always`
/// it writes the table anew.
#[tokio::test]
async fn what_becomes_of_each_document_of_the_w3c_is_documented() {
    let files = w3c_documents();
    if files.is_empty() {
        return;
    }
    let mut table = "# What becomes of the W3C's documents\n\n\
        The documents with which the W3C tests implementations of \
        [ActivityStreams 2.0](https://github.com/w3c/activitystreams), each sent to \
        `POST /v1/events?source=…`. A test writes this table and compares it. Most are \
        examples of single members: they have no ids of people, so that there is nobody whom a \
        reaction could concern. [Formats](formats.md) says what counts.\n\n\
        | document | type | what becomes of it |\n|---|---|---|\n"
        .to_owned();
    let app = App::start().await;
    for file in &files {
        let name = file.file_stem().unwrap().to_str().unwrap();
        let document = std::fs::read(file).unwrap();
        // Several documents have the same content, so each comes from a source of its own.
        let path = format!("/v1/events?source={name}");
        let became = outcome(&send(&app, &path, document.clone()).await);
        writeln!(table, "| {name} | {} | {became} |", types(&document)).unwrap();
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/activitystreams-documents.md");
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        std::fs::write(&path, &table).unwrap();
    }
    let documented = std::fs::read_to_string(&path).unwrap();
    assert_eq!(documented, table, "run this test with INSTA_UPDATE=always");
}
