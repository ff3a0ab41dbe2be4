//! Checks the meaning of a program that is correct in form: numbers on the wrong scale,
//! tests that leave people out by accident, rules that contradict each other.
//!
//! Each file has one kind of mistake. A warning names what probably was not meant, and a
//! hint says how to write what was, or how to say that it was meant. About one name
//! (such as `standing.lower`) each is given once, where it occurs first.

mod countries;
mod days;
mod mixing;
mod names;
mod relevance;
mod scale;
mod service;
mod unknowns;

use std::collections::BTreeSet;

use crate::rules::analysis;
use crate::rules::condition::expr::{Bool, Leaf};
use crate::rules::condition::{Condition, Problem};
use crate::rules::diagnostic::{Diagnostic, Severity};
use crate::rules::program::Program;
use crate::rules::reader::Findings;
use crate::rules::source::ProgramSource;
use crate::rules::yaml::Node;

pub(super) use names::named;

/// A condition of a service level, tier or perk, as compiled and as written.
pub(super) struct Asked<'a> {
    pub condition: &'a Condition,
    pub node: &'a Node,
    pub path: String,
}

impl<'a> Asked<'a> {
    /// Returns all tests of the condition, in the order of the text.
    fn leaves(&self) -> Vec<&'a Leaf> {
        let mut leaves = Vec::new();
        add_leaves(&self.condition.tree, &mut leaves);
        leaves
    }
}

fn add_leaves<'t>(tree: &'t Bool, leaves: &mut Vec<&'t Leaf>) {
    match tree {
        Bool::All(parts) | Bool::Any(parts) => {
            parts.iter().for_each(|part| add_leaves(part, leaves));
        }
        Bool::Leaf(leaf) => leaves.push(leaf),
    }
}

/// Returns the conditions of a program: those of the service levels, then those of the
/// tiers, then those of the perks.
pub(super) fn conditions<'a>(program: &'a Program, file: &'a ProgramSource<'_>) -> Vec<Asked<'a>> {
    let mut all = Vec::new();
    let mut add = |condition: Option<&'a Condition>, node: Option<&'a Node>, path: String| {
        if let (Some(condition), Some(node)) = (condition, node) {
            all.push(Asked {
                condition,
                node,
                path,
            });
        }
    };
    for (slot, condition) in &program.level_conditions {
        let written = &file.levels[*slot];
        add(
            Some(condition),
            written.when,
            format!("{}.when", written.path),
        );
    }
    for (tier, written) in program.tiers.iter().zip(&file.tiers) {
        add(
            tier.condition.as_ref(),
            written.when,
            format!("{}.when", written.path),
        );
        add(
            tier.stay.as_ref(),
            written.stay,
            format!("{}.stay", written.path),
        );
    }
    for (perk, written) in program.perks.iter().zip(&file.perks) {
        add(
            perk.condition.as_ref(),
            written.when,
            format!("{}.when", written.path),
        );
    }
    all
}

/// A program whose meaning is checked, and what was found so far.
struct Meaning<'m, 'n> {
    program: &'m Program,
    file: &'m ProgramSource<'n>,
    source: &'m str,
    findings: &'m mut Findings,
    /// The findings so far: their codes, and the names that they are about.
    said: BTreeSet<(&'static str, String)>,
}

/// Whether it is worth looking for parts of a condition that make no difference: a number on
/// the wrong scale makes none, and was reported.
fn can_be_cut(findings: &Findings, path: &str) -> bool {
    let mut off_scale = findings.0.iter().filter(|f| f.code == "off-scale");
    findings.are_fine_in(path) && !off_scale.any(|finding| finding.path == path)
}

/// Reports what the author of a program probably did not mean.
pub(super) fn report(
    program: &Program,
    file: &ProgramSource<'_>,
    source: &str,
    findings: &mut Findings,
) {
    let mut meaning = Meaning {
        program,
        file,
        source,
        findings,
        said: BTreeSet::new(),
    };
    for asked in conditions(program, file) {
        // A condition that was found to be impossible needs no further remarks.
        if meaning.findings.are_fine_in(&asked.path) {
            scale::check(&asked, &mut meaning);
            unknowns::check(&asked, &mut meaning);
            countries::check(&asked, &mut meaning);
            mixing::check(&asked, &mut meaning);
        }
    }
    let written = (&file.tiers[..], &file.perks[..]);
    analysis::report_branches(program, written, source, meaning.findings, can_be_cut);
    relevance::check(&mut meaning);
    service::check(&mut meaning);
    days::check(&mut meaning);
}

impl Meaning<'_, '_> {
    /// Adds a finding about a name in a condition, as [`Self::add`] does.
    fn say(&mut self, asked: &Asked<'_>, name: &str, problem: Problem) {
        let place = asked.node.place_within(self.source, problem.offset);
        self.add(name, problem.at(place, &asked.path));
    }

    /// Adds a finding about a name, unless it is a warning that was given before. Errors are
    /// reported everywhere, because each place has to be corrected.
    fn add(&mut self, name: &str, finding: Diagnostic) {
        let first = self.said.insert((finding.code, name.to_owned()));
        if first || finding.severity == Severity::Error {
            self.findings.add(finding);
        }
    }
}
