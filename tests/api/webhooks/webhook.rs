//! Webhooks: created, read, changed, deleted; which keys may, and which addresses are
//! allowed.

use renown_core::domain::Scope;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, App};
use crate::webhooks::receiver;
use crate::webhooks::receiver::{Receiver, hook, path};

/// Sends with another key.
async fn as_key(app: &App, key: &str, method: Method, path: &str, body: Value) -> Answer {
    let bearer = format!("Bearer {key}");
    let headers = [
        ("authorization", bearer.as_str()),
        ("content-type", "application/json"),
    ];
    app.send(method, path, &headers, body.to_string()).await
}

async fn count(app: &App) -> usize {
    let list = app.get("/v1/webhooks").await.expect(200);
    list["data"].as_array().unwrap().len()
}

#[tokio::test]
async fn a_webhook_is_made_shown_without_its_secret_changed_and_deleted() {
    let app = App::start().await;
    let body = json!({
        "url": "https://crm.example.com/hooks", "types": ["tier.changed", "claim.held"],
        "program": "palms-klub", "description": "the CRM",
    });
    let answer = app.post("/v1/webhooks", body).await;
    let made = answer.expect(201);
    assert_eq!(answer.headers["location"], path(&made));
    let secret = made["secret"].as_str().unwrap();
    assert!(secret.starts_with("whsec_"), "{secret}");
    let shown = app.get(&path(&made)).await.expect(200);
    assert_eq!(shown["secret"], Value::Null);
    for field in ["url", "types", "program", "description", "created_at"] {
        assert_eq!(shown[field], made[field], "{field}");
    }
    assert_eq!(
        (&shown["enabled"], &shown["disabled"]),
        (&json!(true), &Value::Null)
    );
    let list = app.get("/v1/webhooks").await;
    assert!(!String::from_utf8_lossy(&list.bytes).contains("whsec_"));

    app.service.clock.advance(chrono::TimeDelta::minutes(1));
    let change = json!({"types": [], "enabled": false, "description": ""});
    let patched = app.patch(&path(&made), change).await.expect(200);
    assert_eq!(patched["types"], json!([]));
    assert_eq!(patched["description"], Value::Null);
    assert_eq!(patched["disabled"]["reason"], "asked");
    assert_eq!(patched["url"], made["url"], "left as it was");
    assert_ne!(patched["updated_at"], made["updated_at"]);

    let gone = app.send(Method::DELETE, &path(&made), &[], "").await;
    assert_eq!(gone.status.as_u16(), 204);
    assert_eq!(app.get(&path(&made)).await.problem(404), "not-found");
    let again = app.send(Method::DELETE, &path(&made), &[], "").await;
    assert_eq!(again.problem(404), "not-found");
    assert_eq!(count(&app).await, 0);
}

#[tokio::test]
async fn what_is_wrong_with_a_webhook_is_pointed_at_and_nothing_is_made() {
    let app = App::start().await;
    let good = "https://example.com/";
    for (body, pointer) in [
        (json!({"url": "example.com"}), "/url"),
        (json!({"url": "ftp://example.com/"}), "/url"),
        (json!({"url": "http://example.com/"}), "/url"),
        (json!({"url": "https://me:secret@example.com/"}), "/url"),
        (json!({"url": "https://127.0.0.1/"}), "/url"),
        (json!({"url": "https://0x7f.1/"}), "/url"),
        (json!({"url": "https://[::1]/"}), "/url"),
        (json!({"url": "https://[::ffff:10.0.0.1]/"}), "/url"),
        (
            json!({"url": "https://169.254.169.254/latest/meta-data"}),
            "/url",
        ),
        (json!({"url": "https://192.168.1.1:8443/"}), "/url"),
        (
            json!({"url": good, "types": ["tier.changed", "tier.*"]}),
            "/types/1",
        ),
        (json!({"url": good, "types": "tier.changed"}), "/types"),
        (json!({"url": good, "secret": "whsec_c2hvcnQ="}), "/secret"),
        (
            json!({"url": good, "secret": "of my own making, long enough"}),
            "/secret",
        ),
        (
            json!({"url": good, "description": "x".repeat(501)}),
            "/description",
        ),
        (json!({"url": good, "program": "No Program"}), "/program"),
    ] {
        let problem = app.post("/v1/webhooks", body.clone()).await.expect(400);
        assert_eq!(problem["pointer"], pointer, "{body}: {problem}");
    }
    assert_eq!(count(&app).await, 0);
    let made = app
        .post("/v1/webhooks", json!({"url": good}))
        .await
        .expect(201);
    let inside = json!({"url": "https://10.0.0.1/"});
    assert_eq!(
        app.patch(&path(&made), inside).await.problem(400),
        "invalid-request"
    );
    assert_eq!(app.get(&path(&made)).await.expect(200)["url"], good);
}

#[tokio::test]
async fn addresses_that_the_operator_allows_may_be_called_in_the_clear_and_no_others() {
    let app = receiver::app().await;
    for (url, status) in [
        ("http://127.0.0.1:9/", 201),
        ("http://[::ffff:127.0.0.1]:9/", 201),
        ("https://127.0.0.1:9/", 201),
        ("http://10.0.0.1/", 400),
        ("http://1.1.1.1/", 400),
        ("https://1.1.1.1/", 201),
    ] {
        let answer = app.post("/v1/webhooks", json!({"url": url})).await;
        assert_eq!(answer.status.as_u16(), status, "{url}: {answer:?}");
    }
}

