//! Events for load tests: as many as wanted, one after the other, in constant memory.
//!
//! They have what makes a real log hard on a database: a few accounts get most of the
//! reactions, posts draw bursts, platforms send some events twice and some late. They say
//! nothing about how good scores are; that is what [`simulation`](crate::simulation) is for.

use std::collections::VecDeque;

use chrono::{DateTime, Duration, Utc};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Geometric, Zipf};
use renown_core::domain::{
    Act, Event, EventId, EventKey, Handle, Network, ObjectId, ReactionKind, Source, Topic,
};

/// How many of the last events one may be sent again of.
const RECENT: usize = 1_000;
/// The most by which a late event is late.
const LATEST: Duration = Duration::days(7);
/// The topics of the events.
const TOPICS: [&str; 6] = [
    "las-vegas",
    "nightlife",
    "food",
    "hotels",
    "music",
    "travel",
];

/// The configuration of a load. The same configuration gives the same events.
#[derive(Debug, Clone, PartialEq)]
pub struct LoadConfig {
    /// The seed of all random draws.
    pub seed: u64,
    /// The number of accounts, at least 2.
    pub accounts: u32,
    /// The number of events.
    pub events: u64,
    /// The time of the last event; the others are evenly spread over the days before it.
    pub until: DateTime<Utc>,
    /// The number of these days, at least 1.
    pub days: u32,
    /// The exponent of popularity: the account of rank r gets a share of reactions in
    /// proportion to r to the power of minus this. Above 0; 1 is Zipf's law.
    pub skew: f64,
    /// The share of events after which a burst of reactions to one post begins, from 0 to 1.
    pub bursts: f64,
    /// The share of events that are sent again, from 0 to 1.
    pub duplicates: f64,
    /// The share of events that come up to seven days late, from 0 to 1.
    pub late: f64,
}

impl LoadConfig {
    /// Returns a configuration with the shares of a busy platform.
    pub fn new(accounts: u32, events: u64, until: DateTime<Utc>) -> Self {
        Self {
            seed: 2011,
            accounts,
            events,
            until,
            days: 30,
            skew: 1.1,
            bursts: 0.002,
            duplicates: 0.01,
            late: 0.02,
        }
    }
}

/// The events of a configuration, in the order in which they arrive.
#[derive(Debug)]
pub struct Load {
    config: LoadConfig,
    dice: ChaCha8Rng,
    popularity: Zipf<f64>,
    network: Network,
    source: Source,
    topics: Vec<Topic>,
    sent: u64,
    recent: VecDeque<Event<Handle>>,
    /// The target of the burst that is under way, and how many of its reactions are to come.
    burst: Option<(u32, ObjectId, u64)>,
}

impl Load {
    /// Begins a load. Values outside their ranges are moved into them.
    ///
    /// # Panics
    /// Never: the names that are parsed here are constants.
    pub fn new(config: LoadConfig) -> Self {
        let accounts = f64::from(config.accounts.max(2));
        let skew = config.skew.max(f64::MIN_POSITIVE);
        let topics = TOPICS.iter().map(|name| Topic::parse(name));
        Self {
            dice: ChaCha8Rng::seed_from_u64(config.seed),
            popularity: Zipf::new(accounts, skew).expect("both are above zero"),
            network: Network::parse("twitter").expect("it is a slug"),
            source: Source::parse("load").expect("it is a slug"),
            topics: topics.collect::<Result<_, _>>().expect("they are slugs"),
            sent: 0,
            recent: VecDeque::with_capacity(RECENT),
            burst: None,
            config,
        }
    }

    /// Returns the handle of the account with a number, from 0. The smaller the number, the
    /// more popular the account.
    ///
    /// # Panics
    /// Never: a letter and a number make a handle.
    pub fn handle(&self, account: u32) -> Handle {
        Handle::parse(&self.network, &format!("u{account}")).expect("it is a word")
    }

    fn popular(&mut self) -> u32 {
        // Zipf draws whole numbers from 1.
        self.popularity.sample(&mut self.dice) as u32 - 1
    }

    fn anyone(&mut self) -> u32 {
        self.dice.random_range(0..self.config.accounts.max(2))
    }

    fn chance(&mut self, share: f64) -> bool {
        self.dice.random::<f64>() < share
    }

    fn time(&mut self) -> DateTime<Utc> {
        let all = Duration::days(i64::from(self.config.days.max(1)));
        let left = (self.config.events - self.sent) as f64 / self.config.events as f64;
        let milliseconds = |span: Duration, share: f64| {
            Duration::milliseconds((span.num_milliseconds() as f64 * share) as i64)
        };
        let on_time = self.config.until - milliseconds(all, left);
        match self.chance(self.config.late) {
            true => on_time - milliseconds(LATEST, self.dice.random()),
            false => on_time,
        }
    }

