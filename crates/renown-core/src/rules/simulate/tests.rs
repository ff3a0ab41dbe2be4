//! Simulations with results worked out by hand, and sums of parts.

use std::sync::LazyLock;

use chrono::TimeDelta;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::EarnedTier;
use crate::domain::{Attribute, MemberId};
use crate::fairness::impact::Finding;
use crate::rules::KnownMember;
use crate::rules::tests::{Person, compile, now, person};

/// Returns a program with these tiers and thresholds above the floor, and a
/// gift from the best tier on.
fn ladder(tiers: &[(&str, u32)], floor: &str, gift: &str) -> Program {
    let best = tiers[0].0;
    let tiers: String = tiers
        .iter()
        .map(|(id, least)| {
            format!(
                "  - {{ id: {id}, when: standing.lower >= {least}, keep: 10d, service_level: s }}\n"
            )
        })
        .collect();
    compile(&format!(
        "program: p\nstanding: {{ influence: 1 }}\nservice_levels: [{{ id: s, queue: q }}]\n\
         tiers:\n{tiers}  - {{ id: {floor}, service_level: s }}\n\
         perks:\n  - {{ id: gift, title: A gift, when: 'tier == \"{best}\"', disclosure: Because., {gift} }}\n"
    ))
}

const GIFT: &str = "stock: 10, value: 2.50 EUR";

fn standing(lower: f64) -> Person {
    person().influence(lower, lower)
}

fn holding(tier: &str, lower: f64) -> Person {
    let mut person = standing(lower);
    person.held = Some(EarnedTier {
        tier: TierId::parse(tier).unwrap(),
        since: now() - TimeDelta::days(5),
        keep_until: Some(now() + TimeDelta::days(5)),
        noticed_at: None,
    });
    person
}

fn frame(population: u64) -> Frame {
    Frame {
        compared_with: None,
        now: now(),
        population,
        uptake: crate::domain::Unit::try_from(0.5).unwrap(),
        shown_if_present: None,
    }
}

static FULL: BTreeMap<PerkId, i64> = BTreeMap::new();
static UNUSED: LazyLock<Used> = LazyLock::new(Used::default);

fn compared<'p>(
    before: Option<&'p Program>,
    after: &'p Program,
    audited: &'p [String],
) -> Comparison<'p> {
    let version = |program| Version {
        program,
        left: &FULL,
        used: &UNUSED,
    };
    Comparison::new(before.map(version), version(after), audited)
}

fn totals(comparison: &Comparison<'_>, people: &[(usize, Person)]) -> SimulationTotals {
    let mut totals = SimulationTotals::new(comparison);
    for (number, person) in people {
        person.facts(|facts| {
            let id = MemberId(Uuid::from_u128(*number as u128));
            let member = facts.member.cloned();
            let member = member.map(|member| KnownMember { id, ..member });
            let member = member.as_ref();
            comparison.add(&mut totals, &Facts { member, ..*facts });
        });
    }
    totals
}

fn simulate(before: Option<&Program>, after: &Program, people: &[Person]) -> Simulation {
    let comparison = compared(before, after, &[]);
    let people: Vec<_> = people.iter().cloned().enumerate().collect();
    comparison.report(totals(&comparison, &people), &frame(people.len() as u64))
}

fn ways(moves: &Moves) -> Vec<String> {
    let way = |way: &Move| {
        let from = way.from.as_ref().map_or("-", |tier| tier.as_str());
        format!("{from} {} {:+} {}", way.to, way.places, way.members)
    };
    moves.ways.iter().map(way).collect()
}

#[test]
fn a_kept_tier_is_lost_when_its_time_is_over() {
    let before = ladder(&[("gold", 60), ("silver", 30)], "basic", GIFT);
    let after = ladder(&[("gold", 80), ("silver", 50)], "basic", GIFT);
    let people = [holding("gold", 70.0), holding("gold", 40.0), standing(90.0)];
    let found = simulate(Some(&before), &after, &people);
    // The second member had earned only silver, and earns no tier under the
    // draft.
    assert_eq!(ways(&found.moves.at_once), ["gold gold +0 3"]);
    let settled = ["gold gold +0 1", "gold silver -1 1", "silver basic -1 1"];
    assert_eq!(ways(&found.moves.settled), settled);
    assert_eq!((found.moves.settled.down, found.moves.settled.same), (2, 1));
    let gift = &found.perks[0];
    assert_eq!(
        (gift.eligible.at_once.lost, gift.eligible.at_once.after),
        (0, 3)
    );
    assert_eq!(
        (gift.eligible.settled.before, gift.eligible.settled.lost),
        (2, 1)
    );
    let named: Vec<u128> = found
        .most_affected
        .iter()
        .map(|a| a.member.0.as_u128())
        .collect();
    assert_eq!(named, [0, 1], "who loses the gift too comes first");
}

