//! A request with an `Idempotency-Key` is carried out once.

use serde_json::json;

use crate::harness::App;

const SHOP: &str = "program: shop
title: Shop
standing: { influence: 1 }
service_levels:
  - { id: standard, queue: general }
tiers:
  - { id: guest, service_level: standard }
perks:
  - { id: mug, title: A mug, disclosure: So., stock: 1, per_member: 1 }
";

async fn shop() -> App {
    let app = App::start().await;
    app.service
        .programs
        .publish(None, SHOP, None)
        .await
        .unwrap();
    app.enrol("twitter:ann").await;
    app.enrol("twitter:ben").await;
    app
}

#[tokio::test]
async fn the_same_request_gets_its_one_answer() {
    let app = shop().await;
    let body = json!({"program": "shop", "perk": "mug", "member": "twitter:ann"});
    let first = app.post_once("/v1/claims", "k1", body.clone()).await;
    assert!(!first.headers.contains_key("idempotency-replayed"));
    for name in ["k1", "\"k1\""] {
        let again = app.post_once("/v1/claims", name, body.clone()).await;
        assert_eq!(again.expect(201), first.expect(201));
        assert_eq!(again.headers["idempotency-replayed"], "true");
        assert_eq!(again.headers["location"], first.headers["location"]);
    }
}

#[tokio::test]
async fn a_refusal_is_an_answer_too() {
    let app = shop().await;
    let ann = json!({"program": "shop", "perk": "mug", "member": "twitter:ann"});
    let claim = app.post_once("/v1/claims", "k1", ann).await.expect(201);
    let ben = json!({"program": "shop", "perk": "mug", "member": "twitter:ben"});
    let refused = app.post_once("/v1/claims", "k2", ben.clone()).await;
    assert_eq!(refused.problem(409), "claim-refused");
    let release = format!("/v1/claims/{}/release", claim["id"].as_str().unwrap());
    app.post(&release, json!({})).await.expect(200);
    // There is one now, but this request was answered before.
    let again = app
        .post_once("/v1/claims", "k2", ben.clone())
        .await
        .expect(409);
    assert_eq!(again["refusal"], "out_of_stock");
    app.post_once("/v1/claims", "k3", ben).await.expect(201);
}

#[tokio::test]
async fn a_name_stands_for_one_request_of_one_caller() {
    let app = shop().await;
    let ann = json!({"program": "shop", "perk": "mug", "member": "twitter:ann"});
    app.post_once("/v1/claims", "k1", ann.clone())
        .await
        .expect(201);
    let ben = json!({"program": "shop", "perk": "mug", "member": "twitter:ben"});
    let other = app.post_once("/v1/claims", "k1", ben).await;
    assert_eq!(other.problem(422), "idempotency-key-reused");
    let missing = app.post("/v1/claims", ann.clone()).await;
    assert_eq!(missing.problem(400), "idempotency-key-missing");
    let long = "x".repeat(256);
    let nonsense = app.post_once("/v1/claims", &long, ann).await;
    assert_eq!(nonsense.problem(400), "invalid-request");
}

#[tokio::test]
async fn what_was_not_understood_can_be_sent_again_correctly() {
    let app = shop().await;
    let wrong = json!({"program": "shop", "perk": "mug", "membre": "twitter:ann"});
    app.post_once("/v1/claims", "k1", wrong).await.problem(400);
    let right = json!({"program": "shop", "perk": "mug", "member": "twitter:ann"});
    app.post_once("/v1/claims", "k1", right).await.expect(201);
}

#[tokio::test]
async fn while_one_is_under_way_the_other_is_told_so() {
    let app = shop().await;
    let mut transaction = app.pool.begin().await.unwrap();
    let key: uuid::Uuid = sqlx::query_scalar("select key_id from api_keys")
        .fetch_one(&app.pool)
        .await
        .unwrap();
    let text = format!("idempotency {key} k1");
    sqlx::query("select pg_advisory_xact_lock(hashtextextended($1, 0))")
        .bind(text)
        .execute(&mut *transaction)
        .await
        .unwrap();
    let body = json!({"program": "shop", "perk": "mug", "member": "twitter:ann"});
    let busy = app.post_once("/v1/claims", "k1", body.clone()).await;
    assert_eq!(busy.problem(409), "request-in-progress");
    assert_eq!(busy.headers["retry-after"], "1");
    transaction.rollback().await.unwrap();
    app.post_once("/v1/claims", "k1", body).await.expect(201);
}

/// The address of a route, with values for its variables.
fn address(path: &str) -> String {
    let segments = path.split('/').map(|segment| match segment {
        "{program}" => "shop",
        "{perk}" => "mug",
        variable if variable.starts_with('{') => "0198c0de-0000-7000-8000-000000000000",
        fixed => fixed,
    });
    let address = segments.collect::<Vec<_>>().join("/");
    match path.ends_with("/grants/import") {
        true => address + "?list=press&author=Maria",
        false => address,
    }
}

#[tokio::test]
async fn every_post_that_changes_something_takes_a_name() {
    let app = shop().await;
    let document = serde_json::to_value(renown::http::openapi()).unwrap();
    let paths = document["paths"].as_object().unwrap().iter();
    let posts = paths.filter(|(path, item)| {
        item["post"].is_object() && !renown::http::idempotency::NEEDLESS.contains(&path.as_str())
    });
    let (mut seen, bad) = (0, "x".repeat(256));
    for (path, item) in posts {
        let told = item["post"]["parameters"].as_array().unwrap();
        let told = told.iter().any(|one| one["name"] == "Idempotency-Key");
        assert!(told, "{path} does not say so");
        let answer = app.post_once(&address(path), &bad, json!({})).await;
        let problem = answer.json();
        // An invalid key is found before all other errors, except for resources that do
        // not exist.
        let detail = problem["detail"].as_str().unwrap_or_default();
        assert!(
            detail.contains("Idempotency-Key") || answer.status == 404,
            "{path}: {problem}"
        );
        seen += 1;
    }
    assert!(seen >= 10, "{seen}");
}

#[tokio::test]
async fn answers_are_forgotten_after_a_day() {
    let app = shop().await;
    let body = json!({"program": "shop", "perk": "mug", "member": "twitter:ann"});
    app.post_once("/v1/claims", "k1", body).await.expect(201);
    assert_eq!(app.service.requests.forget_answers().await.unwrap(), 0);
    app.service.clock.advance(chrono::Duration::hours(25));
    assert_eq!(app.service.requests.forget_answers().await.unwrap(), 1);
}
