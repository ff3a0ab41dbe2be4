//! The two groups of an experiment, counted member by member.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::lift::{Lift, Sample};
use super::outcome::Bought;

/// What one member did in the days before and after the member's first
/// exposure.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TrialOutcome {
    /// What the member bought after the exposure.
    pub bought: Bought,
    /// Reactions received after the exposure.
    pub reactions: u64,
    /// What the member bought before the exposure.
    pub bought_before: Bought,
    /// Reactions received before the exposure.
    pub reactions_before: u64,
}

/// The results of one group of an experiment.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Side {
    /// Members with an exposure, whether or not their days are complete.
    pub exposed: u64,
    /// Members of these that were in the other group later.
    pub switched: u64,
    /// Money paid after the exposure, minus refunds, in the base currency.
    pub spent: Decimal,
    /// Money paid before the exposure, minus refunds, in the base currency.
    pub spent_before: Decimal,
    /// Money per member, after the exposure.
    pub amount: Sample,
    /// Orders per member, after the exposure.
    pub orders: Sample,
    /// Reactions received per member, after the exposure.
    pub reactions: Sample,
    /// Money per member, before the exposure.
    pub amount_before: Sample,
    /// Reactions received per member, before the exposure.
    pub reactions_before: Sample,
    /// Number of orders, after the exposure.
    pub orders_in_all: u64,
    /// Number of reactions received, after the exposure.
    pub reactions_in_all: u64,
}

/// The effect of the offer, and whether the groups were alike before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ArmComparison {
    /// On money per member.
    pub amount: Lift,
    /// On orders per member.
    pub orders: Lift,
    /// On the share of members that bought.
    pub buyers: Lift,
    /// On reactions received per member.
    pub reactions: Lift,
    /// On money per member before the exposure, where a difference is chance.
    pub amount_before: Lift,
    /// On reactions received per member before the exposure, where a difference
    /// is chance.
    pub reactions_before: Lift,
}

impl Side {
    /// Adds a member whose days are complete.
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

    /// Returns the number of members whose days are complete. All means and
    /// shares refer to them.
    pub fn complete(&self) -> u64 {
        self.amount.members()
    }

    /// Returns the number of members that bought something, net of refunds.
    pub fn buyers(&self) -> u64 {
        self.orders.above_zero()
    }

    /// Divides an amount by the number of complete members, rounded to four
    /// decimals; `None` if there are none.
    pub fn each(&self, amount: Decimal) -> Option<Decimal> {
        let each = amount.checked_div(Decimal::from(self.complete()))?;
        Some(each.round_dp(4).normalize())
    }
}

impl ArmComparison {
    /// Compares the two groups.
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

/// Converts to a float for estimates; sums of money stay decimals.
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
        // No member had any.
        assert_eq!(compared.reactions_before.conclusion, Conclusion::TooFew);
    }
}
