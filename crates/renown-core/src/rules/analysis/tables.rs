//! Rules of a table that overlap, are never reached, or are missing. Each finding
//! has an example of inputs.

use super::Scene;
use super::domains::Domains;
use super::model::{Formula, Model};
use super::probe;
use super::solve::{Answer, Budget, Goal, Trust, solve};
use super::values::Value;
use crate::rules::diagnostic::Diagnostic;
use crate::rules::reader::{Findings, shorten};
use crate::rules::table::source::TableSource;
use crate::rules::table::{self, Aggregation, Hit, ResultShape, Table, Typed};

/// The most work for one table: some hundredths of a second.
const WORK_OF_A_TABLE: usize = 12_000_000;

/// Reports rules that overlap, are never reached, or are missing, in a table without
/// other errors.
pub(in crate::rules) fn report(
    table: &Table,
    scene: &Scene<'_>,
    file: &TableSource<'_>,
    findings: &mut Findings,
) {
    let mut found = repeated_inputs(table, file);
    if found.is_empty() {
        let inspection = Inspection::new(table, scene, file);
        let done = inspection
            .and_then(|inspection| inspection.search(&mut Budget(WORK_OF_A_TABLE), &mut found));
        if done.is_none() {
            found.push(too_large(file));
        }
    }
    found.into_iter().for_each(|finding| findings.add(finding));
}

fn too_large(file: &TableSource<'_>) -> Diagnostic {
    let message = "This table is too large to be searched for overlaps and gaps.";
    let path = file.path.as_str();
    let finding = Diagnostic::warning("table-not-analysed", file.place, path, message);
    finding.hint("split it, or use fewer inputs")
}

/// Reports two columns with the same input: each would be analysed alone, so that
/// their rules would seem to overlap.
fn repeated_inputs(table: &Table, file: &TableSource<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (i, input) in table.inputs.iter().enumerate() {
        let mut earlier = table.inputs[..i].iter();
        if !earlier.any(|other| other.expression == input.expression) {
            continue;
        }
        let message = "This input is a column of the table already.";
        let column = &file.inputs[i];
        let place = column.value.map_or(file.place, |node| node.place);
        let finding = Diagnostic::error("duplicate-input", place, column.path.as_str(), message);
        found.push(finding.hint("write both tests into one entry: '[30..60)'"));
    }
    found
}

/// A table with its model.
struct Inspection<'a, 'n> {
    table: &'a Table,
    file: &'a TableSource<'n>,
    model: Model<'a>,
    rules: Vec<Formula>,
    columns: Vec<Column<'a>>,
    /// Holds if every input is known.
    known: Formula,
}

/// An input, with its value in words for each value of its variable.
struct Column<'a> {
    name: &'a str,
    variable: usize,
    /// `None` where the input is unknown.
    words: Vec<Option<String>>,
}

impl<'a, 'n> Inspection<'a, 'n> {
    /// Builds the model; `None` if it would be too large.
    fn new(table: &'a Table, scene: &Scene<'a>, file: &'a TableSource<'n>) -> Option<Self> {
        let (mut model, rules, variables) = Model::of_table(scene, table)?;
        let mut columns = Vec::new();
        for (input, variable) in table.inputs.iter().zip(variables) {
            let known = &model.variables[variable];
            let mut words = Vec::with_capacity(known.values.len());
            probe::each(scene, known, |value, probe| {
                let other = matches!(known.values[value], Value::OtherText(_));
                words.push(probe.input(&input.expression, |at| {
                    in_words(&input.expression, at, other)
                }));
            });
            columns.push(Column {
                name: &input.name,
                variable,
                words,
            });
        }
        let is_known =
            |column: &Column<'_>| model.add(column.variable, |value| column.words[value].is_some());
        let known = Formula::All(columns.iter().map(is_known).collect());
        Some(Self {
            table,
            file,
            model,
            rules,
            columns,
            known,
        })
    }

    /// Runs all checks; `None` if they take too much work.
    fn search(&self, budget: &mut Budget, found: &mut Vec<Diagnostic>) -> Option<()> {
        if matches!(self.table.hit, Hit::Unique | Hit::Any) {
            self.overlaps(budget, found)?;
        }
        self.unreachable(budget, found)?;
        self.gap(budget, found)
    }

    /// Reports each rule that matches together with an earlier one although the hit
    /// policy forbids it.
    fn overlaps(&self, budget: &mut Budget, found: &mut Vec<Diagnostic>) -> Option<()> {
        let rules = self.rules.iter();
        let demands: Vec<Vec<usize>> = rules.map(|rule| self.model.demands(rule)).collect();
        let may_meet = |other: usize, rule: usize| {
            let says_the_same = self.table.hit == Hit::Any && self.table.alike(other, rule);
            let model = &self.model;
            !says_the_same && !model.exclude_each_other(&demands[other], &demands[rule])
        };
        for rule in 0..self.rules.len() {
            for other in (0..rule).filter(|other| may_meet(*other, rule)) {
                let goals = [(&self.rules[other], false), (&self.rules[rule], false)];
                if let Some(example) = self.find(&goals, budget)? {
                    found.extend(self.overlap(other, rule, &example));
                    break;
                }
            }
        }
        Some(())
    }

