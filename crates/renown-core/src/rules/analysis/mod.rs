//! What a program's conditions and tables come to, taken together: tiers and
//! perks that no member can get, bands that overlap or leave a gap, rules of
//! tables that overlap, are never reached or are missing.
//!
//! A condition is taken apart into tests of single things (`variable`), each
//! with the few values that make a difference (`values`). What a test says of a
//! value is asked of the evaluator (`probe`). Then a member is looked for who
//! meets some conditions and not others (`solve`), as far as the variables leave
//! room for that (`constraints`). What is said to be impossible is so:
//! everything that is not understood is taken to be possible.

mod bands;
mod constraints;
mod domains;
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

/// The work that the tiers of a program may take together, and its perks.
const WORK: usize = 12_000_000;
/// The work that one perk may take.
const WORK_OF_A_PERK: usize = 400_000;

/// What conditions are analysed in.
pub(super) struct Scene<'p> {
    pub bindings: Bindings<'p>,
    /// All tiers, best first.
    pub tiers: Vec<&'p TierId>,
    /// Whether only members are asked about, whose days are known.
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

    /// What the rows of a table say for one output.
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

    /// Asks about a member of whom nothing is known.
    fn with_nothing<T>(&self, ask: impl FnOnce(&View<'_>) -> T) -> T {
        let none = BTreeMap::new();
        let now = DateTime::UNIX_EPOCH;
        ask(&View::of_one_value(self.bindings, &none, &[], &none, now))
    }
}

/// Whose condition a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whose {
    /// A tier's, by its place on the ladder.
    Tier(usize),
    /// A perk's, by its place in the file.
    Perk(usize),
}

/// A finding.
type Found = (Whose, Problem);

/// Reports tiers and perks that no member could ever get, and who falls between
/// two tiers.
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

/// A remark, which keeps no program from being published.
fn note(offset: usize, message: String) -> Problem {
    Problem {
        severity: Severity::Note,
        ..Problem::new("not-analysed", offset, message)
    }
}

/// A condition that took too much work.
fn too_intricate() -> Problem {
    let message = "This condition is too intricate to be analysed.";
    note(0, message.to_owned())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
