//! Mistakes in tables, each with the diagnostic that it should get.

use super::*;

/// A valid table. Each test replaces one text in it by a mistake.
const RIGHT: &str = r#"tables:
  - id: cash-back
    title: Cash back by level
    hit: unique
    inputs:
      - standing.lower
      - { name: Level, value: tier }
    outputs:
      - { name: multiplier, type: number }
      - { name: metal, type: text, values: [gold, tin] }
    rules:
      - { when: ['>= 60', '"star"'], then: [3, gold] }
      - { when: ['[30..60)', '-'], then: [2, tin], note: the middle }
    otherwise: [1, tin]
"#;

fn broken(replacements: &[(&str, &str)]) -> String {
    let right = with_tables(
        "standing.lower >= 50",
        "'table(\"cash-back\").multiplier >= 2'",
        RIGHT,
    );
    let source = replacements.iter().fold(right, |source, (from, to)| {
        assert!(source.contains(from), "{from}");
        source.replacen(from, to, 1)
    });
    render(&findings(&source), &source, "klub.yaml", false)
}

#[test]
fn the_table_is_right_before_it_is_broken() {
    assert_eq!(broken(&[]), "");
}

#[test]
fn each_mistake_in_a_table_has_its_diagnostic() {
    let rules = "      - { when: ['>= 60', '\"star\"'], then: [3, gold] }\n      - { when: ['[30..60)', '-'], then: [2, tin], note: the middle }\n";
    let otherwise = "    otherwise: [1, tin]\n";
    let outputs = "      - { name: multiplier, type: number }\n      - { name: metal, type: text, values: [gold, tin] }\n";
    let unranked = ("type: text, values: [gold, tin]", "type: text");
    let perk = "'table(\"cash-back\").multiplier >= 2'";
    let tier = "when: standing.lower >= 50";
    let cases: &[(&str, &[(&str, &str)])] = &[
        ("a misspelt field", &[("    hit:", "    hti:")]),
        ("a misspelt hit policy", &[("hit: unique", "hit: uniqe")]),
        (
            "no id",
            &[
                ("  - id: cash-back\n    title", "  - title"),
                (perk, "'true'"),
            ],
        ),
        ("no rules", &[(rules, ""), ("    rules:\n", "")]),
        (
            "an empty list of inputs",
            &[(
                "\n      - standing.lower\n      - { name: Level, value: tier }",
                " []",
            )],
        ),
        ("a number as an input", &[("- standing.lower", "- 5")]),
        (
            "an input without a value",
            &[("{ name: Level, value: tier }", "{ name: Level }")],
        ),
        (
            "a misspelt name in an input",
            &[("- standing.lower", "- standng.lower")],
        ),
        (
            "an input that is several numbers",
            &[("- standing.lower", "- standing")],
        ),
        ("a time as an input", &[("- standing.lower", "- now")]),
        (
            "a table as an input",
            &[("- standing.lower", "- table(\"cash-back\").multiplier")],
        ),
        (
            "one input twice",
            &[
                ("value: tier", "value: standing.lower"),
                ("'\"star\"'", "'-'"),
            ],
        ),
        (
            "an output without a type",
            &[("{ name: multiplier, type: number }", "{ name: multiplier }")],
        ),
        ("a misspelt type", &[("type: number", "type: nubmer")]),
        (
            "an output's name that conditions cannot select",
            &[("name: metal", "name: The metal")],
        ),
        ("one output twice", &[("name: metal", "name: multiplier")]),
        (
            "values of a number",
            &[("type: number", "type: number, values: [a]")],
        ),
        ("a value twice", &[("[gold, tin]", "[gold, tin, gold]")]),
        ("too few entries", &[("['>= 60', '\"star\"']", "['>= 60']")]),
        ("too many outputs", &[("[3, gold]", "[3, gold, 1]")]),
        (
            "outputs of otherwise that are too few",
            &[("otherwise: [1, tin]", "otherwise: [1]")],
        ),
        (
            "a text where a number is looked at",
            &[("'>= 60'", "'\"many\"'")],
        ),
        ("a number where a text is looked at", &[("'\"star\"'", "5")]),
        (
            "two types in one column",
            &[
                ("value: tier", "value: member.attributes.a"),
                ("[30..60)', '-'", "[30..60)', true"),
            ],
        ),
        ("a text without its own quotes", &[("'\"star\"'", "star")]),
        ("a text in single quotes", &[("'\"star\"'", "\"'star'\"")]),
        ("a tier that does not exist", &[("'\"star\"'", "'\"sta\"'")]),
        ("an equals sign", &[("'>= 60'", "'= 60'")]),
        ("a comparison without a number", &[("'>= 60'", "'>='")]),
        ("a range turned round", &[("[30..60)", "[60..30)")]),
        ("a range with one dot", &[("[30..60)", "[30.60)")]),
        ("a range that is not closed", &[("[30..60)", "[30..60")]),
        ("nothing in an entry", &[("'>= 60'", "''")]),
        ("null in an entry", &[("'>= 60'", "~")]),
        ("anything among alternatives", &[("'>= 60'", "'5, -'")]),
        ("not in not", &[("'>= 60'", "'not(not(5))'")]),
        ("a list in an entry", &[("'>= 60'", "[60]")]),
        (
            "an output of another type",
            &[("[3, gold]", "[three, gold]")],
        ),
        (
            "an output that is none of the values",
            &[("[3, gold]", "[3, glod]")],
        ),
        (
            "priority without values",
            &[("hit: unique", "hit: priority"), unranked],
        ),
        (
            "output order without values",
            &[
                ("hit: unique", "hit: output-order"),
                unranked,
                (perk, "'true'"),
            ],
        ),
        (
            "an aggregate of what is unique",
            &[("hit: unique", "hit: unique\n    aggregate: sum")],
        ),
        (
            "an aggregate of two outputs",
            &[
                ("hit: unique", "hit: collect\n    aggregate: count"),
                (perk, "'true'"),
            ],
        ),
        (
            "a sum of texts",
            &[
                ("hit: unique", "hit: collect\n    aggregate: sum"),
                ("      - { name: multiplier, type: number }\n", ""),
                ("[3, gold]", "[gold]"),
                ("[2, tin]", "[tin]"),
                ("[1, tin]", "[tin]"),
                (perk, "'true'"),
            ],
        ),
        (
            "otherwise of a count",
            &[
                ("hit: unique", "hit: collect\n    aggregate: count"),
                (outputs, "      - { name: multiplier, type: number }\n"),
                ("[3, gold]", "[3]"),
                ("[2, tin]", "[2]"),
                ("[1, tin]", "[1]"),
                (perk, "'true'"),
            ],
        ),
        ("rules that overlap", &[("[30..60)", "[30..60]")]),
        (
            "rules that overlap where nothing is known",
            &[
                ("'>= 60'", "'unknown, >= 60'"),
                ("'[30..60)'", "'unknown, [30..60)'"),
            ],
        ),
        (
            "rules that overlap and say other things",
            &[("hit: unique", "hit: any"), ("[30..60)", "[30..60]")],
        ),
        (
            "rules that overlap and say the same",
            &[
                ("hit: unique", "hit: any"),
                ("[30..60)", "[30..60]"),
                ("[2, tin]", "[3, gold]"),
            ],
        ),
        (
            "a rule that is never reached",
            &[
                ("hit: unique", "hit: first"),
                ("'>= 60', '\"star\"'", "'>= 20', '-'"),
            ],
        ),
        ("a rule that matches nothing", &[("'>= 60'", "'> 100'")]),
        ("a gap", &[(otherwise, "")]),
        (
            "a gap in a list",
            &[
                ("hit: unique", "hit: collect"),
                (otherwise, ""),
                (perk, "'true'"),
            ],
        ),
        (
            "an empty list on purpose",
            &[
                ("hit: unique", "hit: collect"),
                (otherwise, "    otherwise: []\n"),
                (perk, "'true'"),
            ],
        ),
        (
            "a table that does not exist",
            &[("table(\"cash-back\")", "table(\"cashback\")")],
        ),
        (
            "an output that does not exist",
            &[(").multiplier", ").multiplyer")],
        ),
        (
            "a table without an output",
            &[(").multiplier >= 2", ") >= 2")],
        ),
        (
            "a comparison with what a table never says",
            &[("multiplier >= 2", "metal == \"gld\"")],
        ),
        (
            "a comparison of another type",
            &[("multiplier >= 2", "metal >= 2")],
        ),
        ("a list in a condition", &[("hit: unique", "hit: collect")]),
        (
            "a tier that asks for the tier",
            &[(tier, "when: 'table(\"cash-back\").multiplier >= 2'")],
        ),
        (
            "a tier that asks for the request",
            &[
                (tier, "when: 'table(\"cash-back\").multiplier >= 2'"),
                ("value: tier", "value: request.channel"),
            ],
        ),
        (
            "one id twice",
            &[(
                "tables:\n",
                "tables:\n  - id: cash-back\n    inputs: [tier]\n    outputs: [{ name: x, type: bool }]\n    rules: [{ when: ['-'], then: [true] }]\n",
            )],
        ),
    ];
    let mut report = String::new();
    for (mistake, replacements) in cases {
        report += &format!("## {mistake}\n\n{}\n", broken(replacements));
    }
    insta::assert_snapshot!(report);
}
