//! Nothing that is called impossible ever happens.

use proptest::prelude::*;

use super::*;

/// Numbers, each with constants that conditions compare it with. They are few,
/// so that contradictions are found often.
const NUMBERS: [(&str, [&str; 4]); 7] = [
    ("influence.lower", ["0", "20", "50", "100"]),
    ("influence.score", ["0", "20", "50", "101"]),
    ("standing.lower", ["0", "12", "30", "60"]),
    ("standing.score", ["12", "20", "40", "60"]),
    ("value.score", ["0", "30", "50", "100"]),
    ("topic(\"golf\").confidence", ["0", "0.2", "0.5", "1"]),
    ("member.days_enrolled", ["0", "3", "4", "30.5"]),
];

pub(super) fn test() -> impl Strategy<Value = String> {
    let op = prop::sample::select(vec![">=", ">", "<", "<=", "==", "!="]);
    let number = (0..NUMBERS.len(), 0..4_usize);
    let compared = (number, op).prop_map(|((i, c), op)| {
        let (name, constants) = NUMBERS[i];
        format!("{name} {op} {}", constants[c])
    });
    let others = prop::sample::select(vec![
        "standing.unknown",
        "influence.unknown",
        "value.unknown",
        "topic(\"golf\").unknown",
        "influence.score > value.score",
        "has(member.attributes.city)",
        "member.attributes.city == \"Rome\"",
        "member.attributes.city != \"Rome\"",
        "member.attributes.city >= 3",
        "member.attributes.city.startsWith(\"R\")",
        "member.attributes.city == member.attributes.home",
        "member.attributes.home != member.attributes.city",
        "member.attributes.city < member.attributes.home",
        "member.attributes.home <= member.attributes.city",
    ]);
    prop_oneof![5 => compared, 2 => others.prop_map(str::to_owned)]
}

fn condition() -> impl Strategy<Value = String> {
    test().prop_recursive(3, 8, 3, |inner| {
        let parts = prop::collection::vec(inner.clone(), 2..4);
        prop_oneof![
            3 => parts.clone().prop_map(|parts| format!("({})", parts.join(" && "))),
            2 => parts.prop_map(|parts| format!("({})", parts.join(" || "))),
            1 => inner.prop_map(|inner| format!("!({inner})")),
        ]
    })
}

/// A score with its lower bound, on the edges more often than between them.
fn reading() -> impl Strategy<Value = Option<(f64, f64)>> {
    let edges = vec![0.0, 12.0, 20.0, 30.0, 40.0, 50.0, 60.0, 75.0, 100.0];
    let number = prop_oneof![prop::sample::select(edges), 0.0..100.0_f64];
    prop::option::weighted(0.8, (number.clone(), number))
        .prop_map(|pair| pair.map(|(a, b)| (a.max(b), a.min(b))))
}

pub(super) fn somebody() -> impl Strategy<Value = crate::rules::tests::Person> {
    let confidence = prop::option::of(prop::sample::select(vec![
        0.0, 0.1, 0.2, 0.4, 0.5, 0.9, 1.0,
    ]));
    let place = || {
        prop::option::of(prop::sample::select(vec![
            Attribute::Text("Rome".into()),
            Attribute::Text("Paris".into()),
            Attribute::Number(3.0),
            Attribute::Number(4.0),
            Attribute::Bool(true),
        ]))
    };
    let days = prop::sample::select(vec![0, 1, 3, 4, 5, 30, 31, 400]);
    (reading(), reading(), confidence, place(), place(), days).prop_map(
        |(influence, value, confidence, city, home, days)| {
            let mut somebody = person().enrolled(days);
            if let Some((score, lower)) = influence {
                somebody = somebody.influence(score, lower);
            }
            if let Some((score, lower)) = value {
                somebody = somebody.value(score, lower);
            }
            if let Some(confidence) = confidence {
                somebody = somebody.topic("golf", confidence, confidence);
            }
            for (name, place) in [("city", city), ("home", home)] {
                if let Some(place) = place {
                    somebody = somebody.attribute(name, place);
                }
            }
            somebody
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(384))]

    #[test]
    fn nobody_is_what_is_called_impossible(
        tiers in prop::collection::vec(condition(), 1..4),
        perk in condition(),
        people in prop::collection::vec(somebody(), 40),
    ) {
        let tiers: Vec<&str> = tiers.iter().map(String::as_str).collect();
        let perk = format!("tier != \"t0\" && {perk}");
        let source = super::program(&tiers, &[&perk]);
        let found = findings(&tiers, &[&perk]);
        let program = Program::load(&source, None).unwrap();
        for somebody in people {
            let (earned, given) = somebody.facts(|facts| {
                let outcome = program.evaluate(facts);
                let given = outcome.perks[0].eligibility == Eligibility::Eligible;
                (outcome.earned.to_string(), given)
            });
            for finding in &found {
                let path = finding.path.as_str();
                match finding.code {
                    "unreachable-tier" | "shadowed-tier" => {
                        let tier = path.replace("tiers[", "t").replace("].when", "");
                        prop_assert_ne!(&earned, &tier, "{:?}", finding);
                    }
                    "unreachable-perk" => prop_assert!(!given, "{finding:?}"),
                    _ => {}
                }
            }
        }
    }
}
