//! Counterfactuals: the changes that would give a tier or a perk.

mod truth;

use proptest::prelude::*;

use super::*;

fn gift() -> PerkId {
    PerkId::parse("gift").unwrap()
}

/// Returns the sentence for the gift of a small program, or the reason why
/// there is none.
fn gift_for(person: &Person, condition: &str) -> String {
    let program = published(&small(
        "standing.lower >= 45 && topic(\"golf\").confidence >= 0.6",
        condition,
    ));
    person.facts(
        |facts| match program.counterfactual(facts, Target::Perk(&gift())) {
            None => "given".to_owned(),
            Some(WhatIf::Possible { sentence, .. }) => sentence,
            Some(WhatIf::Impossible { reason }) => format!("{reason:?}"),
        },
    )
}

#[test]
fn the_smallest_change_is_told() {
    let somebody = person()
        .influence(60.0, 50.0)
        .value(40.0, 35.2)
        .topic("golf", 0.52, 0.0);
    let cases = [
        ("standing.lower >= 40", "given"),
        ("standing.lower >= 45", "standing.lower 45 instead of 42.6"),
        ("standing.lower > 45", "standing.lower 45.1 instead of 42.6"),
        ("influence.score < 55", "influence.score 54.9 instead of 60"),
        (
            "standing.lower >= 45 && topic(\"golf\").confidence >= 0.6",
            "standing.lower 45 instead of 42.6 and topic(\"golf\").confidence 0.6 instead of 0.52",
        ),
        (
            "standing.lower >= 45 || topic(\"golf\").confidence >= 0.9",
            "standing.lower 45 instead of 42.6",
        ),
        (
            "influence.score + value.score >= 110",
            "influence.score 70 instead of 60",
        ),
        (
            "standing.lower >= 44 && standing.lower >= 50",
            "standing.lower 50 instead of 42.6",
        ),
        (
            "member.days_enrolled >= 400",
            "member.days_enrolled 400 instead of 365",
        ),
        (
            "topic(\"spa\").confidence >= 0.3",
            "topic(\"spa\").confidence 0.3 instead of unknown",
        ),
        (
            "tier == \"star\"",
            "standing.lower 45 instead of 42.6 and topic(\"golf\").confidence 0.6 instead of 0.52",
        ),
    ];
    for (condition, expected) in cases {
        assert_eq!(
            gift_for(&somebody, &format!("'{condition}'")),
            expected,
            "{condition}"
        );
    }
}

#[test]
fn where_there_is_no_change_the_reason_is_typed() {
    let somebody = person().influence(60.0, 50.0);
    let cases = [
        ("member.attributes.vip", "DependsOnOthers"),
        ("member.attributes.visits >= 3", "DependsOnOthers"),
        ("request.room == \"suite\"", "DependsOnRequest"),
        ("now < timestamp(\"2026-01-01T00:00:00Z\")", "DependsOnTime"),
        ("member.days_enrolled < 30", "NotByNumbers"),
        ("influence.score > 100", "NotByNumbers"),
        ("influence.unknown", "NotByNumbers"),
        (
            "influence.score >= 70 && influence.score < 65",
            "NotByNumbers",
        ),
    ];
    for (condition, expected) in cases {
        assert_eq!(
            gift_for(&somebody, &format!("'{condition}'")),
            expected,
            "{condition}"
        );
    }
    assert_eq!(
        gift_for(&somebody.clone().not_enrolled(), "influence.score > 99"),
        "NotEnrolled"
    );
    let mut late = somebody;
    late.stock.insert(gift(), 0);
    assert_eq!(gift_for(&late, "influence.score > 99"), "OutOfStock");
}

/// Returns the sentence for the star, below a gold tier, or the reason why there is none.
fn star_for(person: &Person, gold: &str, star: &str) -> String {
    let source = small(star, "standing.unknown").replace(
        "tiers:\n",
        &format!(
            "tiers:\n  - {{ id: gold, when: '{gold}', keep: 30d, service_level: standard }}\n"
        ),
    );
    let id = TierId::parse("star").unwrap();
    let program = published(&source);
    person.facts(
        |facts| match program.counterfactual(facts, Target::Tier(&id)) {
            None => "given".to_owned(),
            Some(WhatIf::Possible {
                gives, sentence, ..
            }) => {
                assert_eq!(gives.is_some(), sentence.contains("which gives"));
                sentence
            }
            Some(WhatIf::Impossible { reason }) => format!("{reason:?}"),
        },
    )
}

#[test]
fn a_change_for_a_tier_gives_that_tier_or_names_the_other() {
    let somebody = person().influence(60.0, 42.0).topic("golf", 0.5, 0.0);
    let golf = "topic(\"golf\").confidence >= 0.55";
    // The smallest change gives gold.
    assert_eq!(
        star_for(&somebody, golf, "influence.lower >= 60"),
        "influence.lower 60 instead of 42"
    );
    // Whoever is a star has gold.
    assert_eq!(
        star_for(&somebody, "influence.lower >= 60", "influence.lower >= 60"),
        "influence.lower 60 instead of 42, which gives 'gold'"
    );
    assert_eq!(
        star_for(&somebody, golf, "member.attributes.vip"),
        "topic(\"golf\").confidence 0.55 instead of 0.5, which gives 'gold'"
    );
    let none = star_for(&somebody, "member.attributes.star", "member.attributes.vip");
    assert_eq!(none, "DependsOnOthers");
}

