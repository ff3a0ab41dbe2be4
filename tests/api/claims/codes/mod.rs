//! Codes: shown to the member, redeemed at a till, and of no use to a guesser.

mod guesses;
mod imports;

use std::collections::BTreeSet;

use chrono::Duration;
use futures::StreamExt;
use futures::future::join_all;
use renown::config::Config;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, App};

/// A program with one perk for everybody.
fn shop(program: &str, perk: &str) -> String {
    format!(
        "program: {program}\nservice_levels: [{{ id: all, queue: general }}]\n\
         tiers: [{{ id: guest, service_level: all }}]\n\
         perks:\n  - {{ id: mug, title: A mug, disclosure: Because., {perk} }}\n"
    )
}

async fn open(perk: &str, members: usize) -> App {
    shop_with(perk, members, |_| {}).await
}

async fn shop_with(perk: &str, members: usize, change: impl FnOnce(&mut Config)) -> App {
    let app = App::with(change).await;
    let program = shop("shop", perk);
    app.service
        .programs
        .publish(None, &program, None)
        .await
        .unwrap();
    for member in 0..members {
        app.enrol(&format!("twitter:m{member}")).await;
    }
    app
}

async fn hold(app: &App, program: &str, member: usize, confirm: bool) -> Answer {
    let name = app.service.clock.new_id().to_string();
    let body = json!({
        "program": program, "perk": "mug", "member": format!("twitter:m{member}"),
        "confirm": confirm,
    });
    app.post_once("/v1/claims", &name, body).await
}

/// Returns a confirmed claim and its code.
async fn confirmed(app: &App, member: usize) -> (Value, String) {
    let claim = hold(app, "shop", member, true).await.expect(201);
    let code = claim["code"].as_str().expect("it is shown").to_owned();
    (claim, code)
}

async fn step(app: &App, claim: &Value, step: &str) -> Answer {
    let path = format!("/v1/claims/{}/{step}", claim["id"].as_str().unwrap());
    app.post(&path, json!({})).await
}

async fn redeem(app: &App, code: &str) -> Answer {
    app.post("/v1/redemptions", json!({ "code": code })).await
}

/// Redeems with the secret of another key.
async fn redeem_with(app: &App, secret: &str, body: Value) -> Answer {
    let bearer = format!("Bearer {secret}");
    let headers = [
        ("content-type", "application/json"),
        ("authorization", bearer.as_str()),
    ];
    app.send(Method::POST, "/v1/redemptions", &headers, body.to_string())
        .await
}

/// Returns a problem without the id of its request.
fn told(answer: &Answer) -> Value {
    let mut problem = answer.json();
    problem.as_object_mut().unwrap().remove("request_id");
    problem
}

