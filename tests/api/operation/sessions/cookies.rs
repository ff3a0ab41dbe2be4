//! The cookie of a session, and who the caller is with it.

use chrono::TimeDelta;
use renown_core::domain::{Role, Scope};
use reqwest::Method;
use serde_json::{Value, json};

use super::{cookie_of, from_page, page, page_with, set_by, sign_in, signed_in, status};
use crate::harness::{App, PALMS, noon};

#[tokio::test]
async fn a_person_signs_in_with_a_key_and_may_do_what_it_may() {
    let app = App::start().await;
    let scopes = [Scope::Lookup, Scope::ClaimsWrite];
    let (id, secret) = app.new_key(&scopes, Some("palms-klub")).await;
    let answer = sign_in(&app, &secret).await;
    let body = answer.expect(201);
    assert_eq!(
        body,
        json!({
            "id": body["id"], "caller": id.to_string(), "name": "tests", "role": "front_desk",
            "scopes": ["lookup", "claims:write"], "only_reads": false, "program": "palms-klub",
            "expires_at": "2026-11-23T00:00:00Z",
        })
    );
    assert_eq!(answer.headers["cache-control"], "no-store");
    let cookie = set_by(&answer);
    let again = page(&app, &cookie, Method::GET, "/v1/session").await;
    assert_eq!(again.expect(200), body);
    // By the key itself there is no session.
    let bearer = format!("Bearer {secret}");
    let of_key = [("authorization", bearer.as_str())];
    let of_key = app.send(Method::GET, "/v1/session", &of_key, "").await;
    let of_key = of_key.expect(200);
    assert_eq!(
        (&of_key["id"], &of_key["caller"], &of_key["expires_at"]),
        (&Value::Null, &body["caller"], &Value::Null)
    );
}