#[test]
fn without_keeping_there_is_one_horizon() {
    let before = ladder(&[("gold", 60)], "basic", GIFT);
    let after = ladder(&[("gold", 80)], "basic", GIFT);
    let found = simulate(Some(&before), &after, &[standing(70.0), standing(10.0)]);
    assert_eq!(found.moves.at_once, found.moves.settled);
    assert_eq!(
        ways(&found.moves.settled),
        ["gold basic -1 1", "basic basic +0 1"]
    );
    let affected = &found.most_affected[0].effects.at_once;
    assert_eq!(affected.perks_lost, [PerkId::parse("gift").unwrap()]);
}

#[test]
fn a_tier_that_is_only_renamed_is_no_move() {
    let before = ladder(&[("gold", 60), ("silver", 30)], "basic", GIFT);
    let after = ladder(&[("sun", 60), ("moon", 30)], "earth", GIFT);
    let people = [standing(70.0), standing(40.0), standing(1.0)];
    let found = simulate(Some(&before), &after, &people);
    assert_eq!(
        ways(&found.moves.settled),
        ["gold sun +0 1", "silver moon +0 1", "basic earth +0 1"]
    );
    let tiers: Vec<_> = found
        .tiers
        .iter()
        .map(|t| (t.tier.as_str(), t.place.before))
        .collect();
    let expected = [("sun", None), ("moon", None), ("earth", None)];
    assert_eq!(tiers[..3], expected);
    assert_eq!(tiers[3], ("gold", Some(1)));
}

#[test]
fn a_new_tier_between_two_makes_a_place() {
    let before = ladder(&[("gold", 60)], "basic", GIFT);
    let after = ladder(&[("gold", 60), ("silver", 30)], "basic", GIFT);
    let found = simulate(Some(&before), &after, &[standing(70.0), standing(40.0)]);
    assert_eq!(
        ways(&found.moves.settled),
        ["gold gold +0 1", "basic silver +1 1"]
    );
    // In reverse, silver is gone and its members fall to the floor.
    let found = simulate(Some(&after), &before, &[standing(40.0)]);
    assert_eq!(ways(&found.moves.settled), ["silver basic -1 1"]);
}

#[test]
fn everybody_comes_from_nothing_the_first_time() {
    let after = ladder(&[("gold", 60)], "basic", GIFT);
    let found = simulate(None, &after, &[standing(70.0), person()]);
    assert_eq!(ways(&found.moves.at_once), ["- gold +2 1", "- basic +1 1"]);
    assert_eq!(found.perks[0].eligible.at_once.gained, 1);
    assert_eq!(found.most_affected[0].effects.at_once.tier_before, None);
}

#[test]
fn what_has_not_begun_or_is_gone_is_still_wanted_and_what_is_over_is_not() {
    let with = |gift: &str| ladder(&[("gold", 60)], "basic", gift);
    let started = with(GIFT);
    let coming = with("stock: 1, value: 2.50 EUR, from: 2026-12-01, until: 2026-12-02");
    let found = simulate(Some(&started), &coming, &[standing(70.0), standing(80.0)]);
    let gift = &found.perks[0];
    assert_eq!(
        (gift.state, gift.eligible.at_once.after),
        (PerkState::NotStarted, 2)
    );
    assert_eq!((gift.days, gift.demand, gift.expected_units), (2, 2, 1));
    assert_eq!(gift.runs_out_on.unwrap().to_string(), "2026-12-01");
    let cost = gift.cost.as_ref().unwrap();
    assert_eq!(cost.expected.unwrap().to_string(), "2.5");
    assert_eq!(found.costs, std::slice::from_ref(cost));
    let over = with("stock: 1, from: 2026-10-01, until: 2026-10-02");
    let found = simulate(Some(&started), &over, &[standing(70.0)]);
    let gift = &found.perks[0];
    assert_eq!(
        (gift.state, gift.demand, gift.runs_out_on),
        (PerkState::Expired, 0, None)
    );
    assert_eq!(gift.eligible.at_once.lost, 1);

    let none: BTreeMap<PerkId, i64> = [(PerkId::parse("gift").unwrap(), 0)].into();
    let sold_out = Version {
        program: &started,
        left: &none,
        used: &UNUSED,
    };
    let comparison = Comparison::new(Some(sold_out), sold_out, &[]);
    let counted = totals(&comparison, &[(1, standing(70.0))]);
    let gift = &comparison.report(counted, &frame(1)).perks[0];
    assert_eq!(
        (gift.state, gift.eligible.at_once.after),
        (PerkState::OutOfStock, 1)
    );
    assert_eq!((gift.units_left, gift.expected_units), (Some(0), 0));
}

