//! The last score of each day.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::harness::{App, like};

const HISTORY: &str = "/v1/members/twitter:kevin/score/history";

/// Three days with a score each: on the second the star rises once more.
async fn three_days() -> App {
    let app = App::with_a_star().await;
    next_day(&app).await;
    let mut events = Vec::new();
    for fan in 0..100 {
        let mut event = like(&format!("d{fan}"), &format!("new{fan}"), "kevin", "food");
        event["time"] = json!("2026-11-23T09:00:00Z");
        events.push(event);
    }
    app.events(&events).await;
    app.settle().await;
    next_day(&app).await;
    app
}

async fn next_day(app: &App) {
    app.service.clock.advance(TimeDelta::days(1));
    app.refresh().await;
}

async fn days(app: &App, query: &str) -> Vec<Value> {
    let page = app.get(&format!("{HISTORY}{query}")).await.expect(200);
    page["data"].as_array().unwrap().clone()
}

fn names(days: &[Value]) -> Vec<&str> {
    days.iter()
        .map(|day| day["day"].as_str().unwrap())
        .collect()
}

/// Returns the number of days that are stored of all members but the star's rivals.
async fn rows(app: &App) -> i64 {
    sqlx::query_scalar(
        "select count(*) from score_history where member_id not in
             (select member_id from accounts where handle like 'rival%')",
    )
    .fetch_one(&app.pool)
    .await
    .unwrap()
}

#[tokio::test]
async fn a_history_has_the_last_score_of_each_day() {
    let app = three_days().await;
    let all = days(&app, "").await;
    assert_eq!(names(&all), ["2026-11-24", "2026-11-23", "2026-11-22"]);
    let score = app.get("/v1/members/twitter:kevin/score").await.expect(200);
    for member in ["influence", "value", "as_of", "model", "snapshot"] {
        assert_eq!(
            all[0][member], score[member],
            "today's is the published one"
        );
    }
    let influence = |day: usize| all[day]["influence"]["score"].as_f64().unwrap();
    assert!(
        influence(1) > influence(2),
        "the second day's last, not its first"
    );
    assert!(influence(0) < influence(1), "it decays");
    // Another score on the same day replaces the one before.
    app.events(&[like("more", "someone", "kevin", "food")])
        .await;
    app.settle().await;
    let again = days(&app, "").await;
    assert_eq!(again.len(), 3);
    assert_eq!(again[1..], all[1..]);
    assert_ne!(again[0], all[0]);
}

#[tokio::test]
async fn a_history_pages_and_can_be_cut() {
    let app = three_days().await;
    let mut seen = Vec::new();
    let mut next = Some(format!("{HISTORY}?limit=2"));
    while let Some(path) = next {
        let answer = app.get(&path).await;
        seen.extend(answer.expect(200)["data"].as_array().unwrap().clone());
        let link = answer
            .headers
            .get("link")
            .map(|link| link.to_str().unwrap());
        next = link.map(|link| link[1..link.find('>').unwrap()].to_owned());
    }
    assert_eq!(seen, days(&app, "").await);
    let cut = days(&app, "?from=2026-11-23&to=2026-11-23").await;
    assert_eq!(names(&cut), ["2026-11-23"]);
    for wrong in [
        "limit=0",
        "limit=201",
        "cursor=nonsense",
        "from=yesterday",
        "from=2026-11-23&to=2026-11-22",
        "colour=red",
    ] {
        let answer = app.get(&format!("{HISTORY}?{wrong}")).await;
        assert_eq!(answer.problem(400), "invalid-request", "{wrong}");
    }
}

#[tokio::test]
async fn a_score_as_of_a_past_day_agrees_with_what_was_said_then() {
    let app = three_days().await;
    let said = &days(&app, "").await[2];
    let as_of = said["as_of"].as_str().unwrap();
    let path = format!("/v1/members/twitter:kevin/score?as_of={as_of}");
    let then = app.get(&path).await.expect(200);
    // Computed from the events up to then, under the present model and snapshot.
    let score = |answer: &Value| answer["influence"]["score"].as_f64().unwrap();
    assert!((score(&then) - score(said)).abs() < 1.0, "{then} {said}");
    assert_eq!(then["as_of"], said["as_of"]);
}

#[tokio::test]
async fn opting_out_leaves_nothing_of_the_past() {
    let app = three_days().await;
    assert_eq!(rows(&app).await, 3);
    app.put("/v1/members/twitter:kevin", json!({"scoring": "opted_out"}))
        .await
        .expect(200);
    assert_eq!(rows(&app).await, 0);
    app.settle().await;
    assert_eq!(rows(&app).await, 0);
    // To the byte like the answer for a stranger.
    let as_of = "score?as_of=2026-11-23T12:00:00Z";
    for question in ["score/history", as_of] {
        let kevin = app
            .get(&format!("/v1/members/twitter:kevin/{question}"))
            .await;
        let nobody = app
            .get(&format!("/v1/members/twitter:nobody/{question}"))
            .await;
        assert_eq!(kevin.expect(200), nobody.expect(200), "{question}");
    }
    assert_eq!(days(&app, "").await, [] as [Value; 0]);
    // A member that comes back starts anew.
    app.put("/v1/members/twitter:kevin", json!({"scoring": "active"}))
        .await
        .expect(200);
    app.settle().await;
    assert_eq!(names(&days(&app, "").await), ["2026-11-24"]);
}

#[tokio::test]
async fn a_rebuild_rewrites_no_day_but_today() {
    let app = three_days().await;
    let before = days(&app, "").await;
    app.service.scorer.rebuild(|_| {}).await.unwrap();
    let after = days(&app, "").await;
    assert_eq!(names(&after), names(&before));
    assert_eq!(after[1..], before[1..]);
}

#[tokio::test]
async fn what_is_past_its_time_is_pruned() {
    let app = App::with(|config| config.history.days = 1).await;
    app.enrol("twitter:kevin").await;
    app.events(&[like("1", "ann", "kevin", "food")]).await;
    app.settle().await;
    next_day(&app).await;
    next_day(&app).await;
    assert_eq!(rows(&app).await, 3);
    assert!(app.service.scores.prune_history().await.unwrap());
    assert_eq!(names(&days(&app, "").await), ["2026-11-24", "2026-11-23"]);
}
