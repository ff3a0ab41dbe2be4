//! How much may still be given: by stock, by the limits of a day, by budgets,
//! and to one member.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::domain::{Money, PerkId};

use super::facts::Facts;
use super::program::{Perk, Program};
use super::source::PerkCodes;
use super::used::Used;
use crate::domain::Refusal;

/// What all perks of a program together are limited to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Limits {
    /// The most units that one member may claim.
    pub per_member: Option<i64>,
    /// The most units that are given on a day of the program's time zone.
    pub per_day: Option<i64>,
    /// The most that all claimed units may be worth; a perk without a value
    /// costs nothing.
    pub budget: Option<Money>,
}

impl Perk {
    /// Whether its units come to an end: by its stock, or by a partner's codes.
    pub fn is_counted(&self) -> bool {
        self.stock.is_some() || self.codes == PerkCodes::Imported
    }
}

impl Program {
    /// Whether any perk has a stock, or no more units than codes.
    pub fn counts_stock(&self) -> bool {
        self.perks.iter().any(Perk::is_counted)
    }

    /// Whether anything is limited by the day or by a budget.
    pub fn counts_use(&self) -> bool {
        let limited = |perk: &Perk| perk.per_day.is_some() || perk.budget.is_some();
        let limits = &self.limits;
        limits.per_day.is_some() || limits.budget.is_some() || self.perks.iter().any(limited)
    }

    /// Units of a perk that may be given now, to whomever: the least of what is
    /// left of its stock, of the day and of the budgets; `None` if nothing
    /// limits it.
    pub fn left(&self, perk: &Perk, facts: &Facts<'_>) -> Option<i64> {
        least([
            self.left_in_all(perk, facts.stock, facts.used),
            self.left_of_day(perk, facts.used),
        ])
    }

    /// Units left of the stock and of a partner's codes, if the program counts
    /// them: what an earlier version counted is no limit any more. `left` is as
    /// in [`Facts::stock`].
    pub fn left_of_stock(&self, perk: &Perk, left: &BTreeMap<PerkId, i64>) -> Option<i64> {
        let full = match (perk.codes, perk.stock) {
            // Nobody has imported a code yet.
            (PerkCodes::Imported, _) => 0,
            (_, stock) => stock?,
        };
        Some(left.get(&perk.id).copied().unwrap_or(full).max(0))
    }

    /// Units that may be given in all, however long it takes.
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

    /// Units that the member may claim, stock and budgets apart.
    pub(super) fn left_for_member(&self, perk: &Perk, facts: &Facts<'_>) -> i64 {
        let claimed = facts.claimed.get(&perk.id).copied().unwrap_or(0);
        let of_all = self.limits.per_member.map(|most| {
            let all = facts.claimed.values().copied();
            most.saturating_sub(all.fold(0, i64::saturating_add))
        });
        let of_perk = perk.per_member.saturating_sub(claimed);
        of_all.map_or(of_perk, |left| left.min(of_perk)).max(0)
    }

    /// The limit that keeps the member from one more unit, if one does.
    pub(super) fn limit(&self, perk: &Perk, facts: &Facts<'_>) -> Option<Refusal> {
        let none = |left: Option<i64>| left == Some(0);
        if self.left_for_member(perk, facts) == 0 {
            Some(Refusal::MemberLimit)
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

    /// The limit that a unit goes beyond which has been counted already: of what
    /// the member has then of the perk and in the program, and of what is used.
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

    /// The most units of a day, by the perk and by the program.
    pub(super) fn per_day(&self, perk: &Perk) -> Option<i64> {
        least([perk.per_day, self.limits.per_day])
    }

    fn left_of_day(&self, perk: &Perk, used: &Used) -> Option<i64> {
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

/// How many units a budget still pays for; `None` for as many as are wanted,
/// where they cost nothing.
fn units(budget: &Money, spent: Decimal, value: Decimal) -> Option<i64> {
    let room = budget.amount().saturating_sub(spent).max(Decimal::ZERO);
    // Both have 6 digits after the point at most, so that no division that is
    // not exact rounds up to a whole number.
    let units = room.checked_div(value)?.floor();
    Some(units.to_i64().unwrap_or(i64::MAX))
}

/// The least of the limits that there are.
fn least<const N: usize>(limits: [Option<i64>; N]) -> Option<i64> {
    limits.into_iter().flatten().min()
}
