//! Claims: held, confirmed, redeemed, released; and no unit is claimed twice.

use chrono::Duration;
use reqwest::Method;
use serde_json::{Value, json};

use super::open;
use crate::harness::{Answer, App};
use crate::webhooks::payloads;

/// A program whose perks have no conditions.
fn shop(perks: &str) -> String {
    format!(
        "program: shop\ntitle: Shop\nstanding: {{ influence: 1 }}\n\
         service_levels:\n  - {{ id: standard, queue: general }}\n\
         tiers:\n  - {{ id: guest, service_level: standard }}\nperks:\n{perks}"
    )
}

fn mugs(stock: u32, more: &str) -> String {
    shop(&format!(
        "  - {{ id: mug, title: A mug, disclosure: You asked for it., stock: {stock}, \
         hold: 48h, value: 5 USD{more} }}\n"
    ))
}

async fn hold(app: &App, member: &str, name: &str) -> Answer {
    let body = json!({"program": "shop", "perk": "mug", "member": member});
    app.post_once("/v1/claims", name, body).await
}

async fn step(app: &App, claim: &Value, step: &str) -> Answer {
    let id = claim["id"].as_str().unwrap();
    app.post(&format!("/v1/claims/{id}/{step}"), json!({}))
        .await
}

async fn left(app: &App, member: &str) -> Value {
    let path = format!("/v1/programs/shop/members/{member}/offers");
    app.get(&path).await.expect(200)["offers"][0]["left"].clone()
}

#[tokio::test]
async fn a_claim_goes_from_hold_to_redemption() {
    let app = open(&mugs(2, ""), 1).await;
    let held = hold(&app, "twitter:m0", "a").await;
    let claim = held.expect(201);
    assert_eq!(
        held.headers["location"].to_str().unwrap(),
        format!("/v1/claims/{}", claim["id"].as_str().unwrap())
    );
    assert_eq!(claim["state"], "held");
    assert_eq!(claim["expires_at"], "2026-11-24T12:00:00Z");
    assert_eq!(claim["value"], json!({"amount": "5", "currency": "USD"}));
    assert_eq!(left(&app, "twitter:m0").await, 1);
    assert_eq!(step(&app, &claim, "redeem").await.problem(409), "conflict");
    let confirmed = step(&app, &claim, "confirm").await.expect(200);
    assert_eq!(confirmed["state"], "confirmed");
    assert_eq!(step(&app, &claim, "confirm").await.expect(200), confirmed);
    let redeemed = step(&app, &claim, "redeem").await.expect(200);
    assert_eq!(redeemed["state"], "redeemed");
    for again in ["redeem", "release", "confirm"] {
        assert_eq!(step(&app, &claim, again).await.problem(409), "conflict");
    }
    let id = claim["id"].as_str().unwrap();
    let reason = json!({"reason": "too late"});
    let cancelled = app.post(&format!("/v1/claims/{id}/cancel"), reason).await;
    assert_eq!(cancelled.problem(409), "conflict");
    assert_eq!(
        app.get(&format!("/v1/claims/{id}")).await.expect(200),
        redeemed
    );
    assert_eq!(left(&app, "twitter:m0").await, 1);
}

#[tokio::test]
async fn what_is_given_back_can_be_claimed_again() {
    let app = open(&mugs(1, ""), 2).await;
    let first = hold(&app, "twitter:m0", "a").await.expect(201);
    let refused = hold(&app, "twitter:m1", "b").await;
    assert_eq!(refused.problem(409), "claim-refused");
    assert_eq!(refused.json()["refusal"], "out_of_stock");
    assert_eq!(
        step(&app, &first, "release").await.expect(200)["state"],
        "released"
    );
    let second = hold(&app, "twitter:m1", "c").await.expect(201);
    let id = second["id"].as_str().unwrap();
    let reason = json!({"reason": "the mugs broke"});
    let path = format!("/v1/claims/{id}/cancel");
    let cancelled = app.post(&path, reason).await.expect(200);
    assert_eq!(cancelled["reason"], "the mugs broke");
    assert_eq!(left(&app, "twitter:m0").await, 1);
}

