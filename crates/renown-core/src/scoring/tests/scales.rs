//! Tests of what the built-in model promises in particular situations.

use super::*;

#[test]
fn a_typical_small_creator_is_about_20_and_75_takes_hundreds_of_people() {
    let small = influence(&creator(20, 3, 15));
    assert!((15.0..25.0).contains(&small), "{small}");
    let known = influence(&creator(200, 5, 60));
    assert!((65.0..80.0).contains(&known), "{known}");
    let star = influence(&creator(2000, 8, 100));
    assert!((90.0..100.0).contains(&star), "{star}");
}

#[test]
fn without_a_reaction_a_follow_or_a_profile_influence_is_unknown() {
    let posts = [on(event(0, 1, Act::Post { author: A }), "p", &[0])];
    let dislike = reaction(ReactionKind::Dislike, Some(9), A, 1);
    let disliked = [on(event(0, 1, dislike), "p", &[0])];
    let bought = [event(
        0,
        1,
        Act::Purchase {
            buyer: A,
            amount: "5 USD".parse().unwrap(),
        },
    )];
    let selfish = [event(0, 1, like(A.0))];
    let unfollowed = [event(
        0,
        1,
        Act::Unfollow {
            actor: B,
            target: A,
        },
    )];
    for events in [&[][..], &posts, &disliked, &bought, &selfish, &unfollowed] {
        assert_eq!(score_of(events).influence, Index::Unknown, "{events:?}");
    }
    assert_eq!(score_of(&posts).value, Index::Unknown);
    assert!(score_of(&bought).value.score().is_some());
    assert!(
        score_of(&[event(0, 1, like(9))])
            .influence
            .score()
            .is_some()
    );
}

#[test]
fn a_hundred_people_are_worth_five_times_one_person_who_reacts_a_hundred_times() {
    let many: Vec<_> = (0..100)
        .map(|n| event(n, 190, like(100 + n as i64)))
        .collect();
    let one: Vec<_> = (0..100).map(|n| event(n, 190, like(100))).collect();
    assert!(
        influence(&many) >= 5.0 * influence(&one),
        "{} and {}",
        influence(&many),
        influence(&one)
    );
    let ten: Vec<_> = one[..10].to_vec();
    let thousand: Vec<_> = (0..1000).map(|n| event(n, 190, like(100))).collect();
    assert!(influence(&thousand) <= 1.5 * influence(&ten));
}

#[test]
fn bare_counts_raise_the_lower_end_by_at_most_three_points() {
    let count = |n: usize, kind, count| event(90_000 + n, 199, reaction(kind, None, A, count));
    let bought = [
        count(0, ReactionKind::Reply, 3_530),
        count(1, ReactionKind::Like, 25_750),
        event(
            90_002,
            199,
            Act::Follow {
                actor: None,
                target: A,
                count: 5_100,
            },
        ),
    ];
    for base in [creator(1, 1, 1), creator(20, 3, 15), creator(200, 5, 60)] {
        let with: Vec<_> = base.iter().chain(&bought).cloned().collect();
        let lower =
            |events: &[Event<AccountId>]| score_of(events).influence.interval().unwrap().lower;
        assert!(lower(&with) - lower(&base) <= 3.0 + 1e-9);
    }
}

#[test]
fn twenty_friends_who_like_everything_make_no_expert() {
    let model = Model::builtin();
    let likes = (0..200).flat_map(|post| (0..20).map(move |friend| (post, friend)));
    let events: Vec<_> = (likes.enumerate())
        .map(|(n, (post, friend))| {
            on(
                event(n, post, like(100 + friend)),
                &format!("p{post}"),
                &[0],
            )
        })
        .collect();
    let state = fold(&model, &events);
    // With nothing known of the topic, and with no other member on it.
    let alone_on_it = crowd(&model, std::slice::from_ref(&state), &[]);
    for snapshot in [Snapshot::empty(now()), alone_on_it] {
        let score = score(&model, &snapshot, &alone(&state), now());
        let confidence = score.topics[&topic(0)].confidence.get();
        assert!(confidence <= 0.3, "{confidence}");
    }
}

#[test]
fn a_thousand_dislikes_take_little_and_only_from_the_topic() {
    let base = creator(200, 5, 60);
    let dislikes = (0..1000).map(|n| {
        let act = reaction(ReactionKind::Dislike, Some(50_000 + n as i64), A, 1);
        on(event(60_000 + n, 199, act), "post-1", &[0])
    });
    let disliked: Vec<_> = base.iter().cloned().chain(dislikes).collect();
    let (before, after) = (score_of(&base), score_of(&disliked));
    assert_eq!(before.influence, after.influence);
    let topic = topic(0);
    let lost = before.topics[&topic].influence - after.topics[&topic].influence;
    assert!(lost > 0.0 && lost <= 2.0, "{lost}");
}

