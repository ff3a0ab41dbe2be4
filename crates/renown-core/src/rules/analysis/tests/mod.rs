//! What is said about programs, and that it is true.

mod bands;
mod branches;
mod truth;

use super::Whose;
use super::solve::Budget;
use crate::domain::*;
use crate::rules::tests::{now, person};
use crate::rules::*;

/// A ladder with these conditions, best first, above a floor, and perks.
fn program(tiers: &[&str], perks: &[&str]) -> String {
    let level = "service_level: standard";
    let keep = "keep: 30d";
    let mut source = "program: p\nstanding: { influence: 0.6, value: 0.4 }\n\
        service_levels: [{ id: standard, queue: general }]\ntiers:\n"
        .to_owned();
    for (i, when) in tiers.iter().enumerate() {
        source += &format!("  - {{ id: t{i}, when: '{when}', {keep}, {level} }}\n");
    }
    source += &format!("  - {{ id: guest, {level} }}\nperks:\n");
    for (i, when) in perks.iter().enumerate() {
        source += &format!("  - {{ id: p{i}, title: A, when: '{when}', disclosure: B }}\n");
    }
    source
}

/// Everything that the analysis finds.
fn findings(tiers: &[&str], perks: &[&str]) -> Vec<Diagnostic> {
    let mut found = match Program::compile(&program(tiers, perks), &Setting::at(now())) {
        Ok(compiled) => compiled.warnings,
        Err(found) => found,
    };
    // Some conditions of these tests are unlikely on purpose.
    let others = ["unknown-left-out", "mixed-operators", "off-scale"];
    found.retain(|finding| !others.contains(&finding.code));
    found
}

/// The codes of everything that is found.
fn codes(tiers: &[&str], perks: &[&str]) -> Vec<&'static str> {
    let found = findings(tiers, perks);
    found.into_iter().map(|finding| finding.code).collect()
}

/// The only finding's sentence.
fn sentence(tiers: &[&str], perks: &[&str]) -> String {
    let found = findings(tiers, perks);
    assert_eq!(found.len(), 1, "{found:?}");
    found[0].message.clone()
}

#[test]
fn what_nobody_can_be_is_found() {
    for condition in [
        "standing.lower >= 60 && standing.lower < 40",
        "topic(\"golf\").confidence > 1",
        "topic(\"golf\").influence < 0",
        "influence.lower >= 101",
        "influence.lower > influence.score && false",
        "influence.lower >= 60 && influence.score < 50",
        "influence.score >= 60 && influence.upper <= 50",
        "influence.unknown && influence.score >= 0",
        "standing.unknown && value.lower >= 10",
        "!standing.unknown && influence.unknown && value.unknown",
        // By 0.4 of its value alone a standing comes to 40.
        "standing.lower >= 45 && influence.unknown",
        "standing.lower >= 80 && influence.lower < 60",
        "topic(\"golf\").unknown && topic(\"golf\").interest >= 0",
        "index(\"klout\").percentile >= 10",
        "index(\"klout\").lower < 50 && index(\"klout\").score > 50",
        "member.days_enrolled > 3 && member.days_enrolled < 4",
        "member.days_enrolled < 0",
        "member.attributes.city == \"Rome\" && member.attributes.city == \"Paris\"",
        "member.attributes.city in [\"Rome\"] && member.attributes.city != \"Rome\"",
        "!has(member.attributes.visits) && member.attributes.visits >= 3",
        "member.attributes.visits >= 3 && member.attributes.visits == \"many\"",
        "member.attributes.vip && member.attributes.vip == false",
        "\"golf\" in member.attributes.likes && member.attributes.likes == \"golf\"",
        "\"github\" in member.networks && !(\"github\" in member.networks)",
        "size(member.networks) < 1 && size(member.networks) >= 1",
        "now < timestamp(\"2026-01-01T00:00:00Z\") && now > timestamp(\"2026-02-01T00:00:00Z\")",
        "influence.lower > value.lower && influence.lower < value.lower",
        "influence.score - value.score > 5 && influence.score - value.score < 3",
        "1 > 2",
        "(influence.score > 60 || value.score > 60) && influence.score < 50 && value.score < 50",
    ] {
        assert_eq!(
            codes(&[condition], &[]),
            ["unreachable-tier"],
            "{condition}"
        );
        let perks = codes(&["standing.lower > 90"], &[condition]);
        assert_eq!(perks, ["unreachable-perk"], "{condition}");
    }
}

