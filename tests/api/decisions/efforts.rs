//! Counterfactuals in words: what people can do to lift a refusal comes true when they do it.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::decide::about;
use crate::harness::{App, stardom};

/// A program with a tier by the lower end of influence, one by a topic, and perks that
/// something else than people gives.
const CLUB: &str = "program: club\nservice_levels: [{ id: s, queue: q }]\ntiers:\n  \
    - { id: expert, when: 'influence.lower >= 26 && topic(\"las-vegas\").confidence >= 0.05', keep: 1d, service_level: s }\n  \
    - { id: known, when: influence.lower >= 20, keep: 1d, service_level: s }\n  \
    - { id: guest, service_level: s }\nperks:\n  \
    - { id: mug, title: A mug, when: member.days_enrolled >= 5, disclosure: For you. }\n  \
    - { id: hat, title: A hat, topics: [music], relevance: required, disclosure: For you. }\n  \
    - { id: cake, title: A cake, when: value.score >= 50, disclosure: For you. }\n";

/// Starts a service with a log of some months, some members on the topic, and a newcomer.
async fn club() -> App {
    let app = App::start().await;
    app.service
        .programs
        .publish(None, CLUB, None)
        .await
        .unwrap();
    for (star, month) in [("olga", "2026-08"), ("kevin", "2026-09")] {
        app.enrol(&format!("twitter:{star}")).await;
        let mut early = stardom(star, "las-vegas");
        for event in &mut early {
            let time = event["time"].as_str().unwrap().replace("2026-11", month);
            event["time"] = json!(time);
        }
        app.events(&early).await;
    }
    app.rivals("las-vegas").await;
    app.enrol("twitter:nina").await;
    app.events(&reactions(
        "first",
        "2026-11-20T10:00:00Z",
        2,
        "nina",
        "las-vegas",
    ))
    .await;
    app.settle().await;
    app.rank().await;
    app
}

/// Likes by people who were never seen before, on one content for five of them.
fn reactions(name: &str, time: &str, people: u64, target: &str, topic: &str) -> Vec<Value> {
    let like = |n: u64| {
        json!({
            "id": format!("{name}-{n}"), "source": "test", "type": "like", "time": time,
            "network": "twitter", "actor": format!("{name}{n}"), "target": target,
            "object": format!("{target}/{name}/{}", n / 5), "topics": [topic],
        })
    };
    (0..people).map(like).collect()
}

async fn decide(app: &App) -> Value {
    let body = json!({"program": "club", "member": "twitter:nina", "dry": true});
    app.post("/v1/decisions", body).await.expect(200)["outcome"].clone()
}

async fn effort(app: &App, id: &str) -> Value {
    about(&decide(app).await, "not_matched", id)["counterfactual"]["effort"].clone()
}

/// Lets fans of others react to Nina, waits, and returns her tier.
async fn tier_after(fans: u64, days: i64) -> Value {
    let app = club().await;
    let now = app.service.clock.now().to_rfc3339();
    app.events(&reactions("fan", &now, fans, "nina", "las-vegas"))
        .await;
    app.settle().await;
    app.service.clock.advance(TimeDelta::days(days));
    app.refresh().await;
    app.get("/v1/programs/club/members/twitter:nina/tier")
        .await
        .expect(200)["tier"]
        .clone()
}

#[tokio::test]
async fn about_so_many_more_people_are_enough_and_half_of_them_are_not() {
    let app = club().await;
    let known = effort(&app, "known").await;
    let (people, days) = (
        known["people"].as_u64().unwrap(),
        known["days"].as_i64().unwrap(),
    );
    // Strangers alone would never be enough.
    assert_eq!(
        (&known["kind"], &known["who"]),
        (&json!("reactions"), &json!("trusted"))
    );
    assert_eq!(
        known["text"],
        format!(
            "about {people} more people reacting to what you write, who react to others here, \
             too; it takes about {days} days until their reactions count in full"
        )
    );
    assert!(people >= 4 && days == 30, "{known}");
    let tiers = [
        tier_after(people * 11 / 10, days).await,
        tier_after(people / 2, days).await,
        // Before these days, they are not enough.
        tier_after(people * 11 / 10, days / 3).await,
    ];
    assert_eq!(tiers, ["known", "guest", "guest"], "{known}");
}

