//! The shipped programs, from their files over HTTP: which members get a perk, which do
//! not and why, and counterfactuals that come true once their evidence is sent.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{App, like, orders, stardom};

/// Starts a service with a shipped program in force, published as a marketer would.
pub async fn scheme(name: &str) -> App {
    let app = App::start().await;
    let file = format!("{}/config/programs/{name}.yaml", env!("CARGO_MANIFEST_DIR"));
    let source = std::fs::read_to_string(file).unwrap();
    let yaml = [("content-type", "application/yaml")];
    let draft = format!("/v1/programs/{name}/draft");
    let checked = app
        .send(Method::PUT, &draft, &yaml, source)
        .await
        .expect(200);
    assert_eq!(checked["diagnostics"], json!([]));
    app.post(&format!("/v1/programs/{name}/publish"), json!({}))
        .await
        .expect(201);
    app
}

async fn tier(app: &App, program: &str, member: &str) -> Value {
    let path = format!("/v1/programs/{program}/members/{member}/tier");
    app.get(&path).await.expect(200)
}

async fn decide(app: &App, program: &str, member: &str, request: Value) -> Value {
    let body = json!({"program": program, "member": member, "request": request, "dry": true});
    app.post("/v1/decisions", body).await.expect(200)["outcome"].clone()
}

/// The reason about one tier or perk, in `matched` or `not_matched`.
fn about<'o>(outcome: &'o Value, list: &str, id: &str) -> &'o Value {
    let list = outcome[list].as_array().unwrap();
    let found = list.iter().find(|reason| reason["id"] == id);
    found.unwrap_or_else(|| panic!("{id} in {list:?}"))
}

/// The counterfactual of a refusal: the names of the numbers and their targets.
fn asked(reason: &Value) -> Vec<(String, f64)> {
    let what_if = &reason["counterfactual"];
    assert_eq!(what_if["result"], "possible", "{reason}");
    let changes = what_if["changes"].as_array().unwrap().iter();
    let change = |c: &Value| {
        (
            c["name"].as_str().unwrap().to_owned(),
            c["to"].as_f64().unwrap(),
        )
    };
    changes.map(change).collect()
}

fn because(reason: &Value) -> &str {
    reason["counterfactual"]["reason"]
        .as_str()
        .unwrap_or_else(|| panic!("{reason}"))
}

#[tokio::test]
async fn a_hotel_gives_amenities_by_tier_and_books_the_cabana_for_whom_it_may() {
    let app = scheme("palms-klub").await;
    for who in ["twitter:kevin", "twitter:carl"] {
        app.enrol(who).await;
    }
    app.events(&stardom("kevin", "las-vegas")).await;
    app.events(&stardom("carl", "las-vegas")[..2]).await;
    app.settle().await;
    let kevin = decide(
        &app,
        "palms-klub",
        "twitter:kevin",
        json!({"party_size": 4}),
    )
    .await;
    assert_eq!(about(&kevin, "matched", "cabana")["refusal"], Value::Null);
    let crowd = decide(
        &app,
        "palms-klub",
        "twitter:kevin",
        json!({"party_size": 9}),
    )
    .await;
    let refused = about(&crowd, "not_matched", "cabana");
    assert_eq!(
        (&refused["refusal"], because(refused)),
        (&json!("condition"), "depends_on_request")
    );
    let carl = decide(&app, "palms-klub", "twitter:carl", json!({"party_size": 4})).await;
    let refused = about(&carl, "not_matched", "cabana");
    assert_eq!(
        refused["tests"][0]["test"],
        "tier in [\"insider\", \"regular\"]"
    );
    assert_eq!(refused["tests"][0]["actual"], "guest");
    assert_eq!(asked(refused), [("standing.lower".to_owned(), 15.0)]);
    app.events(&stardom("carl", "las-vegas")[2..]).await;
    app.settle().await;
    let carl = decide(&app, "palms-klub", "twitter:carl", json!({"party_size": 4})).await;
    assert!(carl["standing"]["lower"].as_f64().unwrap() >= 15.0);
    assert_eq!(about(&carl, "matched", "cabana")["refusal"], Value::Null);
}

