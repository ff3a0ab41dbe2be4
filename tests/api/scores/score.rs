//! Scores and their explanations.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{App, like};

#[tokio::test]
async fn nothing_known_is_unknown_and_not_low() {
    let app = App::start().await;
    app.enrol("twitter:zoe").await;
    let mut post = like("1", "zoe", "x", "food");
    post["type"] = json!("post");
    post.as_object_mut().unwrap().remove("target");
    app.events(&[post]).await;
    app.settle().await;
    let score = app.get("/v1/members/twitter:zoe/score").await.expect(200);
    for index in ["influence", "value"] {
        assert_eq!(score[index]["state"], "unknown");
        assert_eq!(score[index]["score"], Value::Null);
    }
    assert_eq!(score["topics"][0]["topic"], "food");
    assert!(score["topics"][0]["interest"].as_f64().unwrap() > 0.0);
    assert_eq!(score["topics"][0]["influence"], 0.0);
}

#[tokio::test]
async fn a_score_carries_its_evidence_and_interval() {
    let app = App::with_a_star().await;
    let score = app.get("/v1/members/twitter:kevin/score").await.expect(200);
    for index in ["influence", "value"] {
        let number = |name: &str| score[index][name].as_f64().unwrap();
        assert!(
            number("lower") < number("score") && number("score") < number("upper"),
            "{score}"
        );
        assert!(number("evidence") > 0.0);
    }
    assert_eq!(score["topics"][0]["topic"], "las-vegas");
    assert!(score["topics"][0]["confidence"].as_f64().unwrap() > 0.6);
    assert_eq!(score["as_of"], "2026-11-22T12:00:00Z");
}

#[tokio::test]
async fn an_explanation_adds_up_to_the_score() {
    let app = App::with_a_star().await;
    let score = app.influence("twitter:kevin").await["score"]
        .as_f64()
        .unwrap();
    let explanation = app
        .get("/v1/members/twitter:kevin/score/explanation")
        .await
        .expect(200);
    let influence = &explanation["influence"];
    assert!((influence["score"].as_f64().unwrap() - score).abs() < 1e-9);
    let sum = |list: &Value| -> f64 {
        list.as_array()
            .unwrap()
            .iter()
            .map(|item| item["points"].as_f64().unwrap())
            .sum()
    };
    assert!((sum(&influence["parts"]) - score).abs() < 0.01);
    for part in influence["parts"].as_array().unwrap() {
        let points = part["points"].as_f64().unwrap();
        assert!((sum(&part["by_type"]) - points).abs() < 0.01, "{part}");
        assert!((sum(&part["moments"]) - points).abs() < 0.01, "{part}");
    }
    assert!(
        !explanation.to_string().contains("fan1"),
        "reactors are counts, never names"
    );
}

#[tokio::test]
async fn an_explanation_says_when_contents_were_reacted_to_last() {
    let app = App::with_a_star().await;
    let mut late = like("late", "ann", "kevin", "las-vegas");
    late["object"] = json!("kevin/3");
    app.events(&[late]).await;
    app.settle().await;
    let explanation = app
        .get("/v1/members/twitter:kevin/score/explanation")
        .await
        .expect(200);
    let parts = explanation["influence"]["parts"].as_array().unwrap();
    let moments = || {
        parts
            .iter()
            .flat_map(|part| part["moments"].as_array().unwrap())
    };
    for moment in moments() {
        let is_content = moment["kind"] == "content";
        assert_eq!(moment["at"].is_string(), is_content, "{moment}");
        let Some(at) = moment["at"].as_str() else {
            continue;
        };
        match moment["object"].as_str().unwrap() {
            "kevin/3" => assert_eq!(at, "2026-11-22T11:00:00Z"),
            // The others have reactions of the first three weeks.
            _ => assert!(at <= "2026-11-21T10:00:00Z", "{moment}"),
        }
    }
    assert!(moments().any(|moment| moment["kind"] == "content"));
}

