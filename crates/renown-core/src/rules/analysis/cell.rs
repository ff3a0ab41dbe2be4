//! What a test looks at, and what it asks of it.
//!
//! A cell is one thing that a condition may depend on: a number, an attribute,
//! the tier. What the analysis does not understand (two numbers compared with
//! each other, a loop, a part of a text) is a cell of its own too, which may
//! say anything: nothing is concluded from it that might be false.

use std::cmp::Ordering;

use chrono::{DateTime, Utc};

use super::grid::{Constants, Value};
use crate::rules::condition::expr::*;

/// One thing that tests look at.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    /// Whether anything is known of an index or a topic.
    Known(Subject),
    /// A number other than an attribute.
    Number(Quantity),
    /// An attribute, of whatever type.
    Attribute(AttributeRef),
    /// Whether a text is among those of an attribute.
    Holds(Box<str>, AttributeRef),
    /// Whether an account of a network is linked.
    Network(Box<str>),
    /// The number of networks.
    Networks,
    /// The tier in effect.
    Tier,
    /// What a decision table says.
    Said(TableRef),
    /// The time.
    Now,
    /// A calculated number.
    Measured(Num),
    /// How two things stand to each other; the operator is always `==`.
    Compared(Atom),
    /// Anything else.
    Opaque(Atom),
}

impl Cell {
    /// Whether nothing is understood of it but that it says the same each time.
    pub(super) fn is_opaque(&self) -> bool {
        matches!(
            self,
            Self::Measured(_) | Self::Compared(_) | Self::Opaque(_)
        )
    }

    /// What is known or unknown together with it.
    pub(super) fn subject(&self) -> Option<Subject> {
        match self {
            Self::Known(subject) => Some(*subject),
            Self::Number(Quantity::Standing(_)) => Some(Subject::Standing),
            Self::Number(Quantity::Index(slot, _)) => Some(Subject::Index(*slot)),
            Self::Number(Quantity::Topic(slot, _)) => Some(Subject::Topic(*slot)),
            _ => None,
        }
    }

    /// The facet of an index or the standing.
    pub(super) fn facet(&self) -> Option<Facet> {
        match self {
            Self::Number(Quantity::Standing(facet) | Quantity::Index(_, facet)) => Some(*facet),
            _ => None,
        }
    }
}

/// What a test asks of its cell.
#[derive(Debug)]
pub(super) enum Rule<'t> {
    Compare(Op, f64),
    OneOf(&'t [f64]),
    Text(Op, &'t str),
    TextIn(&'t [Box<str>]),
    Time(Op, DateTime<Utc>),
    /// True, and not missing.
    Set,
    Is(bool),
    There,
    Order(Op),
}

impl Rule<'_> {
    /// What the test says of a value, as evaluation would.
    pub(super) fn says(&self, value: &Value) -> Option<bool> {
        match (self, value) {
            (Self::Set, value) => Some(*value == Value::Flag(true)),
            (Self::There, value) => Some(*value != Value::Unknown),
            (Self::Compare(op, to), Value::Number(region)) => {
                Some(op.accepts(region.at.partial_cmp(to)?))
            }
            (Self::OneOf(list), Value::Number(region)) => Some(list.contains(&region.at)),
            (Self::Text(op, to), Value::Text(text)) => Some(op.accepts((**text).cmp(to))),
            // Texts are only ever compared for equality.
            (Self::Text(op, _), Value::OtherText | Value::Time(_)) => {
                Some(op.accepts(Ordering::Less))
            }
            (Self::TextIn(list), Value::Text(text)) => Some(list.contains(text)),
            (Self::TextIn(_), Value::OtherText | Value::Time(_)) => Some(false),
            (Self::Time(op, to), Value::Time(time)) => Some(op.accepts(time.cmp(to))),
            (Self::Time(op, to), Value::Text(text)) => {
                let time = DateTime::parse_from_rfc3339(text).ok()?;
                Some(op.accepts(time.to_utc().cmp(to)))
            }
            (Self::Is(wanted), Value::Flag(flag)) => Some(flag == wanted),
            (Self::Order(op), Value::Order(order)) => Some(op.accepts(*order)),
            _ => None,
        }
    }

    /// Adds the values at which the answer may change.
    pub(super) fn note(&self, constants: &mut Constants) {
        match self {
            Self::Compare(_, to) => constants.numbers.push(*to),
            Self::OneOf(list) => constants.numbers.extend(*list),
            Self::Text(_, to) => constants.texts.push((*to).into()),
            Self::TextIn(list) => constants.texts.extend(list.iter().cloned()),
            Self::Time(_, to) => constants.times.push(*to),
            Self::Set | Self::Is(_) | Self::There | Self::Order(_) => {}
        }
    }
}

/// A test taken apart.
pub(super) enum Asked<'t> {
    /// It looks at nothing, and always says this.
    Nothing(Option<bool>),
    /// It asks something of a cell.
    Of(Cell, Rule<'t>),
}

/// Takes a test apart.
pub(super) fn asked(atom: &Atom) -> Asked<'_> {
    match atom {
        Atom::Number(a, op, b) => numbers(a, *op, b),
        Atom::AmongNumbers(number, list) => match constant(number) {
            Some(number) => Asked::Nothing(Some(list.contains(&number))),
            None => Asked::Of(number_cell(number), Rule::OneOf(list)),
        },
        Atom::Text(a, op, b) => texts(a, *op, b),
        Atom::Among(text, list) => among(atom, text, list),
        Atom::Time(a, op, b) => times(a, *op, b),
        Atom::Span(a, op, b) => {
            let pair = Atom::Span(a.clone(), Op::Equal, b.clone());
            Asked::Of(Cell::Compared(pair), Rule::Order(*op))
        }
        Atom::Flag(of) => Asked::Of(Cell::Attribute(of.clone()), Rule::Set),
        Atom::FlagIs(of, wanted) => Asked::Of(Cell::Attribute(of.clone()), Rule::Is(*wanted)),
        Atom::Has(of) => Asked::Of(Cell::Attribute(of.clone()), Rule::There),
        Atom::Unknown(subject) => Asked::Of(Cell::Known(*subject), Rule::Is(false)),
        Atom::Table(of) => Asked::Of(Cell::Said(of.clone()), Rule::Is(true)),
        Atom::Part(..) | Atom::Items(..) => opaque(atom),
    }
}

