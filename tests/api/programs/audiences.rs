//! Saved audiences over HTTP: stored, named by programs, changed, counted and listed.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, App};

const VIP: &str = "/v1/audiences/vip-guests";

/// A program whose best tier is for an audience.
const CLUB: &str = r#"program: club
service_levels: [{ id: standard, queue: general }]
tiers:
  - { id: insider, when: 'audience("vip-guests")', service_level: standard }
  - { id: guest, service_level: standard }
"#;

async fn store(app: &App, path: &str, body: Value, status: u16) -> Value {
    app.put(path, body).await.expect(status)
}

async fn publish(app: &App) -> Value {
    let yaml = [("content-type", "application/yaml")];
    app.send(
        Method::PUT,
        "/v1/programs/club/draft",
        &yaml,
        CLUB.to_owned(),
    )
    .await
    .expect(200);
    let published = app.post("/v1/programs/club/publish", json!({})).await;
    published.expect(201)
}

async fn del(app: &App, path: &str) -> Answer {
    app.send(Method::DELETE, path, &[], "").await
}

async fn members(app: &App) -> Value {
    let count = app.get(&format!("{VIP}/count")).await.expect(200);
    count["members"].clone()
}

#[tokio::test]
async fn a_list_is_kept_by_hand_and_programs_see_it() {
    let app = App::start().await;
    for member in ["twitter:ann", "twitter:bob"] {
        app.put(&format!("/v1/members/{member}"), json!({}))
            .await
            .expect(201);
    }
    store(&app, VIP, json!({"list": true, "title": "Guests"}), 201).await;
    let change = json!({"add": ["twitter:ann", "twitter:bob", "twitter:zoe"]});
    let path = format!("{VIP}/members");
    let changed = app.post(&path, change.clone()).await.expect(200);
    assert_eq!(
        changed,
        json!({"added": 2, "removed": 0, "unknown": ["twitter:zoe"]})
    );
    let again = app.post(&path, change).await.expect(200);
    assert_eq!(again["added"], 0);
    assert_eq!(
        del(&app, &format!("{VIP}/members/twitter:bob"))
            .await
            .status,
        204
    );
    assert_eq!(members(&app).await, 1);
    publish(&app).await;
    let explained = app
        .post(
            "/v1/decisions",
            json!({"program": "club", "member": "twitter:ann"}),
        )
        .await
        .expect(201);
    assert!(explained.to_string().contains("vip-guests"), "{explained}");
    // Ended members are on no list.
    assert_eq!(del(&app, "/v1/members/twitter:ann").await.status, 204);
    assert_eq!(members(&app).await, 0);
    let refused = del(&app, VIP).await.expect(409);
    assert!(
        refused["detail"].as_str().unwrap().contains("club"),
        "{refused}"
    );
}

#[tokio::test]
async fn a_change_of_a_condition_publishes_the_programs_anew() {
    let app = App::start().await;
    let country =
        |country: &str| json!({"when": format!("member.attributes.country == \"{country}\"")});
    let us = json!({"attributes": {"country": "US"}});
    app.put("/v1/members/twitter:ann", us).await.expect(201);
    store(&app, VIP, country("DE"), 201).await;
    assert_eq!(publish(&app).await["version"], 1);
    assert_eq!(members(&app).await, 0);
    let stored = store(&app, VIP, country("US"), 200).await;
    assert_eq!(
        stored["published"],
        json!([{"program": "club", "version": 2}])
    );
    assert_eq!(members(&app).await, 1);
    let listed = app.get(&format!("{VIP}/members")).await.expect(200);
    assert_eq!(listed["data"][0]["identities"], json!(["twitter:ann"]));
    let versions = app.get("/v1/programs/club/versions").await.expect(200);
    assert_eq!(versions["data"][0]["note"], "audience vip-guests changed");
    assert_eq!(versions["data"][0]["source"], CLUB);
    // The same again changes nothing.
    let stored = store(&app, VIP, country("US"), 200).await;
    assert_eq!(stored["published"], json!([]));
}

#[tokio::test]
async fn what_is_wrong_is_refused_and_changes_nothing() {
    let app = App::start().await;
    let circle = json!({"when": "audience(\"vip-guests\")"});
    let refused = store(&app, VIP, circle, 422).await;
    let message = refused["diagnostics"][0]["message"].as_str().unwrap();
    assert!(message.contains("vip-guests → vip-guests"), "{message}");
    app.get(VIP).await.expect(404);
    store(&app, VIP, json!({"when": "influence.lower >= 60"}), 201).await;
    let member = format!("{VIP}/members/twitter:ann");
    app.put("/v1/members/twitter:ann", json!({}))
        .await
        .expect(201);
    app.put(&member, json!({})).await.expect(409);
    store(
        &app,
        "/v1/audiences/outer",
        json!({"when": "audience(\"vip-guests\")"}),
        201,
    )
    .await;
    let refused = del(&app, VIP).await.expect(409);
    assert!(
        refused["detail"].as_str().unwrap().contains("outer"),
        "{refused}"
    );
    assert_eq!(del(&app, "/v1/audiences/outer").await.status, 204);
    assert_eq!(del(&app, VIP).await.status, 204);
    del(&app, VIP).await.expect(404);
}

