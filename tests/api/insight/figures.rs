//! Figures about all members: where they stand, and who had which tier on which day.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::harness::{App, PALMS};

const STANDINGS: &str = "/v1/programs/palms-klub/standings";
const TIERS: &str = "/v1/programs/palms-klub/tiers";

async fn measure(app: &App) {
    assert!(app.service.insight.measure_figures().await.unwrap());
}

/// The star, their rivals and a stranger, in the hotel's program.
async fn town() -> App {
    let app = App::with_a_star().await;
    app.enrol("loyalty:new").await;
    app.enrol("loyalty:gone").await;
    let opt_out = json!({"scoring": "opted_out"});
    app.patch("/v1/members/loyalty:gone", opt_out)
        .await
        .expect(200);
    app.publish_palms().await;
    app.settle().await;
    while app.service.tiers.is_sweep_due().await.unwrap() {
        app.service.tiers.sweep().await.unwrap();
    }
    app
}

fn sum(bins: &Value, of: &str) -> u64 {
    let bins = bins.as_array().unwrap().iter();
    bins.map(|bin| bin[of].as_u64().unwrap()).sum()
}

#[tokio::test]
async fn standings_are_counted_where_members_stand() {
    let app = town().await;
    measure(&app).await;
    let body = app.get(STANDINGS).await.expect(200);
    assert_eq!(
        (&body["version"], &body["as_of"], &body["sample_of"]),
        (&json!(1), &json!("2026-11-22T12:00:00Z"), &Value::Null)
    );
    // The star, twelve rivals and the stranger; who opted out is not counted.
    assert_eq!(
        (&body["counted"], &body["unknown"]),
        (&json!(14), &json!(1))
    );
    assert_eq!(body["bins"].as_array().unwrap().len(), 50);
    assert_eq!(
        (sum(&body["bins"], "score"), sum(&body["bins"], "lower")),
        (13, 13)
    );

    let path = "/v1/programs/palms-klub/members/twitter:kevin/offers";
    let lookup = app.get(path).await.expect(200);
    assert!(lookup["offers"].is_array());
    let decided = json!({"program": "palms-klub", "member": "twitter:kevin", "dry": true});
    let decision = app.post("/v1/decisions", decided).await.expect(200);
    let standing = &decision["outcome"]["standing"];
    let (score, lower) = (
        standing["score"].as_f64().unwrap(),
        standing["lower"].as_f64().unwrap(),
    );
    let fine = app.get(&format!("{STANDINGS}?bins=100")).await.expect(200);
    let at = |number: f64| fine["bins"][number.floor() as usize].clone();
    assert_eq!(at(score)["score"], 1, "the star stands alone: {fine}");
    assert_eq!(at(lower)["lower"], 1);
    assert_eq!(
        (&at(score)["from"], &at(score)["to"]),
        (&json!(score.floor()), &json!(score.floor() + 1.0))
    );
}

#[tokio::test]
async fn tiers_are_counted_with_the_standings() {
    let app = town().await;
    measure(&app).await;
    let body = app.get(STANDINGS).await.expect(200);
    let tier = app
        .get("/v1/programs/palms-klub/members/twitter:kevin/tier")
        .await
        .expect(200);
    assert_eq!(tier["tier"], "insider");
    assert_eq!(
        body["tiers"],
        json!([
            {"tier": "insider", "title": "Insider", "members": 1},
            {"tier": "regular", "title": "Regular", "members": 0},
            {"tier": "guest", "title": "Guest", "members": 13},
        ])
    );
}

#[tokio::test]
async fn before_the_first_measurement_nothing_is_said_to_be_known() {
    let app = App::start().await;
    app.publish_palms().await;
    assert!(app.service.insight.are_figures_due().await.unwrap());
    let body = app.get(STANDINGS).await.expect(200);
    assert_eq!(
        (&body["version"], &body["as_of"], &body["counted"]),
        (&Value::Null, &Value::Null, &json!(0))
    );
    let days = app.get(TIERS).await.expect(200);
    assert_eq!((&days["days"], &days["as_of"]), (&json!([]), &Value::Null));
    measure(&app).await;
    assert!(!app.service.insight.are_figures_due().await.unwrap());
}

