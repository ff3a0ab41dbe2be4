//! Sessions that have ended allow nothing, on every replica and in every cache.

use std::time::Duration;

use chrono::TimeDelta;
use renown::jobs::Jobs;
use renown_core::domain::{KeyPermissions, Role, Scope};
use reqwest::Method;
use serde_json::json;

use super::{cookie_of, cookie_of_person, page, set_by, sign_in, signed_in, status};
use crate::harness::{App, config, create_key, noon};

#[tokio::test]
async fn signing_out_ends_the_session_and_removes_the_cookie() {
    let app = App::start().await;
    app.service.notices.set_heard(true);
    let cookie = signed_in(&app, &app.key).await;
    let other = signed_in(&app, &app.key).await;
    let out = page(&app, &cookie, Method::DELETE, "/v1/session").await;
    assert_eq!(out.status, 204);
    let removed = out.headers["set-cookie"].to_str().unwrap();
    assert!(removed.starts_with("renown_session=; ") && removed.ends_with("Max-Age=0"));
    assert_eq!(status(&app, &cookie).await, 401);
    assert_eq!(status(&app, &other).await, 200);
    let key = app.send(Method::DELETE, "/v1/session", &[], "").await;
    assert_eq!(key.problem(404), "not-found");
}

#[tokio::test]
async fn signing_in_again_ends_the_session_of_the_same_browser() {
    let app = App::start().await;
    let first = cookie_of(&app, Role::Marketer).await;
    let headers = [
        ("authorization", ""),
        ("content-type", "application/json"),
        ("cookie", first.as_str()),
    ];
    let body = json!({"key": app.key}).to_string();
    let second = app.send(Method::POST, "/v1/session", &headers, body).await;
    second.expect(201);
    assert_eq!(status(&app, &first).await, 401);
    assert_eq!(status(&app, &set_by(&second)).await, 200);
}

#[tokio::test]
async fn a_session_ends_after_its_hours_however_it_is_used() {
    let app = App::start().await;
    app.service.notices.set_heard(true);
    let cookie = cookie_of(&app, Role::Support).await;
    for _ in 0..11 {
        app.service.clock.advance(TimeDelta::hours(1));
        assert_eq!(status(&app, &cookie).await, 200);
    }
    app.service.clock.advance(TimeDelta::minutes(59));
    assert_eq!(status(&app, &cookie).await, 200);
    app.service.clock.advance(TimeDelta::minutes(1));
    assert_eq!(status(&app, &cookie).await, 401);
}

#[tokio::test]
async fn a_session_that_is_not_used_ends_and_use_on_any_replica_counts() {
    let app = App::start().await;
    let other = App::on(app.pool.clone(), config()).await;
    for app in [&app, &other] {
        app.service.notices.set_heard(true);
    }
    let cookie = cookie_of(&app, Role::Support).await;
    let pass = |minutes| {
        for app in [&app, &other] {
            app.service.clock.advance(TimeDelta::minutes(minutes));
        }
    };
    assert_eq!(status(&app, &cookie).await, 200);
    pass(119);
    assert_eq!(status(&other, &cookie).await, 200);
    other.service.callers.record_uses().await.unwrap();
    pass(119);
    // This replica has not seen it for four hours.
    assert_eq!(status(&app, &cookie).await, 200);
    pass(120);
    assert_eq!(status(&app, &cookie).await, 401);
    let sessions = app.get("/v1/sessions").await.expect(200);
    assert_eq!(sessions["data"][0]["state"], "expired", "{sessions}");
}

