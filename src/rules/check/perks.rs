//! Does a perk keep what it promises: dates in order, units to give, the person
//! told why, and no guarantee of what is drawn?

use chrono::{DateTime, Utc};

use super::experiments;
use crate::rules::diagnostic::{Diagnostic, nearest};
use crate::rules::reader::Findings;
use crate::rules::source::{PerkKind, PerkSource};

/// What can be said of a perk by itself.
pub(super) fn check(perk: &PerkSource<'_>, now: Option<DateTime<Utc>>, findings: &mut Findings) {
    check_disclosure(perk, findings);
    check_dates(perk, now, findings);
    check_stock(perk, findings);
    check_draw(perk, findings);
    experiments::check(perk, findings);
}

/// Whoever gets something because of what they post is told so.
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

/// A draw must not promise.
fn check_draw(perk: &PerkSource<'_>, findings: &mut Findings) {
    if perk.kind != PerkKind::Draw {
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
