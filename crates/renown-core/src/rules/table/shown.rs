//! Table results in the API: decisions contain the results, explanations the
//! inputs too.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};
use utoipa::ToSchema;

use super::{Input, ResultRows, Table, TableAnswer, Value};
use crate::rules::condition::eval::Eval;
use crate::rules::deciding::Seen;
use crate::rules::program::Program;
use crate::rules::view::View;

/// The value of one output of a decision table.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(untagged)]
pub enum OutputValue {
    /// True or false.
    Bool(bool),
    /// A number.
    Number(#[serde(serialize_with = "plain")] f64),
    /// A text.
    Text(Box<str>),
}

/// The result of a table: the outputs of one rule by name, a list of such, one
/// number, or null if there is no result.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(untagged)]
pub enum TableResult<'p> {
    /// The outputs of the rule that counts, by name (hit policies `unique`,
    /// `first`, `priority` and `any`).
    Row(BTreeMap<&'p str, &'p OutputValue>),
    /// The outputs of every rule that matched (`collect`, `rule-order` and
    /// `output-order`).
    List(Vec<BTreeMap<&'p str, &'p OutputValue>>),
    /// The number that the outputs are aggregated to (`collect` with an
    /// aggregate).
    Number(#[serde(serialize_with = "plain")] f64),
    /// Null: no rule matches and the table has no `otherwise`, or the matching
    /// rules contradict each other.
    Nothing,
}

/// The result of one decision table for one person.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct TableOutcome<'p> {
    /// The numbers of the rules that matched, from 1, in the order in which
    /// they count. If one rule makes the result, it is the first. Empty if no
    /// rule matched: then the result comes from the table's `otherwise`, if it
    /// has one.
    pub hit: Vec<usize>,
    /// The result.
    pub result: TableResult<'p>,
}

/// The result of one decision table for one person, with the inputs that it was
/// computed from.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct TableReasons<'p> {
    /// The table's title; null if it has none.
    pub title: Option<&'p str>,
    /// The inputs of the table, in the order of its columns.
    pub inputs: Vec<InputSeen<'p>>,
    /// The numbers of the rules that matched, from 1, in the order in which
    /// they count.
    pub hit: Vec<usize>,
    /// The notes of these rules; rules without a note are left out.
    pub notes: Vec<&'p str>,
    /// The result.
    pub result: TableResult<'p>,
}

/// One input of a table, with its value.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct InputSeen<'p> {
    /// The input's label, or the expression as the program's author wrote it.
    pub name: &'p str,
    /// The value; null if it is not known.
    pub actual: Option<Seen>,
}

/// Writes whole numbers as authors do: 3, not 3.0.
fn plain<S: Serializer>(number: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if number.fract() == 0.0 && number.abs() <= EXACT {
        serializer.serialize_i64(*number as i64)
    } else {
        serializer.serialize_f64(*number)
    }
}

impl OutputValue {
    /// Returns the number, if the value is one.
    pub(in crate::rules) fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }
}

impl Table {
    fn result(&self, answer: &TableAnswer) -> TableResult<'_> {
        let row = |row| {
            let values = self.outputs.iter().zip(self.row(row));
            values
                .map(|(output, value)| (output.name.as_str(), value))
                .collect()
        };
        match &answer.said {
            ResultRows::Nothing => TableResult::Nothing,
            ResultRows::Row(of) => TableResult::Row(row(*of)),
            ResultRows::List(rows) => TableResult::List(rows.iter().map(|of| row(*of)).collect()),
            ResultRows::Number(number) => TableResult::Number(*number),
        }
    }

    /// Returns the values of the inputs for the member.
    fn seen<'v>(&'v self, view: &'v View<'v>) -> Vec<Option<Seen>> {
        let eval = Eval::on(view);
        let seen = |input: &'v Input| match input.expression.value(eval) {
            Value::Unknown => None,
            Value::Number(number) => Some(Seen::Number(number)),
            Value::Text(text) => Some(Seen::Text(text.to_owned())),
            Value::Bool(value) => Some(Seen::Bool(value)),
            Value::List(texts) => Some(Seen::List(texts.to_vec())),
        };
        self.inputs.iter().map(seen).collect()
    }
}

/// Numbers the matching rules from 1.
fn numbers(answer: &TableAnswer) -> Vec<usize> {
    answer.hits.iter().map(|hit| hit + 1).collect()
}

impl Program {
    /// Returns the results of all tables, evaluated with the tier in effect.
    pub(in crate::rules) fn table_outcomes(
        &self,
        view: &View<'_>,
    ) -> BTreeMap<&str, TableOutcome<'_>> {
        let mut all = BTreeMap::new();
        for (slot, table) in self.tables.iter().enumerate() {
            if let Some(answer) = view.answer(slot) {
                let outcome = TableOutcome {
                    hit: numbers(answer),
                    result: table.result(answer),
                };
                all.insert(table.id.as_str(), outcome);
            }
        }
        all
    }

    /// Returns the results of all tables with the inputs.
    pub(in crate::rules) fn table_reasons(
        &self,
        view: &View<'_>,
    ) -> BTreeMap<&str, TableReasons<'_>> {
        let mut all = BTreeMap::new();
        for (slot, table) in self.tables.iter().enumerate() {
            let Some(answer) = view.answer(slot) else {
                continue;
            };
            let seen = table.seen(view);
            let inputs = table.inputs.iter().zip(seen);
            let note = |hit: &usize| table.rules.get(*hit)?.note.as_deref();
            let reasons = TableReasons {
                title: table.title.as_deref(),
                inputs: inputs
                    .map(|(input, actual)| InputSeen {
                        name: &input.name,
                        actual,
                    })
                    .collect(),
                hit: numbers(answer),
                notes: answer.hits.iter().filter_map(note).collect(),
                result: table.result(answer),
            };
            all.insert(table.id.as_str(), reasons);
        }
        all
    }
}
