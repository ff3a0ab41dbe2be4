//! Writing, checking and publishing programs.

use reqwest::Method;
use serde_json::json;

use crate::harness::{Answer, App, PALMS};

async fn draft(app: &App, source: &str) -> Answer {
    let yaml = [("content-type", "application/yaml")];
    app.send(
        Method::PUT,
        "/v1/programs/palms-klub/draft",
        &yaml,
        source.to_owned(),
    )
    .await
}

async fn publish(app: &App) -> Answer {
    app.send(Method::POST, "/v1/programs/palms-klub/publish", &[], "")
        .await
}

#[tokio::test]
async fn a_draft_with_mistakes_is_kept_and_not_published() {
    let app = App::start().await;
    let broken = PALMS.replace("standing.lower >= 25", "standing.lover >= 25");
    let checked = draft(&app, &broken).await.expect(200);
    assert_eq!(checked["valid"], false);
    let mistake = &checked["diagnostics"][0];
    assert!(
        mistake["message"].as_str().unwrap().contains("lover"),
        "{mistake}"
    );
    assert!(
        mistake["hint"].as_str().unwrap().contains("lower"),
        "{mistake}"
    );
    let line = broken
        .lines()
        .position(|line| line.contains("lover"))
        .unwrap()
        + 1;
    assert_eq!(mistake["line"], line);
    let refused = publish(&app).await;
    assert_eq!(refused.problem(422), "program-invalid");
    assert_eq!(refused.json()["diagnostics"], checked["diagnostics"]);
    let tier = app
        .get("/v1/programs/palms-klub/members/twitter:kevin/tier")
        .await;
    assert_eq!(tier.problem(404), "not-found");
}

#[tokio::test]
async fn versions_follow_each_other_and_stay_as_they_are() {
    let app = App::start().await;
    assert_eq!(publish(&app).await.problem(404), "not-found");
    assert_eq!(draft(&app, PALMS).await.expect(200)["valid"], true);
    assert_eq!(publish(&app).await.expect(201)["version"], 1);
    let second = PALMS.replace("stock: 200", "stock: 150");
    draft(&app, &second).await.expect(200);
    assert_eq!(publish(&app).await.expect(201)["version"], 2);
    let versions = app
        .get("/v1/programs/palms-klub/versions")
        .await
        .expect(200);
    assert_eq!(versions["data"][0]["source"], second.as_str());
    assert_eq!(versions["data"][1]["source"], PALMS);
    let offers = app
        .get("/v1/programs/palms-klub/members/twitter:zoe/offers")
        .await
        .expect(200);
    assert_eq!(
        (&offers["offers"][0]["stock"], &offers["offers"][0]["left"]),
        (&json!(150), &json!(150))
    );
    assert_eq!(
        app.get("/v1/programs").await.expect(200)["data"],
        json!([{"program": "palms-klub", "title": "Klub at the Palms", "version": 2}])
    );
}

#[tokio::test]
async fn json_is_as_good_as_yaml() {
    let app = App::start().await;
    let program = json!({
        "program": "palms-klub", "title": "Klub",
        "service_levels": [{"id": "all", "queue": "general", "first_reply": "1h"}],
        "tiers": [{"id": "guest", "service_level": "all"}],
    });
    let answer = app
        .put("/v1/programs/palms-klub/draft", program)
        .await
        .expect(200);
    assert_eq!(answer["valid"], true, "{answer}");
    publish(&app).await.expect(201);
    let level = app
        .get("/v1/programs/palms-klub/members/twitter:zoe/service-level")
        .await
        .expect(200);
    assert_eq!(level["service_level"]["first_reply_time_in_seconds"], 3600);
}

#[tokio::test]
async fn a_file_of_another_program_is_refused() {
    let app = App::start().await;
    let other = PALMS.replace("program: palms-klub", "program: lounge");
    assert_eq!(draft(&app, &other).await.problem(400), "invalid-request");
    let not_text = app
        .send(
            Method::PUT,
            "/v1/programs/palms-klub/draft",
            &[("content-type", "application/yaml")],
            vec![0xff, 0xfe],
        )
        .await;
    assert_eq!(not_text.problem(400), "malformed-body");
    let csv = app
        .send(
            Method::PUT,
            "/v1/programs/palms-klub/draft",
            &[("content-type", "text/csv")],
            "a",
        )
        .await;
    assert_eq!(csv.problem(415), "unsupported-media-type");
}

