//! Versions of a program: later starts, withdrawals, restored versions, and
//! differences.

use chrono::TimeDelta;
use renown::clock::Clock;
use renown::service::programs::{Publishing, VersionState};
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{App, PALMS};
use crate::webhooks::payloads;

const KLUB: &str = "/v1/programs/palms-klub";

async fn draft(app: &App, source: &str) {
    let yaml = [("content-type", "application/yaml")];
    let path = format!("{KLUB}/draft");
    app.send(Method::PUT, &path, &yaml, source.to_owned())
        .await
        .expect(200);
}

async fn publish(app: &App, source: &str, body: Value) -> Value {
    draft(app, source).await;
    app.post(&format!("{KLUB}/publish"), body).await.expect(201)
}

/// The stock that a stranger is shown; it differs between the versions.
async fn stock(app: &App) -> Value {
    let offers = app
        .get(&format!("{KLUB}/members/twitter:zoe/offers"))
        .await
        .expect(200);
    offers["offers"][0]["stock"].clone()
}

async fn states(app: &App) -> Vec<Value> {
    let versions = app.get(&format!("{KLUB}/versions")).await.expect(200);
    let versions = versions["data"].as_array().unwrap().clone();
    versions
        .iter()
        .map(|version| version["state"].clone())
        .collect()
}

fn with_stock(units: u32) -> String {
    PALMS.replace("stock: 200", &format!("stock: {units}"))
}

#[tokio::test]
async fn a_version_begins_when_it_is_said_to() {
    let app = App::start().await;
    publish(&app, PALMS, json!({})).await;
    let later = json!({"starts_at": "2026-12-01T08:00:00Z", "note": "Winter"});
    let scheduled = publish(&app, &with_stock(150), later).await;
    assert_eq!(
        (&scheduled["state"], &scheduled["note"]),
        (&json!("scheduled"), &json!("Winter"))
    );
    assert_eq!(
        (stock(&app).await, states(&app).await),
        (json!(200), vec![json!("scheduled"), json!("in_force")])
    );
    app.service.clock.advance(TimeDelta::days(9));
    assert_eq!(stock(&app).await, 150);
    assert_eq!(states(&app).await, ["in_force", "superseded"]);
    app.service.programs.follow_stock().await.unwrap();
    let offers = app
        .get(&format!("{KLUB}/members/twitter:zoe/offers"))
        .await
        .expect(200);
    assert_eq!(offers["offers"][0]["left"], 150);
    // It cannot be withdrawn any more.
    let answer = app
        .send(Method::DELETE, &format!("{KLUB}/versions/2"), &[], "")
        .await;
    assert_eq!(answer.problem(409), "conflict");
}

#[tokio::test]
async fn a_version_that_has_not_begun_can_be_taken_back() {
    let app = App::start().await;
    publish(&app, PALMS, json!({})).await;
    publish(
        &app,
        &with_stock(150),
        json!({"starts_at": "2026-12-01T08:00:00Z"}),
    )
    .await;
    let answer = app
        .send(Method::DELETE, &format!("{KLUB}/versions/2"), &[], "")
        .await;
    assert_eq!(answer.status.as_u16(), 204);
    app.service.clock.advance(TimeDelta::days(30));
    assert_eq!(
        (stock(&app).await, states(&app).await),
        (json!(200), vec![json!("withdrawn"), json!("in_force")])
    );
    let taken_back = app.get(&format!("{KLUB}/versions/2")).await.expect(200);
    assert_eq!(taken_back["state"], "withdrawn", "{taken_back}");
    let none = app
        .send(Method::DELETE, &format!("{KLUB}/versions/9"), &[], "")
        .await;
    assert_eq!(none.problem(404), "not-found");
}

