//! Decision tables: rows of tests with what they say, for people who think in
//! tables, after the hit policies of DMN 1.5 (§8.2.8).
//!
//! `source` reads the fields, `entry` the tests of a row, `compile` puts them
//! together and checks their types. `answer` is the evaluation, `shown` what is
//! told of it. Rows that overlap, are never reached or are missing are found in
//! `rules::analysis`.

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

/// A table that has been checked.
#[derive(Debug)]
pub(super) struct Table {
    pub id: TableId,
    pub title: Option<String>,
    pub hit: Hit,
    pub inputs: Vec<Input>,
    pub outputs: Vec<Output>,
    pub rules: Vec<Rule>,
    /// What it says where no rule matches; empty for an empty list.
    pub otherwise: Option<Vec<OutputValue>>,
}

/// What becomes of the rules that match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hit {
    /// At most one can.
    Unique,
    /// The first in the order of the file counts.
    First,
    /// The one with the best outputs counts.
    Priority,
    /// Several can, and say the same.
    Any,
    /// All count, in no order that matters, or are added up.
    Collect(Option<Aggregation>),
    /// All count, in the order of the file.
    RuleOrder,
    /// All count, the best outputs first.
    OutputOrder,
}

/// How the outputs of several rules become one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Aggregation {
    Sum,
    Min,
    Max,
    /// Of distinct outputs.
    Count,
}

/// What a table says altogether.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ResultShape {
    /// The outputs of one rule.
    Row,
    /// The outputs of several.
    List,
    /// One number made of them.
    Number,
}

/// The type of an input or an output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Number,
    Text,
    Bool,
}

/// What a table looks at.
#[derive(Debug)]
pub(super) struct Input {
    /// Its name for people.
    pub name: String,
    pub expression: Typed,
}

/// An input with its type.
#[derive(Debug, PartialEq)]
pub(super) enum Typed {
    Number(Num),
    Text(Text),
    Bool(Box<Both>),
    /// An attribute of whatever type: no entry asks for more than whether it
    /// is there.
    Any(AttributeRef),
}

/// A condition and its negation: where neither holds, it is not known.
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
    /// A list, which no entry can look into.
    List(&'v [String]),
}

/// One of the things that a table says.
#[derive(Debug, Clone)]
pub(super) struct Output {
    pub name: String,
    /// The texts that it can be, best first; empty for any, or no text.
    pub values: Vec<Box<str>>,
}

/// A row.
#[derive(Debug)]
pub(super) struct Rule {
    pub when: Vec<Entry>,
    pub then: Vec<OutputValue>,
    pub note: Option<String>,
    /// The places of its outputs among their values: the least is the best.
    pub rank: Vec<usize>,
    /// The first rule with the same outputs.
    pub like: usize,
}

/// What conditions have to know of a table, right or wrong.
#[derive(Debug)]
pub(super) struct TableSignature {
    pub id: TableId,
    pub says: ResultShape,
    pub outputs: Vec<OutputSignature>,
    /// What keeps it from being asked before the tier is found.
    pub late: Option<Mention>,
}

/// What conditions have to know of an output.
#[derive(Debug)]
pub(super) struct OutputSignature {
    pub name: String,
    /// Absent if it is not right.
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

    /// Whether the order of the outputs' values decides.
    fn is_ordered(self) -> bool {
        matches!(self, Self::Priority | Self::OutputOrder)
    }
}

impl Kind {
    /// As programs write it.
    const fn as_str(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Text => "text",
            Self::Bool => "bool",
        }
    }

    /// In a sentence.
    fn words(self) -> &'static str {
        match self {
            Self::Number => "a number",
            Self::Text => "a text",
            Self::Bool => "true or false",
        }
    }
}

impl TableSignature {
    /// The names that conditions may ask for.
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
    /// What it is for the member at hand.
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
