//! What the checks of tables promise, for tables and people at random.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

/// Entries that small tables are made of, over an index, an attribute and the
/// tier.
fn row() -> impl Strategy<Value = (String, String, String)> {
    let numbers = prop::sample::select(vec![
        "-",
        "< 30",
        ">= 30",
        "[30..60)",
        "[30..60]",
        ">= 60",
        "> 60",
        "60",
        "not(60)",
        "unknown",
        "not([30..60))",
        "< 30, > 60",
        "unknown, < 30",
        "<= 100",
        "not(unknown)",
    ]);
    let texts = prop::sample::select(vec![
        "-",
        "\"a\"",
        "\"b\"",
        "\"a\", \"b\"",
        "not(\"a\")",
        "unknown",
        "not(\"a\", \"b\")",
    ]);
    let tiers = prop::sample::select(vec!["-", "\"star\"", "\"guest\"", "not(\"star\")"]);
    (numbers, texts, tiers).prop_map(|(a, b, c)| (a.into(), b.into(), c.into()))
}

fn random_table(hit: &str, rows: &[(String, String, String)]) -> String {
    let rules: Vec<Value> = rows
        .iter()
        .enumerate()
        .map(|(i, (a, b, c))| json!({"when": [a, b, c], "then": [i % 2]}))
        .collect();
    let tables = json!([{
        "id": "t", "hit": hit, "inputs": ["influence.lower", "member.attributes.a", "tier"],
        "outputs": [{"name": "x", "type": "number"}], "rules": rules,
    }]);
    with_tables(
        "value.lower >= 50",
        "'true'",
        &format!("tables: {tables}\n"),
    )
}

fn somebody() -> impl Strategy<Value = Person> {
    let lower = prop::option::of(prop::sample::select(vec![
        0.0, 10.0, 29.9, 30.0, 45.0, 59.9, 60.0, 60.1, 99.0, 100.0,
    ]));
    let text = prop::option::of(prop::sample::select(vec!["a", "b", "c"]));
    (lower, text, any::<bool>()).prop_map(|(lower, text, star)| {
        let mut somebody = person();
        if let Some(lower) = lower {
            somebody = somebody.influence(lower, lower);
        }
        if let Some(text) = text {
            somebody = somebody.attribute("a", Attribute::Text(text.into()));
        }
        if star {
            somebody = somebody.value(80.0, 70.0);
        }
        somebody
    })
}

fn hits(program: &Program, person: &Person) -> usize {
    said(program, person)["t"]["hit"].as_array().unwrap().len()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn of_a_unique_table_that_passes_at_most_one_rule_matches(
        rows in prop::collection::vec(row(), 1..5),
        people in prop::collection::vec(somebody(), 24),
    ) {
        let source = random_table("unique", &rows);
        let program = load(&source);
        let overlap = codes(&source).contains(&"overlapping-rules");
        for person in &people {
            prop_assert!(overlap || hits(&program, person) <= 1, "{source}");
        }
    }

    #[test]
    fn of_a_table_for_any_that_passes_all_rules_that_match_say_the_same(
        rows in prop::collection::vec(row(), 1..5),
        people in prop::collection::vec(somebody(), 24),
    ) {
        let source = random_table("any", &rows);
        let program = load(&source);
        let overlap = codes(&source).contains(&"overlapping-rules");
        for person in &people {
            let said = said(&program, person);
            let silent = said["t"]["result"].is_null();
            prop_assert!(overlap || !silent || said["t"]["hit"] == json!([]), "{source}");
        }
    }

    #[test]
    fn a_table_without_gaps_always_matches_what_is_known(
        rows in prop::collection::vec(row(), 1..7),
        people in prop::collection::vec(somebody(), 24),
    ) {
        let source = random_table("first", &rows);
        let program = load(&source);
        let gap = codes(&source).contains(&"table-gap");
        for person in &people {
            let known = person.score.influence != Index::Unknown
                && person.attributes.iter().next().is_some();
            prop_assert!(gap || !known || hits(&program, person) == 1, "{source}");
        }
    }

    #[test]
    fn a_rule_that_is_said_to_be_never_reached_is_never_reached(
        rows in prop::collection::vec(row(), 2..6),
        people in prop::collection::vec(somebody(), 24),
    ) {
        let source = random_table("first", &rows);
        let program = load(&source);
        let never: Vec<Value> = findings(&source)
            .iter()
            .filter(|found| found.code == "unreachable-rule")
            .map(|found| {
                let number = found.message.split_whitespace().nth(1).unwrap();
                json!(number.parse::<usize>().unwrap())
            })
            .collect();
        for person in &people {
            let hit = said(&program, person)["t"]["hit"].clone();
            prop_assert!(!never.contains(&hit[0]), "{source}");
        }
    }
}
