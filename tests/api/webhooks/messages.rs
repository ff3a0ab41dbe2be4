//! The list of the messages that are kept.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{App, PALMS};

async fn publish(app: &App, program: &str) {
    let source = PALMS.replace("program: palms-klub", &format!("program: {program}"));
    app.service
        .programs
        .publish(None, &source, None)
        .await
        .unwrap();
}

async fn messages(app: &App, query: &str) -> Value {
    app.get(&format!("/v1/messages{query}")).await.expect(200)
}

/// Returns the type and the program of each message.
fn named(page: &Value) -> Vec<[Value; 2]> {
    let data = page["data"].as_array().unwrap().iter();
    data.map(|message| [message["type"].clone(), message["data"]["program"].clone()])
        .collect()
}

fn published(program: &str) -> [Value; 2] {
    [json!("program.published"), json!(program)]
}

#[tokio::test]
async fn messages_are_listed_latest_first_in_pages() {
    let app = App::start().await;
    for program in ["alpha", "beta", "gamma"] {
        publish(&app, program).await;
    }
    let first = messages(&app, "?limit=2").await;
    assert_eq!(named(&first), [published("gamma"), published("beta")]);
    let cursor = first["page"]["next_cursor"].as_str().unwrap();
    let second = messages(&app, &format!("?limit=2&cursor={cursor}")).await;
    assert_eq!(named(&second), [published("alpha")]);
    assert_eq!(second["page"]["next_cursor"], Value::Null);
    let of_beta = messages(&app, "?program=beta").await;
    assert_eq!(named(&of_beta), [published("beta")]);
    assert_eq!(
        messages(&app, "?types=tier.changed").await["data"],
        json!([])
    );
    let both = messages(&app, "?types=tier.changed,program.published").await;
    assert_eq!(named(&both).len(), 3);
    let refused = app.get("/v1/messages?types=nonsense").await;
    assert_eq!(refused.problem(400), "invalid-request");
}

#[tokio::test]
async fn a_page_may_be_empty_although_there_is_a_next_one() {
    let app = App::start().await;
    publish(&app, "alpha").await;
    // Many messages of another type came after it.
    sqlx::query(
        "insert into outbox (event_id, type, at, program_id, member_id, body)
         select gen_random_uuid(), 'program.withdrawn', $1, 'alpha', null,
                '{\"program_version\": 1}' from generate_series(1, 5000)",
    )
    .bind(app.service.clock.now())
    .execute(&app.pool)
    .await
    .unwrap();
    let first = messages(&app, "?types=program.published").await;
    assert_eq!(first["data"], json!([]));
    let cursor = first["page"]["next_cursor"].as_str().unwrap();
    let second = messages(&app, &format!("?types=program.published&cursor={cursor}")).await;
    assert_eq!(named(&second), [published("alpha")]);
}

#[tokio::test]
async fn a_limited_key_lists_the_messages_of_its_program() {
    let app = App::start().await;
    publish(&app, "alpha").await;
    publish(&app, "beta").await;
    let key = app.key_for("beta", &["programs:write"]).await;
    let bearer = format!("Bearer {key}");
    let limited = [("authorization", bearer.as_str())];
    let list = app.send(Method::GET, "/v1/messages", &limited, "").await;
    assert_eq!(named(&list.expect(200)), [published("beta")]);
    let other = "/v1/messages?program=alpha";
    let refused = app.send(Method::GET, other, &limited, "").await;
    assert_eq!(refused.problem(403), "forbidden");
}