#[test]
fn what_somebody_can_be_is_left_alone() {
    for condition in [
        "standing.lower >= 40 && standing.lower <= 40",
        "topic(\"golf\").confidence >= 1",
        "influence.lower >= 100",
        "influence.lower < 50 && influence.score >= 60",
        "influence.unknown || influence.percentile < 50",
        "standing.unknown && member.days_enrolled < 30",
        "standing.lower >= 40 && influence.unknown",
        "standing.lower >= 60 && value.unknown",
        "standing.unknown && index(\"klout\").score > 50",
        "index(\"klout\").lower >= 50 && index(\"klout\").upper <= 50",
        "member.days_enrolled > 3 && member.days_enrolled < 5",
        "!has(member.attributes.visits) || member.attributes.visits <= 6",
        "member.attributes.city != \"Rome\" && member.attributes.city != \"Paris\"",
        "\"golf\" in member.attributes.likes && !(\"spa\" in member.attributes.likes)",
        "\"github\" in member.networks && size(member.networks) >= 2",
        "now < timestamp(\"2027-01-01T00:00:00Z\")",
        "member.attributes.birthday < timestamp(\"2000-01-01T00:00:00Z\")",
        "influence.score in [10, 20]",
        "influence.score > 0 - 1",
        "standing.lower >= 10 || member.attributes.city.startsWith(\"Las\")",
    ] {
        assert_eq!(codes(&[condition], &[]), [""; 0], "{condition}");
        assert_eq!(codes(&[], &[condition]), [""; 0], "{condition}");
    }
}

#[test]
fn the_tests_that_exclude_each_other_are_named() {
    let exclusive = "!value.unknown && standing.lower >= 60 && 40 > standing.lower";
    assert_eq!(
        sentence(&[exclusive], &[]),
        "Nobody can ever reach 't0': 'standing.lower >= 60' and 'standing.lower < 40' exclude each other."
    );
    let found = findings(&[exclusive], &[]);
    let line = program(&[exclusive], &[]);
    let line = line.lines().nth(found[0].line as usize - 1).unwrap();
    let rest: String = line.chars().skip(found[0].column as usize - 1).collect();
    assert!(rest.starts_with("40 > standing.lower"), "{rest}");
    assert_eq!(
        sentence(&["topic(\"golf\").confidence > 1"], &[]),
        "Nobody can ever reach 't0': 'topic(\"golf\").confidence > 1' holds for nobody: topic(\"golf\").confidence is from 0 to 1."
    );
    assert_eq!(
        sentence(&["index(\"klout\").percentile >= 10"], &[]),
        "Nobody can ever reach 't0': 'index(\"klout\").percentile >= 10' holds for nobody: an imported index has no percentile."
    );
    assert_eq!(
        sentence(
            &["!standing.unknown"],
            &["tier == \"guest\" && tier in [\"t0\"]"]
        ),
        "Nobody can ever get 'p0': 'tier == \"guest\"' and 'tier in [\"t0\"]' exclude each other."
    );
}

#[test]
fn a_perk_of_a_tier_that_its_own_tests_leave_behind_is_found() {
    let tiers = ["standing.lower >= 60", "standing.lower >= 30"];
    let perk = |condition| codes(&tiers, &[condition]);
    let unreachable = ["unreachable-perk"];
    assert_eq!(
        perk("tier == \"guest\" && standing.lower >= 30"),
        unreachable
    );
    assert_eq!(
        perk("!(tier in [\"t0\"]) && standing.lower > 60"),
        unreachable
    );
    assert_eq!(
        perk("tier != \"t0\" && tier != \"t1\" && tier != \"guest\""),
        unreachable
    );
    // What was earned before may be kept.
    assert_eq!(perk("tier == \"t0\" && standing.lower < 10"), [""; 0]);
    assert_eq!(perk("tier == \"t1\" && standing.lower < 60"), [""; 0]);
}

