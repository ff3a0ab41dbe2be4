//! Rules that overlap, are never reached, or are missing: each finding with
//! inputs for which it is so.

use super::axis::Part;
use super::cover::{Question, TooLarge};
use super::grid::{Grid, RuleSet};
use super::source::TableSource;
use super::{Aggregate, Hit, Says, Table};
use crate::domain::TierId;
use crate::rules::diagnostic::Diagnostic;
use crate::rules::reader::{Findings, shorten};

/// How many cells are looked at for one table: some hundredths of a second.
const BUDGET: usize = 1_000_000;

/// Where a table stands.
pub(super) struct Surroundings<'a, 'n> {
    pub file: &'a TableSource<'n>,
    pub tiers: &'a [TierId],
}

/// Looks through a table in which nothing is wrong by itself.
pub(super) fn analyse(table: &Table, around: &Surroundings<'_, '_>, findings: &mut Findings) {
    let mut inspection = Inspection {
        table,
        around,
        grid: Grid::new(table, around.tiers),
        budget: BUDGET,
        findings,
    };
    if inspection.run() == Err(TooLarge) {
        let message = "This table is too large to be searched for overlaps and gaps.";
        let file = around.file;
        let finding = Diagnostic::warning(
            "table-not-analysed",
            file.place,
            file.path.as_str(),
            message,
        );
        findings.add(finding.hint("split it, or use fewer inputs"));
    }
}

struct Inspection<'a, 'n, 'f> {
    table: &'a Table,
    around: &'a Surroundings<'a, 'n>,
    grid: Grid<'a>,
    budget: usize,
    findings: &'f mut Findings,
}