    fn overlap(&self, other: usize, rule: usize, example: &str) -> Option<Diagnostic> {
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
        self.about_rule("overlapping-rules", rule, message, hint)
    }

    /// Reports rules that match nothing, and with the hit policy `first`, rules that
    /// match nothing that earlier rules leave.
    fn unreachable(&self, budget: &mut Budget, found: &mut Vec<Diagnostic>) -> Option<()> {
        for (rule, formula) in self.rules.iter().enumerate() {
            let mut goals = vec![(formula, false)];
            if self.find(&goals, budget)?.is_none() {
                let message = format!("Rule {} matches nothing that its inputs can be.", rule + 1);
                let hint = "scores go from 0 to 100, confidence and interest from 0 to 1";
                found.extend(self.about_rule("unreachable-rule", rule, message, hint));
                continue;
            }
            goals.extend(self.rules[..rule].iter().map(|earlier| (earlier, true)));
            if self.table.hit == Hit::First && self.find(&goals, budget)?.is_none() {
                let message = format!(
                    "Rule {} is never reached: earlier rules match all that it matches.",
                    rule + 1
                );
                let hint = "move it up, or leave it out";
                found.extend(self.about_rule("unreachable-rule", rule, message, hint));
            }
        }
        Some(())
    }

    /// Reports known inputs that no rule matches.
    fn gap(&self, budget: &mut Budget, found: &mut Vec<Diagnostic>) -> Option<()> {
        let counts = self.table.hit == Hit::Collect(Some(Aggregation::Count));
        if self.table.otherwise.is_some() || counts {
            return Some(());
        }
        let no_rule = self.rules.iter().map(|rule| (rule, true));
        let goals: Vec<Goal<'_>> = no_rule.chain([(&self.known, false)]).collect();
        let Some(example) = self.find(&goals, budget)? else {
            return Some(());
        };
        let message = format!("No rule matches {example}.");
        let path = self.file.path.as_str();
        let finding = Diagnostic::warning("table-gap", self.file.place, path, message);
        found.push(finding.hint(match self.table.hit.says() {
            ResultShape::List => "add a rule, or 'otherwise' ('otherwise: []' for an empty list)",
            ResultShape::Row | ResultShape::Number => "add a rule, or 'otherwise'",
        }));
        Some(())
    }

    /// Searches for inputs that meet the goals and returns them in words: `Some(None)` if
    /// there are none, `None` if the search takes too much work.
    fn find(&self, goals: &[Goal<'_>], budget: &mut Budget) -> Option<Option<String>> {
        match solve(&self.model, goals, Trust::Anything, budget) {
            Answer::Yes(domains) => Some(Some(self.example(domains))),
            Answer::No => Some(None),
            Answer::Unsure => None,
        }
    }

    /// Describes one example: "where tier is "gold" and standing.lower is 45".
    fn example(&self, mut domains: Domains) -> String {
        let mut parts = Vec::new();
        for column in &self.columns {
            let mut left: Vec<usize> = domains.values(column.variable).collect();
            // Known values come first, each kind in its order.
            left.sort_by_key(|value| column.words[*value].is_none());
            let chosen = left.into_iter().find_map(|value| {
                let fixed = self.model.fix(&domains, column.variable, value)?;
                Some((value, fixed))
            });
            let Some((value, fixed)) = chosen else {
                continue;
            };
            domains = fixed;
            let words = column.words[value].as_deref().unwrap_or("unknown");
            parts.push(format!("{} is {words}", shorten(column.name)));
        }
        format!("where {}", parts.join(" and "))
    }

    fn about_rule(
        &self,
        code: &'static str,
        rule: usize,
        message: String,
        hint: &str,
    ) -> Option<Diagnostic> {
        let file = self.file.rules.get(rule)?;
        let finding = Diagnostic::error(code, file.place, file.path.as_str(), message);
        Some(finding.hint(hint))
    }
}

/// Describes the value of an input; `None` if it is unknown.
fn in_words(input: &Typed, value: table::Value<'_>, other: bool) -> Option<String> {
    Some(match value {
        table::Value::Unknown => return None,
        _ if matches!(input, Typed::Any(_)) => "known".to_owned(),
        table::Value::Text(_) if other => "any other text".to_owned(),
        table::Value::Text(text) => format!("\"{}\"", shorten(text)),
        table::Value::Number(number) => number.to_string(),
        table::Value::Bool(flag) => flag.to_string(),
        table::Value::List(_) => "known".to_owned(),
    })
}