    /// Draws what the next event is about: the account, the post, and whether it is its author
    /// who acts.
    fn subject(&mut self) -> (u32, ObjectId, bool) {
        if let Some((target, post, left)) = self.burst.take() {
            if left > 1 {
                self.burst = Some((target, post.clone(), left - 1));
            }
            return (target, post, false);
        }
        let target = self.popular();
        let writes = self.chance(0.15);
        let number = self.dice.random_range(0..20);
        let post = ObjectId::parse(&format!("u{target}/{number}")).expect("it has no white space");
        if self.chance(self.config.bursts) {
            // 50 reactions on average.
            let length = Geometric::new(0.02).map_or(0, |length| length.sample(&mut self.dice));
            self.burst = Some((target, post.clone(), length + 1));
        }
        (target, post, writes)
    }

    fn act(&mut self, target: u32, writes: bool) -> Act<Handle> {
        let target_handle = self.handle(target);
        if writes {
            return Act::Post {
                author: target_handle,
            };
        }
        let reactor = match self.anyone() {
            same if same == target => (same + 1) % self.config.accounts.max(2),
            other => other,
        };
        let actor = Some(self.handle(reactor));
        let kind = match self.dice.random_range(0..10) {
            0 => {
                return Act::Follow {
                    actor,
                    target: target_handle,
                    count: 1,
                };
            }
            1 => ReactionKind::Share,
            2 => ReactionKind::Reply,
            _ => ReactionKind::Like,
        };
        Act::Reaction {
            kind,
            actor,
            target: target_handle,
            count: 1,
        }
    }
}

impl Iterator for Load {
    type Item = Event<Handle>;

    fn next(&mut self) -> Option<Event<Handle>> {
        if self.sent == self.config.events {
            return None;
        }
        if !self.recent.is_empty() && self.chance(self.config.duplicates) {
            self.sent += 1;
            let again = self.dice.random_range(0..self.recent.len());
            return self.recent.get(again).cloned();
        }
        let time = self.time();
        let (target, post, writes) = self.subject();
        let act = self.act(target, writes);
        let topic = self.dice.random_range(0..self.topics.len());
        self.sent += 1;
        let event = Event {
            key: EventKey {
                source: self.source.clone(),
                id: EventId::parse(&format!("e{}", self.sent)).expect("it is a word"),
            },
            time,
            network: self.network.clone(),
            object: Some(post),
            topics: vec![self.topics[topic].clone()],
            act,
        };
        if self.recent.len() == RECENT {
            self.recent.pop_front();
        }
        self.recent.push_back(event.clone());
        Some(event)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use chrono::DateTime;

    use super::*;

    fn config() -> LoadConfig {
        let until = DateTime::UNIX_EPOCH + Duration::days(20_000);
        LoadConfig::new(10_000, 50_000, until)
    }

    #[test]
    fn a_configuration_gives_as_many_events_as_it_says_and_always_the_same() {
        let events: Vec<_> = Load::new(config()).collect();
        assert_eq!(events.len(), 50_000);
        assert!(Load::new(config()).eq(events));
    }

    #[test]
    fn a_few_accounts_get_most_reactions_and_some_posts_draw_bursts() {
        let mut got: BTreeMap<String, u32> = BTreeMap::new();
        let (mut longest, mut now, mut last) = (0, 0, None);
        for event in Load::new(config()) {
            if let Some(target) = event.act.target() {
                *got.entry(target.to_string()).or_default() += 1;
            }
            now = match last == event.object {
                true => now + 1,
                false => 1,
            };
            longest = longest.max(now);
            last = event.object;
        }
        let all: u32 = got.values().sum();
        let mut counts: Vec<u32> = got.into_values().collect();
        counts.sort_unstable_by(|a, b| b.cmp(a));
        let first: u32 = counts.iter().take(100).sum();
        assert!(first * 2 > all, "{first} of {all}");
        assert!(longest > 50, "{longest}");
    }

    #[test]
    fn some_events_come_twice_and_some_late() {
        let events: Vec<_> = Load::new(config()).collect();
        let keys: BTreeSet<_> = events.iter().map(|event| event.key.id.clone()).collect();
        let again = events.len() - keys.len();
        assert!((300..700).contains(&again), "{again}");
        let late = events.windows(2);
        let late = late.filter(|two| two[1].time < two[0].time - Duration::hours(1));
        assert!(late.count() > 500);
        assert!(events.iter().all(|event| event.time <= config().until));
    }
}
