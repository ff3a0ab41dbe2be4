//! The analysis of a program: tiers and perks that no member can get, bands of
//! tiers that overlap or leave a gap, parts of conditions that make no difference,
//! rules of tables that overlap, are never reached or are missing.
//!
//! Each test of a condition reads one variable (`variable`), which has few values
//! that make a difference (`values`). The evaluator itself says which values pass
//! (`probe`). The solver (`solve`) then searches for values that meet some
//! conditions and not others, within the constraints between the variables
//! (`constraints`). A finding is a proof: a test that is not analysed may have any
//! result.

mod bands;
mod branches;
mod constraints;
mod domains;
mod draft;
mod impossible;
mod model;
mod perks;
mod probe;
mod solve;
mod stay;
mod tables;
mod tiers;
mod values;
mod variable;

use std::collections::BTreeMap;

use chrono::DateTime;

use super::condition::Problem;
use super::condition::expr::TableRef;
use super::diagnostic::Severity;
use super::program::Program;
use super::reader::Findings;
use super::source::{PerkSource, TierSource};
use super::table::{OutputValue, RowRef};
use super::view::{Bindings, View};
use super::yaml::Node;
use crate::domain::TierId;
use solve::Budget;

pub(super) use tables::report as report_table;
pub(super) use values::Range;

/// The most work for all tiers of a program together, and for all perks.
const WORK: usize = 12_000_000;
/// The most work for one perk.
const WORK_OF_A_PERK: usize = 400_000;

/// What the conditions of an analysis refer to.
pub(super) struct Scene<'p> {
    pub bindings: Bindings<'p>,
    /// All tiers, best first.
    pub tiers: Vec<&'p TierId>,
    /// Whether only members are considered, whose days of enrolment are known.
    pub members_only: bool,
}

impl<'p> Scene<'p> {
    fn of(program: &'p Program) -> Self {
        Self {
            bindings: program.bindings(),
            tiers: program.tiers.iter().map(|tier| &tier.id).collect(),
            members_only: true,
        }
    }

    /// Returns the rows of a table with their value of one output.
    fn outputs(&self, of: &TableRef) -> impl Iterator<Item = (RowRef, &'p OutputValue)> {
        let table = self.bindings.tables.get(of.slot);
        let output = of.output;
        let rows = table.into_iter().flat_map(|table| {
            let rules = (0..table.rules.len()).map(RowRef::Rule);
            let rows = rules.chain([RowRef::Otherwise]);
            rows.map(|row| (row, table.row(row)))
        });
        rows.filter_map(move |(row, values)| Some((row, values.get(output?)?)))
    }

    /// Evaluates something on a member of whom nothing is known.
    fn with_nothing<T>(&self, ask: impl FnOnce(&View<'_>) -> T) -> T {
        let none = BTreeMap::new();
        let now = DateTime::UNIX_EPOCH;
        ask(&View::of_one_value(self.bindings, &none, &[], &none, now))
    }
}

/// The tier or perk whose condition a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whose {
    /// A tier, by its place on the ladder.
    Tier(usize),
    /// The `stay` condition of a tier.
    Stay(usize),
    /// A perk, by its place in the file.
    Perk(usize),
}

impl Whose {
    /// Returns the condition as written, and its path.
    fn written<'n>(self, (tiers, perks): Written<'_, 'n>) -> (Option<&'n Node>, String) {
        let (node, path, field) = match self {
            Self::Tier(i) => (tiers[i].when, &tiers[i].path, "when"),
            Self::Stay(i) => (tiers[i].stay, &tiers[i].path, "stay"),
            Self::Perk(i) => (perks[i].when, &perks[i].path, "when"),
        };
        (node, format!("{path}.{field}"))
    }
}

/// The tiers and the perks as written.
pub(super) type Written<'w, 'n> = (&'w [TierSource<'n>], &'w [PerkSource<'n>]);

/// A finding about one condition.
type Found = (Whose, Problem);

/// Reports tiers and perks that no member can get, bands of tiers that overlap or leave
/// a gap, and `stay` conditions that keep no member in a tier.
pub(super) fn report(
    program: &Program,
    written: Written<'_, '_>,
    source: &str,
    findings: &mut Findings,
) {
    let mut found = tiers::findings(program, &mut Budget(WORK));
    found.extend(perks::findings(program, &mut Budget(WORK)));
    found.extend(stay::findings(program, &mut Budget(WORK)));
    add(found, written, source, findings);
}

/// Reports conditions that always hold, and parts of conditions that make no difference.
/// Leaves out the conditions that `is_fine` does not accept, by their paths.
pub(super) fn report_branches(
    program: &Program,
    written: Written<'_, '_>,
    source: &str,
    findings: &mut Findings,
    is_fine: impl Fn(&Findings, &str) -> bool,
) {
    let wanted = |whose: Whose| is_fine(findings, &whose.written(written).1);
    let found = branches::findings(program, wanted, &mut Budget(WORK));
    add(found, written, source, findings);
}

fn add(found: Vec<Found>, written: Written<'_, '_>, source: &str, findings: &mut Findings) {
    for (whose, problem) in found {
        let (node, path) = whose.written(written);
        let place = node.map(|node| node.place_within(source, problem.offset));
        findings.add(problem.at(place.unwrap_or_default(), &path));
    }
}

/// Returns a note, which does not prevent publication.
fn note(offset: usize, message: String) -> Problem {
    Problem {
        severity: Severity::Note,
        ..Problem::new("not-analysed", offset, message)
    }
}

/// Returns the note about a condition whose analysis takes too much work.
fn too_intricate() -> Problem {
    let message = "This condition is too intricate to be analysed.";
    note(0, message.to_owned())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