#[tokio::test]
async fn a_redemption_that_was_a_mistake_is_reversed_once() {
    let app = open(&mugs(1, ""), 2).await;
    let claim = hold(&app, "twitter:m0", "a").await.expect(201);
    let path = format!("/v1/claims/{}/reverse", claim["id"].as_str().unwrap());
    let reason = json!({"reason": "the wrong guest"});
    step(&app, &claim, "confirm").await.expect(200);
    let early = app.post(&path, reason.clone()).await;
    assert_eq!(early.problem(409), "conflict");
    step(&app, &claim, "redeem").await.expect(200);
    assert_eq!(left(&app, "twitter:m1").await, 0);
    let reversed = app.post(&path, reason.clone()).await.expect(200);
    assert_eq!(
        (&reversed["state"], &reversed["reason"]),
        (&json!("reversed"), &json!("the wrong guest"))
    );
    assert!(reversed["redeemed_at"].is_string() && reversed["ended_at"].is_string());
    assert_eq!(left(&app, "twitter:m1").await, 1);
    // A second time it changes nothing: the unit comes back once.
    let again = app.post(&path, reason.clone()).await.expect(200);
    assert_eq!(again, reversed);
    assert_eq!(left(&app, "twitter:m1").await, 1);
    let found = async |state: &str| {
        let page = app.get(&format!("/v1/claims?state={state}")).await;
        page.expect(200)["data"].as_array().unwrap().len()
    };
    assert_eq!((found("reversed").await, found("cancelled").await), (1, 0));
    let told = "select count(*) from outbox
         where type = 'claim.cancelled' and body->>'state' = 'reversed'";
    let told: i64 = sqlx::query_scalar(told).fetch_one(&app.pool).await.unwrap();
    assert_eq!(told, 1);
    // After the configured time it stays redeemed.
    let claim = hold(&app, "twitter:m1", "b").await.expect(201);
    step(&app, &claim, "confirm").await.expect(200);
    step(&app, &claim, "redeem").await.expect(200);
    app.service.clock.advance(Duration::hours(24));
    let path = format!("/v1/claims/{}/reverse", claim["id"].as_str().unwrap());
    let late = app.post(&path, reason).await;
    assert_eq!(late.problem(409), "conflict");
    assert!(
        late.json()["detail"]
            .as_str()
            .unwrap()
            .contains("reversed by")
    );
}

#[tokio::test]
async fn a_hold_that_is_over_ends_by_itself() {
    let app = open(&mugs(1, ""), 2).await;
    let claim = hold(&app, "twitter:m0", "a").await.expect(201);
    assert_eq!(app.service.claims.expire_due().await.unwrap(), 0);
    app.service.clock.advance(Duration::hours(48));
    // It is too late, although the claim has not been ended yet.
    assert_eq!(step(&app, &claim, "confirm").await.problem(409), "conflict");
    assert_eq!(app.service.claims.expire_due().await.unwrap(), 1);
    hold(&app, "twitter:m1", "b").await.expect(201);
}

#[tokio::test]
async fn the_lookup_and_the_claim_say_the_same() {
    let program =
        shop("  - { id: mug, title: A mug, disclosure: So., when: influence.lower >= 20 }\n");
    let app = open(&program, 1).await;
    let offers = app
        .get("/v1/programs/shop/members/twitter:m0/offers")
        .await
        .expect(200);
    assert_eq!(offers["offers"][0]["refusal"], "condition");
    let refused = hold(&app, "twitter:m0", "a").await;
    assert_eq!(refused.problem(409), "claim-refused");
    let problem = refused.json();
    assert_eq!(problem["refusal"], "condition");
    assert_eq!(
        problem["reason"]["tests"][0]["test"],
        "influence.lower >= 20"
    );
    let refused = hold(&app, "twitter:nobody", "b").await.json();
    assert_eq!(refused["refusal"], "not_enrolled");
}

