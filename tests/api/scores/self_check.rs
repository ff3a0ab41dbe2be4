//! The deployment checks on its own log whether what scores said came true.

use std::process::{Command, Output};

use chrono::{DateTime, Days, Utc};
use futures::TryStreamExt;
use renown::service::scores::{self, BacktestOptions, Pace};
use renown::store::{self, Job, LockedConnection};
use renown_core::scoring::Hierarchy;
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::{ConnectOptions, PgConnection};

use crate::harness::{App, config, database};

/// Goes on at once.
pub(super) struct AtOnce;

impl Pace for AtOnce {
    async fn go_on(&mut self, _: f64) -> bool {
        true
    }
}

/// Stops after the first page.
struct Stop;

impl Pace for Stop {
    async fn go_on(&mut self, _: f64) -> bool {
        false
    }
}

const MEMBERS: usize = 30;
const TOPICS: [&str; 4] = ["chess", "jazz", "rust", "wine"];

/// Returns a like of one of the fans on a day of the log. Its topics are separated by spaces.
fn like(id: String, fan: usize, member: usize, topics: &str, day: usize) -> Value {
    let first: DateTime<Utc> = "2026-07-01T10:00:00Z".parse().unwrap();
    let topics: Vec<&str> = topics.split(' ').collect();
    json!({
        "id": id, "source": "test", "type": "like", "time": first + Days::new(day as u64),
        "network": "twitter", "actor": format!("fan{fan}"), "target": format!("member{member}"),
        "object": format!("post/{member}/{}/{fan}", topics[0]), "topics": topics,
    })
}

/// Returns a log of 124 days of which 37 are held out. Before, the first member has the most
/// reactions on every topic and the last one the fewest. Afterwards it is the same, or the
/// other way round.
fn log(turned: bool) -> Vec<Value> {
    log_on(&TOPICS, MEMBERS, turned)
}

fn log_on(topics: &[impl AsRef<str>], members: usize, turned: bool) -> Vec<Value> {
    let mut events = Vec::new();
    for (n, topics) in topics.iter().map(AsRef::as_ref).enumerate() {
        for member in 0..members {
            let (many, few) = (members - member, 1 + member);
            let after = if turned { few } else { many };
            for fan in 0..many {
                let (id, day) = (format!("a-{n}-{member}-{fan}"), fan * 86 / (members - 1));
                events.push(like(id, fan, member, topics, day));
            }
            for fan in 0..after {
                let (id, day) = (
                    format!("b-{n}-{member}-{fan}"),
                    95 + fan * 29 / (members - 1),
                );
                events.push(like(id, fan, member, topics, day));
            }
        }
    }
    events
}

async fn with_log(events: &[Value]) -> App {
    let app = App::start().await;
    fill(&app, MEMBERS, events).await;
    app
}

async fn fill(app: &App, members: usize, events: &[Value]) {
    for member in 0..members {
        app.enrol(&format!("twitter:member{member}")).await;
    }
    let (first, rest) = events.split_at(events.len() / 2);
    app.events(first).await;
    app.events(rest).await;
    app.settle().await;
}

async fn checked(app: &App) -> Value {
    assert!(app.service.checks.check_if_due(&mut AtOnce).await.unwrap());
    app.get("/v1/model").await.expect(200)["check"].clone()
}

