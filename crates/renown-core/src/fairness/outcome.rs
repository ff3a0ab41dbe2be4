//! What a member bought in a window of time, net of refunds.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;

use crate::domain::{AccountId, ObjectId};

/// A payment or a refund, in the base currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// The account of the buyer.
    pub account: AccountId,
    /// The order's id, if there is one. A purchase without one is an order of
    /// its own. A refund without one reduces the total, not a single order.
    pub order: Option<ObjectId>,
    /// The time of the payment.
    pub at: DateTime<Utc>,
    /// The amount. `refund` says whether it was paid or returned.
    pub amount: Decimal,
    /// Whether it is a refund.
    pub refund: bool,
}

/// A window of time. Its start belongs to it, its end does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The first moment.
    pub from: DateTime<Utc>,
    /// The first moment after the window.
    pub to: DateTime<Utc>,
}

/// What was bought, net of refunds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Bought {
    /// Orders that were not refunded in full.
    pub orders: u64,
    /// The amount paid minus refunds, in the base currency; never negative.
    pub amount: Decimal,
}

impl Window {
    /// Returns the window of `days` days from a moment on; `None` beyond the
    /// calendar.
    pub fn after(moment: DateTime<Utc>, days: i64) -> Option<Self> {
        Some(Self {
            from: moment,
            to: moment.checked_add_signed(TimeDelta::days(days))?,
        })
    }

    /// Returns the window of `days` days up to a moment; `None` beyond the
    /// calendar.
    pub fn before(moment: DateTime<Utc>, days: i64) -> Option<Self> {
        Some(Self {
            from: moment.checked_sub_signed(TimeDelta::days(days))?,
            to: moment,
        })
    }

    fn holds(&self, moment: DateTime<Utc>) -> bool {
        self.from <= moment && moment < self.to
    }
}

impl Bought {
    /// Returns what was bought within the window, minus what was refunded
    /// within it. A refund with an order reduces that order, and has no effect
    /// if the order was made outside the window. A refund without an order
    /// reduces the total.
    pub fn within(window: Window, payments: &[Payment]) -> Self {
        let mut named: BTreeMap<(AccountId, &ObjectId), [Decimal; 2]> = BTreeMap::new();
        let mut orders = Vec::new();
        let mut loose = Decimal::ZERO;
        for payment in payments.iter().filter(|payment| window.holds(payment.at)) {
            let sum = match (&payment.order, payment.refund) {
                (Some(order), refund) => {
                    let order = named.entry((payment.account, order)).or_default();
                    &mut order[usize::from(refund)]
                }
                (None, true) => &mut loose,
                (None, false) => {
                    orders.push(payment.amount);
                    continue;
                }
            };
            *sum = sum.saturating_add(payment.amount);
        }
        let kept = named
            .values()
            .map(|[paid, back]| paid.saturating_sub(*back));
        orders.extend(kept);
        orders.retain(|kept| *kept > Decimal::ZERO);
        let whole = orders.iter().copied();
        let whole = whole.fold(Decimal::ZERO, Decimal::saturating_add);
        Self {
            orders: orders.len() as u64,
            amount: whole.saturating_sub(loose).max(Decimal::ZERO),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pay(hour: u32, order: Option<&str>, amount: i64) -> Payment {
        Payment {
            account: AccountId(1),
            order: order.map(|order| ObjectId::parse(order).unwrap()),
            at: at(hour),
            amount: Decimal::from(amount.abs()),
            refund: amount < 0,
        }
    }

    fn at(hour: u32) -> DateTime<Utc> {
        format!("2026-11-22T{hour:02}:00:00Z").parse().unwrap()
    }

    fn bought(payments: &[Payment]) -> (u64, i64) {
        let window = Window {
            from: at(10),
            to: at(20),
        };
        let Bought { orders, amount } = Bought::within(window, payments);
        (orders, i64::try_from(amount).unwrap())
    }

    #[test]
    fn what_lies_in_the_window_counts_and_its_end_does_not() {
        let payments = [9, 10, 19, 20].map(|hour| pay(hour, None, 5));
        assert_eq!(bought(&payments), (2, 10));
    }

    #[test]
    fn payments_of_one_order_are_one_order() {
        let payments = [
            pay(11, Some("a"), 5),
            pay(12, Some("a"), 7),
            pay(13, Some("b"), 1),
        ];
        assert_eq!(bought(&payments), (2, 13));
        // The same order id of another account is another order.
        let mut payments = payments;
        payments[1].account = AccountId(2);
        assert_eq!(bought(&payments), (3, 13));
    }

    #[test]
    fn refunds_are_taken_off_the_order_they_name() {
        let order = pay(11, Some("a"), 10);
        assert_eq!(bought(&[order.clone(), pay(12, Some("a"), -4)]), (1, 6));
        assert_eq!(bought(&[order.clone(), pay(12, Some("a"), -10)]), (0, 0));
        assert_eq!(bought(&[order.clone(), pay(12, Some("a"), -15)]), (0, 0));
        // The first refund is after the window; the second is for an order
        // before it.
        assert_eq!(bought(&[order.clone(), pay(20, Some("a"), -4)]), (1, 10));
        assert_eq!(
            bought(&[order, pay(9, Some("b"), 9), pay(12, Some("b"), -9)]),
            (1, 10)
        );
    }

    #[test]
    fn refunds_without_a_name_are_taken_off_the_whole() {
        let order = pay(11, Some("a"), 10);
        assert_eq!(bought(&[order.clone(), pay(12, None, -4)]), (1, 6));
        assert_eq!(bought(&[order, pay(12, None, -40)]), (1, 0));
    }

    #[test]
    fn windows_end_where_the_calendar_does() {
        assert!(Window::after(DateTime::<Utc>::MAX_UTC, 1).is_none());
        assert!(Window::before(DateTime::<Utc>::MIN_UTC, 1).is_none());
    }
}
