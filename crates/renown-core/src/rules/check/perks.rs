//! Checks a perk: its dates are in order, there are units and budget to give, it has a
//! disclosure, and a draw promises no guarantee.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::experiments;
use crate::domain::Money;
use crate::rules::diagnostic::{Diagnostic, nearest};
use crate::rules::reader::{At, Findings};
use crate::rules::source::{PerkKind, PerkSource};

/// Checks a perk on its own, without the rest of the program.
pub(super) fn check(perk: &PerkSource<'_>, now: Option<DateTime<Utc>>, findings: &mut Findings) {
    check_disclosure(perk, findings);
    check_dates(perk, now, findings);
    check_date_of_draw(perk, now, findings);
    check_stock(perk, findings);
    check_budget(perk, findings);
    check_draw(perk, findings);
    experiments::check(perk, findings);
    if now.is_some() {
        check_capacity(perk, findings);
    }
}

/// Checks that the perk has a disclosure, because members must be told if they get
/// something for what they post.
fn check_disclosure(perk: &PerkSource<'_>, findings: &mut Findings) {
    let path = format!("{}.disclosure", perk.path);
    let told = perk.disclosure.is_some() || findings.0.iter().any(|f| f.path == path);
    if !told {
        let message = "A perk must say to the person why they got it.";
        let finding = Diagnostic::error("no-disclosure", perk.place, path, message);
        findings.add(finding.hint("disclosure: You received this because of …"));
    }
}

fn check_dates(perk: &PerkSource<'_>, now: Option<DateTime<Utc>>, findings: &mut Findings) {
    if let (Some(from), Some(until)) = (&perk.from, &perk.until)
        && from.value >= until.value
    {
        let message = "The perk ends before it begins.";
        let path = format!("{}.until", perk.path);
        findings.add(Diagnostic::error(
            "dates-reversed",
            until.place,
            path,
            message,
        ));
    } else if let (Some(until), Some(now)) = (&perk.until, now)
        && until.value <= now
    {
        let message = "The perk has ended already: nobody will get it.";
        let path = format!("{}.until", perk.path);
        findings.add(Diagnostic::warning(
            "date-in-past",
            until.place,
            path,
            message,
        ));
    }
}

/// Checks that the draw is held after members can enter it, while its winners can still use
/// what they win, and not in the past.
fn check_date_of_draw(perk: &PerkSource<'_>, now: Option<DateTime<Utc>>, findings: &mut Findings) {
    let Some(draws) = &perk.draws else { return };
    let path = format!("{}.draws", perk.path);
    if let Some(from) = &perk.from
        && draws.value <= from.value
    {
        let message = "The draw is held before anybody can enter it.";
        findings.add(Diagnostic::error(
            "dates-reversed",
            draws.place,
            path,
            message,
        ));
    } else if now.is_some()
        && perk
            .until
            .as_ref()
            .is_some_and(|until| until.value <= draws.value)
    {
        // Only of a new program: one that is in force stays so.
        let message = "The perk ends before its draw, so nobody could win it.";
        let finding = Diagnostic::error("dates-reversed", draws.place, path, message);
        findings
            .add(finding.hint(
                "let 'until' be later than 'draws', by the time that winners have to use it",
            ));
    } else if now.is_some_and(|now| draws.value <= now) {
        let message = "The day of the draw is over already: it is held at once.";
        findings.add(Diagnostic::warning(
            "date-in-past",
            draws.place,
            path,
            message,
        ));
    }
}

fn check_stock(perk: &PerkSource<'_>, findings: &mut Findings) {
    let Some(stock) = &perk.stock else { return };
    if stock.value == 0 {
        let message = "A perk without stock can be given to nobody.";
        let path = format!("{}.stock", perk.path);
        let finding = Diagnostic::error("no-stock", stock.place, path, message);
        findings.add(finding.hint("leave 'stock' out if there is no limit"));
        return;
    }
    if let Some(most) = perk
        .per_day
        .as_ref()
        .filter(|most| most.value > stock.value)
    {
        let message = format!(
            "{} may be given on a day, and there are {} in all.",
            most.value, stock.value
        );
        let path = format!("{}.per_day", perk.path);
        let finding = Diagnostic::warning("more-than-stock", most.place, path, message);
        findings.add(finding.hint("leave 'per_day' out, or make it smaller than 'stock'"));
    }
    if let Some(most) = perk
        .per_member
        .as_ref()
        .filter(|most| most.value > stock.value)
    {
        let message = format!(
            "One member may claim {}, and there are {} in all.",
            most.value, stock.value
        );
        let path = format!("{}.per_member", perk.path);
        findings.add(Diagnostic::warning(
            "more-than-stock",
            most.place,
            path,
            message,
        ));
    }
}

