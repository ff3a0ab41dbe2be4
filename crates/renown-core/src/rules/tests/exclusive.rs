//! Exclusive groups: one perk of a group for each member.

use super::*;

/// Returns a program with these perks; each is an id and further fields.
fn klub(perks: &[(&str, &str)]) -> String {
    let perks = perks.iter().map(|(id, fields)| {
        format!("  - {{ id: {id}, title: A gift, disclosure: Because., {fields} }}\n")
    });
    format!(
        "program: klub\nservice_levels: [{{ id: all, queue: all }}]\n\
         tiers: [{{ id: guest, service_level: all }}]\nperks:\n{}",
        perks.collect::<String>()
    )
}

/// Returns what is offered, and the excluding perk of each that is refused by its group.
fn offered(program: &Program, person: &Person) -> Vec<(String, Option<String>)> {
    person.facts(|facts| {
        let outcome = program.evaluate(facts);
        let perks = outcome
            .perks
            .iter()
            .filter_map(|perk| match perk.eligibility {
                Eligibility::Eligible => Some((perk.perk.to_string(), None)),
                Eligibility::Refused {
                    reason: Refusal::ExclusiveOf,
                } => {
                    let by = program.excluded_by(program.perk(perk.perk).unwrap(), facts);
                    let by = by.unwrap();
                    let said = format!("{}/{} {}", by.program, by.perk, by.claimed);
                    Some((perk.perk.to_string(), Some(said)))
                }
                Eligibility::Refused { .. } => None,
            });
        perks.collect()
    })
}

fn of(id: &str, by: Option<&str>) -> (String, Option<String>) {
    (id.to_owned(), by.map(str::to_owned))
}

fn claimed(person: &mut Person, perk: &str) {
    person.claimed.insert(PerkId::parse(perk).unwrap(), 1);
}

#[test]
fn a_member_chooses_one_of_a_group_and_loses_the_others() {
    let program = compile(&klub(&[
        ("spa", "exclusive: welcome"),
        (
            "show",
            "exclusive: { group: welcome, pick: choice }, per_member: 2",
        ),
        ("other", "stock: 5"),
    ]));
    let mut person = person();
    let all = [of("spa", None), of("show", None), of("other", None)];
    assert_eq!(offered(&program, &person), all);
    claimed(&mut person, "show");
    let excluded = of("spa", Some("klub/show true"));
    // There may be a second unit of the same perk.
    let left = [excluded, of("show", None), of("other", None)];
    assert_eq!(offered(&program, &person), left);
    person.facts(|facts| {
        let reason =
            program.explain_perk(program.perk(&PerkId::parse("spa").unwrap()).unwrap(), facts);
        assert_eq!(reason.refusal, Some(Refusal::ExclusiveOf));
        assert!(reason.excluded_by.unwrap().claimed);
        let impossible = WhatIf::Impossible {
            reason: NoChange::ExclusiveOf,
        };
        assert_eq!(reason.counterfactual, Some(impossible));
    });
}

#[test]
fn the_first_that_the_member_may_have_is_picked_by_order() {
    let program = compile(&klub(&[
        (
            "suite",
            "exclusive: { group: welcome, pick: order }, stock: 1, when: standing.lower >= 45",
        ),
        (
            "room",
            "exclusive: { group: welcome, pick: order }, stock: 1",
        ),
        ("drink", "exclusive: { group: welcome, pick: order }"),
    ]));
    let mut person = person();
    let ranked = [of("room", None), of("drink", Some("klub/room false"))];
    assert_eq!(offered(&program, &person), ranked);
    person.stock.insert(PerkId::parse("room").unwrap(), 0);
    assert_eq!(offered(&program, &person), [of("drink", None)]);
    person.stock.clear();
    let star = person.influence(90.0, 80.0);
    let ranked = [
        of("suite", None),
        of("room", Some("klub/suite false")),
        of("drink", Some("klub/suite false")),
    ];
    let source = klub(&[
        (
            "suite",
            "exclusive: { group: welcome, pick: order }, stock: 1, when: influence.lower >= 45",
        ),
        (
            "room",
            "exclusive: { group: welcome, pick: order }, stock: 1",
        ),
        ("drink", "exclusive: { group: welcome, pick: order }"),
    ]);
    assert_eq!(offered(&compile(&source), &star), ranked);
}

