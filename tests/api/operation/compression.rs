//! Answers are compressed for callers that accept it.

use std::io::Read;

use reqwest::Method;

use crate::harness::{Answer, App};

async fn ask(app: &App, path: &str, headers: &[(&str, &str)]) -> Answer {
    app.send(Method::GET, path, headers, "").await
}

fn unpacked(answer: &Answer) -> Vec<u8> {
    let coding = answer.headers["content-encoding"].to_str().unwrap();
    let mut plain = Vec::new();
    match coding {
        "gzip" => flate2::read::GzDecoder::new(&answer.bytes[..]).read_to_end(&mut plain),
        "zstd" => zstd::Decoder::new(&answer.bytes[..])
            .unwrap()
            .read_to_end(&mut plain),
        other => panic!("{other}"),
    }
    .unwrap();
    plain
}

#[tokio::test]
async fn a_long_answer_is_compressed_and_has_a_tag_of_its_own() {
    let app = App::with_a_star().await;
    app.publish_palms().await;
    let path = "/v1/members/twitter:kevin/score/explanation";
    let plain = ask(&app, path, &[]).await;
    let tag = plain.headers["etag"].to_str().unwrap().trim_matches('"');
    assert!(plain.bytes.len() > 1_024);
    assert!(!plain.headers.contains_key("content-encoding"));
    assert_eq!(plain.headers["vary"], "accept-encoding");
    for coding in ["gzip", "zstd"] {
        let answer = ask(&app, path, &[("accept-encoding", coding)]).await;
        assert_eq!(answer.headers["content-encoding"], coding);
        assert!(answer.bytes.len() < plain.bytes.len());
        assert_eq!(unpacked(&answer), plain.bytes);
        let own = answer.headers["etag"].to_str().unwrap();
        assert_eq!(own, format!("\"{tag}-{coding}\""));
        // Either form proves that the caller has the answer.
        let known = [("accept-encoding", coding), ("if-none-match", own)];
        let again = ask(&app, path, &known).await;
        assert_eq!(again.status, 304);
        assert_eq!(again.headers["etag"], own);
        let quoted = format!("\"{tag}\"");
        let known = [
            ("accept-encoding", coding),
            ("if-none-match", quoted.as_str()),
        ];
        assert_eq!(ask(&app, path, &known).await.status, 304);
    }
}

#[tokio::test]
async fn a_compressed_answer_can_be_changed_by_its_tag() {
    let app = App::start().await;
    app.enrol("twitter:kevin").await;
    let path = "/v1/members/twitter:kevin";
    let attributes: serde_json::Map<_, _> = (0..40)
        .map(|number| (format!("about-{number}"), "what we know of this".into()))
        .collect();
    let body = serde_json::json!({"attributes": attributes});
    app.patch(path, body).await.expect(200);
    let zstd = [("accept-encoding", "zstd")];
    let read = ask(&app, path, &zstd).await;
    let tag = read.headers["etag"].to_str().unwrap();
    assert!(tag.ends_with("-zstd\""), "{tag}");
    let headers = [("content-type", "application/json"), ("if-match", tag)];
    let name = r#"{"name": "Kevin"}"#;
    let changed = app.send(Method::PATCH, path, &headers, name).await;
    changed.expect(200);
    let again = app.send(Method::PATCH, path, &headers, name).await;
    assert_eq!(again.problem(412), "precondition-failed");
}

#[tokio::test]
async fn a_short_answer_and_one_to_a_caller_that_accepts_none_are_plain() {
    let app = App::start().await;
    for (path, accept) in [
        ("/livez", "gzip"),
        ("/openapi.json", "br"),
        ("/openapi.json", "gzip;q=0"),
    ] {
        let answer = ask(&app, path, &[("accept-encoding", accept)]).await;
        assert!(!answer.headers.contains_key("content-encoding"), "{path}");
        answer.expect(200);
    }
    let page = ask(&app, "/docs", &[("accept-encoding", "gzip;q=0")]).await;
    assert!(!page.headers.contains_key("content-encoding"));
    let contract = ask(&app, "/openapi.json", &[("accept-encoding", "gzip, zstd")]).await;
    assert!(contract.bytes.len() * 5 < unpacked(&contract).len());
}

#[tokio::test]
async fn a_list_that_is_sent_as_it_is_read_is_compressed_too() {
    let app = App::start().await;
    for number in 0..30 {
        app.enrol(&format!("twitter:member{number}")).await;
    }
    let ndjson = ("accept", "application/x-ndjson");
    let path = "/v1/members/export";
    let plain = ask(&app, path, &[ndjson]).await;
    let zstd = ask(&app, path, &[ndjson, ("accept-encoding", "zstd")]).await;
    assert_eq!(unpacked(&zstd), plain.bytes);
}
