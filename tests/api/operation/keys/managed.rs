//! Keys are created, listed, rotated and revoked over HTTP.

use chrono::TimeDelta;
use renown_core::domain::Scope;
use reqwest::Method;
use serde_json::{Value, json};

use super::{as_key, status};
use crate::harness::{App, noon};

#[tokio::test]
async fn a_key_is_created_and_shown_without_its_secret() {
    let app = App::start().await;
    let body = json!({
        "name": "front desk", "scopes": ["lookup", "claims:write"], "program": "palms-klub",
        "expires_at": "2026-12-01T00:00:00Z",
    });
    let answer = app.post("/v1/keys", body).await;
    let created = answer.expect(201);
    let path = format!("/v1/keys/{}", created["id"].as_str().unwrap());
    assert_eq!(answer.headers["location"], path.as_str());
    assert!(created["secret"].as_str().unwrap().starts_with("rk_"));
    let mut shown = created.clone();
    shown.as_object_mut().unwrap().remove("secret");
    assert_eq!(app.get(&path).await.expect(200), shown);
    assert_eq!(
        shown,
        json!({
            "id": created["id"], "name": "front desk", "scopes": ["lookup", "claims:write"],
            "program": "palms-klub", "sources": [], "state": "active", "bootstrap": false,
            "created_at": "2026-11-22T12:00:00Z", "expires_at": "2026-12-01T00:00:00Z",
            "revoked_at": null, "last_used_at": null, "previous_secret_until": null,
        })
    );
    let missing = app
        .get("/v1/keys/01890a5d-ac96-774b-bcce-b302099a8057")
        .await;
    assert_eq!(missing.problem(404), "not-found");
}

