//! Decision tables from outside: published with a program, read at a till, explained in
//! a decision.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, App, PALMS, stardom};

const TABLES: &str = r#"
tables:
  - id: cash-back
    title: Cash back by level
    hit: unique
    inputs:
      - standing.lower
      - { name: Level, value: tier }
    outputs:
      - { name: multiplier, type: number }
    rules:
      - { when: ['>= 20', '"insider"'], then: [3], note: locals with a name }
      - { when: ['>= 20', 'not("insider")'], then: [2] }
    otherwise: [1]
  - id: gifts
    hit: collect
    inputs: [request.party_size]
    outputs: [{ name: gift, type: text }]
    rules:
      - { when: ['>= 2'], then: [two glasses] }
      - { when: ['-'], then: [a card] }
"#;

async fn draft(app: &App, source: &str) -> Value {
    let path = "/v1/programs/palms-klub/draft";
    let yaml = [("content-type", "application/yaml")];
    let answer = app.send(Method::PUT, path, &yaml, source.to_owned()).await;
    answer.expect(200)
}

async fn publish(app: &App) -> Answer {
    app.send(Method::POST, "/v1/programs/palms-klub/publish", &[], "")
        .await
}

/// Starts a hotel with a star, whose program has tables.
async fn hotel() -> App {
    let app = App::start().await;
    // The cabana is for members for whom the table gives the most.
    let condition = "tier in [\"insider\", \"regular\"] && (";
    assert!(PALMS.contains(condition));
    let asking = "table(\"cash-back\").multiplier >= 3 && (";
    let source = format!("{}{TABLES}", PALMS.replace(condition, asking));
    let checked = draft(&app, &source).await;
    assert_eq!(checked["diagnostics"], json!([]));
    publish(&app).await.expect(201);
    app.enrol("twitter:kevin").await;
    app.enrol("twitter:zoe").await;
    app.rivals("las-vegas").await;
    app.events(&stardom("kevin", "las-vegas")).await;
    app.settle().await;
    app
}

#[tokio::test]
async fn a_till_reads_the_multiplier_of_a_guest() {
    let app = hotel().await;
    let tables = async |who: &str| {
        let path = format!("/v1/programs/palms-klub/members/{who}/tier");
        app.get(&path).await.expect(200)["tables"].clone()
    };
    let star = json!({"cash-back": {"multiplier": 3}, "gifts": [{"gift": "a card"}]});
    assert_eq!(tables("twitter:kevin").await, star);
    let everybody = json!({"cash-back": {"multiplier": 1}, "gifts": [{"gift": "a card"}]});
    assert_eq!(tables("twitter:zoe").await, everybody);
    assert_eq!(tables("twitter:never-seen").await, everybody);
}

#[tokio::test]
async fn a_program_without_tables_has_an_empty_place_for_them() {
    let app = App::start().await;
    app.publish_palms().await;
    let path = "/v1/programs/palms-klub/members/twitter:kevin/tier";
    assert_eq!(app.get(path).await.expect(200)["tables"], json!({}));
}

#[tokio::test]
async fn a_perk_may_ask_a_table() {
    let app = hotel().await;
    let cabana = async |who: &str| {
        let path = format!("/v1/programs/palms-klub/members/{who}/offers");
        let offers = app.get(&path).await.expect(200);
        let offers = offers["offers"].as_array().unwrap().clone();
        let found = offers.into_iter().find(|offer| offer["perk"] == "cabana");
        found.unwrap()["refusal"].clone()
    };
    assert_eq!(cabana("twitter:kevin").await, Value::Null);
    assert_eq!(cabana("twitter:zoe").await, "condition");
}

#[tokio::test]
async fn a_decision_shows_what_a_table_looked_at() {
    let app = hotel().await;
    let decide = async |who: &str| {
        let body = json!({"program": "palms-klub", "member": who, "request": {"party_size": 2}});
        app.post("/v1/decisions", body).await.expect(201)
    };
    let decision = decide("twitter:kevin").await;
    let table = &decision["outcome"]["tables"]["cash-back"];
    assert_eq!(table["inputs"][0]["name"], "standing.lower");
    assert_eq!(
        table["inputs"][0]["actual"],
        decision["outcome"]["standing"]["lower"]
    );
    assert_eq!(
        table["inputs"][1],
        json!({"name": "Level", "actual": "insider"})
    );
    assert_eq!(
        (&table["hit"], &table["result"], &table["notes"]),
        (
            &json!([1]),
            &json!({"multiplier": 3}),
            &json!(["locals with a name"])
        )
    );
    assert_eq!(
        decision["outcome"]["tables"]["gifts"]["result"],
        json!([{"gift": "two glasses"}, {"gift": "a card"}])
    );
    // The same as recorded.
    let path = format!("/v1/decisions/{}", decision["id"].as_str().unwrap());
    assert_eq!(app.get(&path).await.expect(200), decision);

    let refused = decide("twitter:zoe").await;
    let reasons = refused["outcome"]["not_matched"].as_array().unwrap();
    let cabana = reasons.iter().find(|r| r["id"] == "cabana").unwrap();
    let test = &cabana["tests"][0];
    assert_eq!(test["test"], "table(\"cash-back\").multiplier >= 3");
    assert_eq!(
        (&test["actual"], &test["required"]),
        (&json!(1.0), &json!(3.0))
    );
    assert_eq!(cabana["counterfactual"]["reason"], "depends_on_table");
}

#[tokio::test]
async fn rules_that_overlap_keep_a_program_from_being_published() {
    let app = App::start().await;
    let source = format!("{PALMS}{TABLES}").replace("not(\"insider\")", "-");
    let checked = draft(&app, &source).await;
    assert_eq!(checked["valid"], false);
    let mistake = &checked["diagnostics"][0];
    assert_eq!(mistake["code"], "overlapping-rules");
    assert_eq!(mistake["path"], "tables[0].rules[1]");
    let line = source.lines().position(|line| line.contains("then: [2]"));
    assert_eq!(mistake["line"], line.unwrap() + 1);
    assert_eq!(publish(&app).await.problem(422), "program-invalid");
}
