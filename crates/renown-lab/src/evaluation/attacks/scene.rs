//! A realistic population, and the events that an attacker adds to it.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Duration, Utc};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::evaluation::Townsfolk;
use crate::simulation::{Town, TownRole};
use renown_core::domain::{
    AccountId, Act, Event, EventId, EventKey, Network, ObjectId, ReactionKind, Score, Source, Topic,
};
use renown_core::scoring::{Hierarchy, Model, Population};

/// The first number of accounts that attackers make.
const FRESH: i64 = 1_000_000;
/// The source of the attack's events. Real sources and ids are longer, which
/// would only cost memory.
const SOURCE: &str = "attack";

/// A simulated town in which every person is one account.
pub(super) struct Scene {
    events: Vec<Event<AccountId>>,
    pub(super) now: DateTime<Utc>,
    /// Ordinary guests with a score, lowest first.
    pub(super) guests: Vec<AccountId>,
    /// People that never enrolled, the most active first.
    pub(super) citizens: Vec<AccountId>,
    /// Posts with their topics, by author.
    pub(super) posts: HashMap<AccountId, Vec<Post>>,
}

/// A post that others may react to.
#[derive(Debug, Clone)]
pub(super) struct Post {
    pub(super) object: ObjectId,
    pub(super) topics: Vec<Topic>,
    pub(super) time: DateTime<Utc>,
}

/// The scores of all accounts under one model and one set of events.
pub(super) type Scores = BTreeMap<AccountId, Score>;

impl Scene {
    /// Simulates the town of a seed, as of its last moment.
    pub(super) fn new(model: &Model, seed: u64, people: usize) -> Self {
        let Townsfolk { town, events } = Townsfolk::new(seed, people);
        let now = town.config.until;
        let mut scene = Self {
            posts: posts(&events),
            guests: Vec::new(),
            citizens: citizens(&town, &events),
            events,
            now,
        };
        let scores = scene.scores(model, Vec::new());
        let mut guests: Vec<(AccountId, f64)> = (town.people.iter().zip(0..))
            .filter(|(person, _)| {
                matches!(
                    person.role,
                    TownRole::Guest | TownRole::Regular | TownRole::Insider
                )
            })
            .filter_map(|(_, id)| {
                let score = scores.get(&AccountId(id))?.influence.score()?;
                Some((AccountId(id), score))
            })
            .collect();
        guests.sort_by(|a, b| a.1.total_cmp(&b.1));
        scene.guests = guests.into_iter().map(|(account, _)| account).collect();
        scene
    }

    /// Returns the scores of all accounts with additional events.
    pub(super) fn scores(&self, model: &Model, more: Vec<Event<AccountId>>) -> Scores {
        let mut events = self.events.clone();
        events.extend(more);
        Population::new(model, &Hierarchy::new(), &events, self.now).scores(model)
    }

    /// Returns the scene as it would be if only the last days had been logged.
    pub(super) fn of_last(&self, days: i64) -> Self {
        let from = self.now - Duration::days(days);
        let events = self.events.iter().filter(|event| event.time >= from);
        let posts = self.posts.iter().map(|(author, posts)| {
            let late = posts.iter().filter(|post| post.time >= from);
            (*author, late.cloned().collect())
        });
        Self {
            events: events.cloned().collect(),
            now: self.now,
            guests: self.guests.clone(),
            citizens: self.citizens.clone(),
            posts: posts.collect(),
        }
    }

    /// Returns the known accounts that reacted to a member or follow them.
    pub(super) fn reactors(&self, member: AccountId) -> HashSet<AccountId> {
        let reactors = self.events.iter().filter_map(|event| match &event.act {
            Act::Reaction { actor, target, .. } | Act::Follow { actor, target, .. } => {
                actor.filter(|_| *target == member)
            }
            _ => None,
        });
        reactors.collect()
    }

    /// Returns the five guests with the highest scores.
    pub(super) fn celebrities(&self) -> Vec<AccountId> {
        self.guests[self.guests.len().saturating_sub(5)..].to_vec()
    }

    /// Returns the ordinary guests at these shares of the order of scores.
    pub(super) fn guests_at(&self, shares: &[f64]) -> Vec<AccountId> {
        let last = self.guests.len().saturating_sub(1) as f64;
        let at = |share: &f64| self.guests.get((share * last) as usize).copied();
        shares.iter().filter_map(at).collect()
    }

