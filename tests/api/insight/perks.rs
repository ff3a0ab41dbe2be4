//! The perks of a program with their stock, and when it runs out.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::harness::App;

const PERKS: &str = "/v1/programs/club/perks";

const CLUB: &str = r#"program: club
service_levels: [{ id: fast, queue: a }]
tiers: [{ id: guest, service_level: fast }]
perks:
  - { id: mug, title: A mug, stock: 20, per_member: 9, value: 12.50 USD, disclosure: Because. }
  - { id: seat, title: A seat, disclosure: Because. }
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

async fn hold(app: &App, perk: &str, name: &str) -> String {
    let body = json!({"program": "club", "perk": perk, "member": "shop:p"});
    let claim = app.post_once("/v1/claims", name, body).await.expect(201);
    claim["id"].as_str().unwrap().to_owned()
}

async fn step(app: &App, claim: &str, step: &str) {
    let path = format!("/v1/claims/{claim}/{step}");
    app.post(&path, json!({})).await.expect(200);
}

async fn perks(app: &App) -> Value {
    app.get(PERKS).await.expect(200)
}

#[tokio::test]
async fn stock_is_as_of_now_and_claims_are_as_they_were_counted() {
    let app = club().await;
    let (kept, used) = (hold(&app, "mug", "a").await, hold(&app, "mug", "b").await);
    let back = hold(&app, "mug", "c").await;
    hold(&app, "mug", "d").await;
    step(&app, &kept, "confirm").await;
    step(&app, &used, "confirm").await;
    step(&app, &used, "redeem").await;
    step(&app, &back, "release").await;
    let before = perks(&app).await;
    let mug = &before["data"][0];
    assert_eq!(before["as_of"], Value::Null);
    assert_eq!(
        (&mug["stock"], &mug["left"], &mug["held"]),
        (&json!(20), &json!(17), &json!(0))
    );
    assert!(app.service.insight.measure_figures().await.unwrap());
    let after = perks(&app).await;
    let mug = &after["data"][0];
    assert_eq!(after["as_of"], "2026-11-22T12:00:00Z");
    assert_eq!(
        (&mug["held"], &mug["confirmed"], &mug["redeemed"]),
        (&json!(1), &json!(1), &json!(1))
    );
    assert_eq!(
        (&mug["kind"], &mug["value"], &mug["title"]),
        (
            &json!("guaranteed"),
            &json!({"amount": "12.5", "currency": "USD"}),
            &json!("A mug")
        )
    );
    let seat = &after["data"][1];
    assert_eq!(
        (&seat["stock"], &seat["left"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(
        (&seat["held"], &seat["runs_out_at"]),
        (&json!(0), &Value::Null)
    );
}

#[tokio::test]
async fn the_pace_of_a_week_says_when_the_stock_runs_out() {
    let app = club().await;
    for unit in 0..7 {
        hold(&app, "mug", &unit.to_string()).await;
    }
    assert!(app.service.insight.measure_figures().await.unwrap());
    let mug = perks(&app).await["data"][0].clone();
    // Seven in seven days; the other thirteen last thirteen days.
    assert_eq!(
        (&mug["pace_per_day"], &mug["left"]),
        (&json!(1.0), &json!(13))
    );
    assert_eq!(mug["runs_out_at"], "2026-12-05T12:00:00Z");

    app.service.clock.advance(TimeDelta::days(8));
    assert!(app.service.insight.measure_figures().await.unwrap());
    let mug = perks(&app).await["data"][0].clone();
    assert_eq!(
        (&mug["pace_per_day"], &mug["runs_out_at"]),
        (&json!(0.0), &Value::Null)
    );
}

#[tokio::test]
async fn a_perk_that_ends_before_does_not_run_out() {
    let app = App::start().await;
    let source = CLUB.replace(
        "stock: 20,",
        "stock: 20, from: 2026-11-22, until: 2026-11-23,",
    );
    app.service
        .programs
        .publish(None, &source, None)
        .await
        .unwrap();
    app.enrol("shop:p").await;
    hold(&app, "mug", "a").await;
    assert!(app.service.insight.measure_figures().await.unwrap());
    let mug = perks(&app).await["data"][0].clone();
    // It began today, so that one unit is the pace of a day.
    assert_eq!(mug["pace_per_day"], 1.0);
    assert_eq!(
        (&mug["left"], &mug["runs_out_at"]),
        (&json!(19), &Value::Null)
    );
}

#[tokio::test]
async fn a_program_that_is_not_there_has_no_perks() {
    let app = App::start().await;
    assert_eq!(app.get(PERKS).await.problem(404), "not-found");
}
