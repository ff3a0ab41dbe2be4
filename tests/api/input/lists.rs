//! Lists of grants in CSV, as people and spreadsheets write them.

use reqwest::Method;
use serde_json::Value;

use crate::harness::App;

async fn import(app: &App, name: &str, csv: String) -> Value {
    let path = format!("/v1/programs/palms-klub/grants/import?list={name}&author=a&enrol=true");
    let headers = [("content-type", "text/csv")];
    app.send(Method::POST, &path, &headers, csv)
        .await
        .expect(200)
}

#[tokio::test]
async fn a_line_with_an_open_quote_does_not_swallow_the_lines_after_it() {
    let app = App::start().await;
    app.publish_palms().await;
    let csv = "member,perk\n\
               \"twitter:ann,show-tickets\n\
               twitter:bob,show-tickets\n\
               twitter:cy,show-tickets,extra\n\
               \"twitter:dee\",show-tickets\n";
    let report = import(&app, "open", csv.to_owned()).await;
    assert_eq!(report["granted"], 2, "{report}");
    let rejected = report["rejected"].as_array().unwrap();
    let lines: Vec<&Value> = rejected.iter().map(|line| &line["line"]).collect();
    assert_eq!(lines, [2, 4]);
    assert!(rejected[0]["detail"].as_str().unwrap().contains("quote"));
    assert!(rejected[1]["detail"].as_str().unwrap().contains("3 cells"));
}

#[tokio::test]
async fn a_list_of_ten_thousand_enrols_all_of_them() {
    let app = App::start().await;
    app.publish_palms().await;
    let line = |number: usize| match number % 2 {
        0 => format!("twitter:guest{number},show-tickets\n"),
        _ => format!("loyalty:G{number},show-tickets\n"),
    };
    let lines: String = (0..10_000).map(line).collect();
    let csv = format!("member,perk\n{lines}");
    let report = import(&app, "guests", csv.clone()).await;
    assert_eq!(report["enrolled"], 10_000, "{report}");
    assert_eq!(report["granted"], 10_000);
    app.get("/v1/members/loyalty:G9999").await.expect(200);
    let again = import(&app, "guests", csv).await;
    assert_eq!(
        (&again["enrolled"], &again["unchanged"]),
        (&0.into(), &10_000.into())
    );
}

#[tokio::test]
async fn x_is_another_name_of_twitter_everywhere() {
    let app = App::start().await;
    app.publish_palms().await;
    let ann = app.enrol("x:Ann").await;
    assert_eq!(ann["identities"][0], "twitter:ann");
    let same = app.get("/v1/members/twitter:ann").await.expect(200);
    assert_eq!(same["id"], ann["id"]);
    let mut like = crate::harness::like("l1", "fan", "ann", "food");
    like["network"] = "x".into();
    app.events(&[like]).await;
    let report = import(&app, "press", "member,perk\nX:@ann,show-tickets\n".into()).await;
    assert_eq!(
        (&report["enrolled"], &report["granted"]),
        (&0.into(), &1.into())
    );
    app.settle().await;
    let score = app.get("/v1/members/x:ann/score").await.expect(200);
    assert_eq!(score["member"], ann["id"]);
    assert_eq!(score["influence"]["state"], "known", "{score}");
}

#[tokio::test]
async fn handles_with_invisible_characters_are_refused() {
    let app = App::start().await;
    for hidden in [
        "twitter:k%E2%80%8Bev",
        "x:%E2%80%AEkev",
        "loyalty:A%EF%BB%BF1",
        "shop:a%C2%ADb",
    ] {
        let answer = app
            .put(&format!("/v1/members/{hidden}"), serde_json::json!({}))
            .await;
        assert_eq!(answer.problem(400), "invalid-request", "{hidden}");
    }
}

#[tokio::test]
async fn a_draft_that_is_too_large_is_not_stored() {
    let app = App::start().await;
    let draft = "/v1/programs/palms-klub/draft";
    let yaml = [("content-type", "application/yaml")];
    let large = format!("{}\n# {}", crate::harness::PALMS, "x".repeat(262_144));
    let refused = app.send(Method::PUT, draft, &yaml, large).await;
    assert_eq!(refused.problem(400), "invalid-request");
    assert_eq!(app.get(draft).await.problem(404), "not-found");
}

#[tokio::test]
async fn a_member_has_at_most_64_indices() {
    let app = App::start().await;
    app.enrol("twitter:ann").await;
    let index = serde_json::json!({"score": 1, "provenance": "p", "as_of": "2026-11-01T00:00:00Z"});
    for number in 0..64 {
        let path = format!("/v1/members/twitter:ann/indices/i{number}");
        app.put(&path, index.clone()).await.expect(200);
    }
    let more = app
        .put("/v1/members/twitter:ann/indices/more", index.clone())
        .await;
    assert_eq!(more.problem(409), "conflict");
    app.put("/v1/members/twitter:ann/indices/i7", index)
        .await
        .expect(200);
}

#[tokio::test]
async fn an_optional_body_may_be_null() {
    let app = App::start().await;
    app.publish_palms().await;
    let publish = "/v1/programs/palms-klub/publish";
    let yaml = [("content-type", "application/yaml")];
    let draft = "/v1/programs/palms-klub/draft";
    app.send(Method::PUT, draft, &yaml, crate::harness::PALMS)
        .await
        .expect(200);
    app.post(publish, Value::Null).await.expect(201);
}