#[test]
fn interest_is_shown_or_declared_and_earns_nothing() {
    let model = Model::builtin();
    let state = fold(
        &model,
        &[on(event(0, 199, Act::Post { author: A }), "p", &[0])],
    );
    let member = MemberEvidence {
        accounts: vec![(A, &state)],
        declared: vec![topic(1)],
    };
    let score = score(&model, &Snapshot::empty(now()), &member, now());
    let (shown, declared) = (&score.topics[&topic(0)], &score.topics[&topic(1)]);
    assert!(shown.interest.get() > 0.0 && declared.interest.get() >= 0.5);
    assert_eq!(
        (shown.influence, shown.confidence, shown.evidence),
        (0.0, Unit::ZERO, 0.0)
    );
}

#[test]
fn the_latest_word_on_following_wins_whatever_arrives_first() {
    let follow = event(
        0,
        10,
        Act::Follow {
            actor: Some(B),
            target: A,
            count: 1,
        },
    );
    let unfollow = event(
        1,
        20,
        Act::Unfollow {
            actor: B,
            target: A,
        },
    );
    for events in [[follow.clone(), unfollow.clone()], [unfollow, follow]] {
        assert_eq!(score_of(&events).influence, Index::Unknown);
    }
}

#[test]
fn a_refund_takes_back_its_order_in_whichever_order_they_arrive() {
    let buy = |n: usize, order: &str, amount: &str| {
        on(
            event(
                n,
                190,
                Act::Purchase {
                    buyer: A,
                    amount: amount.parse().unwrap(),
                },
            ),
            order,
            &[],
        )
    };
    let back = on(
        event(
            9,
            195,
            Act::Refund {
                buyer: A,
                amount: "110 USD".parse().unwrap(),
            },
        ),
        "o1",
        &[],
    );
    let all = [buy(0, "o1", "100 EUR"), buy(1, "o2", "40 USD"), back];
    let mut reversed = all.clone();
    reversed.reverse();
    let kept = score_of(&all[1..2]).value;
    assert_eq!(score_of(&all).value, kept);
    assert_eq!(score_of(&reversed).value, kept);
}

#[test]
fn a_celebrity_packs_into_few_bytes_a_reactor() {
    let model = Model::builtin();
    let events: Vec<_> = (0..30_000)
        .map(|n| {
            let act = like((n * 7919 % 15_000) as i64 * 31);
            let mut event = event(n, (n % 190) as u64, act);
            event.topics = vec![topic(0)];
            event
        })
        .collect();
    let bytes = fold(&model, &events).encode().len();
    assert!(bytes <= 15_000 * 45, "{bytes}");
}

#[test]
fn a_snapshot_knows_percentiles_persons_and_who_reacts_to_everything() {
    let model = Model::builtin();
    let states: Vec<AccountState> = (1..40).map(|n| fold(&model, &creator(n, 2, 5))).collect();
    let snapshot = crowd(&model, &states, &[]);
    let top = score(&model, &snapshot, &alone(&states[38]), now());
    let Index::Known { percentile, .. } = top.influence else {
        panic!("known")
    };
    assert!(percentile.unwrap() > 95.0);
    // Account 100 reacts to all members, 138 to one.
    assert!(
        snapshot.credibility(AccountId(100)).selectivity
            < snapshot.credibility(AccountId(138)).selectivity
    );

    let mut builder = SnapshotBuilder::new(&model, Hierarchy::new(), now());
    builder.add(&MemberEvidence {
        accounts: vec![(A, &states[0]), (B, &states[1])],
        declared: vec![],
    });
    assert_eq!(
        builder
            .finish(SnapshotId(2), ReactionGraph::default())
            .person(B),
        A
    );
}

#[test]
fn a_follow_is_worth_about_a_like_and_fades_slowly() {
    let follow = |day_of| {
        let act = Act::Follow {
            actor: Some(B),
            target: A,
            count: 1,
        };
        influence(&[event(0, day_of, act)])
    };
    let fresh_like = influence(&[event(0, AS_OF_DAY, like(9))]);
    assert!(follow(AS_OF_DAY) > 0.3 * fresh_like && follow(AS_OF_DAY) < 2.0 * fresh_like);
    assert!(follow(AS_OF_DAY - 180) > 0.8 * follow(AS_OF_DAY));
    let liked_too = [
        event(0, 10, like(2)),
        event(
            1,
            10,
            Act::Follow {
                actor: Some(B),
                target: A,
                count: 1,
            },
        ),
    ];
    assert!(influence(&liked_too) > follow(10));
}
