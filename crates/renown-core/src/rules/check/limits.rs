//! Checks the limits of a program against its perks.

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
pub(super) fn limits(source: LimitsSource) -> Limits {
    Limits {
        per_member: source.per_member.map(|at| at.value),
        per_day: source.per_day.map(|at| at.value),
        budget: source.budget.map(|at| at.value),
    }
}
