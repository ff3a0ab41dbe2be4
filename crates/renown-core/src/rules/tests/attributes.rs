//! Two attributes are compared by the types that their values have.

use proptest::prelude::*;
use proptest::sample::select;

use super::*;

const OPERATORS: [&str; 6] = ["==", "!=", "<", "<=", ">", ">="];

/// Interprets a comparison of two values directly: `None` if its result is unknown.
fn meaning(a: Option<&Attribute>, op: &str, b: Option<&Attribute>) -> Option<bool> {
    use Attribute::*;
    let (a, b) = (a?, b?);
    let equal = match (a, b) {
        (Bool(a), Bool(b)) => a == b,
        (Number(a), Number(b)) => a == b,
        (Text(a), Text(b)) => a == b,
        (List(a), List(b)) => a == b,
        _ => false,
    };
    match (op, a, b) {
        ("==", _, _) => Some(equal),
        ("!=", _, _) => Some(!equal),
        ("<", Number(a), Number(b)) => Some(a < b),
        ("<=", Number(a), Number(b)) => Some(a <= b),
        (">", Number(a), Number(b)) => Some(a > b),
        (">=", Number(a), Number(b)) => Some(a >= b),
        _ => None,
    }
}

fn value() -> impl Strategy<Value = Option<Attribute>> {
    let text = |text: &str| Attribute::Text(text.to_owned());
    let list = |texts: &[&str]| Attribute::List(texts.iter().map(|t| (*t).to_owned()).collect());
    select(vec![
        None,
        Some(Attribute::Bool(true)),
        Some(Attribute::Bool(false)),
        Some(Attribute::Number(0.0)),
        Some(Attribute::Number(-0.0)),
        Some(Attribute::Number(1.0)),
        Some(Attribute::Number(4.5)),
        Some(text("")),
        Some(text("1")),
        Some(text("true")),
        Some(text("suite")),
        Some(text("2026-11-25T15:00:00Z")),
        Some(list(&[])),
        Some(list(&["suite"])),
        Some(list(&["suite", "spa"])),
    ])
}

fn with(m: Option<Attribute>, n: Option<Attribute>) -> Person {
    let mut somebody = person();
    if let Some(m) = m {
        somebody = somebody.attribute("m", m);
    }
    if let Some(n) = n {
        somebody = somebody.attribute("n", n.clone()).request("n", n);
    }
    somebody
}

proptest! {
    #[test]
    fn a_comparison_means_what_its_values_say(
        m in value(),
        n in value(),
        op in select(&OPERATORS[..]),
        other in select(&["member.attributes.n", "request.n"][..]),
    ) {
        let expected = meaning(m.as_ref(), op, n.as_ref());
        let mirrored = meaning(n.as_ref(), op, m.as_ref());
        let somebody = with(m, n);
        let holds = |condition: String| {
            let program = published(&small("standing.lower >= 50", &format!("'{condition}'")));
            let outcome = somebody.facts(|facts| program.evaluate(facts).perks[0].eligibility);
            outcome == Eligibility::Eligible
        };
        // What is unknown passes neither a test nor its negation.
        let test = format!("member.attributes.m {op} {other}");
        prop_assert_eq!(holds(test.clone()), expected == Some(true));
        prop_assert_eq!(holds(format!("!({test})")), expected == Some(false));
        prop_assert_eq!(
            holds(format!("{other} {op} member.attributes.m")),
            mirrored == Some(true)
        );
    }

    #[test]
    fn an_explanation_shows_both_values(m in value(), n in value(), op in select(&OPERATORS[..])) {
        let test = format!("member.attributes.m {op} request.n");
        let program = published(&small("standing.lower >= 50", &format!("'{test}'")));
        let expected = meaning(m.as_ref(), op, n.as_ref());
        let shown = |value: &Option<Attribute>| serde_json::to_value(value).unwrap();
        let (actual, required) = (shown(&m), shown(&n));
        with(m, n).facts(|facts| {
            let reason = program.explain_perk(&program.perks()[0], facts);
            let [decided] = &reason.tests[..] else { panic!("{reason:?}") };
            prop_assert_eq!(&decided.test, &test);
            prop_assert_eq!(decided.holds, expected == Some(true));
            prop_assert_eq!(decided.unknown, expected.is_none());
            prop_assert_eq!(serde_json::to_value(&decided.actual).unwrap(), actual);
            prop_assert_eq!(serde_json::to_value(&decided.required).unwrap(), required);
            Ok(())
        })?;
    }
}

#[test]
fn numbers_show_how_far_apart_they_are_and_who_can_change_them() {
    let program = published(&small(
        "standing.lower >= 50",
        "'member.attributes.visits >= request.least'",
    ));
    let somebody = with(None, None)
        .attribute("visits", Attribute::Number(4.0))
        .request("least", Attribute::Number(6.0));
    somebody.facts(|facts| {
        let reason = program.explain_perk(&program.perks()[0], facts);
        assert_eq!(reason.tests[0].off_by, Some(2.0));
        let reason = reason.counterfactual;
        let expected = WhatIf::Impossible {
            reason: NoChange::DependsOnOthers,
        };
        assert_eq!(reason, Some(expected));
    });
}

#[test]
fn what_holds_for_no_two_numbers_may_hold_for_other_values() {
    let warnings = |perk: &str| {
        let compiled = Program::compile(&small("standing.lower >= 50", perk), &Setting::at(now()));
        compiled.map_err(|found| found[0].code)
    };
    let (m, n) = ("member.attributes.m", "request.n");
    // A text and a number are neither equal nor ordered.
    assert!(warnings(&format!("'{m} != {n} && !({m} == {n})'")).is_ok());
    for impossible in [
        format!("'{m} < {n} && {n} < {m}'"),
        format!("'{m} == {n} && {n} != {m}'"),
    ] {
        assert_eq!(warnings(&impossible).err(), Some("unreachable-perk"));
    }
}
