//! Checks the ladder of tiers: it has a floor, every tier can be reached, and members do
//! not move up and down with every small change.

use super::unique;
use crate::rules::calendar::show_duration;
use crate::rules::diagnostic::Diagnostic;
use crate::rules::reader::Findings;
use crate::rules::source::{Giver, ProgramSource, TierSource};

/// Checks that the notice of a tier is not longer than the time for which it is kept:
/// otherwise the notice alone decides when the tier is lost.
fn check_notice(tier: &TierSource<'_>, findings: &mut Findings) {
    let (Some(keep), Some(notice)) = (&tier.keep, &tier.notice) else {
        return;
    };
    if notice.value > keep.value {
        let (keep, length) = (show_duration(keep.value), show_duration(notice.value));
        let message = format!(
            "The tier is kept for {keep}, and its loss is announced {length} before: it is kept for {length}."
        );
        let path = format!("{}.notice", tier.path);
        let finding = Diagnostic::warning("notice-exceeds-keep", notice.place, path, message);
        findings.add(finding.hint(format!("keep: {length}, or a shorter notice")));
    }
}

/// Checks the ladder. The last tier must have no condition, and every other tier must
/// have one unless only grants give it.
pub(super) fn check(file: &ProgramSource<'_>, findings: &mut Findings) {
    unique(
        file.tiers.iter().map(|t| (t.id.as_ref(), &t.path)),
        findings,
    );
    let Some((last, above)) = file.tiers.split_last() else {
        if !findings.0.iter().any(|f| f.path.starts_with("tiers")) {
            let message = "There is no tier, and so no floor that everybody gets.";
            let finding = Diagnostic::error("missing-floor", file.tiers_place, "tiers", message);
            findings.add(finding.hint("tiers: [{ id: guest, service_level: … }]"));
        }
        return;
    };
    if let Some(when) = last.when {
        let message = "The last tier is the floor that everybody gets, and must have no condition.";
        let path = format!("{}.when", last.path);
        let finding = Diagnostic::error("missing-floor", when.place, path, message);
        findings.add(finding.hint("add a tier without 'when' at the end"));
    }
    if last.by == Giver::Grants {
        let message = "The last tier is the floor that everybody gets: people cannot be the only ones to give it.";
        let path = format!("{}.by", last.path);
        findings.add(Diagnostic::error(
            "missing-floor",
            last.place,
            path,
            message,
        ));
    }
    let needless = [
        ("keep", last.keep.as_ref().map(|at| at.place)),
        ("notice", last.notice.as_ref().map(|at| at.place)),
        ("stay", last.stay.map(|node| node.place)),
    ];
    for (field, place) in needless {
        if let Some(place) = place {
            let message = format!("The floor is never lost: '{field}' says nothing here.");
            let path = format!("{}.{field}", last.path);
            findings.add(Diagnostic::warning("needless-keep", place, path, message));
        }
    }
    for tier in above {
        let mistaken = findings.0.iter().any(|f| f.path.starts_with(&tier.path));
        if let (Some(when), None, None, false) = (tier.when, &tier.keep, tier.stay, mistaken) {
            let message =
                "Whoever stands at the edge of this tier goes up and down with every change.";
            let path = format!("{}.when", tier.path);
            let finding = Diagnostic::warning("no-hysteresis", when.place, path, message);
            findings.add(finding.hint("keep it for a while ('keep: 30d'), or ask for less to stay than to enter ('stay: …')"));
        }
    }
    above.iter().for_each(|tier| check_notice(tier, findings));
    let by_nothing = |tier: &&TierSource<'_>| tier.when.is_none() && tier.by == Giver::Rules;
    for tier in above.iter().filter(by_nothing) {
        let message = "Only the last tier goes without a condition: those below this one could never be reached.";
        let finding =
            Diagnostic::error("unreachable-tier", tier.place, tier.path.as_str(), message);
        findings.add(finding.hint("give it a 'when', or move it to the end"));
    }
}
