//! The analysis of a program: tiers and perks that no member can get, bands of
//! tiers that overlap or leave a gap, rules of tables that overlap, are never
//! reached or are missing.
//!
//! Each test of a condition reads one variable (`variable`), which has few values
//! that make a difference (`values`). The evaluator itself says which values pass
//! (`probe`). The solver (`solve`) then searches for values that meet some
//! conditions and not others, within the constraints between the variables
//! (`constraints`). A finding is a proof: a test that is not analysed may have any
//! result.

mod bands;
mod constraints;
mod domains;
mod draft;
mod impossible;
mod model;
mod perks;
mod probe;
mod solve;
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
use crate::domain::TierId;
use solve::Budget;

pub(super) use tables::report as report_table;

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
    /// A perk, by its place in the file.
    Perk(usize),
}

/// A finding about one condition.
type Found = (Whose, Problem);

/// Reports tiers and perks that no member can get, and bands of tiers that overlap
/// or leave a gap.
pub(super) fn report(
    program: &Program,
    (tiers, perks): (&[TierSource<'_>], &[PerkSource<'_>]),
    source: &str,
    findings: &mut Findings,
) {
    let mut found = tiers::findings(program, &mut Budget(WORK));
    found.extend(perks::findings(program, &mut Budget(WORK)));
    for (whose, problem) in found {
        let (when, path) = match whose {
            Whose::Tier(i) => (tiers[i].when, &tiers[i].path),
            Whose::Perk(i) => (perks[i].when, &perks[i].path),
        };
        let place = when.map(|node| node.place_within(source, problem.offset));
        findings.add(problem.at(place.unwrap_or_default(), &format!("{path}.when")));
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
