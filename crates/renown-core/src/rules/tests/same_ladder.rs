//! Which versions of a program move members alike.

use super::*;

const BEFORE: &str = r#"program: p
title: Before
standing: { influence: 0.6, value: 0.4 }
service_levels: [{ id: fast, queue: vip, first_reply: 15m }, { id: slow, queue: all }]
tiers:
  - { id: gold, title: Gold, when: standing.lower >= 60 && topic("food").confidence >= 0.2, stay: standing.lower >= 50, keep: 90d, notice: 7d, service_level: fast }
  - { id: silver, when: 'standing.lower >= 30 || member.attributes.of == "a b"', keep: 90d, amenities: [wifi], service_level: slow }
  - { id: all, service_level: slow }
perks:
  - { id: gift, title: A gift, when: tier == "gold", stock: 10, value: 5 EUR, disclosure: Because. }
tables:
  - { id: back, inputs: [standing.lower], outputs: [{ name: times, type: number }], rules: [{ when: ['>= 50'], then: [3] }], otherwise: [1] }
"#;

/// Changes of a program that leave every member on the same tier.
const ALIKE: &[(&str, &str)] = &[
    ("title: Before", "title: After"),
    ("title: Gold", "title: The best"),
    ("stock: 10", "stock: 20"),
    ("tier == \"gold\"", "topic(\"art\").interest >= 0.4"),
    ("tier == \"gold\"", "index(\"klout\").score >= 40"),
    ("amenities: [wifi]", "amenities: [wifi, spa]"),
    ("keep: 90d, notice: 7d", "keep: 2160h, notice: 7d"),
    ("first_reply: 15m", "first_reply: 20m"),
    ("service_level: fast }", "service_level: slow }"),
    ("standing.lower >= 50", "standing.lower  >=   50"),
    (
        "perks:\n",
        "perks:\n  - { id: more, title: More, when: topic(\"food\").interest >= 0.1, disclosure: So. }\n",
    ),
];

/// Changes that may move a member.
const OTHERWISE: &[(&str, &str)] = &[
    ("influence: 0.6", "influence: 0.7"),
    ("standing.lower >= 60", "standing.lower >= 61"),
    ("standing.lower >= 60", "standing.lower > 60"),
    ("standing.lower >= 50", "standing.lower >= 51"),
    ("stay: standing.lower >= 50, ", ""),
    ("topic(\"food\")", "topic(\"art\")"),
    ("\"a b\"", "\"a  b\""),
    ("keep: 90d, notice: 7d", "keep: 91d, notice: 7d"),
    ("notice: 7d", "notice: 8d"),
    ("id: silver", "id: bronze"),
    ("title: Before", "title: Before\ntimezone: Asia/Tokyo"),
    ("then: [3]", "then: [4]"),
    (
        "tiers:\n",
        "tiers:\n  - { id: top, by: grants, service_level: fast }\n",
    ),
];

fn changed(from: &str, to: &str) -> Program {
    assert!(BEFORE.contains(from), "{from}");
    published(&BEFORE.replace(from, to))
}

/// People at both sides of every threshold, with and without each tier.
fn people() -> Vec<Person> {
    let held = [None, Some("gold"), Some("silver"), Some("all")];
    let mut people = Vec::new();
    for (at, tier) in (0..=100)
        .step_by(5)
        .flat_map(|at| held.map(|tier| (at, tier)))
    {
        let at = f64::from(at);
        let mut person = person()
            .influence(at, at)
            .value(at, at)
            .topic("food", at / 100.0, 0.0)
            .attribute("of", Attribute::Text("a b".to_owned()));
        person.held = tier.map(|tier| EarnedTier {
            tier: TierId::parse(tier).unwrap(),
            since: now() - TimeDelta::days(100),
            keep_until: Some(now() - TimeDelta::days(1)),
            noticed_at: None,
        });
        people.push(person);
    }
    people
}

#[test]
fn a_version_has_the_same_ladder_only_if_nothing_changed_that_it_reads() {
    let before = published(BEFORE);
    for (from, to) in ALIKE {
        let after = changed(from, to);
        assert!(after.has_same_ladder(&before), "{to}");
        assert!(before.has_same_ladder(&after), "{to}");
    }
    for (from, to) in OTHERWISE {
        let after = changed(from, to);
        assert!(!after.has_same_ladder(&before), "{to}");
        assert!(!before.has_same_ladder(&after), "{to}");
    }
}

#[test]
fn with_the_same_ladder_every_member_climbs_alike() {
    let before = published(BEFORE);
    for (from, to) in ALIKE {
        let after = changed(from, to);
        for person in people() {
            person.facts(|facts| assert_eq!(before.climb(facts), after.climb(facts), "{to}"));
        }
    }
}

#[test]
fn climbing_is_what_an_evaluation_of_the_whole_program_says() {
    let program = published(BEFORE);
    for person in people() {
        person.facts(|facts| {
            let (tier_state, in_effect) = program.climb(facts);
            let (whole, outcome) = program.reevaluate(facts);
            assert_eq!((tier_state, in_effect), (whole, outcome.tier));
        });
    }
}

#[test]
fn an_audience_that_changed_is_another_ladder() {
    let source = BEFORE.replace("standing.lower >= 60 &&", "audience(\"regulars\") &&");
    let rules = |when: &str| {
        let name = AudienceName::parse("regulars").unwrap();
        AudienceRules::from_iter([(name, AudienceRule::When(when.to_owned()))])
    };
    let load = |when: &str| Program::load(&source, Some(&rules(when))).unwrap();
    let before = load("value.lower >= 20");
    assert!(load("value.lower >= 20").has_same_ladder(&before));
    assert!(!load("value.lower >= 21").has_same_ladder(&before));
}