#[tokio::test]
async fn a_lounge_lets_in_by_a_plain_threshold() {
    let app = scheme("airline-lounge").await;
    for who in ["twitter:kevin", "twitter:carl", "twitter:ann"] {
        app.enrol(who).await;
    }
    app.events(&stardom("kevin", "travel")).await;
    app.events(&stardom("carl", "travel")[..4]).await;
    // Ann has an imported index, and no events at all.
    let klout = json!({"score": 46.0, "provenance": "klout.com", "as_of": "2026-11-20T00:00:00Z"});
    app.put("/v1/members/twitter:ann/indices/klout", klout)
        .await
        .expect(200);
    app.settle().await;
    for who in ["twitter:kevin", "twitter:ann"] {
        let lounge = tier(&app, "airline-lounge", who).await;
        assert_eq!(lounge["tier"], "lounge", "{lounge}");
    }
    let carl = decide(&app, "airline-lounge", "twitter:carl", json!({})).await;
    let refused = about(&carl, "not_matched", "lounge");
    assert_eq!(
        refused["tests"][1]["unknown"], true,
        "a missing index is no low one: {refused}"
    );
    assert_eq!(asked(refused), [("influence.lower".to_owned(), 40.0)]);
    app.events(&stardom("carl", "travel")[4..]).await;
    app.settle().await;
    assert_eq!(
        tier(&app, "airline-lounge", "twitter:carl").await["tier"],
        "lounge"
    );
    let late = json!({"departs": "2026-11-22T11:00:00Z"});
    let gone = decide(&app, "airline-lounge", "twitter:carl", late).await;
    assert_eq!(
        because(about(&gone, "not_matched", "lounge-visit")),
        "depends_on_request"
    );
}

#[tokio::test]
async fn the_first_ten_on_a_topic_are_ten() {
    let app = scheme("topic-leaders").await;
    let mut events = Vec::new();
    for place in 1..=12 {
        let name = format!("photographer{place:02}");
        let keen = json!({"interests": ["photography"]});
        app.put(&format!("/v1/members/twitter:{name}"), keen)
            .await
            .expect(201);
        // The first has the most people, the last the fewest.
        for fan in 0..(40 - 3 * place) {
            events.push(like(
                &format!("{name}-{fan}"),
                &format!("fan{fan}"),
                &name,
                "photography",
            ));
        }
    }
    app.events(&events).await;
    app.settle().await;
    let nobody = tier(&app, "topic-leaders", "twitter:photographer01").await;
    assert_eq!(
        nobody["tier"], "everyone",
        "there are no places before the first snapshot"
    );
    app.rank().await;
    let tiers = async || {
        let mut tiers = Vec::new();
        for place in 1..=12 {
            let member = format!("twitter:photographer{place:02}");
            tiers.push(tier(&app, "topic-leaders", &member).await["tier"].clone());
        }
        tiers
    };
    let expected: Vec<&str> = (1..=12)
        .map(|p| if p <= 10 { "top-10" } else { "top-100" })
        .collect();
    assert_eq!(tiers().await, expected);
    let eleventh = decide(&app, "topic-leaders", "twitter:photographer11", json!({})).await;
    let refused = about(&eleventh, "not_matched", "new-camera");
    assert_eq!(refused["tests"][0]["actual"], "top-100");
    assert_eq!(
        asked(refused),
        [("topic(\"photography\").rank".to_owned(), 10.0)]
    );
    let stranger = decide(&app, "topic-leaders", "twitter:never-seen", json!({})).await;
    assert_eq!(
        because(about(&stranger, "not_matched", "new-camera")),
        "not_enrolled"
    );
    // More people react to the eleventh; the tenth, now one place worse, may stay.
    let more: Vec<Value> = (0..60)
        .map(|fan| {
            like(
                &format!("more-{fan}"),
                &format!("fan{fan}"),
                "photographer11",
                "photography",
            )
        })
        .map(|mut event| {
            event["object"] = json!("the picture of the year");
            event["type"] = json!("share");
            event
        })
        .collect();
    app.events(&more).await;
    app.settle().await;
    app.rank().await;
    let after = tiers().await;
    assert_eq!(after[10], "top-10", "{after:?}");
    assert_eq!(after[9], "top-10", "{after:?}");
    assert_eq!(after[11], "top-100", "{after:?}");
}

