//! The overview of a deployment.

use chrono::TimeDelta;
use renown_core::domain::Scope;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{App, like};

const OVERVIEW: &str = "/v1/overview";

async fn measure(app: &App) {
    assert!(app.service.insight.measure_figures().await.unwrap());
}

async fn overview(app: &App) -> Value {
    app.get(OVERVIEW).await.expect(200)
}

/// Returns the last count of a list, and the sum of the others.
fn last_and_rest(counts: &Value) -> (u64, u64) {
    let counts: Vec<u64> = counts
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["count"].as_u64().unwrap())
        .collect();
    let (last, rest) = counts.split_last().unwrap();
    (*last, rest.iter().sum())
}

fn kinds(overview: &Value) -> Vec<&str> {
    let items = overview["attention"].as_array().unwrap();
    items
        .iter()
        .map(|item| item["kind"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn members_are_counted_by_what_is_known_of_them() {
    let app = App::with_a_star().await;
    assert_eq!(overview(&app).await["members"], Value::Null);
    app.enrol("loyalty:new").await;
    app.enrol("loyalty:gone").await;
    let opt_out = json!({"scoring": "opted_out"});
    app.patch("/v1/members/loyalty:gone", opt_out)
        .await
        .expect(200);
    app.settle().await;
    measure(&app).await;
    let body = overview(&app).await;
    assert_eq!(body["as_of"], "2026-11-22T12:00:00Z");
    assert_eq!(
        body["members"],
        json!({"enrolled": 15, "scored": 13, "unknown": 1, "opted_out": 1})
    );
}

#[tokio::test]
async fn each_event_is_counted_once_in_its_ten_minutes() {
    let app = App::start().await;
    app.enrol("twitter:kevin").await;
    app.events(&[
        like("1", "ann", "kevin", "golf"),
        like("2", "bob", "kevin", "golf"),
    ])
    .await;
    measure(&app).await;
    measure(&app).await;
    let events = overview(&app).await["events"].clone();
    let steps = events["by_ten_minutes"].as_array().unwrap();
    assert_eq!((steps.len(), &events["last_24h"]), (144, &json!(2)));
    assert_eq!(
        steps[143],
        json!({"at": "2026-11-22T12:00:00Z", "count": 2})
    );

    app.service.clock.advance(TimeDelta::minutes(25));
    app.events(&[like("3", "eve", "kevin", "golf")]).await;
    measure(&app).await;
    let events = overview(&app).await["events"].clone();
    assert_eq!(last_and_rest(&events["by_ten_minutes"]), (1, 2));
    app.service.clock.advance(TimeDelta::hours(24));
    measure(&app).await;
    let events = overview(&app).await["events"].clone();
    // The last 144 times of ten minutes begin before this one.
    assert_eq!(events["last_24h"], 0);
}

#[tokio::test]
async fn scores_and_waits_of_the_last_day_are_kept_in_ten_minutes() {
    let app = App::start().await;
    app.enrol("twitter:kevin").await;
    app.events(&[like("1", "ann", "kevin", "golf")]).await;
    app.service.clock.advance(TimeDelta::minutes(2));
    measure(&app).await;
    app.settle().await;
    app.service.clock.advance(TimeDelta::minutes(2));
    measure(&app).await;
    // The wait is over, but it was in these ten minutes.
    let first = json!({"at": "2026-11-22T12:00:00Z", "scored": 1, "longest_wait_seconds": 120});
    assert_eq!(overview(&app).await["recent"], json!([first]));
    app.service.clock.advance(TimeDelta::minutes(10));
    measure(&app).await;
    let second = json!({"at": "2026-11-22T12:10:00Z", "scored": 1, "longest_wait_seconds": 0});
    assert_eq!(overview(&app).await["recent"], json!([first, second]));
    app.service.clock.advance(TimeDelta::hours(24));
    assert_eq!(overview(&app).await["recent"], json!([]));
}

#[tokio::test]
async fn events_that_wait_to_be_scored_are_shown_at_once() {
    let app = App::start().await;
    app.enrol("twitter:kevin").await;
    app.settle().await;
    let none = json!({"waiting_batches": 0, "oldest_received_at": null});
    assert_eq!(overview(&app).await["scorer"], none);
    app.events(&[like("1", "ann", "kevin", "golf")]).await;
    let waiting = overview(&app).await["scorer"].clone();
    assert_eq!(
        waiting,
        json!({"waiting_batches": 1, "oldest_received_at": "2026-11-22T12:00:00Z"})
    );
    app.settle().await;
    assert_eq!(overview(&app).await["scorer"], none);
}

const CLUB: &str = r#"program: club
title: The Club
service_levels: [{ id: fast, queue: a }]
tiers: [{ id: guest, title: Guest, service_level: fast }]
perks:
  - { id: mug, title: A mug, stock: 3, per_member: 3, disclosure: Because. }
"#;

async fn club() -> App {
    let app = App::start().await;
    app.service
        .programs
        .publish(None, CLUB, None)
        .await
        .unwrap();
    app.enrol("shop:p").await;
    app
}

async fn hold(app: &App, name: &str) {
    let body = json!({"program": "club", "perk": "mug", "member": "shop:p"});
    app.post_once("/v1/claims", name, body).await.expect(201);
}

#[tokio::test]
async fn claims_and_changes_of_the_day_are_counted() {
    let app = club().await;
    hold(&app, "a").await;
    app.service.clock.advance(TimeDelta::hours(2));
    hold(&app, "b").await;
    measure(&app).await;
    let body = overview(&app).await;
    assert_eq!(body["claims"]["last_24h"], 2);
    assert_eq!(body["claims"]["by_hour"].as_array().unwrap().len(), 24);
    assert_eq!(last_and_rest(&body["claims"]["by_hour"]), (1, 1));
    let changes: Vec<Value> = body["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| {
            json!([
                change["kind"],
                change["program"],
                change["text"],
                change["at"]
            ])
        })
        .collect();
    assert_eq!(
        changes,
        [
            json!([
                "claim.held",
                "club",
                "2 units of perks held",
                "2026-11-22T14:00:00Z"
            ]),
            json!([
                "program.published",
                "club",
                "1 version published",
                "2026-11-22T12:00:00Z"
            ]),
        ]
    );
    assert_eq!(
        body["programs"],
        json!([{"program": "club", "title": "The Club", "version": 1,
                "tiers": [{"tier": "guest", "title": "Guest", "members": 1}]}])
    );
    app.service.clock.advance(TimeDelta::hours(25));
    measure(&app).await;
    let body = overview(&app).await;
    assert_eq!(
        (&body["claims"]["last_24h"], &body["changes"]),
        (&json!(0), &json!([]))
    );
}

#[tokio::test]
async fn a_perk_that_runs_out_needs_attention() {
    let app = club().await;
    assert_eq!(kinds(&overview(&app).await), Vec::<&str>::new());
    hold(&app, "a").await;
    measure(&app).await;
    let body = overview(&app).await;
    assert_eq!(kinds(&body), Vec::<&str>::new(), "two last fourteen days");
    hold(&app, "b").await;
    measure(&app).await;
    let body = overview(&app).await;
    assert_eq!(kinds(&body), ["perk_running_out"]);
    let item = &body["attention"][0];
    assert_eq!(
        (&item["program"], &item["perk"]),
        (&json!("club"), &json!("mug"))
    );
    assert_eq!(item["title"], "A mug is running out");
    assert_eq!(
        item["detail"],
        "Left: 1 of 3. At the pace of the last days the last one goes on 2026-11-26."
    );
    hold(&app, "c").await;
    let body = overview(&app).await;
    assert_eq!(body["attention"][0]["title"], "A mug is used up");
}

#[tokio::test]
async fn what_an_administrator_cares_for_is_shown_to_administrators() {
    let app = App::start().await;
    // A source that was heard each day for some days, and then no more.
    for day in 0..12 {
        app.events(&[like(&format!("{day}"), "ann", "kevin", "golf")])
            .await;
        app.service.clock.advance(TimeDelta::days(1));
    }
    app.service.clock.advance(TimeDelta::days(9));
    let webhook = json!({"url": "https://example.com/", "description": "The desk"});
    let webhook = app.post("/v1/webhooks", webhook).await.expect(201);
    sqlx::query(
        "update webhooks set disabled_at = now(), disabled_reason = 'gone', disabled_after = 0",
    )
    .execute(&app.pool)
    .await
    .unwrap();
    let body = overview(&app).await;
    assert_eq!(kinds(&body), ["source_silent", "webhook_disabled"]);
    assert_eq!(body["attention"][0]["source"], "test");
    assert_eq!(body["attention"][1]["webhook"], webhook["id"]);

    let (_, key) = app.new_key(&[Scope::Lookup], None).await;
    let bearer = format!("Bearer {key}");
    let as_reader = [("authorization", bearer.as_str())];
    let read = app.send(Method::GET, OVERVIEW, &as_reader, "").await;
    assert_eq!(read.expect(200)["attention"], json!([]));
}

#[tokio::test]
async fn a_webhook_to_which_deliveries_fail_needs_attention() {
    let app = App::start().await;
    let url = json!({"url": "https://example.com/", "description": "The desk"});
    app.post("/v1/webhooks", url).await.expect(201);
    app.publish_palms().await;
    assert!(app.service.webhooks.relay().await.unwrap() > 0);
    sqlx::query("update webhook_deliveries set state = 'failed', attempts = 9, attempted_at = $1")
        .bind(app.service.clock.now())
        .execute(&app.pool)
        .await
        .unwrap();
    let body = overview(&app).await;
    assert_eq!(kinds(&body), ["webhook_failing"]);
    let item = &body["attention"][0];
    assert_eq!(item["title"], "The desk: deliveries fail");
    assert_eq!(
        item["detail"],
        "Given up in the last 24 hours: 1. Waiting for another attempt: 0."
    );
    app.service.clock.advance(TimeDelta::hours(25));
    assert_eq!(kinds(&overview(&app).await), Vec::<&str>::new());
}