async fn check(app: &App, source: &str) -> Answer {
    let yaml = [("content-type", "application/yaml")];
    app.send(Method::POST, "/v1/programs/check", &yaml, source.to_owned())
        .await
}

#[tokio::test]
async fn a_check_finds_what_a_draft_would_and_stores_nothing() {
    let app = App::start().await;
    let good = check(&app, PALMS).await.expect(200);
    assert_eq!(
        (&good["program"], &good["valid"]),
        (&json!("palms-klub"), &json!(true))
    );
    let broken = PALMS.replace("standing.lower >= 25", "standing.lover >= 25");
    let checked = check(&app, &broken).await.expect(200);
    assert_eq!(
        (&checked["program"], &checked["valid"]),
        (&json!(null), &json!(false))
    );
    let stored = app.get("/v1/programs/palms-klub/draft").await;
    assert_eq!(stored.problem(404), "not-found");
    assert_eq!(checked, draft(&app, &broken).await.expect(200));
    let unreadable = check(&app, "a\0b").await;
    assert_eq!(unreadable.problem(400), "malformed-body");
    let endless = check(&app, &format!("# {}\n{PALMS}", "x".repeat(300_000))).await;
    assert_eq!(endless.expect(200)["valid"], false);
}

#[tokio::test]
async fn a_key_limited_to_a_program_checks_no_other() {
    let app = App::start().await;
    let key = app.key_for("palms-klub", &["programs:write"]).await;
    let bearer = format!("Bearer {key}");
    let check = async |source: &str| {
        let headers = [
            ("content-type", "application/yaml"),
            ("authorization", &*bearer),
        ];
        app.send(
            Method::POST,
            "/v1/programs/check",
            &headers,
            source.to_owned(),
        )
        .await
    };
    assert_eq!(check(PALMS).await.expect(200)["valid"], true);
    let other = PALMS.replace("program: palms-klub", "program: other");
    assert_eq!(check(&other).await.problem(403), "forbidden");
}

#[tokio::test]
async fn no_version_has_less_stock_than_was_claimed() {
    let app = App::with_a_star().await;
    app.publish_palms().await;
    app.enrol("twitter:zoe").await;
    for member in ["twitter:kevin", "twitter:zoe"] {
        let hold = json!({"program": "palms-klub", "perk": "show-tickets", "member": member});
        app.post_once("/v1/claims", member, hold).await.expect(201);
    }
    let small = PALMS.replace("stock: 200", "stock: 1");
    let path = "/v1/programs/palms-klub/publish";
    let refused = app.post(path, json!({"source": small})).await;
    assert_eq!(refused.problem(409), "conflict");
    let versions = app
        .get("/v1/programs/palms-klub/versions")
        .await
        .expect(200);
    assert_eq!(versions["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_program_in_the_request_is_published_and_the_draft_stays() {
    let app = App::start().await;
    let path = "/v1/programs/palms-klub/publish";
    let drafted = PALMS.replace("stock: 200", "stock: 150");
    draft(&app, &drafted).await.expect(200);
    let published = app
        .post(path, json!({"source": PALMS, "note": "from git"}))
        .await;
    let published = published.expect(201);
    assert_eq!(
        (&published["source"], &published["note"]),
        (&json!(PALMS), &json!("from git"))
    );
    let kept = app.get("/v1/programs/palms-klub/draft").await.expect(200);
    assert_eq!(kept["source"], drafted.as_str());
    for (source, status, kind) in [
        (
            PALMS.replace("program: palms-klub", "program: other"),
            400,
            "invalid-request",
        ),
        (PALMS.replace("lower", "lover"), 422, "program-invalid"),
    ] {
        let refused = app.post(path, json!({"source": source})).await;
        assert_eq!(refused.problem(status), kind);
    }
    let versions = app
        .get("/v1/programs/palms-klub/versions")
        .await
        .expect(200);
    assert_eq!(versions["data"].as_array().unwrap().len(), 1);
}
