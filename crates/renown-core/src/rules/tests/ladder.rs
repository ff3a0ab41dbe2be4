//! An earned tier is kept for a time and lost after notice, one step at a time.
//! A granted tier comes on top.

use proptest::prelude::*;

use super::*;
use crate::domain::{Gift, Grant, GrantId, Source};

/// Returns four tiers, each kept for ten days, with three days' notice.
fn program() -> Program {
    let tiers = ["platinum", "gold", "silver", "bronze"];
    let tiers: String = tiers
        .iter()
        .enumerate()
        .map(|(i, id)| {
            let (least, stay) = (80 - 20 * i, 75 - 20 * i);
            format!(
                "  - {{ id: {id}, when: standing.lower >= {least}, stay: standing.lower >= {stay}, keep: 10d, notice: 3d, service_level: s }}\n"
            )
        })
        .collect();
    compile(&format!(
        "program: p\nservice_levels: [{{ id: s, queue: q }}]\ntiers:\n{tiers}  - {{ id: floor, service_level: s }}\n"
    ))
}

fn tier(program: &Program, rank: usize) -> &TierId {
    &program.tiers()[rank].id
}

fn held(program: &Program, rank: usize, left: i64) -> EarnedTier {
    EarnedTier {
        tier: tier(program, rank).clone(),
        since: now() - TimeDelta::days(50),
        keep_until: Some(now() + TimeDelta::days(left)),
        noticed_at: None,
    }
}

/// Evaluates the transition `days` days from now.
fn look<'p>(program: &'p Program, held: &EarnedTier, earned: usize, days: i64) -> TierState<'p> {
    let earned = tier(program, earned);
    transition(
        program,
        Some(held),
        earned,
        None,
        now() + TimeDelta::days(days),
    )
}

#[test]
fn a_tier_is_given_at_once_and_kept_from_now() {
    let program = program();
    let tier_state = transition(&program, None, tier(&program, 1), None, now());
    assert_eq!(tier_state.change, Change::Reached);
    assert_eq!(
        (tier_state.tier.as_str(), tier_state.held.since),
        ("gold", now())
    );
    assert_eq!(
        tier_state.held.keep_until,
        Some(now() + TimeDelta::days(10))
    );
    assert_eq!(
        tier_state.recheck_at, None,
        "nothing happens to it by itself"
    );
}

#[test]
fn a_tier_earned_again_is_renewed_and_keeps_its_beginning() {
    let program = program();
    let before = held(&program, 1, 2);
    let tier_state = look(&program, &before, 1, 0);
    assert_eq!(
        (tier_state.change, tier_state.held.since),
        (Change::Renewed, before.since)
    );
    assert_eq!(
        tier_state.held.keep_until,
        Some(now() + TimeDelta::days(10))
    );
}

#[test]
fn a_tier_no_longer_earned_is_announced_and_then_lost() {
    let program = program();
    let before = held(&program, 0, 4);
    // The tier is kept, and its notice is not yet due.
    let tier_state = look(&program, &before, 4, 0);
    assert_eq!(
        (tier_state.tier.as_str(), tier_state.kept),
        ("platinum", true)
    );
    assert_eq!((tier_state.warning, tier_state.fall), (Warning::None, None));
    assert_eq!(tier_state.recheck_at, Some(now() + TimeDelta::days(1)));
    // The notice is due three days before the kept time ends.
    let tier_state = look(&program, &before, 4, 1);
    let end = now() + TimeDelta::days(4);
    assert_eq!(
        (tier_state.tier.as_str(), tier_state.warning),
        ("platinum", Warning::Given)
    );
    let fall = tier_state.fall.as_ref().unwrap();
    assert_eq!((fall.at, fall.to.as_str()), (end, "gold"));
    assert_eq!(tier_state.recheck_at, Some(end));
    // The member is notified once.
    let told = tier_state.held;
    let tier_state = look(&program, &told, 4, 2);
    assert_eq!(
        (tier_state.warning, tier_state.fall.unwrap().at),
        (Warning::None, end)
    );
    // Then the tier falls one step and is kept there for its full time.
    let tier_state = look(&program, &told, 4, 4);
    assert_eq!((tier_state.tier.as_str(), tier_state.kept), ("gold", true));
    assert_eq!(tier_state.change, Change::Lowered { from: told.tier });
    assert_eq!(tier_state.held.keep_until, Some(end + TimeDelta::days(10)));
    assert_eq!(tier_state.held.noticed_at, None);
}

#[test]
fn nobody_loses_a_tier_without_notice_however_late_the_look_comes() {
    let program = program();
    let before = held(&program, 0, 4);
    let tier_state = look(&program, &before, 4, 40);
    assert_eq!(
        (tier_state.tier.as_str(), tier_state.warning),
        ("platinum", Warning::Given)
    );
    assert_eq!(tier_state.fall.unwrap().at, now() + TimeDelta::days(43));
}

