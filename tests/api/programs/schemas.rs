//! The schema of program files, as editors fetch it.

use reqwest::Method;

use crate::harness::App;

const PATH: &str = "/v1/schemas/program.json";

#[tokio::test]
async fn an_editor_gets_the_schema_of_programs_without_a_key() {
    let app = App::start().await;
    let answer = app
        .send(Method::GET, PATH, &[("authorization", "")], "")
        .await;
    let schema = answer.expect(200);
    assert_eq!(schema["$id"], "urn:renown:schema:program");
    assert_eq!(answer.headers["content-type"], "application/schema+json");
    // It contains nothing about members, and may be cached if it is revalidated.
    assert_eq!(answer.headers["cache-control"], "no-cache");
    let shipped = include_str!("../../../config/program.schema.json");
    assert_eq!(answer.bytes, shipped.as_bytes());
}

#[tokio::test]
async fn a_schema_that_has_not_changed_is_not_sent_again() {
    let app = App::start().await;
    let first = app.get(PATH).await;
    let tag = first.headers["etag"].to_str().unwrap();
    let ask = async |tag: &str| {
        app.send(Method::GET, PATH, &[("if-none-match", tag)], "")
            .await
    };
    let again = ask(tag).await;
    assert_eq!((again.status.as_u16(), again.bytes.len()), (304, 0));
    assert_eq!(again.headers["etag"], tag);
    assert_eq!(ask("\"another\"").await.status.as_u16(), 200);
}

/// The schema and the service agree on the form of a program.
#[tokio::test]
async fn what_the_schema_refuses_the_service_refuses() {
    let app = App::start().await;
    let schema = app.get(PATH).await.expect(200);
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let right = serde_json::json!({
        "program": "klub",
        "service_levels": [{ "id": "standard", "queue": "general", "first_reply": "8h" }],
        "tiers": [{ "id": "guest", "service_level": "standard" }],
    });
    let mut broken = right.clone();
    broken["service_levels"][0]["first_reply"] = "8 hours".into();
    for (program, is_right) in [(right, true), (broken, false)] {
        let checked = app.put("/v1/programs/klub/draft", program.clone()).await;
        assert_eq!(checked.expect(200)["valid"], is_right, "{program}");
        assert_eq!(validator.is_valid(&program), is_right, "{program}");
    }
}