#[test]
fn a_tier_that_better_ones_cover_is_shadowed() {
    let shadowed = ["shadowed-tier"];
    assert_eq!(
        codes(&["standing.lower >= 30", "standing.lower >= 60"], &[]),
        shadowed
    );
    assert_eq!(
        sentence(
            &[
                "value.lower >= 5",
                "standing.lower >= 30",
                "standing.lower >= 60"
            ],
            &[]
        ),
        "Whoever meets this condition meets that of 't1' too, which is better: nobody ever gets 't2'."
    );
    let both = [
        "influence.score >= 50",
        "60 != influence.score",
        "influence.lower >= 10",
    ];
    assert_eq!(
        sentence(&both, &[]),
        "Whoever meets this condition meets that of 't0' or 't1' too, which is better: nobody ever gets 't2'."
    );
    // 0.4 of 75 is 30: whoever is known to buy so much stands above it.
    assert_eq!(
        codes(&["standing.lower >= 30", "value.lower >= 76"], &[]),
        shadowed
    );
    assert_eq!(
        codes(&["standing.lower >= 30", "value.lower >= 74"], &[]),
        [""; 0]
    );
    // Who has no data meets neither a test nor its negation.
    let unknown = [
        "influence.score >= 50",
        "!(influence.score >= 50)",
        "value.score >= 10",
    ];
    assert_eq!(codes(&unknown, &[]), [""; 0]);
}

#[test]
fn two_attributes_may_be_neither_equal_nor_ordered() {
    let (m, n) = ("member.attributes.m", "member.attributes.n");
    let ordered = format!("{m} < {n} || {m} > {n} || {n} == {m}");
    let apart = format!("{m} != {n}");
    let found = codes(&[&ordered, &apart], &[]);
    assert!(!found.contains(&"shadowed-tier"), "{found:?}");
    // Equal texts have no order either.
    let found = codes(
        &[&format!("{m} <= {n} || {m} != {n}"), &format!("{m} == {n}")],
        &[],
    );
    assert!(!found.contains(&"shadowed-tier"), "{found:?}");
    let found = codes(
        &[&format!("{m} == {n} || {m} != {n}"), &format!("{n} >= {m}")],
        &[],
    );
    assert!(found.contains(&"shadowed-tier"), "{found:?}");
}

#[test]
fn a_test_that_is_not_understood_is_named_where_it_matters() {
    let starts = "member.attributes.city.startsWith(\"Las\")";
    let found = findings(&[&format!("standing.lower >= 45 && {starts}")], &[starts]);
    let said: Vec<_> = found
        .iter()
        .map(|f| (f.severity, f.message.as_str()))
        .collect();
    assert_eq!(
        said,
        [
            (
                Severity::Note,
                "Whether anybody reaches 't0' depends on 'member.attributes.city.startsWith(\"Las\")', a test that is not analysed."
            ),
            (
                Severity::Note,
                "Whether anybody gets 'p0' depends on 'member.attributes.city.startsWith(\"Las\")', a test that is not analysed."
            ),
        ]
    );
    let better = "influence.score > value.score";
    assert_eq!(
        sentence(
            &[
                &format!("influence.score > 5 || {better}"),
                "influence.score > 6 || value.score > 7"
            ],
            &[]
        ),
        "Whether better tiers leave anybody for 't1' depends on 'influence.score > value.score', a test that is not analysed."
    );
    let wrong = format!("standing.lower > 50 && standing.lower < 40 && {starts}");
    assert_eq!(codes(&[&wrong], &[]), ["unreachable-tier"]);
}

#[test]
fn what_was_published_before_is_not_looked_into() {
    let source = program(&["influence.lower >= 101"], &[]);
    assert!(Program::load(&source, None).is_ok());
}

/// Conditions of 32 tiers that are as hard to tell as so many can be: which
/// of 90 attributes are set, three at a time.
fn intricate() -> Vec<String> {
    let mut seed = 1_u64;
    let mut next = |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 33) % below
    };
    let mut flag = || {
        let sign = if next(2) == 0 { "" } else { "!" };
        format!("{sign}member.attributes.a{}", next(90))
    };
    let mut three = || [flag(), flag(), flag()].join(" && ");
    let mut tier = || (0..12).map(|_| three()).collect::<Vec<_>>().join(" || ");
    (0..32).map(|_| tier()).collect()
}

