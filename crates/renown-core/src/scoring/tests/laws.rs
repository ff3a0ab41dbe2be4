//! Laws of scoring, tested on generated histories: they hold for all numbers of
//! a model.

use proptest::prelude::*;

use super::*;
use crate::scoring::explain;

pub(super) fn never_lower(before: &Score, after: &Score) -> Result<(), TestCaseError> {
    const ROUNDING: f64 = 1e-9;
    if let (Some(a), Some(b)) = (before.influence.score(), after.influence.score()) {
        prop_assert!(a <= b + ROUNDING, "influence fell from {a} to {b}");
    }
    if let (Some(a), Some(b)) = (before.influence.interval(), after.influence.interval()) {
        prop_assert!(
            a.lower <= b.lower + ROUNDING,
            "lower fell from {} to {}",
            a.lower,
            b.lower
        );
    }
    for (topic, a) in &before.topics {
        let b = &after.topics[topic];
        prop_assert!(
            a.influence <= b.influence + ROUNDING,
            "{topic}: {a:?} to {b:?}"
        );
        prop_assert!(a.lower <= b.lower + ROUNDING, "{topic}: {a:?} to {b:?}");
        prop_assert!(
            a.confidence.get() <= b.confidence.get() + ROUNDING,
            "{topic}: {a:?} to {b:?}"
        );
    }
    Ok(())
}

pub(super) fn is_genuine(event: &Event<AccountId>) -> bool {
    match event.act {
        Act::Reaction { kind, .. } => kind != ReactionKind::Dislike,
        Act::Follow { .. } => true,
        _ => false,
    }
}

fn close(a: &Score, b: &Score) -> Result<(), TestCaseError> {
    let flat = |score: &Score| -> Vec<f64> {
        let indices = [score.influence, score.value].into_iter();
        let ends = |i: Index| i.interval().map_or([-1.0; 2], |v| [v.lower, v.upper]);
        let of_index = indices.flat_map(|i| [i.score().unwrap_or(-1.0)].into_iter().chain(ends(i)));
        let of_topics = score.topics.values().flat_map(|t| {
            [
                t.influence,
                t.lower,
                t.confidence.get(),
                t.evidence,
                t.interest.get(),
            ]
        });
        of_index.chain(of_topics).collect()
    };
    prop_assert!(a.topics.keys().eq(b.topics.keys()));
    for (x, y) in flat(a).into_iter().zip(flat(b)) {
        prop_assert!((x - y).abs() < 1e-9, "{a:?} and {b:?}");
    }
    Ok(())
}

