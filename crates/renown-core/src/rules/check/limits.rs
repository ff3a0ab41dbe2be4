//! Checks the limits of a program against its perks.

use super::perks::{cost_of_stock, unpaid_stock};
use crate::domain::Money;
use crate::rules::diagnostic::Diagnostic;
use crate::rules::limits::Limits;
use crate::rules::reader::{At, Findings};
use crate::rules::source::{LimitsSource, PerkSource};

/// Checks the limits against the perks.
pub(super) fn check(limits: &LimitsSource, perks: &[PerkSource<'_>], findings: &mut Findings) {
    check_budget(limits, perks, findings);
    check_per_member(limits, perks, findings);
}

/// Checks that all perks have the currency of the budget, and that the budget pays for at
/// least one unit of each.
fn check_budget(limits: &LimitsSource, perks: &[PerkSource<'_>], findings: &mut Findings) {
    let Some(budget) = &limits.budget else { return };
    for perk in perks {
        let Some(value) = &perk.value else { continue };
        let path = format!("{}.value", perk.path);
        if value.value.currency() != budget.value.currency() {
            let message = format!(
                "The budget of the program is {}, and this is in {}.",
                budget.value,
                value.value.currency()
            );
            let finding = Diagnostic::error("other-currency", value.place, path, message);
            findings.add(finding.hint("give every value in the currency of 'limits.budget'"));
        } else if value.value.amount() > budget.value.amount() {
            let message = format!(
                "One unit costs more than the budget of the program, {}.",
                budget.value
            );
            findings.add(Diagnostic::error(
                "budget-too-small",
                value.place,
                path,
                message,
            ));
        }
    }
    check_largest_stock(budget, perks, findings);
}

/// Checks that the budget of the program pays for the stock of each perk by itself. That it
/// does not pay for all stocks together is common.
fn check_largest_stock(budget: &At<Money>, perks: &[PerkSource<'_>], findings: &mut Findings) {
    // What costs more than the budget by itself was reported already.
    let payable = |perk: &&PerkSource<'_>| {
        let value = perk.value.as_ref().map(|at| &at.value);
        value.is_some_and(|value| {
            value.currency() == budget.value.currency() && value.amount() <= budget.value.amount()
        })
    };
    let costs = perks.iter().filter(payable).filter_map(cost_of_stock);
    if let Some(cost) = costs.max().filter(|cost| *cost > budget.value.amount()) {
        let path = "limits.budget".to_owned();
        findings.add(unpaid_stock(budget, path, "budget of the program", cost));
    }
}

fn check_per_member(limits: &LimitsSource, perks: &[PerkSource<'_>], findings: &mut Findings) {
    let Some(most) = &limits.per_member else {
        return;
    };
    for perk in perks {
        let above = |at: &&At<i64>| at.value > most.value;
        if let Some(own) = perk.per_member.as_ref().filter(above) {
            let message = format!(
                "One member may claim {} of this, and {} of all perks together.",
                own.value, most.value
            );
            let path = format!("{}.per_member", perk.path);
            findings.add(Diagnostic::warning(
                "more-than-limit",
                own.place,
                path,
                message,
            ));
        }
    }
}

/// Converts the limits to those of the compiled program.
pub(super) fn limits(source: &LimitsSource) -> Limits {
    Limits {
        per_member: source.per_member.as_ref().map(|at| at.value),
        per_day: source.per_day.as_ref().map(|at| at.value),
        budget: source.budget.as_ref().map(|at| at.value.clone()),
    }
}