#[test]
fn what_takes_too_much_work_ends_in_a_note() {
    let tiers = intricate();
    let tiers: Vec<&str> = tiers[..31].iter().map(String::as_str).collect();
    let program = Program::load(&program(&tiers, &[]), None).unwrap();
    let mut budget = Budget(200_000);
    let found = super::tiers::findings(&program, &mut budget);
    assert_eq!(budget.0, 0);
    // The first are told apart, and the rest are given up.
    let (tiers, codes): (Vec<Whose>, Vec<&str>) = found
        .iter()
        .map(|(whose, problem)| (*whose, problem.code))
        .unzip();
    assert!(
        codes.iter().all(|code| *code == "not-analysed"),
        "{codes:?}"
    );
    assert!(!tiers.contains(&Whose::Tier(0)));
    assert!(tiers.contains(&Whose::Tier(30)));
    assert!(
        found
            .iter()
            .all(|(_, problem)| problem.severity == Severity::Note)
    );
}

#[test]
fn what_has_too_many_parts_ends_in_a_note() {
    let tiers: Vec<String> = (0..31)
        .map(|tier| {
            let own = |i: usize| format!("member.attributes.b{tier}x{i} > {i}");
            (0..30).map(own).collect::<Vec<_>>().join(" || ")
        })
        .collect();
    let tiers: Vec<&str> = tiers.iter().map(String::as_str).collect();
    let found = findings(&tiers, &[]);
    assert_eq!(found.len(), tiers.len());
    assert!(
        found.iter().all(|f| f.severity == Severity::Note),
        "{found:?}"
    );
}

#[test]
fn the_largest_of_plain_programs_is_told_in_full() {
    let tiers: Vec<String> = (0..31)
        .map(|i| {
            let least = 97 - 3 * i;
            format!("standing.lower >= {least} && topic(\"golf\").confidence >= 0.2 || value.lower >= {}", least + 2)
        })
        .collect();
    let perks: Vec<String> = (0..500)
        .map(|i| {
            format!(
                "tier in [\"t{}\"] || standing.unknown && member.days_enrolled < {}",
                i % 31,
                i + 1
            )
        })
        .collect();
    let tiers: Vec<&str> = tiers.iter().map(String::as_str).collect();
    let perks: Vec<&str> = perks.iter().map(String::as_str).collect();
    assert_eq!(codes(&tiers, &perks), [""; 0]);
}

#[test]
fn the_most_intricate_of_programs_is_told_as_far_as_the_work_goes() {
    let tiers = intricate();
    let tiers: Vec<&str> = tiers[..31].iter().map(String::as_str).collect();
    let perks: Vec<String> = (0..500)
        .map(|i| format!("!(tier in [\"t{}\"])", i % 31))
        .collect();
    let perks: Vec<&str> = perks.iter().map(String::as_str).collect();
    let codes = codes(&tiers, &perks);
    let expected = ["not-analysed", "never-holds", "never-matters"];
    assert!(
        codes.iter().all(|code| expected.contains(code)),
        "{codes:?}"
    );
    assert!(codes.contains(&"not-analysed"), "{codes:?}");
}

#[test]
fn what_no_rule_of_a_table_says_is_not_to_be_had() {
    let with_table = |condition: &str| {
        let source = program(&[], &[condition])
            + "tables:\n  - id: back\n    inputs: [value.lower]\n    \
               outputs: [{ name: times, type: number }]\n    \
               rules: [{ when: ['>= 50'], then: [3] }]\n    otherwise: [1]\n";
        match Program::compile(&source, &Setting::at(now())) {
            Ok(compiled) => compiled.warnings,
            Err(found) => found,
        }
    };
    assert_eq!(with_table("table(\"back\").times >= 3"), []);
    let found = with_table("table(\"back\").times >= 4");
    assert_eq!(found[0].code, "unreachable-perk", "{found:?}");
}