#[tokio::test]
async fn a_topic_is_named_by_its_title() {
    let app = club().await;
    let expert = effort(&app, "expert").await;
    let text = expert["text"].as_str();
    let named =
        text.is_some_and(|text| text.contains("reacting to what you write about Las Vegas"));
    assert!(named, "{}", decide(&app).await);
    assert_eq!(expert["topics"], json!(["las-vegas"]));
    let (people, days) = (
        expert["people"].as_u64().unwrap(),
        expert["days"].as_i64().unwrap(),
    );
    assert_eq!(
        tier_after(people * 11 / 10, days).await,
        "expert",
        "{expert}"
    );
}

#[tokio::test]
async fn where_nothing_is_known_of_the_log_anybody_counts_at_once() {
    let app = App::start().await;
    app.service
        .programs
        .publish(None, CLUB, None)
        .await
        .unwrap();
    app.enrol("twitter:nina").await;
    let known = effort(&app, "known").await;
    assert_eq!(
        (&known["who"], &known["days"]),
        (&json!("new"), &json!(0)),
        "{known}"
    );
    let people = known["people"].as_u64().unwrap();
    for (name, people, tier) in [("half", people / 2, "guest"), ("all", people, "known")] {
        app.events(&reactions(
            name,
            "2026-11-22T11:00:00Z",
            people,
            "nina",
            "food",
        ))
        .await;
        app.settle().await;
        let path = "/v1/programs/club/members/twitter:nina/tier";
        assert_eq!(app.get(path).await.expect(200)["tier"], tier, "{known}");
    }
}

#[tokio::test]
async fn reactions_that_are_there_need_nothing_but_time() {
    let app = club().await;
    let now = app.service.clock.now().to_rfc3339();
    app.events(&reactions("fan", &now, 280, "nina", "las-vegas"))
        .await;
    app.settle().await;
    let known = effort(&app, "known").await;
    assert_eq!(
        (&known["kind"], &known["days"]),
        (&json!("wait"), &json!(30)),
        "{known}"
    );
    app.service.clock.advance(TimeDelta::days(30));
    app.refresh().await;
    about(&decide(&app).await, "matched", "known");
}

#[tokio::test]
async fn time_and_interests_are_efforts_too_and_money_is_none() {
    let app = club().await;
    let (mug, hat, cake) = (
        effort(&app, "mug").await,
        effort(&app, "hat").await,
        effort(&app, "cake").await,
    );
    assert_eq!(mug["text"], "5 more days as a member");
    assert_eq!(
        hat["text"],
        "writing about Music, or naming Music as an interest"
    );
    assert_eq!(cake, Value::Null);
    app.patch("/v1/members/twitter:nina", json!({"interests": ["music"]}))
        .await
        .expect(200);
    app.settle().await;
    app.service.clock.advance(TimeDelta::days(5));
    app.refresh().await;
    let after = decide(&app).await;
    about(&after, "matched", "mug");
    about(&after, "matched", "hat");
}

#[tokio::test]
async fn a_recorded_effort_is_replayed_and_many_decisions_have_none() {
    let app = club().await;
    let one = json!({"program": "club", "member": "twitter:nina"});
    let made = app.post("/v1/decisions", one.clone()).await.expect(201);
    let known = about(&made["outcome"], "not_matched", "known");
    assert!(
        known["counterfactual"]["effort"]["text"].is_string(),
        "{known}"
    );
    app.events(&reactions(
        "more",
        "2026-11-22T11:00:00Z",
        50,
        "nina",
        "food",
    ))
    .await;
    app.settle().await;
    let replay = format!("/v1/decisions/{}/replay", made["id"].as_str().unwrap());
    let replay = app.get(&replay).await.expect(200);
    assert_eq!(replay["differences"], json!([]), "{replay}");
    let many = app.post("/v1/decisions", json!({"decisions": [one]})).await;
    let many = many.json();
    assert!(!many.to_string().contains("\"effort\""), "{many}");
}