#[tokio::test]
async fn an_explanation_has_the_interval_of_a_topic_and_the_limit_of_its_confidence() {
    let app = App::with_a_star().await;
    let explanation = async |member: &str| {
        let path = format!("/v1/members/{member}/score/explanation");
        app.get(&path).await.expect(200)["topics"][0].clone()
    };
    let star = explanation("twitter:kevin").await;
    let number = |topic: &Value, member: &str| topic[member].as_f64().unwrap();
    assert!(
        number(&star, "lower") <= number(&star, "influence"),
        "{star}"
    );
    assert!(
        number(&star, "influence") <= number(&star, "upper"),
        "{star}"
    );
    assert!(number(&star, "upper") <= 100.0);
    assert!(number(&star, "confidence") <= number(&star, "confidence_cap"));
    assert!(number(&star, "confidence_cap") <= 1.0);
    // Few people and contents stand behind a rival.
    let rival = explanation("twitter:rival1").await;
    assert!(number(&rival, "confidence_cap") < number(&star, "confidence_cap"));
    assert!(number(&rival, "confidence") <= number(&rival, "confidence_cap"));
}

#[tokio::test]
async fn a_score_can_be_asked_for_as_of_a_time() {
    let app = App::with_a_star().await;
    let at = async |time: &str| {
        let path = format!("/v1/members/twitter:kevin/score?as_of={time}");
        app.get(&path).await.expect(200)["influence"].clone()
    };
    assert_eq!(at("2026-10-01T00:00:00Z").await["state"], "unknown");
    let half_way = at("2026-11-10T00:00:00Z").await["score"].as_f64().unwrap();
    let noon = at("2026-11-22T12:00:00Z").await["score"].as_f64().unwrap();
    let published = app.influence("twitter:kevin").await["score"]
        .as_f64()
        .unwrap();
    assert!(half_way < noon);
    assert!((noon - published).abs() < 1e-9);
    let wrong = app
        .get("/v1/members/twitter:kevin/score?as_of=yesterday")
        .await;
    assert_eq!(wrong.problem(400), "invalid-request");
}

#[tokio::test]
async fn a_leaderboard_pages_through_everybody_once_in_order() {
    let app =
        App::with(|config| config.ingest.enrolment = renown::config::Enrolment::Automatic).await;
    let mut events = Vec::new();
    for person in 0..25 {
        for fan in 0..(person % 7 + 1) {
            let target = format!("p{person}");
            events.push(like(
                &format!("{person}-{fan}"),
                &format!("fan{fan}"),
                &target,
                "Sin City",
            ));
        }
    }
    app.events(&events).await;
    app.settle().await;
    for board in [
        "/v1/leaderboard?limit=10",
        "/v1/leaderboard?limit=10&by=score",
        "/v1/leaderboard?topic=%23LasVegas&limit=10",
        "/v1/leaderboard?topic=%23LasVegas&limit=10&by=score",
    ] {
        let by_score = board.contains("by=score");
        let mut seen: Vec<(f64, String)> = Vec::new();
        let mut next = Some(board.to_owned());
        while let Some(path) = next {
            let answer = app.get(&path).await;
            let page = answer.expect(200);
            assert_eq!(page["by"], if by_score { "score" } else { "lower" });
            for line in page["data"].as_array().unwrap() {
                let by = match (board.contains("topic"), by_score) {
                    (true, true) => &line["topic"]["influence"],
                    (true, false) => &line["topic"]["lower"],
                    (false, true) => &line["influence"]["score"],
                    (false, false) => &line["influence"]["lower"],
                };
                seen.push((
                    by.as_f64().unwrap(),
                    line["accounts"][0].as_str().unwrap().to_owned(),
                ));
            }
            let link = answer
                .headers
                .get("link")
                .map(|link| link.to_str().unwrap());
            assert_eq!(link.is_some(), !page["page"]["next_cursor"].is_null());
            next = link.map(|link| link[1..link.find('>').unwrap()].to_owned());
        }
        assert_eq!(seen.len(), 25, "{board}");
        assert!(
            seen.windows(2).all(|pair| pair[0].0 >= pair[1].0),
            "{board}: {seen:?}"
        );
        let names: std::collections::BTreeSet<&String> =
            seen.iter().map(|(_, name)| name).collect();
        assert_eq!(names.len(), 25);
    }
    for wrong in [
        "limit=0",
        "limit=201",
        "limit=x",
        "cursor=nonsense",
        "colour=red",
        "topic=!",
        "by=upper",
    ] {
        let answer = app.get(&format!("/v1/leaderboard?{wrong}")).await;
        assert_eq!(answer.problem(400), "invalid-request", "{wrong}");
    }
    let first = app.get("/v1/leaderboard?limit=2").await.expect(200);
    let cursor = first["page"]["next_cursor"].as_str().unwrap();
    let path = format!("/v1/leaderboard?by=score&cursor={cursor}");
    let other = app.get(&path).await;
    assert_eq!(other.problem(400), "invalid-request");
    let detail = other.json()["detail"].as_str().unwrap().to_owned();
    assert!(
        detail.contains("by=lower") && detail.contains("by=score"),
        "{detail}"
    );
}

