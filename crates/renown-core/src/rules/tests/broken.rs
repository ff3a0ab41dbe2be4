//! Mistakes in programs, each with the diagnostic that it should get.

use super::*;

/// A valid program. Each test replaces one text in it by a mistake.
const RIGHT: &str = r#"program: klub
title: The klub
timezone: America/Los_Angeles
standing: { influence: 0.6, value: 0.4 }
service_levels:
  - { id: concierge, queue: vip, first_reply: 15m }
  - { id: standard, queue: general }
tiers:
  - id: insider
    when: standing.lower >= 45 && topic("las-vegas").confidence >= 0.6
    keep: 90d
    service_level: concierge
  - id: guest
    service_level: standard
perks:
  - id: tickets
    title: Two tickets
    when: tier in ["insider"] || (standing.unknown && member.days_enrolled < 30)
    topics: [nightlife]
    kind: guaranteed
    stock: 200
    value: 120 USD
    from: 2026-11-01
    until: 2026-12-31
    disclosure: You received this because of your public activity.
"#;

fn broken(replacements: &[(&str, &str)]) -> String {
    broken_in(&Setting::at(now()), replacements)
}

fn broken_in(setting: &Setting<'_>, replacements: &[(&str, &str)]) -> String {
    let source = replacements
        .iter()
        .fold(RIGHT.to_owned(), |source, (from, to)| {
            assert!(source.contains(from), "{from}");
            source.replacen(from, to, 1)
        });
    match Program::compile(&source, setting) {
        Ok(compiled) => render(&compiled.warnings, &source, "klub.yaml", false),
        Err(found) => render(&found, &source, "klub.yaml", false),
    }
}

#[test]
fn the_program_is_right_before_it_is_broken() {
    assert_eq!(broken(&[]), "");
}

