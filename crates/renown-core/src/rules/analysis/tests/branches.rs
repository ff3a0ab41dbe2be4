//! A part of a condition that is said to make no difference makes none.

use proptest::prelude::*;

use super::truth::{somebody, test};
use super::*;

/// Returns the codes of the findings about a perk with this condition, and whether each is
/// about the second part of the condition.
fn said(first: &str, sign: &str, second: &str) -> Vec<(&'static str, bool)> {
    let source = program(&[], &[&format!("{first} {sign} {second}")]);
    let line = source.lines().find(|line| line.contains("id: p0")).unwrap();
    let begins = line.find(&format!("{sign} {second}")).unwrap();
    let found = findings(&[], &[&format!("{first} {sign} {second}")]);
    let about = |f: Diagnostic| (f.code, f.column as usize > begins);
    found.into_iter().map(about).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(384))]

    #[test]
    fn a_part_that_makes_no_difference_can_be_left_out(
        (first, second) in (test(), test()),
        sign in prop::sample::select(vec!["&&", "||"]),
        people in prop::collection::vec(somebody(), 30),
    ) {
        let both = format!("{first} {sign} {second}");
        let perks = [both.as_str(), &first, &second];
        let program = Program::load(&program(&[], &perks), None).unwrap();
        let found = said(&first, sign, &second);
        for somebody in people {
            let given = somebody.facts(|facts| {
                let perks = program.evaluate(facts).perks.into_iter();
                perks.map(|perk| perk.eligibility == Eligibility::Eligible).collect::<Vec<_>>()
            });
            for (code, of_second) in &found {
                let (part, rest) = if *of_second { (2, 1) } else { (1, 2) };
                match *code {
                    "always-holds" => prop_assert!(given[0], "{}", both),
                    "never-holds" => prop_assert!(!given[part], "{}", both),
                    "never-matters" => prop_assert_eq!(given[0], given[rest], "{}", both),
                    _ => {}
                }
            }
        }
    }
}

#[test]
fn each_kind_of_needless_part_is_found() {
    let of = |first, sign, second| said(first, sign, second);
    assert_eq!(
        of("value.lower >= 5", "||", "value.lower >= 9"),
        [("never-matters", true)]
    );
    assert_eq!(
        of("value.lower >= 5", "&&", "value.lower >= 9"),
        [("never-matters", false)]
    );
    assert_eq!(
        of(
            "value.lower >= 5",
            "||",
            "(value.lower > 9 && value.score < 8)"
        ),
        [("never-holds", true)]
    );
    assert_eq!(
        of("value.unknown", "||", "value.score >= 0"),
        [("always-holds", false)]
    );
    // It says what the second part means, and is left alone.
    assert_eq!(of("!value.unknown", "&&", "value.lower >= 9"), []);
    assert_eq!(
        of(
            "has(member.attributes.visits)",
            "&&",
            "member.attributes.visits >= 9"
        ),
        []
    );
}
