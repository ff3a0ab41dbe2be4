//! Baselines: what simpler methods say about the same events.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rust_decimal::prelude::ToPrimitive;

use renown_core::domain::{AccountId, Act, Event, ReactionKind, Topic};
use renown_core::scoring::{Edge, Model, ReactionGraph};

/// A number for each account, overall and by topic.
#[derive(Debug, Default)]
pub struct Baseline {
    /// The name of the method.
    pub name: &'static str,
    overall: HashMap<AccountId, f64>,
    topics: HashMap<(AccountId, Topic), f64>,
}

impl Baseline {
    fn named(name: &'static str) -> Self {
        Self {
            name,
            ..Self::default()
        }
    }

    fn add(&mut self, account: AccountId, topics: &[Topic], amount: f64) {
        *self.overall.entry(account).or_default() += amount;
        for topic in topics {
            *self.topics.entry((account, topic.clone())).or_default() += amount;
        }
    }

    /// Returns the number of an account, overall or on a topic; 0 if there is
    /// none.
    pub fn of(&self, account: AccountId, topic: Option<&Topic>) -> f64 {
        let said = match topic {
            None => self.overall.get(&account),
            Some(topic) => self.topics.get(&(account, topic.clone())),
        };
        said.copied().unwrap_or(0.0)
    }
}

/// Computes all baselines. `events` are those up to the time of the evaluation.
pub fn baselines(model: &Model, events: &[Event<AccountId>], seed: u64) -> Vec<Baseline> {
    let mut posts = Baseline::named("own posts");
    let mut reactions = Baseline::named("raw reactions");
    let mut reactors = Baseline::named("distinct reactors");
    let mut orders = Baseline::named("number of orders");
    let mut spent = Baseline::named("past spend");
    let mut known: BTreeSet<(AccountId, AccountId, Option<&Topic>)> = BTreeSet::new();
    for event in events {
        match &event.act {
            Act::Post { author } => posts.add(*author, &event.topics, 1.0),
            Act::Reaction {
                kind,
                actor,
                target,
                count,
            } if *kind != ReactionKind::Dislike && actor.as_ref() != Some(target) => {
                reactions.add(*target, &event.topics, f64::from(*count));
                for topic in std::iter::once(None).chain(event.topics.iter().map(Some)) {
                    if let Some(actor) = actor
                        && known.insert((*target, *actor, topic))
                    {
                        let place = match topic {
                            None => reactors.overall.entry(*target).or_default(),
                            Some(topic) => {
                                reactors.topics.entry((*target, topic.clone())).or_default()
                            }
                        };
                        *place += 1.0;
                    }
                }
            }
            Act::Purchase { buyer, amount } => {
                orders.add(*buyer, &[], 1.0);
                let worth = model
                    .rates()
                    .convert(amount)
                    .and_then(|worth| worth.to_f64());
                spent.add(*buyer, &[], worth.unwrap_or(0.0));
            }
            _ => {}
        }
    }
    let mut all = vec![random(events, seed), posts, reactions, reactors];
    all.push(pagerank(model, events));
    all.extend(
        [orders, spent]
            .into_iter()
            .filter(|b| !b.overall.is_empty()),
    );
    all
}

fn random(events: &[Event<AccountId>], seed: u64) -> Baseline {
    let mut dice = ChaCha8Rng::seed_from_u64(seed);
    let mut random = Baseline::named("random");
    let mut places: BTreeSet<(AccountId, Option<&Topic>)> = BTreeSet::new();
    for event in events {
        if let Some(account) = event.act.subject() {
            places.insert((*account, None));
            places.extend(event.topics.iter().map(|topic| (*account, Some(topic))));
        }
    }
    for (account, topic) in places {
        let said = dice.random::<f64>();
        match topic {
            None => random.overall.insert(account, said),
            Some(topic) => random.topics.insert((account, topic.clone()), said),
        };
    }
    random
}

/// Computes PageRank without seeds on all reactions. An account has the same
/// number on each of its topics.
fn pagerank(model: &Model, events: &[Event<AccountId>]) -> Baseline {
    let mut baseline = Baseline::named("unseeded PageRank");
    let Some(latest) = events.iter().map(|event| event.time).max() else {
        return baseline;
    };
    let edges = events.iter().filter_map(Edge::of);
    let graph = ReactionGraph::new(model, &BTreeMap::new(), edges, latest);
    baseline.overall = graph.pagerank(model).into_iter().collect();
    for event in events {
        if let Some(account) = event.act.subject()
            && let Some(rank) = baseline.overall.get(account)
        {
            let topics = event.topics.iter();
            (baseline.topics).extend(topics.map(|topic| ((*account, topic.clone()), *rank)));
        }
    }
    baseline
}