#[tokio::test]
async fn a_session_ends_with_its_key_and_with_the_secret_it_was_made_with() {
    let app = App::start().await;
    app.service.notices.set_heard(true);
    let (revoked, secret) = app.new_key(&[Scope::Lookup], None).await;
    let cookie = signed_in(&app, &secret).await;
    assert_eq!(status(&app, &cookie).await, 200);
    app.revoke_key(revoked).await;
    assert_eq!(status(&app, &cookie).await, 401);

    let (rotated, secret) = app.new_key(&[Scope::Lookup], None).await;
    let cookie = signed_in(&app, &secret).await;
    let path = format!("/v1/keys/{rotated}/rotate");
    let new = app.post(&path, json!({"overlap_seconds": 60})).await;
    let new = new.expect(200)["secret"].as_str().unwrap().to_owned();
    let later = signed_in(&app, &new).await;
    app.service.clock.advance(TimeDelta::seconds(59));
    assert_eq!(status(&app, &cookie).await, 200);
    app.service.clock.advance(TimeDelta::seconds(1));
    assert_eq!(status(&app, &cookie).await, 401);
    assert_eq!(status(&app, &later).await, 200);

    let end = app.service.clock.now() + TimeDelta::hours(1);
    let (_, secret) = create_key(&app.service, KeyPermissions::admin(), Some(end)).await;
    let begun = sign_in(&app, &secret).await;
    assert_eq!(begun.expect(201)["expires_at"], json!(end));
    app.service.clock.advance(TimeDelta::hours(1));
    assert_eq!(status(&app, &set_by(&begun)).await, 401);
}

#[tokio::test]
async fn a_session_that_is_ended_on_one_replica_is_refused_on_the_other() {
    let one = App::start().await;
    let two = App::on(one.pool.clone(), config()).await;
    let jobs = [Jobs::start(&one.service), Jobs::start(&two.service)];
    let cookie = cookie_of_person(&one, "eve", Role::Admin).await;
    // More than once, so that the other replica has it in memory.
    for _ in 0..3 {
        assert_eq!(status(&two, &cookie).await, 200);
    }
    let me = page(&one, &cookie, Method::GET, "/v1/session").await;
    let id = me.expect(200)["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/sessions/{id}");
    let ended = one.send(Method::DELETE, &path, &[], "").await;
    assert_eq!(ended.status, 204);
    // The promised time is asserted where real processes are tested.
    while status(&two, &cookie).await != 401 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    for jobs in jobs {
        jobs.stop().await;
    }
}

#[tokio::test]
async fn a_stream_takes_the_cookie_and_ends_with_the_session() {
    let app = App::start().await;
    app.service.notices.set_heard(true);
    let cookie = cookie_of(&app, Role::Admin).await;
    let url = format!("http://{}/v1/stream", app.address);
    let stream = reqwest::Client::new().get(url).header("cookie", &cookie);
    let mut stream = stream.send().await.unwrap();
    assert_eq!(stream.status(), 200);
    stream.chunk().await.unwrap();
    let out = page(&app, &cookie, Method::DELETE, "/v1/session").await;
    assert_eq!(out.status, 204);
    while let Ok(Some(_)) = stream.chunk().await {}
}

#[tokio::test]
async fn nobody_reads_the_metrics_without_a_credential_because_a_person_has() {
    let app = App::start().await;
    let cookie = cookie_of(&app, Role::Admin).await;
    let read = page(&app, &cookie, Method::GET, "/metrics").await;
    assert_eq!(read.status, 200);
    // While the database does not answer, those who could read them a moment ago still can.
    app.pool.close().await;
    let read = page(&app, &cookie, Method::GET, "/metrics").await;
    assert_eq!(read.status, 200);
    let none = [("authorization", "")];
    let none = app.send(Method::GET, "/metrics", &none, "").await;
    assert_eq!(none.problem(401), "unauthorized");
}

#[tokio::test]
async fn old_sessions_are_deleted_but_the_last_of_each_person() {
    let app = App::start().await;
    for person in ["ann", "ann", "bob"] {
        cookie_of_person(&app, person, Role::Support).await;
        app.service.clock.advance(TimeDelta::seconds(1));
    }
    let names = async || {
        let list = app.get("/v1/sessions").await.expect(200);
        let data = list["data"].as_array().unwrap().iter();
        data.map(|session| session["name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert!(app.service.sessions.prune().await.unwrap());
    assert_eq!(names().await.len(), 3);
    app.service.clock.advance(TimeDelta::days(91));
    assert!(!app.service.sessions.prune().await.unwrap());
    assert!(app.service.sessions.prune().await.unwrap());
    assert_eq!(names().await, ["bob of corp", "ann of corp"]);
    assert!(app.service.clock.now() > noon());
}
