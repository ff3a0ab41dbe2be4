//! Evaluation of a table: which rules match, and the result that follows.

use super::{Aggregation, Hit, OutputValue, ResultShape, Table, Value};
use crate::rules::condition::eval::Eval;

/// The matching rules of a table, and its result.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::rules) struct TableAnswer {
    /// The indices of the matching rules, from 0, in the order in which they
    /// count.
    pub hits: Vec<usize>,
    pub said: ResultRows,
}

/// A table result.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::rules) enum ResultRows {
    Nothing,
    Row(RowRef),
    List(Vec<RowRef>),
    Number(f64),
}

/// The row that the outputs come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::rules) enum RowRef {
    Rule(usize),
    Otherwise,
}

impl Table {
    /// Evaluates the table.
    pub(in crate::rules) fn answer<'v>(&'v self, eval: Eval<'v>) -> TableAnswer {
        let inputs = self.inputs.iter();
        let values: Vec<Value<'v>> = inputs.map(|input| input.expression.value(eval)).collect();
        let mut hits = self.hits(&values);
        if self.hit.is_ordered() {
            // The sort is stable: equal ranks stay in the order of the file.
            hits.sort_by(|a, b| self.rules[*a].rank.cmp(&self.rules[*b].rank));
        }
        let said = self.said(&hits);
        TableAnswer { hits, said }
    }

    /// Returns the matching rules in the order of the file. With `first`, only
    /// the first match.
    pub(in crate::rules) fn hits(&self, values: &[Value<'_>]) -> Vec<usize> {
        let rules = self.rules.iter().enumerate();
        let matching = rules.filter(|(_, rule)| {
            let mut entries = rule.when.iter().zip(values);
            entries.all(|(entry, value)| entry.accepts(*value))
        });
        let most = match self.hit {
            Hit::First => 1,
            _ => self.rules.len(),
        };
        matching.map(|(i, _)| i).take(most).collect()
    }

    fn said(&self, hits: &[usize]) -> ResultRows {
        let Some(&first) = hits.first() else {
            return self.nothing_matches();
        };
        let row = ResultRows::Row(RowRef::Rule(first));
        match self.hit {
            // Matches that contradict each other give no result. Publication
            // checks for them, but not in the largest tables.
            Hit::Unique if hits.len() > 1 => ResultRows::Nothing,
            Hit::Any if hits.iter().any(|hit| !self.alike(*hit, first)) => ResultRows::Nothing,
            Hit::Unique | Hit::Any | Hit::First | Hit::Priority => row,
            Hit::Collect(None) | Hit::RuleOrder | Hit::OutputOrder => {
                ResultRows::List(hits.iter().map(|hit| RowRef::Rule(*hit)).collect())
            }
            Hit::Collect(Some(aggregate)) => self.add_up(aggregate, hits),
        }
    }

    fn nothing_matches(&self) -> ResultRows {
        match (self.hit.says(), &self.otherwise) {
            (ResultShape::Row, Some(_)) => ResultRows::Row(RowRef::Otherwise),
            (ResultShape::Number, Some(values)) => values
                .first()
                .and_then(OutputValue::number)
                .map_or(ResultRows::Nothing, ResultRows::Number),
            (ResultShape::List, Some(values)) if !values.is_empty() => {
                ResultRows::List(vec![RowRef::Otherwise])
            }
            (ResultShape::List, _) => ResultRows::List(Vec::new()),
            (ResultShape::Number, None) if self.hit == Hit::Collect(Some(Aggregation::Count)) => {
                ResultRows::Number(0.0)
            }
            (ResultShape::Row | ResultShape::Number, None) => ResultRows::Nothing,
        }
    }

    /// Returns whether two rules have the same outputs.
    pub(in crate::rules) fn alike(&self, a: usize, b: usize) -> bool {
        self.rules[a].like == self.rules[b].like
    }

    fn add_up(&self, aggregate: Aggregation, hits: &[usize]) -> ResultRows {
        let output = |hit: &usize| self.rules[*hit].then.first();
        let numbers = || {
            hits.iter()
                .filter_map(output)
                .filter_map(OutputValue::number)
        };
        let number = match aggregate {
            Aggregation::Sum => tidy(numbers().sum()),
            Aggregation::Min => numbers().fold(f64::INFINITY, f64::min),
            Aggregation::Max => numbers().fold(f64::NEG_INFINITY, f64::max),
            Aggregation::Count => {
                let mut distinct: Vec<usize> =
                    hits.iter().map(|hit| self.rules[*hit].like).collect();
                distinct.sort_unstable();
                distinct.dedup();
                distinct.len() as f64
            }
        };
        if number.is_finite() {
            ResultRows::Number(number)
        } else {
            ResultRows::Nothing
        }
    }

    /// Returns the outputs of a row.
    pub(in crate::rules) fn row(&self, row: RowRef) -> &[OutputValue] {
        match row {
            RowRef::Rule(rule) => self.rules.get(rule).map_or(&[], |rule| &rule.then),
            RowRef::Otherwise => self.otherwise.as_deref().unwrap_or_default(),
        }
    }

    /// Returns one output of the result, if the result is a row.
    pub(in crate::rules) fn output(
        &self,
        answer: &TableAnswer,
        output: usize,
    ) -> Option<&OutputValue> {
        match answer.said {
            ResultRows::Row(row) => self.row(row).get(output),
            _ => None,
        }
    }
}

/// Rounds a sum to nine decimals, which removes the noise of binary fractions.
/// Sums from 1,000,000 on have no digits to spare and stay as they are.
fn tidy(number: f64) -> f64 {
    if number.abs() < 1e6 {
        (number * 1e9).round() / 1e9 + 0.0
    } else {
        number
    }
}
