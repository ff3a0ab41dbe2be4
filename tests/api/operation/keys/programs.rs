//! Keys that are limited to a program.

use renown_core::domain::Scope;
use reqwest::Method;
use serde_json::{Value, json};

use super::as_key;
use crate::harness::{App, PALMS};

/// A program of which members can claim a mug.
async fn publish(app: &App, program: &str) {
    let source = format!(
        "program: {program}\nservice_levels: [{{ id: all, queue: general }}]\n\
         tiers: [{{ id: guest, service_level: all }}]\n\
         perks: [{{ id: mug, title: A mug, disclosure: Because. }}]\n"
    );
    app.service
        .programs
        .publish(None, &source, None)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_list_has_what_is_of_the_program_of_the_key() {
    let app = App::start().await;
    app.enrol("twitter:ann").await;
    for program in ["alpha", "beta"] {
        publish(&app, program).await;
        let claim = json!({"program": program, "perk": "mug", "member": "twitter:ann"});
        app.post_once("/v1/claims", program, claim)
            .await
            .expect(201);
        let webhook = json!({"program": program, "url": "https://example.com/"});
        app.post("/v1/webhooks", webhook).await.expect(201);
    }
    let (_, key) = app.new_key(&[Scope::Admin], Some("alpha")).await;
    for (path, member) in [("/v1/claims", "program"), ("/v1/webhooks", "program")] {
        let list = as_key(&app, &key, Method::GET, path, &Value::Null)
            .await
            .expect(200);
        let programs: Vec<&Value> = list["data"].as_array().unwrap().iter().collect();
        assert_eq!(programs.len(), 1, "{path}: {list}");
        assert_eq!(programs[0][member], "alpha", "{path}");
    }
    let programs = as_key(&app, &key, Method::GET, "/v1/programs", &Value::Null).await;
    let programs = programs.expect(200);
    assert_eq!(programs["data"].as_array().unwrap().len(), 1, "{programs}");
    assert_eq!(programs["data"][0]["program"], "alpha");
}

#[tokio::test]
async fn a_limited_administrator_neither_sees_nor_enrols_people() {
    let app = App::start().await;
    app.publish_palms().await;
    app.enrol("twitter:kevin").await;
    let (_, key) = app.new_key(&[Scope::Admin], Some("palms-klub")).await;
    let change = json!({"attributes": {"city": "Las Vegas"}});
    for (method, path) in [
        (Method::PUT, "/v1/members/twitter:kevin"),
        (Method::GET, "/v1/members/twitter:kevin"),
        (Method::GET, "/v1/members/twitter:kevin/score"),
    ] {
        let refused = as_key(&app, &key, method, path, &change).await;
        assert_eq!(refused.problem(403), "forbidden", "{path}");
        let detail = refused.json()["detail"].to_string();
        assert!(
            detail.contains("limited to the program 'palms-klub'"),
            "{detail}"
        );
    }
    let member = app.get("/v1/members/twitter:kevin").await.expect(200);
    assert_eq!(member["attributes"], json!({}));
    let bearer = format!("Bearer {key}");
    let headers = [("authorization", &*bearer), ("content-type", "text/csv")];
    let list = "/v1/programs/palms-klub/grants/import?list=vip&author=Maria&enrol=true";
    let lines = "member,tier\ntwitter:new,insider\n";
    let refused = app.send(Method::POST, list, &headers, lines).await;
    assert_eq!(refused.problem(403), "forbidden");
    // Its own program it manages.
    let tier = "/v1/programs/palms-klub/members/twitter:kevin/tier";
    as_key(&app, &key, Method::GET, tier, &Value::Null)
        .await
        .expect(200);
}

#[tokio::test]
async fn a_decision_in_a_batch_about_another_program_is_refused_alone() {
    let app = App::start().await;
    app.publish_palms().await;
    let other = PALMS.replace("program: palms-klub", "program: lounge");
    app.service
        .programs
        .publish(None, &other, None)
        .await
        .unwrap();
    let (_, key) = app.new_key(&[Scope::Lookup], Some("lounge")).await;
    let about = |program: &str| json!({"program": program, "member": "twitter:kevin"});
    let batch = json!({"decisions": [about("palms-klub"), about("lounge")]});
    let answer = as_key(&app, &key, Method::POST, "/v1/decisions", &batch)
        .await
        .expect(200);
    assert_eq!(answer["data"][0]["problem"]["status"], 403);
    assert_eq!(answer["data"][1]["decision"]["program"], "lounge");
}