fn spearman(check: &Value, method: &str) -> f64 {
    let methods = check["report"]["ranking"]["methods"].as_array().unwrap();
    let found = methods.iter().find(|row| row["ranked_by"] == method);
    found.unwrap()["spearman"].as_f64().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_was_ahead_and_stayed_ahead_is_found() {
    let app = with_log(&log(false)).await;
    let check = checked(&app).await;
    assert_eq!(check["state"], "available", "{check}");
    assert_eq!(check["checked_at"], "2026-11-22T12:00:00Z");
    let report = &check["report"];
    assert_eq!(report["pairs"], MEMBERS * TOPICS.len());
    assert_eq!(report["members"], MEMBERS);
    assert!(report["sample_of"].is_null());
    assert!(
        (report["days"].as_f64().unwrap() - 37.2).abs() < 0.01,
        "{report}"
    );
    assert!(spearman(&check, "influence") > 0.95, "{check}");
    assert!(spearman(&check, "past reactions") > 0.99, "{check}");
    assert!(spearman(&check, "random").abs() < 0.6, "{check}");
    assert!(report["brier_skill"].as_f64().unwrap() > 0.2, "{report}");
    let bins = report["reliability"].as_array().unwrap();
    let pairs: u64 = bins.iter().map(|bin| bin["pairs"].as_u64().unwrap()).sum();
    assert_eq!(pairs, report["pairs"].as_u64().unwrap());
    // The best three of thirty are the top tenth, before as after.
    let last = bins.last().unwrap();
    assert_eq!(last["came_true"], 1.0, "{last}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_after_the_split_reaches_the_scores() {
    let app = with_log(&log(true)).await;
    let check = checked(&app).await;
    // Scores that knew the second part would be ahead of the past.
    assert!(spearman(&check, "influence") < -0.95, "{check}");
    assert!(spearman(&check, "distinct reactors") < -0.99, "{check}");
    assert!(
        check["report"]["brier_skill"].as_f64().unwrap() < 0.0,
        "{check}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_too_many_members_a_sample_is_compared() {
    let topics: Vec<String> = (0..20).map(|n| format!("topic-{n}")).collect();
    let app = with_log(&log_on(&[topics.join(" ")], MEMBERS, false)).await;
    let options = BacktestOptions {
        most_members: 20,
        ..BacktestOptions::default()
    };
    let model = app.service.scorer.model();
    let mut conn = app.pool.acquire().await.unwrap();
    let found = scores::backtest(&mut conn, &model, &Hierarchy::new(), options, &mut AtOnce).await;
    let found = json!(found.unwrap().unwrap());
    assert_eq!(found["state"], "available", "{found}");
    assert_eq!(found["sample_of"], MEMBERS, "{found}");
    // The ids are random, and with them how many are chosen: about twenty.
    let members = found["members"].as_u64().unwrap();
    assert!((10..30).contains(&members), "{found}");
    assert_eq!(found["calibration"]["count"], members * 20, "{found}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_what_others_did_and_did_not_take_back_is_a_gain() {
    let app = App::start().await;
    let two = json!({"identities": ["twitter:other"]});
    app.put("/v1/members/twitter:member1", two)
        .await
        .expect(201);
    let changed = |mut event: Value, changes: Value| {
        for (name, value) in changes.as_object().unwrap() {
            event[name] = value.clone();
        }
        event
    };
    let after = |id: &str| like(id.into(), 2, 1, "jazz", 100);
    app.events(&[
        like("past".into(), 1, 1, "jazz", 0),
        changed(
            like("own".into(), 1, 1, "jazz", 1),
            json!({"actor": "other"}),
        ),
        after("gain"),
        changed(
            after("counted"),
            json!({"actor": null, "count": 7, "topics": ["wine"]}),
        ),
        changed(after("own-later"), json!({"actor": "other"})),
        changed(after("dislike"), json!({"type": "dislike"})),
        changed(
            after("follow"),
            json!({"type": "follow", "object": null, "topics": []}),
        ),
        after("undone"),
        json!({"id": "undo", "source": "test", "type": "undo", "network": "twitter",
            "time": "2026-11-01T00:00:00Z", "undo": "undone"}),
    ])
    .await;
    let mut conn = app.pool.acquire().await.unwrap();
    let members = store::members::page(&mut conn, None, 10).await.unwrap();
    let split = "2026-08-01T00:00:00Z".parse().unwrap();
    let head = store::events::log::head(&mut conn).await.unwrap();
    let gains = store::scores::gains::of(&mut conn, &members, split, head)
        .await
        .unwrap();
    let mut gains: Vec<_> = (gains.iter())
        .map(|row| {
            let topic = row.topic.as_ref().map(|topic| topic.as_str());
            (topic, row.past, row.reactors, row.gain)
        })
        .collect();
    gains.sort_unstable();
    assert_eq!(
        gains,
        [
            (None, 1, 1, 8),
            (Some("jazz"), 1, 1, 1),
            (Some("wine"), 0, 0, 7)
        ]
    );
    // Trust as of the split comes from the edges of its time.
    let count = async |conn: &mut PgConnection, until| {
        let edges = store::scores::graph::edges(conn, head, until);
        edges.try_collect::<Vec<_>>().await.unwrap().len()
    };
    assert_eq!(count(&mut conn, Some(split)).await, 2);
    assert_eq!(count(&mut conn, None).await, 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_that_says_too_little_gives_a_reason() {
    let app = App::start().await;
    let model = app.get("/v1/model").await.expect(200);
    assert_eq!(model["version"], "2026-3");
    assert_eq!(model["snapshot"]["number"], 0);
    assert_eq!(model["since"], Value::Null);
    let check = &model["check"];
    assert_eq!(
        (&check["state"], &check["reason"]),
        (&json!("not_available"), &json!("none_yet"))
    );
    // Nothing, then a log of too few days, then one of too few members.
    for (events, reason, detail) in [
        (vec![], "log_too_short", "span 0.0 days, and 28 are needed"),
        (
            vec![
                like("1".into(), 1, 1, "jazz", 0),
                like("2".into(), 1, 1, "jazz", 20),
            ],
            "log_too_short",
            "span 20.0 days",
        ),
        (
            vec![like("3".into(), 2, 1, "jazz", 60)],
            "too_few_pairs",
            "0 pairs of a member and a topic",
        ),
    ] {
        app.events(&events).await;
        app.put("/v1/members/twitter:member1", json!({})).await;
        sqlx::query("delete from self_checks")
            .execute(&app.pool)
            .await
            .unwrap();
        let check = checked(&app).await;
        assert_eq!(
            (&check["state"], &check["reason"]),
            (&json!("not_available"), &json!(reason))
        );
        let said = check["detail"].as_str().unwrap();
        assert!(said.contains(detail), "{said}");
        assert!(check["report"].is_null() && check["checked_at"].is_string());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_without_its_beginning_gives_no_result() {
    let app = with_log(&log(false)).await;
    let removed = "delete from events where position = 1";
    sqlx::query(removed).execute(&app.pool).await.unwrap();
    let check = checked(&app).await;
    assert_eq!(check["reason"], "past_removed", "{check}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_replica_makes_one_check_a_day() {
    let app = with_log(&log(false)).await;
    let checks = &app.service.checks;
    let other = LockedConnection::open(&app.pool, Job::SelfCheck).await;
    let other = other.unwrap().unwrap();
    assert!(!checks.check_if_due(&mut AtOnce).await.unwrap());
    other.release().await.unwrap();
    // One that is given up after its first page leaves nothing behind.
    assert!(!checks.check_if_due(&mut Stop).await.unwrap());
    assert!(checks.latest().await.unwrap().is_none());
    // Nor does one whose future is dropped: its connection is closed.
    let dropped = LockedConnection::open(&app.pool, Job::SelfCheck).await;
    drop(dropped.unwrap().unwrap());
    while !checks.check_if_due(&mut AtOnce).await.unwrap() {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert!(checks.latest().await.unwrap().is_some());
    assert!(!checks.check_if_due(&mut AtOnce).await.unwrap());
    // What another version wrote in another form is replaced.
    let strange = "update self_checks set body = '{\"state\": \"strange\"}'";
    sqlx::query(strange).execute(&app.pool).await.unwrap();
    app.service.measure().await.unwrap();
    let check = app.get("/v1/model").await.expect(200)["check"].clone();
    assert_eq!(check["reason"], "none_yet", "{check}");
    assert!(checks.check_if_due(&mut AtOnce).await.unwrap());
    // The scorer was never in its way.
    app.settle().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_model_is_described_with_its_snapshot_and_a_tag() {
    let app = App::with_a_star().await;
    app.service.next_model.register().await.unwrap();
    let answer = app.get("/v1/model").await;
    let model = answer.expect(200);
    assert!(
        model["card"]["confidence"]
            .as_str()
            .unwrap()
            .contains("top tenth")
    );
    let parameters = model["card"]["parameters"].as_array().unwrap();
    let days = parameters.iter().find(|it| it["name"] == "newcomer_days");
    assert_eq!(days.unwrap()["value"], 30.0);
    assert_eq!(model["snapshot"]["members"], 13);
    assert_eq!(model["since"], "2026-11-22T12:00:00Z");
    let tag = answer.headers["etag"].to_str().unwrap();
    let again = [("if-none-match", tag)];
    let again = app.send(Method::GET, "/v1/model", &again, "").await;
    assert_eq!(again.status, 304);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_last_check_is_in_the_metrics() {
    let app = with_log(&log(false)).await;
    checked(&app).await;
    app.service.measure().await.unwrap();
    let metrics = app.get("/metrics").await;
    let text = String::from_utf8_lossy(&metrics.bytes).into_owned();
    // Other tests of this process set the same gauges, so their values are not compared.
    for name in ["calibration_error", "brier_skill", "pairs", "age_seconds"] {
        assert!(
            text.contains(&format!("\nrenown_check_{name} ")),
            "{name}: {text}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn confidence_is_corrected_by_the_check_if_that_is_asked_for() {
    let topics: Vec<String> = (0..90).map(|n| format!("topic-{n}")).collect();
    let topics: Vec<String> = topics.chunks(30).map(|some| some.join(" ")).collect();
    let pool = database().await;
    let mut config = config();
    config.scoring.correct_confidence = true;
    let app = App::on(pool.clone(), config.clone()).await;
    fill(&app, 12, &log_on(&topics, 12, false)).await;
    let correction = async |app: &App| {
        let model = app.get("/v1/model").await.expect(200);
        model["snapshot"]["correction"].clone()
    };
    let confidence = async |app: &App| {
        let score = app
            .get("/v1/members/twitter:member6/score")
            .await
            .expect(200);
        score["topics"][0]["confidence"].as_f64().unwrap()
    };
    // Before there is a check, the model's own map holds.
    app.rank().await;
    assert!(correction(&app).await.is_null());
    let plain = confidence(&app).await;
    let check = checked(&app).await;
    assert!(
        correction(&app).await.is_null(),
        "a snapshot does not change"
    );
    app.rank().await;
    assert_eq!(check["report"]["pairs"], 1_080);
    assert_eq!(correction(&app).await, check["report"]["correction"]);
    // What never came true is stated with less confidence.
    let corrected = confidence(&app).await;
    assert!(corrected < plain - 0.01, "{plain} {corrected}");
    // A new process reads it; without the option, the next snapshot has none.
    config.scoring.correct_confidence = false;
    let app = App::on(pool, config).await;
    assert_eq!(correction(&app).await, check["report"]["correction"]);
    app.rank().await;
    assert!(correction(&app).await.is_null());
}

/// Runs `renown evaluate backtest` on the database of an app.
fn backtest(app: &App, arguments: &[&str]) -> Output {
    let url = app.pool.connect_options().to_url_lossy();
    Command::new(env!("CARGO_BIN_EXE_renown"))
        .args(["evaluate", "backtest"])
        .args(arguments)
        .env("DATABASE_URL", url.as_str())
        .output()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_is_printed_and_drawn_in_the_shell() {
    let app = with_log(&log(false)).await;
    let check = checked(&app).await;
    let dir = tempfile::tempdir().unwrap();
    let svg = dir.path().join("reliability.svg");
    let output = backtest(&app, &["--json", "--svg", svg.to_str().unwrap()]);
    assert!(output.status.success(), "{output:?}");
    let printed: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(printed["state"], "available");
    let (calibration, report) = (&printed["calibration"], &check["report"]);
    assert_eq!(calibration["ece"], report["calibration_error"]);
    assert_eq!(calibration["skill"], report["brier_skill"]);
    assert!(std::fs::read_to_string(svg).unwrap().starts_with("<svg"));

    let output = backtest(&app, &["--share", "0.2"]);
    let said = String::from_utf8(output.stdout).unwrap();
    for part in [
        "came true",
        "Brier",
        "ranked by",
        "distinct reactors",
        "of the 24.8 days after it",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let empty = App::start().await;
    let output = backtest(&empty, &[]);
    assert!(output.status.success(), "{output:?}");
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(
        said.starts_with("Not available: the reactions to members span 0.0 days"),
        "{said}"
    );
}

#[test]
fn without_a_database_there_is_an_error_and_none_is_made() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let run = |url: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_renown"))
            .args(["evaluate", "backtest", "--data-dir", data.to_str().unwrap()])
            .env("DATABASE_URL", url)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(run("").contains("there is no data in"));
    assert!(!data.exists());
    let said = run("postgresql://renown@127.0.0.1:1/hotel");
    assert!(said.contains("the connection was refused"), "{said}");
}
