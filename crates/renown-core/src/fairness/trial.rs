//! One side of an experiment, member by member.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::lift::{Lift, Sample};
use super::outcome::Bought;

/// What one member did in the days before and after they were first shown
/// something.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TrialOutcome {
    /// Bought after.
    pub bought: Bought,
    /// Reactions received after.
    pub reactions: u64,
    /// Bought before.
    pub bought_before: Bought,
    /// Reactions received before.
    pub reactions_before: u64,
}

/// What the members of one side did.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Side {
    /// Members who were shown something, whether or not the days that count
    /// are over.
    pub exposed: u64,
    /// Those among them who were on the other side later.
    pub switched: u64,
    /// What was paid and kept.
    pub spent: Decimal,
    /// The same before.
    pub spent_before: Decimal,
    /// Money a member.
    pub amount: Sample,
    /// Orders a member.
    pub orders: Sample,
    /// Reactions received a member.
    pub reactions: Sample,
    /// Money a member, before.
    pub amount_before: Sample,
    /// Reactions received a member, before.
    pub reactions_before: Sample,
    /// Orders in all.
    pub orders_in_all: u64,
    /// Reactions in all.
    pub reactions_in_all: u64,
}

/// What offering changed, and whether the sides were alike before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ArmComparison {
    /// Of money a member.
    pub amount: Lift,
    /// Of orders a member.
    pub orders: Lift,
    /// Of the share of members who bought.
    pub buyers: Lift,
    /// Of reactions received a member.
    pub reactions: Lift,
    /// Of money a member before anything was shown: chance alone.
    pub amount_before: Lift,
    /// Of reactions received a member before: chance alone.
    pub reactions_before: Lift,
}

impl Side {
    /// Adds a member whose days are over.
    pub fn add(&mut self, outcome: &TrialOutcome) {
        let TrialOutcome {
            bought,
            bought_before: before,
            ..
        } = outcome;
        self.spent = self.spent.saturating_add(bought.amount);
        self.spent_before = self.spent_before.saturating_add(before.amount);
        self.amount.add(number(bought.amount));
        self.amount_before.add(number(before.amount));
        self.orders.add(bought.orders as f64);
        self.reactions.add(outcome.reactions as f64);
        self.reactions_before.add(outcome.reactions_before as f64);
        self.orders_in_all += bought.orders;
        self.reactions_in_all = self.reactions_in_all.saturating_add(outcome.reactions);
    }

    /// Members whose days are over: what all means and shares are of.
    pub fn complete(&self) -> u64 {
        self.amount.members()
    }

    /// Members who bought and kept something.
    pub fn buyers(&self) -> u64 {
        self.orders.above_zero()
    }

    /// An amount of them all, by member.
    pub fn each(&self, amount: Decimal) -> Option<Decimal> {
        let each = amount.checked_div(Decimal::from(self.complete()))?;
        Some(each.round_dp(4).normalize())
    }
}

impl ArmComparison {
    /// Compares the two sides.
    pub fn of(offered: &Side, held_back: &Side) -> Self {
        let means = |of: fn(&Side) -> &Sample| Lift::of_means(of(offered), of(held_back));
        Self {
            amount: means(|side| &side.amount),
            orders: means(|side| &side.orders),
            buyers: Lift::of_shares(&offered.orders, &held_back.orders),
            reactions: means(|side| &side.reactions),
            amount_before: means(|side| &side.amount_before),
            reactions_before: means(|side| &side.reactions_before),
        }
    }
}

/// For estimating: sums of money stay decimals.
fn number(amount: Decimal) -> f64 {
    amount.to_f64().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fairness::lift::Conclusion;

    fn member(orders: u64, amount: i64, before: i64) -> TrialOutcome {
        let bought = |orders, amount| Bought {
            orders,
            amount: Decimal::from(amount),
        };
        TrialOutcome {
            bought: bought(orders, amount),
            reactions: 2,
            bought_before: bought(0, before),
            reactions_before: 0,
        }
    }

    fn side(buyers: u64, members: u64) -> Side {
        let mut side = Side::default();
        for n in 0..members {
            side.add(&match n < buyers {
                true => member(1, 10 + (n % 3) as i64, 5),
                false => member(0, 0, 5),
            });
        }
        side
    }

    #[test]
    fn a_side_adds_up() {
        let side = side(3, 6);
        assert_eq!((side.complete(), side.buyers()), (6, 3));
        assert_eq!(side.spent, Decimal::from(33));
        assert_eq!(side.each(side.spent).unwrap().to_string(), "5.5");
        assert_eq!((side.orders_in_all, side.reactions_in_all), (3, 12));
        assert_eq!(Side::default().each(Decimal::ONE), None);
    }

    #[test]
    fn a_lift_shows_where_it_is_and_nowhere_else() {
        let compared = ArmComparison::of(&side(600, 1_000), &side(200, 1_000));
        for lift in [compared.amount, compared.orders, compared.buyers] {
            assert_eq!(lift.conclusion, Conclusion::Higher);
        }
        for lift in [compared.reactions, compared.amount_before] {
            assert_eq!(lift.conclusion, Conclusion::Inconclusive);
        }
        // Nobody had any.
        assert_eq!(compared.reactions_before.conclusion, Conclusion::TooFew);
    }
}
