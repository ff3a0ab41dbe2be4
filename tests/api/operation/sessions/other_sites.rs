//! Requests that pages of other sites cause.

use renown_core::domain::Role;
use reqwest::Method;
use serde_json::json;

use super::{cookie_of, signed_in, status};
use crate::harness::App;

/// Returns the status of a change, sent with a cookie and some headers.
async fn change(app: &App, cookie: &str, headers: &[(&str, &str)]) -> u16 {
    let mut all = vec![
        ("authorization", ""),
        ("cookie", cookie),
        ("content-type", "application/json"),
    ];
    all.extend_from_slice(headers);
    let path = "/v1/members/twitter:kevin";
    let answer = app.send(Method::PUT, path, &all, "{}").await;
    answer.status.as_u16()
}

#[tokio::test]
async fn a_cookie_changes_something_for_pages_of_ours_alone() {
    let app = App::start().await;
    let cookie = cookie_of(&app, Role::Admin).await;
    let page = ("renown-request", "page");
    let origin = format!("http://{}", app.address);
    let same = ("sec-fetch-site", "same-origin");
    for refused in [
        &[][..],
        &[page],
        &[same],
        &[("origin", origin.as_str())],
        &[page, ("sec-fetch-site", "cross-site")],
        &[page, ("sec-fetch-site", "same-site")],
        &[page, ("origin", "https://evil.example")],
        &[page, ("origin", "null")],
        &[("renown-request", "form"), same],
        // The browser knows better than the header that a proxy may have changed.
        &[
            page,
            ("sec-fetch-site", "cross-site"),
            ("origin", origin.as_str()),
        ],
    ] {
        assert_eq!(change(&app, &cookie, refused).await, 403, "{refused:?}");
    }
    let missing = app.get("/v1/members/twitter:kevin").await;
    assert_eq!(missing.problem(404), "not-found");
    assert_eq!(change(&app, &cookie, &[page, same]).await, 201);
    let fits = [page, ("origin", origin.as_str())];
    assert_eq!(change(&app, &cookie, &fits).await, 200);
    // A key is not sent by browsers on their own.
    app.put("/v1/members/twitter:kevin", json!({}))
        .await
        .expect(200);
}

#[tokio::test]
async fn another_site_signs_nobody_in() {
    let app = App::start().await;
    let sign_in = async |header: (&str, &str)| {
        let headers = [
            ("authorization", ""),
            ("content-type", "application/json"),
            header,
        ];
        let body = json!({"key": app.key}).to_string();
        let answer = app.send(Method::POST, "/v1/session", &headers, body).await;
        (
            answer.status.as_u16(),
            answer.headers.contains_key("set-cookie"),
        )
    };
    let outside = sign_in(("sec-fetch-site", "cross-site")).await;
    assert_eq!(outside, (403, false));
    let outside = sign_in(("origin", "https://evil.example")).await;
    assert_eq!(outside, (403, false));
    let inside = sign_in(("sec-fetch-site", "same-origin")).await;
    assert_eq!(inside, (201, true));
}

#[tokio::test]
async fn a_page_of_another_site_signs_nobody_out() {
    let app = App::start().await;
    let cookie = signed_in(&app, &app.key).await;
    let headers = [("authorization", ""), ("cookie", cookie.as_str())];
    let one = "/v1/sessions/01890a5d-ac96-774b-bcce-b302099a8057";
    let refused = app.send(Method::DELETE, one, &headers, "").await;
    assert_eq!(refused.problem(403), "forbidden");
    let refused = app.send(Method::DELETE, "/v1/session", &headers, "").await;
    assert_eq!(refused.problem(403), "forbidden");
    assert!(
        refused.json()["detail"]
            .to_string()
            .contains("Renown-Request: page")
    );
    assert_eq!(status(&app, &cookie).await, 200);
}
