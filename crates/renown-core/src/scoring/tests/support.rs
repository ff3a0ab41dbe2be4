//! Tests of what supports confidence on a topic: people, contents, and other
//! members.

use super::*;

/// Members on topic 0 with 1 to `n` reactors each, every one on a content of its
/// own.
fn rivals(model: &Model, n: usize) -> Vec<AccountState> {
    (1..=n)
        .map(|reactors| fold(model, &creator(reactors, 2, 5)))
        .collect()
}

fn confidence(rivals: &[AccountState], events: &[Event<AccountId>]) -> f64 {
    let model = Model::builtin();
    let snapshot = crowd(&model, rivals, &[]);
    let score = score(&model, &snapshot, &alone(&fold(&model, events)), now());
    score.topics[&topic(0)].confidence.get()
}

/// Reactions of one kind by people, on contents by number, or on none.
fn by_people(
    people: usize,
    kind: ReactionKind,
    content: impl Fn(usize) -> Option<usize>,
) -> Vec<Event<AccountId>> {
    (0..people)
        .map(|n| {
            let act = reaction(kind, Some(2_000 + n as i64), A, 1);
            let mut event = event(n, 150, act);
            event.topics = vec![topic(0)];
            event.object = content(n).map(|c| ObjectId::parse(&format!("c{c}")).unwrap());
            event
        })
        .collect()
}

#[test]
fn many_shares_of_one_content_are_one_content() {
    let others = rivals(&Model::builtin(), 12);
    let one = confidence(&others, &by_people(40, ReactionKind::Share, |_| Some(0)));
    let many = confidence(&others, &by_people(40, ReactionKind::Share, Some));
    assert!(one <= 1.0 / 3.0 && many > one, "{one} {many}");
}

#[test]
fn fifty_endorsements_of_the_person_are_not_nothing() {
    let others = rivals(&Model::builtin(), 12);
    let endorsed = confidence(&others, &by_people(50, ReactionKind::Endorse, |_| None));
    assert!(endorsed > 0.4, "{endorsed}");
    // One person who endorses fifty times is one person.
    let again = (0..50).flat_map(|n| {
        let mut one = by_people(1, ReactionKind::Endorse, |_| None);
        one[0].key.id = EventId::parse(&format!("again-{n}")).unwrap();
        one
    });
    let again: Vec<_> = again.collect();
    assert!(confidence(&others, &again) <= 0.2);
}

#[test]
fn counts_without_a_content_are_one_content() {
    let others = rivals(&Model::builtin(), 12);
    let counts: Vec<_> = (0..50)
        .map(|n| {
            let mut event = event(n, 150, reaction(ReactionKind::Like, None, A, 100));
            event.topics = vec![topic(0)];
            event
        })
        .collect();
    assert!(confidence(&others, &counts) <= 0.2);
}

#[test]
fn a_topic_without_other_members_makes_no_expert() {
    let model = Model::builtin();
    let own = creator(60, 4, 40);
    let alone_on_it = [fold(&model, &own)];
    assert_eq!(confidence(&alone_on_it, &own), 0.0);
    let mut few = rivals(&model, 2);
    few.push(fold(&model, &own));
    let known = confidence(&few, &own);
    let mut many = rivals(&model, 12);
    many.push(fold(&model, &own));
    let first = confidence(&many, &own);
    assert!(
        known <= 0.5 && first > 0.5 && first > known,
        "{known} {first}"
    );
}
