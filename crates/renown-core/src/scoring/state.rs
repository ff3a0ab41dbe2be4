//! The state of one account: a fold of the events whose subject is this
//! account. It does not depend on the order of arrival (beyond the last bits of
//! a float) or on events of other accounts.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::Model;
use super::decay::{Sums, instant};
use super::parts::Source;
use crate::domain::{AccountId, Act, Event, EventId, EventKey, Metrics, ObjectId, Topic};

/// Number of a set of topics within one state.
pub(super) type SetId = u32;

/// Number of a content within one state.
pub(super) type ContentId = u32;

/// What reactions are grouped by: their source, the content (if one was named)
/// and the set of topics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct About {
    pub(super) source: Source,
    pub(super) content: Option<ContentId>,
    pub(super) set: SetId,
}

/// A reactor's latest follow or unfollow: the greatest value wins.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Follow {
    pub(super) at: i64,
    pub(super) id: EventId,
    pub(super) follows: bool,
}

/// The latest counters of the account's profile.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Profile {
    pub(super) at: i64,
    pub(super) id: EventId,
    pub(super) metrics: Metrics,
}

/// The key of an order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum OrderKey {
    /// The object of the purchase, which a refund names.
    Named(ObjectId),
    /// The event of a purchase that names no order.
    Event(EventKey),
}

/// One order, in the model's base currency.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Order {
    /// Time of the latest purchase; `None` if only a refund is known so far.
    pub(super) at: Option<i64>,
    pub(super) paid: Decimal,
    pub(super) refunded: Decimal,
}

/// How a member showed interest in a topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Shown {
    Post,
    Purchase,
}

/// Everything that scoring needs to know of one account, without its events.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AccountState {
    pub(super) sets: BTreeMap<Box<[Topic]>, SetId>,
    pub(super) contents: BTreeMap<ObjectId, ContentId>,
    /// Keyed by reactor, so that one person's reactions are credited together,
    /// and by content, so that breadth knows whose reactions a content got.
    pub(super) reactions: BTreeMap<(AccountId, About), Sums>,
    /// Anonymous reactions, and counts.
    pub(super) crowd: BTreeMap<About, Sums>,
    pub(super) follows: BTreeMap<AccountId, Follow>,
    /// The earliest positive reaction or follow of those reactors of whom no
    /// entry above keeps that time: most reactors react to a content once, and
    /// for them this map has no entry.
    pub(super) earlier: BTreeMap<AccountId, i64>,
    pub(super) profile: Option<Profile>,
    pub(super) interest: BTreeMap<(Shown, SetId), Sums>,
    pub(super) orders: BTreeMap<OrderKey, Order>,
    /// Refunds that name no order.
    pub(super) loose_refunds: Decimal,
}

impl AccountState {
    /// Creates the state of an account without events.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one event. The caller ensures that the event's subject is this
    /// account, and that the event was neither folded before nor undone. An
    /// `undo` itself, a reaction to oneself and money in a currency without a
    /// rate have no effect.
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
            } if actor != target => self.follow(model, *actor, event, at, true),
            Act::Follow {
                actor: None, count, ..
            } => {
                let sums = Sums::one(f64::from(*count), at);
                let about = self.about(Source::Follow, None, &event.topics);
                add(&mut self.crowd, about, model, sums);
            }
            Act::Unfollow { actor, target } if actor != target => {
                self.follow(model, *actor, event, at, false);
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
        let about = self.about(source, event.object.as_ref(), &event.topics);
        match actor {
            Some(reactor) => {
                let known = self.reactions.get(&(reactor, about)).map(|known| known.at);
                if let Some(known) = known.filter(|known| *known != sums.at)
                    && source != Source::Dislike
                {
                    self.remember(model, reactor, known.min(sums.at));
                }
                add(&mut self.reactions, (reactor, about), model, sums);
            }
            None => add(&mut self.crowd, about, model, sums),
        }
    }

    fn follow(
        &mut self,
        model: &Model,
        reactor: AccountId,
        event: &Event<AccountId>,
        at: i64,
        follows: bool,
    ) {
        let word = Follow {
            at,
            id: event.key.id.clone(),
            follows,
        };
        let latest = self.follows.entry(reactor).or_insert_with(|| word.clone());
        if *latest == word {
            return;
        }
        let passed = match *latest < word {
            true => std::mem::replace(latest, word),
            false => word,
        };
        if passed.follows {
            self.remember(model, reactor, passed.at);
        }
    }

    /// Keeps the time of a reaction that no entry keeps, if the model asks for it.
    fn remember(&mut self, model: &Model, reactor: AccountId, at: i64) {
        if model.interval.newcomers.is_none() {
            return;
        }
        let earliest = self.earlier.entry(reactor).or_insert(at);
        *earliest = at.min(*earliest);
    }

    /// Returns the time of a reactor's first positive reaction or follow, if
    /// none of their entries keeps it; else the latest time there is.
    pub(super) fn earlier(&self, reactor: AccountId) -> i64 {
        self.earlier.get(&reactor).copied().unwrap_or(i64::MAX)
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

    pub(super) fn about(
        &mut self,
        source: Source,
        object: Option<&ObjectId>,
        topics: &[Topic],
    ) -> About {
        About {
            source,
            content: object.map(|object| number(&mut self.contents, object)),
            set: self.set_id(topics),
        }
    }

    fn set_id(&mut self, topics: &[Topic]) -> SetId {
        number(&mut self.sets, topics)
    }

    /// Returns the sets of topics in the order of their numbers.
    pub(super) fn topic_sets(&self) -> Vec<&[Topic]> {
        by_number(&self.sets).into_iter().map(|s| &**s).collect()
    }

    /// Returns the contents in the order of their numbers.
    pub(super) fn objects(&self) -> Vec<&ObjectId> {
        by_number(&self.contents)
    }
}

/// Returns the number of a key, and adds the key if it is new: a repeated key
/// is stored only once.
fn number<K, Q>(numbers: &mut BTreeMap<K, u32>, key: &Q) -> u32
where
    K: Ord + std::borrow::Borrow<Q>,
    Q: Ord + ToOwned + ?Sized,
    Q::Owned: Into<K>,
{
    if let Some(number) = numbers.get(key) {
        return *number;
    }
    let number = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
    numbers.insert(key.to_owned().into(), number);
    number
}

/// Returns the keys in the order of their numbers.
fn by_number<K>(numbers: &BTreeMap<K, u32>) -> Vec<&K> {
    let mut things: Vec<(&K, u32)> = numbers.iter().map(|(k, n)| (k, *n)).collect();
    things.sort_unstable_by_key(|(_, number)| *number);
    things.into_iter().map(|(thing, _)| thing).collect()
}

pub(super) fn add<K: Ord>(map: &mut BTreeMap<K, Sums>, key: K, model: &Model, sums: Sums) {
    map.entry(key)
        .and_modify(|old| old.add(&model.decay, &sums))
        .or_insert(sums);
}
