//! Tokens of desks in frames of other sites.

use chrono::TimeDelta;
use renown_core::domain::{Role, Scope};
use reqwest::Method;
use serde_json::{Value, json};

use super::{cookie_of, from_page};
use crate::harness::{Answer, App};

const DESK: [Scope; 2] = [Scope::Lookup, Scope::ClaimsWrite];

async fn with_bearer(app: &App, token: &str, method: Method, path: &str, body: Value) -> Answer {
    let bearer = format!("Bearer {token}");
    let headers = [
        ("authorization", bearer.as_str()),
        ("content-type", "application/json"),
    ];
    app.send(method, path, &headers, body.to_string()).await
}

async fn make(app: &App, key: &str, body: Value) -> Answer {
    with_bearer(app, key, Method::POST, "/v1/desk-tokens", body).await
}

async fn token(app: &App, key: &str, body: Value) -> String {
    let made = make(app, key, body).await.expect(201);
    made["token"].as_str().unwrap().to_owned()
}

async fn ask(app: &App, token: &str, path: &str) -> u16 {
    let answer = with_bearer(app, token, Method::GET, path, Value::Null).await;
    answer.status.as_u16()
}

/// Publishes two programs.
async fn with_programs() -> App {
    let app = App::start().await;
    app.enrol("twitter:ann").await;
    for program in ["alpha", "beta"] {
        let source = format!(
            "program: {program}\nservice_levels: [{{ id: all, queue: general }}]\n\
             tiers: [{{ id: guest, service_level: all }}]\n\
             perks: [{{ id: mug, title: A mug, disclosure: Because. }}]\n"
        );
        let published = app.service.programs.publish(None, &source, None).await;
        published.unwrap();
    }
    app
}

#[tokio::test]
async fn a_desk_does_in_its_program_what_its_role_may() {
    let app = with_programs().await;
    let (key, secret) = app.new_key(&DESK, None).await;
    let made = make(
        &app,
        &secret,
        json!({"program": "alpha", "desk": "front", "minutes": 60}),
    );
    let made = made.await.expect(201);
    assert_eq!(
        made,
        json!({
            "id": made["id"], "token": made["token"], "program": "alpha", "desk": "front",
            "expires_at": "2026-11-22T13:00:00Z",
        })
    );
    let front = made["token"].as_str().unwrap();
    assert!(front.starts_with("rd_"), "{front}");
    let me = with_bearer(&app, front, Method::GET, "/v1/session", Value::Null).await;
    let me = me.expect(200);
    assert_eq!(
        (&me["role"], &me["program"], &me["caller"], &me["id"]),
        (
            &json!("front_desk"),
            &json!("alpha"),
            &json!(key.to_string()),
            &made["id"]
        )
    );
    let tier = |program: &str| format!("/v1/programs/{program}/members/twitter:ann/tier");
    assert_eq!(ask(&app, front, &tier("alpha")).await, 200);
    assert_eq!(ask(&app, front, &tier("beta")).await, 403);
    for other in [
        "/v1/leaderboard",
        "/v1/members",
        "/v1/keys",
        "/v1/members/twitter:ann/score",
    ] {
        assert_eq!(ask(&app, front, other).await, 403, "{other}");
    }
    let claim = json!({"program": "alpha", "perk": "mug", "member": "twitter:ann"});
    let claim = async |token: &str, name: &str| {
        let bearer = format!("Bearer {token}");
        let headers = [
            ("authorization", bearer.as_str()),
            ("content-type", "application/json"),
            ("idempotency-key", name),
        ];
        let answer = app.send(Method::POST, "/v1/claims", &headers, claim.to_string());
        answer.await.status.as_u16()
    };
    assert_eq!(claim(front, "one").await, 201);

    let support = token(
        &app,
        &secret,
        json!({"program": "alpha", "desk": "support"}),
    )
    .await;
    assert_eq!(ask(&app, &support, &tier("alpha")).await, 200);
    assert_eq!(ask(&app, &support, "/v1/members/twitter:ann").await, 403);
    assert_eq!(claim(&support, "two").await, 403);
}

