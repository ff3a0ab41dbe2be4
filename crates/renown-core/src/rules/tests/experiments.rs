//! The effects of an experiment on a program's answers, and what it never
//! changes.

use super::*;
use crate::rules::KnownMember;

const SOURCE: &str = r#"program: klub
experiment: { hold_back: 50% }
service_levels: [{ id: fast, queue: a }, { id: slow, queue: b }]
tiers:
  - { id: star, when: standing.lower >= 45, keep: 30d, amenities: [drink], service_level: fast }
  - { id: guest, amenities: [water], service_level: slow }
perks:
  - { id: shared, title: A gift, when: tier == "star", disclosure: Because. }
  - { id: other, title: Another, disclosure: Because. }
  - { id: own, title: A third, experiment: { hold_back: 10%, salt: own }, disclosure: Because. }
  - { id: list, title: For friends, by: grants, disclosure: Because. }
"#;

fn star() -> Person {
    person().influence(60.0, 55.0)
}

/// Returns the eligibility of many people for each perk.
fn everybody(program: &Program, person: &Person) -> Vec<(MemberId, Vec<Eligibility>)> {
    let one = |n: u64| {
        let id = MemberId(Uuid::from_u64_pair(7, n));
        person.facts(|facts| {
            let member = KnownMember {
                id,
                ..facts.member.expect("enrolled").clone()
            };
            let member = Some(&member);
            let outcome = program.evaluate(&Facts { member, ..*facts });
            assert_eq!(outcome.tier.tier.as_str(), "star");
            assert_eq!(outcome.service_level.id, "fast");
            (id, outcome.perks.iter().map(|p| p.eligibility).collect())
        })
    };
    (0..400).map(one).collect()
}

fn held_back(eligibility: &Eligibility) -> bool {
    matches!(
        eligibility,
        Eligibility::Refused {
            reason: Refusal::HeldBack
        }
    )
}

#[test]
fn perks_without_an_experiment_of_their_own_share_the_programs_group() {
    let program = compile(SOURCE);
    let all = everybody(&program, &star());
    assert!(
        all.iter()
            .all(|(_, perks)| held_back(&perks[0]) == held_back(&perks[1]))
    );
    let share = |perk: usize| {
        all.iter()
            .filter(|(_, perks)| held_back(&perks[perk]))
            .count()
    };
    assert!((150..250).contains(&share(0)), "{}", share(0));
    assert!((20..65).contains(&share(2)), "{}", share(2));
    assert_eq!(share(3), 0, "what people give is held back from nobody");
}

#[test]
fn the_same_salt_is_the_same_group_and_a_new_one_another() {
    let group = |source: &str| -> Vec<bool> {
        let all = everybody(&compile(source), &star());
        all.iter().map(|(_, perks)| held_back(&perks[2])).collect()
    };
    let own = group(SOURCE);
    assert_eq!(own, group(SOURCE));
    assert_eq!(own, group(&SOURCE.replace("id: own,", "id: new,")));
    assert_ne!(own, group(&SOURCE.replace("salt: own", "salt: new")));
}

#[test]
fn whoever_would_not_get_it_is_not_held_back() {
    let program = compile(SOURCE);
    let nobody_special = person().influence(30.0, 20.0);
    nobody_special.facts(|facts| {
        let reason = program.evaluate(facts).perks[0].eligibility;
        let refused = Eligibility::Refused {
            reason: Refusal::Condition,
        };
        assert_eq!(reason, refused);
    });
}

/// Returns a member in the control group of the program's experiment.
fn held_back_member(program: &Program) -> MemberId {
    let all = everybody(program, &star());
    all.iter()
        .find(|(_, perks)| held_back(&perks[0]))
        .unwrap()
        .0
}

fn with_id<T>(person: &Person, id: MemberId, with: impl FnOnce(&Facts<'_>) -> T) -> T {
    person.facts(|facts| {
        let member = KnownMember {
            id,
            ..facts.member.expect("enrolled").clone()
        };
        let member = Some(&member);
        with(&Facts { member, ..*facts })
    })
}

#[test]
fn a_reason_says_that_it_is_held_back_and_that_nothing_changes_that() {
    let program = compile(SOURCE);
    let id = held_back_member(&program);
    with_id(&star(), id, |facts| {
        let reasons = program.explain(facts);
        let of = |perk: &str| {
            let all = reasons.not_matched.iter();
            all.clone().find(|reason| reason.id == perk)
        };
        let reason = of("shared").unwrap();
        assert_eq!(reason.refusal, Some(Refusal::HeldBack));
        let group = reason.held_back.as_ref().unwrap();
        assert_eq!(
            (group.salt.as_str(), group.hold_back.as_str()),
            ("klub", "50%")
        );
        let impossible = WhatIf::Impossible {
            reason: NoChange::HeldBack,
        };
        assert_eq!(reason.counterfactual, Some(impossible));
    });
    // For a member of the control group, becoming a star does not help either.
    with_id(&person().influence(30.0, 20.0), id, |facts| {
        let perk = program.perks()[0].id.clone();
        let what_if = program.counterfactual(facts, Target::Perk(&perk));
        let impossible = WhatIf::Impossible {
            reason: NoChange::HeldBack,
        };
        assert_eq!(what_if, Some(impossible));
    });
}

#[test]
fn what_a_person_gives_is_not_held_back_and_is_no_part_of_the_experiment() {
    let program = compile(SOURCE);
    let id = held_back_member(&program);
    let mut person = star();
    person.grants = vec![Grant {
        id: GrantId(Uuid::nil()),
        gift: Gift::Perk(program.perks()[0].id.clone()),
        starts_at: now() - TimeDelta::days(1),
        ends_at: None,
    }];
    with_id(&person, id, |facts| {
        let outcome = program.evaluate(facts);
        assert_eq!(outcome.perks[0].eligibility, Eligibility::Eligible);
        let exposures = program.exposures(facts, &outcome.perks);
        let seen: Vec<_> = exposures
            .iter()
            .map(|seen| (seen.perk, seen.arm, seen.experiment.is_some()))
            .collect();
        let (offered, held_back) = (Arm::Offered, Arm::HeldBack);
        // The other two are in experiments. The fourth perk has no exposure.
        assert_eq!(seen[..2], [(0, offered, false), (1, held_back, true)]);
        assert_eq!(seen.len(), 3);
    });
}

#[test]
fn nobody_in_particular_is_not_held_back_but_not_enrolled() {
    let program = compile(SOURCE);
    star().not_enrolled().facts(|facts| {
        for perk in &program.evaluate(facts).perks[..3] {
            let refused = Eligibility::Refused {
                reason: Refusal::NotEnrolled,
            };
            assert_eq!(perk.eligibility, refused);
        }
    });
}
