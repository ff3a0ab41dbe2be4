//! Every counterfactual of generated programs is true: a person for whom the changes have
//! come true gets what is said, and nothing else is said.

use proptest::prelude::*;
use proptest::sample::select;

use super::*;

/// Numbers with constants to compare them with. No program mixes the standing with the
/// index that it consists of, because a real person cannot change one without the other.
type Numbers = &'static [(&'static str, [&'static str; 4])];

const OF_INDICES: Numbers = &[
    ("influence.lower", ["20", "30", "45", "60"]),
    ("influence.score", ["20", "40", "55", "70"]),
    ("influence.percentile", ["50", "80", "90", "95"]),
    ("value.lower", ["10", "25", "40", "55"]),
    ("topic(\"golf\").confidence", ["0.1", "0.3", "0.6", "0.9"]),
    ("topic(\"golf\").interest", ["0.1", "0.3", "0.6", "0.9"]),
    ("member.days_enrolled", ["10", "100", "365", "400"]),
];
const OF_STANDING: Numbers = &[
    ("standing.lower", ["20", "30", "45", "60"]),
    ("standing.score", ["20", "40", "55", "70"]),
    ("topic(\"golf\").confidence", ["0.1", "0.3", "0.6", "0.9"]),
    ("member.days_enrolled", ["10", "100", "365", "400"]),
];

fn test(numbers: Numbers) -> impl Strategy<Value = String> {
    let number = (0..numbers.len(), 0..4_usize);
    let op = select(&[">=", ">=", ">=", ">", "<", "<="][..]);
    (number, op).prop_map(move |((number, constant), op)| {
        let (name, constants) = numbers[number];
        format!("{name} {op} {}", constants[constant])
    })
}

fn condition(numbers: Numbers) -> impl Strategy<Value = String> {
    test(numbers).prop_recursive(2, 6, 3, |inner| {
        let parts = prop::collection::vec(inner, 2..4);
        prop_oneof![
            3 => parts.clone().prop_map(|parts| format!("({})", parts.join(" && "))),
            1 => parts.prop_map(|parts| format!("({})", parts.join(" || "))),
        ]
    })
}

/// Generates a program with three tiers above the floor, and perks by tier and by numbers.
fn some_program() -> impl Strategy<Value = String> {
    let of = |numbers, standing: &'static str| {
        let conditions = prop::collection::vec(condition(numbers), 4);
        conditions.prop_map(move |conditions| program(standing, &conditions))
    };
    prop_oneof![
        of(OF_INDICES, "{ influence: 0.5, value: 0.5 }"),
        of(OF_STANDING, "{ influence: 1 }"),
    ]
}

fn program(standing: &str, conditions: &[String]) -> String {
    let [a, b, c, perk] = conditions else {
        panic!("{conditions:?}")
    };
    let mut source = format!(
        "program: p\nstanding: {standing}\nservice_levels: [{{ id: s, queue: q }}]\ntiers:\n"
    );
    for (id, when) in [("gold", a), ("silver", b), ("bronze", c)] {
        source += &format!("  - {{ id: {id}, when: '{when}', keep: 30d, service_level: s }}\n");
    }
    source += "  - { id: guest, service_level: s }\nperks:\n";
    for (id, when) in [
        ("plain", perk.clone()),
        ("of-silver", format!("tier == \"silver\" && {perk}")),
        ("of-two", "tier in [\"bronze\", \"gold\"]".to_owned()),
    ] {
        source += &format!("  - {{ id: {id}, title: A, when: '{when}', disclosure: B }}\n");
    }
    source + "  - { id: on-golf, title: A, topics: [golf], relevance: required, disclosure: B }\n"
}

fn somebody() -> impl Strategy<Value = Person> {
    let reading = || prop::option::weighted(0.8, (0.0..80.0_f64, 0.0..20.0_f64));
    let topic = prop::option::weighted(0.6, (0.0..1.0_f64, 0.0..1.0_f64));
    let held = prop::option::of(select(&["gold", "silver", "bronze", "guest"][..]));
    let days = select(&[0, 9, 100, 365, 401][..]);
    (reading(), reading(), topic, held, days).prop_map(|(influence, value, topic, held, days)| {
        let mut somebody = person().enrolled(days);
        if let Some((lower, width)) = influence {
            somebody = somebody.influence(lower + width, lower);
        }
        if let Some((lower, width)) = value {
            somebody = somebody.value(lower + width, lower);
        }
        if let Some((confidence, interest)) = topic {
            somebody = somebody.topic("golf", confidence, interest);
        }
        somebody.held = held.map(|tier| EarnedTier {
            tier: TierId::parse(tier).unwrap(),
            since: now() - TimeDelta::days(40),
            keep_until: Some(now() + TimeDelta::days(10)),
            noticed_at: None,
        });
        somebody
    })
}

/// Returns the person after a change has come true.
fn changed(mut somebody: Person, change: &NumberChange) -> Person {
    let to = change.to;
    let name = change.name.replace("standing.", "influence.");
    match name.split_once('.').unwrap() {
        ("influence", facet) => move_index(&mut somebody.score.influence, facet, to),
        ("value", facet) => move_index(&mut somebody.score.value, facet, to),
        ("member", "days_enrolled") => somebody.enrolled = Some(to as i64),
        ("topic(\"golf\")", facet) => {
            let golf = Topic::parse("golf").unwrap();
            let topic = somebody.score.topics.entry(golf).or_default();
            match facet {
                "confidence" => topic.confidence = Unit::clamped(to),
                _ => topic.interest = Unit::clamped(to),
            }
        }
        _ => panic!("{change:?}"),
    }
    somebody
}

/// Changes one number of an index; the score and its bounds stay in order.
fn move_index(index: &mut Index, facet: &str, to: f64) {
    if *index == Index::Unknown {
        *index = Index::Known {
            score: to,
            interval: Interval {
                lower: to,
                upper: to,
            },
            percentile: None,
            evidence: 1.0,
        };
    }
    let Index::Known {
        score,
        interval,
        percentile,
        ..
    } = index
    else {
        return;
    };
    match facet {
        "lower" => {
            interval.lower = to;
            *score = score.max(to);
        }
        "score" => *score = to,
        "percentile" => *percentile = Some(to),
        _ => panic!("{facet}"),
    }
    interval.lower = interval.lower.min(*score);
    interval.upper = interval.upper.max(*score);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_change_gives_exactly_what_is_said(
        source in some_program(),
        people in prop::collection::vec(somebody(), 12),
    ) {
        let program = published(&source);
        for somebody in people {
            somebody.facts(|facts| {
                let reasons = program.explain(facts);
                for reason in reasons.not_matched {
                    let Some(WhatIf::Possible { changes, gives, sentence, .. }) = reason.counterfactual
                    else { continue };
                    let after = changes.iter().fold(somebody.clone(), changed);
                    let said = gives.as_ref().map_or(reason.id, |tier| tier.as_str());
                    prop_assert_eq!(sentence.contains("which gives"), gives.is_some());
                    after.facts(|facts| {
                        let (_, outcome) = program.reevaluate(facts);
                        match reason.kind {
                            Kind::Tier => {
                                prop_assert_eq!(outcome.tier.tier.as_str(), said, "{}", &sentence);
                            }
                            Kind::Perk => {
                                let given = outcome.perks.iter().find(|p| p.perk.as_str() == said);
                                let given = given.map(|perk| perk.eligibility);
                                prop_assert_eq!(given, Some(Eligibility::Eligible), "{}", &sentence);
                            }
                        }
                        Ok(())
                    })?;
                }
                Ok(())
            })?;
        }
    }
}
