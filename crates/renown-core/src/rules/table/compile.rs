//! Compilation of tables: the inputs are lowered, the entries are parsed, and
//! every column gets one type.

use super::entry::{Entry, Unary};
use super::output;
use super::source::{InputSource, Policy, RuleSource, TableSource};
use super::{Aggregation, Both, Hit, Input, Kind, Rule, Table, TableSignature, Typed};
use crate::domain::TierId;
use crate::rules::check::CompileContext;
use crate::rules::condition::expr::{Atom, Bool, Num, Quantity, Text};
use crate::rules::condition::mentions::{self, Mention};
use crate::rules::condition::tables::{InputExpression, Tables};
use crate::rules::condition::{self, Scope};
use crate::rules::diagnostic::{Diagnostic, nearest};
use crate::rules::reader::wrong_type;
use crate::rules::yaml::Value;

/// A column: its compiled input, and where that was written.
struct Column<'f, 'n> {
    source: &'f InputSource<'n>,
    /// The expression as it was written, on one line.
    text: String,
    expression: InputExpression,
}

impl CompileContext<'_> {
    /// Compiles all tables. Afterwards, conditions may refer to them.
    pub(in crate::rules) fn tables(
        &mut self,
        files: &[TableSource<'_>],
        tiers: &[TierId],
    ) -> Vec<Option<Table>> {
        let mut tables = Vec::new();
        let mut signatures: Vec<TableSignature> = Vec::new();
        for file in files {
            let hit = hit(file);
            let (table, late) = self.table(file, hit, tiers);
            if let Some(mut signature) = output::signature(file, hit) {
                signature.late = late;
                signatures.push(signature);
            }
            tables.push(table);
        }
        self.signatures = signatures;
        tables
    }

    fn table(
        &mut self,
        file: &TableSource<'_>,
        hit: Hit,
        tiers: &[TierId],
    ) -> (Option<Table>, Option<Mention<'static>>) {
        let inputs = file.inputs.iter();
        let columns: Vec<Option<Column<'_, '_>>> =
            inputs.map(|input| self.column(input, tiers)).collect();
        let late = late(columns.iter().flatten());
        output::check_aggregate(file, hit, self.findings);
        let outputs = output::outputs(file, hit, self.findings);
        let rows: Vec<_> = file
            .rules
            .iter()
            .map(|rule| self.entries(rule, file))
            .collect();
        let inputs = columns
            .into_iter()
            .enumerate()
            .map(|(i, column)| self.typed(i, column?, file, &rows, tiers))
            .collect::<Vec<_>>();
        let then: Vec<_> = file
            .rules
            .iter()
            .map(|rule| output::row(rule.then.as_ref()?, &file.outputs, self.findings))
            .collect();
        let otherwise = self.otherwise(file, hit);
        let table = || {
            let outputs = outputs?;
            let mut rules: Vec<Rule> = Vec::new();
            for ((when, then), rule) in rows.into_iter().zip(then).zip(&file.rules) {
                let then = then?;
                rules.push(Rule {
                    when: when?,
                    rank: output::rank(&then, &outputs),
                    like: rules
                        .iter()
                        .position(|r| r.then == then)
                        .unwrap_or(rules.len()),
                    then,
                    note: rule.note.as_ref().map(|note| note.value.clone()),
                });
            }
            Some(Table {
                id: file.id.as_ref()?.value.clone(),
                title: file.title.as_ref().map(|title| title.value.clone()),
                hit,
                inputs: inputs.into_iter().collect::<Option<_>>()?,
                outputs,
                rules,
                otherwise: otherwise?,
            })
        };
        (table(), late)
    }

    fn column<'f, 'n>(
        &mut self,
        input: &'f InputSource<'n>,
        tiers: &[TierId],
    ) -> Option<Column<'f, 'n>> {
        let node = input.value?;
        let Value::Text(text) = &node.value else {
            let finding = wrong_type(node, &input.path, "text");
            let hint = "an expression such as 'standing.lower'";
            self.findings.add(finding.hint(hint));
            return None;
        };
        let scope = Scope {
            tiers: Some(tiers),
            setting: self.setting,
            tables: Tables::NotInTables,
            audiences: self.audiences,
            audience: None,
        };
        let mut problems = Vec::new();
        let compiled = condition::compile_input(text, scope, &mut self.names, &mut problems);
        for problem in problems {
            let place = node.place_within(self.source, problem.offset);
            self.findings.add(problem.at(place, &input.path));
        }
        let (text, expression) = compiled?;
        Some(Column {
            source: input,
            text,
            expression,
        })
    }

    /// Reads the entries of a rule; `None` if one of them cannot be read.
    fn entries(&mut self, rule: &RuleSource<'_>, file: &TableSource<'_>) -> Option<Vec<Entry>> {
        let row = rule.when.as_ref().filter(|_| !file.inputs.is_empty())?;
        if row.cells.len() != file.inputs.len() {
            let finding = output::wrong_number(row, file.inputs.len(), "input");
            self.findings.add(finding.hint("'-' is for anything"));
            return None;
        }
        let mut entries = Vec::new();
        for (i, node) in row.cells.iter().enumerate() {
            let path = format!("{}[{i}]", row.path);
            match Entry::read(&node.value) {
                Some(Ok(entry)) => entries.push(entry),
                Some(Err(problem)) => {
                    let place = node.place_within(self.source, problem.offset);
                    self.findings.add(problem.at(place, &path));
                }
                None => {
                    let finding = wrong_type(node, &path, "a test");
                    self.findings.add(finding.hint("'-' is for anything"));
                }
            }
        }
        (entries.len() == row.cells.len()).then_some(entries)
    }

    /// Types the input of a column; `None` if an entry has another type.
    fn typed(
        &mut self,
        i: usize,
        column: Column<'_, '_>,
        file: &TableSource<'_>,
        rows: &[Option<Vec<Entry>>],
        tiers: &[TierId],
    ) -> Option<Input> {
        let entries = || rows.iter().flatten().filter_map(|row| row.get(i));
        let first = entries().find_map(|entry| entry.kinds().first().copied());
        let kind = column.expression.kind().or(first);
        let mut right = true;
        for (entry, rule) in rows.iter().zip(&file.rules) {
            let Some(entry) = entry.as_ref().and_then(|row| row.get(i)) else {
                continue;
            };
            let other = entry.kinds().into_iter().find(|other| Some(*other) != kind);
            let problem = match other.zip(kind) {
                Some((other, kind)) => Some(mistyped(other, kind, &column)),
                None => unknown_tier(entry, &column.expression, tiers),
            };
            if let (Some(problem), Some(row)) = (problem, &rule.when) {
                right = false;
                let path = format!("{}[{i}]", row.path);
                self.findings.add(problem.at(row.cells[i].place, &path));
            }
        }
        let name = column.source.name.as_ref();
        right.then(|| Input {
            name: name.map_or(column.text, |name| name.value.clone()),
            expression: column.expression.typed(kind),
        })
    }

    /// Reads `otherwise`: `Some(None)` if there is none, `None` if it is wrong.
    fn otherwise(
        &mut self,
        file: &TableSource<'_>,
        hit: Hit,
    ) -> Option<Option<Vec<super::OutputValue>>> {
        let Some(row) = &file.otherwise else {
            return Some(None);
        };
        if hit == Hit::Collect(Some(Aggregation::Count)) {
            let message = "Where no rule matches the count is 0: 'otherwise' says nothing here.";
            let finding =
                Diagnostic::warning("needless-otherwise", row.place, row.path.as_str(), message);
            self.findings.add(finding);
            return Some(None);
        }
        if hit.says() == super::ResultShape::List && row.cells.is_empty() {
            return Some(Some(Vec::new()));
        }
        output::row(row, &file.outputs, self.findings).map(Some)
    }
}

