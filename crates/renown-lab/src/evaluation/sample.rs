//! What is looked at: people, and what they did up to a time.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Duration, Utc};

use crate::simulation::{Town, TownConfig};
use renown_core::domain::{AccountId, Act, Event, EventId};
use renown_core::scoring::{Hierarchy, Model, Population};

/// Events of people, under a model, as of a time.
#[derive(Debug, Clone, Copy)]
pub struct TownSample<'a> {
    /// What scores them.
    pub model: &'a Model,
    /// Which topics lie within which.
    pub hierarchy: &'a Hierarchy,
    /// Up to `as_of`, none twice or undone.
    pub events: &'a [Event<AccountId>],
    /// The time.
    pub as_of: DateTime<Utc>,
    /// Everybody by the names that a table may use.
    pub names: &'a HashMap<String, AccountId>,
}

impl TownSample<'_> {
    /// Whom a table means.
    pub fn find(&self, name: &str) -> Option<AccountId> {
        self.names.get(name).copied()
    }

    /// Everybody under one snapshot.
    pub fn population(&self) -> Population {
        Population::new(self.model, self.hierarchy, self.events, self.as_of)
    }
}

/// A simulated town, every person as one account.
#[derive(Debug)]
pub struct Townsfolk {
    /// Who they are; the number of an account is the position here.
    pub town: Town,
    /// What they did and did not undo.
    pub events: Vec<Event<AccountId>>,
}

impl Townsfolk {
    /// The town of a seed; a tenth of its people are guests.
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
            // Everybody who acts lives in the town.
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
