//! Differences between two versions, in words.

use super::*;
use crate::domain::{AudienceName, AudienceRule, AudienceRules};

const BEFORE: &str = r#"program: p
title: Before
standing: { influence: 0.6, value: 0.4 }
service_levels: [{ id: fast, queue: vip, first_reply: 15m }, { id: slow, queue: all }]
tiers:
  - { id: gold, when: standing.lower >= 60, keep: 90d, service_level: fast }
  - { id: silver, when: standing.lower >= 30, keep: 90d, amenities: [wifi], service_level: slow }
  - { id: all, service_level: slow }
perks:
  - { id: gift, title: A gift, when: tier == "gold", stock: 10, value: 5 EUR, disclosure: Because. }
tables:
  - { id: back, inputs: [standing.lower], outputs: [{ name: times, type: number }], rules: [{ when: ['>= 50'], then: [3] }], otherwise: [1] }
"#;

fn sentences(replacements: &[(&str, &str)]) -> Vec<String> {
    let replace = |source: String, (from, to): &(&str, &str)| {
        assert!(source.contains(from), "{from}");
        source.replace(from, to)
    };
    let after = replacements.iter().fold(BEFORE.to_owned(), replace);
    let differences = diff(&published(BEFORE), &published(&after));
    let say = |difference: Difference| format!("{}: {}", difference.path, difference.sentence);
    differences.into_iter().map(say).collect()
}

#[test]
fn nothing_is_said_where_nothing_has_changed() {
    assert_eq!(sentences(&[]), Vec::<String>::new());
    assert_eq!(
        sentences(&[("keep: 90d", "keep:  2160h")]),
        Vec::<String>::new()
    );
}

#[test]
fn what_has_changed_is_said_in_words() {
    let cases: &[(&str, &str, &[&str])] = &[
        (
            "program: p\n",
            "program: p\nexperiment: { hold_back: 10%, salt: s }\n",
            &["experiment: Experiment on all perks: 10% held back, salt 's'; there was none."],
        ),
        (
            "stock: 10,",
            "stock: 10, experiment: { hold_back: 2.5% },",
            &[
                "perks.gift.experiment: Experiment of 'gift': 2.5% held back, salt 'p/gift'; there was none.",
            ],
        ),
        (
            "title: Before",
            "title: After",
            &["title: Title: 'After' instead of 'Before'."],
        ),
        (
            "value: 0.4",
            "value: 0.2",
            &["standing.value: Weight of value: 0.2 instead of 0.4."],
        ),
        (
            "first_reply: 15m",
            "first_reply: 1h",
            &["service_levels.fast.first_reply: First reply of 'fast': 1h instead of 15m."],
        ),
        (
            ">= 60",
            ">= 65",
            &[
                "tiers.gold.when: Condition of 'gold': 'standing.lower >= 65' instead of 'standing.lower >= 60'.",
            ],
        ),
        (
            "when: standing.lower >= 60, keep: 90d",
            "by: grants, keep: 90d",
            &[
                "tiers.gold.by: Giver of 'gold': people alone instead of the rules.",
                "tiers.gold.when: Condition of 'gold': none any more; it was 'standing.lower >= 60'.",
            ],
        ),
        (
            "amenities: [wifi]",
            "amenities: [tea]",
            &[
                "tiers.silver.amenities: Amenities of 'silver': 'wifi' is taken out.",
                "tiers.silver.amenities: Amenities of 'silver': 'tea' is added.",
            ],
        ),
        (
            "tiers:\n",
            "amenities: { wifi: Fast Wi-Fi }\ntiers:\n",
            &["amenities.wifi: Title of 'wifi': 'Fast Wi-Fi'; there was none."],
        ),
        (
            "id: silver",
            "id: tin",
            &[
                "tiers.silver: The tier 'silver' is taken out.",
                "tiers.tin: The tier 'tin' is new.",
            ],
        ),
        (
            "value: 5 EUR, ",
            "",
            &["perks.gift.value: Value of 'gift': none any more; it was 5 EUR."],
        ),
        (
            "stock: 10",
            "stock: 12, hold: 48h",
            &[
                "perks.gift.stock: Stock of 'gift': 12 instead of 10.",
                "perks.gift.hold: Hold of 'gift': 2d; there was none.",
            ],
        ),
        (
            "stock: 10",
            "stock: 10, per_day: 2, redeem: 30d, budget: 50 EUR",
            &[
                "perks.gift.per_day: Units a day of 'gift': 2; there was none.",
                "perks.gift.redeem: Time to redeem of 'gift': 30d; there was none.",
                "perks.gift.budget: Budget of 'gift': 50 EUR; there was none.",
            ],
        ),
        (
            "perks:\n",
            "limits: { per_member: 3, per_day: 9, budget: 90 EUR }\nperks:\n",
            &[
                "limits.per_member: Units a member in all: 3; there was none.",
                "limits.per_day: Units a day in all: 9; there was none.",
                "limits.budget: Budget in all: 90 EUR; there was none.",
            ],
        ),
        (
            "stock: 10",
            "stock: 10, kind: draw, codes: generated, draws: 2026-12-01",
            &[
                "perks.gift.kind: Kind of 'gift': draw instead of guaranteed.",
                "perks.gift.codes: Codes of 'gift': generated instead of none.",
                "perks.gift.draws: Day of the draw of 'gift': 2026-12-01T00:00:00+00:00; there was none.",
            ],
        ),
        (
            "then: [3]",
            "then: [4]",
            &["tables.back: The table 'back' says otherwise."],
        ),
    ];
    for (from, to, expected) in cases {
        assert_eq!(sentences(&[(from, to)]), *expected, "{to}");
    }
}

#[test]
fn a_ladder_in_another_order_is_told() {
    let gold = "  - { id: gold, when: standing.lower >= 60, keep: 90d, service_level: fast }\n";
    let silver = BEFORE
        .lines()
        .find(|line| line.contains("id: silver"))
        .unwrap()
        .to_owned()
        + "\n";
    let turned = sentences(&[(&format!("{gold}{silver}"), &format!("{silver}{gold}"))]);
    assert_eq!(
        turned,
        ["tiers: The ladder's order: silver, gold, all instead of gold, silver, all."]
    );
}

#[test]
fn an_audience_that_means_something_else_is_told() {
    let source = BEFORE.replace("when: standing.lower >= 60", "when: audience(\"vip\")");
    let with = |rule: AudienceRule| {
        let mut rules = AudienceRules::none();
        rules.set(AudienceName::parse("vip").unwrap(), rule);
        Program::load(&source, Some(&rules)).unwrap()
    };
    let when = |condition: &str| with(AudienceRule::When(condition.to_owned()));
    let said = |before: &Program, after: &Program| {
        let differences = diff(before, after);
        let say = |one: &Difference| format!("{}: {}", one.path, one.sentence);
        differences.iter().map(say).collect::<Vec<_>>()
    };
    let (few, many) = (when("value.lower >= 90"), when("value.lower >= 50"));
    assert_eq!(
        said(&few, &many),
        ["audiences.vip: Audience 'vip': 'value.lower >= 50' instead of 'value.lower >= 90'."]
    );
    assert_eq!(
        said(&many, &with(AudienceRule::List)),
        ["audiences.vip: Audience 'vip': a list instead of 'value.lower >= 50'."]
    );
    assert!(said(&many, &many).is_empty());
}
