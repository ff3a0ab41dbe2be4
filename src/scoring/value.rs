//! Value: what a member buys, by recency, frequency and money.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::Model;
use super::decay::Sums;
use super::evidence::MemberEvidence;
use super::gamma::{lower_share, upper_count};
use super::state::Order;
use crate::domain::Interval;

/// Decayed orders and money: recency is in the decay.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Purchases {
    /// Orders of which something was kept.
    pub(super) orders: f64,
    /// What was paid for them, in the base currency.
    pub(super) money: f64,
    /// Undecayed number of orders.
    pub(super) count: u64,
}

/// Adds up the orders of all accounts; none if nothing was ever bought.
pub(super) fn purchases(model: &Model, member: &MemberEvidence<'_>, now: i64) -> Option<Purchases> {
    let mut found = Purchases::default();
    let mut bought = false;
    for (_, state) in &member.accounts {
        let kept: Decimal = state
            .orders
            .values()
            .map(Order::kept)
            .fold(Decimal::ZERO, Decimal::saturating_add);
        // Refunds that name no order lower all of the account's alike.
        let left = match kept > Decimal::ZERO {
            true => 1.0 - number(state.loose_refunds) / number(kept),
            false => 0.0,
        };
        for order in state.orders.values() {
            let Some(at) = order.at else { continue };
            bought = true;
            if order.paid > Decimal::ZERO {
                // An order that was returned in part counts in part.
                let share = left.max(0.0) * number(order.kept()) / number(order.paid);
                let fading = model.decay.mix(Sums::one(1.0, at).at(&model.decay, now));
                found.orders += share * fading;
                found.money += share * number(order.paid) * fading;
                found.count += 1;
            }
        }
    }
    bought.then_some(found)
}

impl Order {
    /// What was paid and not given back.
    pub(super) fn kept(&self) -> Decimal {
        self.paid.saturating_sub(self.refunded).max(Decimal::ZERO)
    }
}

fn number(amount: Decimal) -> f64 {
    amount.to_f64().unwrap_or(0.0)
}

/// The terms of the sum: frequency and money.
pub(super) fn terms(model: &Model, purchases: Purchases) -> [f64; 2] {
    [
        model.value.frequency.of(purchases.orders),
        model.value.money.of(purchases.money),
    ]
}

/// From 0 to 100; non-decreasing in every purchase.
pub(super) fn score(model: &Model, purchases: Purchases) -> f64 {
    model
        .value
        .map
        .anchors
        .score(terms(model, purchases).iter().sum())
}

/// 90 %, with the decayed orders taken for a count drawn from a rate.
pub(super) fn interval(model: &Model, purchases: Purchases) -> Interval {
    let n = purchases.orders;
    let scaled = |share: f64| Purchases {
        orders: n * share,
        money: purchases.money * share,
        ..purchases
    };
    let lower = score(model, scaled(lower_share(n)));
    let upper = match n > 0.0 {
        true => score(model, scaled(upper_count(n) / n)),
        false => score(
            model,
            Purchases {
                orders: upper_count(0.0),
                ..purchases
            },
        ),
    };
    Interval { lower, upper }
}
