//! Tests of scoring as a whole, on histories that are made here.

mod corrections;
mod laws;
mod more;
mod newcomers;
mod real_data;
mod scales;
mod support;

use std::collections::BTreeMap;

use chrono::{DateTime, Days, Utc};
use proptest::prelude::*;

use super::{
    AccountState, Edge, Explanation, Hierarchy, MemberEvidence, Model, ReactionGraph, Snapshot,
    SnapshotBuilder, score,
};
use crate::domain::*;

const A: AccountId = AccountId(1);
const B: AccountId = AccountId(2);
const AS_OF_DAY: u64 = 200;

fn day(day: u64) -> DateTime<Utc> {
    let start: DateTime<Utc> = "2026-01-01T00:00:00Z".parse().unwrap();
    start.checked_add_days(Days::new(day)).unwrap()
}

fn now() -> DateTime<Utc> {
    day(AS_OF_DAY)
}

fn topic(number: u8) -> Topic {
    Topic::parse(&format!("topic-{number}")).unwrap()
}

/// Returns an event with an id of its own.
fn event(id: usize, day_of: u64, act: Act<AccountId>) -> Event<AccountId> {
    Event {
        key: EventKey {
            source: Source::parse("test").unwrap(),
            id: EventId::parse(&format!("e{id:05}")).unwrap(),
        },
        time: day(day_of),
        network: Network::parse("twitter").unwrap(),
        object: None,
        topics: Vec::new(),
        act,
    }
}

fn reaction(
    kind: ReactionKind,
    actor: Option<i64>,
    target: AccountId,
    count: u32,
) -> Act<AccountId> {
    Act::Reaction {
        kind,
        actor: actor.map(AccountId),
        target,
        count,
    }
}

fn like(actor: i64) -> Act<AccountId> {
    reaction(ReactionKind::Like, Some(actor), A, 1)
}

fn on(mut event: Event<AccountId>, object: &str, topics: &[u8]) -> Event<AccountId> {
    event.object = Some(ObjectId::parse(object).unwrap());
    event.topics = topics.iter().map(|t| topic(*t)).collect();
    event
}

fn fold<'e>(model: &Model, events: impl IntoIterator<Item = &'e Event<AccountId>>) -> AccountState {
    let mut state = AccountState::new();
    events
        .into_iter()
        .for_each(|event| state.fold(model, event));
    state
}

fn alone(state: &AccountState) -> MemberEvidence<'_> {
    MemberEvidence {
        accounts: vec![(A, state)],
        declared: Vec::new(),
    }
}

fn score_of(events: &[Event<AccountId>]) -> Score {
    let model = Model::builtin();
    score(
        &model,
        &Snapshot::empty(now()),
        &alone(&fold(&model, events)),
        now(),
    )
}

/// Returns reactions of `reactors` people, `each` times, over contents and 90
/// days.
fn creator(reactors: usize, each: usize, contents: usize) -> Vec<Event<AccountId>> {
    let kinds = [
        ReactionKind::Like,
        ReactionKind::Like,
        ReactionKind::Reply,
        ReactionKind::Share,
    ];
    (0..reactors * each)
        .map(|n| {
            let act = reaction(
                kinds[n % kinds.len()],
                Some(100 + (n % reactors) as i64),
                A,
                1,
            );
            let day_of = AS_OF_DAY - 90 + (n * 90 / (reactors * each)) as u64;
            on(
                event(n, day_of, act),
                &format!("post-{}", n % contents),
                &[0],
            )
        })
        .collect()
}

fn influence(events: &[Event<AccountId>]) -> f64 {
    score_of(events).influence.score().unwrap()
}

