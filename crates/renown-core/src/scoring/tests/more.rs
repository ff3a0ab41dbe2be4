//! Tests of scores with more people, who are only supposed to react.

use super::*;
use crate::scoring::Supposition;

fn more(people: u32, who: Reactors) -> MoreReactions {
    MoreReactions {
        people,
        who,
        topics: vec![topic(0)],
    }
}

/// Scores a member of a population in which the people 100 to 119 are trusted.
fn supposed(events: &[Event<AccountId>], people: u32, who: Reactors, days: u32) -> Score {
    let model = Model::builtin();
    let others: Vec<AccountState> = (0..12).map(|_| fold(&model, &creator(20, 3, 15))).collect();
    let habits: Vec<(i64, i64, u64)> = (100..120)
        .flat_map(|reactor| (1..9).map(move |target| (reactor, target, 3)))
        .collect();
    let snapshot = crowd(&model, &others, &habits);
    let state = fold(&model, events);
    Supposition::new(&model, &snapshot, alone(&state), now()).score(&more(people, who), days)
}

fn lower(score: &Score) -> f64 {
    score
        .influence
        .interval()
        .map_or(0.0, |interval| interval.lower)
}

#[test]
fn trusted_people_count_for_more_than_people_who_are_new() {
    let few = creator(2, 2, 2);
    let (new, trusted) = (
        supposed(&few, 15, Reactors::New, 30),
        supposed(&few, 15, Reactors::Trusted, 30),
    );
    assert!(lower(&trusted) > lower(&new) + 1.0, "{new:?} {trusted:?}");
}

#[test]
fn people_who_react_already_are_not_supposed_to_react_anew() {
    // All who are trusted react to this member.
    let all = creator(20, 3, 15);
    let before = supposed(&all, 0, Reactors::Trusted, 30);
    assert_eq!(supposed(&all, 15, Reactors::Trusted, 30), before);
}

#[test]
fn the_contents_that_they_react_to_show_an_interest() {
    let score = supposed(&creator(2, 2, 2), 10, Reactors::New, 0);
    assert!(score.topics[&topic(0)].interest.get() > 0.0);
}

#[test]
fn they_count_in_full_after_the_days_of_newcomers() {
    let model = Model::builtin();
    let state = fold(&model, &creator(2, 2, 2));
    let snapshot = crowd(&model, std::slice::from_ref(&state), &[]);
    let supposition = Supposition::new(&model, &snapshot, alone(&state), now());
    assert_eq!(supposition.wait_days(), 30);
    let many = more(200, Reactors::New);
    let lowers = [0, 29, 30].map(|days| lower(&supposition.score(&many, days)));
    assert!(lowers[0] < lowers[2] && lowers[1] < lowers[2], "{lowers:?}");
    let unknown = Snapshot::empty(now());
    assert_eq!(
        Supposition::new(&model, &unknown, alone(&state), now()).wait_days(),
        0
    );
}

proptest! {
    #[test]
    fn more_people_never_lower_a_score(
        history in history(), habits in habits(), people in 0..30u32, days in 0..40u32,
        trusted in any::<bool>(),
    ) {
        let model = Model::builtin();
        let state = fold(&model, &history);
        let snapshot = crowd(&model, std::slice::from_ref(&state), &habits);
        let who = if trusted { Reactors::Trusted } else { Reactors::New };
        let supposition = Supposition::new(&model, &snapshot, alone(&state), now());
        let (some, one_more) = (
            supposition.score(&more(people, Reactors::New), days),
            supposition.score(&more(people + 1, Reactors::New), days),
        );
        prop_assert!(one_more.influence.score() >= some.influence.score());
        prop_assert!(lower(&one_more) >= lower(&some) - 1e-9);
        let none = supposition.score(&more(0, who), days);
        prop_assert!(supposition.score(&more(people, who), days).influence.score() >= none.influence.score());
    }
}