#[test]
fn a_sample_is_scaled_where_it_meets_stock() {
    let program = ladder(&[("gold", 60)], "basic", GIFT);
    let comparison = compared(None, &program, &[]);
    let people = [(1, standing(70.0)), (2, standing(1.0)), (3, standing(1.0))];
    let found = comparison.report(totals(&comparison, &people), &frame(30));
    assert_eq!((found.members, found.sampled_share), (3, 0.1));
    // One of three members stands for ten of thirty. Half of the rest claims
    // each day.
    let gift = &found.perks[0];
    assert_eq!((gift.eligible.at_once.after, gift.demand), (1, 10));
    assert_eq!(
        gift.cost.as_ref().unwrap().at_most.unwrap().to_string(),
        "25"
    );
}

#[test]
fn demand_is_what_members_may_still_claim_and_money_ends_it() {
    let limited = "stock: 100, per_member: 3, per_day: 2, value: 2.50 EUR, budget: 20 EUR";
    let program = ladder(&[("gold", 60)], "basic", limited);
    let gift = PerkId::parse("gift").unwrap();
    let claimed = |units: i64| {
        let mut person = standing(70.0);
        person.claimed.insert(gift.clone(), units);
        person
    };
    let people = [(1, claimed(0)), (2, claimed(1)), (3, claimed(3))];
    let mut used = Used::default();
    used.spent.insert(gift.clone(), "10".parse().unwrap());
    used.today.insert(gift.clone(), 2);
    let version = Version {
        program: &program,
        left: &FULL,
        used: &used,
    };
    let comparison = Comparison::new(None, version, &[]);
    let found = comparison.report(totals(&comparison, &people), &frame(3));
    let perk = &found.perks[0];
    // A member that has claimed all allowed units is eligible but adds no
    // demand.
    assert_eq!((perk.eligible.at_once.after, perk.demand), (3, 5));
    // 10 EUR are left, which pays for 4 units. Two units a day may be claimed.
    assert_eq!((perk.state, perk.units_left), (PerkState::Open, Some(4)));
    assert_eq!(perk.expected_units, 4);
    assert_eq!(
        perk.cost.as_ref().unwrap().at_most.unwrap().to_string(),
        "10"
    );
    // The demand is 5: 2 units are claimed on the first day, 1.5 on the second,
    // 0.75 on the third.
    assert_eq!(perk.runs_out_on.unwrap().to_string(), "2026-11-22");
}

#[test]
fn groups_are_told_apart_on_what_the_rules_alone_give() {
    let before = ladder(&[("gold", 60)], "basic", GIFT);
    let after = ladder(&[("gold", 80)], "basic", GIFT);
    let of = |country: &str, person: Person| {
        person.attribute("country", Attribute::Text(country.to_owned()))
    };
    // 40 members in A: 20 above 80. 40 in B: 10 above 80, and 10 that keep a
    // tier.
    let mut people = Vec::new();
    people.extend((0..20).map(|_| of("A", standing(90.0))));
    people.extend((0..20).map(|_| of("A", standing(9.0))));
    people.extend((0..10).map(|_| of("B", standing(90.0))));
    people.extend((0..10).map(|_| of("B", holding("gold", 70.0))));
    people.extend((0..20).map(|_| of("B", standing(9.0))));
    people.push(person());
    let people: Vec<_> = people.into_iter().enumerate().collect();
    let audited = ["country".to_owned()];
    let comparison = compared(Some(&before), &after, &audited);
    let found = comparison.report(totals(&comparison, &people), &frame(81));
    let names: Vec<_> = found.groups[1]
        .groups
        .iter()
        .map(|g| (g.group.as_str(), g.members))
        .collect();
    assert_eq!(names, [("A", 40), ("B", 40), ("(unknown)", 1)]);
    let b = &found.groups[1].groups[1];
    assert_eq!(b.above_floor.at_once.after.share, 0.5);
    assert_eq!(b.above_floor.at_once.after.finding, Finding::Fair);
    assert_eq!(b.above_floor.settled.before.ratio, Some(1.0));
    assert_eq!(b.above_floor.settled.after.ratio, Some(0.5));
    assert_eq!(
        b.above_floor.settled.after.finding,
        Finding::BelowFourFifths
    );
    assert_eq!(b.perks[0].eligible.settled.after.chosen, 10);
    let unknown = &found.groups[1].groups[2];
    assert_eq!(unknown.above_floor.settled.after.finding, Finding::TooFew);
    let evidence = &found.groups[0];
    assert!(evidence.built_in);
    let sizes: Vec<_> = evidence
        .groups
        .iter()
        .map(|g| (g.group.as_str(), g.members))
        .collect();
    assert_eq!(sizes, [("known", 80), ("unknown", 1)]);
}

