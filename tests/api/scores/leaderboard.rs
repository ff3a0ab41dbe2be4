//! What a leaderboard says of its members besides their score.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::harness::{App, like, stardom};

async fn measure(app: &App) {
    assert!(app.service.insight.measure_figures().await.unwrap());
}

async fn board(app: &App, query: &str) -> Vec<Value> {
    let board = app
        .get(&format!("/v1/leaderboard{query}"))
        .await
        .expect(200);
    board["data"].as_array().unwrap().clone()
}

#[tokio::test]
async fn members_have_their_place_name_and_best_topics() {
    let app = App::with_a_star().await;
    let name = json!({"name": "Kevin Ito"});
    app.patch("/v1/members/twitter:kevin", name)
        .await
        .expect(200);
    let golf: Vec<Value> = ["golf", "poker", "music"]
        .into_iter()
        .map(|topic| like(&format!("more-{topic}"), "ann", "kevin", topic))
        .collect();
    app.events(&golf).await;
    app.settle().await;
    let lines = board(&app, "").await;
    assert_eq!(
        (&lines[0]["rank"], &lines[0]["name"]),
        (&json!(1), &json!("Kevin Ito"))
    );
    assert_eq!(lines[1]["name"], Value::Null);
    let topics = lines[0]["topics"].as_array().unwrap();
    assert_eq!(
        (topics.len(), &topics[0]["topic"]),
        (3, &json!("las-vegas"))
    );
    assert_eq!(
        (&lines[0]["tier"], &lines[0]["change_7d"]),
        (&Value::Null, &Value::Null)
    );

    // Places go on from page to page.
    let mut path = "/v1/leaderboard?limit=5&by=score".to_owned();
    let mut ranks = Vec::new();
    loop {
        let page = app.get(&path).await.expect(200);
        let lines = page["data"].as_array().unwrap();
        ranks.extend(lines.iter().map(|line| line["rank"].as_u64().unwrap()));
        let Some(cursor) = page["page"]["next_cursor"].as_str() else {
            break;
        };
        path = format!("/v1/leaderboard?limit=5&by=score&cursor={cursor}");
    }
    assert_eq!(ranks, (1..=13).collect::<Vec<u64>>());
}

#[tokio::test]
async fn tiers_are_those_of_the_program_that_is_asked_for() {
    let app = App::with_a_star().await;
    app.publish_palms().await;
    while app.service.tiers.is_sweep_due().await.unwrap() {
        app.service.tiers.sweep().await.unwrap();
    }
    let lines = board(&app, "?program=palms-klub").await;
    assert_eq!(
        lines[0]["tier"],
        json!({"tier": "insider", "title": "Insider"})
    );
    assert_eq!(lines[1]["tier"], json!({"tier": "guest", "title": "Guest"}));
    let on_topic = board(&app, "?program=palms-klub&topic=las-vegas").await;
    assert_eq!(on_topic[0]["tier"]["tier"], "insider");
    let missing = app.get("/v1/leaderboard?program=nowhere").await;
    assert_eq!(missing.problem(400), "invalid-request");
}

#[tokio::test]
async fn a_member_who_rose_in_a_week_is_shown_to_have_risen() {
    let app = App::with_a_star().await;
    measure(&app).await;
    app.enrol("twitter:nova").await;
    app.service.clock.advance(TimeDelta::days(7));
    let mut rise = stardom("rival3", "las-vegas");
    for event in &mut rise {
        event["time"] = json!("2026-11-28T10:00:00Z");
    }
    let twice: Vec<Value> = rise
        .iter()
        .cloned()
        .map(|mut event| {
            event["id"] = json!(format!("{}-again", event["id"].as_str().unwrap()));
            event["actor"] = json!(format!("{}-too", event["actor"].as_str().unwrap()));
            event["object"] = json!(format!("{}-too", event["object"].as_str().unwrap()));
            event
        })
        .collect();
    app.events(&rise).await;
    app.events(&twice).await;
    app.events(&[like("nova-1", "ann", "nova", "las-vegas")])
        .await;
    app.settle().await;
    app.refresh().await;
    let lines = board(&app, "?by=score&limit=50").await;
    let line = |handle: &str| {
        let found = lines.iter().find(|line| line["accounts"][0] == handle);
        found.unwrap().clone()
    };
    let risen = line("twitter:rival3");
    let before = risen["rank"].as_i64().unwrap() + risen["change_7d"]["rank"].as_i64().unwrap();
    assert!(
        before > 1 && risen["change_7d"]["rank"].as_i64().unwrap() > 0,
        "{risen}"
    );
    assert!(risen["change_7d"]["score"].as_f64().unwrap() > 0.0);
    assert!(risen["change_7d"]["lower"].is_number());
    // Evidence fades: who stands still has fallen.
    let still = line("twitter:rival7");
    assert!(
        still["change_7d"]["score"].as_f64().unwrap() < 0.0,
        "{still}"
    );
    assert_eq!(line("twitter:nova")["change_7d"], Value::Null);
    let on_topic = board(&app, "?topic=las-vegas").await;
    assert_eq!(on_topic[0]["change_7d"], Value::Null);
}

#[tokio::test]
async fn places_of_a_member_who_opts_out_are_deleted() {
    let app = App::with_a_star().await;
    measure(&app).await;
    let places = "select count(*) from leaderboard_days";
    let kept: i64 = sqlx::query_scalar(places)
        .fetch_one(&app.pool)
        .await
        .unwrap();
    assert_eq!(kept, 13);
    let opt_out = json!({"scoring": "opted_out"});
    app.patch("/v1/members/twitter:kevin", opt_out)
        .await
        .expect(200);
    app.settle().await;
    let kept: i64 = sqlx::query_scalar(places)
        .fetch_one(&app.pool)
        .await
        .unwrap();
    assert_eq!(kept, 12);
    app.service.clock.advance(TimeDelta::days(31));
    measure(&app).await;
    let days = "select count(distinct day) from leaderboard_days";
    let kept: i64 = sqlx::query_scalar(days).fetch_one(&app.pool).await.unwrap();
    assert_eq!(kept, 1);
}