/// Generates a positive event or a dislike, with or without an actor, on
/// contents and topics.
fn any_event(target: AccountId) -> impl Strategy<Value = Event<AccountId>> {
    let act = prop_oneof![
        8 => (prop::sample::select(&ReactionKind::ALL[..]), prop::option::of(10..20i64), 1..50u32)
            .prop_map(move |(kind, actor, count)| reaction(kind, actor, target, count)),
        1 => (10..20i64).prop_map(move |actor| Act::Follow { actor: Some(AccountId(actor)), target, count: 1 }),
        1 => (1..500u32).prop_map(move |count| Act::Follow { actor: None, target, count }),
        1 => Just(Act::Post { author: target }),
        1 => (0..100_000u64).prop_map(move |n| Act::Profile { account: target, metrics: Metrics { followers: Some(n), ..Metrics::default() } }),
        1 => (1..500u32).prop_map(move |n| Act::Purchase { buyer: target, amount: format!("{n} EUR").parse().unwrap() }),
    ];
    let object = prop::option::of(0..4u8);
    let topics = prop::collection::btree_set(0..3u8, 0..3);
    (act, object, topics, 0..AS_OF_DAY, any::<u16>()).prop_map(
        move |(act, object, topics, day, id)| {
            let mut event = event(usize::from(id), day, act);
            event.object = object.map(|o| ObjectId::parse(&format!("{}-{o}", target.0)).unwrap());
            event.topics = topics.into_iter().map(topic).collect();
            event
        },
    )
}

fn history() -> impl Strategy<Value = Vec<Event<AccountId>>> {
    prop::collection::vec(any_event(A), 0..40)
}

/// Generates reactions of other people: reactor, target and how often.
fn habits() -> impl Strategy<Value = Vec<(i64, i64, u64)>> {
    prop::collection::vec((1..20i64, 1..30i64, 1..20u64), 0..80)
}

/// Takes a snapshot of these members, with these reactions between people.
fn crowd(model: &Model, states: &[AccountState], habits: &[(i64, i64, u64)]) -> Snapshot {
    let members: Vec<MemberEvidence<'_>> = states.iter().map(alone).collect();
    let parents = Hierarchy::from([(topic(0), vec![topic(1)])]);
    let mut builder = SnapshotBuilder::new(model, parents, now());
    members.iter().for_each(|member| builder.add(member));
    let edges = habits.iter().map(|(reactor, target, reactions)| Edge {
        reactor: AccountId(*reactor),
        target: AccountId(*target),
        reactions: *reactions,
        latest: now(),
    });
    let graph = ReactionGraph::new(model, &BTreeMap::new(), edges, now());
    let mut snapshot = builder.finish(SnapshotId(1), graph);
    let scores: Vec<Score> = (members.iter())
        .map(|m| score(model, &snapshot, m, now()))
        .collect();
    snapshot.add_scores(&scores);
    snapshot
}

/// Checks that every level of an explanation adds up to the one above.
fn check_sums(explanation: &Explanation) -> Result<(), TestCaseError> {
    let same = |a: f64, b: f64| (a - b).abs() < 0.01;
    if let Some(influence) = &explanation.influence {
        let parts: f64 = influence.parts.iter().map(|part| part.points).sum();
        prop_assert!(
            same(parts, influence.score),
            "{parts} is not {}",
            influence.score
        );
        prop_assert!(influence.lower <= influence.score && influence.score <= influence.upper);
        for part in &influence.parts {
            let types: f64 = part.by_type.iter().map(|line| line.points).sum();
            let moments: f64 = part.moments.iter().map(|moment| moment.points).sum();
            prop_assert!(
                same(types, part.points) && same(moments, part.points),
                "{part:?}"
            );
        }
    }
    if let Some(value) = &explanation.value {
        prop_assert!(same(
            value.customer_points + value.frequency_points + value.money_points,
            value.score
        ));
        prop_assert!(value.lower <= value.score && value.score <= value.upper);
    }
    for topic in &explanation.topics {
        prop_assert!(same(
            topic.earned_points + topic.borrowed_points,
            topic.influence
        ));
        prop_assert!(topic.earned_points >= 0.0 && topic.borrowed_points >= -1e-9);
    }
    Ok(())
}
