//! Keys that are bound to sources.

use renown_core::domain::{AllowedSources, KeyPermissions, Scope, Source};
use reqwest::Method;
use serde_json::{Value, json};

use super::as_key;
use crate::harness::{App, create_key, like};

async fn crm(app: &App) -> String {
    let sources = AllowedSources::listed(vec![Source::parse("crm").unwrap()]).unwrap();
    let permissions = KeyPermissions::new([Scope::EventsWrite].into(), None, sources).unwrap();
    create_key(&app.service, permissions, None).await.1
}

fn event(id: &str, source: &str) -> Value {
    let mut event = like(id, "ann", "kevin", "las-vegas");
    event["source"] = json!(source);
    event
}

fn undo(id: &str, source: &str, of: &str) -> Value {
    json!({"id": id, "source": source, "type": "undo", "time": "2026-11-22T11:30:00Z",
           "network": "twitter", "undo": of})
}

#[tokio::test]
async fn a_key_sends_only_as_its_sources() {
    let app = App::start().await;
    let key = crm(&app).await;
    let mixed = json!([event("1", "crm"), event("2", "twitter"), event("3", "CRM")]);
    let report = as_key(&app, &key, Method::POST, "/v1/events", &mixed)
        .await
        .expect(200);
    assert_eq!(
        (&report["accepted"], &report["rejected_count"]),
        (&json!(1), &json!(2))
    );
    for (place, index) in [1, 2].into_iter().enumerate() {
        let rejected = &report["rejected"][place];
        assert_eq!(rejected["index"], index);
        assert_eq!(
            rejected["problem"]["type"],
            "urn:renown:problem:invalid-event"
        );
        assert_eq!(rejected["problem"]["pointer"], "/source");
        let detail = rejected["problem"]["detail"].as_str().unwrap();
        assert!(detail.contains("only as crm"), "{detail}");
    }

    let bearer = format!("Bearer {key}");
    let lines = [
        ("authorization", &*bearer),
        ("content-type", "application/x-ndjson"),
    ];
    let body = format!("{}\n{}\n", event("4", "twitter"), event("5", "crm"));
    let report = app
        .send(Method::POST, "/v1/events", &lines, body)
        .await
        .expect(200);
    assert_eq!(
        (&report["accepted"], &report["rejected_count"]),
        (&json!(1), &json!(1))
    );

    let strict = [
        ("authorization", &*bearer),
        ("content-type", "application/json"),
        ("prefer", "handling=strict"),
    ];
    let body = json!([event("6", "crm"), event("7", "twitter")]).to_string();
    let refused = app.send(Method::POST, "/v1/events", &strict, body).await;
    assert_eq!(refused.problem(422), "events-rejected");

    let stored: Vec<(String, String)> = sqlx::query_as(
        "select s.name, e.id from events e join sources s using (source_id) order by e.id",
    )
    .fetch_all(&app.pool)
    .await
    .unwrap();
    let crm = |id: &str| ("crm".to_owned(), id.to_owned());
    assert_eq!(stored, [crm("1"), crm("5")]);
}

#[tokio::test]
async fn what_another_source_has_sent_cannot_be_undone() {
    let app = App::start().await;
    app.enrol("twitter:kevin").await;
    let liked: Vec<Value> = (0..50)
        .map(|n| {
            let mut event = event(&format!("like-{n}"), "twitter");
            event["actor"] = json!(format!("fan{n}"));
            event
        })
        .collect();
    app.events(&liked).await;
    app.settle().await;
    let before = app.influence("twitter:kevin").await;
    let key = crm(&app).await;
    // As the other source it is refused; as its own it undoes nothing of the other's.
    let undos = json!([
        undo("u-1", "twitter", "like-1"),
        undo("u-2", "crm", "like-2")
    ]);
    let report = as_key(&app, &key, Method::POST, "/v1/events", &undos)
        .await
        .expect(200);
    assert_eq!(
        (&report["accepted"], &report["rejected_count"]),
        (&json!(1), &json!(1))
    );
    app.settle().await;
    assert_eq!(app.influence("twitter:kevin").await, before);
    app.events(&[undo("u-3", "twitter", "like-2")]).await;
    app.settle().await;
    assert_ne!(app.influence("twitter:kevin").await, before);
}
