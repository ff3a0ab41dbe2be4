//! Notifications of scores that have moved since the last one.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::harness::{App, like, orders, stardom};
use crate::webhooks::payloads;

/// The messages about scores, in order.
async fn told(app: &App) -> Vec<Value> {
    let all = payloads::told(&app.pool).await.into_iter();
    all.filter(|message| message.r#type == "score.changed")
        .map(|message| message.body)
        .collect()
}

async fn star() -> App {
    let app = App::start().await;
    app.enrol("twitter:kevin").await;
    app.events(&stardom("kevin", "las-vegas")).await;
    app.settle().await;
    app
}

#[tokio::test]
async fn a_score_is_told_when_it_becomes_known_and_not_again_while_it_stays() {
    let app = star().await;
    let first = told(&app).await;
    assert_eq!(first.len(), 1, "once, however many events there were");
    assert_eq!(
        first[0]["before"],
        json!({"influence": null, "value": null})
    );
    let shown = app.influence("twitter:kevin").await;
    assert_eq!(first[0]["influence"]["score"], shown["score"]);
    assert_eq!(first[0]["value"]["state"], "unknown");
    app.events(&[like("one-more", "somebody", "kevin", "las-vegas")])
        .await;
    app.settle().await;
    app.rank().await;
    let moved = |body: &Value| {
        let before = body["before"]["influence"].as_f64();
        let now = body["influence"]["score"].as_f64();
        before
            .zip(now)
            .is_none_or(|(before, now)| (now - before).abs() >= 5.0)
    };
    assert!(told(&app).await.iter().all(moved));
}

#[tokio::test]
async fn value_is_told_too_and_what_is_not_scored_is_not() {
    let app = star().await;
    app.put(
        "/v1/members/twitter:kevin",
        json!({"identities": ["shop:K1"]}),
    )
    .await
    .expect(200);
    app.events(&orders("K1", 6)).await;
    // No member is concerned.
    app.events(&stardom("stranger", "las-vegas")).await;
    app.settle().await;
    let told = told(&app).await;
    assert_eq!(told.len(), 2);
    assert_eq!(told[1]["value"]["state"], "known");
    assert_eq!(told[1]["before"]["value"], Value::Null);
    assert_eq!(
        told[1]["before"]["influence"],
        told[0]["influence"]["score"]
    );
}

#[tokio::test]
async fn a_slow_drift_is_told_step_by_step() {
    let app = star().await;
    let start = app.influence("twitter:kevin").await["score"]
        .as_f64()
        .unwrap();
    let mut smallest: f64 = 100.0;
    let mut last = start;
    for _ in 0..60 {
        app.service.clock.advance(TimeDelta::days(4));
        app.refresh().await;
        let now = app.influence("twitter:kevin").await["score"]
            .as_f64()
            .unwrap();
        smallest = smallest.min((now - last).abs());
        last = now;
    }
    assert!(smallest < 5.0, "no step is a change by itself: {smallest}");
    let told = told(&app).await;
    assert!(told.len() >= 2, "{start} to {last}");
    for pair in told.windows(2) {
        let (before, now) = (&pair[0], &pair[1]);
        assert_eq!(now["before"]["influence"], before["influence"]["score"]);
        let step = now["influence"]["score"].as_f64().unwrap()
            - now["before"]["influence"].as_f64().unwrap();
        assert!(step.abs() >= 5.0, "{step}");
    }
    let rest = told.last().unwrap()["influence"]["score"].as_f64().unwrap();
    assert!(
        (rest - last).abs() < 5.0,
        "what was told is never further off"
    );
}

#[tokio::test]
async fn who_opts_out_has_no_score_any_more_and_that_is_told_once() {
    let app = star().await;
    let out = json!({"scoring": "opted_out"});
    app.put("/v1/members/twitter:kevin", out.clone())
        .await
        .expect(200);
    app.settle().await;
    app.put("/v1/members/twitter:kevin", out).await.expect(200);
    app.settle().await;
    let told = told(&app).await;
    assert_eq!(told.len(), 2);
    assert_eq!(told[1]["reason"], "opted_out");
    assert_eq!(told[1]["influence"], json!({"state": "unknown"}));
    assert_eq!(
        told[1]["before"]["influence"],
        told[0]["influence"]["score"]
    );
}

#[tokio::test]
async fn nothing_is_told_where_the_threshold_is_nought() {
    let app = App::with(|config| config.webhooks.score_change_threshold = 0.0).await;
    app.enrol("twitter:kevin").await;
    app.events(&stardom("kevin", "las-vegas")).await;
    app.settle().await;
    assert_eq!(told(&app).await, Vec::<Value>::new());
}
