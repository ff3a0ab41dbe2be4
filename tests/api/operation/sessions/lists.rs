//! The list of sessions: who is signed in, how, and since when.

use chrono::TimeDelta;
use renown_core::domain::Role;
use reqwest::Method;
use serde_json::{Value, json};

use super::{cookie_of_person, page, signed_in, status};
use crate::harness::App;

async fn listed(app: &App, cookie: &str, query: &str) -> Vec<Value> {
    let path = format!("/v1/sessions{query}");
    let list = page(app, cookie, Method::GET, &path).await.expect(200);
    list["data"].as_array().unwrap().clone()
}

#[tokio::test]
async fn an_administrator_sees_all_sessions_and_others_their_own() {
    let app = App::start().await;
    let ann = cookie_of_person(&app, "ann", Role::Marketer).await;
    app.service.clock.advance(TimeDelta::minutes(5));
    let admin = signed_in(&app, &app.key).await;
    status(&app, &ann).await;
    app.service.callers.record_uses().await.unwrap();
    let all = listed(&app, &admin, "").await;
    assert_eq!(
        all[1],
        json!({
            "id": all[1]["id"], "kind": "page", "caller": all[1]["caller"], "name": "ann of corp",
            "role": "marketer", "program": null, "key": null, "provider": "corp",
            "created_at": "2026-11-22T12:00:00Z", "last_used_at": "2026-11-22T12:05:00Z",
            "expires_at": "2026-11-23T00:00:00Z", "state": "active", "current": false,
        })
    );
    assert_eq!(
        (
            &all[0]["key"],
            &all[0]["provider"],
            &all[0]["role"],
            &all[0]["current"]
        ),
        (&all[0]["caller"], &Value::Null, &Value::Null, &json!(true))
    );
    let text = serde_json::to_string(&all).unwrap();
    for secret in [&ann, &admin] {
        assert!(!text.contains(secret.split_once('=').unwrap().1));
    }

    let own = listed(&app, &ann, "").await;
    assert_eq!(own.len(), 1);
    assert_eq!(own[0]["current"], true);
    let of_ann = format!("?caller={}", all[1]["caller"].as_str().unwrap());
    assert_eq!(listed(&app, &admin, &of_ann).await.len(), 1);
    assert_eq!(listed(&app, &ann, &of_ann).await.len(), 1);
    let of_admin = format!("/v1/sessions?caller={}", all[0]["caller"].as_str().unwrap());
    let refused = page(&app, &ann, Method::GET, &of_admin).await;
    assert_eq!(refused.problem(403), "forbidden");
}

#[tokio::test]
async fn one_ends_ones_own_sessions_and_an_administrator_ends_any() {
    let app = App::start().await;
    let mut cookies = Vec::new();
    for (person, role) in [
        ("ann", Role::Auditor),
        ("ann", Role::Auditor),
        ("bob", Role::Support),
    ] {
        cookies.push(cookie_of_person(&app, person, role).await);
        app.service.clock.advance(TimeDelta::seconds(1));
    }
    let [first, second, bob] = &cookies[..] else {
        unreachable!()
    };
    let id = async |cookie: &str| {
        let me = page(&app, cookie, Method::GET, "/v1/session").await;
        format!("/v1/sessions/{}", me.expect(200)["id"].as_str().unwrap())
    };
    let (of_first, of_bob) = (id(first).await, id(bob).await);
    // An auditor sees the sessions of others, and changes nothing of theirs.
    assert_eq!(listed(&app, second, "").await.len(), 3);
    let refused = page(&app, second, Method::DELETE, &of_bob).await;
    assert_eq!(refused.problem(404), "not-found");
    assert_eq!(status(&app, bob).await, 200);
    for _ in 0..2 {
        let ended = page(&app, second, Method::DELETE, &of_first).await;
        assert_eq!(ended.status, 204);
    }
    assert_eq!(status(&app, first).await, 401);
    let ended = app.send(Method::DELETE, &of_bob, &[], "").await;
    assert_eq!(ended.status, 204);
    assert_eq!(status(&app, bob).await, 401);
    let states: Vec<Value> = listed(&app, second, "")
        .await
        .iter()
        .map(|session| session["state"].clone())
        .collect();
    assert_eq!(states, ["revoked", "active", "revoked"]);
}

#[tokio::test]
async fn sessions_are_listed_by_pages() {
    let app = App::start().await;
    for person in ["ann", "bob", "cid"] {
        cookie_of_person(&app, person, Role::Support).await;
        app.service.clock.advance(TimeDelta::seconds(1));
    }
    let first = app.get("/v1/sessions?limit=2").await.expect(200);
    let names = |list: &Value| {
        let data = list["data"].as_array().unwrap().iter();
        data.map(|session| session["name"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&first), ["cid of corp", "bob of corp"]);
    let cursor = first["page"]["next_cursor"].as_str().unwrap();
    let rest = format!("/v1/sessions?limit=2&cursor={cursor}");
    let rest = app.get(&rest).await.expect(200);
    assert_eq!(names(&rest), ["ann of corp"]);
    assert_eq!(rest["page"]["next_cursor"], Value::Null);
}
