//! Sources that go silent, and the demotion freeze that follows.

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{App, PALMS, like, stardom};

const TIER: &str = "/v1/programs/palms-klub/members/twitter:kevin/tier";

/// A time after which a star is no insider any more, unless the tier is kept.
const FADED: TimeDelta = TimeDelta::days(800);

/// Two weeks in which a source sends something every six hours and Kevin becomes an
/// insider. The tiers of this program are not kept.
async fn fed() -> App {
    let app = App::start().await;
    publish(&app).await;
    app.rivals("las-vegas").await;
    app.enrol("twitter:kevin").await;
    app.events(&stardom("kevin", "las-vegas")).await;
    for period in 0..56 {
        pass(&app, TimeDelta::hours(6)).await;
        app.events(&[noise(&format!("tick-{period}"), app.service.clock.now())])
            .await;
    }
    let now = app.service.clock.now();
    let fresh = stardom("kevin", "las-vegas").into_iter().map(|mut event| {
        event["id"] = json!(format!("again-{}", event["id"].as_str().unwrap()));
        event["time"] = json!(now - TimeDelta::hours(1));
        event
    });
    app.events(&fresh.collect::<Vec<_>>()).await;
    app.settle().await;
    app.rank().await;
    app
}

/// Publishes a program in which a tier ends as soon as it is not earned, so that tests
/// need not wait.
async fn publish(app: &App) {
    let program = PALMS.replace("keep: 90d", "").replace("keep: 180d", "");
    app.service
        .programs
        .publish(None, &program, None)
        .await
        .unwrap();
}

/// Advances the clock and rescores all members.
async fn pass(app: &App, time: TimeDelta) {
    app.service.clock.advance(time);
    app.service.events.ensure_partitions().await.unwrap();
    app.refresh().await;
}

/// An event that concerns no member.
fn noise(id: &str, time: DateTime<Utc>) -> Value {
    let mut event = like(id, "ann", "nobody", "food");
    event["time"] = json!(time);
    event
}

async fn source(app: &App, name: &str) -> Value {
    let list = app.get("/v1/sources").await.expect(200);
    let all = list["data"].as_array().unwrap();
    let found = all.iter().find(|source| source["source"] == name);
    found.unwrap_or_else(|| panic!("{name} in {list}")).clone()
}

async fn patch(app: &App, name: &str, body: Value) -> crate::harness::Answer {
    let json = [("content-type", "application/json")];
    let path = format!("/v1/sources/{name}");
    app.send(Method::PATCH, &path, &json, body.to_string())
        .await
}

async fn decide(app: &App) -> Value {
    let body = json!({"program": "palms-klub", "member": "twitter:kevin"});
    app.post("/v1/decisions", body).await.expect(201)
}