#[tokio::test]
async fn a_support_desk_has_four_levels_and_a_floor() {
    let app = scheme("support-desk").await;
    let level = async |who: &str| {
        let path = format!("/v1/programs/support-desk/members/{who}/service-level");
        app.get(&path).await.expect(200)
    };
    let stranger = level("email:never@seen.example").await;
    assert_eq!(stranger["state"], "unknown");
    assert_eq!(
        stranger["service_level"],
        json!({
            "id": "standard", "title": "Standard support", "queue": "general", "priority": 3,
            "first_reply_time_in_seconds": 28800, "next_reply_time_in_seconds": 86400,
            "resolution_time_in_seconds": 259200, "time_to_close_in_seconds": 345600,
            "business_hours": {"timezone": "Europe/Berlin", "intervals": [
                {"start_time": 1920, "end_time": 2190}, {"start_time": 2250, "end_time": 2520},
                {"start_time": 3360, "end_time": 3630}, {"start_time": 3690, "end_time": 3960},
                {"start_time": 4800, "end_time": 5070}, {"start_time": 5130, "end_time": 5400},
                {"start_time": 6240, "end_time": 6510}, {"start_time": 6570, "end_time": 6960},
                {"start_time": 7680, "end_time": 8160}], "holidays": [
                {"date": "01-01", "name": "New Year"},
                {"date": "2027-03-26", "name": "Good Friday"},
                {"date": "2027-03-29", "name": "Easter Monday"},
                {"date": "05-01", "name": "Labour Day"},
                {"date": "10-03", "name": "German Unity Day"},
                {"date": "12-25", "name": "Christmas Day"},
                {"date": "12-26", "name": "Boxing Day"}]},
        })
    );
    for (who, shop) in [
        ("email:grace@example.com", "shop:K7"),
        ("email:carl@example.com", "shop:K8"),
    ] {
        app.put(&format!("/v1/members/{who}"), json!({"identities": [shop]}))
            .await
            .expect(201);
    }
    app.events(&orders("K7", 60)).await;
    app.events(&orders("K8", 1)).await;
    app.settle().await;
    app.rank().await;
    assert_eq!(
        level("email:grace@example.com").await["service_level"]["id"],
        "gold"
    );
    let carl = decide(
        &app,
        "support-desk",
        "email:carl@example.com",
        json!({"severity": "low"}),
    )
    .await;
    let refused = about(&carl, "not_matched", "silver");
    assert_eq!(asked(refused), [("standing.lower".to_owned(), 15.0)]);
    let call_back = about(&carl, "not_matched", "call-back");
    assert_eq!(asked(call_back), [("standing.lower".to_owned(), 30.0)]);
    let critical = decide(
        &app,
        "support-desk",
        "email:carl@example.com",
        json!({"severity": "critical"}),
    )
    .await;
    assert_eq!(
        about(&critical, "matched", "call-back")["refusal"],
        Value::Null
    );
    assert_eq!(critical["service_level"]["id"], "urgent");
    let reason = &critical["service_level_reason"];
    assert_eq!(reason["condition"], "request.severity == \"critical\"");
    assert_eq!(critical["tier"]["tier"], "standard");
    app.events(&orders("K8", 60)[1..]).await;
    app.settle().await;
    let carl = decide(&app, "support-desk", "email:carl@example.com", json!({})).await;
    assert!(
        carl["standing"]["lower"].as_f64().unwrap() >= 15.0,
        "{carl}"
    );
    assert_eq!(about(&carl, "matched", "silver")["refusal"], Value::Null);
}

#[tokio::test]
async fn a_newcomer_gets_the_demo_and_a_star_does_not() {
    let app = scheme("newcomers").await;
    app.enrol("twitter:zoe").await;
    let keen = json!({"interests": ["technology"]});
    app.put("/v1/members/twitter:kevin", keen).await.expect(201);
    let stardom = stardom("kevin", "technology");
    app.events(&stardom).await;
    let long_ago = json!({"enrolled_at": "2025-01-01T00:00:00Z"});
    app.put("/v1/members/twitter:ann", long_ago)
        .await
        .expect(201);
    app.settle().await;
    let zoe = decide(&app, "newcomers", "twitter:zoe", json!({})).await;
    assert_eq!(
        about(&zoe, "matched", "product-demo")["refusal"],
        Value::Null
    );
    let ann = decide(&app, "newcomers", "twitter:ann", json!({})).await;
    assert_eq!(
        because(about(&ann, "not_matched", "newcomer")),
        "not_by_numbers"
    );
    let kevin = decide(&app, "newcomers", "twitter:kevin", json!({})).await;
    let refused = about(&kevin, "not_matched", "product-demo");
    assert_eq!(asked(refused), [("influence.upper".to_owned(), 39.9)]);
    // Almost all of these events are undone.
    let undos: Vec<Value> = stardom[3..].iter().map(|event| json!({
        "id": format!("undo-{}", event["id"].as_str().unwrap()), "source": "test", "type": "undo",
        "time": "2026-11-22T11:30:00Z", "network": "twitter", "undo": event["id"],
    })).collect();
    app.events(&undos).await;
    app.settle().await;
    let kevin = decide(&app, "newcomers", "twitter:kevin", json!({})).await;
    assert_eq!(
        about(&kevin, "matched", "product-demo")["refusal"],
        Value::Null,
        "{kevin}"
    );
}

