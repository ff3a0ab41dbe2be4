//! Samples: people, and their events up to a time.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Duration, Utc};

use crate::simulation::{Town, TownConfig};
use renown_core::domain::{AccountId, Act, Event, EventId};
use renown_core::scoring::{Hierarchy, Model, Population};

/// Events of people, with a model and a time.
#[derive(Debug, Clone, Copy)]
pub struct TownSample<'a> {
    /// The scoring model.
    pub model: &'a Model,
    /// The hierarchy of topics.
    pub hierarchy: &'a Hierarchy,
    /// The events up to `as_of`, without duplicates and undone events.
    pub events: &'a [Event<AccountId>],
    /// The time of scoring.
    pub as_of: DateTime<Utc>,
    /// The accounts, by the names that a table may use.
    pub names: &'a HashMap<String, AccountId>,
}

impl TownSample<'_> {
    /// Returns the account that a table means by a name.
    pub fn find(&self, name: &str) -> Option<AccountId> {
        self.names.get(name).copied()
    }

    /// Builds the population of all accounts.
    pub fn population(&self) -> Population {
        Population::new(self.model, self.hierarchy, self.events, self.as_of)
    }
}

/// A simulated town in which every person is one account.
#[derive(Debug)]
pub struct Townsfolk {
    /// The town. An account's number is the person's index in it.
    pub town: Town,
    /// The events, without undone ones.
    pub events: Vec<Event<AccountId>>,
}

impl Townsfolk {
    /// Simulates the town of a seed. A tenth of its people are guests.
    pub fn new(seed: u64, people: usize) -> Self {
        let until: DateTime<Utc> = DateTime::UNIX_EPOCH + Duration::days(20_000);
        let town = Town::simulate(&TownConfig {
            seed,
            people,
            guests: people / 10,
            ..TownConfig::demo(until)
        });
        let mut accounts = HashMap::new();
        for (person, id) in town.people.iter().zip(0..) {
            for handle in &person.accounts {
                accounts.insert(handle, AccountId(id));
            }
        }
        let taken: HashSet<&EventId> = (town.events.iter())
            .filter_map(|event| match &event.act {
                Act::Undo { id } => Some(id),
                _ => None,
            })
            .collect();
        let counts = town.events.iter().filter(|event| {
            !matches!(event.act, Act::Undo { .. }) && !taken.contains(&event.key.id)
        });
        let events = counts.filter_map(|event| {
            // All actors live in the town.
            let act = event
                .act
                .try_map(|handle| accounts.get(handle).copied().ok_or(()));
            Some(Event {
                act: act.ok()?,
                key: event.key.clone(),
                time: event.time,
                network: event.network.clone(),
                object: event.object.clone(),
                topics: event.topics.clone(),
            })
        });
        Self {
            events: events.collect(),
            town,
        }
    }
}
