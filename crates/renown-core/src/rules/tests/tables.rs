//! Decision tables: hit policies here, the rest in a file each.

mod asked;
mod broken;
mod checks;
mod entries;
mod hostile;
mod laws;

use serde_json::{Value, json};

use super::*;

/// Returns a program with these tables besides its tier and perk.
fn with_tables(tier: &str, perk: &str, tables: &str) -> String {
    format!("{}{tables}", small(tier, perk))
}

/// Returns a program with one table `t`, which has two outputs over
/// `influence.lower` and the tier. Three of its rules match a star of 70.
fn grid(hit: &str, extra: &str) -> String {
    let tables = format!(
        r#"tables:
  - id: t
    hit: {hit}
    inputs: [influence.lower, tier]
    outputs:
      - {{ name: metal, type: text, values: [gold, silver, tin] }}
      - {{ name: rate, type: number }}
    rules:
      - {{ when: ['>= 50', '-'], then: [silver, 1.5] }}
      - {{ when: ['-', '"star"'], then: [gold, 3] }}
      - {{ when: ['< 50', '-'], then: [tin, 1] }}
      - {{ when: ['> 60', '-'], then: [silver, 2] }}
{extra}"#
    );
    with_tables("influence.lower >= 60", "tier == \"star\"", &tables)
}

/// Returns the results of all tables of a program. The program is loaded
/// without the checks of publication.
fn say(source: &str, person: &Person) -> Value {
    said(&published(source), person)
}

fn said(program: &Program, person: &Person) -> Value {
    person.facts(|facts| serde_json::to_value(program.evaluate(facts).tables).unwrap())
}

fn findings(source: &str) -> Vec<Diagnostic> {
    match Program::compile(source, &Setting::at(now())) {
        Ok(compiled) => compiled.warnings,
        Err(found) => found,
    }
}

fn codes(source: &str) -> Vec<&'static str> {
    findings(source).into_iter().map(|f| f.code).collect()
}

#[test]
fn every_hit_policy_does_what_it_says() {
    let star = person().influence(80.0, 70.0);
    let unknown = person();
    let silver = json!({"metal": "silver", "rate": 1.5});
    let gold = json!({"metal": "gold", "rate": 3});
    let bright = json!({"metal": "silver", "rate": 2});
    let cases = [
        ("first", json!([1]), silver.clone()),
        ("priority", json!([2, 1, 4]), gold.clone()),
        ("collect", json!([1, 2, 4]), json!([silver, gold, bright])),
        (
            "rule-order",
            json!([1, 2, 4]),
            json!([silver, gold, bright]),
        ),
        (
            "output-order",
            json!([2, 1, 4]),
            json!([gold, silver, bright]),
        ),
        // Contradicting matches give no result. Publication would refuse this
        // table.
        ("unique", json!([1, 2, 4]), Value::Null),
        ("any", json!([1, 2, 4]), Value::Null),
    ];
    for (hit, numbers, result) in cases {
        let said = say(&grid(hit, ""), &star);
        assert_eq!(
            said,
            json!({"t": {"hit": numbers, "result": result}}),
            "{hit}"
        );
        let list = ["collect", "rule-order", "output-order"].contains(&hit);
        let nothing = if list { json!([]) } else { Value::Null };
        let said = say(&grid(hit, ""), &unknown);
        assert_eq!(said, json!({"t": {"hit": [], "result": nothing}}), "{hit}");
        let row = json!({"metal": "tin", "rate": 0});
        let otherwise = if list { json!([row]) } else { row };
        let said = say(&grid(hit, "    otherwise: [tin, 0]"), &unknown);
        assert_eq!(
            said,
            json!({"t": {"hit": [], "result": otherwise}}),
            "{hit}"
        );
    }
}

#[test]
fn one_match_is_enough_for_unique_and_any() {
    let plain = person().influence(40.0, 30.0);
    for hit in ["unique", "any"] {
        let said = say(&grid(hit, ""), &plain);
        let row = json!({"metal": "tin", "rate": 1});
        assert_eq!(said, json!({"t": {"hit": [3], "result": row}}), "{hit}");
    }
}

fn adding(hit: &str, kind: &str, outputs: [&str; 3], extra: &str) -> String {
    let [a, b, c] = outputs;
    let tables = format!(
        r#"tables:
  - id: sum
    {hit}
    inputs: [influence.lower]
    outputs: [{{ name: x, type: {kind} }}]
    rules:
      - {{ when: ['>= 10'], then: [{a}] }}
      - {{ when: ['>= 20'], then: [{b}] }}
      - {{ when: ['>= 30'], then: [{c}] }}
{extra}"#
    );
    with_tables("influence.lower >= 60", "'true'", &tables)
}

#[test]
fn what_is_collected_is_added_up() {
    let cases = [
        ("sum", 35.0, json!(0.6)),
        ("sum", 25.0, json!(0.3)),
        ("min", 35.0, json!(0.1)),
        ("max", 25.0, json!(0.2)),
        ("max", 35.0, json!(0.3)),
        ("count", 35.0, json!(3)),
        ("count", 5.0, json!(0)),
        ("sum", 5.0, Value::Null),
    ];
    for (aggregate, lower, expected) in cases {
        let hit = format!("hit: collect\n    aggregate: {aggregate}");
        let source = adding(&hit, "number", ["0.1", "0.2", "0.3"], "");
        let said = say(&source, &person().influence(50.0, lower));
        assert_eq!(said["sum"]["result"], expected, "{aggregate} {lower}");
    }
    let distinct = adding(
        "hit: collect\n    aggregate: count",
        "text",
        ["a", "b", "a"],
        "",
    );
    let said = say(&distinct, &person().influence(50.0, 35.0));
    assert_eq!(said["sum"], json!({"hit": [1, 2, 3], "result": 2}));
    let sum = adding(
        "hit: collect\n    aggregate: sum",
        "number",
        ["1", "2", "3"],
        "    otherwise: [7]",
    );
    assert_eq!(say(&sum, &person())["sum"]["result"], 7);
}

#[test]
fn a_program_without_tables_says_nothing_of_them() {
    let program = compile(&small("standing.lower >= 50", "'true'"));
    person().facts(|facts| {
        let outcome = serde_json::to_value(program.evaluate(facts)).unwrap();
        let reasons = serde_json::to_value(program.explain(facts)).unwrap();
        assert_eq!(outcome.get("tables"), None);
        assert_eq!(reasons.get("tables"), None);
    });
}
