//! The cast: every character has the pattern that the story describes.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;

use super::*;
use renown_core::domain::{ReactionKind, Topic};

#[test]
fn the_cast_is_complete_and_named_once() {
    let cast = demo().cast();
    let roles: BTreeSet<TownRole> = cast.iter().map(|c| c.person.role).collect();
    assert_eq!(cast.len(), 10);
    assert_eq!(roles.len(), 10);
    assert_eq!(cast[0].person.accounts[0].to_string(), "twitter:kevin");
    assert!(cast.iter().all(|c| c.person.enrolled.is_some()));
}

#[test]
fn the_local_star_stands_clearly_above_every_guest() {
    let kevin = the(TownRole::LocalStar);
    let (reactors, contents) = (reactors_of(kevin), contents_of(kevin));
    assert!(reactors >= 500, "{reactors}");
    assert!(contents >= 80, "{contents}");
    for guest in demo()
        .guests()
        .filter(|guest| guest.role != TownRole::LocalStar)
    {
        assert!(reactors_of(guest) * 2 < reactors, "{}", guest.name);
        assert!(reactions_to(guest) * 2 < reactions_to(kevin));
    }
    for month in 0..4 {
        let from = until() - TimeDelta::days(120 - 30 * month);
        let times = received_by(kevin).into_iter().flat_map(|r| &r.times);
        let in_month = times.filter(|t| (from..from + TimeDelta::days(30)).contains(*t));
        assert!(in_month.count() >= 200, "month {month}");
    }
    let on_twitter = &received()[&kevin.accounts[0]].topics;
    let mut topics: Vec<&str> = on_twitter.keys().copied().collect();
    topics.sort_by_key(|topic| std::cmp::Reverse(on_twitter[topic]));
    assert_eq!(topics[0], "las-vegas");
    assert_eq!(
        BTreeSet::from_iter(topics),
        BTreeSet::from(["hotels", "las-vegas", "nightlife"])
    );
}

#[test]
fn the_other_stars_are_what_they_are_called() {
    let priya = the(TownRole::FarawayStar);
    assert!(reactors_of(priya) >= 150);
    let local = ["las-vegas", "hotels", "nightlife"];
    for received in received_by(priya) {
        assert!(
            local
                .iter()
                .all(|topic| !received.topics.contains_key(topic))
        );
    }
    let hank = the(TownRole::FadedStar);
    assert!(reactors_of(hank) >= 150);
    let season = until() - TimeDelta::days(84);
    let posts = events_of(hank).filter(|e| matches!(e.act, Act::Post { .. }));
    assert!(posts.into_iter().all(|e| e.time < season));
    let wendy = the(TownRole::OneHitWonder);
    assert_eq!((reactors_of(wendy), contents_of(wendy)), (300, 1));
    let nora = the(TownRole::Journalist);
    assert!(
        (50..250).contains(&reactors_of(nora)),
        "{}",
        reactors_of(nora)
    );
}

#[test]
fn nobody_reacts_to_the_bot() {
    let bot = the(TownRole::Bot);
    assert_eq!(count(events_of(bot), EventType::Post), 80 * 24 * 4);
    assert_eq!(reactions_to(bot), 0);
    let only = [EventType::Post, EventType::Profile];
    assert!(events_of(bot).all(|e| only.contains(&e.act.event_type())));
}

#[test]
fn the_cookie_expert_has_one_post_and_a_handful_of_likes_within_a_day() {
    let events: Vec<_> = events_of(the(TownRole::CookieExpert)).collect();
    assert_eq!(events.len(), 1 + 6);
    assert!(matches!(events[0].act, Act::Post { .. }));
    for like in &events[1..] {
        assert_eq!(like.act.event_type(), EventType::Like);
        assert_eq!(like.topics, [Topic::parse("cookies").unwrap()]);
        assert!(like.time - events[0].time <= TimeDelta::days(1));
    }
}

#[test]
fn the_pod_likes_its_own_every_post_and_few_others_do() {
    let pod = played_by(TownRole::PodMember);
    assert_eq!(pod.len(), 12);
    let accounts: BTreeSet<&Handle> = pod.iter().flat_map(|p| &p.accounts).collect();
    let mut likes: BTreeMap<&str, BTreeSet<&Handle>> = BTreeMap::new();
    let mut by_others = 0;
    for event in pod.iter().flat_map(|p| events_of(p)) {
        match (&event.act, &event.object) {
            (Act::Post { .. }, Some(object)) => {
                likes.entry(object.as_str()).or_default();
            }
            (
                Act::Reaction {
                    kind,
                    actor,
                    target,
                    ..
                },
                Some(object),
            ) => {
                if !accounts.contains(target) {
                    continue;
                }
                match actor.as_ref().filter(|actor| accounts.contains(actor)) {
                    Some(actor) if *kind == ReactionKind::Like => {
                        likes.entry(object.as_str()).or_default().insert(actor);
                    }
                    _ => by_others += 1,
                }
            }
            _ => {}
        }
    }
    assert!(likes.len() > 200);
    // The likes of a post in the last hour may lie outside the window.
    let complete = likes.values().filter(|by| by.len() == 11).count();
    assert!(complete + 2 >= likes.len());
    assert!(by_others * 10 < complete * 11, "{by_others}");
}

#[test]
fn nothing_is_known_of_newcomers() {
    let newcomers = played_by(TownRole::Newcomer);
    assert_eq!(newcomers.len(), 20);
    for newcomer in newcomers {
        assert!(newcomer.enrolled.unwrap() > until() - TimeDelta::days(30));
        assert_eq!(events_of(newcomer).count(), 0, "{}", newcomer.name);
    }
}

#[test]
fn the_good_customer_buys_and_does_nothing_else() {
    let grace = the(TownRole::GoodCustomer);
    let orders = count(events_of(grace), EventType::Purchase);
    assert!(orders >= 30, "{orders}");
    assert!(events_of(grace).all(|e| e.network.as_str() == "shop"));
}
