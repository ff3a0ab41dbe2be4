//! Checks on the rules of a table as a whole.

use serde_json::{Value, json};

use super::*;

#[test]
fn numbers_of_one_index_are_not_taken_to_be_independent() {
    // No lower bound is above the score, and an unknown standing has no lower
    // bound.
    let tables = r#"tables:
  - id: t
    inputs: [influence.lower, influence.score, influence.unknown]
    outputs: [{ name: x, type: number }]
    rules:
      - { when: ['>= 50', '-', '-'], then: [1] }
      - { when: ['-', '< 50', '-'], then: [2] }
      - { when: ['< 50', '>= 50', '-'], then: [3] }
      - { when: ['-', '-', true], then: [4] }
"#;
    let source = with_tables("standing.lower >= 50", "'true'", tables);
    assert_eq!(codes(&source), Vec::<&str>::new());
    let independent = source.replace("influence.score", "value.score");
    assert_eq!(codes(&independent), ["overlapping-rules"; 2]);
}

#[test]
fn whole_numbers_have_no_gap_between_neighbours() {
    let tables = r#"tables:
  - id: t
    inputs: [member.days_enrolled]
    outputs: [{ name: x, type: number }]
    rules: [{ when: ['<= 29'], then: [1] }, { when: ['>= 30'], then: [2] }]
"#;
    let source = with_tables("standing.lower >= 50", "'true'", tables);
    assert_eq!(codes(&source), Vec::<&str>::new());
    let scores = source.replace("member.days_enrolled", "standing.lower");
    let found = findings(&scores);
    assert_eq!(
        found[0].message,
        "No rule matches where standing.lower is 29.5."
    );
}

#[test]
fn every_tier_is_thought_of_and_no_other_text() {
    let tables = r#"tables:
  - id: t
    inputs: [tier]
    outputs: [{ name: x, type: number }]
    rules: [{ when: ['"star"'], then: [1] }, { when: ['"guest"'], then: [2] }]
"#;
    let source = with_tables("standing.lower >= 50", "'true'", tables);
    assert_eq!(codes(&source), Vec::<&str>::new());
    let one = source.replace(", { when: ['\"guest\"'], then: [2] }", "");
    assert_eq!(codes(&one), ["table-gap"]);
}

/// Returns a table of `rules` over eight attributes, with an entry for each
/// rule and attribute.
fn vast(hit: &str, rules: usize, mut entry: impl FnMut(usize, usize) -> String) -> String {
    let inputs: Vec<String> = (0..8).map(|i| format!("member.attributes.a{i}")).collect();
    let rules: Vec<Value> = (0..rules)
        .map(|rule| {
            let when: Vec<String> = (0..8).map(|input| entry(rule, input)).collect();
            json!({"when": when, "then": [rule]})
        })
        .collect();
    let tables = json!([{
        "id": "t", "hit": hit, "inputs": inputs,
        "outputs": [{"name": "x", "type": "number"}], "rules": rules,
    }]);
    with_tables(
        "standing.lower >= 50",
        "'true'",
        &format!("tables: {tables}\n"),
    )
}

#[test]
fn a_table_that_is_too_large_is_not_searched_for_ever() {
    // Each rule leaves out a value and a range of each input, so that many
    // rules together cover nearly everything.
    let mut seed = 7_usize;
    let mut dice = move || {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % 23
    };
    let source = vast("first", 200, |_, _| {
        let (a, b) = (dice(), dice());
        format!("not({a}, [{b}..{}])", b + 4)
    });
    let found = findings(&source);
    assert!(
        found.iter().any(|f| f.code == "table-not-analysed"),
        "{found:?}"
    );
    assert!(found.iter().all(|f| f.severity == Severity::Warning));
}

#[test]
fn a_large_table_that_people_could_write_is_searched_to_the_end() {
    // 200 disjoint cells of three inputs; the other inputs accept everything.
    let source = vast("unique", 200, |rule, input| match input {
        0 => format!("[{}..{})", rule / 40 * 10, rule / 40 * 10 + 10),
        1 => format!("[{}..{})", rule / 5 % 8 * 10, rule / 5 % 8 * 10 + 10),
        2 => format!("[{}..{})", rule % 5 * 10, rule % 5 * 10 + 10),
        _ => "-".to_owned(),
    });
    assert_eq!(codes(&source), ["table-gap"]);
    let overlapping = source.replacen("[30..40)", "[30..41)", 1);
    assert_eq!(codes(&overlapping), ["table-gap", "overlapping-rules"]);
}

#[test]
fn the_example_of_the_documentation_is_right() {
    let page = include_str!("../../../../../../docs/tables.md");
    let (_, after) = page.split_once("```yaml\n").unwrap();
    let (example, _) = after.split_once("```").unwrap();
    let program = small(
        "standing.lower >= 50",
        "'table(\"cash-back\").card == \"gold\"'",
    );
    let source = program.replace("id: star", "id: insider") + example;
    assert_eq!(findings(&source), []);
    let insider = person().influence(99.0, 90.0).value(80.0, 70.0);
    let result = say(&source, &insider)["cash-back"]["result"].clone();
    assert_eq!(result, json!({"multiplier": 3, "card": "gold"}));
}

#[test]
fn limits_are_kept() {
    let table = |id: usize| {
        format!(
            "  - {{ id: t{id}, inputs: [tier], outputs: [{{ name: x, type: number }}], \
             rules: [{{ when: ['-'], then: [1] }}] }}\n"
        )
    };
    let tables = |n: usize| format!("tables:\n{}", (0..n).map(table).collect::<String>());
    let source = |tables: &str| with_tables("standing.lower >= 50", "'true'", tables);
    assert_eq!(codes(&source(&tables(20))), Vec::<&str>::new());
    assert_eq!(codes(&source(&tables(21))), ["too-many"]);
    assert_eq!(
        codes(&vast("collect", 201, |_, _| "-".into()))[0],
        "too-many"
    );
    let nine = tables(1).replace("[tier]", &format!("[{}]", ["tier"; 9].join(", ")));
    assert!(codes(&source(&nine)).contains(&"too-many"));
    let long = tables(1).replace("'-'", &format!("'{}'", ["\"star\""; 101].join(", ")));
    assert_eq!(codes(&source(&long)), ["entry-syntax"]);
}