#[test]
fn a_notice_is_withdrawn_when_the_tier_is_earned_again() {
    let program = program();
    let told = EarnedTier {
        noticed_at: Some(now()),
        ..held(&program, 1, 2)
    };
    let tier_state = look(&program, &told, 1, 1);
    assert_eq!(
        (tier_state.warning, tier_state.held.noticed_at),
        (Warning::Withdrawn, None)
    );
}

#[test]
fn less_is_enough_to_stay_than_to_enter() {
    let program = program();
    let mut at_the_edge = person().influence(80.0, 77.0);
    let earned = |person: &Person| person.facts(|facts| program.evaluate(facts).earned.to_string());
    assert_eq!(earned(&at_the_edge), "gold");
    at_the_edge.held = Some(held(&program, 0, 5));
    assert_eq!(earned(&at_the_edge), "platinum");
    at_the_edge.facts(|facts| {
        let reasons = program.explain(facts);
        let platinum = reasons.matched.iter().find(|r| r.id == "platinum").unwrap();
        assert_eq!(platinum.condition, Some("standing.lower >= 75"));
    });
}

fn hold() -> DemotionFreeze {
    DemotionFreeze {
        reason: FreezeReason::SourceSilent,
        sources: vec![Source::parse("collector").unwrap()],
        since: now(),
    }
}

#[test]
fn a_hold_keeps_what_would_be_lowered_and_nothing_else() {
    let program = program();
    let look = |before: &EarnedTier, earned| {
        let earned = tier(&program, earned);
        transition(&program, Some(before), earned, Some(&hold()), now())
    };
    let over = EarnedTier {
        noticed_at: Some(now() - TimeDelta::days(9)),
        ..held(&program, 1, 0)
    };
    let tier_state = look(&over, 3);
    assert_eq!((tier_state.tier.as_str(), tier_state.kept), ("gold", true));
    assert_eq!(
        (tier_state.change, tier_state.hold),
        (Change::None, Some(hold()))
    );
    assert_eq!(tier_state.held, over);
    assert_eq!(tier_state.recheck_at, Some(now() + TimeDelta::hours(1)));
    assert_eq!(look(&held(&program, 1, 2), 3).hold, None, "in its time");
    let risen = look(&over, 0);
    assert_eq!((risen.change, risen.hold), (Change::Reached, None));
    assert_eq!(look(&over, 1).change, Change::Renewed);
}

#[test]
fn a_tier_of_another_version_counts_as_nothing_held() {
    let program = program();
    let before = EarnedTier {
        tier: TierId::parse("diamond").unwrap(),
        ..held(&program, 0, 5)
    };
    let tier_state = look(&program, &before, 4, 0);
    assert_eq!(
        (tier_state.tier.as_str(), tier_state.change),
        ("floor", Change::None)
    );
}

#[test]
fn a_reader_sees_what_was_recorded_and_moves_nobody() {
    let program = program();
    let mut faded = person().influence(10.0, 5.0);
    faded.held = Some(held(&program, 0, -30));
    faded.facts(|facts| {
        assert_eq!(program.evaluate(facts).tier.tier.as_str(), "platinum");
        let (tier_state, outcome) = program.reevaluate(facts);
        assert_eq!(tier_state.warning, Warning::Given);
        assert_eq!(outcome.tier.will_change.unwrap().to.as_str(), "gold");
    });
}

fn grant(gift: Gift, from: i64, days: i64) -> Grant {
    Grant {
        id: GrantId(Uuid::from_u128(7)),
        gift,
        starts_at: now() + TimeDelta::days(from),
        ends_at: Some(now() + TimeDelta::days(from + days)),
    }
}

#[test]
fn a_grant_comes_before_the_rules_and_takes_nothing_away() {
    let program = program();
    let gold = |from| grant(Gift::Tier(tier(&program, 1).clone()), from, 10);
    let tier_of = |person: &Person| {
        person.facts(|facts| {
            let tier = program.evaluate(facts).tier;
            (tier.tier.to_string(), tier.grant.is_some())
        })
    };
    let mut somebody = person();
    somebody.grants = vec![gold(0)];
    assert_eq!(tier_of(&somebody), ("gold".into(), true));
    somebody.grants = vec![gold(1)];
    assert_eq!(tier_of(&somebody), ("floor".into(), false), "not yet");
    somebody.grants = vec![gold(-10)];
    assert_eq!(tier_of(&somebody), ("floor".into(), false), "over");
    let mut star = person().influence(95.0, 90.0);
    star.grants = vec![gold(0)];
    assert_eq!(tier_of(&star), ("platinum".into(), false));
    let mut stranger = person().not_enrolled();
    stranger.grants = vec![gold(0)];
    assert_eq!(tier_of(&stranger), ("floor".into(), false));
}