#[tokio::test]
async fn figures_are_due_when_they_are_old_or_a_version_is_new() {
    let app = App::start().await;
    app.publish_palms().await;
    measure(&app).await;
    let insight = &app.service.insight;
    app.service.clock.advance(TimeDelta::seconds(59));
    assert!(!insight.are_figures_due().await.unwrap());
    app.service.clock.advance(TimeDelta::seconds(1));
    assert!(insight.are_figures_due().await.unwrap());
    measure(&app).await;
    let second = PALMS.replace("stock: 200", "stock: 150");
    app.service
        .programs
        .publish(None, &second, None)
        .await
        .unwrap();
    assert!(insight.are_figures_due().await.unwrap());
}

#[tokio::test]
async fn one_replica_at_a_time_measures() {
    let app = App::start().await;
    let mut other = app.pool.begin().await.unwrap();
    assert!(
        renown::store::try_lock(&mut other, renown::store::Job::Figures)
            .await
            .unwrap()
    );
    assert!(!app.service.insight.measure_figures().await.unwrap());
    other.rollback().await.unwrap();
    measure(&app).await;
}

#[tokio::test]
async fn bins_have_whole_points() {
    let app = App::start().await;
    app.publish_palms().await;
    for (bins, count) in [(1, 1), (20, 20), (100, 100)] {
        let body = app
            .get(&format!("{STANDINGS}?bins={bins}"))
            .await
            .expect(200);
        assert_eq!(body["bins"].as_array().unwrap().len(), count);
    }
    for bins in ["0", "3", "101", "many"] {
        let refused = app.get(&format!("{STANDINGS}?bins={bins}")).await;
        assert_eq!(refused.problem(400), "invalid-request");
    }
    let missing = app.get("/v1/programs/nowhere/standings").await;
    assert_eq!(missing.problem(404), "not-found");
}

#[tokio::test]
async fn each_day_keeps_its_last_count() {
    let app = town().await;
    measure(&app).await;
    app.service.clock.advance(TimeDelta::days(1));
    app.enrol("loyalty:next").await;
    let grant = json!({"member": "loyalty:next", "tier": "regular", "reason": "a guest of the house", "author": "Ann"});
    app.post("/v1/programs/palms-klub/grants", grant)
        .await
        .expect(201);
    app.settle().await;
    measure(&app).await;
    let body = app.get(TIERS).await.expect(200);
    let tiers: Vec<&Value> = body["tiers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tier| &tier["tier"])
        .collect();
    assert_eq!(tiers, ["insider", "regular", "guest"]);
    assert_eq!(
        (&body["timezone"], &body["to"]),
        (&json!("America/Los_Angeles"), &json!("2026-11-23"))
    );
    assert_eq!(
        body["days"],
        json!([
            {"day": "2026-11-22", "members": [1, 0, 13]},
            {"day": "2026-11-23", "members": [1, 1, 13]},
        ])
    );
    let first = app
        .get(&format!("{TIERS}?from=2026-11-20&to=2026-11-22"))
        .await
        .expect(200);
    assert_eq!(first["days"].as_array().unwrap().len(), 1);
    let wrong = app
        .get(&format!("{TIERS}?from=2026-11-23&to=2026-11-22"))
        .await;
    assert_eq!(wrong.problem(400), "invalid-request");
    let missing = app.get("/v1/programs/nowhere/tiers").await;
    assert_eq!(missing.problem(404), "not-found");
}

/// A service that was not there on a day, or did not count then, knows the day from the
/// history of tiers.
#[tokio::test]
async fn days_before_the_first_count_follow_from_the_history() {
    let app = town().await;
    app.service.clock.advance(TimeDelta::days(2));
    app.enrol("loyalty:next").await;
    let grant = json!({"member": "loyalty:next", "tier": "regular", "reason": "a guest of the house", "author": "Ann"});
    app.post("/v1/programs/palms-klub/grants", grant)
        .await
        .expect(201);
    app.settle().await;
    measure(&app).await;
    let body = app.get(TIERS).await.expect(200);
    assert_eq!(
        body["days"],
        json!([
            {"day": "2026-11-22", "members": [1, 0, 13]},
            {"day": "2026-11-23", "members": [1, 0, 13]},
            {"day": "2026-11-24", "members": [1, 1, 13]},
        ])
    );
}
