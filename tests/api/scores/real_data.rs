//! Recorded activity of real communities, if available: `RENOWN_TEST_DATA` names a
//! directory with `qna/` and `retweets/`.

use std::path::PathBuf;

use renown::config::Enrolment;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::App;
use crate::scores::self_check::AtOnce;

/// Returns the file, or `None` with a message if there is none.
fn recorded(file: &str) -> Option<PathBuf> {
    let path = std::env::var_os("RENOWN_TEST_DATA").map(|dir| PathBuf::from(dir).join(file));
    let found = path.filter(|path| path.exists());
    if found.is_none() {
        eprintln!(
            "skipped: {file} is not there; set RENOWN_TEST_DATA to the directory that holds it"
        );
    }
    found
}

async fn community(as_of: &str) -> App {
    App::with(|config| {
        config.ingest.enrolment = Enrolment::Automatic;
        config.scoring.as_of = Some(as_of.parse().unwrap());
    })
    .await
}

fn counts(report: &Value) -> [u64; 3] {
    ["accepted", "duplicates", "rejected_count"].map(|name| report[name].as_u64().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn questions_and_answers_are_scored_and_explained_to_the_point() {
    let Some(file) = recorded("qna/events_all.ndjson") else {
        return;
    };
    let app = community("2018-09-02T00:00:00Z").await;
    let body = std::fs::read(file).unwrap();
    assert_eq!(
        counts(&app.stream(body.clone()).await.expect(200)),
        [16_550, 0, 0]
    );
    assert_eq!(counts(&app.stream(body).await.expect(200)), [0, 16_550, 0]);
    app.settle().await;
    app.rank().await;
    let mut next = Some("/v1/leaderboard?limit=200".to_owned());
    let mut explained = 0;
    while let Some(path) = next {
        let page = app.get(&path).await.expect(200);
        for line in page["data"].as_array().unwrap() {
            adds_up(&app, line).await;
            explained += 1;
        }
        let cursor = page["page"]["next_cursor"].as_str();
        next = cursor.map(|cursor| format!("/v1/leaderboard?limit=200&cursor={cursor}"));
    }
    assert!(explained > 200, "{explained}");
    let report = app.service.scorer.rebuild(|_| {}).await.unwrap();
    assert!(report.greatest_difference <= 1e-6, "{report:?}");
}

async fn adds_up(app: &App, line: &Value) {
    let member = line["member"].as_str().unwrap();
    let explanation = app
        .get(&format!("/v1/members/{member}/score/explanation"))
        .await
        .expect(200);
    let points = |list: &Value| -> f64 {
        list.as_array()
            .unwrap()
            .iter()
            .map(|item| item["points"].as_f64().unwrap())
            .sum()
    };
    let score = line["influence"]["score"].as_f64().unwrap();
    let parts = &explanation["influence"]["parts"];
    assert!(
        (points(parts) - score).abs() < 0.01,
        "{member}: {score} and {parts}"
    );
    for part in parts.as_array().unwrap() {
        let own = part["points"].as_f64().unwrap();
        assert!(
            (points(&part["moments"]) - own).abs() < 0.01,
            "{member}: {part}"
        );
        assert!(
            (points(&part["by_type"]) - own).abs() < 0.01,
            "{member}: {part}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_third_of_a_million_retweets_are_taken_once() {
    let Some(file) = recorded("retweets/events_before_cut.ndjson.gz") else {
        return;
    };
    let app = App::start().await;
    let body = std::fs::read(file).unwrap();
    let headers = [
        ("content-type", "application/x-ndjson"),
        ("content-encoding", "gzip"),
    ];
    for expected in [[337_839, 0, 0], [0, 337_839, 0]] {
        let answer = app
            .send(Method::POST, "/v1/events", &headers, body.clone())
            .await;
        assert_eq!(counts(&answer.expect(200)), expected);
    }
    app.put("/v1/members/twitter:88", json!({}))
        .await
        .expect(201);
    app.settle().await;
    assert_eq!(app.influence("twitter:88").await["state"], "known");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_check_of_a_real_community_finds_what_was_measured() {
    let Some(file) = recorded("qna/events_before_cut.ndjson") else {
        return;
    };
    let app = community("2018-06-29T05:00:00Z").await;
    app.stream(std::fs::read(file).unwrap()).await.expect(200);
    app.settle().await;
    let checks = &app.service.checks;
    assert!(checks.check_if_due(&mut AtOnce).await.unwrap());
    let check = app.get("/v1/model").await.expect(200)["check"].clone();
    let report = &check["report"];
    let number = |value: &Value| value.as_f64().unwrap_or_else(|| panic!("{check}"));
    // As `renown evaluate calibration` and `ranking` with `--hold-out 0.3`, which hold all
    // events in memory: docs/scoring.md.
    assert!(number(&report["pairs"]) > 1_000.0, "{report}");
    assert!(
        (number(&report["calibration_error"]) - 0.029).abs() < 0.01,
        "{report}"
    );
    assert!(
        (number(&report["brier_skill"]) - 0.266).abs() < 0.03,
        "{report}"
    );
    let influence = &report["ranking"]["methods"][0];
    assert!(
        (number(&influence["ndcg_at_10"]) - 0.792).abs() < 0.02,
        "{report}"
    );
    assert!(
        (number(&influence["spearman"]) - 0.631).abs() < 0.03,
        "{report}"
    );
}