#[tokio::test]
async fn the_press_is_who_the_press_office_says() {
    let app = scheme("press-list").await;
    app.enrol("twitter:kevin").await;
    app.events(&stardom("kevin", "las-vegas")).await;
    app.settle().await;
    let csv = [("content-type", "text/csv")];
    let path = "/v1/programs/press-list/grants/import?list=press-2026&author=Maria&enrol=true";
    let list = "member,tier,reason,until\nemail:ann@news.example,press,travel desk,2026-12-31\n";
    app.send(Method::POST, path, &csv, list).await.expect(200);
    app.settle().await;
    let ann = tier(&app, "press-list", "email:ann@news.example").await;
    assert_eq!(
        (&ann["tier"], &ann["amenities"]),
        (&json!("press"), &json!(["press-room", "backstage"]))
    );
    let kevin = decide(&app, "press-list", "twitter:kevin", json!({})).await;
    for id in ["press", "interview"] {
        let refused = about(&kevin, "not_matched", id);
        assert_eq!(
            (&refused["refusal"], because(refused)),
            (&json!("by_grant_only"), "by_grant_only")
        );
    }
    let granted =
        json!({"member": "twitter:kevin", "tier": "press", "author": "Maria", "reason": "blogs"});
    app.post("/v1/programs/press-list/grants", granted)
        .await
        .expect(201);
    app.settle().await;
    let kevin = decide(&app, "press-list", "twitter:kevin", json!({})).await;
    assert_eq!(about(&kevin, "matched", "preview")["refusal"], Value::Null);
}

#[tokio::test]
async fn cash_back_is_read_from_a_table() {
    let app = scheme("cash-back").await;
    for (who, shop) in [("loyalty:K7", "shop:K7"), ("loyalty:K8", "shop:K8")] {
        app.put(&format!("/v1/members/{who}"), json!({"identities": [shop]}))
            .await
            .expect(201);
    }
    app.events(&orders("K7", 60)).await;
    app.events(&orders("K8", 1)).await;
    app.settle().await;
    app.rank().await;
    let multiplier = async |who: &str| {
        let tier = tier(&app, "cash-back", who).await;
        tier["tables"]["cash-back"]["multiplier"].clone()
    };
    assert_eq!(multiplier("loyalty:K7").await, 3.0);
    assert_eq!(multiplier("loyalty:K8").await, 1.0);
    assert_eq!(
        multiplier("loyalty:never-seen").await,
        1.0,
        "the plain rate is everybody's"
    );
    let carl = decide(&app, "cash-back", "loyalty:K8", json!({})).await;
    let refused = about(&carl, "not_matched", "double-day");
    assert_eq!(refused["tests"][0]["actual"], 1.0);
    assert_eq!(because(refused), "depends_on_table");
    assert_eq!(
        asked(about(&carl, "not_matched", "silver")),
        [("standing.lower".to_owned(), 18.0)]
    );
    app.events(&orders("K8", 60)[1..]).await;
    app.settle().await;
    assert!(multiplier("loyalty:K8").await.as_f64().unwrap() >= 2.0);
    let carl = decide(&app, "cash-back", "loyalty:K8", json!({})).await;
    assert_eq!(
        about(&carl, "matched", "double-day")["refusal"],
        Value::Null
    );
}

#[tokio::test]
async fn whoever_cares_for_music_may_enter_the_draw() {
    let app = scheme("sweepstake").await;
    for who in ["twitter:ann", "twitter:carl"] {
        app.enrol(who).await;
    }
    let post = |id: &str, actor: &str, topic: &str| {
        json!({
            "id": id, "source": "test", "type": "post", "time": "2026-11-22T10:00:00Z",
            "network": "twitter", "actor": actor, "object": format!("post/{id}"), "topics": [topic],
        })
    };
    app.events(&[post("1", "ann", "music"), post("2", "carl", "cookies")])
        .await;
    app.settle().await;
    let offers = app
        .get("/v1/programs/sweepstake/members/twitter:ann/offers")
        .await
        .expect(200);
    let pass = &offers["offers"][0];
    assert_eq!(
        (&pass["eligible"], &pass["kind"]),
        (&json!(true), &json!("draw"))
    );
    let carl = decide(&app, "sweepstake", "twitter:carl", json!({})).await;
    let refused = about(&carl, "not_matched", "festival-pass");
    assert_eq!(refused["relevance"]["verdict"], "not_relevant");
    assert_eq!(
        asked(refused),
        [("topic(\"music\").interest".to_owned(), 0.01)]
    );
    app.events(&[post("3", "carl", "music")]).await;
    app.settle().await;
    let carl = decide(&app, "sweepstake", "twitter:carl", json!({})).await;
    assert_eq!(
        about(&carl, "matched", "festival-pass")["refusal"],
        Value::Null
    );
}