fn opaque(atom: &Atom) -> Asked<'_> {
    Asked::Of(Cell::Opaque(atom.clone()), Rule::Is(true))
}

fn numbers<'t>(a: &'t Num, op: Op, b: &'t Num) -> Asked<'t> {
    match (constant(a), constant(b)) {
        (Some(a), Some(b)) => Asked::Nothing(a.partial_cmp(&b).map(|order| op.accepts(order))),
        (None, Some(b)) => Asked::Of(number_cell(a), Rule::Compare(op, b)),
        (Some(a), None) => Asked::Of(number_cell(b), Rule::Compare(op.mirrored(), a)),
        // One order for both ways of writing it.
        (None, None) if format!("{a:?}") <= format!("{b:?}") => {
            let pair = Atom::Number(a.clone(), Op::Equal, b.clone());
            Asked::Of(Cell::Compared(pair), Rule::Order(op))
        }
        (None, None) => numbers(b, op.mirrored(), a),
    }
}

fn number_cell(number: &Num) -> Cell {
    match number {
        Num::Quantity(Quantity::Attribute(of)) => Cell::Attribute(of.clone()),
        Num::Quantity(quantity) => Cell::Number(quantity.clone()),
        Num::Table(of) if of.output.is_some() => Cell::Said(of.clone()),
        Num::Count(List::Networks) => Cell::Networks,
        other => Cell::Measured(other.clone()),
    }
}

/// The value of a number that depends on nothing.
fn constant(number: &Num) -> Option<f64> {
    let value = match number {
        Num::Const(value) => *value,
        Num::Negative(of) => -constant(of)?,
        Num::Binary(sign, a, b) => {
            let (a, b) = (constant(a)?, constant(b)?);
            match sign {
                Sign::Add => a + b,
                Sign::Subtract => a - b,
                Sign::Multiply => a * b,
                Sign::Divide => a / b,
            }
        }
        _ => return None,
    };
    value.is_finite().then_some(value)
}

fn texts<'t>(a: &'t Text, op: Op, b: &'t Text) -> Asked<'t> {
    match (a, b) {
        (Text::Const(a), Text::Const(b)) => Asked::Nothing(Some(op.accepts(a.cmp(b)))),
        (Text::Tier, Text::Const(b)) => Asked::Of(Cell::Tier, Rule::Text(op, b)),
        (Text::Table(of), Text::Const(b)) => Asked::Of(Cell::Said(of.clone()), Rule::Text(op, b)),
        (Text::Attribute(of), Text::Const(b)) => {
            Asked::Of(Cell::Attribute(of.clone()), Rule::Text(op, b))
        }
        _ => {
            let pair = Atom::Text(a.clone(), Op::Equal, b.clone());
            Asked::Of(Cell::Compared(pair), Rule::Order(op))
        }
    }
}

fn among<'t>(atom: &'t Atom, text: &'t Text, list: &'t List) -> Asked<'t> {
    match (text, list) {
        (Text::Const(text), List::Const(list)) => Asked::Nothing(Some(list.contains(text))),
        (Text::Tier, List::Const(list)) => Asked::Of(Cell::Tier, Rule::TextIn(list)),
        (Text::Table(of), List::Const(list)) => {
            Asked::Of(Cell::Said(of.clone()), Rule::TextIn(list))
        }
        (Text::Attribute(of), List::Const(list)) => {
            Asked::Of(Cell::Attribute(of.clone()), Rule::TextIn(list))
        }
        (Text::Const(text), List::Networks) => {
            Asked::Of(Cell::Network(text.clone()), Rule::Is(true))
        }
        (Text::Const(text), List::Attribute(of)) => {
            Asked::Of(Cell::Holds(text.clone(), of.clone()), Rule::Is(true))
        }
        _ => opaque(atom),
    }
}

fn times<'t>(a: &'t Time, op: Op, b: &'t Time) -> Asked<'t> {
    let cell = |time: &Time| match time {
        Time::Now => Some(Cell::Now),
        Time::Attribute(of) => Some(Cell::Attribute(of.clone())),
        _ => None,
    };
    match (a, b) {
        (Time::Const(a), Time::Const(b)) => return Asked::Nothing(Some(op.accepts(a.cmp(b)))),
        (a, Time::Const(b)) => {
            if let Some(cell) = cell(a) {
                return Asked::Of(cell, Rule::Time(op, *b));
            }
        }
        (Time::Const(a), b) => {
            if let Some(cell) = cell(b) {
                return Asked::Of(cell, Rule::Time(op.mirrored(), *a));
            }
        }
        _ => {}
    }
    let pair = Atom::Time(a.clone(), Op::Equal, b.clone());
    Asked::Of(Cell::Compared(pair), Rule::Order(op))
}