#[tokio::test]
async fn a_code_is_shown_once_it_is_the_members_and_redeemed_once() {
    let app = open("codes: generated", 1).await;
    let held = hold(&app, "shop", 0, false).await.expect(201);
    assert_eq!(held["code"], Value::Null);
    let confirmed = step(&app, &held, "confirm").await.expect(200);
    let code = confirmed["code"].as_str().unwrap();
    assert_eq!((code.len(), code.matches('-').count()), (17, 2));
    let path = format!("/v1/claims/{}", held["id"].as_str().unwrap());
    assert_eq!(app.get(&path).await.expect(200), confirmed);
    let list = app.get("/v1/claims?program=shop").await.expect(200);
    assert_eq!(list["data"][0]["id"], confirmed["id"]);
    assert_eq!(list["data"][0]["code"], Value::Null, "lists have no codes");
    // Any spelling is accepted.
    let typed = code.to_lowercase().replace('-', " ").replace('0', "o");
    let redeemed = redeem(&app, &typed).await.expect(200);
    assert_eq!(redeemed["id"], held["id"]);
    assert_eq!(redeemed["state"], "redeemed");
    assert_eq!(redeemed["code"], code);
    let again = redeem(&app, code).await;
    assert_eq!(again.problem(409), "conflict");
    let detail = again.json()["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("redeemed at 2026-11-22"), "{detail}");
    // Messages contain no codes.
    let told: i64 = sqlx::query_scalar(
        "select count(*) from outbox where body::text like '%' || $1 || '%'
            or body::text like '%' || replace($1, '-', '') || '%'",
    )
    .bind(code)
    .fetch_one(&app.pool)
    .await
    .unwrap();
    assert_eq!(told, 0);
}

#[tokio::test]
async fn a_request_that_is_sent_again_is_answered_again() {
    let app = open("codes: generated", 1).await;
    let (_, code) = confirmed(&app, 0).await;
    let body = json!({ "code": code });
    let first = app.post_once("/v1/redemptions", "k", body.clone()).await;
    let again = app.post_once("/v1/redemptions", "k", body.clone()).await;
    assert_eq!(again.expect(200), first.expect(200));
    assert_eq!(again.headers["idempotency-replayed"], "true");
    let other = app.post_once("/v1/redemptions", "l", body).await;
    assert_eq!(other.problem(409), "conflict");
}

#[tokio::test]
async fn of_many_tills_at_once_one_hands_the_unit_over() {
    let app = open("codes: generated", 1).await;
    let (claim, code) = confirmed(&app, 0).await;
    let tills = (0..24).map(|_| redeem(&app, &code));
    let answers = join_all(tills).await;
    let given: Vec<&Answer> = answers.iter().filter(|a| a.status == 200).collect();
    assert_eq!(given.len(), 1);
    assert_eq!(given[0].json()["id"], claim["id"]);
    for refused in answers.iter().filter(|a| a.status != 200) {
        assert_eq!(refused.problem(409), "conflict");
    }
}

#[tokio::test]
async fn what_is_not_the_members_or_not_any_more_is_told_apart() {
    let app = open("codes: generated, redeem: 30d", 3).await;
    let stored = async |claim: &Value| -> String {
        let id: uuid::Uuid = claim["id"].as_str().unwrap().parse().unwrap();
        sqlx::query_scalar("select code from codes where claim_id = $1")
            .bind(id)
            .fetch_one(&app.pool)
            .await
            .unwrap()
    };
    // The code of a claim that is only held has not been shown.
    let held = hold(&app, "shop", 0, false).await.expect(201);
    let code = stored(&held).await;
    assert_eq!(redeem(&app, &code).await.problem(404), "not-found");
    step(&app, &held, "release").await.expect(200);
    assert_eq!(redeem(&app, &code).await.problem(404), "not-found");
    // The code of a released claim is void, and the answer says so.
    let (claim, code) = confirmed(&app, 1).await;
    let released = step(&app, &claim, "release").await.expect(200);
    assert_eq!(released["code"], Value::Null);
    let void = redeem(&app, &code).await;
    assert_eq!(void.problem(409), "conflict");
    let detail = void.json()["detail"].to_string();
    assert!(detail.contains("released at"), "{detail}");
    // A claim whose time is over.
    let (_, code) = confirmed(&app, 2).await;
    app.service.clock.advance(Duration::days(30));
    let late = redeem(&app, &code).await;
    assert_eq!(late.problem(409), "conflict");
    let detail = late.json()["detail"].to_string();
    assert!(detail.contains("to be redeemed by 2026-12-22"), "{detail}");
    let counts = app
        .get("/v1/programs/shop/perks/mug/codes")
        .await
        .expect(200);
    assert_eq!(
        counts,
        json!({"program": "shop", "perk": "mug", "codes": "generated",
               "free": 0, "assigned": 1, "redeemed": 0, "void": 2})
    );
}

#[tokio::test]
async fn what_cannot_be_a_code_is_told_before_it_is_looked_up() {
    let app = open("codes: generated", 1).await;
    let (_, code) = confirmed(&app, 0).await;
    let last = code.chars().last().unwrap();
    let other = if last == '7' { '3' } else { '7' };
    let slip = format!("{}{other}", &code[..code.len() - 1]);
    // A mistyped code is never counted as a guess.
    for _ in 0..20 {
        let mistyped = redeem(&app, &slip).await;
        assert_eq!(mistyped.problem(400), "invalid-request");
        assert_eq!(mistyped.json()["pointer"], "/code");
    }
    for wrong in [
        json!(""),
        json!("x".repeat(101)),
        json!("a\u{0}b"),
        json!(5),
    ] {
        let answer = app.post("/v1/redemptions", json!({ "code": wrong })).await;
        assert_eq!(answer.problem(400), "invalid-request");
        assert_eq!(answer.json()["pointer"], "/code");
    }
    redeem(&app, &code).await.expect(200);
}

#[tokio::test]
async fn a_partner_sees_the_codes_of_its_program_alone() {
    let app = open("codes: generated", 1).await;
    let other = shop("other", "codes: generated");
    app.service
        .programs
        .publish(None, &other, None)
        .await
        .unwrap();
    let (_, code) = confirmed(&app, 0).await;
    let foreign = app.key_for("other", &["claims:write"]).await;
    let own = app.key_for("shop", &["claims:write"]).await;
    let refused = redeem_with(&app, &foreign, json!({ "code": code })).await;
    assert_eq!(refused.problem(404), "not-found");
    // It looks as if there were no such code.
    let unknown = redeem_with(&app, &foreign, json!({ "code": "SUMMER-2026" })).await;
    assert_eq!(told(&refused), told(&unknown));
    let named = json!({ "code": code, "program": "shop" });
    let answer = redeem_with(&app, &foreign, named.clone()).await;
    assert_eq!(answer.problem(403), "forbidden");
    let lookup = app.key_for("shop", &["lookup"]).await;
    let answer = redeem_with(&app, &lookup, named.clone()).await;
    assert_eq!(answer.problem(403), "forbidden");
    let redeemed = redeem_with(&app, &own, named).await.expect(200);
    assert_eq!(redeemed["state"], "redeemed");
}

#[tokio::test]
async fn a_crowd_gets_a_code_each() {
    let app = open("codes: generated, stock: 30", 40).await;
    let held = join_all((0..40).map(|member| hold(&app, "shop", member, true))).await;
    let given = held.iter().filter(|answer| answer.status == 201);
    let codes: BTreeSet<String> = given.map(|a| a.json()["code"].to_string()).collect();
    assert_eq!(codes.len(), 30);
}
