//! How many requests a caller may send, and how they are told.

use reqwest::Method;

use crate::harness::{Answer, App};

/// Returns `q` and `w` of the policy, and `r` and `t` of the limit.
fn limit(answer: &Answer) -> [u32; 4] {
    let header = |name: &str| answer.headers[name].to_str().unwrap().to_owned();
    let number = |text: &str, name: &str| {
        let part = text.split(';').find_map(|part| part.strip_prefix(name));
        part.unwrap_or_else(|| panic!("no {name} in {text}"))
            .parse()
            .unwrap()
    };
    let (policy, now) = (header("ratelimit-policy"), header("ratelimit"));
    for text in [&policy, &now] {
        assert!(text.starts_with("\"requests\";"), "{text}");
    }
    [
        number(&policy, "q="),
        number(&policy, "w="),
        number(&now, "r="),
        number(&now, "t="),
    ]
}

#[tokio::test]
async fn every_answer_to_a_caller_says_how_many_requests_are_left() {
    let app = App::with(|config| {
        config.http.rate_limit_requests = 4;
        config.http.rate_limit_seconds = 4_000;
    })
    .await;
    let first = app.get("/v1/sources").await;
    assert_eq!(limit(&first), [4, 4_000, 3, 1_000]);
    // Also what is not found, and what is refused.
    let second = app.get("/v1/programs/no-such/draft").await;
    assert_eq!(second.problem(404), "not-found");
    assert_eq!(limit(&second)[2], 2);
    let third = app.send(Method::POST, "/v1/claims", &[], "{").await;
    assert_eq!(limit(&third)[2], 1);
    assert_eq!(limit(&app.get("/v1/sources").await)[2], 0);
    let refused = app.get("/v1/sources").await;
    assert_eq!(refused.problem(429), "too-many-requests");
    let [.., left, full] = limit(&refused);
    assert_eq!(left, 0);
    assert!((3_990..=4_000).contains(&full), "{full}");
    let wait: u32 = refused.headers["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((990..=1_000).contains(&wait), "{wait}");
}

#[tokio::test]
async fn a_limit_is_that_of_one_caller_and_not_of_those_who_show_nothing() {
    let app = App::with(|config| {
        config.http.rate_limit_requests = 3;
        config.http.rate_limit_seconds = 3_600;
    })
    .await;
    let other = app.key_for("palms-klub", &["lookup"]).await;
    while app.get("/v1/session").await.status != 429 {}
    let bearer = format!("Bearer {other}");
    let own = [("authorization", bearer.as_str())];
    let answer = app.send(Method::GET, "/v1/session", &own, "").await;
    answer.expect(200);
    // Health checks, metrics and the contract are for operators and for all.
    for path in [
        "/livez",
        "/readyz",
        "/metrics",
        "/openapi.json",
        "/v1/schemas/program.json",
    ] {
        let answer = app.get(path).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(!answer.headers.contains_key("ratelimit"), "{path}");
    }
    let unknown = [("authorization", "Bearer rk_unknown_0123456789abcdef")];
    for _ in 0..5 {
        let answer = app.send(Method::GET, "/v1/sources", &unknown, "").await;
        assert_eq!(answer.problem(401), "unauthorized");
    }
}

#[tokio::test]
async fn tokens_come_back_evenly() {
    let app = App::with(|config| {
        config.http.rate_limit_requests = 20;
        config.http.rate_limit_seconds = 2;
    })
    .await;
    while app.get("/v1/session").await.status != 429 {}
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    app.get("/v1/session").await.expect(200);
}

#[tokio::test]
async fn without_a_limit_nothing_is_said_or_refused() {
    let app = App::with(|config| config.http.rate_limit_requests = 0).await;
    for _ in 0..5 {
        let answer = app.get("/v1/sources").await;
        answer.expect(200);
        assert!(!answer.headers.contains_key("ratelimit"));
        assert!(!answer.headers.contains_key("ratelimit-policy"));
    }
}
