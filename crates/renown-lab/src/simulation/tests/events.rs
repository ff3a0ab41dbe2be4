//! The town as a whole: its numbers, the form of every event, and
//! reproducibility.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};

use super::*;
use renown_core::domain::{EventKey, Topic};

#[test]
fn the_same_configuration_gives_the_same_town() {
    let once = fingerprint(&Town::simulate(&small(1)));
    assert_eq!(once, fingerprint(&Town::simulate(&small(1))));
    assert_ne!(once, fingerprint(&Town::simulate(&small(2))));
    let again = Town::simulate(&TownConfig::demo(until()));
    assert_eq!(fingerprint(demo()), fingerprint(&again));
}

#[test]
fn counts_are_within_what_the_demo_needs() {
    let town = demo();
    assert_eq!(town.people.len(), 5_000);
    assert_eq!(town.guests().count(), 400);
    let events = town.events.len();
    assert!((120_000..220_000).contains(&events), "{events}");
    for (kind, at_least) in [
        (EventType::Post, 25_000),
        (EventType::Like, 30_000),
        (EventType::Reply, 5_000),
        (EventType::Share, 5_000),
        (EventType::Mention, 1_000),
        (EventType::Save, 1_000),
        (EventType::Dislike, 100),
        (EventType::Follow, 5_000),
        (EventType::Unfollow, 300),
        (EventType::List, 300),
        (EventType::Endorse, 800),
        (EventType::Purchase, 1_000),
        (EventType::Refund, 20),
        (EventType::Profile, 1_000),
        (EventType::Undo, 50),
    ] {
        let found = count(town.events.iter(), kind);
        assert!(found >= at_least, "{}: {found}", kind.as_str());
    }
    for network in ["twitter", "bluesky", "mastodon", "github", "shop"] {
        let here = town.events.iter().filter(|e| e.network.as_str() == network);
        let found = here.count();
        assert!(found >= 1_000, "{network}: {found}");
    }
}

#[test]
fn some_reactions_have_names_some_have_none_and_some_are_counts() {
    let (mut named, mut nameless, mut counts) = (0, 0, 0);
    for event in &demo().events {
        if let Act::Reaction { actor, count, .. } = &event.act {
            match (actor, count) {
                (Some(_), count) => {
                    assert_eq!(*count, 1, "whoever is named reacts once");
                    named += 1;
                }
                (None, 1) => nameless += 1,
                (None, _) => counts += 1,
            }
        }
    }
    assert!(named > 40_000, "{named}");
    assert!(nameless > 8_000, "{nameless}");
    assert!(counts > 1_000, "{counts}");
}

#[test]
fn events_lie_in_the_window_in_order_with_keys_of_their_own() {
    let town = demo();
    let window = until() - TimeDelta::days(120)..until();
    assert!(town.events.iter().all(|e| window.contains(&e.time)));
    assert!(town.events.is_sorted_by_key(|e| e.time));
    let keys: BTreeSet<&EventKey> = town.events.iter().map(|e| &e.key).collect();
    assert_eq!(keys.len(), town.events.len());
}

#[test]
fn every_event_is_about_accounts_of_the_town_on_its_network() {
    let accounts = demo().people.iter().flat_map(|p| &p.accounts);
    let accounts: BTreeSet<&Handle> = accounts.collect();
    for event in &demo().events {
        let source = format!("town-{}", event.network);
        assert_eq!(event.key.source.as_str(), source);
        let undo = matches!(event.act, Act::Undo { .. });
        assert_eq!(event.act.subject().is_none(), undo, "{:?}", event.key);
        for who in [event.act.actor(), event.act.target()]
            .into_iter()
            .flatten()
        {
            assert!(accounts.contains(who), "{:?}", event.key);
            assert_eq!(*who.network(), event.network);
        }
        let ascending = |pair: &[Topic]| pair[0] < pair[1];
        assert!(event.topics.windows(2).all(ascending), "{:?}", event.key);
    }
}

#[test]
fn reactions_come_after_the_post_and_soon() {
    let mut posts = BTreeMap::new();
    let mut delays = Vec::new();
    for event in &demo().events {
        match (&event.act, &event.object) {
            (Act::Post { author }, Some(object)) => {
                let twice = posts.insert(object, (author, event.time));
                assert!(twice.is_none(), "{object} was posted twice");
            }
            (Act::Post { .. }, None) => panic!("{:?} has no object", event.key),
            (Act::Reaction { target, .. }, Some(object)) => {
                let (author, posted) = posts[object];
                assert_eq!(author, target);
                delays.push(event.time - posted);
            }
            _ => {}
        }
    }
    delays.sort();
    let quantile = |q: f64| delays[(delays.len() as f64 * q) as usize];
    assert!(quantile(0.5) < TimeDelta::hours(6));
    assert!(quantile(0.95) > TimeDelta::days(1), "and some come late");
}

#[test]
fn what_is_taken_back_was_done_before() {
    let mut done = BTreeMap::new();
    let mut orders = BTreeMap::new();
    let mut follows = BTreeSet::new();
    for event in &demo().events {
        match &event.act {
            Act::Undo { id } => {
                let undone: Option<EventType> = done.get(&(&event.key.source, id)).copied();
                assert_eq!(undone, Some(EventType::Like));
            }
            Act::Purchase { buyer, amount } => {
                orders.insert(event.object.as_ref().unwrap(), (buyer, amount));
            }
            Act::Refund { buyer, amount } => {
                let (who, paid) = orders[event.object.as_ref().unwrap()];
                assert_eq!(who, buyer);
                assert_eq!(paid.currency(), amount.currency());
                assert!(amount.amount() <= paid.amount());
            }
            Act::Follow {
                actor: Some(actor),
                target,
                ..
            } => {
                follows.insert((actor, target));
            }
            Act::Unfollow { actor, target } => {
                assert!(follows.contains(&(actor, target)), "{:?}", event.key);
            }
            _ => {}
        }
        done.insert((&event.key.source, &event.key.id), event.act.event_type());
    }
}

#[test]
fn any_configuration_is_brought_into_range() {
    let least = TownConfig {
        seed: 0,
        people: 0,
        guests: 0,
        days: 0,
        until: DateTime::<Utc>::MIN_UTC,
        bot_minutes: 0,
        pod: 0,
    };
    let town = Town::simulate(&TownConfig {
        bot_minutes: 600,
        ..least.clone()
    });
    assert_eq!((town.people.len(), town.guests().count()), (120, 60));
    assert_eq!(town.cast().len(), 10);
    let most = TownConfig {
        seed: u64::MAX,
        people: usize::MAX,
        guests: usize::MAX,
        days: u32::MAX,
        until: DateTime::<Utc>::MAX_UTC,
        bot_minutes: u32::MAX,
        pod: usize::MAX,
    };
    for config in [least, most] {
        let inside = config.in_range();
        assert_eq!(inside, inside.in_range(), "once is enough");
        assert!(inside.guests * 2 <= inside.people && inside.pod * 2 <= inside.guests);
    }
    // Fractions of a second are dropped, so that the current time may be passed
    // as it is.
    let config = small(3);
    let later = TownConfig {
        until: config.until + TimeDelta::milliseconds(700),
        ..config.clone()
    };
    assert_eq!(Town::simulate(&later), Town::simulate(&config));
}