#[test]
fn each_mistake_has_its_diagnostic() {
    let floor = "  - id: guest\n    service_level: standard\n";
    let disclosure = "    disclosure: You received this because of your public activity.\n";
    let people_alone = "    by: grants\n    experiment: { hold_back: 10% }";
    let cases: &[(&str, &[(&str, &str)])] = &[
        (
            "an experiment that holds back too much",
            &[("title: The klub", "experiment: { hold_back: 60% }")],
        ),
        (
            "an experiment on what people give",
            &[(
                "    when: tier in [\"insider\"] || (standing.unknown && member.days_enrolled < 30)",
                people_alone,
            )],
        ),
        ("a misspelt field", &[("    keep:", "    kep:")]),
        ("a misspelt name", &[("standing.lower", "standng.lower")]),
        ("a misspelt number", &[("standing.lower", "standing.lowr")]),
        (
            "a standing without saying which number",
            &[("standing.lower", "standing")],
        ),
        ("a number in quotes", &[("45", "\"45\"")]),
        (
            "a tier that does not exist",
            &[("[\"insider\"]", "[\"insidr\"]")],
        ),
        (
            "a tier's condition on the tier",
            &[("standing.lower >= 45", "tier == \"guest\"")],
        ),
        ("no floor", &[(floor, "")]),
        (
            "a floor with a condition",
            &[(
                floor,
                "  - id: guest\n    when: standing.lower >= 0\n    service_level: standard\n",
            )],
        ),
        (
            "an upper tier without a condition",
            &[(
                "    when: standing.lower >= 45 && topic(\"las-vegas\").confidence >= 0.6\n",
                "",
            )],
        ),
        (
            "a service level that does not exist",
            &[("service_level: concierge", "service_level: conciege")],
        ),
        ("the same id twice", &[("id: guest", "id: insider")]),
        ("no disclosure", &[(disclosure, "")]),
        (
            "an end before the beginning",
            &[("until: 2026-12-31", "until: 2026-10-01")],
        ),
        (
            "an end in the past",
            &[(
                "from: 2026-11-01\n    until: 2026-12-31",
                "until: 2026-11-01",
            )],
        ),
        (
            "a date that is none",
            &[("from: 2026-11-01", "from: 1 November")],
        ),
        (
            "a length of time that is none",
            &[("keep: 90d", "keep: 90 days")],
        ),
        ("an amount without a currency", &[("120 USD", "120")]),
        (
            "a time zone that is none",
            &[("America/Los_Angeles", "PST8")],
        ),
        (
            "an index that is computed here",
            &[("value: 0.4 }", "standing: 0.4 }")],
        ),
        (
            "weights of nothing",
            &[(
                "{ influence: 0.6, value: 0.4 }",
                "{ influence: 0, value: 0 }",
            )],
        ),
        ("a negative weight", &[("0.4", "-0.4")]),
        ("no stock", &[("stock: 200", "stock: 0")]),
        (
            "a draw without anything to win",
            &[("kind: guaranteed\n    stock: 200", "kind: draw")],
        ),
        (
            "an invitation without room",
            &[("kind: guaranteed\n    stock: 200", "kind: invitation")],
        ),
        (
            "a date of what is no draw",
            &[("stock: 200", "stock: 200\n    draws: 2026-12-01")],
        ),
        (
            "a draw before anybody can enter it",
            &[("kind: guaranteed", "kind: draw\n    draws: 2026-11-01")],
        ),
        (
            "a draw whose day is over",
            &[
                ("kind: guaranteed", "kind: draw\n    draws: 2026-11-02"),
                ("    from: 2026-11-01\n", ""),
            ],
        ),
        (
            "a draw after the perk has ended",
            &[("kind: guaranteed", "kind: draw\n    draws: 2027-01-05")],
        ),
        (
            "a budget for what has no value",
            &[("value: 120 USD", "budget: 120 USD")],
        ),
        (
            "a budget in another currency",
            &[("value: 120 USD", "value: 120 USD\n    budget: 500 EUR")],
        ),
        (
            "a budget for less than one",
            &[("value: 120 USD", "value: 120 USD\n    budget: 119.99 USD")],
        ),
        (
            "no units a day",
            &[("stock: 200", "stock: 200\n    per_day: 0")],
        ),
        (
            "a budget of the program in another currency",
            &[("perks:\n", "limits: { budget: 5000 EUR }\nperks:\n")],
        ),
        (
            "a budget of the program for less than one",
            &[("perks:\n", "limits: { budget: 100 USD }\nperks:\n")],
        ),
        (
            "more for a member than the program allows",
            &[
                ("perks:\n", "limits: { per_member: 2 }\nperks:\n"),
                ("stock: 200", "stock: 200\n    per_member: 3"),
            ],
        ),
        (
            "a limit that is none",
            &[("perks:\n", "limits: { per_week: 2 }\nperks:\n")],
        ),
        (
            "a draw that promises",
            &[
                ("kind: guaranteed", "kind: draw"),
                ("Two tickets", "Guaranteed tickets"),
            ],
        ),
        (
            "a kind that is none",
            &[("kind: guaranteed", "kind: garanteed")],
        ),
        (
            "a topic that is none",
            &[("[nightlife]", "[nightlife, '#!']")],
        ),
        ("a single equals sign", &[(">= 45", "= 45")]),
        (
            "a word for a sign",
            &[(
                "member.days_enrolled < 30",
                "score.unknown OR member.days_enrolled < 30",
            )],
        ),
        (
            "a field that is written twice",
            &[("title: ", "title: A\ntitle: ")],
        ),
        (
            "a day that is not in the calendar",
            &[("until: 2026-12-31", "until: 2026-11-31")],
        ),
        ("a bracket that is not closed", &[("< 30)", "< 30")]),
        ("a condition that ends too early", &[(">= 0.6", ">=")]),
        (
            "an attribute without its place",
            &[("member.days_enrolled < 30", "member.city == \"Berlin\"")],
        ),
        (
            "a function that is none",
            &[("member.days_enrolled < 30", "lenght(member.networks) > 2")],
        ),
        (
            "a number of an index that there is not",
            &[("standing.lower", "standing.rank")],
        ),
        (
            "a comparison of a topic with a text",
            &[(">= 0.6", ">= \"high\"")],
        ),
        (
            "texts in an order",
            &[("tier in [\"insider\"]", "tier >= \"insider\"")],
        ),
        (
            "a regular expression",
            &[(
                "tier in [\"insider\"]",
                "member.attributes.city.matches(\"(a+)+\")",
            )],
        ),
        (
            "loops in loops",
            &[(
                "tier in [\"insider\"]",
                "member.networks.exists(a, member.networks.exists(b, a == b))",
            )],
        ),
        (
            "too many operators",
            &[("member.days_enrolled < 30", &TOO_MANY)],
        ),
        (
            "two mistakes at once",
            &[
                (
                    "standing.lower >= 45",
                    "standng.lower >= 45 && influnce.lower > 3",
                ),
                ("kind: guaranteed", "kind: gift"),
            ],
        ),
        ("broken syntax", &[("[nightlife]", "[nightlife")]),
        ("text where a list belongs", &[("[nightlife]", "nightlife")]),
        ("a confidence in percent", &[(">= 0.6", ">= 60")]),
        (
            "a lower bound above the upper one",
            &[("lower >= 45", "lower >= 45 && standing.lower < 40")],
        ),
        (
            "a worse tier that asks for more",
            &[(
                floor,
                &below("standing.lower >= 60 && topic(\"las-vegas\").confidence >= 0.8"),
            )],
        ),
        (
            "two bands that both have their border",
            &[(
                floor,
                &below("standing.lower >= 15 && standing.lower <= 45"),
            )],
        ),
        (
            "two bands with nothing between them",
            &[(floor, &below("standing.lower >= 15 && standing.lower < 40"))],
        ),
        (
            "two tiers at once",
            &[(
                "tier in [\"insider\"] ||",
                "tier == \"insider\" && tier == \"guest\" &&",
            )],
        ),
        (
            "a perk for guests who are none",
            &[(
                "tier in [\"insider\"] || (standing.unknown && member.days_enrolled < 30)",
                "tier == \"guest\" && standing.lower >= 50 && topic(\"las-vegas\").confidence >= 0.7",
            )],
        ),
        (
            "a test that is not analysed",
            &[(
                "standing.lower >= 45",
                "member.attributes.city.startsWith(\"Las\")",
            )],
        ),
    ];
    let mut report = String::new();
    for (mistake, replacements) in cases {
        report += &format!("## {mistake}\n\n{}\n", broken(replacements));
    }
    insta::assert_snapshot!(report);
}