#[test]
fn a_granted_perk_needs_no_condition_but_stock() {
    let program = compile(&small("standing.lower >= 50", "standing.lower >= 90"));
    let gift = PerkId::parse("gift").unwrap();
    let mut somebody = person();
    somebody.grants = vec![grant(Gift::Perk(gift.clone()), 0, 1)];
    somebody.facts(|facts| {
        assert_eq!(
            program.evaluate(facts).perks[0].eligibility,
            Eligibility::Eligible
        );
        let reasons = program.explain(facts);
        let reason = reasons.matched.iter().find(|r| r.id == "gift").unwrap();
        assert_eq!(reason.grant, Some(GrantId(Uuid::from_u128(7))));
    });
    somebody.stock.insert(gift, 0);
    somebody.facts(|facts| {
        let eligibility = program.evaluate(facts).perks[0].eligibility;
        assert_eq!(
            eligibility,
            Eligibility::Refused {
                reason: Refusal::OutOfStock
            }
        );
    });
}

proptest! {
    #[test]
    fn never_below_what_is_earned_never_two_steps_and_never_without_notice(
        start in 0..5_usize,
        looks in prop::collection::vec((0..5_usize, 0..400_i64), 1..40),
    ) {
        let program = program();
        let rank = |id: &TierId| program.tiers().iter().position(|t| t.id == *id).unwrap();
        let mut time = now();
        let mut before = transition(&program, None, tier(&program, start), None, time).held;
        for (earned, hours) in looks {
            time += TimeDelta::hours(hours);
            let tier_state = transition(&program, Some(&before), tier(&program, earned), None, time);
            let (was, is) = (rank(&before.tier), rank(tier_state.tier));
            prop_assert!(is <= earned);
            prop_assert!(is <= was + 1);
            prop_assert_eq!(tier_state.kept, is < earned);
            prop_assert_eq!(matches!(tier_state.change, Change::Lowered { .. }), is > was);
            if is > was {
                prop_assert!(before.keep_until.is_none_or(|until| until <= time));
                let told = before.noticed_at.expect("the member was told");
                prop_assert!(time - told >= TimeDelta::days(3));
            }
            // A member that is going to lose the tier is evaluated again, not
            // in the past.
            prop_assert_eq!(tier_state.recheck_at.is_some(), tier_state.kept);
            prop_assert!(tier_state.recheck_at.is_none_or(|at| at >= time));
            before = tier_state.held;
        }
    }
}

#[test]
fn nobody_falls_to_a_tier_that_only_people_give() {
    let program = compile(
        "program: p\nservice_levels: [{ id: s, queue: q }]\ntiers:\n  \
         - { id: gold, when: standing.lower >= 60, keep: 10d, notice: 3d, service_level: s }\n  \
         - { id: press, by: grants, service_level: s }\n  \
         - { id: silver, when: standing.lower >= 40, keep: 10d, service_level: s }\n  \
         - { id: floor, service_level: s }\n",
    );
    let told = EarnedTier {
        noticed_at: Some(now() - TimeDelta::days(3)),
        ..held(&program, 0, 0)
    };
    let fall = look(&program, &told, 3, -1).fall.unwrap();
    assert_eq!(fall.to.as_str(), "silver");
    let tier_state = look(&program, &told, 3, 0);
    assert_eq!(
        (tier_state.tier.as_str(), tier_state.kept),
        ("silver", true)
    );
}

#[test]
fn a_tier_that_a_grant_hides_is_lost_only_after_a_notice_that_can_be_given() {
    let program = program();
    let mut faded = person().influence(10.0, 5.0);
    faded.held = Some(held(&program, 1, -30));
    faded.grants = vec![grant(Gift::Tier(tier(&program, 0).clone()), 0, 10)];
    faded.facts(|facts| {
        let (tier_state, outcome) = program.reevaluate(facts);
        assert_eq!(outcome.tier.tier.as_str(), "platinum");
        assert_eq!(
            (tier_state.tier.as_str(), tier_state.warning),
            ("gold", Warning::None)
        );
        assert_eq!(
            (tier_state.held.noticed_at, tier_state.recheck_at),
            (None, None)
        );
    });
    faded.grants.clear();
    faded.facts(|facts| {
        let (tier_state, _) = program.reevaluate(facts);
        assert_eq!(
            (tier_state.tier.as_str(), tier_state.warning),
            ("gold", Warning::Given)
        );
        assert_eq!(tier_state.fall.unwrap().at, now() + TimeDelta::days(3));
    });
}