#[tokio::test]
async fn a_key_that_is_limited_to_a_program_has_the_webhooks_of_that_program() {
    let app = App::start().await;
    let klub = app.key_for("palms-klub", &["programs:write"]).await;
    let url = json!({"url": "https://example.com/"});
    let other = json!({"url": "https://example.com/", "program": "press-list"});
    let refused = as_key(&app, &klub, Method::POST, "/v1/webhooks", other.clone()).await;
    assert_eq!(refused.problem(403), "forbidden");
    let own = as_key(&app, &klub, Method::POST, "/v1/webhooks", url.clone()).await;
    let own = own.expect(201);
    assert_eq!(own["program"], "palms-klub", "it is limited as the key is");
    let of_all = app.post("/v1/webhooks", url.clone()).await.expect(201);
    let of_other = app.post("/v1/webhooks", other).await.expect(201);

    let seen = as_key(&app, &klub, Method::GET, "/v1/webhooks", json!({})).await;
    let seen = seen.expect(200);
    assert_eq!(seen["data"].as_array().unwrap().len(), 1);
    assert_eq!(seen["data"][0]["id"], own["id"]);
    for foreign in [&of_all, &of_other] {
        let place = path(foreign);
        let deliveries = format!("{place}/deliveries");
        let replay = format!("{place}/replay");
        let rotate = format!("{place}/rotate-secret");
        let test = format!("{place}/test");
        for (method, path, body) in [
            (Method::GET, &place, json!({})),
            (Method::PATCH, &place, json!({"enabled": false})),
            (Method::DELETE, &place, json!({})),
            (Method::GET, &deliveries, json!({})),
            (Method::POST, &replay, json!({"after": 0})),
            (Method::POST, &rotate, json!({})),
            (Method::POST, &test, json!({})),
        ] {
            let answer = as_key(&app, &klub, method.clone(), path, body).await;
            assert_eq!(answer.problem(404), "not-found", "{method} {path}");
        }
    }

    // A key that writes all programs, and one that only looks up, may not use webhooks.
    for scope in [Scope::ProgramsWrite, Scope::Lookup] {
        let (_, key) = app.new_key(&[scope], None).await;
        for (method, body) in [(Method::POST, url.clone()), (Method::GET, json!({}))] {
            let answer = as_key(&app, &key, method, "/v1/webhooks", body).await;
            assert_eq!(answer.problem(403), "forbidden", "{scope}");
        }
    }
}

#[tokio::test]
async fn a_request_under_a_name_makes_one_webhook_with_one_secret() {
    let app = App::start().await;
    let body = json!({"url": "https://example.com/"});
    let first = app
        .post_once("/v1/webhooks", "make-it", body.clone())
        .await
        .expect(201);
    let again = app
        .post_once("/v1/webhooks", "make-it", body)
        .await
        .expect(201);
    assert_eq!(first, again);
    assert_eq!(count(&app).await, 1);
}

#[tokio::test]
async fn there_are_no_more_webhooks_than_may_be_however_they_come() {
    let app = App::with(|config| config.webhooks.max_webhooks = 3).await;
    let body = || json!({"url": "https://example.com/"});
    let all = (0..8).map(|_| app.post("/v1/webhooks", body()));
    let answers = futures::future::join_all(all).await;
    let made = answers
        .iter()
        .filter(|answer| answer.status.as_u16() == 201);
    assert_eq!(made.count(), 3);
    assert_eq!(count(&app).await, 3);
    assert_eq!(
        app.post("/v1/webhooks", body()).await.problem(409),
        "conflict"
    );
}

#[tokio::test]
async fn a_receiver_can_be_tried_out() {
    let app = receiver::app().await;
    let receiver = Receiver::start().await;
    let webhook = hook(&app, &receiver, json!({"types": ["perk.drawn"]})).await;
    let test = format!("{}/test", path(&webhook));
    let came = app.post(&test, json!({})).await.expect(200);
    assert_eq!(
        came,
        json!({"delivered": true, "status": 204, "failure": null})
    );
    let request = &receiver.received()[0];
    assert_eq!(request.json()["type"], "webhook.test");
    assert_eq!(request.json()["id"], request.header("webhook-id"));
    assert!(request.is_signed_with(webhook["secret"].as_str().unwrap()));

    receiver.answers_with(500);
    let came = app.post(&test, json!({})).await.expect(200);
    assert_eq!(
        came,
        json!({"delivered": false, "status": 500, "failure": "status"})
    );
    let elsewhere = json!({"url": "https://127.0.0.1:1/"});
    app.patch(&path(&webhook), elsewhere).await.expect(200);
    let came = app.post(&test, json!({})).await.expect(200);
    assert_eq!(
        came,
        json!({"delivered": false, "status": null, "failure": "unreachable"})
    );
    // A receiver without TLS cannot be called over https.
    let encrypted = receiver.url.replace("http://", "https://");
    app.patch(&path(&webhook), json!({"url": encrypted}))
        .await
        .expect(200);
    let came = app.post(&test, json!({})).await.expect(200);
    assert_eq!(came["failure"], "tls");
    assert_eq!(
        app.service.webhooks.deliver_due().await.unwrap(),
        0,
        "it is in no log"
    );
}

#[tokio::test]
async fn a_webhook_signs_with_at_most_five_secrets_at_once() {
    let app = App::start().await;
    let url = json!({"url": "https://example.com/hook"});
    let webhook = app.post("/v1/webhooks", url).await.expect(201);
    let rotate = format!("{}/rotate-secret", path(&webhook));
    for _ in 0..4 {
        app.post(&rotate, json!({})).await.expect(200);
    }
    assert_eq!(app.post(&rotate, json!({})).await.problem(409), "conflict");
}
