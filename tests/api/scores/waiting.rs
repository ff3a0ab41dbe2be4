//! Limits on the lower end that lift with time alone: no event comes, and nothing but the
//! refresh of scores runs.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::harness::{App, noon, stardom};

/// A program in which everything rests on the lower end of influence.
const CLUB: &str = "program: club\nservice_levels: [{ id: s, queue: q }]\ntiers:\n  \
    - { id: known, when: influence.lower >= 30, keep: 1d, service_level: s }\n  \
    - { id: guest, service_level: s }\nperks:\n  \
    - { id: suite, title: A suite, when: influence.lower >= 30, disclosure: For you. }\n";

/// Starts a service in which Kevin is a star with fans who have known him for 1 to 21
/// days. Scores are refreshed for no other reason than a lifted limit.
async fn newly_famous(as_of: Option<DateTime<Utc>>) -> App {
    let app = App::with(|config| {
        config.scoring.refresh_seconds = 10_000_000;
        config.scoring.as_of = as_of;
    })
    .await;
    app.service
        .programs
        .publish(None, CLUB, None)
        .await
        .unwrap();
    app.enrol("twitter:kevin").await;
    app.enrol("twitter:olga").await;
    // Olga was as famous in August, so the log is older than Kevin's fans.
    let mut early = stardom("olga", "las-vegas");
    for event in &mut early {
        let time = event["time"]
            .as_str()
            .unwrap()
            .replace("2026-11", "2026-08");
        event["time"] = json!(time);
    }
    app.events(&early).await;
    app.settle().await;
    app.rank().await;
    app.events(&stardom("kevin", "las-vegas")).await;
    app.settle().await;
    app.rank().await;
    app
}

async fn score(app: &App) -> Value {
    app.get("/v1/members/twitter:kevin/score").await.expect(200)
}

async fn tier(app: &App) -> Value {
    let path = "/v1/programs/club/members/twitter:kevin/tier";
    app.get(path).await.expect(200)["tier"].clone()
}

/// Returns the reason for which the suite is given (`matched`) or refused
/// (`not_matched`).
async fn suite(app: &App, side: &str) -> Value {
    let body = json!({"program": "club", "member": "twitter:kevin", "dry": true});
    let decided = app.post("/v1/decisions", body).await.expect(200);
    let reasons = decided["outcome"][side].as_array().unwrap();
    let found = reasons.iter().find(|reason| reason["id"] == "suite");
    found.unwrap_or_else(|| panic!("{side}: {decided}")).clone()
}

fn time(value: &Value) -> DateTime<Utc> {
    value.as_str().unwrap().parse().unwrap()
}

/// Moves the clock to a time and refreshes the scores that are due.
async fn wait_until(app: &App, time: DateTime<Utc>) {
    let way = time - app.service.clock.now();
    app.service.clock.advance(way);
    app.refresh().await;
}

#[tokio::test]
async fn a_tier_and_a_perk_come_with_time_alone() {
    let app = newly_famous(None).await;
    let before = score(&app).await;
    assert!(before["influence"]["score"].as_f64().unwrap() > 50.0);
    assert!(
        before["influence"]["lower"].as_f64().unwrap() < 30.0,
        "{before}"
    );
    assert_eq!(tier(&app).await, "guest");
    suite(&app, "not_matched").await;
    let (next, until) = (&before["pending"]["next"], &before["pending"]["until"]);
    assert_eq!(time(next).to_rfc3339(), "2026-12-01T10:00:00+00:00");

    wait_until(&app, time(next) - TimeDelta::minutes(2)).await;
    let just = score(&app).await;
    assert_eq!(just, before, "nothing is due before");
    // As of a whole tick, which is not before the time.
    wait_until(&app, time(next) + TimeDelta::minutes(1)).await;
    let some = score(&app).await;
    assert!(some["as_of"] != before["as_of"], "{some}");
    assert!(
        some["influence"]["lower"].as_f64() > before["influence"]["lower"].as_f64(),
        "{some}"
    );
    assert!(time(&some["pending"]["next"]) > time(next), "{some}");

    wait_until(&app, time(until) + TimeDelta::minutes(1)).await;
    let after = score(&app).await;
    assert_eq!(after["pending"], Value::Null, "{after}");
    assert!(
        after["influence"]["lower"].as_f64().unwrap() >= 30.0,
        "{after}"
    );
    assert_eq!(tier(&app).await, "known");
    suite(&app, "matched").await;
}

#[tokio::test]
async fn where_time_stands_still_no_limit_lifts() {
    let app = newly_famous(Some(noon())).await;
    let before = score(&app).await;
    assert!(
        before["pending"]["points"].as_f64().unwrap() > 5.0,
        "{before}"
    );
    wait_until(&app, noon() + TimeDelta::days(60)).await;
    assert_eq!(score(&app).await, before);
    assert_eq!(tier(&app).await, "guest");
}

#[tokio::test]
async fn an_explanation_says_how_many_points_wait_and_until_when() {
    let app = newly_famous(None).await;
    let shown = score(&app).await;
    let path = "/v1/members/twitter:kevin/score/explanation";
    let explained = app.get(path).await.expect(200)["influence"].clone();
    assert_eq!(explained["pending"], shown["pending"]);
    let sentence = explained["waiting"].as_str().unwrap();
    assert!(sentence.contains("points"), "{sentence}");
    assert!(sentence.contains(" December 2026 "), "{sentence}");
}

#[tokio::test]
async fn points_that_wait_give_no_place_unless_scores_are_asked_for() {
    let app = newly_famous(None).await;
    let first = async |query: &str| {
        let board = app.get(&format!("/v1/leaderboard?{query}")).await;
        let board = board.expect(200);
        board["data"][0]["accounts"][0].as_str().unwrap().to_owned()
    };
    for of in ["", "topic=las-vegas&"] {
        assert_eq!(first(of).await, "twitter:olga", "{of}");
        assert_eq!(
            first(&format!("{of}by=score")).await,
            "twitter:kevin",
            "{of}"
        );
    }
    let percentile = async |name: &str| {
        let influence = app.influence(&format!("twitter:{name}")).await;
        influence["percentile"].as_f64().unwrap()
    };
    assert!(percentile("olga").await > percentile("kevin").await);

    let until = time(&score(&app).await["pending"]["until"]);
    wait_until(&app, until + TimeDelta::minutes(1)).await;
    for of in ["", "topic=las-vegas&"] {
        assert_eq!(first(of).await, "twitter:kevin", "{of}");
    }
}

#[tokio::test]
async fn a_refusal_says_that_new_people_wait() {
    let app = newly_famous(None).await;
    let until = score(&app).await["pending"]["until"].clone();
    let what_if = suite(&app, "not_matched").await["counterfactual"].clone();
    let delay = &what_if["changes"][0]["delay"];
    assert_eq!(delay["reason"], "waiting", "{what_if}");
    assert_eq!(time(&delay["not_before"]), time(&until));
    let sentence = what_if["sentence"].as_str().unwrap();
    let day = time(&until).date_naive();
    let expected = format!("count in full from {day}");
    assert!(sentence.contains(&expected), "{sentence}");
}
