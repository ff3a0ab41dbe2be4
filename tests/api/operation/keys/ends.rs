//! Keys that have ended allow nothing, on every replica and in every cache.

use std::time::Duration;

use chrono::TimeDelta;
use renown::jobs::Jobs;
use renown::service::operation::{BootstrapKey, KeySecret};
use renown_core::domain::{KeyPermissions, Scope};
use reqwest::Method;
use serde_json::{Value, json};

use super::status;
use crate::harness::{App, config, create_key, noon};

#[tokio::test]
async fn without_a_good_key_there_is_nothing() {
    let app = App::start().await;
    let none = [("authorization", "")];
    let none = app.send(Method::GET, "/v1/leaderboard", &none, "").await;
    assert_eq!(none.problem(401), "unauthorized");
    assert_eq!(none.headers["www-authenticate"], "Bearer");
    assert_eq!(status(&app, "this-is-not-a-key-of-ours").await, 401);
}

#[tokio::test]
async fn a_revoked_key_is_refused_and_revoking_it_again_changes_nothing() {
    let app = App::start().await;
    app.service.notices.set_heard(true);
    let (id, secret) = app.new_key(&[Scope::Lookup], None).await;
    assert_eq!(status(&app, &secret).await, 200);
    let path = format!("/v1/keys/{id}/revoke");
    let first = app.post(&path, json!({})).await.expect(200);
    assert_eq!(status(&app, &secret).await, 401);
    app.service.clock.advance(TimeDelta::seconds(5));
    assert_eq!(app.post(&path, json!({})).await.expect(200), first);
}

#[tokio::test]
async fn an_expired_key_is_refused_from_memory_too() {
    let app = App::start().await;
    app.service.notices.set_heard(true);
    let end = Some(noon() + TimeDelta::seconds(10));
    let (_, secret) = create_key(&app.service, KeyPermissions::admin(), end).await;
    app.service.clock.advance(TimeDelta::seconds(9));
    assert_eq!(status(&app, &secret).await, 200);
    app.service.clock.advance(TimeDelta::seconds(1));
    assert_eq!(status(&app, &secret).await, 401);
}

/// Waits until a replica refuses a key. The promised time is asserted where real processes
/// are tested.
async fn refused(app: &App, secret: &str) {
    while status(app, secret).await != 401 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_key_that_is_revoked_or_rotated_on_one_replica_is_refused_on_the_other() {
    let one = App::start().await;
    let two = App::on(one.pool.clone(), config()).await;
    let jobs = [Jobs::start(&one.service), Jobs::start(&two.service)];
    let (revoked, first) = one.new_key(&[Scope::Lookup], None).await;
    let (rotated, second) = one.new_key(&[Scope::Lookup], None).await;
    for secret in [&first, &second] {
        // More than once, so that the other replica has it in memory.
        for _ in 0..3 {
            assert_eq!(status(&two, secret).await, 200);
        }
    }
    one.revoke_key(revoked).await;
    refused(&two, &first).await;
    let at_once = json!({"overlap_seconds": 0});
    let path = format!("/v1/keys/{rotated}/rotate");
    one.post(&path, at_once).await.expect(200);
    refused(&two, &second).await;
    for jobs in jobs {
        jobs.stop().await;
    }
}

/// Reads a stream until it ends.
async fn read_to_the_end(mut stream: reqwest::Response) {
    while let Ok(Some(_)) = stream.chunk().await {}
}

#[tokio::test]
async fn a_stream_ends_with_its_key_and_with_its_secret() {
    let app = App::start().await;
    app.service.notices.set_heard(true);
    let open = async |secret: &str| {
        let url = format!("http://{}/v1/stream", app.address);
        let stream = reqwest::Client::new().get(url).bearer_auth(secret).send();
        let mut stream = stream.await.unwrap();
        assert_eq!(stream.status(), 200);
        stream.chunk().await.unwrap();
        stream
    };
    let (revoked, secret) = app.new_key(&[Scope::Admin], None).await;
    let stream = open(&secret).await;
    app.revoke_key(revoked).await;
    read_to_the_end(stream).await;

    let (rotated, secret) = app.new_key(&[Scope::Admin], None).await;
    let stream = open(&secret).await;
    let overlap = json!({"overlap_seconds": 60});
    let path = format!("/v1/keys/{rotated}/rotate");
    app.post(&path, overlap).await.expect(200);
    let end = Some(noon() + TimeDelta::seconds(60));
    let (_, secret) = create_key(&app.service, KeyPermissions::admin(), end).await;
    let expiring = open(&secret).await;
    app.service.clock.advance(TimeDelta::seconds(60));
    read_to_the_end(stream).await;
    read_to_the_end(expiring).await;
}

#[tokio::test]
async fn a_new_bootstrap_key_ends_the_one_before_for_good() {
    let app = App::start().await;
    app.service.notices.set_heard(true);
    let (old, new) = ("rk_bootstrap_of_before_0123", "rk_bootstrap_of_today_01234");
    let start = async |text: &str| {
        let secret = KeySecret::parse(text).unwrap();
        app.service
            .keys
            .ensure_bootstrap_key(&secret)
            .await
            .unwrap()
    };
    assert_eq!(start(old).await, BootstrapKey::New(Vec::new()));
    assert_eq!(start(old).await, BootstrapKey::Known);
    assert_eq!(status(&app, old).await, 200);
    let BootstrapKey::New(ended) = start(new).await else {
        panic!("the second key is new");
    };
    assert_eq!(
        (status(&app, old).await, status(&app, new).await),
        (401, 200)
    );
    // A replica that still has the old one changes nothing.
    assert_eq!(start(old).await, BootstrapKey::Revoked);
    assert_eq!(
        (status(&app, old).await, status(&app, new).await),
        (401, 200)
    );
    let shown = app.get(&format!("/v1/keys/{}", ended[0])).await.expect(200);
    assert_eq!(
        (&shown["bootstrap"], &shown["state"]),
        (&json!(true), &json!("revoked"))
    );

    let keys = app.get("/v1/keys").await.expect(200);
    let mut keys = keys["data"].as_array().unwrap().iter();
    let good = |key: &&Value| key["bootstrap"] == true && key["state"] == "active";
    let id = keys.find(good).unwrap()["id"].as_str().unwrap();
    let rotate = format!("/v1/keys/{id}/rotate");
    let refused = app.post(&rotate, json!({})).await;
    assert_eq!(refused.problem(409), "conflict");
    assert!(
        refused.json()["detail"]
            .to_string()
            .contains("RENOWN_BOOTSTRAP_KEY")
    );
    // The other administrators stay.
    app.get("/v1/keys").await.expect(200);
}