/// Returns the floor and a tier with this condition right above it.
fn below(when: &str) -> String {
    format!(
        "  - id: regular\n    when: {when}\n    service_level: standard\n  - id: guest\n    service_level: standard\n"
    )
}

#[test]
fn each_mistake_about_the_surroundings_has_its_diagnostic() {
    let topic = |name: &str| Topic::parse(name).unwrap();
    let names = ["las-vegas", "nightlife", "golf"].map(|name| (topic(name), topic(name)));
    let mut topics = BTreeMap::from(names);
    topics.insert(topic("vegas"), topic("las-vegas"));
    let protected = ["gender".to_owned()].into();
    let setting = Setting {
        topics: &topics,
        protected: &protected,
        ..Setting::at(now())
    };
    assert_eq!(broken_in(&setting, &[]), "");
    let cases = [
        (
            "a protected attribute",
            ("standing.lower >= 45", "member.attributes.gender == \"f\""),
        ),
        (
            "a topic by another name",
            ("topic(\"las-vegas\")", "topic(\"vegas\")"),
        ),
        ("a perk's topic by another name", ("[nightlife]", "[vegas]")),
        (
            "a misspelt topic",
            ("topic(\"las-vegas\")", "topic(\"las-vagas\")"),
        ),
        (
            "a topic that nobody has spoken of",
            ("[nightlife]", "[nightlife, opera]"),
        ),
    ];
    let mut report = String::new();
    for (mistake, replacement) in cases {
        let found = broken_in(&setting, &[replacement]);
        report += &format!("## {mistake}\n\n{found}\n");
    }
    insta::assert_snapshot!(report);
}

static TOO_MANY: std::sync::LazyLock<String> =
    std::sync::LazyLock::new(|| format!("1{} > 2", "+1".repeat(300)));

#[test]
fn an_empty_file_says_what_is_missing() {
    let found = Program::compile("title: x\n", &Setting::at(now())).unwrap_err();
    let codes: Vec<&str> = found.iter().map(|f| f.code).collect();
    for code in ["missing-field", "missing-floor"] {
        assert!(codes.contains(&code), "{codes:?}");
    }
}

#[test]
fn a_place_inside_a_folded_condition_is_right() {
    let folded = ">\n      standing.lower >= 45\n      && topc(\"las-vegas\").confidence >= 0.6";
    let source = RIGHT.replacen(
        "standing.lower >= 45 && topic(\"las-vegas\").confidence >= 0.6",
        folded,
        1,
    );
    let found = Program::compile(&source, &Setting::at(now())).unwrap_err();
    assert_eq!((found[0].line, found[0].column), (12, 10), "{found:?}");
}