#[tokio::test]
async fn a_change_that_would_make_another_audience_wrong_is_refused() {
    let app = App::start().await;
    let named = |name: &str| json!({"when": format!("audience(\"{name}\")")});
    store(&app, "/v1/audiences/a1", json!({"list": true}), 201).await;
    for n in 2..=8 {
        let path = format!("/v1/audiences/a{n}");
        store(&app, &path, named(&format!("a{}", n - 1)), 201).await;
    }
    store(&app, VIP, json!({"list": true}), 201).await;
    let refused = store(&app, "/v1/audiences/a1", named("vip-guests"), 409).await;
    assert!(
        refused["detail"]
            .as_str()
            .unwrap()
            .contains("'a8' would not be right any more: At most 8"),
        "{refused}"
    );
    assert_eq!(app.get("/v1/audiences/a1").await.expect(200)["list"], true);
}

/// Sends a request and checks the status.
async fn sent(app: &App, method: Method, path: &str, headers: &[(&str, &str)], status: u16) {
    let answer = app.send(method, path, headers, "").await;
    assert_eq!(answer.status, status, "{path}");
}

#[tokio::test]
async fn every_route_answers_for_a_list_a_condition_and_nothing() {
    let app = App::start().await;
    app.put("/v1/members/twitter:ann", json!({}))
        .await
        .expect(201);
    let (list, rule) = ("/v1/audiences/press", "/v1/audiences/everybody");
    store(&app, list, json!({"list": true}), 201).await;
    store(&app, rule, json!({"when": "!member.attributes.staff"}), 201).await;
    for path in [
        "/v1/audiences",
        "/v1/schemas/audience.json",
        &format!("{rule}/members"),
    ] {
        let first = app.get(path).await;
        assert_eq!(first.status, 200, "{path}");
        let tag = first.headers["etag"].to_str().unwrap().to_owned();
        sent(&app, Method::GET, path, &[("if-none-match", &tag)], 304).await;
    }
    app.get(list).await.expect(200);
    let stale = [("if-match", "\"v7\""), ("content-type", "application/json")];
    let body = json!({"list": true}).to_string();
    let answer = app.send(Method::PUT, list, &stale, body).await;
    assert_eq!(answer.status, 412);
    sent(&app, Method::DELETE, list, &stale, 412).await;
    let ann = "members/twitter:ann";
    for (method, path, status) in [
        (Method::PUT, format!("{list}/{ann}"), 204),
        (Method::PUT, format!("{list}/members/twitter:zoe"), 404),
        (Method::PUT, format!("{rule}/{ann}"), 409),
        (Method::DELETE, format!("{rule}/{ann}"), 409),
        (Method::DELETE, format!("{list}/members/twitter:zoe"), 404),
        (Method::GET, format!("{VIP}/count"), 404),
        (Method::GET, format!("{VIP}/members"), 404),
        (Method::GET, format!("{VIP}/export"), 404),
    ] {
        sent(&app, method, &path, &[], status).await;
    }
    let change = |path: &str| format!("{path}/members");
    let add = json!({"add": ["twitter:ann"]});
    app.post(&change(VIP), add.clone()).await.expect(404);
    app.post(&change(rule), add).await.expect(409);
    app.post(&change(list), json!({"add": [":"]}))
        .await
        .expect(400);
    for audience in [list, rule] {
        let path = format!("{audience}/export");
        let lines = app.send(Method::GET, &path, &[], "").await;
        let lines = String::from_utf8(lines.bytes.to_vec()).unwrap();
        assert_eq!(lines.lines().count(), 1, "{lines}");
        assert!(lines.contains("twitter:ann"), "{lines}");
        let table = app
            .send(Method::GET, &path, &[("accept", "text/csv")], "")
            .await;
        let table = String::from_utf8(table.bytes.to_vec()).unwrap();
        assert!(table.starts_with("member,name,identities\r\n"), "{table}");
        assert!(table.trim_end().ends_with("twitter:ann"), "{table}");
    }
}

#[tokio::test]
async fn a_list_moves_tiers_when_it_changes_and_an_old_decision_stays_as_it_was() {
    let app = App::start().await;
    app.put("/v1/members/twitter:ann", json!({}))
        .await
        .expect(201);
    store(&app, VIP, json!({"list": true}), 201).await;
    publish(&app).await;
    let tier = async || {
        let path = "/v1/programs/club/members/twitter:ann/tier";
        app.get(path).await.expect(200)["tier"].clone()
    };
    assert_eq!(tier().await, "guest");
    let path = format!("{VIP}/members/twitter:ann");
    assert_eq!(app.put(&path, json!({})).await.status, 204);
    app.settle().await;
    assert_eq!(tier().await, "insider");
    let decide = json!({"program": "club", "member": "twitter:ann"});
    let decided = app.post("/v1/decisions", decide).await.expect(201);
    assert_eq!(del(&app, &path).await.status, 204);
    app.settle().await;
    assert_eq!(tier().await, "guest");
    let replay = format!("/v1/decisions/{}/replay", decided["id"].as_str().unwrap());
    let replayed = app.get(&replay).await.expect(200);
    assert_eq!(replayed["same"], true, "{replayed}");
    assert_eq!(replayed["recorded"], decided["outcome"]);
}
