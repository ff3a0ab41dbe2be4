//! Checks the exclusive groups of a program's perks.

use std::collections::BTreeMap;

use crate::domain::GroupName;
use crate::rules::diagnostic::Diagnostic;
use crate::rules::exclusive::Pick;
use crate::rules::reader::Findings;
use crate::rules::source::{ExclusiveSource, PerkSource};

/// The most perks of a ranked group: each of them is compared with the others.
const MAX_RANKED: usize = 20;

/// A perk of a group, as written.
type Part<'s, 'n> = (&'s PerkSource<'n>, &'s ExclusiveSource);

/// Checks the groups. A group of one perk is reported only before publication.
pub(super) fn check(perks: &[PerkSource<'_>], is_new: bool, findings: &mut Findings) {
    let mut groups: BTreeMap<&GroupName, Vec<Part<'_, '_>>> = BTreeMap::new();
    for perk in perks {
        if let Some(own) = &perk.exclusive {
            groups
                .entry(&own.value.group)
                .or_default()
                .push((perk, own));
        }
    }
    for (name, parts) in groups {
        check_picks(&parts, findings);
        check_values(&parts, findings);
        if let ([(perk, own)], true) = (parts.as_slice(), is_new) {
            let message = format!(
                "No other perk of this program is in the group '{name}': it excludes, and is \
                 excluded by, perks of other programs alone."
            );
            let path = format!("{}.exclusive", perk.path);
            findings.add(Diagnostic::note("group-of-one", own.place, path, message));
        }
    }
}

fn check_picks(parts: &[Part<'_, '_>], findings: &mut Findings) {
    let Some(((_, first), others)) = parts.split_first() else {
        return;
    };
    if let Some((perk, own)) = others
        .iter()
        .find(|(_, own)| own.value.pick != first.value.pick)
    {
        let message = format!(
            "The group '{}' picks in another way in line {}.",
            own.value.group, first.place.line
        );
        let path = format!("{}.exclusive", perk.path);
        let finding = Diagnostic::error("picks-differ", own.place, path, message);
        findings.add(finding.hint("give every perk of the group the same 'pick'"));
    }
    if first.value.pick != Pick::Choice
        && let Some((perk, own)) = parts.get(MAX_RANKED)
    {
        let message = format!(
            "The group '{}' has {} perks; with 'pick: order' or 'value', {MAX_RANKED} are allowed.",
            own.value.group,
            parts.len()
        );
        let path = format!("{}.exclusive", perk.path);
        findings.add(Diagnostic::error("too-many", own.place, path, message));
    }
}

/// Checks that perks that are picked by their value have one, in the same currency.
fn check_values(parts: &[Part<'_, '_>], findings: &mut Findings) {
    let by_value = |part: &&Part<'_, '_>| part.1.value.pick == Pick::Value;
    let mut first = None;
    for (perk, own) in parts.iter().filter(by_value) {
        let path = format!("{}.value", perk.path);
        let Some(value) = &perk.value else {
            if findings.are_fine_in(&path) {
                let message = "The best of the group is picked by its value, and this has none.";
                let finding = Diagnostic::error("pick-without-value", own.place, path, message);
                findings.add(finding.hint("value: 20 USD"));
            }
            continue;
        };
        let first = first.get_or_insert(value);
        if first.value.currency() != value.value.currency() {
            let message = format!(
                "The group '{}' is picked by value, and line {} has {}.",
                own.value.group, first.place.line, first.value
            );
            let finding = Diagnostic::error("other-currency", value.place, path, message);
            findings.add(finding.hint("give all values of the group in one currency"));
        }
    }
}
