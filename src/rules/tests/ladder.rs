//! What was earned is kept for a while, and lost one step at a time.

use proptest::prelude::*;

use super::*;
use crate::domain::Source;

fn program() -> Program {
    let tiers = ["platinum", "gold", "silver", "bronze"];
    let tiers: String = tiers
        .iter()
        .enumerate()
        .map(|(i, id)| {
            let least = 80 - 20 * i;
            format!(
                "  - {{ id: {id}, when: standing.lower >= {least}, keep: 10d, service_level: s }}\n"
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

fn held(program: &Program, rank: usize, left: i64) -> Held {
    Held {
        tier: tier(program, rank).clone(),
        since: now() - TimeDelta::days(50),
        keep_until: Some(now() + TimeDelta::days(left)),
    }
}

#[test]
fn a_tier_is_given_at_once_and_kept_from_now() {
    let program = program();
    let rung = transition(&program, None, tier(&program, 1), None, now());
    assert_eq!(rung.change, Change::Granted);
    assert_eq!((rung.tier.as_str(), rung.since), ("gold", now()));
    assert_eq!(rung.keep_until, Some(now() + TimeDelta::days(10)));
}

#[test]
fn a_tier_earned_again_is_renewed_and_keeps_its_beginning() {
    let program = program();
    let before = held(&program, 1, 2);
    let rung = transition(&program, Some(&before), tier(&program, 1), None, now());
    assert_eq!((rung.change, rung.since), (Change::Renewed, before.since));
    assert_eq!(rung.keep_until, Some(now() + TimeDelta::days(10)));
}

#[test]
fn a_tier_no_longer_earned_is_kept_until_its_time_is_over() {
    let program = program();
    let before = held(&program, 0, 1);
    let rung = transition(&program, Some(&before), tier(&program, 4), None, now());
    assert_eq!((rung.tier.as_str(), rung.kept), ("platinum", true));
    assert_eq!(
        (rung.keep_until, rung.change),
        (before.keep_until, Change::None)
    );
    let later = now() + TimeDelta::days(1);
    let rung = transition(&program, Some(&before), tier(&program, 4), None, later);
    assert_eq!((rung.tier.as_str(), rung.kept), ("gold", true));
    assert_eq!(rung.change, Change::Lowered { from: before.tier });
    assert_eq!(rung.keep_until, Some(later + TimeDelta::days(10)));
}

fn hold() -> Hold {
    Hold {
        reason: HoldReason::SourceSilent,
        sources: vec![Source::parse("collector").unwrap()],
        since: now(),
    }
}

#[test]
fn a_hold_keeps_what_would_be_lowered_and_nothing_else() {
    let program = program();
    let look = |before: &Held, earned| {
        let earned = tier(&program, earned);
        transition(&program, Some(before), earned, Some(&hold()), now())
    };
    let over = held(&program, 1, 0);
    let rung = look(&over, 3);
    assert_eq!((rung.tier.as_str(), rung.kept), ("gold", true));
    assert_eq!((rung.change, rung.hold), (Change::None, Some(hold())));
    assert_eq!((rung.since, rung.keep_until), (over.since, over.keep_until));
    assert_eq!(look(&held(&program, 1, 2), 3).hold, None, "in its time");
    let risen = look(&over, 0);
    assert_eq!((risen.change, risen.hold), (Change::Granted, None));
    assert_eq!(look(&over, 1).change, Change::Renewed);
}

#[test]
fn a_tier_of_another_version_counts_as_nothing_held() {
    let program = program();
    let before = Held {
        tier: TierId::parse("diamond").unwrap(),
        ..held(&program, 0, 5)
    };
    let rung = transition(&program, Some(&before), tier(&program, 4), None, now());
    assert_eq!((rung.tier.as_str(), rung.change), ("floor", Change::None));
}

proptest! {
    #[test]
    fn never_below_what_is_earned_and_never_two_steps_at_once(
        start in 0..5_usize,
        looks in prop::collection::vec((0..5_usize, 0..400_i64), 1..40),
    ) {
        let program = program();
        let rank = |id: &TierId| program.tiers().iter().position(|t| t.id == *id).unwrap();
        let mut time = now();
        let mut before = transition(&program, None, tier(&program, start), None, time).held();
        for (earned, hours) in looks {
            time += TimeDelta::hours(hours);
            let rung = transition(&program, Some(&before), tier(&program, earned), None, time);
            let (was, is) = (rank(&before.tier), rank(rung.tier));
            prop_assert!(is <= earned);
            prop_assert!(is <= was + 1);
            prop_assert_eq!(rung.kept, is < earned);
            prop_assert_eq!(matches!(rung.change, Change::Lowered { .. }), is > was);
            if is > was {
                prop_assert!(before.keep_until.is_none_or(|until| until <= time));
            }
            before = rung.held();
        }
    }
}
