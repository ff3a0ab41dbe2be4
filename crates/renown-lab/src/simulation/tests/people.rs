//! The population: the distribution of reach, topics and purchases.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};

use super::*;
use crate::simulation::topics::TOPICS;
use renown_core::domain::Identity;

#[test]
fn reach_is_heavy_tailed() {
    let mut reach: Vec<u64> = demo().people.iter().map(reactions_to).collect();
    reach.sort_unstable();
    let total: u64 = reach.iter().sum();
    let top: u64 = reach[4_950..].iter().sum();
    let share = top as f64 / total as f64;
    assert!((0.15..0.5).contains(&share), "{share}");
    assert!((1..=6).contains(&reach[2_500]), "{}", reach[2_500]);
    assert!(reach[4_500] >= 20, "{}", reach[4_500]);
}

#[test]
fn topics_follow_zipf() {
    let mut posts: BTreeMap<&str, u64> = BTreeMap::new();
    let bot = the(TownRole::Bot);
    for event in &demo().events {
        if let Act::Post { author } = &event.act
            && !bot.accounts.contains(author)
        {
            for topic in &event.topics {
                *posts.entry(topic.as_str()).or_default() += 1;
            }
        }
    }
    assert_eq!(posts.len(), TOPICS.len(), "every topic is used");
    let most = posts.values().max().unwrap();
    assert_eq!(posts["las-vegas"], *most);
    assert!(posts["cookies"] * 5 < *most);
    assert!(posts["food"] > posts["weddings"]);
}

#[test]
fn no_identity_belongs_to_two_people() {
    let mut seen: BTreeSet<Identity> = BTreeSet::new();
    for person in &demo().people {
        assert!(!person.accounts.is_empty(), "{}", person.name);
        for identity in person.identities() {
            let read_back: Identity = identity.to_string().parse().unwrap();
            assert_eq!(read_back, identity);
            assert!(seen.insert(identity), "{}", person.name);
        }
        let shop = person.account_on("shop").map(Handle::name);
        assert_eq!(shop, person.loyalty.as_deref());
    }
}

#[test]
fn guests_are_known_to_the_hotel_and_citizens_are_not() {
    for person in &demo().people {
        let enrolled = person.enrolled.is_some();
        assert_eq!(enrolled, person.role != TownRole::Citizen);
        assert_eq!(enrolled, person.attributes.iter().count() > 0);
        assert!(person.enrolled.is_none_or(|at| at < until()));
        assert!(enrolled || person.email.is_none() && person.declared.is_empty());
    }
}

#[test]
fn buyers_differ_in_recency_frequency_and_money() {
    let mut orders: BTreeMap<&Handle, Vec<DateTime<Utc>>> = BTreeMap::new();
    let mut currencies: BTreeMap<&str, u32> = BTreeMap::new();
    let mut amounts = Vec::new();
    for event in &demo().events {
        if let Act::Purchase { buyer, amount } = &event.act {
            orders.entry(buyer).or_default().push(event.time);
            *currencies.entry(amount.currency().as_str()).or_default() += 1;
            amounts.push(amount.amount());
        }
    }
    assert!(orders.len() > 200, "{}", orders.len());
    let once = orders.values().filter(|times| times.len() == 1).count();
    let often = orders.values().filter(|times| times.len() >= 8).count();
    assert!(once > 60 && often > 10, "{once} once, {often} often");
    let month_ago = until() - TimeDelta::days(30);
    let lapsed = orders
        .values()
        .filter(|times| times.iter().all(|t| *t < month_ago));
    let lapsed = lapsed.count();
    assert!(lapsed > 50 && lapsed < orders.len() - 50, "{lapsed}");
    assert!(currencies["EUR"] > 20 && currencies["EUR"] * 5 < currencies["USD"]);
    amounts.sort();
    let (tenth, ninetieth) = (amounts[amounts.len() / 10], amounts[amounts.len() * 9 / 10]);
    assert!(ninetieth > tenth * rust_decimal::Decimal::from(5));
}

#[test]
fn guests_fill_the_steps_between_the_star_and_the_unknown() {
    let median = |role| {
        let mut reactors: Vec<usize> = played_by(role).into_iter().map(reactors_of).collect();
        reactors.sort_unstable();
        reactors[reactors.len() / 2]
    };
    let (insiders, regulars) = (
        played_by(TownRole::Insider).len(),
        played_by(TownRole::Regular).len(),
    );
    assert_eq!((insiders, regulars), (20, 60));
    assert!(median(TownRole::Insider) >= 2 * median(TownRole::Regular));
    assert!(2 * median(TownRole::Regular) >= 3 * median(TownRole::Guest).max(1));
}
