//! What a program that is not published yet would change.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{App, PALMS};

const CHANGES: &str = "/v1/programs/palms-klub/changes";

#[tokio::test]
async fn a_source_is_compared_with_the_version_in_force() {
    let app = App::start().await;
    app.publish_palms().await;
    let source = PALMS.replace("stock: 200", "stock: 150");
    let changes = app
        .post(CHANGES, json!({"source": source}))
        .await
        .expect(200);
    assert_eq!(changes["from"], 1);
    assert_eq!(changes["data"].as_array().unwrap().len(), 1, "{changes}");
    assert_eq!(changes["data"][0]["path"], "perks.show-tickets.stock");

    // The same words as after the publication.
    app.service
        .programs
        .publish(None, &source, None)
        .await
        .unwrap();
    let published = app
        .get("/v1/programs/palms-klub/versions/2/changes")
        .await
        .expect(200);
    assert_eq!(published["data"], changes["data"]);
    let same = app
        .post(CHANGES, json!({"source": source}))
        .await
        .expect(200);
    assert_eq!(same, json!({"from": 2, "data": []}));
}

#[tokio::test]
async fn without_a_source_the_draft_is_compared() {
    let app = App::start().await;
    app.publish_palms().await;
    let none = app.send(Method::POST, CHANGES, &[], "").await;
    assert_eq!(none.problem(404), "not-found");
    let source = PALMS.replace("title: Klub at the Palms", "title: The Klub");
    let yaml = [("content-type", "application/yaml")];
    app.send(Method::PUT, "/v1/programs/palms-klub/draft", &yaml, source)
        .await
        .expect(200);
    let changes = app.send(Method::POST, CHANGES, &[], "").await.expect(200);
    assert_eq!(changes["data"][0]["path"], "title");
}

#[tokio::test]
async fn a_first_version_is_compared_with_nothing() {
    let app = App::start().await;
    let changes = app
        .post(CHANGES, json!({"source": PALMS}))
        .await
        .expect(200);
    assert_eq!(changes, json!({"from": null, "data": []}));
}

#[tokio::test]
async fn a_source_with_mistakes_or_of_another_program_is_refused() {
    let app = App::start().await;
    app.publish_palms().await;
    let broken = PALMS.replace("standing.lower >= 15", "standing.lover >= 15");
    let refused = app.post(CHANGES, json!({"source": broken})).await;
    assert_eq!(refused.problem(422), "program-invalid");
    let mistakes: Value = refused.json();
    assert_eq!(mistakes["diagnostics"][0]["code"], "unknown-name");
    let other = PALMS.replace("program: palms-klub", "program: lounge");
    let refused = app.post(CHANGES, json!({"source": other})).await;
    assert_eq!(refused.problem(400), "invalid-request");
}
