//! Limits: units per member, in all and per day, and the budget.

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::*;

/// Two perks for every member, with limits of all kinds.
const LIMITED: &str = r#"program: limited
timezone: America/Los_Angeles
service_levels: [{ id: standard, queue: general }]
tiers: [{ id: guest, service_level: standard }]
perks:
  - { id: cake, title: A cake, stock: 100, per_member: 2, per_day: 20, value: 30 USD, budget: 1000 USD, until: 2026-12-31, disclosure: Because. }
  - { id: tea, title: A tea, per_member: 5, disclosure: Because. }
limits: { per_member: 3, per_day: 50, budget: 2000 USD }
"#;

fn perk(name: &str) -> PerkId {
    PerkId::parse(name).unwrap()
}

fn money(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// Returns why the cake and the tea are refused, and how many units are left of
/// each.
fn told(somebody: &Person) -> [(Option<Refusal>, Option<i64>); 2] {
    let program = compile(LIMITED);
    somebody.facts(|facts| {
        let outcome = program.evaluate(facts);
        let of = |n: usize| {
            let refusal = match outcome.perks[n].eligibility {
                Eligibility::Eligible => None,
                Eligibility::Refused { reason } => Some(reason),
            };
            (refusal, program.left(&program.perks()[n], facts))
        };
        [of(0), of(1)]
    })
}

#[test]
fn only_a_perk_that_the_member_has_or_may_have_is_disclosed() {
    let program = compile(&small("standing.lower >= 50", "standing.lower >= 10"));
    let gift = PerkId::parse("gift").unwrap();
    let disclosed = |person: &Person| {
        person.facts(|facts| {
            let reason = program.explain_perk(&program.perks()[0], facts);
            (reason.refusal, reason.disclosure)
        })
    };
    let known = person().influence(60.0, 50.0);
    assert_eq!(disclosed(&known), (None, Some("Because.")));
    assert_eq!(disclosed(&person()), (Some(Refusal::Condition), None));
    let mut served = known;
    served.claimed.insert(gift.clone(), 1);
    assert_eq!(
        disclosed(&served),
        (Some(Refusal::MemberLimit), Some("Because."))
    );
    served.claimed.insert(gift, 0);
    served.stock.insert(PerkId::parse("gift").unwrap(), 0);
    assert_eq!(disclosed(&served), (Some(Refusal::OutOfStock), None));
}

#[test]
fn what_is_left_is_the_least_of_what_limits_it() {
    // 1000 USD pay for 33 cakes, but only 20 may be claimed per day. Tea is
    // limited by the program's units per day.
    assert_eq!(told(&person()), [(None, Some(20)), (None, Some(50))]);
    let mut later = person();
    later.used.today.insert(perk("cake"), 11);
    later.used.program_today = 43;
    assert_eq!(told(&later), [(None, Some(7)), (None, Some(7))]);
    later.stock.insert(perk("cake"), 4);
    assert_eq!(told(&later)[0], (None, Some(4)));
    later.used.spent.insert(perk("cake"), money("910"));
    assert_eq!(told(&later)[0], (None, Some(3)));
    later.used.program_spent = money("1960");
    assert_eq!(told(&later)[0], (None, Some(1)));
    // A perk without a value can be claimed when the budget is spent.
    later.used.program_spent = money("2000");
    let gone = Some(Refusal::BudgetSpent);
    assert_eq!(told(&later), [(gone, Some(0)), (None, Some(7))]);
}

#[test]
fn a_member_has_no_more_than_one_may_have() {
    let mut somebody = person();
    somebody.claimed.insert(perk("cake"), 1);
    assert_eq!(told(&somebody)[0].0, None);
    somebody.claimed.insert(perk("cake"), 2);
    let full = Some(Refusal::MemberLimit);
    assert_eq!((told(&somebody)[0].0, told(&somebody)[1].0), (full, None));
    // A member may have three units of all perks together.
    somebody.claimed.insert(perk("tea"), 1);
    assert_eq!((told(&somebody)[0].0, told(&somebody)[1].0), (full, full));
    // Units of a perk that the program no longer has count too.
    somebody.claimed = [(perk("coffee"), 3)].into();
    assert_eq!((told(&somebody)[0].0, told(&somebody)[1].0), (full, full));
}

#[test]
fn the_first_of_several_reasons_is_the_one_that_lasts_longest() {
    let cake = |somebody: &Person| told(somebody)[0].0;
    let mut somebody = person();
    somebody.used.spent.insert(perk("cake"), money("970.01"));
    assert_eq!(cake(&somebody), Some(Refusal::BudgetSpent));
    somebody.used.today.insert(perk("cake"), 20);
    assert_eq!(cake(&somebody), Some(Refusal::DayLimit));
    somebody.stock.insert(perk("cake"), 0);
    assert_eq!(cake(&somebody), Some(Refusal::OutOfStock));
    somebody.claimed.insert(perk("cake"), 2);
    assert_eq!(cake(&somebody), Some(Refusal::MemberLimit));
    somebody.now = "2027-01-01T08:00:00Z".parse().unwrap();
    assert_eq!(cake(&somebody), Some(Refusal::Expired));
}

#[test]
fn no_change_of_numbers_opens_a_limit() {
    let program = compile(LIMITED);
    let cake = perk("cake");
    let why = |somebody: &Person| {
        somebody.facts(|facts| {
            let reasons = program.explain(facts);
            let reason = reasons.not_matched.iter().find(|r| r.id == "cake").unwrap();
            assert_eq!(
                reason.counterfactual,
                program.counterfactual(facts, Target::Perk(&cake))
            );
            match reason.counterfactual {
                Some(WhatIf::Impossible { reason }) => reason,
                ref other => panic!("{other:?}"),
            }
        })
    };
    let mut somebody = person();
    somebody.used.spent.insert(cake.clone(), money("1000"));
    assert_eq!(why(&somebody), NoChange::BudgetSpent);
    somebody.used.program_today = 50;
    assert_eq!(why(&somebody), NoChange::DayLimit);
    somebody.claimed.insert(cake.clone(), 2);
    assert_eq!(why(&somebody), NoChange::MemberLimit);
}

#[test]
fn a_grant_exempts_from_conditions_and_not_from_limits() {
    let source = LIMITED.replace("title: A cake,", "title: A cake, by: grants,");
    let program = compile(&source);
    let mut somebody = person();
    somebody.grants.push(crate::domain::Grant {
        id: crate::domain::GrantId(Uuid::from_u128(1)),
        gift: crate::domain::Gift::Perk(perk("cake")),
        starts_at: now(),
        ends_at: None,
    });
    let cake =
        |somebody: &Person| somebody.facts(|facts| program.evaluate(facts).perks[0].eligibility);
    assert_eq!(cake(&somebody), Eligibility::Eligible);
    somebody.used.today.insert(perk("cake"), 20);
    let reason = Refusal::DayLimit;
    assert_eq!(cake(&somebody), Eligibility::Refused { reason });
}

#[test]
fn there_are_no_more_units_than_codes_of_a_partner() {
    let source = LIMITED.replace("title: A tea,", "title: A tea, codes: imported,");
    let program = compile(&source);
    let mut somebody = person();
    let left = |somebody: &Person| somebody.facts(|facts| program.left(&program.perks()[1], facts));
    assert_eq!(left(&somebody), Some(0), "none was imported");
    somebody.stock.insert(perk("tea"), 7);
    assert_eq!(left(&somebody), Some(7));
}

#[test]
fn a_day_is_one_where_the_program_is() {
    let program = compile(LIMITED);
    let day = |time: &str| program.day_of(time.parse().unwrap()).to_string();
    assert_eq!(day("2026-11-24T07:59:59Z"), "2026-11-23");
    assert_eq!(day("2026-11-24T08:00:00Z"), "2026-11-24");
}

#[test]
fn a_program_that_was_published_without_room_for_its_draw_stays_in_force() {
    let source = LIMITED.replace("title: A tea,", "title: A tea, kind: draw,");
    let found = Program::compile(&source, &Setting::at(now())).unwrap_err();
    let errors = found.iter().filter(|f| f.severity == Severity::Error);
    let codes: Vec<&str> = errors.map(|finding| finding.code).collect();
    assert_eq!(codes, ["no-capacity"]);
    assert!(Program::load(&source, None).is_ok());
}

proptest! {
    /// Exactly the number of units left can be claimed one after the other, and
    /// no limit is exceeded then.
    #[test]
    fn exactly_what_is_left_can_be_given(
        (stock, today, program_today) in (0..130_i64, 0..30_i64, 0..60_i64),
        (spent, program_spent) in (0..120_000_i64, 0..220_000_i64),
        cents in 1..100_000_i64,
    ) {
        let value = Decimal::new(cents, 2);
        let source = LIMITED.replace("value: 30 USD", &format!("value: {value} USD"));
        let program = compile(&source);
        let cake = perk("cake");
        let mut somebody = person();
        somebody.stock.insert(cake.clone(), stock);
        somebody.used.today.insert(cake.clone(), today);
        somebody.used.program_today = program_today;
        somebody.used.spent.insert(cake.clone(), Decimal::new(spent, 2));
        somebody.used.program_spent = Decimal::new(program_spent, 2);
        let left = somebody.facts(|facts| program.left(&program.perks()[0], facts)).unwrap();
        let mut given = 0;
        let exceeded = |somebody: &Person| {
            program.exceeded(&program.perks()[0], (1, 1), &somebody.used)
        };
        while somebody.facts(|facts| program.evaluate(facts).perks[0].eligibility) == Eligibility::Eligible {
            given += 1;
            *somebody.stock.get_mut(&cake).unwrap() -= 1;
            *somebody.used.today.get_mut(&cake).unwrap() += 1;
            somebody.used.program_today += 1;
            *somebody.used.spent.get_mut(&cake).unwrap() += value;
            somebody.used.program_spent += value;
            prop_assert_eq!(exceeded(&somebody), None);
        }
        // A unit that is counted in spite of a limit is detected afterwards.
        let gone = somebody.stock[&cake] <= 0;
        *somebody.used.today.get_mut(&cake).unwrap() += 1;
        somebody.used.program_today += 1;
        *somebody.used.spent.get_mut(&cake).unwrap() += value;
        somebody.used.program_spent += value;
        prop_assert!(gone || exceeded(&somebody).is_some());
        *somebody.used.today.get_mut(&cake).unwrap() -= 1;
        somebody.used.program_today -= 1;
        *somebody.used.spent.get_mut(&cake).unwrap() -= value;
        somebody.used.program_spent -= value;
        prop_assert_eq!(given, left);
        if given > 0 {
            prop_assert!(somebody.stock[&cake] >= 0 && somebody.used.today[&cake] <= 20);
            prop_assert!(somebody.used.program_today <= 50);
            prop_assert!(somebody.used.spent[&cake] <= Decimal::from(1_000));
            prop_assert!(somebody.used.program_spent <= Decimal::from(2_000));
        }
    }
}

/// A check that is younger than a program does not take the program out of force.
#[test]
fn a_draw_after_the_end_of_its_perk_is_refused_in_new_programs_alone() {
    let source = "program: fair\nservice_levels: [{ id: s, queue: q }]\n\
        tiers: [{ id: guest, service_level: s }]\nperks:\n\
        \x20 - { id: trip, title: A trip, kind: draw, stock: 1, until: 2027-12-20, \
        draws: 2027-12-24, disclosure: So. }\n";
    assert!(Program::load(source, None).is_ok());
    let refused = Program::compile(source, &Setting::at(now())).unwrap_err();
    assert_eq!(refused[0].code, "dates-reversed");
}
