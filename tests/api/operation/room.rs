//! Requests beyond what the service can answer in time.

use futures::StreamExt;
use serde_json::json;

use crate::harness::{App, like};

/// The body of a request that is under way until the result is dropped.
fn unfinished(id: &str) -> (futures::channel::mpsc::Sender<()>, reqwest::Body) {
    let (held, waits) = futures::channel::mpsc::channel::<()>(1);
    let line = like(id, "ann", "bob", "food").to_string() + "\n";
    let begin = futures::stream::once(async { Ok::<_, std::io::Error>(line) });
    let rest = waits.map(|()| Ok(String::new()));
    (held, reqwest::Body::wrap_stream(begin.chain(rest)))
}

#[tokio::test]
async fn work_in_bulk_is_refused_at_once_when_enough_is_under_way_and_lookups_are_not() {
    let app = App::with(|config| config.http.max_bulk_requests = 1).await;
    app.publish_palms().await;
    let (held, body) = unfinished("1");
    let first = app.stream(body);
    let others = async {
        // Until the first one is under way.
        let refused = loop {
            let again = like("0", "ann", "bob", "food").to_string();
            let answer = app.stream(again).await;
            if answer.status != 200 {
                break answer;
            }
            tokio::task::yield_now().await;
        };
        assert_eq!(refused.problem(503), "unavailable");
        assert_eq!(refused.headers["retry-after"], "1");
        let tier = "/v1/programs/palms-klub/members/twitter:ann/tier";
        app.get(tier).await.expect(200);
        app.get("/readyz").await.expect(200);
        // Not in bulk.
        app.get("/v1/programs").await.expect(200);
        drop(held);
    };
    let (first, ()) = futures::join!(first, others);
    assert_eq!(first.expect(200)["accepted"], 1);
    let report = app
        .stream(like("2", "ann", "bob", "food").to_string())
        .await;
    assert_eq!(report.expect(200)["accepted"], 1);
}

#[tokio::test]
async fn without_room_for_others_lookups_health_and_metrics_are_answered() {
    let app = App::with(|config| config.http.max_requests = 1).await;
    app.publish_palms().await;
    let (held, body) = unfinished("1");
    let content_type = [("content-type", "application/json")];
    let path = "/v1/decisions";
    let first = app.send(reqwest::Method::POST, path, &content_type, body);
    let others = async {
        let refused = loop {
            let answer = app.get("/v1/programs").await;
            if answer.status != 200 {
                break answer;
            }
            tokio::task::yield_now().await;
        };
        assert_eq!(refused.problem(503), "unavailable");
        for path in [
            "/livez",
            "/readyz",
            "/metrics",
            "/v1/schemas/program.json",
            "/v1/programs/palms-klub/members/twitter:ann/offers",
        ] {
            assert_eq!(app.get(path).await.status, 200, "{path}");
        }
        let many = json!({"members": ["twitter:ann"], "include": ["tier"]});
        let many = app.post("/v1/programs/palms-klub/lookups", many).await;
        many.expect(200);
        drop(held);
    };
    let (first, ()) = futures::join!(first, others);
    assert_eq!(first.status, 400, "a decision about a line of events");
    app.get("/v1/programs").await.expect(200);
}
