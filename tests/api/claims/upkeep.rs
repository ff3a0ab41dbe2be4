//! Claims in unusual conditions: replicas that missed notices, rows that cannot be
//! read, versions that come into force by themselves.

use std::sync::Arc;

use chrono::{Duration, TimeDelta};
use renown::clock::Clock;
use renown::service::Service;
use renown::service::programs::Publishing;
use serde_json::{Value, json};

use super::open;
use crate::harness::{Answer, App, config, noon};

fn shop(perk: &str) -> String {
    format!(
        "program: shop\ntitle: Shop\nstanding: {{ influence: 1 }}\n\
         service_levels:\n  - {{ id: standard, queue: general }}\n\
         tiers:\n  - {{ id: guest, service_level: standard }}\n\
         perks:\n  - {{ title: A mug, disclosure: So., {perk} }}\n"
    )
}

async fn with(perk: &str, members: usize) -> App {
    open(&shop(perk), members).await
}

async fn hold(app: &App, member: usize, name: &str) -> Answer {
    let member = format!("twitter:m{member}");
    let body = json!({"program": "shop", "perk": "mug", "member": member});
    app.post_once("/v1/claims", name, body).await
}

/// Another process on the same database that receives no notices.
async fn deaf_replica(app: &App) -> Arc<Service> {
    let clock = Clock::fixed(noon());
    crate::harness::service(app.pool.clone(), config(), clock)
        .await
        .0
}

async fn waiting(app: &App) -> Value {
    let path = "/v1/programs/shop/perks/mug/waiting";
    app.get(path).await.expect(200)["data"].clone()
}

#[tokio::test]
async fn nobody_loses_their_place_because_a_replica_has_not_heard_of_the_perk() {
    let app = with("id: cup", 2).await;
    let deaf = deaf_replica(&app).await;
    let invited = shop("id: mug, kind: invitation, stock: 1");
    app.service
        .programs
        .publish(None, &invited, None)
        .await
        .unwrap();
    let guests = json!({"members": ["twitter:m0", "twitter:m1"]});
    let path = "/v1/programs/shop/perks/mug/invitations";
    let invited = app.post_once(path, "i", guests).await.expect(200);
    assert_eq!(invited["data"][1]["outcome"], "waiting");
    assert_eq!(deaf.claims.serve_waiting().await.unwrap(), 0);
    let claim = invited["data"][0]["claim"].as_str().unwrap();
    let path = format!("/v1/claims/{claim}/release");
    app.post(&path, json!({})).await.expect(200);
    // It serves by the version in the database.
    assert_eq!(deaf.claims.serve_waiting().await.unwrap(), 1);
    let list = waiting(&app).await;
    let waited = list
        .as_array()
        .unwrap()
        .iter()
        .find(|w| w["outcome"] != "claimed");
    assert_eq!(waited, None, "{list}");
}

#[tokio::test]
async fn a_perk_that_is_gone_keeps_its_list_and_its_claims_their_end() {
    let app = with("id: mug, stock: 1, redeem: 48h", 2).await;
    let held = hold(&app, 0, "a").await.expect(201);
    let path = "/v1/programs/shop/perks/mug/waiting";
    app.post(path, json!({"member": "twitter:m1"}))
        .await
        .expect(200);
    app.service
        .programs
        .publish(None, &shop("id: cup"), None)
        .await
        .unwrap();
    let claim = format!("/v1/claims/{}", held["id"].as_str().unwrap());
    let confirmed = app.post(&format!("{claim}/confirm"), json!({})).await;
    assert_eq!(confirmed.expect(200)["expires_at"], "2026-11-24T12:00:00Z");
    app.post(&format!("{claim}/release"), json!({}))
        .await
        .expect(200);
    assert_eq!(app.service.claims.serve_waiting().await.unwrap(), 0);
    assert_eq!(waiting(&app).await[0]["outcome"], Value::Null);
    // The perk exists again.
    let again = shop("id: mug, stock: 1, redeem: 48h");
    app.service
        .programs
        .publish(None, &again, None)
        .await
        .unwrap();
    assert_eq!(app.service.claims.serve_waiting().await.unwrap(), 1);
}

#[tokio::test]
async fn a_row_that_cannot_be_read_does_not_keep_others_from_ending() {
    let app = with("id: mug, hold: 1h, value: 5 USD", 3).await;
    for member in 0..3 {
        hold(&app, member, &format!("k{member}")).await.expect(201);
    }
    sqlx::query("update claims set value_currency = '?' where claim_id = (select min(claim_id::text)::uuid from claims)")
        .execute(&app.pool)
        .await
        .unwrap();
    app.service.clock.advance(Duration::hours(1));
    assert_eq!(app.service.claims.expire_due().await.unwrap(), 2);
}

#[tokio::test]
async fn a_version_that_begins_by_itself_with_less_is_the_same_to_lookups_and_claims() {
    let app = with("id: mug, stock: 10", 10).await;
    let mut claims = Vec::new();
    for member in 0..8 {
        claims.push(hold(&app, member, &format!("k{member}")).await.expect(201));
    }
    let how = Publishing {
        starts_at: Some(noon() + TimeDelta::hours(1)),
        ..Publishing::default()
    };
    let less = shop("id: mug, stock: 5");
    app.service
        .programs
        .publish_as(None, &less, how)
        .await
        .unwrap();
    app.service.clock.advance(Duration::hours(1));
    app.service.programs.reload().await.unwrap();
    for _ in 0..2 {
        let left = async || {
            let path = "/v1/programs/shop/members/twitter:m9/offers";
            app.get(path).await.expect(200)["offers"][0]["left"].clone()
        };
        assert_eq!(left().await, 0);
        let refused = hold(&app, 9, &format!("n{}", claims.len())).await;
        assert_eq!(refused.expect(409)["reason"]["refusal"], "out_of_stock");
        app.service.programs.follow_stock().await.unwrap();
        for claim in claims.drain(..2) {
            let path = format!("/v1/claims/{}/release", claim["id"].as_str().unwrap());
            app.post(&path, json!({})).await.expect(200);
        }
    }
    hold(&app, 9, "at-last").await.expect(201);
}

#[tokio::test]
async fn the_last_unit_is_told_however_it_is_given() {
    let app = with("id: mug, kind: invitation, stock: 2", 3).await;
    let guests = json!({"members": ["twitter:m0", "twitter:m1", "twitter:m2"]});
    let path = "/v1/programs/shop/perks/mug/invitations";
    app.post_once(path, "i", guests).await.expect(200);
    let told: i64 = sqlx::query_scalar("select count(*) from outbox where type = 'perk.exhausted'")
        .fetch_one(&app.pool)
        .await
        .unwrap();
    assert_eq!(told, 1);
}

#[tokio::test]
async fn a_request_that_waits_for_a_lock_too_long_may_come_again() {
    let app = with("id: mug, stock: 2", 1).await;
    let mut stuck = app.pool.begin().await.unwrap();
    sqlx::query("update perk_stock set waiting = waiting")
        .execute(&mut *stuck)
        .await
        .unwrap();
    let answer = hold(&app, 0, "k").await;
    assert_eq!(answer.problem(503), "unavailable");
    assert_eq!(answer.headers["retry-after"], "2");
    stuck.rollback().await.unwrap();
    hold(&app, 0, "k").await.expect(201);
}
