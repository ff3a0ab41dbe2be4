//! Tables from untrusted input never cause a panic or a hang.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

/// Compiles on a stack of the size of a server thread's stack, and evaluates
/// the table if it is valid.
fn survives(tables: &Value) {
    let source = json!({
        "program": "p",
        "service_levels": [{ "id": "s", "queue": "q" }],
        "tiers": [{ "id": "a", "service_level": "s" }],
        "tables": tables,
    })
    .to_string();
    let thread = std::thread::Builder::new()
        .stack_size(1024 * 1024)
        .spawn(
            move || match Program::compile(&source, &Setting::at(now())) {
                Ok(compiled) => drop(said(&compiled.program, &person())),
                Err(found) => assert!(!render(&found, &source, "f.json", false).is_empty()),
            },
        )
        .unwrap();
    thread.join().unwrap();
}

/// Returns a table with these entries in one column.
fn column(hit: &str, input: &str, entries: &[String]) -> Value {
    let rules: Vec<Value> = entries
        .iter()
        .map(|entry| json!({"when": [entry, "-"], "then": [1]}))
        .collect();
    json!([{
        "id": "t", "hit": hit, "inputs": [input, "member.attributes.other"],
        "outputs": [{"name": "x", "type": "number"}], "rules": rules,
    }])
}

#[test]
fn deep_and_long_entries_are_survived() {
    for times in [1, 3, 60, 99, 100, 101, 700, 5_000] {
        let repeated = |unit: &str| unit.repeat(times);
        let entries = [
            repeated("("),
            repeated("["),
            repeated("not("),
            format!("not({}", repeated("5,")),
            format!("{}5", repeated("5,")),
            repeated("-"),
            repeated("\""),
            repeated(">"),
            repeated("."),
            repeated("9"),
            format!("1e{}", repeated("9")),
            format!("[{}..{}]", repeated("1"), repeated("2")),
            repeated("[1..2],"),
            repeated("é"),
            format!("\"{}\"", repeated("é")),
            repeated(" "),
            repeated("\\"),
        ];
        for entry in &entries {
            survives(&column(
                "unique",
                "standing.lower",
                std::slice::from_ref(entry),
            ));
        }
    }
}

#[test]
fn a_file_full_of_numbers_is_survived() {
    // As many different numbers as fit into a file.
    let entries: Vec<String> = (0..200)
        .map(|rule| {
            let numbers: Vec<String> = (0..100).map(|i| (rule * 100 + i).to_string()).collect();
            numbers.join(",")
        })
        .collect();
    for hit in ["unique", "first", "any", "collect"] {
        survives(&column(hit, "member.attributes.a", &entries));
    }
    let ranges: Vec<String> = (0..200)
        .map(|rule| {
            let range = |i| format!("[{}..{}]", rule * 7 + i, 2_000 - i * 3);
            let ranges: Vec<String> = (0..60).map(range).collect();
            ranges.join(",")
        })
        .collect();
    survives(&column("first", "member.attributes.a", &ranges));
}

#[test]
fn numbers_at_the_ends_of_what_there_is_are_survived() {
    let entries: Vec<String> = [
        "1e308",
        "-1e308",
        "1e-320",
        "[0..1e308]",
        "< -1e308",
        "> 1e308",
        "1e999",
        "0.1, 0.10000000000000001",
        "-0",
        "[-0..0]",
        "9007199254740993",
    ]
    .map(str::to_owned)
    .to_vec();
    for hit in ["unique", "first", "collect"] {
        for input in [
            "standing.lower",
            "member.attributes.a",
            "member.days_enrolled",
        ] {
            survives(&column(hit, input, &entries));
            for entry in &entries {
                survives(&column(hit, input, std::slice::from_ref(entry)));
            }
        }
    }
}

/// Generates texts from the tokens of entries.
fn soup() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "-", "not", "(", ")", "[", "]", "..", ".", ",", "<", "<=", ">", ">=", "=", "!", "5", "30",
        "1e9", "-7", "+", "0.5", "\"a\"", "\"", "'", "true", "false", "unknown", "null", "a", "é",
        "\\", " ", "\n", "{", "}", "#", "≥",
    ]);
    prop::collection::vec(words, 0..12).prop_map(|words| words.concat())
}

/// Generates small values of JSON.
fn junk() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        soup().prop_map(Value::from),
        Just(json!("tier")),
        Just(json!("first")),
        Just(json!({"name": "x", "type": "number"})),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        let names = prop::sample::select(vec![
            "id",
            "hit",
            "inputs",
            "outputs",
            "rules",
            "when",
            "then",
            "otherwise",
            "values",
            "name",
        ]);
        let map = prop::collection::btree_map(names.prop_map(str::to_owned), inner.clone(), 0..5);
        prop_oneof![
            prop::collection::vec(inner, 0..4).prop_map(Value::from),
            map.prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_entry_made_of_the_entries_own_words_breaks_anything(
        entries in prop::collection::vec(soup(), 1..4),
        hit in prop::sample::select(vec!["unique", "first", "any", "collect"]),
        input in prop::sample::select(vec!["standing.lower", "tier", "standing.unknown", "member.attributes.a"]),
    ) {
        survives(&column(hit, input, &entries));
    }

    #[test]
    fn no_text_at_all_as_an_entry_breaks_anything(text in "\\PC{0,200}") {
        survives(&column("unique", "member.attributes.a", std::slice::from_ref(&text)));
    }

    #[test]
    fn no_junk_in_the_place_of_a_part_breaks_anything(
        junk in junk(),
        field in prop::sample::select(vec!["id", "hit", "aggregate", "inputs", "outputs", "rules", "otherwise"]),
    ) {
        let mut table = column("first", "tier", &["-".to_owned()]);
        table[0][field] = junk.clone();
        survives(&table);
        survives(&junk);
    }
}