#[tokio::test]
async fn whoever_merely_reacts_is_not_enrolled_even_automatically() {
    let app =
        App::with(|config| config.ingest.enrolment = renown::config::Enrolment::Automatic).await;
    app.events(&[like("1", "ann", "bob", "food")]).await;
    app.settle().await;
    app.get("/v1/members/twitter:bob").await.expect(200);
    assert_eq!(
        app.get("/v1/members/twitter:ann").await.problem(404),
        "not-found"
    );
}

#[tokio::test]
async fn an_answer_that_is_known_is_not_sent_again() {
    let app = App::with_a_star().await;
    let path = "/v1/members/twitter:kevin/score";
    let first = app.get(path).await;
    let etag = first.headers["etag"].to_str().unwrap().to_owned();
    let again = app
        .send(Method::GET, path, &[("if-none-match", &etag)], "")
        .await;
    assert_eq!((again.status.as_u16(), again.bytes.len()), (304, 0));
    app.events(&[like("more", "someone", "kevin", "las-vegas")])
        .await;
    app.settle().await;
    let changed = app
        .send(Method::GET, path, &[("if-none-match", &etag)], "")
        .await;
    changed.expect(200);
}

#[tokio::test]
async fn the_list_of_topics_that_is_configured_is_the_one_in_force() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("topics.yaml");
    let list = "topics:\n- {slug: soccer, names: [Fußball, サッカー], parents: [sports]}\n\
                - slug: sports\n";
    std::fs::write(&file, list).unwrap();
    let app = App::with(|config| {
        config.ingest.enrolment = renown::config::Enrolment::Automatic;
        config.topics.file = Some(file);
    })
    .await;
    let mut said = like("1", "ann", "bob", "travel");
    said["text"] = "FUSSBALL!".into();
    app.events(&[said, like("2", "cid", "bob", "サッカー")])
        .await;
    app.settle().await;
    let board = app.get("/v1/leaderboard?topic=Fu%C3%9Fball").await;
    let board = board.expect(200);
    assert_eq!(board["data"][0]["accounts"], json!(["twitter:bob"]));
    assert_eq!(board["data"][0]["topic"]["topic"], "soccer", "{board}");
}

#[tokio::test]
async fn accounts_that_serve_one_member_only_are_not_believed_after_the_next_snapshot() {
    let app = App::start().await;
    for member in ["kevin", "mia"] {
        app.enrol(&format!("twitter:{member}")).await;
    }
    // Forty people react to six creators each, most of whom are no members.
    let creators = ["kevin", "mia", "tom", "eva", "leo", "ida"];
    let fans = (0..40).flat_map(|fan| creators.map(|creator| (fan, creator)));
    let honest: Vec<Value> = fans
        .map(|(fan, creator)| {
            like(
                &format!("h{fan}{creator}"),
                &format!("fan{fan}"),
                creator,
                "food",
            )
        })
        .collect();
    app.events(&honest).await;
    app.settle().await;
    app.rank().await;
    let score = |influence: &Value| influence["score"].as_f64().unwrap();
    let before = score(&app.influence("twitter:kevin").await);
    assert!(before > 5.0, "{before}");

    let bought: Vec<Value> = (0..500)
        .map(|n| like(&format!("b{n}"), &format!("fresh{n}"), "kevin", "food"))
        .collect();
    app.events(&bought).await;
    app.settle().await;
    app.rank().await;
    let after = score(&app.influence("twitter:kevin").await);
    assert!(after - before <= 3.0, "from {before} to {after}");
    let path = "/v1/members/twitter:kevin/score/explanation";
    let evidence = app.get(path).await.expect(200)["evidence"].clone();
    assert_eq!(evidence["reactors"], 540);
    assert!(
        evidence["withheld_reactors"].as_f64().unwrap() > 5.0,
        "{evidence}"
    );
    // Members that did not receive the bought reactions lose nothing.
    let path = "/v1/members/twitter:mia/score/explanation";
    let evidence = app.get(path).await.expect(200)["evidence"].clone();
    assert!(
        evidence["withheld_reactors"].as_f64().unwrap() < 0.5,
        "{evidence}"
    );
}
