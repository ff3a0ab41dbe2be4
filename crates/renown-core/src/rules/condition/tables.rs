//! Decision tables in conditions, such as `table("upgrade").level`, and the inputs of
//! decision tables.

use cel::IdedExpr;

use super::Problem;
use super::coerce::mismatch;
use super::expr::*;
use super::lower::{Lowering, Term};
use super::mentions::Mention;
use crate::rules::diagnostic::nearest;
use crate::rules::table::{Kind, ResultShape, TableSignature};

/// The tables that a condition may use.
#[derive(Debug, Clone, Copy)]
pub(in crate::rules) enum Tables<'a> {
    /// All tables with these signatures, in the order of their slots.
    All(&'a [TableSignature]),
    /// No tables, because this is the input of a table.
    NotInTables,
}

/// An input of a table. The entries of its column decide the type of an attribute.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::rules) enum InputExpression {
    Number(Num),
    Text(Text),
    Bool(Bool),
    Attribute(AttributeRef),
}

impl Lowering<'_> {
    /// Returns the known names, with `table` added if the condition may use a table.
    pub(super) fn with_table<'k>(&self, known: &[&'k str]) -> Vec<&'k str> {
        let some = matches!(self.scope.tables, Tables::All(signatures) if !signatures.is_empty());
        let table = some.then_some("table");
        known.iter().copied().chain(table).collect()
    }

    /// Converts a term to an input of a table. Fails if entries cannot name its values.
    pub(super) fn as_looked(&mut self, at: &IdedExpr, term: Term) -> Option<InputExpression> {
        match term {
            Term::Num(number) => Some(InputExpression::Number(number)),
            Term::Text(text) => Some(InputExpression::Text(text)),
            Term::Bool(tree) => Some(InputExpression::Bool(tree)),
            Term::Attribute(attribute) => Some(InputExpression::Attribute(attribute)),
            other => {
                let problem = self.choose(&other).unwrap_or_else(|| {
                    let kind = other.a_kind();
                    mismatch(format!(
                        "{kind} stands where a table looks at a number, a text, or true or false."
                    ))
                });
                self.fail(at, problem)
            }
        }
    }

    pub(super) fn named_table(&mut self, at: &IdedExpr, name: &IdedExpr) -> Option<Term> {
        let wanted = self.written_text(name)?;
        if self.scope.audience.is_some() {
            let message = "An audience cannot use a table: tables belong to one program.";
            return self.fail(at, Problem::new("unknown-table", 0, message));
        }
        let Tables::All(signatures) = self.scope.tables else {
            let message = "A table cannot look at a table.";
            let problem = Problem::new("table-in-table", 0, message);
            let hint = "look at what that table looks at, or ask both in a condition";
            return self.fail(at, problem.hint(hint));
        };
        let found = signatures
            .iter()
            .position(|signature| signature.id.as_str() == &*wanted);
        let Some(slot) = found else {
            return self.unknown_table(name, &wanted, signatures);
        };
        match self.forbidden(&signatures[slot]) {
            Some(problem) => self.fail(at, problem),
            None => Some(Term::Table(slot)),
        }
    }

    fn unknown_table(
        &mut self,
        at: &IdedExpr,
        wanted: &str,
        signatures: &[TableSignature],
    ) -> Option<Term> {
        let ids = || signatures.iter().map(|signature| signature.id.as_str());
        let near = nearest(wanted, ids()).map(|near| format!("did you mean '{near}'?"));
        let hint = near.unwrap_or_else(|| match signatures {
            [] => "the program has no 'tables'".to_owned(),
            _ => format!("known here: {}", ids().collect::<Vec<_>>().join(", ")),
        });
        let message = format!("There is no table '{wanted}'.");
        self.fail(at, Problem::new("unknown-table", 0, message).hint(hint))
    }

    /// Returns the reason why this condition must not use a table, if there is one.
    fn forbidden(&self, signature: &TableSignature) -> Option<Problem> {
        let id = &signature.id;
        if signature.says == ResultShape::List {
            let message = format!("The table '{id}' answers with a list, which nothing can test.");
            let problem = Problem::new("table-list", 0, message);
            let hint = "let it give one result ('hit: first'), or a number ('aggregate: count')";
            return Some(problem.hint(hint));
        }
        if self.scope.tiers.is_some() {
            return None;
        }
        let why = match signature.late? {
            Mention::Tier => "looks at 'tier': tiers are found first",
            _ => "looks at 'request': a tier is held, whatever is asked about it",
        };
        let message = format!("A tier cannot depend on the table '{id}', which {why}.");
        let problem = Problem::new("table-after-tiers", 0, message);
        Some(problem.hint("ask it in the 'when' of a perk"))
    }

    /// Creates the problem that a table is named without an output.
    pub(super) fn choose_output(&self, slot: usize) -> Problem {
        let signature = self.signature(slot);
        let id = signature.map_or("", |signature| signature.id.as_str());
        let message =
            format!("'table(\"{id}\")' is a table: nothing can be tested but what it says.");
        let name = signature
            .and_then(|signature| signature.names().next())
            .unwrap_or("…");
        let problem = Problem::new("ambiguous-table", 0, message);
        problem.hint(format!("say which: table(\"{id}\").{name}"))
    }

    fn signature(&self, slot: usize) -> Option<&TableSignature> {
        match self.scope.tables {
            Tables::All(signatures) => signatures.get(slot),
            Tables::NotInTables => None,
        }
    }

    pub(super) fn table_output(&mut self, at: &IdedExpr, slot: usize, name: &str) -> Option<Term> {
        let Tables::All(signatures) = self.scope.tables else {
            return None;
        };
        let signature = signatures.get(slot)?;
        let Some(output) = signature.names().position(|known| known == name) else {
            let known: Vec<&str> = signature.names().collect();
            return self.unknown_name(at, name, &known);
        };
        let number = signature.says == ResultShape::Number;
        let of = TableRef {
            slot,
            table: signature.id.as_str().into(),
            output: (!number).then_some(output),
            name: name.into(),
        };
        // A wrong output was reported already, so its use is not reported again.
        match signature.outputs.get(output).and_then(|output| output.kind) {
            _ if number => Some(Term::Num(Num::Table(of))),
            Some(Kind::Number) => Some(Term::Num(Num::Table(of))),
            Some(Kind::Text) => Some(Term::Text(Text::Table(of))),
            Some(Kind::Bool) => Some(Term::Bool(Bool::leaf(Atom::Table(of)))),
            None => None,
        }
    }

    /// Checks that a text compared with a table output is one of the output's values.
    pub(super) fn known_output(&mut self, at: &IdedExpr, of: &TableRef, text: &str) -> Option<()> {
        let Tables::All(signatures) = self.scope.tables else {
            return Some(());
        };
        let output = signatures.get(of.slot)?.outputs.get(of.output?)?;
        if output.values.is_empty() || output.values.iter().any(|value| **value == *text) {
            return Some(());
        }
        let known = || output.values.iter().map(AsRef::as_ref);
        let hint = nearest(text, known()).map_or_else(
            || format!("its values are: {}", known().collect::<Vec<_>>().join(", ")),
            |near| format!("did you mean '{near}'?"),
        );
        let message = format!("'{of}' is never '{text}'.");
        self.fail(at, Problem::new("unknown-value", 0, message).hint(hint))
    }
}