#[tokio::test]
async fn an_earlier_version_comes_back_as_a_new_one() {
    let app = App::start().await;
    publish(&app, PALMS, json!({})).await;
    publish(&app, &with_stock(150), json!({})).await;
    let path = format!("{KLUB}/rollback");
    let back = app
        .post(&path, json!({"version": 1, "note": "too few tickets"}))
        .await
        .expect(201);
    assert_eq!(
        (&back["version"], &back["restores"]),
        (&json!(3), &json!(1))
    );
    assert_eq!(back["source"], PALMS);
    assert_eq!(
        (stock(&app).await, states(&app).await),
        (
            json!(200),
            vec![json!("in_force"), json!("superseded"), json!("superseded")]
        )
    );
    assert_eq!(
        app.post(&path, json!({"version": 3})).await.problem(409),
        "conflict"
    );
    assert_eq!(
        app.post(&path, json!({"version": 7})).await.problem(404),
        "not-found"
    );
}

#[tokio::test]
async fn changes_are_told_in_words() {
    let app = App::start().await;
    publish(&app, PALMS, json!({})).await;
    let changed = with_stock(150)
        .replace("standing.lower >= 25 &&", "standing.lower >= 30 &&")
        .replace(
            "amenities: [late-checkout, room-upgrade, welcome-drink]",
            "amenities: [late-checkout, welcome-drink]",
        )
        .replace("first_reply: 15m", "first_reply: 10m");
    publish(&app, &changed, json!({})).await;
    let changes = app
        .get(&format!("{KLUB}/versions/2/changes"))
        .await
        .expect(200);
    let sentences: Vec<&str> = changes["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| change["sentence"].as_str().unwrap())
        .collect();
    assert_eq!(
        sentences,
        [
            "First reply of 'concierge': 10m instead of 15m.",
            "Condition of 'insider': 'standing.lower >= 30 && topic(\"las-vegas\").confidence >= 0.6' \
         instead of 'standing.lower >= 25 && topic(\"las-vegas\").confidence >= 0.6'.",
            "Amenities of 'insider': 'room-upgrade' is taken out.",
            "Stock of 'show-tickets': 150 instead of 200.",
        ]
    );
    let none = app
        .get(&format!("{KLUB}/versions/2/changes?from=2"))
        .await
        .expect(200);
    assert_eq!(none["data"], json!([]));
    let missing = app.get(&format!("{KLUB}/versions/1/changes")).await;
    assert_eq!(missing.problem(404), "not-found");
    // The message says the same.
    let told: Value = sqlx::query_scalar(
        "select body from outbox where type = 'program.published' order by sequence desc limit 1",
    )
    .fetch_one(&app.pool)
    .await
    .unwrap();
    assert_eq!(told["changes"], changes["data"]);
}

#[tokio::test]
async fn mistakes_of_publishing_are_refused() {
    let app = App::start().await;
    draft(&app, PALMS).await;
    let path = format!("{KLUB}/publish");
    let past = app
        .post(&path, json!({"starts_at": "2026-01-01T00:00:00Z"}))
        .await;
    assert_eq!(
        (past.problem(400), &past.json()["pointer"]),
        ("invalid-request".into(), &json!("/starts_at"))
    );
    let unknown = app.post(&path, json!({"when": "now"})).await;
    assert_eq!(unknown.problem(400), "invalid-request");
    let kept = app.get(&format!("{KLUB}/draft")).await.expect(200);
    assert_eq!(
        (&kept["source"], &kept["check"]["valid"]),
        (&json!(PALMS), &json!(true))
    );
    // Publishing the version in force again makes no new version.
    let first = app.post(&path, json!({})).await.expect(201);
    let again = publish(&app, PALMS, json!({})).await;
    assert_eq!(first["version"], again["version"]);
}

#[tokio::test]
async fn nobody_is_chosen_by_a_protected_attribute() {
    let app = App::start().await;
    let yaml = [("content-type", "application/yaml")];
    let sexist = PALMS.replace("standing.lower >= 15", "member.attributes.gender == \"m\"");
    let path = format!("{KLUB}/draft");
    let checked = app
        .send(Method::PUT, &path, &yaml, sexist)
        .await
        .expect(200);
    assert_eq!(checked["valid"], false);
    assert_eq!(checked["diagnostics"][0]["code"], "protected-attribute");
}

#[tokio::test]
async fn time_passes_while_something_is_published() {
    let pool = crate::harness::database().await;
    let config = crate::harness::config();
    let (service, _writers) = crate::harness::service(pool, config, Clock::System).await;
    let first = service.programs.publish(None, PALMS, None).await.unwrap();
    assert_eq!(first.state, VersionState::InForce);
    let second = service
        .programs
        .publish(None, &with_stock(150), None)
        .await
        .unwrap();
    assert_eq!(second.version.version.0, 2);
    let how = Publishing::default();
    let program = first.version.program;
    let to = first.version.version;
    let ready = service
        .programs
        .prepare_rollback(&program, to, how)
        .await
        .unwrap();
    let back = service
        .carry_out(async |work| service.programs.put_in_force(work, ready).await)
        .await
        .unwrap();
    assert_eq!(
        (back.version.version.0, back.state),
        (3, VersionState::InForce)
    );
}

#[tokio::test]
async fn a_note_is_bounded_and_a_bad_one_publishes_nothing() {
    let app = App::start().await;
    publish(&app, PALMS, json!({})).await;
    draft(&app, &with_stock(150)).await;
    for note in ["n".repeat(501), "a\0b".to_owned()] {
        let body = json!({"note": note});
        let answer = app.post(&format!("{KLUB}/publish"), body.clone()).await;
        assert_eq!(answer.problem(400), "invalid-request");
        assert_eq!(answer.json()["pointer"], "/note");
        let body = json!({"note": note, "version": 1});
        let answer = app.post(&format!("{KLUB}/rollback"), body).await;
        assert_eq!(answer.problem(400), "invalid-request");
    }
    assert_eq!(states(&app).await, ["in_force"]);
}

#[tokio::test]
async fn times_that_nothing_can_keep_are_refused() {
    let app = App::start().await;
    publish(&app, PALMS, json!({})).await;
    app.enrol("twitter:ann").await;
    for from in ["-200000-01-01T00:00:00Z", "-004800-01-01T00:00:00Z"] {
        let body = json!({
            "member": "twitter:ann", "tier": "insider", "author": "M", "reason": "r", "from": from,
        });
        let answer = app.post(&format!("{KLUB}/grants"), body).await;
        assert_eq!(answer.problem(400), "invalid-request", "{from}");
    }
}

#[tokio::test]
async fn under_a_clock_that_goes_whoever_comes_later_begins_later() {
    let pool = crate::harness::database().await;
    let config = crate::harness::config();
    let (service, _writers) = crate::harness::service(pool, config, Clock::System).await;
    let sources: Vec<String> = (1..=8).map(|units| with_stock(100 + units)).collect();
    for source in &sources {
        service.programs.publish(None, source, None).await.unwrap();
    }
    let published = sources
        .iter()
        .map(|source| service.programs.publish(None, source, None));
    futures::future::try_join_all(published).await.unwrap();
    let program = "palms-klub".parse().unwrap();
    let versions = service.programs.program_versions(&program).await.unwrap();
    let starts: Vec<_> = versions.iter().map(|v| v.version.starts_at).collect();
    assert!(
        starts.windows(2).all(|pair| pair[0] > pair[1]),
        "{starts:?}"
    );
    assert_eq!(versions[0].state, VersionState::InForce);
    assert_eq!(
        service.programs.in_force(&program).unwrap().version,
        versions[0].version.version
    );
}

#[tokio::test]
async fn a_version_that_is_taken_back_is_told_of() {
    let app = App::start().await;
    publish(&app, PALMS, json!({})).await;
    let later = json!({"starts_at": "2026-12-01T08:00:00Z"});
    publish(&app, &with_stock(150), later).await;
    for (version, status) in [(2, 204), (2, 409), (1, 409)] {
        let path = format!("{KLUB}/versions/{version}");
        let answer = app.send(Method::DELETE, &path, &[], "").await;
        assert_eq!(answer.status.as_u16(), status);
    }
    let told = payloads::told(&app.pool).await.into_iter();
    let told: Vec<(String, Value)> = told.map(|it| (it.r#type, it.body)).collect();
    let kinds: Vec<&str> = told.iter().map(|(kind, _)| kind.as_str()).collect();
    assert_eq!(
        kinds,
        [
            "program.published",
            "program.published",
            "program.withdrawn"
        ]
    );
    assert_eq!(told[2].1["program_version"], 2);
}
