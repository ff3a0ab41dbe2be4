//! The number of units that may still be given: by stock, daily limits, budgets and
//! limits for one member.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::domain::{Money, PerkId};

use super::facts::Facts;
use super::program::{Perk, Program};
use super::source::PerkCodes;
use super::used::Used;
use crate::domain::Refusal;

/// The limits for all perks of a program together. `None` means no limit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Limits {
    /// The most units that one member may claim.
    pub per_member: Option<i64>,
    /// The most units that are given on one day, in the program's time zone.
    pub per_day: Option<i64>,
    /// The highest total value of all claimed units. A perk without a value counts
    /// as free.
    pub budget: Option<Money>,
}

impl Perk {
    /// Whether the number of units is limited, by a stock or by a partner's codes.
    pub fn is_counted(&self) -> bool {
        self.stock.is_some() || self.codes == PerkCodes::Imported
    }
}

impl Program {
    /// Whether any perk has a stock or uses a partner's codes.
    pub fn counts_stock(&self) -> bool {
        self.perks.iter().any(Perk::is_counted)
    }

    /// Whether the program or any perk has a daily limit or a budget.
    pub fn counts_use(&self) -> bool {
        let limited = |perk: &Perk| perk.per_day.is_some() || perk.budget.is_some();
        let limits = &self.limits;
        limits.per_day.is_some() || limits.budget.is_some() || self.perks.iter().any(limited)
    }

    /// Returns the units of a perk that may be given now, to all members together: the
    /// least that stock, daily limits and budgets allow. `None` if there is no limit.
    pub fn left(&self, perk: &Perk, facts: &Facts<'_>) -> Option<i64> {
        least([
            self.left_in_all(perk, facts.stock, facts.used),
            self.left_of_day(perk, facts.used),
        ])
    }

    /// Returns the units left of the stock or of a partner's codes. `None` if this version
    /// of the program counts neither, even if an earlier version did. `left` is as in
    /// [`Facts::stock`].
    pub fn left_of_stock(&self, perk: &Perk, left: &BTreeMap<PerkId, i64>) -> Option<i64> {
        let full = match (perk.codes, perk.stock) {
            // If the perk is missing in `left`, no code has been imported yet.
            (PerkCodes::Imported, _) => 0,
            (_, stock) => stock?,
        };
        Some(left.get(&perk.id).copied().unwrap_or(full).max(0))
    }

    /// Returns the units that may be given in total, without daily limits.
    pub(super) fn left_in_all(
        &self,
        perk: &Perk,
        stock: &BTreeMap<PerkId, i64>,
        used: &Used,
    ) -> Option<i64> {
        least([
            self.left_of_stock(perk, stock),
            self.left_of_budget(perk, used),
        ])
    }

    /// Returns the units that the member may still claim by the limits for one member.
    pub(super) fn left_for_member(&self, perk: &Perk, facts: &Facts<'_>) -> i64 {
        let claimed = facts.claimed.get(&perk.id).copied().unwrap_or(0);
        let of_all = self.limits.per_member.map(|most| {
            let all = facts.claimed.values().copied();
            most.saturating_sub(all.fold(0, i64::saturating_add))
        });
        let of_perk = perk.per_member.saturating_sub(claimed);
        of_all.map_or(of_perk, |left| left.min(of_perk)).max(0)
    }

    /// Returns the limit that prevents the member from claiming one more unit, if any.
    pub(super) fn limit(&self, perk: &Perk, facts: &Facts<'_>) -> Option<Refusal> {
        let none = |left: Option<i64>| left == Some(0);
        if self.left_for_member(perk, facts) == 0 {
            Some(Refusal::MemberLimit)
        } else if self.taken_instead(perk, facts).is_some() {
            Some(Refusal::ExclusiveOf)
        } else if none(self.left_of_stock(perk, facts.stock)) {
            Some(Refusal::OutOfStock)
        } else if none(self.left_of_day(perk, facts.used)) {
            Some(Refusal::DayLimit)
        } else if none(self.left_of_budget(perk, facts.used)) {
            Some(Refusal::BudgetSpent)
        } else {
            None
        }
    }

    /// Returns the limit that a unit exceeds which is already counted in the arguments:
    /// the member's units of the perk and in the program, and the use of limits.
    pub fn exceeded(
        &self,
        perk: &Perk,
        (of_perk, in_program): (i64, i64),
        used: &Used,
    ) -> Option<Refusal> {
        let limits = &self.limits;
        let above = |used: i64, most: Option<i64>| most.is_some_and(|most| used > most);
        let dear = perk.value.as_ref().is_some_and(|v| !v.amount().is_zero());
        let beyond = |spent: Decimal, budget: &Option<Money>| {
            let most = budget.as_ref().map(Money::amount);
            dear && most.is_some_and(|most| spent > most)
        };
        let today = used.today.get(&perk.id).copied().unwrap_or(0);
        let spent = used.spent.get(&perk.id).copied().unwrap_or_default();
        if of_perk > perk.per_member || above(in_program, limits.per_member) {
            Some(Refusal::MemberLimit)
        } else if above(today, perk.per_day) || above(used.program_today, limits.per_day) {
            Some(Refusal::DayLimit)
        } else if beyond(spent, &perk.budget) || beyond(used.program_spent, &limits.budget) {
            Some(Refusal::BudgetSpent)
        } else {
            None
        }
    }

    /// Returns the lower of the daily limits of the perk and the program.
    pub(super) fn per_day(&self, perk: &Perk) -> Option<i64> {
        least([perk.per_day, self.limits.per_day])
    }

    fn left_of_day(&self, perk: &Perk, used: &Used) -> Option<i64> {
        // Without limits there is nothing to look up.
        self.per_day(perk)?;
        let today = used.today.get(&perk.id).copied().unwrap_or(0);
        let left = |most: i64, used: i64| most.saturating_sub(used).max(0);
        least([
            perk.per_day.map(|most| left(most, today)),
            self.limits
                .per_day
                .map(|most| left(most, used.program_today)),
        ])
    }

    fn left_of_budget(&self, perk: &Perk, used: &Used) -> Option<i64> {
        let value = perk.value.as_ref()?.amount();
        let spent = used.spent.get(&perk.id).copied().unwrap_or_default();
        least([
            perk.budget.as_ref().and_then(|b| units(b, spent, value)),
            self.limits
                .budget
                .as_ref()
                .and_then(|b| units(b, used.program_spent, value)),
        ])
    }
}

/// Returns how many units a budget still pays for; `None` (no limit) if a unit costs
/// nothing.
fn units(budget: &Money, spent: Decimal, value: Decimal) -> Option<i64> {
    let room = budget.amount().saturating_sub(spent).max(Decimal::ZERO);
    // Both numbers have at most 6 decimal digits, so an inexact division never
    // rounds up to a whole number.
    let units = room.checked_div(value)?.floor();
    Some(units.to_i64().unwrap_or(i64::MAX))
}

/// Returns the least of the limits that are set.
fn least<const N: usize>(limits: [Option<i64>; N]) -> Option<i64> {
    limits.into_iter().flatten().min()
}
