//! The ladder of a program: the numbers that tiers ask for, and where they are written.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{App, PALMS};

async fn check(app: &App, source: &str) -> Value {
    let yaml = [("content-type", "application/yaml")];
    app.send(Method::POST, "/v1/programs/check", &yaml, source.to_owned())
        .await
        .expect(200)
}

/// Returns what stands at the place of a threshold.
fn written<'s>(source: &'s str, threshold: &Value) -> &'s str {
    let at = |name: &str| {
        let number = threshold["place"][name].as_u64().unwrap();
        usize::try_from(number).unwrap() - 1
    };
    let line = source.lines().nth(at("line")).unwrap();
    &line[at("column")..at("end_column")]
}

#[tokio::test]
async fn a_check_says_which_numbers_tiers_ask_for_and_where_they_stand() {
    let app = App::start().await;
    let checked = check(&app, PALMS).await;
    let ladder = checked["ladder"].as_array().unwrap();
    let tiers: Vec<Value> = ladder
        .iter()
        .map(|tier| json!([tier["tier"], tier["title"], tier["floor"]]))
        .collect();
    assert_eq!(
        tiers,
        [
            json!(["insider", "Insider", false]),
            json!(["regular", "Regular", false]),
            json!(["guest", "Guest", true]),
        ]
    );
    let insider = ladder[0]["thresholds"].as_array().unwrap();
    let asked: Vec<Value> = insider
        .iter()
        .map(|one| json!([one["field"], one["input"], one["operator"], one["value"]]))
        .collect();
    assert_eq!(
        asked,
        [
            json!(["when", "standing.lower", ">=", 25.0]),
            json!(["when", "topic(\"las-vegas\").confidence", ">=", 0.6]),
        ]
    );
    assert_eq!(written(PALMS, &insider[0]), "25");
    assert_eq!(written(PALMS, &insider[1]), "0.6");
    assert_eq!(ladder[2]["thresholds"], json!([]));
}

#[tokio::test]
async fn a_number_changed_where_it_stands_is_the_number_that_is_asked_for() {
    let app = App::start().await;
    let checked = check(&app, PALMS).await;
    let place = &checked["ladder"][1]["thresholds"][0]["place"];
    let (line, from, to) = (
        place["line"].as_u64().unwrap() as usize,
        place["column"].as_u64().unwrap() as usize,
        place["end_column"].as_u64().unwrap() as usize,
    );
    let mut lines: Vec<String> = PALMS.lines().map(str::to_owned).collect();
    lines[line - 1].replace_range(from - 1..to - 1, "17.5");
    let changed = check(&app, &lines.join("\n")).await;
    assert_eq!(changed["valid"], true, "{changed}");
    assert_eq!(changed["ladder"][1]["thresholds"][0]["value"], 17.5);
}

#[tokio::test]
async fn conditions_written_in_other_ways_have_their_numbers_too() {
    let app = App::start().await;
    let source = r#"program: ways
service_levels: [{ id: s, queue: q }]
tiers:
  - id: gold
    when: >
      !(standing.lower < 45.5)
      && topic("las-vegas-45").rank <= 45
    stay: 40 <= standing.lower
    service_level: s
  - { "id": silver, "when": "standing.lower \u003e= 20", keep: 5d, "service_level": s }
  - { id: floor, service_level: s }
"#;
    let checked = check(&app, source).await;
    let gold = checked["ladder"][0]["thresholds"].as_array().unwrap();
    let asked: Vec<Value> = gold
        .iter()
        .map(|one| {
            json!([
                one["field"],
                one["input"],
                one["operator"],
                written(source, one)
            ])
        })
        .collect();
    assert_eq!(
        asked,
        [
            json!(["when", "standing.lower", ">=", "45.5"]),
            json!(["when", "topic(\"las-vegas-45\").rank", "<=", "45"]),
            json!(["stay", "standing.lower", ">=", "40"]),
        ]
    );
    let silver = &checked["ladder"][1]["thresholds"][0];
    assert_eq!(silver["value"], 20.0);
    assert_eq!(silver["place"], Value::Null, "an escape moves what follows");
}

#[tokio::test]
async fn numbers_of_an_audience_are_not_those_of_the_program() {
    let app = App::start().await;
    let audience = json!({"when": "member.days_enrolled >= 365"});
    app.put("/v1/audiences/old-friends", audience)
        .await
        .expect(201);
    let source = PALMS.replace(
        "when: standing.lower >= 15",
        "when: standing.lower >= 15 || audience(\"old-friends\")",
    );
    let checked = check(&app, &source).await;
    assert_eq!(checked["valid"], true, "{checked}");
    let regular = checked["ladder"][1]["thresholds"].as_array().unwrap();
    assert_eq!(regular.len(), 1, "{regular:?}");
}

#[tokio::test]
async fn a_ladder_that_cannot_be_published_is_shown_and_one_that_cannot_be_read_is_not() {
    let app = App::start().await;
    let shadowed = PALMS.replace(
        "when: standing.lower >= 25 && topic",
        "when: standing.lower >= 25 && standing.lower < 10 && topic",
    );
    let checked = check(&app, &shadowed).await;
    assert_eq!(checked["valid"], false, "{checked}");
    assert_eq!(checked["ladder"][0]["thresholds"][1]["value"], 10.0);
    let broken = PALMS.replace("standing.lower >= 15", "standing.lover >= 15");
    let checked = check(&app, &broken).await;
    assert_eq!(checked["ladder"], Value::Null);
}

#[tokio::test]
async fn a_published_version_has_its_ladder() {
    let app = App::start().await;
    app.publish_palms().await;
    let version = app
        .get("/v1/programs/palms-klub/versions/1")
        .await
        .expect(200);
    assert_eq!(version["ladder"], check(&app, PALMS).await["ladder"]);
    assert_eq!(version["source"], PALMS);
    let missing = app.get("/v1/programs/palms-klub/versions/2").await;
    assert_eq!(missing.problem(404), "not-found");
}
