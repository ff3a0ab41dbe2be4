//! A change of the scoring model beside the one in force.

use std::path::PathBuf;

use chrono::TimeDelta;
use renown::config::Config;
use renown::service::StartError;
use renown::service::scores::Progress;
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::harness::{App, config, database, like, orders, stardom};

const KEVIN: &str = "/v1/members/twitter:kevin/score";
const BEFORE: &str = "2026-2";
const NEXT: &str = "2026-3";

/// The configuration with the model before.
fn before() -> Config {
    let mut config = config();
    config.scoring.model = Some(PathBuf::from("config/models/2026-2.toml"));
    config
}

/// The configuration with a model under which the star is hardly known.
fn strict(dir: &tempfile::TempDir) -> Config {
    let text = include_str!("../../../config/model.toml")
        .replace("version = \"2026-3\"", "version = \"strict\"")
        .replace(
            "[[0.53, 20.0], [1.85, 45.0], [3.25, 75.0]]",
            "[[30.0, 20.0]]",
        );
    let file = dir.path().join("strict.toml");
    std::fs::write(&file, text).unwrap();
    let mut config = config();
    config.scoring.model = Some(file);
    config
}

/// A service as `serve` starts it.
async fn served(pool: &PgPool, config: Config) -> App {
    let app = App::on(pool.clone(), config).await;
    app.service.next_model.register().await.unwrap();
    app
}

/// A star among others, scored by the model before.
async fn star(pool: &PgPool) -> App {
    let app = served(pool, before()).await;
    app.publish_palms().await;
    app.rivals("las-vegas").await;
    let shop = json!({"identities": ["shop:K1"]});
    app.put("/v1/members/twitter:kevin", shop).await.expect(201);
    app.events(&stardom("kevin", "las-vegas")).await;
    app.events(&orders("K1", 6)).await;
    app.settle().await;
    app.rank().await;
    app
}

/// Builds the next model until nothing is left to do.
async fn build(app: &App) {
    while app.service.next_model.advance().await.unwrap() != Progress::Idle {}
}

async fn models(app: &App) -> Vec<Value> {
    let body = app.get("/v1/models").await.expect(200);
    body["data"].as_array().unwrap().clone()
}

async fn switch(app: &App, version: &str) -> crate::harness::Answer {
    app.put("/v1/model", json!({"version": version})).await
}

async fn model_of(app: &App, path: &str) -> Value {
    let score = app.get(path).await.expect(200);
    assert_eq!(score["influence"]["state"], "known", "{score}");
    score["model"].clone()
}

#[tokio::test]
async fn a_model_is_built_beside_the_one_in_force_and_then_follows_it() {
    let pool = database().await;
    let old = star(&pool).await;
    let new = served(&pool, config()).await;
    let listed = models(&new).await;
    assert_eq!(
        (&listed[0]["version"], &listed[0]["state"]),
        (&json!(BEFORE), &json!("in_force"))
    );
    assert_eq!(
        (&listed[1]["version"], &listed[1]["state"]),
        (&json!(NEXT), &json!("building"))
    );
    assert_eq!(switch(&new, NEXT).await.problem(409), "conflict");
    assert_eq!(switch(&new, "2030-1").await.problem(404), "not-found");

    // What happens meanwhile concerns both.
    new.service.next_model.advance().await.unwrap();
    new.events(&[like("late", "liz", "kevin", "las-vegas")])
        .await;
    new.put(
        "/v1/members/twitter:kevin",
        json!({"identities": ["twitter:kev2"]}),
    )
    .await
    .expect(200);
    new.settle().await;
    build(&new).await;
    assert_eq!(models(&new).await[1]["state"], "ready");
    let moves = models(&new).await[1]["moves"].clone();
    assert_eq!(moves["members"], 13, "{moves}");
    for app in [&old, &new] {
        assert_eq!(model_of(app, KEVIN).await, BEFORE);
    }
    let days: i64 =
        sqlx::query_scalar("select count(*) from score_history where model_version = $1")
            .bind(NEXT)
            .fetch_one(&pool)
            .await
            .unwrap();
    assert_eq!(days, 0, "nothing was answered by it");

    let switched = switch(&old, NEXT).await.expect(200);
    assert_eq!(switched["data"][0]["version"], NEXT, "{switched}");
    assert_eq!(switched["data"].as_array().unwrap().len(), 1);
    // The other replica is notified; here without the listener.
    new.service.scorer.reload().await.unwrap();
    for app in [&old, &new] {
        assert_eq!(model_of(app, KEVIN).await, NEXT);
    }
    let board = new.get("/v1/leaderboard").await.expect(200);
    assert_eq!(board["data"].as_array().unwrap().len(), 13);
    switch(&new, NEXT).await.expect(200);
    new.settle().await;
    let report = new.service.scorer.rebuild(|_| {}).await.unwrap();
    assert!(report.greatest_difference <= 1e-6, "{report:?}");
}

