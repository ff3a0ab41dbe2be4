//! Tests of what the lower end waits for: people who are new to the member.

use super::*;
use crate::domain::{Index, Interval, PendingPoints};

/// Twenty people who have reacted for long, and a hundred who began on a day.
fn bought_on(day_of: u64) -> Vec<Event<AccountId>> {
    let mut events = creator(20, 3, 15);
    let bought = (0..300).map(|n| {
        let kind = ReactionKind::ALL[n / 100];
        let act = reaction(kind, Some(1_000 + (n % 100) as i64), A, 1);
        on(event(1_000 + n, day_of, act), "post-1", &[0])
    });
    events.extend(bought);
    events
}

/// Scores a member in a log that began on a day.
fn in_log_since(began: u64, events: &[Event<AccountId>], now: DateTime<Utc>) -> Score {
    let model = Model::builtin();
    let first = event(0, began, like(99));
    let states = [fold(&model, [&first])];
    let snapshot = crowd(&model, &states, &[]);
    score(&model, &snapshot, &alone(&fold(&model, events)), now)
}

fn lower(score: &Score) -> f64 {
    let interval: Interval = score.influence.interval().unwrap();
    interval.lower
}

fn pending(score: &Score) -> PendingPoints {
    score.pending.expect("the lower end waits")
}

#[test]
fn people_who_are_new_add_at_most_three_points_to_the_lower_end() {
    let honest = in_log_since(0, &creator(20, 3, 15), now());
    let bought = in_log_since(0, &bought_on(190), now());
    let Index::Known { score, .. } = honest.influence else {
        panic!("known")
    };
    assert!(honest.pending.is_none(), "{honest:?}");
    assert!(bought.influence.score().unwrap() > score + 20.0);
    assert!(lower(&bought) <= score + 3.0 + 1e-9, "{bought:?}");
    assert!(pending(&bought).points > 10.0, "{bought:?}");
}

#[test]
fn the_points_come_with_time_alone() {
    let events = bought_on(190);
    let before = in_log_since(0, &events, now());
    let until = pending(&before).until;
    assert_eq!(until, day(190 + 30));
    let just = in_log_since(0, &events, until - chrono::Duration::milliseconds(1));
    let after = in_log_since(0, &events, until);
    assert!(just.pending.is_some() && after.pending.is_none());
    assert!(lower(&after) > lower(&just) + 5.0);
}

#[test]
fn the_next_change_is_that_of_the_oldest_newcomer() {
    let mut events = bought_on(190);
    events.push(on(event(5_000, 180, like(5_000)), "post-1", &[0]));
    let waits = pending(&in_log_since(0, &events, now()));
    assert_eq!((waits.next, waits.until), (day(210), day(220)));
}

#[test]
fn in_a_young_log_less_time_is_asked() {
    let events = bought_on(190);
    let waits = pending(&in_log_since(
        180,
        &events[60..],
        now() - chrono::Duration::days(5),
    ));
    assert_eq!(waits.until, day(200));
}

#[test]
fn an_old_acquaintance_who_reacts_again_is_no_newcomer() {
    let events = bought_on(190);
    let known_before = events[60..].iter().enumerate().map(|(n, event)| {
        let mut earlier = event.clone();
        earlier.time = day(20);
        earlier.key.id = EventId::parse(&format!("earlier-{n}")).unwrap();
        earlier
    });
    let known: Vec<_> = known_before.chain(events.iter().cloned()).collect();
    let mut backwards = known.clone();
    backwards.reverse();
    for events in [known, backwards] {
        assert!(in_log_since(0, &events, now()).pending.is_none());
    }
}

#[test]
fn nothing_is_asked_if_nothing_is_known_of_the_log() {
    let model = Model::builtin();
    let state = fold(&model, &bought_on(190));
    let score = score(&model, &Snapshot::empty(now()), &alone(&state), now());
    assert!(score.pending.is_none());
}

/// The score on topic 0 of a member, in a log with other members on the topic.
fn on_topic(events: &[Event<AccountId>], now: DateTime<Utc>) -> TopicScore {
    let model = Model::builtin();
    let rival = |n: i64| {
        let mut events = creator(usize::try_from(n).unwrap(), 2, 5);
        for event in &mut events {
            if let Act::Reaction { target, .. } = &mut event.act {
                *target = AccountId(n);
            }
        }
        events.push(event(0, 0, like(99)));
        fold(&model, &events)
    };
    let states: Vec<AccountState> = (3..15).map(rival).collect();
    let snapshot = crowd(&model, &states, &[]);
    let score = score(&model, &snapshot, &alone(&fold(&model, events)), now);
    score.topics[&topic(0)]
}

#[test]
fn people_who_are_new_add_at_most_three_points_to_the_lower_end_on_a_topic() {
    let (honest, bought) = (
        on_topic(&creator(20, 3, 15), now()),
        on_topic(&bought_on(190), now()),
    );
    assert_eq!(honest.next, None, "{honest:?}");
    assert!(0.0 < honest.lower && honest.lower < honest.influence);
    assert!(bought.influence > honest.influence + 20.0);
    assert!(bought.lower <= honest.influence + 3.0 + 1e-9, "{bought:?}");
}

#[test]
fn a_topic_names_the_time_at_which_its_limits_lift() {
    let events = bought_on(190);
    let before = on_topic(&events, now());
    let next = before.next.expect("it waits");
    assert_eq!(next, day(190 + 30));
    let just = on_topic(&events, next - chrono::Duration::milliseconds(1));
    let after = on_topic(&events, next);
    assert_eq!((just.next, after.next), (Some(next), None));
    assert!(after.lower > just.lower + 5.0, "{just:?} {after:?}");
}

#[test]
fn confidence_waits_for_people_and_names_the_time_too() {
    let events = &bought_on(190)[60..];
    let before = on_topic(events, now());
    assert_eq!(before.next, Some(day(190 + 30)));
    let after = on_topic(events, day(190 + 30));
    let confidences = (before.confidence.get(), after.confidence.get());
    // One person of a half at four, then one content of a half at two.
    assert_eq!(confidences, (0.2, 1.0 / 3.0));
}

#[test]
fn counts_add_at_most_three_points_to_the_lower_end_on_a_topic() {
    let count = |n: usize| {
        let act = reaction(ReactionKind::Like, None, A, 5_000);
        on(event(9_000 + n, 100, act), &format!("post-{n}"), &[0])
    };
    let honest = on_topic(&creator(20, 3, 15), now());
    let mut events = creator(20, 3, 15);
    events.extend((0..100).map(count));
    let counted = on_topic(&events, now());
    assert!(counted.influence > honest.influence + 5.0);
    assert!(counted.lower <= honest.lower + 3.0 + 1e-9, "{counted:?}");
}

#[test]
fn a_score_is_due_for_a_recheck_at_the_first_of_all_limits() {
    let score = in_log_since(0, &bought_on(190), now());
    assert_eq!(score.recheck_at(), Some(day(220)));
    assert_eq!(
        in_log_since(0, &creator(20, 3, 15), now()).recheck_at(),
        None
    );
}
