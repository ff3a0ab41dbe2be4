//! What a program's conditions come to, taken together: tiers and perks that
//! nobody can get, bands that overlap or leave a gap.
//!
//! A condition is taken apart into tests of single things (`cell`), each with
//! the few values that make a difference (`grid`), which hang together
//! (`links`); then somebody is looked for who meets some conditions and not
//! others (`solve`). What is said to be impossible is so: everything that is
//! not understood is taken to be possible.

mod bands;
mod cell;
mod domains;
mod grid;
mod ladder;
mod links;
mod model;
mod perks;
mod solve;
mod words;

use super::condition::Problem;
use super::diagnostic::Severity;
use super::program::Program;
use super::reader::Findings;
use super::source::{PerkSource, TierSource};
use solve::Budget;

/// The work that the tiers of a program may take together, and its perks.
const WORK: usize = 12_000_000;
/// The work that one perk may take.
const WORK_OF_A_PERK: usize = 400_000;

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

/// Reports what no member could ever get, and who falls between two tiers.
pub(super) fn report(
    program: &Program,
    (tiers, perks): (&[TierSource<'_>], &[PerkSource<'_>]),
    source: &str,
    findings: &mut Findings,
) {
    let mut found = ladder::findings(program, &mut Budget(WORK));
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

/// Something that is to be known, and keeps nobody from publishing.
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