async fn history(app: &App) -> Vec<String> {
    sqlx::query_scalar("select reason || ' ' || to_tier from tier_history order by at, history_id")
        .fetch_all(&app.pool)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_silent_feed_holds_a_tier_until_it_is_back() {
    let app = fed().await;
    let heard = source(&app, "test").await;
    assert_eq!(
        (&heard["state"], &heard["usual_gap_seconds"]),
        (&json!("active"), &json!(21600)),
        "{heard}"
    );
    let before = app.get(TIER).await;
    assert_eq!(before.expect(200)["tier"], "insider");
    assert_eq!(before.json()["held"], Value::Null);

    // Nothing is received for years; the score fades, the tier stays.
    pass(&app, FADED).await;
    let silent = source(&app, "test").await;
    assert_eq!(silent["state"], "silent");
    let hold = json!({
        "reason": "source_silent", "sources": ["test"], "since": silent["silent_since"],
    });
    let held = app.get(TIER).await.expect(200);
    let standing = |tier: &Value| tier["standing"]["score"].as_f64().unwrap();
    assert!(standing(&held) < standing(&before.json()) - 5.0, "{held}");
    assert_eq!(
        (&held["tier"], &held["kept"]),
        (&json!("insider"), &json!(true))
    );
    assert_eq!((&held["held"], &held["keep_until"]), (&hold, &Value::Null));
    let level = app.get(&TIER.replace("tier", "service-level")).await;
    assert_eq!(level.expect(200)["held"], hold);
    let decision = decide(&app).await;
    assert_eq!(decision["outcome"]["tier"]["tier"], "insider");
    assert_eq!(decision["outcome"]["tier"]["held"], hold);
    assert_eq!(decision["inputs"]["hold"], hold);
    app.service.tiers.sweep().await.unwrap();
    assert!(
        !history(&app)
            .await
            .iter()
            .any(|entry| entry.contains("lowered"))
    );
    app.service.measure().await.unwrap();
    let metrics = app.get("/metrics").await;
    let text = String::from_utf8_lossy(&metrics.bytes).into_owned();
    assert!(text.contains("renown_sources_silent 1"), "{text}");

    // The source is back: a tier that is not earned ends at the next scoring.
    app.events(&[noise("back", app.service.clock.now())]).await;
    app.settle().await;
    pass(&app, TimeDelta::hours(2)).await;
    let lowered = app.get(TIER).await.expect(200);
    assert_eq!(source(&app, "test").await["state"], "active");
    assert_eq!(
        (&lowered["tier"], &lowered["held"]),
        (&json!("regular"), &Value::Null)
    );
    assert!(history(&app).await.contains(&"lowered regular".to_owned()));
    assert_eq!(decide(&app).await["outcome"]["tier"]["held"], Value::Null);
}

#[tokio::test]
async fn nobody_is_kept_from_rising_while_a_feed_is_silent() {
    let app = fed().await;
    app.enrol("twitter:carl").await;
    pass(&app, TimeDelta::days(3)).await;
    let rising = stardom("carl", "las-vegas").into_iter().map(|mut event| {
        event["source"] = json!("another");
        // So long ago that Carl's fans are not new to him any more.
        event["time"] = json!(app.service.clock.now() - TimeDelta::days(31));
        event
    });
    app.events(&rising.collect::<Vec<_>>()).await;
    app.settle().await;
    assert_eq!(source(&app, "test").await["state"], "silent");
    assert_eq!(source(&app, "another").await["state"], "new");
    let carl = app.get(&TIER.replace("kevin", "carl")).await.expect(200);
    assert_eq!(
        (&carl["tier"], &carl["held"]),
        (&json!("insider"), &Value::Null)
    );
}

#[tokio::test]
async fn a_finished_feed_holds_nothing() {
    let app = fed().await;
    pass(&app, FADED).await;
    assert_eq!(app.get(TIER).await.expect(200)["tier"], "insider");
    let finished = patch(&app, "test", json!({"expected": false})).await;
    assert_eq!(finished.expect(200)["state"], "finished");
    assert_eq!(app.get(TIER).await.expect(200)["held"], Value::Null);
    pass(&app, TimeDelta::hours(2)).await;
    assert_eq!(app.get(TIER).await.expect(200)["tier"], "regular");
    assert!(history(&app).await.contains(&"lowered regular".to_owned()));
    let again = patch(&app, "test", json!({"expected": true})).await;
    assert_eq!(again.expect(200)["state"], "silent");
    let unknown = patch(&app, "no-such", json!({"expected": false})).await;
    assert_eq!(unknown.problem(404), "not-found");
    let wrong = patch(&app, "test", json!({"expected": 1})).await;
    assert_eq!(wrong.problem(400), "invalid-request");
}

#[tokio::test]
async fn an_import_is_never_missed() {
    let app = App::start().await;
    publish(&app).await;
    app.rivals("las-vegas").await;
    app.enrol("twitter:kevin").await;
    for chunk in stardom("kevin", "las-vegas").chunks(40) {
        app.events(chunk).await;
        app.service.clock.advance(TimeDelta::seconds(20));
    }
    app.settle().await;
    assert_eq!(app.get(TIER).await.expect(200)["tier"], "insider");
    pass(&app, FADED).await;
    assert_eq!(source(&app, "test").await["state"], "new");
    assert_ne!(app.get(TIER).await.expect(200)["tier"], "insider");
}

#[tokio::test]
async fn a_source_that_only_repeats_itself_is_not_heard() {
    let app = fed().await;
    let before = source(&app, "test").await;
    pass(&app, TimeDelta::days(3)).await;
    let again = noise("tick-0", "2026-11-22T18:00:00Z".parse().unwrap());
    let report = app.stream(again.to_string()).await.expect(200);
    assert_eq!(report["duplicates"], 1, "{report}");
    let after = source(&app, "test").await;
    assert_eq!(after["last_received_at"], before["last_received_at"]);
    assert_eq!(after["state"], "silent");
}

#[tokio::test]
async fn old_data_is_not_missed() {
    let app = App::with(|config| {
        config.scoring.as_of = Some("2026-11-22T12:00:00Z".parse().unwrap());
    })
    .await;
    publish(&app).await;
    for period in 0..20 {
        app.service.clock.advance(TimeDelta::hours(6));
        app.events(&[noise(&format!("n{period}"), app.service.clock.now())])
            .await;
    }
    app.service.clock.advance(FADED);
    assert_eq!(source(&app, "test").await["state"], "active");
}

/// With the jobs running, answers come from memory, and they include the demotion
/// freeze.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cached_answer_changes_when_a_hold_begins_and_ends() {
    let app = fed().await;
    let jobs = renown::jobs::Jobs::start(&app.service);
    let eventually = async |what: &str, holds: &dyn Fn(&Value) -> bool| {
        for _ in 0..1000 {
            if holds(&app.get(TIER).await.expect(200)) {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("{what} was not seen");
    };
    eventually("the tier", &|tier| tier["tier"] == "insider").await;
    app.service.clock.advance(FADED);
    eventually("the hold", &|tier| tier["held"].is_object()).await;
    patch(&app, "test", json!({"expected": false}))
        .await
        .expect(200);
    let after = app.get(TIER).await.expect(200);
    assert_eq!(after["held"], Value::Null, "at once, in the same tick");
    jobs.stop().await;
}
