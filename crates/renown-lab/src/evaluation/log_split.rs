//! Holding out the last part of a log: what the first part shows is compared
//! with what the members earned in the second.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};

use super::truth::{Row, Truth};
use renown_core::domain::{AccountId, Act, Event, ReactionKind, Topic};

/// A log that is split in time.
#[derive(Debug)]
pub struct LogSplit {
    /// The end of the first part.
    pub split: DateTime<Utc>,
    /// What every account earned in the second part: positive reactions by
    /// others. On a topic, the accounts that had a reaction on it before.
    pub truth: Truth,
    /// The accounts by the names that the truth uses.
    pub names: HashMap<String, AccountId>,
}

/// What an account got in one part of the log.
#[derive(Debug, Default)]
struct Got {
    reactions: f64,
    reactors: BTreeSet<AccountId>,
}

impl LogSplit {
    /// Splits a log so that the last `share` of its span is held out. Overall,
    /// only accounts with `reactors` distinct known reactors before the split
    /// are compared. `None` if there is no event.
    pub fn new(events: &[Event<AccountId>], share: f64, reactors: usize) -> Option<Self> {
        let times = || events.iter().map(|event| event.time);
        let (first, last) = (times().min()?, times().max()?);
        let span = (last - first).num_milliseconds() as f64;
        let split = last - chrono::Duration::milliseconds((span * share) as i64);
        let before = got(events.iter().filter(|event| event.time <= split));
        let after = got(events.iter().filter(|event| event.time > split));
        let row = |(place, got): (&(AccountId, Option<&Topic>), &Got)| Row {
            account: place.0.0.to_string(),
            topic: place.1.cloned(),
            gain: after.get(place).map_or(0.0, |got| got.reactions),
            past: Some(got.reactions),
            active: true,
        };
        let compared = |((_, topic), got): &(&(AccountId, Option<&Topic>), &Got)| {
            topic.is_some() || got.reactors.len() >= reactors
        };
        let accounts = before.keys().map(|(account, _)| *account);
        Some(Self {
            split,
            truth: Truth {
                rows: before.iter().filter(compared).map(row).collect(),
            },
            names: accounts.map(|id| (id.0.to_string(), id)).collect(),
        })
    }
}

/// Adds up positive reactions by others, by account, in all and on each topic.
fn got<'e>(
    events: impl Iterator<Item = &'e Event<AccountId>>,
) -> BTreeMap<(AccountId, Option<&'e Topic>), Got> {
    let mut all: BTreeMap<(AccountId, Option<&Topic>), Got> = BTreeMap::new();
    for event in events {
        let Act::Reaction {
            kind,
            actor,
            target,
            count,
        } = &event.act
        else {
            continue;
        };
        if *kind == ReactionKind::Dislike || actor.as_ref() == Some(target) {
            continue;
        }
        for topic in std::iter::once(None).chain(event.topics.iter().map(Some)) {
            let got = all.entry((*target, topic)).or_default();
            got.reactions += f64::from(*count);
            got.reactors.extend(*actor);
        }
    }
    all
}
