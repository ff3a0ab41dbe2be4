//! What the log says about one account: a fold of the events whose subject it
//! is. Nothing in it depends on the order of arrival (beyond the last bits of
//! a float) or on anybody else's events.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::Model;
use super::decay::{Sums, instant};
use super::parts::Source;
use crate::domain::{AccountId, Act, Event, EventId, EventKey, Metrics, ObjectId, Topic};

/// Number of a set of topics within one state.
pub(super) type SetId = u32;

/// Reactions of one reactor, of one source, on one set of topics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PairKey {
    pub(super) reactor: AccountId,
    pub(super) source: Source,
    pub(super) set: SetId,
}

/// Reactions to one content, of one source, on one set of topics.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ContentKey {
    pub(super) object: ObjectId,
    pub(super) source: Source,
    /// Whether nobody known did it.
    pub(super) crowd: bool,
    pub(super) set: SetId,
}

/// The latest word of one reactor on following: the greatest of these wins.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Follow {
    pub(super) at: i64,
    pub(super) id: EventId,
    pub(super) follows: bool,
}

/// The latest snapshot of the account's counters.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Profile {
    pub(super) at: i64,
    pub(super) id: EventId,
    pub(super) metrics: Metrics,
}

/// What an order is found by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum OrderKey {
    /// The object of the purchase, which a refund names.
    Named(ObjectId),
    /// A purchase that names no order: the event itself.
    Event(EventKey),
}

/// One order, in the model's base currency.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Order {
    /// Of its latest purchase; none if only a refund is known so far.
    pub(super) at: Option<i64>,
    pub(super) paid: Decimal,
    pub(super) refunded: Decimal,
}

/// How somebody showed that a topic interests them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Shown {
    Post,
    Purchase,
}

/// Everything that scoring needs to know of one account, without its events.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AccountState {
    pub(super) sets: BTreeMap<Box<[Topic]>, SetId>,
    pub(super) pairs: BTreeMap<PairKey, Sums>,
    pub(super) crowd: BTreeMap<(Source, SetId), Sums>,
    pub(super) contents: BTreeMap<ContentKey, Sums>,
    pub(super) follows: BTreeMap<AccountId, Follow>,
    pub(super) profile: Option<Profile>,
    pub(super) interest: BTreeMap<(Shown, SetId), Sums>,
    pub(super) orders: BTreeMap<OrderKey, Order>,
    /// Refunds that name no order.
    pub(super) loose_refunds: Decimal,
}

impl AccountState {
    /// The state of an account about which nothing is known.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one event. The caller has made sure that the event's subject is
    /// this account, that it was not folded before and that it is not undone;
    /// an `undo` itself, a reaction to oneself and money in a currency without
    /// a rate have no effect.
    pub fn fold(&mut self, model: &Model, event: &Event<AccountId>) {
        let at = instant(event.time);
        match &event.act {
            Act::Post { .. } => self.show(model, Shown::Post, event, at),
            Act::Reaction {
                kind,
                actor,
                target,
                count,
            } => {
                if actor.as_ref() != Some(target) {
                    let sums = Sums::one(f64::from(*count), at);
                    self.react(model, (*kind).into(), *actor, event, sums);
                }
            }
            Act::Follow {
                actor: Some(actor),
                target,
                ..
            } if actor != target => self.follow(*actor, event, at, true),
            Act::Follow {
                actor: None, count, ..
            } => {
                let sums = Sums::one(f64::from(*count), at);
                let set = self.set_id(&event.topics);
                add(&mut self.crowd, (Source::Follow, set), model, sums);
            }
            Act::Unfollow { actor, target } if actor != target => {
                self.follow(*actor, event, at, false);
            }
            Act::Follow { .. } | Act::Unfollow { .. } | Act::Undo { .. } => {}
            Act::Purchase { amount, .. } => {
                if let Some(paid) = model.rates().convert(amount) {
                    self.purchase(event, at, paid);
                    self.show(model, Shown::Purchase, event, at);
                }
            }
            Act::Refund { amount, .. } => {
                if let Some(refunded) = model.rates().convert(amount) {
                    self.refund(event, refunded);
                }
            }
            Act::Profile { metrics, .. } => self.profile(event, at, *metrics),
        }
    }

