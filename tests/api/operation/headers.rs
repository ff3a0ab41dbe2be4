//! The headers of answers, and headers of requests that change nothing.

use reqwest::Method;
use serde_json::json;

use crate::harness::App;

#[tokio::test]
async fn every_answer_says_what_browsers_may_do_with_it() {
    let app = App::start().await;
    let paths = [
        "/livez",
        "/v1/sources",
        "/v1/nothing",
        "/openapi.json",
        "/docs/",
    ];
    for path in paths {
        let headers = app.get(path).await.headers;
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(headers["x-frame-options"], "DENY", "{path}");
        assert_eq!(headers["referrer-policy"], "no-referrer", "{path}");
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(
            policy.starts_with("default-src 'none'; "),
            "{path}: {policy}"
        );
        assert!(
            policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        let has_scripts = policy.contains("script-src 'self'");
        assert_eq!(has_scripts, path == "/docs/", "{path}: {policy}");
    }
}

#[tokio::test]
async fn the_reference_has_no_scripts_that_its_policy_forbids() {
    let app = App::start().await;
    let page = app.get("/docs/").await;
    let page = String::from_utf8_lossy(&page.bytes).into_owned();
    for script in page.split("<script").skip(1) {
        let (tag, rest) = script.split_once('>').unwrap();
        assert!(tag.contains("src=\"/assets/"), "{tag}");
        let inline = rest.split("</script>").next().unwrap();
        assert!(inline.trim().is_empty(), "{inline}");
    }
}

#[tokio::test]
async fn what_a_proxy_says_of_the_caller_changes_nothing() {
    let app = App::start().await;
    app.publish_palms().await;
    let forwarded = [
        ("content-type", "application/json"),
        ("x-forwarded-for", "10.0.0.1"),
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-prefix", "/evil"),
        ("forwarded", "for=10.0.0.1;host=evil.example;proto=https"),
    ];
    let body = json!({"program": "palms-klub", "member": "twitter:kevin"}).to_string();
    let decided = app
        .send(Method::POST, "/v1/decisions", &forwarded, body)
        .await;
    decided.expect(201);
    let location = decided.headers["location"].to_str().unwrap();
    assert!(location.starts_with("/v1/decisions/"), "{location}");
    for program in ["a", "b"] {
        app.enrol(&format!("twitter:{program}")).await;
    }
    let path = "/v1/leaderboard?limit=1";
    let plain = app.get(path).await;
    let other = app.send(Method::GET, path, &forwarded[1..], "").await;
    assert_eq!(plain.bytes, other.bytes);
    assert_eq!(plain.headers.get("link"), other.headers.get("link"));
}