#[tokio::test]
async fn units_that_are_given_back_go_to_whoever_waits_first() {
    let app = open(&mugs(1, ""), 4).await;
    let first = hold(&app, "twitter:m0", "a").await.expect(201);
    let path = "/v1/programs/shop/perks/mug/waiting";
    let waits = async |member: &str| app.post(path, json!({"member": member})).await.expect(200);
    let one = waits("twitter:m1").await;
    let two = waits("twitter:m2").await;
    assert_eq!((&one["before"], &two["before"]), (&json!(0), &json!(1)));
    assert_eq!(
        waits("twitter:m2").await["id"],
        two["id"],
        "nobody waits twice"
    );
    step(&app, &first, "release").await.expect(200);
    // No other member gets the unit for which members wait.
    let refused = hold(&app, "twitter:m3", "b").await.json();
    assert_eq!(refused["refusal"], "out_of_stock");
    assert_eq!(app.service.claims.serve_waiting().await.unwrap(), 1);
    let list = app.get(path).await.expect(200);
    assert_eq!(list["data"][0]["outcome"], "claimed");
    assert_eq!(list["data"][1]["outcome"], Value::Null);
    let claim = list["data"][0]["claim"].as_str().unwrap();
    let claim = app.get(&format!("/v1/claims/{claim}")).await.expect(200);
    assert_eq!(
        (&claim["origin"], &claim["state"]),
        (&json!("waiting_list"), &json!("held"))
    );
    // The second leaves the list; then any member may have the unit.
    let wait = format!("/v1/waiting/{}", two["id"].as_str().unwrap());
    let gone = app.send(Method::DELETE, &wait, &[], "").await.expect(200);
    assert_eq!(gone["outcome"], "left");
    step(&app, &claim, "release").await.expect(200);
    hold(&app, "twitter:m3", "c").await.expect(201);
}

#[tokio::test]
async fn who_waits_for_what_they_would_not_get_is_refused_or_passed_over() {
    let app = open(&mugs(1, ""), 2).await;
    let path = "/v1/programs/shop/perks/mug/waiting";
    let refused = app.post(path, json!({"member": "twitter:m0"})).await;
    assert_eq!(refused.problem(409), "claim-refused");
    assert_eq!(refused.json()["refusal"], "nothing_to_wait_for");
    let held = hold(&app, "twitter:m0", "a").await.expect(201);
    app.post(path, json!({"member": "twitter:m1"}))
        .await
        .expect(200);
    // The rules change while members wait.
    let stricter = mugs(1, ", when: influence.lower >= 20");
    app.service
        .programs
        .publish(None, &stricter, None)
        .await
        .unwrap();
    step(&app, &held, "release").await.expect(200);
    assert_eq!(app.service.claims.serve_waiting().await.unwrap(), 1);
    let list = app.get(path).await.expect(200);
    assert_eq!(list["data"][0]["outcome"], "condition");
    assert_eq!(left(&app, "twitter:m0").await, 1);
}

#[tokio::test]
async fn claims_are_listed_and_a_limited_key_sees_its_own() {
    let app = open(&mugs(9, ""), 3).await;
    for member in 0..3 {
        let name = format!("k{member}");
        hold(&app, &format!("twitter:m{member}"), &name)
            .await
            .expect(201);
    }
    let first = app.get("/v1/claims?program=shop&limit=2").await.expect(200);
    assert_eq!(first["data"].as_array().unwrap().len(), 2);
    let cursor = first["page"]["next_cursor"].as_str().unwrap();
    let second = app
        .get(&format!("/v1/claims?program=shop&limit=2&cursor={cursor}"))
        .await;
    assert_eq!(second.expect(200)["data"].as_array().unwrap().len(), 1);
    let one = app
        .get("/v1/claims?member=twitter:m1&state=held")
        .await
        .expect(200);
    assert_eq!(one["data"].as_array().unwrap().len(), 1);
    let other = app.key_for("other", &["claims:write"]).await;
    let bearer = format!("Bearer {other}");
    let headers = [("authorization", bearer.as_str())];
    let id = one["data"][0]["id"].as_str().unwrap();
    let path = format!("/v1/claims/{id}");
    let answer = app.send(Method::GET, &path, &headers, "").await;
    assert_eq!(answer.problem(404), "not-found");
    let seen = app
        .send(Method::GET, "/v1/claims", &headers, "")
        .await
        .expect(200);
    assert_eq!(seen["data"], json!([]));
}

#[tokio::test]
async fn every_step_is_told_with_the_change() {
    let app = open(&mugs(1, ""), 1).await;
    let claim = hold(&app, "twitter:m0", "a").await.expect(201);
    step(&app, &claim, "confirm").await.expect(200);
    step(&app, &claim, "redeem").await.expect(200);
    let mut told = payloads::kinds(&app.pool).await;
    told.retain(|kind| kind.starts_with("claim.") || kind.starts_with("perk."));
    assert_eq!(
        told,
        [
            "claim.held",
            "perk.exhausted",
            "claim.confirmed",
            "claim.redeemed"
        ]
    );
}
