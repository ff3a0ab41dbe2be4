//! The list of all recorded decisions.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{App, PALMS};

async fn decide(app: &App, program: &str, member: &str) -> Value {
    let body = json!({"program": program, "member": member});
    app.post("/v1/decisions", body).await.expect(201)["id"].clone()
}

/// Two programs, and a member with a name.
async fn town() -> App {
    let app = App::start().await;
    app.publish_palms().await;
    let lounge = PALMS.replace("program: palms-klub", "program: lounge");
    app.service
        .programs
        .publish(None, &lounge, None)
        .await
        .unwrap();
    app.put("/v1/members/twitter:zoe", json!({"name": "Zoë van Dyk"}))
        .await
        .expect(201);
    app
}

fn ids(list: &Value) -> Vec<Value> {
    let data = list["data"].as_array().unwrap().iter();
    data.map(|line| line["id"].clone()).collect()
}

#[tokio::test]
async fn decisions_are_listed_latest_first_in_pages() {
    let app = town().await;
    let mut made = Vec::new();
    for program in ["palms-klub", "lounge", "palms-klub"] {
        made.push(decide(&app, program, "twitter:zoe").await);
        app.service.clock.advance(chrono::TimeDelta::seconds(1));
    }
    made.push(decide(&app, "palms-klub", "twitter:stranger").await);
    made.reverse();
    let first = app.get("/v1/decisions?limit=3").await.expect(200);
    assert_eq!(ids(&first), made[..3]);
    let cursor = first["page"]["next_cursor"].as_str().unwrap();
    let second = app
        .get(&format!("/v1/decisions?limit=3&cursor={cursor}"))
        .await
        .expect(200);
    assert_eq!(ids(&second), made[3..]);
    assert_eq!(second["page"]["next_cursor"], Value::Null);
    let of_lounge = app.get("/v1/decisions?program=lounge").await.expect(200);
    assert_eq!(ids(&of_lounge), made[2..3]);
    let line = &of_lounge["data"][0];
    assert_eq!(
        (&line["program"], &line["program_version"], &line["name"]),
        (&json!("lounge"), &json!(1), &json!("Zoë van Dyk"))
    );
    assert!(line["member"].is_string());
    let stranger = &first["data"][0];
    assert_eq!(
        (&stranger["member"], &stranger["name"]),
        (&Value::Null, &Value::Null)
    );
}

#[tokio::test]
async fn a_member_who_has_opted_out_is_not_named() {
    let app = town().await;
    decide(&app, "lounge", "twitter:zoe").await;
    let opt_out = json!({"scoring": "opted_out"});
    app.patch("/v1/members/twitter:zoe", opt_out)
        .await
        .expect(200);
    let list = app.get("/v1/decisions").await.expect(200);
    let line = &list["data"][0];
    assert_eq!(
        (&line["member"], &line["name"]),
        (&Value::Null, &Value::Null)
    );
}

#[tokio::test]
async fn a_limited_key_lists_the_decisions_of_its_program() {
    let app = town().await;
    let own = decide(&app, "lounge", "twitter:zoe").await;
    decide(&app, "palms-klub", "twitter:zoe").await;
    let key = app.key_for("lounge", &["lookup"]).await;
    let bearer = format!("Bearer {key}");
    let as_desk = [("authorization", bearer.as_str())];
    let list = app.send(Method::GET, "/v1/decisions", &as_desk, "").await;
    assert_eq!(ids(&list.expect(200)), [own]);
    let other = "/v1/decisions?program=palms-klub";
    let refused = app.send(Method::GET, other, &as_desk, "").await;
    assert_eq!(refused.problem(403), "forbidden");
    for query in ["limit=0", "cursor=nonsense"] {
        let refused = app.get(&format!("/v1/decisions?{query}")).await;
        assert_eq!(refused.problem(400), "invalid-request");
    }
}
