//! Pages of other origins that call the API with a key.

use reqwest::Method;

use crate::harness::{App, like};

const SHOP: &str = "https://shop.example.com";

async fn app() -> App {
    App::with(|config| config.http.cors_origins = vec![SHOP.parse().unwrap()]).await
}

#[tokio::test]
async fn a_page_of_a_configured_origin_may_ask_and_read_the_answer() {
    let app = app().await;
    let preflight = [
        ("authorization", ""),
        ("origin", SHOP),
        ("access-control-request-method", "POST"),
        (
            "access-control-request-headers",
            "authorization,content-type,idempotency-key",
        ),
    ];
    let answer = app
        .send(Method::OPTIONS, "/v1/claims", &preflight, "")
        .await;
    assert_eq!(answer.status, 200);
    let header = |answer: &crate::harness::Answer, name: &str| {
        let value = answer
            .headers
            .get(name)
            .map(|value| value.to_str().unwrap());
        value.unwrap_or_default().to_ascii_lowercase()
    };
    assert_eq!(header(&answer, "access-control-allow-origin"), SHOP);
    assert!(header(&answer, "access-control-allow-methods").contains("post"));
    let allowed = header(&answer, "access-control-allow-headers");
    for name in [
        "authorization",
        "content-type",
        "idempotency-key",
        "if-match",
    ] {
        assert!(allowed.contains(name), "{name}: {allowed}");
    }
    assert_eq!(header(&answer, "access-control-max-age"), "3600");
    // Also a refusal can be read.
    for (path, status) in [
        ("/v1/sources", 200),
        ("/v1/nothing", 404),
        ("/v1/sources?x=1", 400),
    ] {
        let answer = app.send(Method::GET, path, &[("origin", SHOP)], "").await;
        assert_eq!(answer.status, status, "{path}");
        assert_eq!(
            header(&answer, "access-control-allow-origin"),
            SHOP,
            "{path}"
        );
        let exposed = header(&answer, "access-control-expose-headers");
        for name in ["etag", "link", "ratelimit", "retry-after", "x-request-id"] {
            assert!(exposed.contains(name), "{name}: {exposed}");
        }
        assert!(
            !answer
                .headers
                .contains_key("access-control-allow-credentials")
        );
        assert!(header(&answer, "vary").contains("origin"), "{path}");
    }
}

#[tokio::test]
async fn a_page_of_another_origin_may_not_read_the_answer() {
    for app in [app().await, App::start().await] {
        let origin = [("origin", "https://evil.example.com")];
        let answer = app.send(Method::GET, "/v1/sources", &origin, "").await;
        assert!(!answer.headers.contains_key("access-control-allow-origin"));
    }
}

#[tokio::test]
async fn a_session_is_not_taken_from_a_page_of_a_configured_origin() {
    let app = app().await;
    let headers = [
        ("authorization", ""),
        ("cookie", "renown_session=rs_0123456789abcdef0123456789"),
        ("origin", SHOP),
        ("sec-fetch-site", "cross-site"),
        ("content-type", "application/json"),
        ("renown-request", "page"),
    ];
    let event = like("1", "ann", "bob", "food").to_string();
    let answer = app.send(Method::POST, "/v1/events", &headers, event).await;
    assert_eq!(answer.problem(403), "forbidden");
}