/// Combines policy and aggregate. An aggregate with a policy other than
/// `collect` is dropped here; `output::check_aggregate` reports it.
fn hit(file: &TableSource<'_>) -> Hit {
    match file.policy {
        Policy::Unique => Hit::Unique,
        Policy::First => Hit::First,
        Policy::Priority => Hit::Priority,
        Policy::Any => Hit::Any,
        Policy::Collect => Hit::Collect(file.aggregate.as_ref().map(|at| at.value)),
        Policy::RuleOrder => Hit::RuleOrder,
        Policy::OutputOrder => Hit::OutputOrder,
    }
}

/// Returns the first mention that keeps a table from being evaluated before the
/// tier is found.
fn late<'c, 'f: 'c, 'n: 'f>(
    columns: impl Iterator<Item = &'c Column<'f, 'n>>,
) -> Option<Mention<'static>> {
    let mut late = None;
    let mut tell = |mention: Mention<'_>| {
        late = late.or(match mention {
            Mention::Tier => Some(Mention::Tier),
            Mention::Request => Some(Mention::Request),
            _ => None,
        });
    };
    for column in columns {
        match &column.expression {
            InputExpression::Number(number) => mentions::in_num(number, &mut tell),
            InputExpression::Text(text) => mentions::in_text(text, &mut tell),
            InputExpression::Bool(tree) => mentions::in_bool(tree, &mut tell),
            InputExpression::Attribute(of) => {
                mentions::in_atom(&Atom::Has(of.clone()), &mut tell);
            }
        }
    }
    late
}