proptest! {
    #[test]
    fn a_genuine_positive_reaction_never_lowers_anything(
        events in history(), others in prop::collection::vec(history(), 0..3), habits in habits(), more in any_event(A).prop_filter("positive", is_genuine)
    ) {
        let model = Model::builtin();
        let states: Vec<AccountState> = others.iter().map(|events| fold(&model, events)).collect();
        let mut state = fold(&model, &events);
        for snapshot in [Snapshot::empty(now()), crowd(&model, &states, &[]), crowd(&model, &states, &habits)] {
            let before = score(&model, &snapshot, &alone(&state), now());
            state.fold(&model, &more);
            never_lower(&before, &score(&model, &snapshot, &alone(&state), now()))?;
            state = fold(&model, &events);
        }
    }

    #[test]
    fn on_a_topic_the_lower_end_is_at_most_the_influence_and_a_recheck_is_in_the_future(
        events in history(), others in prop::collection::vec(history(), 1..3), habits in habits()
    ) {
        let model = Model::builtin();
        let states: Vec<AccountState> = others.iter().map(|events| fold(&model, events)).collect();
        let snapshot = crowd(&model, &states, &habits);
        let state = fold(&model, &events);
        let score = score(&model, &snapshot, &alone(&state), now());
        for on_topic in score.topics.values() {
            prop_assert!(0.0 <= on_topic.lower && on_topic.lower <= on_topic.influence + 1e-9, "{on_topic:?}");
        }
        prop_assert!(score.recheck_at().is_none_or(|next| next > now()));
    }

    #[test]
    fn own_posts_change_no_influence(events in history(), day_of in 0..AS_OF_DAY) {
        let mut posted = events.clone();
        posted.push(on(event(70_000, day_of, Act::Post { author: A }), "new", &[0]));
        let (before, after) = (score_of(&events), score_of(&posted));
        prop_assert_eq!(before.influence, after.influence);
        for (topic, old) in &before.topics {
            prop_assert_eq!(old.influence, after.topics[topic].influence);
            prop_assert_eq!(old.confidence, after.topics[topic].confidence);
        }
    }

    #[test]
    fn reactions_of_the_members_own_accounts_never_raise_anything(
        events in history(), kind in prop::sample::select(&ReactionKind::ALL[..]), own in 1..3i64, object in 0..4u8, day_of in 0..AS_OF_DAY, habits in habits()
    ) {
        let model = Model::builtin();
        let selfish = on(event(70_000, day_of, reaction(kind, Some(own), A, 9)), &format!("1-{object}"), &[0]);
        let second = AccountState::new();
        let snapshot = crowd(&model, &[], &habits);
        let of = |state: &AccountState| {
            let member = MemberEvidence { accounts: vec![(A, state), (B, &second)], declared: vec![] };
            score(&model, &snapshot, &member, now())
        };
        let mut state = fold(&model, &events);
        let before = of(&state);
        state.fold(&model, &selfish);
        let after = of(&state);
        prop_assert_eq!(before.influence == Index::Unknown, after.influence == Index::Unknown);
        never_lower(&Score { topics: after.topics.iter().filter(|(t, _)| before.topics.contains_key(t)).map(|(t, s)| (t.clone(), *s)).collect(), ..after.clone() }, &before)?;
    }

    #[test]
    fn a_purchase_never_lowers_value(events in history(), amount in 1..1000u32, day_of in 0..AS_OF_DAY) {
        let mut bought = events.clone();
        let amount = format!("{amount} USD").parse().unwrap();
        bought.push(event(70_000, day_of, Act::Purchase { buyer: A, amount }));
        let (before, after) = (score_of(&events).value, score_of(&bought).value);
        if let (Some(a), Some(b)) = (before.score(), after.score()) {
            prop_assert!(a <= b + 1e-9, "value fell from {a} to {b}");
        }
        if let (Some(a), Some(b)) = (before.interval(), after.interval()) {
            prop_assert!(a.lower <= b.lower + 1e-9, "lower fell from {a:?} to {b:?}");
            prop_assert!(b.lower <= b.upper);
        }
    }

    #[test]
    fn a_reaction_counts_for_less_on_the_topic_that_its_topic_is_a_part_of(events in history()) {
        // Topic 1 is the parent of topic 0.
        let model = Model::builtin();
        let parents = Hierarchy::from([(topic(0), vec![topic(1)])]);
        let snapshot = SnapshotBuilder::new(&model, parents, now()).finish(SnapshotId(1), ReactionGraph::default());
        let on_child = events.into_iter().map(|mut event| {
            event.topics = vec![topic(0)];
            event
        });
        let state = fold(&model, &on_child.collect::<Vec<_>>());
        let score = score(&model, &snapshot, &alone(&state), now());
        let evidence = |on| score.topics.get(&on).map_or(0.0, |s: &TopicScore| s.evidence);
        let (child, parent) = (evidence(topic(0)), evidence(topic(1)));
        prop_assert!(parent <= child && (child == 0.0) == (parent == 0.0), "{child} {parent}");
    }

    #[test]
    fn order_of_arrival_does_not_matter(events in history(), others in prop::collection::vec(history(), 1..3), seed in any::<prop::sample::Index>()) {
        let model = Model::builtin();
        let states: Vec<AccountState> = others.iter().map(|events| fold(&model, events)).collect();
        // It knows how old the log is, on which the lower end depends.
        let snapshot = crowd(&model, &states, &[]);
        let score_of = |events: &[Event<AccountId>]| score(&model, &snapshot, &alone(&fold(&model, events)), now());
        let mut events = events;
        // Two events with one id would be duplicates, which never arrive.
        events.sort_by(|a, b| a.key.cmp(&b.key));
        events.dedup_by(|a, b| a.key == b.key);
        let before = score_of(&events);
        if !events.is_empty() {
            let at = seed.index(events.len());
            events.rotate_left(at);
            events.reverse();
        }
        close(&before, &score_of(&events))?;
    }

    #[test]
    fn folding_in_batches_with_restarts_between_equals_folding_at_once(
        events in history(), cuts in prop::collection::btree_set(0..40usize, 0..5), habits in habits()
    ) {
        let model = Model::builtin();
        let at_once = fold(&model, &events);
        let mut stepwise = AccountState::new();
        for (n, event) in events.iter().enumerate() {
            if cuts.contains(&n) {
                // Only the encoded state survives a restart.
                stepwise = AccountState::decode(&stepwise.encode()).unwrap();
            }
            stepwise.fold(&model, event);
        }
        let snapshot = crowd(&model, &[], &habits);
        let of = |state| score(&model, &snapshot, &alone(state), now());
        close(&of(&at_once), &of(&stepwise))?;
    }

    #[test]
    fn two_accounts_of_one_member_equal_one_person_with_both(first in history(), second in prop::collection::vec(any_event(B), 0..40)) {
        // Counts are pooled per account, and the latest profile or follow wins
        // per account: two accounts differ from one on purpose.
        let attributed = |e: &&Event<AccountId>| !matches!(e.act, Act::Reaction { actor: None, .. } | Act::Follow { .. } | Act::Profile { .. });
        let model = Model::builtin();
        let snapshot = Snapshot::empty(now());
        let one = fold(&model, first.iter().filter(attributed));
        let two = fold(&model, second.iter().filter(attributed));
        let both = fold(&model, first.iter().chain(&second).filter(attributed));
        let merged = MemberEvidence { accounts: vec![(A, &one), (B, &two)], declared: vec![] };
        close(&score(&model, &snapshot, &merged, now()), &score(&model, &snapshot, &alone(&both), now()))?;
    }

    #[test]
    fn contributions_add_up(events in history(), others in prop::collection::vec(history(), 0..2), habits in habits()) {
        let model = Model::builtin();
        let states: Vec<AccountState> = others.iter().map(|events| fold(&model, events)).collect();
        let state = fold(&model, &events);
        let snapshot = crowd(&model, &states, &habits);
        let score = score(&model, &snapshot, &alone(&state), now());
        let explanation = explain(&model, &snapshot, &alone(&state), now());
        prop_assert_eq!(score.influence.score(), explanation.influence.as_ref().map(|i| i.score));
        prop_assert_eq!(score.value.score(), explanation.value.as_ref().map(|v| v.score));
        check_sums(&explanation)?;
    }

    #[test]
    fn one_event_never_gives_a_confidence_above_a_fifth(
        more in any_event(A), count in 1..=u32::MAX, others in prop::collection::vec(history(), 0..3), habits in habits()
    ) {
        let model = Model::builtin();
        let mut event = more;
        event.time = now();
        if let Act::Reaction { count: times, .. } = &mut event.act {
            *times = count;
        }
        let states: Vec<AccountState> = others.iter().map(|events| fold(&model, events)).collect();
        for snapshot in [Snapshot::empty(now()), crowd(&model, &states, &habits)] {
            let score = score(&model, &snapshot, &alone(&fold(&model, [&event])), now());
            for on_topic in score.topics.values() {
                prop_assert!(on_topic.confidence.get() <= 0.2);
            }
        }
    }

    #[test]
    fn packing_loses_nothing(events in history(), habits in habits()) {
        let model = Model::builtin();
        let state = fold(&model, &events);
        prop_assert_eq!(AccountState::decode(&state.encode()).unwrap(), state.clone());
        let snapshot = crowd(&model, &[state], &habits);
        prop_assert_eq!(Snapshot::decode(&snapshot.encode()).unwrap(), snapshot);
    }

    #[test]
    fn damaged_bytes_are_refused_or_read_but_never_panic(events in history(), at in any::<prop::sample::Index>(), byte in any::<u8>(), junk in prop::collection::vec(any::<u8>(), 0..50)) {
        let mut bytes = fold(&Model::builtin(), &events).encode();
        prop_assert!(AccountState::decode(&bytes[..at.index(bytes.len())]).is_err());
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if let Ok(state) = AccountState::decode(&bytes) {
            let _ = score(&Model::builtin(), &Snapshot::empty(now()), &alone(&state), now());
        }
        let _ = AccountState::decode(&junk);
        let _ = Snapshot::decode(&junk);
    }
}
