//! Decision tables: rows of tests and outputs, with the hit policies of DMN 1.5
//! (§8.2.8).
//!
//! `source` reads the fields and `entry` the tests of a rule. `compile` puts
//! them together and checks their types. `answer` evaluates a table, `shown`
//! writes the result for the API. `rules::analysis` finds rules that overlap,
//! rules that are never reached, and values that no rule covers.

mod answer;
mod compile;
mod entry;
mod output;
mod shown;
pub(super) mod source;

use crate::domain::{Attribute, TableId};

use super::condition::eval::Eval;
use super::condition::expr::{AttributeRef, Bool, Num, Text};
use super::condition::mentions::Mention;

pub(super) use answer::{ResultRows, RowRef, TableAnswer};
pub(super) use entry::{Entry, Unary};
pub use shown::{InputSeen, OutputValue, TableOutcome, TableReasons, TableResult};

/// A table that has been checked and can be evaluated.
#[derive(Debug)]
pub(super) struct Table {
    pub id: TableId,
    pub title: Option<String>,
    pub hit: Hit,
    pub inputs: Vec<Input>,
    pub outputs: Vec<Output>,
    pub rules: Vec<Rule>,
    /// The outputs if no rule matches. An empty row stands for an empty list.
    pub otherwise: Option<Vec<OutputValue>>,
}

/// The hit policy: which of the matching rules count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hit {
    /// At most one rule may match.
    Unique,
    /// The first match in the order of the file counts.
    First,
    /// The match with the best outputs counts.
    Priority,
    /// Several rules may match if their outputs are equal.
    Any,
    /// All matches count; their order has no meaning. With an aggregate, their
    /// outputs become one number.
    Collect(Option<Aggregation>),
    /// All matches count, in the order of the file.
    RuleOrder,
    /// All matches count, the best outputs first.
    OutputOrder,
}

/// The way in which the outputs of several rules become one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Aggregation {
    Sum,
    Min,
    Max,
    /// The number of distinct outputs.
    Count,
}

/// The form of a table result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ResultShape {
    /// The outputs of one rule.
    Row,
    /// The outputs of several rules.
    List,
    /// One number, aggregated from the outputs.
    Number,
}

/// The type of an input or an output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Number,
    Text,
    Bool,
}

/// An input of a table: an expression with a name.
#[derive(Debug)]
pub(super) struct Input {
    /// The label, or the expression as it was written.
    pub name: String,
    pub expression: Typed,
}

/// The expression of an input, with its type.
#[derive(Debug, PartialEq)]
pub(super) enum Typed {
    Number(Num),
    Text(Text),
    Bool(Box<Both>),
    /// An attribute of any type: the entries only test whether it is present.
    Any(AttributeRef),
}

/// A condition and its negation. If neither holds, the value is unknown.
#[derive(Debug, PartialEq)]
pub(super) struct Both {
    pub yes: Bool,
    pub no: Bool,
}

/// The value of an input.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Value<'v> {
    Unknown,
    Number(f64),
    Text(&'v str),
    Bool(bool),
    /// A list. No entry can test its items.
    List(&'v [String]),
}

/// An output column of a table.
#[derive(Debug, Clone)]
pub(super) struct Output {
    pub name: String,
    /// The allowed texts, best first. Empty if any text is allowed, or if the
    /// type is not text.
    pub values: Vec<Box<str>>,
}

/// A rule: one row of the table.
#[derive(Debug)]
pub(super) struct Rule {
    pub when: Vec<Entry>,
    pub then: Vec<OutputValue>,
    pub note: Option<String>,
    /// The position of each output in its column's `values`. The lowest is the
    /// best.
    pub rank: Vec<usize>,
    /// The index of the first rule with the same outputs.
    pub like: usize,
}

/// The table signature: what conditions need to compile a reference to a table.
/// A table with errors has one too.
#[derive(Debug)]
pub(super) struct TableSignature {
    pub id: TableId,
    pub says: ResultShape,
    pub outputs: Vec<OutputSignature>,
    /// The first mention of the tier or the request in the inputs, if any. It
    /// keeps the table from being evaluated before the tier is found.
    pub late: Option<Mention<'static>>,
}

/// The signature of an output.
#[derive(Debug)]
pub(super) struct OutputSignature {
    pub name: String,
    /// The type; `None` if the file states no valid one.
    pub kind: Option<Kind>,
    pub values: Vec<Box<str>>,
}

impl Hit {
    pub(super) fn says(self) -> ResultShape {
        match self {
            Self::Unique | Self::First | Self::Priority | Self::Any => ResultShape::Row,
            Self::Collect(Some(_)) => ResultShape::Number,
            Self::Collect(None) | Self::RuleOrder | Self::OutputOrder => ResultShape::List,
        }
    }

    /// Returns whether the matches are ordered by the outputs' `values`.
    fn is_ordered(self) -> bool {
        matches!(self, Self::Priority | Self::OutputOrder)
    }
}

impl Kind {
    /// The word in program files.
    const fn as_str(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Text => "text",
            Self::Bool => "bool",
        }
    }

    /// The words for messages.
    fn words(self) -> &'static str {
        match self {
            Self::Number => "a number",
            Self::Text => "a text",
            Self::Bool => "true or false",
        }
    }
}

impl TableSignature {
    /// Returns the names that conditions may select.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let number = (self.says == ResultShape::Number).then_some("result");
        let outputs = match self.says {
            ResultShape::Number => &[][..],
            ResultShape::Row | ResultShape::List => &self.outputs[..],
        };
        outputs
            .iter()
            .map(|output| output.name.as_str())
            .chain(number)
    }
}

impl Typed {
    /// Evaluates the input for the member.
    pub(super) fn value<'v>(&'v self, eval: Eval<'v>) -> Value<'v> {
        match self {
            Self::Number(number) => eval.number(number).map_or(Value::Unknown, Value::Number),
            Self::Text(text) => eval.text(text).map_or(Value::Unknown, Value::Text),
            Self::Bool(both) if eval.holds(&both.yes) => Value::Bool(true),
            Self::Bool(both) if eval.holds(&both.no) => Value::Bool(false),
            Self::Bool(_) => Value::Unknown,
            Self::Any(of) => match eval.attribute(of) {
                None => Value::Unknown,
                Some(Attribute::Number(number)) => Value::Number(*number),
                Some(Attribute::Text(text)) => Value::Text(text),
                Some(Attribute::Bool(value)) => Value::Bool(*value),
                Some(Attribute::List(texts)) => Value::List(texts),
            },
        }
    }
}
