//! CloudEvents over HTTP.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, App};

async fn send(app: &App, media_type: &str, body: &Value) -> Answer {
    let headers = [("content-type", media_type)];
    app.send(Method::POST, "/v1/events", &headers, body.to_string())
        .await
}

fn like(id: &str) -> Value {
    json!({
        "specversion": "1.0", "id": id, "source": "bus", "type": "com.example.like",
        "time": "2026-11-22T11:00:00Z", "subject": "post/1", "someextension": 7,
        "data": {"network": "twitter", "actor": "ann", "target": "bob", "topics": ["food"]},
    })
}

fn counts(report: &Value) -> [&Value; 4] {
    ["accepted", "duplicates", "rejected_count", "ignored_count"].map(|name| &report[name])
}

#[tokio::test]
async fn an_event_is_the_same_in_every_mode_and_in_our_own_format() {
    let app = App::start().await;
    let structured = send(
        &app,
        "application/cloudevents+json; charset=utf-8",
        &like("1"),
    )
    .await;
    assert_eq!(counts(&structured.expect(200)), [1, 0, 0, 0]);
    let headers = [
        ("content-type", "application/json"),
        ("ce-specversion", "1.0"),
        ("ce-id", "1"),
        ("ce-source", "bus"),
        ("ce-type", "\"com.example.like\""),
        ("ce-time", "2026-11-22T11:00:00Z"),
        ("ce-subject", "post%2F1"),
    ];
    let body = like("1")["data"].to_string();
    let binary = app.send(Method::POST, "/v1/events", &headers, body).await;
    assert_eq!(counts(&binary.expect(200)), [0, 1, 0, 0]);
    let native = json!({"id": "1", "source": "bus", "type": "like", "object": "post/1",
        "time": "2026-11-22T11:00:00Z", "network": "twitter", "actor": "ann", "target": "bob",
        "topics": ["food"]});
    let native = app.post("/v1/events", native).await.expect(200);
    assert_eq!(counts(&native), [0, 1, 0, 0]);
}

#[tokio::test]
async fn what_is_not_ours_is_ignored_and_what_is_wrong_is_rejected_with_its_place() {
    let app = App::start().await;
    let mut order = like("2");
    order["type"] = json!("com.example.order.created");
    let mut old = like("3");
    old["specversion"] = json!("0.3");
    let mut lacking = like("4");
    lacking["data"] = json!({"target": "bob"});
    let batch = json!([like("1"), order, old, lacking]);
    let batched = "application/cloudevents-batch+json";
    let report = send(&app, batched, &batch).await.expect(200);
    assert_eq!(counts(&report), [1, 0, 2, 1]);
    assert_eq!(report["ignored"][0]["index"], 1);
    assert_eq!(report["ignored"][0]["reason"], "unknown-type");
    let pointers = [0, 1].map(|n| &report["rejected"][n]["problem"]["pointer"]);
    assert_eq!(pointers, ["/specversion", "/data"]);

    let strict = [("content-type", batched), ("prefer", "handling=strict")];
    let ignored = json!([like("5"), batch[1]]).to_string();
    let answer = app.send(Method::POST, "/v1/events", &strict, ignored).await;
    assert_eq!(counts(&answer.expect(200)), [1, 0, 0, 1]);
    let wrong = json!([like("6"), batch[1], batch[2]]).to_string();
    let answer = app.send(Method::POST, "/v1/events", &strict, wrong).await;
    assert_eq!(answer.expect(422)["rejected_count"], 1);
    let again = send(&app, batched, &json!([like("6")])).await.expect(200);
    assert_eq!(counts(&again), [1, 0, 0, 0]);
    let empty = send(&app, batched, &json!([])).await.expect(200);
    assert_eq!(counts(&empty), [0, 0, 0, 0]);
}

#[tokio::test]
async fn the_network_may_be_said_beside_the_events_and_the_source_may_not() {
    let app = App::start().await;
    let mut bare = like("1");
    bare["data"] = json!({"target": "bob"});
    let structured = [("content-type", "application/cloudevents+json")];
    let path = "/v1/events?network=bluesky";
    let answer = app
        .send(Method::POST, path, &structured, bare.to_string())
        .await;
    assert_eq!(counts(&answer.expect(200)), [1, 0, 0, 0]);
    for (path, media_type) in [
        ("/v1/events?source=x", "application/cloudevents+json"),
        ("/v1/events?network=x", "application/json"),
        ("/v1/events?source=x", "application/x-ndjson"),
    ] {
        let headers = [("content-type", media_type)];
        let answer = app
            .send(Method::POST, path, &headers, bare.to_string())
            .await;
        assert_eq!(
            answer.problem(400),
            "invalid-request",
            "{path} {media_type}"
        );
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_refused() {
    let app = App::start().await;
    let headers = [
        ("content-type", "application/json"),
        ("ce-specversion", "1.0"),
        ("ce-id", "%C0%A0"),
    ];
    let answer = app.send(Method::POST, "/v1/events", &headers, "{}").await;
    assert_eq!(answer.expect(400)["pointer"], "/id");
    for (media_type, status) in [
        ("application/cloudevents+json", 400),
        ("application/cloudevents-batch+json", 400),
        ("application/cloudevents+avro", 415),
        ("application/activity+json", 400),
        ("application/ld+json", 415),
    ] {
        let headers = [("content-type", media_type)];
        let answer = app.send(Method::POST, "/v1/events", &headers, "{").await;
        assert_eq!(answer.status, status, "{media_type}");
    }
}

#[tokio::test]
async fn the_data_may_be_a_document_of_activitystreams() {
    let app = App::start().await;
    let event = |id: &str, object: &str| {
        json!({
            "specversion": "1.0", "id": id, "source": "bus", "type": "anything",
            "datacontenttype": "application/activity+json",
            "data": {"type": "Like", "actor": "https://a.example/users/ann", "object": object},
        })
    };
    let post = "https://b.example/users/bob/1";
    let batch = json!([
        event("1", post),
        event("1", post),
        event("2", "x:y"),
        event("3", "a\u{0}")
    ]);
    let report = send(&app, "application/cloudevents-batch+json", &batch).await;
    let report = report.expect(200);
    assert_eq!(counts(&report), [1, 1, 0, 2]);
    assert_eq!(report["ignored"][0]["reason"], "unknown-target");
    let sources = app.get("/v1/sources").await.expect(200);
    assert_eq!(sources["data"][0]["source"], "bus");
}
