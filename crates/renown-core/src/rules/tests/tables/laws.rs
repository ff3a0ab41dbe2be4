//! Properties of the checks of tables, for random tables and people.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

/// Generates the entries of a rule over an index, an attribute and the tier.
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

/// Returns a person in every cell that these entries can form.
fn everybody() -> Vec<Person> {
    let lowers = [0.0, 10.0, 29.9, 30.0, 45.0, 59.9, 60.0, 60.1, 99.0, 100.0];
    let lowers: Vec<Option<f64>> = lowers.map(Some).into_iter().chain([None]).collect();
    let mut people = Vec::new();
    for lower in lowers {
        for text in [Some("a"), Some("b"), Some("c"), None] {
            for star in [true, false] {
                let mut one = person();
                if let Some(lower) = lower {
                    one = one.influence(lower, lower);
                }
                if let Some(text) = text {
                    one = one.attribute("a", Attribute::Text(text.into()));
                }
                people.push(if star { one.value(80.0, 70.0) } else { one });
            }
        }
    }
    people
}

/// Returns, for each person, the rules that match.
fn hits(source: &str) -> Vec<(Vec<usize>, Person)> {
    let program = published(source);
    let numbers = |person: &Person| -> Vec<usize> {
        let said = said(&program, person);
        serde_json::from_value(said["t"]["hit"].clone()).unwrap()
    };
    let everybody = everybody().into_iter();
    everybody.map(|one| (numbers(&one), one)).collect()
}

/// Returns the numbers of the rules in the findings with a code.
fn about(source: &str, code: &str) -> Vec<usize> {
    let found = findings(source).into_iter().filter(|f| f.code == code);
    let number = |f: Diagnostic| -> usize {
        let (_, after) = f.path.split_once("rules[").unwrap();
        let index: usize = after.trim_end_matches(']').parse().unwrap();
        index + 1
    };
    found.map(number).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_unique_table_passes_exactly_if_no_two_rules_match_together(
        rows in prop::collection::vec(row(), 1..5),
    ) {
        let source = random_table("unique", &rows);
        let two = hits(&source).iter().any(|(hits, _)| hits.len() > 1);
        prop_assert_eq!(codes(&source).contains(&"overlapping-rules"), two, "{}", source);
    }

    #[test]
    fn a_table_for_any_passes_exactly_if_rules_that_match_together_say_the_same(
        rows in prop::collection::vec(row(), 1..5),
    ) {
        let source = random_table("any", &rows);
        let differ = |hits: &[usize]| hits.iter().any(|hit| hit % 2 != hits[0] % 2);
        let two = hits(&source).iter().any(|(hits, _)| differ(hits));
        prop_assert_eq!(codes(&source).contains(&"overlapping-rules"), two, "{}", source);
    }

    #[test]
    fn a_table_has_a_gap_exactly_if_it_does_not_match_somebody_who_is_known(
        rows in prop::collection::vec(row(), 1..7),
    ) {
        let source = random_table("first", &rows);
        let known = |person: &Person| {
            person.score.influence != Index::Unknown && person.attributes.iter().next().is_some()
        };
        let gap = hits(&source).iter().any(|(hits, person)| hits.is_empty() && known(person));
        prop_assert_eq!(codes(&source).contains(&"table-gap"), gap, "{}", source);
    }

    #[test]
    fn a_rule_is_said_to_be_never_reached_exactly_if_it_is_not(
        rows in prop::collection::vec(row(), 2..6),
    ) {
        let source = random_table("first", &rows);
        let hits = hits(&source);
        let reached = |rule: &usize| hits.iter().any(|(hits, _)| hits.contains(rule));
        let never: Vec<usize> = (1..=rows.len()).filter(|rule| !reached(rule)).collect();
        prop_assert_eq!(about(&source, "unreachable-rule"), never, "{}", source);
    }

    #[test]
    fn a_table_that_passes_says_one_thing_to_people_at_random(
        rows in prop::collection::vec(row(), 1..5),
        lower in 0.0..100.0_f64,
        text in prop::option::of("[a-c]{0,2}"),
    ) {
        let source = random_table("unique", &rows);
        let mut one = person().influence(100.0, lower);
        if let Some(text) = text {
            one = one.attribute("a", Attribute::Text(text));
        }
        let hits = said(&published(&source), &one)["t"]["hit"].as_array().unwrap().len();
        let codes = codes(&source);
        prop_assert!(hits <= 1 || codes.contains(&"overlapping-rules"), "{source}");
        let known = one.attributes.iter().next().is_some();
        prop_assert!(hits >= 1 || !known || codes.contains(&"table-gap"), "{source}");
    }
}
