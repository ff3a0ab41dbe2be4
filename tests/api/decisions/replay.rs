//! Decisions replayed from their records.

use chrono::TimeDelta;
use renown_core::domain::Scope;

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{App, PALMS, like, orders, stardom};

const NO_SUCH: &str = "/v1/decisions/01890a5d-ac96-774b-bcce-b302099a8057/replay";

/// A member with everything that rules read, and with awkward numbers.
async fn hotel() -> App {
    let app = App::start().await;
    app.publish_palms().await;
    let grace = json!({
        "identities": ["shop:K7", "twitter:grace"],
        "attributes": {"visits": 0.1, "share": 5e-324, "great": 1.7976931348623157e308, "vip": true},
    });
    app.put("/v1/members/loyalty:K7", grace).await.expect(201);
    let klout = json!({"score": 61.300000000000004, "provenance": "a file", "as_of": "2026-09-01T10:00:00.123456Z"});
    app.put("/v1/members/loyalty:K7/indices/klout", klout)
        .await
        .expect(200);
    app.rivals("las-vegas").await;
    app.events(&stardom("grace", "las-vegas")[..400]).await;
    app.events(&orders("K7", 7)).await;
    app.settle().await;
    app.rank().await;
    app
}

async fn decide(app: &App, member: &str, request: Value) -> Value {
    let body = json!({"program": "palms-klub", "member": member, "request": request});
    app.post("/v1/decisions", body).await.expect(201)
}

async fn replay(app: &App, decision: &Value) -> Value {
    let id = decision["id"].as_str().unwrap();
    let path = format!("/v1/decisions/{id}/replay");
    app.get(&path).await.expect(200)
}

#[tokio::test]
async fn a_decision_can_be_made_again_whatever_has_happened_since() {
    let app = hotel().await;
    let awkward =
        json!({"party_size": 0.30000000000000004, "n": 1e23, "m": -0.0, "tags": ["a", ""]});
    let decisions = [
        decide(&app, "loyalty:K7", awkward).await,
        decide(&app, "twitter:never-seen", json!({})).await,
    ];
    // Another version, other scores, another time, another tier.
    let other = PALMS.replace("standing.lower >= 25", "standing.lower >= 99");
    app.service
        .programs
        .publish(None, &other, None)
        .await
        .unwrap();
    app.service.clock.advance(TimeDelta::days(40));
    let more: Vec<Value> = (0..50)
        .map(|n| like(&format!("m{n}"), &format!("new{n}"), "grace", "cookies"))
        .collect();
    app.events(&more).await;
    app.settle().await;
    app.put("/v1/members/loyalty:K7", json!({"scoring": "opted_out"}))
        .await
        .expect(200);
    for decision in decisions {
        let replayed = replay(&app, &decision).await;
        assert_eq!(
            (&replayed["same"], &replayed["differences"]),
            (&json!(true), &json!([]))
        );
        assert_eq!(replayed["recorded"], decision["outcome"]);
        assert_eq!(replayed["replayed"], decision["outcome"]);
        assert_eq!(replayed["engine"], decision["inputs"]["engine"]);
        assert_eq!(replayed["engine_now"], env!("CARGO_PKG_VERSION"));
    }
    let recorded: i64 = sqlx::query_scalar("select count(*) from decisions")
        .fetch_one(&app.pool)
        .await
        .unwrap();
    assert_eq!(recorded, 2, "a replay is not recorded");
}

#[tokio::test]
async fn what_is_fetched_has_the_bytes_that_were_answered() {
    let app = hotel().await;
    let body = json!({"program": "palms-klub", "member": "loyalty:K7"});
    let made = app.post("/v1/decisions", body).await;
    let kept = app.get(made.headers["location"].to_str().unwrap()).await;
    made.expect(201);
    assert_eq!(kept.bytes, made.bytes);
}

#[tokio::test]
async fn how_old_each_input_was_is_said_then_and_later() {
    let app = hotel().await;
    let decision = decide(&app, "loyalty:K7", json!({})).await;
    let fresh = &decision["freshness"];
    assert_eq!(fresh["score_as_of"], decision["outcome"]["score_as_of"]);
    let score = app.get("/v1/members/loyalty:K7/score").await.expect(200);
    assert_eq!(fresh["snapshot"], score["snapshot"], "{fresh}");
    assert_eq!(
        fresh["indices_as_of"],
        json!({"klout": "2026-09-01T10:00:00.123456Z"})
    );
    assert_eq!(fresh["tier_held_since"], "2026-11-22T12:00:00Z");
    app.service.clock.advance(TimeDelta::days(1));
    app.refresh().await;
    let id = decision["id"].as_str().unwrap();
    let kept = app.get(&format!("/v1/decisions/{id}")).await.expect(200);
    assert_eq!(kept["freshness"], decision["freshness"]);
    let again = decide(&app, "loyalty:K7", json!({})).await;
    assert_ne!(again["freshness"], decision["freshness"]);
    let stranger = decide(&app, "twitter:never-seen", json!({})).await;
    assert_eq!(stranger["freshness"]["tier_held_since"], Value::Null);
    assert_eq!(stranger["freshness"]["indices_as_of"], json!({}));
}

#[tokio::test]
async fn a_record_that_was_tampered_with_is_found_out() {
    let app = hotel().await;
    let decision = decide(&app, "loyalty:K7", json!({})).await;
    let changed = sqlx::query(
        "update decisions set outcome = replace(outcome, '\"tier\":\"insider\"', '\"tier\":\"guest\"')",
    )
    .execute(&app.pool)
    .await
    .unwrap();
    assert_eq!(changed.rows_affected(), 1);
    let replayed = replay(&app, &decision).await;
    assert_eq!(replayed["same"], false);
    assert_eq!(replayed["differences"], json!(["/tier/tier"]));
    assert_eq!(replayed["recorded"]["tier"]["tier"], "guest");
    assert_eq!(replayed["replayed"], decision["outcome"]);
}

#[tokio::test]
async fn a_replay_is_for_whom_the_decision_is() {
    let app = hotel().await;
    assert_eq!(app.get(NO_SUCH).await.problem(404), "not-found");
    let decision = decide(&app, "loyalty:K7", json!({})).await;
    let path = format!("/v1/decisions/{}/replay", decision["id"].as_str().unwrap());
    for (scope, program, expected) in [
        (Scope::Lookup, None, 200),
        (Scope::Lookup, Some("elsewhere"), 403),
        (Scope::EventsWrite, None, 403),
    ] {
        let (_, key) = app.new_key(&[scope], program).await;
        let bearer = format!("Bearer {key}");
        let answer = app
            .send(Method::GET, &path, &[("authorization", &bearer)], "")
            .await;
        assert_eq!(answer.status.as_u16(), expected, "{scope}");
    }
}

#[tokio::test]
async fn a_version_that_this_service_cannot_read_is_not_made_again() {
    let app = hotel().await;
    let decision = decide(&app, "loyalty:K7", json!({})).await;
    sqlx::query("update program_versions set source = 'program: [' where version = 1")
        .execute(&app.pool)
        .await
        .unwrap();
    let id = decision["id"].as_str().unwrap();
    let answer = app.get(&format!("/v1/decisions/{id}/replay")).await;
    assert_eq!(answer.problem(422), "program-invalid");
}