    /// Returns the latest posts of an account, or a made-up post if it has
    /// none.
    pub(super) fn latest_posts(&self, of: AccountId, most: usize) -> Vec<Post> {
        let posts = self.posts.get(&of).map_or(&[][..], Vec::as_slice);
        match posts {
            [] => vec![Post {
                object: object(&format!("only-{}", of.0)),
                topics: Vec::new(),
                time: self.now - Duration::days(20),
            }],
            posts => posts[posts.len().saturating_sub(most)..].to_vec(),
        }
    }
}

fn posts(events: &[Event<AccountId>]) -> HashMap<AccountId, Vec<Post>> {
    let mut posts: HashMap<AccountId, Vec<Post>> = HashMap::new();
    for event in events {
        if let (Act::Post { author }, Some(object)) = (&event.act, &event.object) {
            posts.entry(*author).or_default().push(Post {
                object: object.clone(),
                topics: event.topics.clone(),
                time: event.time,
            });
        }
    }
    posts
}

fn citizens(town: &Town, events: &[Event<AccountId>]) -> Vec<AccountId> {
    let mut given: HashMap<AccountId, usize> = HashMap::new();
    for event in events {
        if let Act::Reaction {
            actor: Some(actor), ..
        } = &event.act
        {
            *given.entry(*actor).or_default() += 1;
        }
    }
    let mut citizens: Vec<(usize, AccountId)> = (town.people.iter().zip(0..))
        .filter(|(person, _)| person.role == TownRole::Citizen)
        .map(|(_, id)| {
            (
                given.get(&AccountId(id)).copied().unwrap_or(0),
                AccountId(id),
            )
        })
        .collect();
    citizens.sort_by_key(|(given, id)| (std::cmp::Reverse(*given), *id));
    citizens.into_iter().map(|(_, id)| id).collect()
}

/// The events of an attacker.
pub(super) struct Attack {
    pub(super) events: Vec<Event<AccountId>>,
    pub(super) dice: ChaCha8Rng,
    fresh: i64,
    network: Network,
    source: Source,
}

impl Attack {
    /// Starts without events. Each row draws from a random stream of its own.
    pub(super) fn new(seed: u64, row: u64) -> Self {
        let mut dice = ChaCha8Rng::seed_from_u64(seed);
        dice.set_stream(1_000 + row);
        Self {
            events: Vec::new(),
            dice,
            fresh: FRESH,
            network: Network::parse("twitter").expect("a slug"),
            source: Source::parse(SOURCE).expect("a source"),
        }
    }

    /// Creates new accounts.
    pub(super) fn fresh(&mut self, count: usize) -> Vec<AccountId> {
        let first = self.fresh;
        self.fresh += count as i64;
        (first..self.fresh).map(AccountId).collect()
    }

    /// Writes one event.
    pub(super) fn write(&mut self, time: DateTime<Utc>, post: Option<&Post>, act: Act<AccountId>) {
        let id = EventId::parse(&format!("a{}", self.events.len())).expect("a short id");
        self.events.push(Event {
            key: EventKey {
                source: self.source.clone(),
                id,
            },
            time,
            network: self.network.clone(),
            object: post.map(|post| post.object.clone()),
            topics: post.map_or_else(Vec::new, |post| post.topics.clone()),
            act,
        });
    }

    /// Writes a reaction by an account to one of these posts, chosen at random.
    pub(super) fn react(
        &mut self,
        time: DateTime<Utc>,
        kind: ReactionKind,
        actor: AccountId,
        target: AccountId,
        posts: &[Post],
    ) {
        let post = &posts[self.dice.random_range(0..posts.len())];
        let act = Act::Reaction {
            kind,
            actor: Some(actor),
            target,
            count: 1,
        };
        self.write(time.max(post.time), Some(post), act);
    }

    /// Returns a random time within the last `days` days.
    pub(super) fn lately(&mut self, now: DateTime<Utc>, days: i64) -> DateTime<Utc> {
        self.since(now - Duration::days(days), now)
    }

    /// Returns a random time after `from`, at most `now`.
    pub(super) fn since(&mut self, from: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
        let span = (now - from).num_seconds().max(1);
        now - Duration::seconds(self.dice.random_range(0..span))
    }
}

/// Parses the id of an object of the attack.
pub(super) fn object(name: &str) -> ObjectId {
    ObjectId::parse(name).expect("a short name is an object")
}