fn somebody() -> impl Strategy<Value = Person> {
    let held = prop_oneof![
        Just(None),
        Just(Some("gold")),
        Just(Some("silver")),
        Just(Some("gone"))
    ];
    (0.0..100.0_f64, held, prop::option::of("[a-d]")).prop_map(|(lower, held, country)| {
        let person = match held {
            None => standing(lower),
            Some(tier) => holding(tier, lower),
        };
        match country {
            None => person,
            Some(country) => person.attribute("country", Attribute::Text(country)),
        }
    })
}

proptest! {
    #[test]
    fn any_split_in_any_order_adds_up_to_the_same_bytes(
        people in prop::collection::vec(somebody(), 1..80),
        parts in prop::collection::vec(0..5_usize, 80),
        order in Just((0..5_usize).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let before = ladder(&[("gold", 60), ("silver", 30)], "basic", GIFT);
        let after = ladder(&[("sun", 90), ("gold", 70)], "basic", GIFT);
        let audited = ["country".to_owned()];
        let comparison = compared(Some(&before), &after, &audited);
        let people: Vec<_> = people.into_iter().enumerate().collect();
        let bytes = |totals| {
            serde_json::to_string(&comparison.report(totals, &frame(100))).unwrap()
        };
        let whole = bytes(totals(&comparison, &people));
        let mut merged = SimulationTotals::new(&comparison);
        for part in order {
            let of_part = people.iter().filter(|(number, _)| parts[*number] == part);
            merged.merge(totals(&comparison, &of_part.cloned().collect::<Vec<_>>()));
        }
        prop_assert_eq!(bytes(merged), whole);
    }
}

#[test]
fn a_member_counts_once_in_a_ranked_group_and_chooses_one_of_another() {
    let klub = |pick: &str| {
        compile(&format!(
            "program: klub\nservice_levels: [{{ id: all, queue: all }}]\n\
             tiers: [{{ id: guest, service_level: all }}]\nperks:\n\
             \x20 - {{ id: suite, title: A gift, disclosure: So., when: standing.lower >= 45, \
             exclusive: {{ group: welcome, pick: {pick} }} }}\n\
             \x20 - {{ id: room, title: A gift, disclosure: So., exclusive: {{ group: welcome, pick: {pick} }} }}\n\
             \x20 - {{ id: drink, title: A gift, disclosure: So., exclusive: {{ group: welcome, pick: {pick} }} }}\n\
             standing: {{ influence: 1 }}\n"
        ))
    };
    let mut people: Vec<Person> = (0..30)
        .map(|n| standing(if n < 10 { 90.0 } else { 20.0 }))
        .collect();
    people[29]
        .claimed
        .insert(PerkId::parse("drink").unwrap(), 1);
    let counts = |pick: &str| -> Vec<(u64, u64)> {
        let found = simulate(None, &klub(pick), &people);
        let perks = found.perks.iter();
        perks
            .map(|perk| (perk.eligible.at_once.after, perk.demand))
            .collect()
    };
    assert_eq!(counts("order"), [(10, 10), (19, 19), (1, 0)]);
    // The 29 who have none yet may have any, and each claims one.
    let chosen = counts("choice");
    let eligible: Vec<u64> = chosen.iter().map(|count| count.0).collect();
    assert_eq!(eligible, [10, 29, 30]);
    assert_eq!(chosen.iter().map(|count| count.1).sum::<u64>(), 29);
}