#[tokio::test]
async fn accounts_that_are_linked_while_a_model_is_built_are_in_it_with_their_past() {
    let pool = database().await;
    let app = star(&pool).await;
    // Long before the account belongs to a member.
    let past: Vec<Value> = (0..40)
        .map(|fan| like(&format!("p{fan}"), &format!("fan{fan}"), "zoe", "food"))
        .collect();
    app.events(&past).await;
    app.settle().await;
    let new = served(&pool, config()).await;
    build(&new).await;
    new.enrol("twitter:zoe").await;
    new.settle().await;
    build(&new).await;
    switch(&new, NEXT).await.expect(200);
    let zoe = new.get("/v1/members/twitter:zoe/score").await.expect(200);
    assert_eq!(zoe["model"], NEXT);
    assert!(
        zoe["influence"]["evidence"].as_f64().unwrap() > 1.0,
        "{zoe}"
    );
    let report = new.service.scorer.rebuild(|_| {}).await.unwrap();
    assert!(report.greatest_difference <= 1e-6, "{report:?}");
}

#[tokio::test]
async fn a_tier_that_a_model_lowers_is_kept_as_the_program_says() {
    let pool = database().await;
    let dir = tempfile::tempdir().unwrap();
    let tier = "/v1/programs/palms-klub/members/twitter:kevin/tier";
    star(&pool).await;
    let app = served(&pool, strict(&dir)).await;
    assert_eq!(app.get(tier).await.expect(200)["tier"], "insider");
    build(&app).await;
    switch(&app, "strict").await.expect(200);
    app.settle().await;
    let kept = app.get(tier).await.expect(200);
    assert_eq!(
        (&kept["tier"], &kept["kept"]),
        (&json!("insider"), &json!(true)),
        "{kept}"
    );
    assert!(kept["keep_until"].is_string(), "{kept}");
    // The time for which it is kept, in which it is noticed, and the time of the notice.
    for days in [400, 60] {
        app.service.clock.advance(TimeDelta::days(days));
        app.service.events.ensure_partitions().await.unwrap();
        app.refresh().await;
        app.service.tiers.sweep().await.unwrap();
    }
    assert_ne!(app.get(tier).await.expect(200)["tier"], "insider");
}

#[tokio::test]
async fn what_a_retired_model_leaves_is_deleted_and_it_is_built_anew_if_configured() {
    let pool = database().await;
    star(&pool).await;
    let app = served(&pool, config()).await;
    build(&app).await;
    switch(&app, NEXT).await.expect(200);
    let left = async || {
        let tables = [
            "scores",
            "topic_scores",
            "topic_ranks",
            "account_states",
            "projections",
        ];
        let mut left = 0;
        for table in tables {
            let query = format!("select count(*) from {table} where model_version = '{BEFORE}'");
            let mut query = sqlx::QueryBuilder::<sqlx::Postgres>::new(query);
            left += query
                .build_query_scalar::<i64>()
                .fetch_one(&pool)
                .await
                .unwrap();
        }
        left
    };
    assert!(!app.service.next_model.forget_retired().await.unwrap());
    assert!(left().await > 0, "other replicas may read it for a moment");
    app.service.clock.advance(TimeDelta::minutes(2));
    while app.service.next_model.forget_retired().await.unwrap() {}
    assert_eq!(left().await, 0);
    assert_eq!(switch(&app, BEFORE).await.problem(409), "conflict");

    let back = served(&pool, before()).await;
    build(&back).await;
    switch(&back, BEFORE).await.expect(200);
    assert_eq!(model_of(&back, KEVIN).await, BEFORE);
}

#[tokio::test]
async fn a_published_model_is_never_edited() {
    let pool = database().await;
    let dir = tempfile::tempdir().unwrap();
    let first = strict(&dir);
    served(&pool, first.clone()).await;
    let file = first.scoring.model.clone().unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, format!("# Another comment is no change.\n{text}")).unwrap();
    served(&pool, first.clone()).await;
    std::fs::write(&file, text.replace("share = 2.0", "share = 2.5")).unwrap();
    let app = App::on(pool.clone(), first).await;
    let refused = app.service.next_model.register().await.unwrap_err();
    assert!(matches!(&refused, StartError::ModelEdited(version) if version.as_str() == "strict"));
    assert!(refused.to_string().contains("another version"), "{refused}");
}

/// A database that an earlier version has written names no model in force.
#[tokio::test]
async fn the_scores_of_an_earlier_version_stay_in_force_until_an_operator_changes_over() {
    let pool = database().await;
    star(&pool).await;
    sqlx::query("delete from models")
        .execute(&pool)
        .await
        .unwrap();
    let app = served(&pool, config()).await;
    assert_eq!(model_of(&app, KEVIN).await, BEFORE);
    assert_eq!(models(&app).await[0]["version"], BEFORE);
    assert_eq!(models(&app).await[1]["version"], NEXT);
}