#[tokio::test]
async fn a_token_gives_no_more_than_its_key_has() {
    let app = with_programs().await;
    let (_, lookup) = app.new_key(&[Scope::Lookup], None).await;
    let front = json!({"program": "alpha", "desk": "front"});
    let refused = make(&app, &lookup, front.clone()).await;
    assert_eq!(refused.problem(403), "forbidden");
    assert!(
        refused.json()["detail"]
            .to_string()
            .contains("claims:write")
    );
    token(
        &app,
        &lookup,
        json!({"program": "alpha", "desk": "support"}),
    )
    .await;
    let (_, beta) = app.new_key(&DESK, Some("beta")).await;
    let refused = make(&app, &beta, front.clone()).await;
    assert_eq!(refused.problem(403), "forbidden");
    // A token makes no token, and a person in the pages needs none.
    let (_, key) = app.new_key(&DESK, None).await;
    let desk = token(&app, &key, front.clone()).await;
    assert_eq!(
        make(&app, &desk, front.clone()).await.problem(403),
        "forbidden"
    );
    let cookie = cookie_of(&app, Role::Admin).await;
    let mut headers = from_page(&cookie).to_vec();
    headers.push(("content-type", "application/json"));
    let refused = app
        .send(Method::POST, "/v1/desk-tokens", &headers, front.to_string())
        .await;
    assert_eq!(refused.problem(403), "forbidden");
    // Nor does it sign anybody in.
    assert_eq!(
        super::sign_in(&app, &desk).await.problem(401),
        "unauthorized"
    );
    let missing = json!({"program": "gamma", "desk": "front"});
    assert_eq!(make(&app, &key, missing).await.problem(404), "not-found");
    for (body, pointer) in [
        (
            json!({"program": "alpha", "desk": "front", "minutes": 61}),
            "/minutes",
        ),
        (
            json!({"program": "alpha", "desk": "front", "minutes": 0}),
            "/minutes",
        ),
        (json!({"program": "alpha", "desk": "back"}), "/desk"),
    ] {
        let wrong = make(&app, &key, body).await;
        assert_eq!(wrong.problem(400), "invalid-request");
        assert_eq!(wrong.json()["pointer"], pointer);
    }
}

#[tokio::test]
async fn a_token_ends_by_itself_with_its_key_and_when_it_is_ended() {
    let app = with_programs().await;
    app.service.notices.set_heard(true);
    let (key, secret) = app.new_key(&DESK, None).await;
    let body = json!({"program": "alpha", "desk": "support", "minutes": 1});
    let short = token(&app, &secret, body).await;
    let body = json!({"program": "alpha", "desk": "support"});
    let ended = make(&app, &secret, body.clone()).await.expect(201);
    let of_key = token(&app, &secret, body).await;
    let me = "/v1/session";
    app.service.clock.advance(TimeDelta::seconds(59));
    assert_eq!(ask(&app, &short, me).await, 200);
    app.service.clock.advance(TimeDelta::seconds(1));
    assert_eq!(ask(&app, &short, me).await, 401);

    let list = app.get("/v1/sessions").await.expect(200);
    let kinds: Vec<&Value> = list["data"].as_array().unwrap().iter().collect();
    assert_eq!(kinds.len(), 3);
    assert_eq!(
        (&kinds[0]["kind"], &kinds[0]["role"], &kinds[0]["key"]),
        (&json!("desk"), &json!("support"), &json!(key.to_string()))
    );
    let path = format!("/v1/sessions/{}", ended["id"].as_str().unwrap());
    assert_eq!(app.send(Method::DELETE, &path, &[], "").await.status, 204);
    assert_eq!(ask(&app, ended["token"].as_str().unwrap(), me).await, 401);
    assert_eq!(ask(&app, &of_key, me).await, 200);
    app.revoke_key(key).await;
    assert_eq!(ask(&app, &of_key, me).await, 401);
}

#[tokio::test]
async fn a_token_is_shown_once() {
    let app = with_programs().await;
    let body = json!({"program": "alpha", "desk": "front"});
    let first = app
        .post_once("/v1/desk-tokens", "a-desk", body.clone())
        .await;
    let again = app.post_once("/v1/desk-tokens", "a-desk", body).await;
    let (first, again) = (first.expect(201), again.expect(201));
    assert_eq!(first["id"], again["id"]);
    assert_eq!(again["token"], Value::Null);
}
