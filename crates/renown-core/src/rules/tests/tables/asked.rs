//! Tables in the rest of a program: conditions, tiers, explanations.

use serde_json::json;

use super::*;

const UPGRADE: &str = r#"tables:
  - id: upgrade
    inputs: [influence.lower, tier]
    hit: first
    outputs:
      - { name: level, type: number }
      - { name: name, type: text, values: [suite, view] }
      - { name: quiet, type: bool }
    rules:
      - { when: ['>= 80', '-'], then: [3, suite, true] }
      - { when: ['>= 40', '"star"'], then: [2, view, false], note: stars get a view }
  - id: points
    hit: collect
    aggregate: sum
    inputs: [value.lower]
    outputs: [{ name: points, type: number }]
    rules: [{ when: ['>= 10'], then: [5] }, { when: ['>= 20'], then: [5] }]
"#;

fn gets(person: &Person, condition: &str) -> bool {
    let source = with_tables("influence.lower >= 60", &format!("'{condition}'"), UPGRADE);
    let program = published(&source);
    person.facts(|facts| program.evaluate(facts).perks[0].eligibility) == Eligibility::Eligible
}

#[test]
fn conditions_ask_tables() {
    let star = person().influence(75.0, 65.0).value(30.0, 25.0);
    for (condition, expected) in [
        ("table(\"upgrade\").level >= 2", true),
        ("table(\"upgrade\").level > 2", false),
        ("table(\"upgrade\").level + 1 == 3", true),
        ("table(\"upgrade\")[\"level\"] == 2", true),
        ("table(\"upgrade\").name == \"view\"", true),
        ("table(\"upgrade\").name in [\"view\", \"suite\"]", true),
        ("table(\"upgrade\").name.startsWith(\"su\")", false),
        ("table(\"upgrade\").quiet", false),
        ("!table(\"upgrade\").quiet", true),
        ("table(\"upgrade\").quiet == false", true),
        ("table(\"points\").result >= 10", true),
        ("table(\"points\").result in [5, 10]", true),
    ] {
        assert_eq!(gets(&star, condition), expected, "{condition}");
    }
}

#[test]
fn a_table_that_says_nothing_passes_no_test_and_no_negation() {
    let nobody = person().influence(20.0, 10.0);
    for condition in [
        "table(\"upgrade\").level >= 0",
        "!(table(\"upgrade\").level >= 0)",
        "table(\"upgrade\").name == \"view\"",
        "table(\"upgrade\").name != \"view\"",
        "table(\"upgrade\").quiet",
        "!table(\"upgrade\").quiet",
        "table(\"points\").result >= 0",
        "table(\"points\").result < 0",
    ] {
        assert!(!gets(&nobody, condition), "{condition}");
    }
}

#[test]
fn a_tier_may_ask_a_table_that_does_not_ask_for_the_tier() {
    let tables = UPGRADE.replace(
        "inputs: [influence.lower, tier]",
        "inputs: [influence.lower, value.lower]",
    );
    let tables = tables.replace("'\"star\"'", "'>= 10'");
    let source = with_tables("'table(\"upgrade\").level >= 2'", "'true'", &tables);
    let program = compile(&source);
    let tier =
        |person: &Person| person.facts(|facts| program.evaluate(facts).tier.tier.to_string());
    assert_eq!(tier(&person().influence(85.0, 82.0)), "star");
    assert_eq!(
        tier(&person().influence(50.0, 45.0).value(20.0, 15.0)),
        "star"
    );
    assert_eq!(tier(&person().influence(50.0, 45.0)), "guest");
}

#[test]
fn a_table_is_asked_with_the_tier_in_effect() {
    // The tier is kept, although no longer earned.
    let mut kept = person().influence(50.0, 45.0);
    kept.held = Some(EarnedTier {
        tier: TierId::parse("star").unwrap(),
        since: now(),
        keep_until: Some(now() + TimeDelta::days(1)),
        noticed_at: None,
    });
    let source = with_tables("influence.lower >= 60", "'true'", UPGRADE);
    assert_eq!(say(&source, &kept)["upgrade"]["hit"], json!([2]));
    kept.held = None;
    assert_eq!(say(&source, &kept)["upgrade"]["hit"], json!([]));
}

#[test]
fn an_explanation_shows_what_tables_looked_at() {
    let source = with_tables(
        "influence.lower >= 60",
        "'table(\"upgrade\").level >= 3 && !table(\"upgrade\").quiet'",
        UPGRADE,
    );
    let program = compile(&source);
    let star = person().influence(75.0, 65.0);
    star.facts(|facts| {
        let reasons = serde_json::to_value(program.explain(facts)).unwrap();
        assert_eq!(
            reasons["tables"]["upgrade"],
            json!({
                "title": null,
                "inputs": [
                    {"name": "influence.lower", "actual": 65.0},
                    {"name": "tier", "actual": "star"},
                ],
                "hit": [2],
                "notes": ["stars get a view"],
                "result": {"level": 2, "name": "view", "quiet": false},
            })
        );
        let points = &reasons["tables"]["points"];
        assert_eq!(
            points["inputs"],
            json!([{"name": "value.lower", "actual": null}])
        );
        let refused = &reasons["not_matched"][0];
        let test = &refused["tests"][0];
        assert_eq!(test["test"], "table(\"upgrade\").level >= 3");
        assert_eq!(
            (&test["actual"], &test["required"], &test["off_by"]),
            (&json!(2.0), &json!(3.0), &json!(1.0))
        );
        assert_eq!(
            refused["counterfactual"],
            json!({"result": "impossible", "reason": "depends_on_table"})
        );
    });
}

#[test]
fn a_counterfactual_beside_a_table_is_evaluated_with_the_table() {
    let condition = "'table(\"upgrade\").level == 2 && standing.lower >= 40'";
    let source = with_tables("influence.lower >= 60", condition, UPGRADE);
    let program = compile(&source);
    let perk = PerkId::parse("gift").unwrap();
    // Half of the standing is influence: a lower bound of 65 contributes 32.5.
    let star = person().influence(75.0, 65.0);
    let what_if = star.facts(|facts| program.counterfactual(facts, Target::Perk(&perk)));
    let Some(WhatIf::Possible { sentence, .. }) = what_if else {
        panic!("{what_if:?}")
    };
    assert_eq!(sentence, "standing.lower 40 instead of 32.5");
}

#[test]
fn of_strangers_a_table_knows_nothing_but_the_floor() {
    let stranger = person().influence(90.0, 85.0).not_enrolled();
    let tables = r#"tables:
  - id: t
    hit: first
    inputs: [influence.lower, tier]
    outputs: [{ name: x, type: number }]
    rules:
      - { when: ['>= 0', '-'], then: [2] }
      - { when: ['unknown', '"guest"'], then: [1] }
    otherwise: [0]
"#;
    let source = with_tables("influence.lower >= 60", "'true'", tables);
    assert_eq!(say(&source, &stranger)["t"]["hit"], json!([2]));
}

#[test]
fn the_same_facts_give_the_same_bytes_with_tables_too() {
    let source = with_tables("influence.lower >= 60", "'true'", UPGRADE);
    let star = person().influence(75.0, 65.0).value(30.0, 25.0);
    let bytes = || {
        let program = compile(&source);
        star.facts(|facts| serde_json::to_string(&program.explain(facts)).unwrap())
    };
    assert_eq!(bytes(), bytes());
}
