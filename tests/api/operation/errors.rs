//! Errors are part of the interface.

use reqwest::Method;

use crate::harness::App;

#[tokio::test]
async fn what_does_not_exist_is_a_problem() {
    let app = App::start().await;
    assert_eq!(app.get("/v1/nothing").await.problem(404), "not-found");
    let delete = app.send(Method::DELETE, "/v1/leaderboard", &[], "").await;
    assert_eq!(delete.problem(405), "method-not-allowed");
    assert_eq!(delete.headers["allow"], "GET,HEAD");
}

#[tokio::test]
async fn a_decent_request_id_is_kept_and_another_replaced() {
    let app = App::start().await;
    let with = async |id: &str| {
        let answer = app
            .send(Method::GET, "/v1/nothing", &[("x-request-id", id)], "")
            .await;
        let header = answer.headers["x-request-id"].to_str().unwrap().to_owned();
        assert_eq!(answer.json()["request_id"], header.as_str());
        header
    };
    assert_eq!(with("desk-7:42").await, "desk-7:42");
    assert_ne!(with("has space").await, "has space");
    assert_ne!(with(&"x".repeat(200)).await, "x".repeat(200));
    assert!(app.get("/livez").await.headers.contains_key("x-request-id"));
}

#[tokio::test]
async fn strange_identities_are_refused_cleanly() {
    let app = App::start().await;
    for identity in [
        "twitter:%00",
        "%00",
        "%ff",
        "twitter:%ff",
        "email:",
        ":",
        "twitter:a%20b",
        "%20",
    ] {
        let answer = app.get(&format!("/v1/members/{identity}/score")).await;
        assert_eq!(answer.problem(400), "invalid-request", "{identity}");
    }
    let long = format!("/v1/members/twitter:{}/score", "x".repeat(10_000));
    assert_eq!(app.get(&long).await.problem(400), "invalid-request");
}

#[tokio::test]
async fn a_failure_of_ours_shows_nothing_of_us() {
    let app = App::start().await;
    sqlx::query("alter table scores rename to gone")
        .execute(&app.pool)
        .await
        .unwrap();
    let answer = app.get("/v1/leaderboard").await;
    assert_eq!(answer.problem(500), "internal");
    let text = String::from_utf8_lossy(&answer.bytes).to_lowercase();
    for word in ["scores", "select", "relation", "sql", "postgres"] {
        assert!(!text.contains(word), "{word}: {text}");
    }
}

#[tokio::test]
async fn a_database_that_is_away_is_said_with_when_to_come_back() {
    let app = App::start().await;
    app.get("/readyz").await.expect(200);
    app.pool.close().await;
    let answer = app.get("/readyz").await;
    assert_eq!(answer.problem(503), "unavailable");
    assert!(answer.headers.contains_key("retry-after"));
    app.get("/livez").await.expect(200);
}

#[tokio::test]
async fn answers_are_counted_by_route_and_not_by_person() {
    let app = App::start().await;
    app.get("/v1/members/twitter:kevin/score").await.expect(200);
    let metrics = app.get("/metrics").await;
    let text = String::from_utf8_lossy(&metrics.bytes).into_owned();
    assert!(text.contains("/v1/members/{member}/score"), "{text}");
    assert!(!text.contains("kevin"));
}

#[tokio::test]
async fn metrics_need_no_database_for_a_key_that_was_checked() {
    let app = App::start().await;
    app.service.measure().await.unwrap();
    assert_eq!(app.get("/metrics").await.status, 200);
    app.pool.close().await;
    let metrics = app.get("/metrics").await;
    assert_eq!(metrics.status, 200);
    let text = String::from_utf8_lossy(&metrics.bytes).into_owned();
    assert!(text.contains("renown_scorer_lag_batches"), "{text}");
    let other = [("authorization", "Bearer rk_unknown_0123456789abcdef")];
    let refused = app.send(Method::GET, "/metrics", &other, "").await;
    assert_eq!(refused.problem(503), "unavailable");
    // A key that was checked a long time ago is unknown.
    app.service.clock.advance(chrono::TimeDelta::minutes(11));
    assert_eq!(app.get("/metrics").await.problem(503), "unavailable");
}
