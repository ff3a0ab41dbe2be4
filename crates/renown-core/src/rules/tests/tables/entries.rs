//! The entries of a rule.

use serde_json::json;

use super::*;

/// Returns whether an entry matches an attribute.
fn matches(entry: &str, attribute: Option<Attribute>) -> bool {
    let entry = serde_json::to_string(entry).unwrap();
    let tables = format!(
        "tables: [{{ id: t, inputs: [member.attributes.a], \
         outputs: [{{ name: hit, type: bool }}], rules: [{{ when: [{entry}], then: [true] }}], \
         otherwise: [false] }}]"
    );
    let source = with_tables("standing.lower >= 50", "table(\"t\").hit", &tables);
    let person = match attribute {
        Some(value) => person().attribute("a", value),
        None => person(),
    };
    let said = say(&source, &person);
    said["t"]["result"]["hit"] == true
}

#[test]
fn entries_match_what_they_say() {
    let number = |n| Some(Attribute::Number(n));
    let text = |t: &str| Some(Attribute::Text(t.to_owned()));
    let flag = |b| Some(Attribute::Bool(b));
    let cases = [
        ("-", number(5.0), true),
        ("-", None, true),
        ("5", number(5.0), true),
        ("5", number(5.1), false),
        ("-5", number(-5.0), true),
        ("1e2", number(100.0), true),
        (".5", number(0.5), true),
        (">= 5", number(5.0), true),
        ("> 5", number(5.0), false),
        ("<5", number(4.9), true),
        ("<= 5", number(5.1), false),
        ("[30..60)", number(30.0), true),
        ("[30..60)", number(60.0), false),
        ("(30..60]", number(30.0), false),
        ("(30..60]", number(60.0), true),
        ("]30..60[", number(30.0), false),
        ("]30..60[", number(59.0), true),
        ("]30..60[", number(60.0), false),
        ("[ 1.5 .. 2.5 ]", number(2.5), true),
        ("1, 2, [5..6]", number(5.5), true),
        ("1, 2, [5..6]", number(3.0), false),
        ("not(1, > 5)", number(3.0), true),
        ("not(1, > 5)", number(6.0), false),
        ("not(1, > 5)", None, false),
        ("\"gold\", \"tin\"", text("tin"), true),
        ("\"gold\", \"tin\"", text("Tin"), false),
        ("not(\"gold\")", text("tin"), true),
        ("not ( \"gold\" )", text("gold"), false),
        ("\"a, b\"", text("a, b"), true),
        ("\"unknown\"", text("unknown"), true),
        ("\"unknown\"", None, false),
        ("true", flag(true), true),
        ("true", flag(false), false),
        ("false", flag(false), true),
        ("false", None, false),
        ("not(true)", flag(false), true),
        ("not(true)", None, false),
        ("unknown", None, true),
        ("unknown", number(5.0), false),
        ("unknown, < 5", None, true),
        ("unknown, < 5", number(4.0), true),
        ("unknown, < 5", number(6.0), false),
        ("not(unknown)", text("x"), true),
        ("not(unknown)", None, false),
        // An attribute of another type counts as missing.
        (">= 5", text("9"), false),
        ("unknown, >= 5", text("1"), true),
    ];
    for (entry, attribute, expected) in cases {
        assert_eq!(
            matches(entry, attribute.clone()),
            expected,
            "{entry} {attribute:?}"
        );
    }
}

#[test]
fn literals_of_yaml_are_literals() {
    let tables = r#"tables:
  - id: t
    inputs: [member.days_enrolled, standing.unknown]
    outputs: [{ name: x, type: number }]
    rules:
      - { when: [365, true], then: [1] }
      - { when: [365, false], then: [2] }
    otherwise: [0]
"#;
    let source = with_tables("standing.lower >= 50", "'true'", tables);
    assert_eq!(say(&source, &person())["t"]["hit"], json!([1]));
    let known = person().influence(3.0, 2.0);
    assert_eq!(say(&source, &known)["t"]["hit"], json!([2]));
    assert_eq!(codes(&source), Vec::<&str>::new());
}

#[test]
fn a_list_of_countries_is_no_number_and_the_unknown_of_any_type_is_seen() {
    let list = || Some(Attribute::List(vec!["a".into()]));
    assert!(matches("not(unknown)", list()));
    assert!(matches("-", list()));
    assert!(!matches("\"a\"", list()));
    assert!(!matches("unknown", list()));
}