impl Inspection<'_, '_, '_> {
    fn run(&mut self) -> Result<(), TooLarge> {
        if self.same_inputs() {
            return Ok(());
        }
        match self.table.hit {
            Hit::Unique | Hit::Any => self.overlaps()?,
            _ => {}
        }
        self.unreachable()?;
        self.gap()
    }

    /// Two columns on one input are one test each, and would look like rules
    /// that overlap.
    fn same_inputs(&mut self) -> bool {
        let before = self.findings.0.len();
        for (i, input) in self.table.inputs.iter().enumerate() {
            let earlier = &self.table.inputs[..i];
            if !earlier.iter().any(|other| other.looked == input.looked) {
                continue;
            }
            let message = "This input is a column of the table already.";
            let file = &self.around.file.inputs[i];
            let place = file.value.map_or(self.around.file.place, |node| node.place);
            let finding = Diagnostic::error("duplicate-input", place, file.path.as_str(), message);
            let hint = "write both tests into one entry: '[30..60)'";
            self.findings.add(finding.hint(hint));
        }
        self.findings.0.len() > before
    }

    /// One finding for each rule that matches together with an earlier one
    /// where it must not.
    fn overlaps(&mut self) -> Result<(), TooLarge> {
        let meeting = self.grid.meeting();
        for (rule, meeting) in meeting.iter().enumerate() {
            let earlier: Vec<usize> = meeting.and(&RuleSet::before(rule)).iter().collect();
            for other in earlier {
                if self.table.hit == Hit::Any && self.table.alike(other, rule) {
                    continue;
                }
                let question = Question {
                    must: [other, rule].into_iter().collect(),
                    never: RuleSet::EMPTY,
                    unknown: true,
                };
                if let Some(example) = self.grid.find(question, &mut self.budget)? {
                    self.overlap(other, rule, &example);
                    break;
                }
            }
        }
        Ok(())
    }

    fn overlap(&mut self, other: usize, rule: usize, example: &[Part<'_>]) {
        let example = self.words(example);
        let (a, b) = (other + 1, rule + 1);
        let (message, hint) = match self.table.hit {
            Hit::Any => (
                format!("Rules {a} and {b} both match, and say different things, {example}."),
                "let them say the same, or let one of them match less",
            ),
            _ => (
                format!("Rules {a} and {b} both match {example}."),
                "let one of them match less, or use 'hit: first'",
            ),
        };
        self.about_rule("overlapping-rules", rule, message, hint);
    }

    /// Rules that match nothing at all, and in a table of which the first rule
    /// counts, nothing that earlier ones leave.
    fn unreachable(&mut self) -> Result<(), TooLarge> {
        for rule in 0..self.grid.rules {
            let mut question = Question {
                must: [rule].into_iter().collect(),
                never: RuleSet::EMPTY,
                unknown: true,
            };
            if self.grid.find(question, &mut self.budget)?.is_none() {
                let message = format!("Rule {} matches nothing that its inputs can be.", rule + 1);
                let hint = "scores go from 0 to 100, confidence and interest from 0 to 1";
                self.about_rule("unreachable-rule", rule, message, hint);
                continue;
            }
            question.never = RuleSet::before(rule);
            let first = self.table.hit == Hit::First;
            if first && self.grid.find(question, &mut self.budget)?.is_none() {
                let message = format!(
                    "Rule {} is never reached: earlier rules match all that it matches.",
                    rule + 1
                );
                self.about_rule(
                    "unreachable-rule",
                    rule,
                    message,
                    "move it up, or leave it out",
                );
            }
        }
        Ok(())
    }

    /// Inputs, all of them known, that no rule matches.
    fn gap(&mut self) -> Result<(), TooLarge> {
        let counts = self.table.hit == Hit::Collect(Some(Aggregate::Count));
        if self.table.otherwise.is_some() || counts {
            return Ok(());
        }
        let question = Question {
            must: RuleSet::EMPTY,
            never: RuleSet::before(self.grid.rules),
            unknown: false,
        };
        let Some(example) = self.grid.find(question, &mut self.budget)? else {
            return Ok(());
        };
        let message = format!("No rule matches {}.", self.words(&example));
        let file = self.around.file;
        let finding = Diagnostic::warning("table-gap", file.place, file.path.as_str(), message);
        self.findings.add(finding.hint(match self.table.hit.says() {
            Says::List => "add a rule, or 'otherwise' ('otherwise: []' for an empty list)",
            Says::Row | Says::Number => "add a rule, or 'otherwise'",
        }));
        Ok(())
    }

    fn about_rule(&mut self, code: &'static str, rule: usize, message: String, hint: &str) {
        let Some(file) = self.around.file.rules.get(rule) else {
            return;
        };
        let finding = Diagnostic::error(code, file.place, file.path.as_str(), message);
        self.findings.add(finding.hint(hint));
    }

    /// An example in words: "where tier is "gold" and standing.lower is 45".
    fn words(&self, example: &[Part<'_>]) -> String {
        let inputs = self.table.inputs.iter().zip(example);
        let words: Vec<String> = inputs
            .map(|(input, part)| format!("{} is {}", shorten(&input.name), part.words()))
            .collect();
        format!("where {}", words.join(" and "))
    }
}

impl Part<'_> {
    /// A value of this part, in words.
    pub(super) fn words(&self) -> String {
        match *self {
            Self::Point(at) => at.to_string(),
            Self::Between(start, end) => between(start, end).to_string(),
            Self::Whole(start, _) => (start.floor() + 1.0).to_string(),
            Self::Text(text) => format!("\"{}\"", shorten(text)),
            Self::OtherText => "any other text".to_owned(),
            Self::Bool(value) => value.to_string(),
            Self::Anything => "known".to_owned(),
            Self::Unknown => "unknown".to_owned(),
        }
    }
}

/// A number between two, a short one if possible.
pub(super) fn between(start: f64, end: f64) -> f64 {
    let middle = match (start.is_finite(), end.is_finite()) {
        (true, true) => start / 2.0 + end / 2.0,
        (true, false) => start + 1.0,
        (false, true) => end - 1.0,
        (false, false) => 0.0,
    };
    let rounded = [1.0, 1e2, 1e4, 1e8].map(|digits| (middle * digits).round() / digits);
    let short = rounded.into_iter().find(|n| start < *n && *n < end);
    short.unwrap_or(middle)
}