#[tokio::test]
async fn keys_are_listed_by_pages() {
    let app = App::start().await;
    for _ in 0..4 {
        app.new_key(&[Scope::Lookup], None).await;
    }
    let (mut path, mut ids) = ("/v1/keys?limit=2".to_owned(), Vec::new());
    loop {
        let page = app.get(&path).await.expect(200);
        assert!(!page.to_string().contains("secret\""), "{page}");
        let data = page["data"].as_array().unwrap();
        assert!(data.len() <= 2);
        ids.extend(
            data.iter()
                .map(|key| key["id"].as_str().unwrap().to_owned()),
        );
        match page["page"]["next_cursor"].as_str() {
            Some(cursor) => path = format!("/v1/keys?limit=2&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(ids.len(), 5);
    let mut latest_first = ids.clone();
    latest_first.sort_by(|a, b| b.cmp(a));
    latest_first.dedup();
    assert_eq!(ids, latest_first);
}

#[tokio::test]
async fn what_is_wrong_with_a_new_key_is_said_and_nothing_is_created() {
    let app = App::start().await;
    let long = "x".repeat(101);
    for (change, pointer) in [
        (json!({"name": ""}), "/name"),
        (json!({"name": long}), "/name"),
        (json!({"name": "a\u{1b}[2Jb"}), "/name"),
        (json!({"name": "a\u{0}b"}), "/name"),
        (json!({"scopes": []}), "/scopes"),
        (json!({"scopes": vec!["lookup"; 7]}), "/scopes"),
        (
            json!({"scopes": ["events:write"], "sources": vec!["crm"; 101]}),
            "/sources",
        ),
        (json!({"scopes": ["lookup", "everything"]}), "/scopes/1"),
        (json!({"program": "No Such"}), "/program"),
        (
            json!({"scopes": ["lookup", "events:write"], "program": "klub"}),
            "/scopes",
        ),
        (json!({"scopes": ["metrics"], "program": "klub"}), "/scopes"),
        (json!({"sources": ["crm"]}), "/sources"),
        (json!({"scopes": ["admin"], "sources": ["crm"]}), "/sources"),
        (
            json!({"scopes": ["events:write"], "sources": ["crm", ""]}),
            "/sources/1",
        ),
        (json!({"expires_at": "2026-11-22T12:00:00Z"}), "/expires_at"),
    ] {
        let mut body = json!({"name": "desk", "scopes": ["lookup"]});
        for (name, value) in change.as_object().unwrap() {
            body[name] = value.clone();
        }
        let refused = app.post("/v1/keys", body).await;
        assert_eq!(refused.problem(400), "invalid-request", "{change}");
        assert_eq!(refused.json()["pointer"], pointer, "{change}");
    }
    let keys = app.get("/v1/keys").await.expect(200);
    assert_eq!(keys["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_secret_is_nowhere_in_the_database() {
    let app = App::start().await;
    let body = json!({"name": "desk", "scopes": ["lookup"]});
    let created = app
        .post_once("/v1/keys", "c", body.clone())
        .await
        .expect(201);
    let first = created["secret"].as_str().unwrap();
    let rotate = format!("/v1/keys/{}/rotate", created["id"].as_str().unwrap());
    let rotated = app.post_once(&rotate, "r", json!({})).await.expect(200);
    let second = rotated["secret"].as_str().unwrap();
    assert_eq!(
        (status(&app, first).await, status(&app, second).await),
        (200, 200)
    );

    // Sent again, it is the same key, and its secret is not shown again.
    let again = app.post_once("/v1/keys", "c", body).await;
    assert_eq!(again.headers["idempotency-replayed"], "true");
    let again = again.expect(201);
    assert_eq!(
        (&again["id"], &again["secret"]),
        (&created["id"], &Value::Null)
    );
    let again = app.post_once(&rotate, "r", json!({})).await.expect(200);
    assert_eq!(again["secret"], Value::Null);

    let rows: Vec<String> = sqlx::query_scalar(
        "select api_keys::text from api_keys
         union all select convert_from(body, 'UTF8') from idempotency_keys",
    )
    .fetch_all(&app.pool)
    .await
    .unwrap();
    assert_eq!(rows.len(), 4);
    for secret in [first, second, &app.key] {
        assert!(rows.iter().all(|row| !row.contains(secret)));
    }
}

#[tokio::test]
async fn a_rotated_secret_works_for_the_time_of_the_overlap() {
    let app = App::start().await;
    // From here on keys are served from memory.
    app.service.notices.set_heard(true);
    let (id, first) = app.new_key(&[Scope::Lookup], None).await;
    assert_eq!(status(&app, &first).await, 200);
    let rotate = async |seconds: u32| {
        let body = json!({"overlap_seconds": seconds});
        let rotated = app
            .post(&format!("/v1/keys/{id}/rotate"), body)
            .await
            .expect(200);
        let until = noon() + TimeDelta::seconds(seconds.into());
        assert_eq!(rotated["previous_secret_until"], json!(until));
        rotated["secret"].as_str().unwrap().to_owned()
    };
    let second = rotate(60).await;
    assert_eq!(
        (status(&app, &first).await, status(&app, &second).await),
        (200, 200)
    );
    app.service.clock.advance(TimeDelta::seconds(59));
    assert_eq!(status(&app, &first).await, 200);
    app.service.clock.advance(TimeDelta::seconds(1));
    assert_eq!(
        (status(&app, &first).await, status(&app, &second).await),
        (401, 200)
    );
    app.service.clock.advance(TimeDelta::seconds(-60));

    // At most two secrets work, and without an overlap one.
    let third = rotate(60).await;
    assert_eq!(
        (status(&app, &first).await, status(&app, &second).await),
        (401, 200)
    );
    let fourth = rotate(0).await;
    for (secret, expected) in [(&second, 401), (&third, 401), (&fourth, 200)] {
        assert_eq!(status(&app, secret).await, expected);
    }
    let long = json!({"overlap_seconds": 604_801});
    let refused = app.post(&format!("/v1/keys/{id}/rotate"), long).await;
    assert_eq!(refused.problem(400), "invalid-request");
    assert_eq!(refused.json()["pointer"], "/overlap_seconds");
}

#[tokio::test]
async fn a_key_that_has_ended_gets_no_new_secret() {
    let app = App::start().await;
    let (revoked, _) = app.new_key(&[Scope::Lookup], None).await;
    app.revoke_key(revoked).await;
    let body = json!({"name": "k", "scopes": ["lookup"], "expires_at": "2026-11-22T12:00:01Z"});
    let expired = app.post("/v1/keys", body).await.expect(201);
    app.service.clock.advance(TimeDelta::seconds(1));
    let expired = expired["id"].as_str().unwrap().to_owned();
    for (id, state) in [(revoked.to_string(), "revoked"), (expired, "expired")] {
        let shown = app.get(&format!("/v1/keys/{id}")).await.expect(200);
        assert_eq!(shown["state"], state);
        let refused = app.post(&format!("/v1/keys/{id}/rotate"), json!({})).await;
        assert_eq!(refused.problem(409), "conflict");
    }
}

#[tokio::test]
async fn the_last_administrator_is_not_locked_out() {
    let app = App::start().await;
    let keys = app.get("/v1/keys").await.expect(200);
    let own = format!(
        "/v1/keys/{}/revoke",
        keys["data"][0]["id"].as_str().unwrap()
    );
    // None of these can manage keys in the place of the last one.
    app.new_key(&[Scope::Admin], Some("palms-klub")).await;
    app.new_key(&[Scope::Lookup], None).await;
    let (revoked, _) = app.new_key(&[Scope::Admin], None).await;
    app.revoke_key(revoked).await;
    let soon = json!({"name": "k", "scopes": ["admin"], "expires_at": "2026-11-22T12:00:01Z"});
    app.post("/v1/keys", soon).await.expect(201);
    app.service.clock.advance(TimeDelta::seconds(1));
    let refused = app.post(&own, json!({})).await;
    assert_eq!(refused.problem(409), "conflict");
    app.get("/v1/keys").await.expect(200);

    let (_, other) = app.new_key(&[Scope::Admin], None).await;
    let revoked = as_key(&app, &other, Method::POST, &own, &json!({}))
        .await
        .expect(200);
    assert_eq!(revoked["state"], "revoked");
    assert_eq!(app.get("/v1/keys").await.problem(401), "unauthorized");
}

#[tokio::test]
async fn the_last_use_is_recorded_once_a_minute() {
    let app = App::start().await;
    let (id, secret) = app.new_key(&[Scope::Lookup], None).await;
    let last_use = async || {
        app.service.callers.record_uses().await.unwrap();
        let key = app.get(&format!("/v1/keys/{id}")).await.expect(200);
        key["last_used_at"].clone()
    };
    assert_eq!(last_use().await, Value::Null);
    status(&app, &secret).await;
    assert_eq!(last_use().await, json!("2026-11-22T12:00:00Z"));
    app.service.clock.advance(TimeDelta::seconds(59));
    status(&app, &secret).await;
    assert_eq!(last_use().await, json!("2026-11-22T12:00:00Z"));
    app.service.clock.advance(TimeDelta::seconds(1));
    status(&app, &secret).await;
    assert_eq!(last_use().await, json!("2026-11-22T12:01:00Z"));
}