#[test]
fn the_most_valuable_is_picked_by_value_and_a_granted_one_before_it() {
    let by_value = "exclusive: { group: welcome, pick: value }";
    let program = compile(&klub(&[
        ("drink", &format!("{by_value}, value: 9 USD")),
        ("show", &format!("{by_value}, value: 120.50 USD")),
        ("spa", &format!("{by_value}, value: 120 USD")),
    ]));
    let mut person = person();
    let ranked = [
        of("drink", Some("klub/show false")),
        of("show", None),
        of("spa", Some("klub/show false")),
    ];
    assert_eq!(offered(&program, &person), ranked);
    person.grants.push(Grant {
        id: GrantId(Uuid::nil()),
        gift: Gift::Perk(PerkId::parse("drink").unwrap()),
        starts_at: now() - TimeDelta::days(1),
        ends_at: None,
    });
    let granted = [
        of("drink", None),
        of("show", Some("klub/drink false")),
        of("spa", Some("klub/drink false")),
    ];
    assert_eq!(offered(&program, &person), granted);
    // A grant does not give a second one of the group.
    claimed(&mut person, "spa");
    let taken = [
        of("drink", Some("klub/spa true")),
        of("show", Some("klub/spa true")),
    ];
    assert_eq!(offered(&program, &person), taken);
}

#[test]
fn a_perk_of_another_program_excludes_and_a_replay_knows_it() {
    let program = compile(&klub(&[
        ("spa", "exclusive: welcome"),
        ("show", "exclusive: welcome"),
    ]));
    let mut person = person();
    let taken = TakenPerk {
        program: ProgramId::parse("lounge").unwrap(),
        perk: PerkId::parse("spa").unwrap(),
    };
    let group = GroupName::parse("welcome").unwrap();
    person.taken.insert(group, vec![taken]);
    let excluded = [
        of("spa", Some("lounge/spa true")),
        of("show", Some("lounge/spa true")),
    ];
    assert_eq!(offered(&program, &person), excluded);
    person.facts(|facts| {
        let inputs = canonical(&Inputs::of(facts, &program)).unwrap();
        let outcome = canonical(&program.explain(facts)).unwrap();
        assert!(outcome.contains("\"excluded_by\":{\"claimed\":true"));
        assert!(Replay::of(&program, &inputs, &outcome).unwrap().same());
    });
}

#[test]
fn a_draw_of_a_ranked_group_neither_excludes_nor_is_excluded_before_it_is_claimed() {
    let program = compile(&klub(&[
        (
            "pass",
            "exclusive: { group: welcome, pick: order }, kind: draw, stock: 1",
        ),
        ("drink", "exclusive: { group: welcome, pick: order }"),
    ]));
    let mut person = person();
    assert_eq!(
        offered(&program, &person),
        [of("pass", None), of("drink", None)]
    );
    claimed(&mut person, "drink");
    assert_eq!(
        offered(&program, &person),
        [of("pass", Some("klub/drink true"))]
    );
}

#[test]
fn groups_that_do_not_fit_together_are_refused() {
    let found = |perks: &[(&str, &str)]| -> Vec<(&'static str, String)> {
        let found = Program::compile(&klub(perks), &Setting::at(now()));
        let found = found.map_or_else(|found| found, |compiled| compiled.warnings);
        found.into_iter().map(|f| (f.code, f.path)).collect()
    };
    let order = "exclusive: { group: welcome, pick: order }";
    let value = "exclusive: { group: welcome, pick: value }";
    assert_eq!(
        found(&[("a", order), ("b", "exclusive: welcome")]),
        [("picks-differ", "perks[1].exclusive".to_owned())]
    );
    assert_eq!(
        found(&[("a", &format!("{value}, value: 1 USD")), ("b", value)]),
        [("pick-without-value", "perks[1].value".to_owned())]
    );
    assert_eq!(
        found(&[
            ("a", &format!("{value}, value: 1 USD")),
            ("b", &format!("{value}, value: 1 EUR"))
        ]),
        [("other-currency", "perks[1].value".to_owned())]
    );
    assert_eq!(
        found(&[("a", "exclusive: welcome"), ("b", "stock: 5")]),
        [("group-of-one", "perks[0].exclusive".to_owned())]
    );
    assert_eq!(
        found(&[("a", "exclusive: { group: welcome, pick: ordr }")]),
        [("invalid-value", "perks[0].exclusive.pick".to_owned())]
    );
}

#[test]
fn a_change_of_a_group_is_said() {
    let (before, after) = (
        compile(&klub(&[
            ("a", "exclusive: welcome"),
            ("b", "exclusive: welcome"),
        ])),
        compile(&klub(&[
            ("a", "exclusive: { group: welcome, pick: order }"),
            ("b", "exclusive: { group: welcome, pick: order }"),
        ])),
    );
    let said: Vec<String> = diff(&before, &after)
        .into_iter()
        .map(|d| d.sentence)
        .collect();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].contains("one of 'welcome' (the first)"), "{said:?}");
}