#[tokio::test]
async fn the_cookie_is_out_of_reach_of_scripts_and_other_sites() {
    let app = App::start().await;
    let cookie = sign_in(&app, &app.key).await;
    let cookie = cookie.headers["set-cookie"].to_str().unwrap().to_owned();
    let (pair, flags) = cookie.split_once("; ").unwrap();
    assert!(pair.starts_with("renown_session=rs_"), "{pair}");
    assert_eq!(flags, "HttpOnly; SameSite=Strict; Path=/; Max-Age=43200");

    let app = App::with(|config| {
        config.http.public_url = Some("https://renown.example.com".parse().unwrap());
    })
    .await;
    let answer = sign_in(&app, &app.key).await;
    let cookie = answer.headers["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("__Host-renown_session=rs_"), "{cookie}");
    assert!(cookie.ends_with("; HttpOnly; SameSite=Strict; Secure; Path=/; Max-Age=43200"));
    assert_eq!(status(&app, &set_by(&answer)).await, 200);
    // The name without the prefix could have been set by another host.
    let other = set_by(&answer).replace("__Host-", "");
    assert_eq!(status(&app, &other).await, 401);
}

#[tokio::test]
async fn a_host_that_is_not_this_machine_is_taken_for_one_with_tls() {
    let app = App::start().await;
    let headers = [
        ("authorization", ""),
        ("content-type", "application/json"),
        ("host", "renown.example.com"),
    ];
    let body = json!({"key": app.key}).to_string();
    let answer = app.send(Method::POST, "/v1/session", &headers, body).await;
    let cookie = answer.headers["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("__Host-renown_session=") && cookie.contains("; Secure;"));
}

#[tokio::test]
async fn a_token_counts_only_where_it_belongs() {
    let app = App::start().await;
    let cookie = signed_in(&app, &app.key).await;
    let token = cookie.strip_prefix("renown_session=").unwrap();
    let bearer = format!("Bearer {token}");
    let as_bearer = [("authorization", bearer.as_str())];
    let refused = app.send(Method::GET, "/v1/session", &as_bearer, "").await;
    assert_eq!(refused.problem(401), "unauthorized");
    let key = format!("renown_session={}", app.key);
    assert_eq!(status(&app, &key).await, 401);
    // A header that is there decides, even if it is wrong.
    let both = [("cookie", cookie.as_str()), ("authorization", "Bearer no")];
    let refused = app.send(Method::GET, "/v1/session", &both, "").await;
    assert_eq!(refused.problem(401), "unauthorized");
    let among = format!("theme=dark; {cookie}; other=1");
    assert_eq!(status(&app, &among).await, 200);
}

#[tokio::test]
async fn a_role_is_told_what_it_may_and_which_roles_may_more() {
    let app = App::start().await;
    let auditor = cookie_of(&app, Role::Auditor).await;
    let body = page(&app, &auditor, Method::GET, "/v1/session").await;
    let body = body.expect(200);
    assert_eq!(body["role"], "auditor");
    assert_eq!(body["only_reads"], true);
    assert_eq!(body["scopes"].as_array().unwrap().len(), 8, "{body}");
    let desk = cookie_of(&app, Role::FrontDesk).await;
    let refused = page(&app, &desk, Method::GET, "/v1/members").await;
    assert_eq!(refused.problem(403), "forbidden");
    assert_eq!(
        refused.json()["roles"],
        json!(["support", "marketer", "reviewer", "auditor", "admin"])
    );
}

#[tokio::test]
async fn an_auditor_tries_what_a_program_would_do_and_records_nothing() {
    let app = App::start().await;
    app.publish_palms().await;
    let auditor = cookie_of(&app, Role::Auditor).await;
    let decide = async |dry: bool| {
        let body = json!({"program": "palms-klub", "member": "twitter:ann", "dry": dry});
        page_with(&app, &auditor, "/v1/decisions", &body).await
    };
    let tried = decide(true).await.expect(200);
    assert_eq!(tried["id"], Value::Null, "{tried}");
    let refused = decide(false).await;
    assert_eq!(refused.problem(403), "forbidden");
    assert_eq!(refused.json()["pointer"], "/dry");
    let batch = json!({"decisions": [
        {"program": "palms-klub", "member": "twitter:ann", "dry": true},
        {"program": "palms-klub", "member": "twitter:ann"},
    ]});
    let batch = page_with(&app, &auditor, "/v1/decisions", &batch).await;
    let batch = batch.expect(200);
    assert!(batch["data"][0]["decision"].is_object(), "{batch}");
    assert_eq!(batch["data"][1]["problem"]["pointer"], "/decisions/1/dry");
    let source = json!({"source": PALMS});
    let path = "/v1/programs/palms-klub/simulate";
    let simulated = page_with(&app, &auditor, path, &source).await;
    assert_eq!(simulated.status.as_u16(), 200);
    let listed = page(&app, &auditor, Method::GET, "/v1/decisions").await;
    assert_eq!(listed.expect(200)["data"], json!([]));
}

#[tokio::test]
async fn keys_that_do_not_work_are_tried_a_few_times_only() {
    let app = App::with(|config| config.sign_in.guesses = 2).await;
    let (revoked, secret) = app.new_key(&[Scope::Lookup], None).await;
    app.revoke_key(revoked).await;
    for wrong in [secret.as_str(), "short"] {
        assert_eq!(sign_in(&app, wrong).await.problem(401), "unauthorized");
    }
    let refused = sign_in(&app, &app.key).await;
    assert_eq!(refused.problem(429), "too-many-requests");
    assert_eq!(refused.headers["retry-after"], "6");
    assert_eq!(refused.headers["ratelimit-policy"], "\"sign-in\";q=2;w=12");
    app.service.clock.advance(TimeDelta::seconds(6));
    sign_in(&app, &app.key).await.expect(201);
}

#[tokio::test]
async fn behind_a_proxy_others_are_not_held_up() {
    let app = App::with(|config| {
        config.sign_in.guesses = 1;
        config.http.proxies = 1;
    })
    .await;
    let from = async |address: &str, key: &str| {
        let headers = [
            ("authorization", ""),
            ("content-type", "application/json"),
            ("x-forwarded-for", address),
        ];
        let body = json!({"key": key}).to_string();
        let answer = app.send(Method::POST, "/v1/session", &headers, body).await;
        answer.status.as_u16()
    };
    assert_eq!(from("1.2.3.4", "no").await, 401);
    assert_eq!(from("1.2.3.4", &app.key).await, 429);
    // What a sender writes into the header itself changes nothing.
    assert_eq!(from("9.9.9.9, 1.2.3.4", &app.key).await, 429);
    assert_eq!(from("1.2.3.5", &app.key).await, 201);
}

#[tokio::test]
async fn what_a_person_changes_names_the_person() {
    let app = App::start().await;
    app.publish_palms().await;
    app.enrol("twitter:kevin").await;
    let cookie = cookie_of(&app, Role::Reviewer).await;
    let me = page(&app, &cookie, Method::GET, "/v1/session").await;
    let me = me.expect(200)["caller"].clone();
    let mut headers = from_page(&cookie).to_vec();
    headers.push(("content-type", "application/json"));
    let grant = json!({
        "member": "twitter:kevin", "tier": "insider", "reason": "A journalist.", "author": "Ann",
    });
    let path = "/v1/programs/palms-klub/grants";
    let grant = app.send(Method::POST, path, &headers, grant.to_string());
    assert_eq!(grant.await.expect(201)["key"], me);
    // The next time it is the same id.
    app.service.clock.advance(TimeDelta::days(1));
    let later = cookie_of(&app, Role::Marketer).await;
    let later = page(&app, &later, Method::GET, "/v1/session").await;
    assert_eq!(later.expect(200)["caller"], me);
    assert!(app.service.clock.now() > noon());
}