fn mistyped(found: Kind, wanted: Kind, column: &Column<'_, '_>) -> condition::Problem {
    let (found_words, wanted_words) = (found.words(), wanted.words());
    let message = match column.expression {
        InputExpression::Attribute(_) => format!(
            "This is {found_words}, and '{}' has been {wanted_words} above.",
            column.text
        ),
        _ => format!(
            "This is {found_words}, and '{}' is {wanted_words}.",
            column.text
        ),
    };
    let problem = condition::Problem::new("type-mismatch", 0, message);
    match (found, wanted) {
        (Kind::Text, Kind::Number) => problem.hint("a number stands without quotes"),
        (Kind::Number, Kind::Text) => {
            problem.hint("a text stands in quotes within the entry: '\"5\"'")
        }
        _ => problem,
    }
}

/// Reports a tier that the program does not have.
fn unknown_tier(
    entry: &Entry,
    expression: &InputExpression,
    tiers: &[TierId],
) -> Option<condition::Problem> {
    if *expression != InputExpression::Text(Text::Tier) {
        return None;
    }
    let known = || tiers.iter().map(TierId::as_str);
    let wrong = entry.tests.iter().find_map(|test| match test {
        Unary::Text(text) if !known().any(|tier| tier == &**text) => Some(text),
        _ => None,
    })?;
    let hint = nearest(wrong, known()).map_or_else(
        || format!("the tiers are: {}", known().collect::<Vec<_>>().join(", ")),
        |near| format!("did you mean '{near}'?"),
    );
    let message = format!("There is no tier '{wrong}'.");
    Some(condition::Problem::new("unknown-tier", 0, message).hint(hint))
}

impl InputExpression {
    /// Returns the type that the expression has by itself; an attribute has
    /// none.
    fn kind(&self) -> Option<Kind> {
        match self {
            Self::Number(_) => Some(Kind::Number),
            Self::Text(_) => Some(Kind::Text),
            Self::Bool(_) => Some(Kind::Bool),
            Self::Attribute(_) => None,
        }
    }

    fn typed(self, kind: Option<Kind>) -> Typed {
        match (self, kind) {
            (Self::Number(number), _) => Typed::Number(number),
            (Self::Text(text), _) => Typed::Text(text),
            (Self::Bool(yes), _) => {
                let no = yes.clone().negate();
                Typed::Bool(Box::new(Both { yes, no }))
            }
            (Self::Attribute(of), None) => Typed::Any(of),
            (Self::Attribute(of), Some(Kind::Number)) => {
                Typed::Number(Num::Quantity(Quantity::Attribute(of)))
            }
            (Self::Attribute(of), Some(Kind::Text)) => Typed::Text(Text::Attribute(of)),
            // A missing attribute is neither true nor false.
            (Self::Attribute(of), Some(Kind::Bool)) => {
                let is = |value| Bool::leaf(Atom::FlagIs(of.clone(), value));
                let (yes, no) = (is(true), is(false));
                Typed::Bool(Box::new(Both { yes, no }))
            }
        }
    }
}