    fn react(
        &mut self,
        model: &Model,
        source: Source,
        actor: Option<AccountId>,
        event: &Event<AccountId>,
        sums: Sums,
    ) {
        let set = self.set_id(&event.topics);
        match actor {
            Some(reactor) => {
                let key = PairKey {
                    reactor,
                    source,
                    set,
                };
                add(&mut self.pairs, key, model, sums);
            }
            None => add(&mut self.crowd, (source, set), model, sums),
        }
        if let Some(object) = &event.object {
            let key = ContentKey {
                object: object.clone(),
                source,
                crowd: actor.is_none(),
                set,
            };
            add(&mut self.contents, key, model, sums);
        }
    }

    fn follow(&mut self, reactor: AccountId, event: &Event<AccountId>, at: i64, follows: bool) {
        let word = Follow {
            at,
            id: event.key.id.clone(),
            follows,
        };
        let latest = self.follows.entry(reactor).or_insert_with(|| word.clone());
        if *latest < word {
            *latest = word;
        }
    }

    fn profile(&mut self, event: &Event<AccountId>, at: i64, metrics: Metrics) {
        let rank = |p: &Profile| {
            let m = p.metrics;
            (
                p.at,
                p.id.clone(),
                m.followers,
                m.following,
                m.listed,
                m.posts,
            )
        };
        let new = Profile {
            at,
            id: event.key.id.clone(),
            metrics,
        };
        if self
            .profile
            .as_ref()
            .is_none_or(|old| rank(old) < rank(&new))
        {
            self.profile = Some(new);
        }
    }

    fn purchase(&mut self, event: &Event<AccountId>, at: i64, paid: Decimal) {
        let key = match &event.object {
            Some(object) => OrderKey::Named(object.clone()),
            None => OrderKey::Event(event.key.clone()),
        };
        let order = self.orders.entry(key).or_default();
        order.at = order.at.max(Some(at));
        order.paid = order.paid.saturating_add(paid);
    }

    fn refund(&mut self, event: &Event<AccountId>, refunded: Decimal) {
        let total = match &event.object {
            Some(object) => {
                let key = OrderKey::Named(object.clone());
                &mut self.orders.entry(key).or_default().refunded
            }
            None => &mut self.loose_refunds,
        };
        *total = total.saturating_add(refunded);
    }

    fn show(&mut self, model: &Model, how: Shown, event: &Event<AccountId>, at: i64) {
        if !event.topics.is_empty() {
            let set = self.set_id(&event.topics);
            add(&mut self.interest, (how, set), model, Sums::one(1.0, at));
        }
    }

    /// The number of a set of topics: the same sets come again and again, so
    /// that each is kept once.
    fn set_id(&mut self, topics: &[Topic]) -> SetId {
        if let Some(id) = self.sets.get(topics) {
            return *id;
        }
        let id = SetId::try_from(self.sets.len()).unwrap_or(SetId::MAX);
        self.sets.insert(topics.into(), id);
        id
    }

    /// The sets of topics by number.
    pub(super) fn topic_sets(&self) -> Vec<&[Topic]> {
        let mut sets: Vec<&[Topic]> = vec![&[]; self.sets.len()];
        for (topics, id) in &self.sets {
            sets[*id as usize] = topics;
        }
        sets
    }
}

fn add<K: Ord>(map: &mut BTreeMap<K, Sums>, key: K, model: &Model, sums: Sums) {
    map.entry(key)
        .and_modify(|old| old.add(&model.decay, &sums))
        .or_insert(sums);
}
