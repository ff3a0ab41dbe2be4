//! Value: what a member buys, by recency, frequency and money.
//!
//! Follows the models of repeat purchases (BG/NBD: Fader, Hardie and Lee,
//! *Counting Your Customers the Easy Way*, Marketing Science 2005): a first
//! purchase makes a customer. The next is predicted by how often and how
//! recently they came back, and then by what they spend.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::Model;
use super::decay::MS_PER_DAY;
use super::evidence::MemberEvidence;
use super::gamma::{lower_share, upper_count};
use super::state::Order;
use crate::domain::Interval;

/// A member's purchases, less refunds.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Purchases {
    /// The largest share of an order that was kept: 1 if some order was not
    /// refunded at all, 0 if everything was refunded.
    pub(super) customer: f64,
    /// Days with a purchase after the first such day, decayed. Two orders on
    /// the same day are not a return.
    pub(super) returns: f64,
    /// Amount paid less refunds, decayed, in the base currency.
    pub(super) money: f64,
    /// Number of orders, not decayed.
    pub(super) count: u64,
}

/// Adds up the orders of all accounts; `None` if there was never a purchase.
pub(super) fn purchases(model: &Model, member: &MemberEvidence<'_>, now: i64) -> Option<Purchases> {
    let mut found = Purchases::default();
    let mut bought = false;
    // By day: the largest kept share of an order, and the time of the latest
    // order.
    let mut days: BTreeMap<i64, (f64, i64)> = BTreeMap::new();
    for (_, state) in &member.accounts {
        let kept: Decimal = state
            .orders
            .values()
            .map(Order::kept)
            .fold(Decimal::ZERO, Decimal::saturating_add);
        // Refunds that name no order reduce all orders of the account by the
        // same share.
        let left = match kept > Decimal::ZERO {
            true => 1.0 - number(state.loose_refunds) / number(kept),
            false => 0.0,
        };
        for order in state.orders.values() {
            let Some(at) = order.at else { continue };
            bought = true;
            if order.paid > Decimal::ZERO {
                // A partly refunded order counts in part.
                let share = left.max(0.0) * number(order.kept()) / number(order.paid);
                found.money += share * number(order.paid) * fading(model, at, now);
                found.count += 1;
                let day = days.entry(at.div_euclid(MS_PER_DAY)).or_insert((0.0, at));
                *day = (day.0.max(share), day.1.max(at));
            }
        }
    }
    let kept = days.values().filter(|(share, _)| *share > 0.0);
    found.customer = kept.clone().map(|(share, _)| *share).fold(0.0, f64::max);
    found.returns = (kept.skip(1))
        .map(|(share, at)| share * fading(model, *at, now))
        .sum();
    bought.then_some(found)
}

/// Returns the time of the order with which a member had spent what makes a seed
/// of trust, less refunds; of the first order, if the model asks for no amount.
/// `None` if that never happened.
pub(super) fn spent_at(model: &Model, member: &MemberEvidence<'_>) -> Option<i64> {
    let states = member.accounts.iter().map(|(_, state)| state);
    let mut orders: Vec<(i64, f64)> = (states.clone())
        .flat_map(|state| state.orders.values())
        .filter_map(|order| Some((order.at?, number(order.kept()))))
        .collect();
    orders.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let asked = model.trust.seeds.map_or(0.0, |seeds| seeds.spend.get());
    let loose: f64 = states.map(|state| number(state.loose_refunds)).sum();
    let mut spent = -if asked > 0.0 { loose } else { 0.0 };
    orders.into_iter().find_map(|(at, kept)| {
        spent += kept;
        (spent >= asked).then_some(at)
    })
}

fn fading(model: &Model, at: i64, now: i64) -> f64 {
    let decay = model.value.decay.as_ref().unwrap_or(&model.decay);
    decay.mix(decay.factors(at, now))
}

impl Order {
    /// Returns the amount paid and not refunded.
    pub(super) fn kept(&self) -> Decimal {
        self.paid.saturating_sub(self.refunded).max(Decimal::ZERO)
    }
}

fn number(amount: Decimal) -> f64 {
    amount.to_f64().unwrap_or(0.0)
}

/// Returns the terms of the sum: being a customer, frequency and money.
pub(super) fn terms(model: &Model, purchases: Purchases) -> [f64; 3] {
    let Purchases {
        customer,
        returns,
        money,
        ..
    } = purchases;
    let model = &model.value;
    let returning = returns / (returns + model.returning.get());
    [
        model.first.get() * customer,
        model.frequency.of(returns),
        returning * model.money.of(money),
    ]
}

/// Returns the value score, from 0 to 100; non-decreasing in every purchase.
pub(super) fn score(model: &Model, purchases: Purchases) -> f64 {
    model
        .value
        .map
        .anchors
        .score(terms(model, purchases).iter().sum())
}

/// Returns the 90 % interval. The returns are treated as a count drawn from a
/// rate, where one return counts what a usual one has left after decay
/// (`observation`). That the member is a customer is certain.
pub(super) fn interval(model: &Model, purchases: Purchases) -> Interval {
    let observation = model.value.observation.get();
    let n = purchases.returns / observation;
    let with = |n_true: f64| {
        let returns = n_true * observation;
        let money = match n > 0.0 {
            true => purchases.money * n_true / n,
            false => purchases.money,
        };
        let with = Purchases {
            returns,
            money,
            ..purchases
        };
        score(model, with)
    };
    Interval {
        lower: with(n * lower_share(n)),
        upper: with(upper_count(n)),
    }
}