/// Checks that a perk with a budget has a value in the same currency, and that the budget
/// pays for at least one unit.
fn check_budget(perk: &PerkSource<'_>, findings: &mut Findings) {
    let Some(budget) = &perk.budget else { return };
    let path = format!("{}.budget", perk.path);
    let Some(value) = &perk.value else {
        let wrong = findings
            .0
            .iter()
            .any(|f| f.path == format!("{}.value", perk.path));
        if !wrong {
            let message = "The perk does not say what one unit is worth.";
            let finding = Diagnostic::error("budget-without-value", budget.place, path, message);
            findings.add(finding.hint("value: 20 USD"));
        }
        return;
    };
    if budget.value.currency() != value.value.currency() {
        let message = format!(
            "The budget is in {}, and one unit is worth {}.",
            budget.value.currency(),
            value.value
        );
        let finding = Diagnostic::error("other-currency", budget.place, path, message);
        findings.add(finding);
    } else if budget.value.amount() < value.value.amount() {
        let message = format!("The budget does not pay for one unit of {}.", value.value);
        findings.add(Diagnostic::error(
            "budget-too-small",
            budget.place,
            path,
            message,
        ));
    } else if let Some(cost) = cost_of_stock(perk).filter(|cost| *cost > budget.value.amount()) {
        findings.add(unpaid_stock(budget, path, "budget", cost));
    }
}

/// Returns what all units of the stock cost; `None` without a stock or a value.
pub(super) fn cost_of_stock(perk: &PerkSource<'_>) -> Option<Decimal> {
    let units = Decimal::from(perk.stock.as_ref()?.value);
    perk.value.as_ref()?.value.amount().checked_mul(units)
}

/// Creates the warning that a budget does not pay for the whole stock of a perk.
pub(super) fn unpaid_stock(
    at: &At<Money>,
    path: String,
    budget: &str,
    cost: Decimal,
) -> Diagnostic {
    let (cost, currency) = (cost.normalize(), at.value.currency());
    let message = format!(
        "The whole stock costs {cost} {currency}, and the {budget} of {} is spent before.",
        at.value
    );
    let finding = Diagnostic::warning("budget-below-stock", at.place, path, message);
    finding.hint(format!(
        "a budget of {cost} {currency}, or a smaller 'stock'"
    ))
}

/// Checks that a draw or an invitation has a stock: the number of prizes or places.
fn check_capacity(perk: &PerkSource<'_>, findings: &mut Findings) {
    let (what, hint) = match perk.kind() {
        PerkKind::Guaranteed => return,
        PerkKind::Draw => ("A draw must say how many there are to win.", "stock: 10"),
        PerkKind::Invitation => (
            "An invitation must say how many people there is room for.",
            "stock: 40",
        ),
    };
    if !perk.has_stock {
        let path = format!("{}.stock", perk.path);
        let finding = Diagnostic::error("no-capacity", perk.place, path, what);
        findings.add(finding.hint(hint));
    }
}

/// Checks that only a draw has a draw date, and that the texts of a draw promise no
/// guarantee.
fn check_draw(perk: &PerkSource<'_>, findings: &mut Findings) {
    if perk.kind() != PerkKind::Draw {
        if let Some(draws) = &perk.draws {
            let message = "Only a draw is held on a date.";
            let path = format!("{}.draws", perk.path);
            let finding = Diagnostic::error("needless-date", draws.place, path, message);
            findings.add(finding.hint("leave out 'draws', or make it 'kind: draw'"));
        }
        return;
    }
    let texts = [("title", &perk.title), ("disclosure", &perk.disclosure)];
    for (field, text) in texts {
        let Some(text) = text else { continue };
        let words = text.value.to_lowercase();
        let mut words = words.split(|c: char| !c.is_alphanumeric());
        if words.any(|word| nearest(word, ["guaranteed", "guarantee", "guarantees"]).is_some()) {
            let message = format!("This perk is a draw, and its {field} speaks of a guarantee.");
            let path = format!("{}.{field}", perk.path);
            let finding = Diagnostic::error("draw-called-guaranteed", text.place, path, message);
            findings.add(finding.hint("say that people may win, or make it 'kind: guaranteed'"));
        }
    }
}