#[test]
fn a_perk_that_is_not_relevant_needs_interest() {
    let source =
        small("standing.lower >= 50", "standing.lower >= 10") + "    topics: [nightlife]\n";
    let program = published(&source);
    let cook = person().influence(60.0, 50.0).topic("cookies", 0.9, 0.9);
    cook.facts(|facts| {
        let what_if = program.counterfactual(facts, Target::Perk(&gift()));
        let Some(WhatIf::Possible { sentence, .. }) = what_if else {
            panic!("{what_if:?}")
        };
        assert_eq!(
            sentence,
            "topic(\"nightlife\").interest 0.01 instead of unknown"
        );
    });
}

/// Returns a person of whose lower end some points wait.
fn newly_known(points: f64) -> Person {
    let mut newly_known = person().influence(60.0, 30.0).value(40.0, 40.0);
    newly_known.score.newcomer_days = Some(30.0);
    newly_known.score.pending = Some(PendingPoints {
        points,
        next: now() + TimeDelta::days(1),
        until: now() + TimeDelta::days(9),
    });
    newly_known
}

#[test]
fn a_change_says_how_long_new_people_wait() {
    let until = (now() + TimeDelta::days(9)).format("%Y-%m-%d %H:%M UTC");
    let waiting = format!(
        "; the reactions for it are there, and count in full from {until} on, less what fades \
         until then"
    );
    let new_people =
        "; reactions by people who are new to the member take up to 30 days to count in full";
    let cases = [
        (
            "influence.lower >= 40",
            "influence.lower 40 instead of 30",
            waiting.as_str(),
        ),
        (
            "influence.lower >= 41",
            "influence.lower 41 instead of 30",
            new_people,
        ),
        // Half of the ten points.
        (
            "standing.lower >= 40",
            "standing.lower 40 instead of 35",
            &waiting,
        ),
        (
            "standing.lower >= 40.1",
            "standing.lower 40.1 instead of 35",
            new_people,
        ),
        (
            "topic(\"spa\").confidence >= 0.3",
            "topic(\"spa\").confidence 0.3 instead of unknown",
            new_people,
        ),
        (
            "influence.lower >= 50 && topic(\"spa\").confidence >= 0.3",
            "influence.lower 50 instead of 30 and topic(\"spa\").confidence 0.3 instead of unknown",
            new_people,
        ),
        (
            "influence.percentile >= 90",
            "influence.percentile 90 instead of 80",
            new_people,
        ),
        (
            "influence.score >= 70",
            "influence.score 70 instead of 60",
            "",
        ),
        (
            "influence.lower < 20",
            "influence.lower 19.9 instead of 30",
            "",
        ),
        ("value.lower >= 50", "value.lower 50 instead of 40", ""),
    ];
    for (condition, change, delay) in cases {
        let sentence = gift_for(&newly_known(10.0), &format!("'{condition}'"));
        assert_eq!(sentence, format!("{change}{delay}"), "{condition}");
    }
}

#[test]
fn a_delay_is_part_of_the_change() {
    let program = published(&small("influence.lower >= 101", "influence.lower >= 40"));
    let of = |points: f64| {
        newly_known(points).facts(|facts| {
            let told = program.counterfactual(facts, Target::Perk(&gift()));
            serde_json::to_value(told).unwrap()["changes"][0]["delay"].clone()
        })
    };
    let until = serde_json::to_value(now() + TimeDelta::days(9)).unwrap();
    assert_eq!(
        of(10.0),
        serde_json::json!({"reason": "waiting", "not_before": until})
    );
    assert_eq!(
        of(9.0),
        serde_json::json!({"reason": "new_people", "wait_days": 30.0})
    );
}

#[test]
fn scores_of_a_model_without_waiting_say_nothing_of_it() {
    let sentence = gift_for(&person().influence(60.0, 30.0), "influence.lower >= 40");
    assert_eq!(sentence, "influence.lower 40 instead of 30");
}

proptest! {
    /// If the person makes the stated changes, the condition holds.
    #[test]
    fn a_change_that_is_told_passes_when_it_comes_true(
        lower in 0.0..100.0_f64,
        confidence in 0.0..1.0_f64,
        least in 0.0..100.0_f64,
        least_confidence in 0.0..1.0_f64,
    ) {
        let condition = format!(
            "'influence.lower >= {least:.3} && topic(\"golf\").confidence > {least_confidence:.3}'"
        );
        let program = published(&small("influence.lower >= 101", &condition));
        let build = |lower: f64, confidence: f64| {
            person().influence(lower.max(50.0), lower).topic("golf", confidence, 0.0)
        };
        let told = build(lower, confidence)
            .facts(|facts| program.counterfactual(facts, Target::Perk(&gift())));
        let (mut lower, mut confidence) = (lower, confidence);
        if let Some(WhatIf::Possible { changes, .. }) = &told {
            for change in changes {
                match change.name.as_str() {
                    "influence.lower" => lower = change.to,
                    _ => confidence = change.to,
                }
            }
        }
        let possible = !matches!(told, Some(WhatIf::Impossible { .. }));
        let given = build(lower, confidence).facts(|facts| program.evaluate(facts).perks[0].eligibility);
        prop_assert_eq!(given == Eligibility::Eligible, possible);
        // Only a confidence above 1 is impossible.
        prop_assert!(possible || least_confidence > 0.999);
    }
}
