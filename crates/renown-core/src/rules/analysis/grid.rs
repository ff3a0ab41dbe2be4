//! The few values of a cell that make a difference.
//!
//! Tests compare with constants, so between two neighbouring constants every
//! value gets the same answers: one of them stands for all.

use std::cmp::Ordering;

use chrono::{DateTime, TimeDelta, Utc};

use super::cell::Cell;
use crate::rules::condition::expr::*;
use crate::rules::program::Program;
use crate::rules::table::OutputValue;

/// A value of a cell, or one for many that no test tells apart.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Unknown,
    Number(Region),
    Text(Box<str>),
    /// A text that no test names.
    OtherText,
    Time(DateTime<Utc>),
    Flag(bool),
    /// A list of texts.
    List,
    Order(Ordering),
}

/// One number, or all between two neighbouring ones.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Region {
    /// One that stands for all.
    pub at: f64,
    /// The number itself, or the one below all of them.
    pub low: f64,
    /// The number itself, or the one above all of them.
    pub high: f64,
}

impl Region {
    /// Whether it is a single number.
    pub(super) fn is_point(&self) -> bool {
        self.low == self.high
    }
}

/// The values that tests of one cell name.
#[derive(Debug, Default, Clone)]
pub(super) struct Constants {
    pub numbers: Vec<f64>,
    pub texts: Vec<Box<str>>,
    pub times: Vec<DateTime<Utc>>,
}

/// Every value of a cell that makes a difference. What can be unknown is so in
/// its first, and numbers stand in their order.
pub(super) fn values(cell: &Cell, constants: &Constants, program: &Program) -> Vec<Value> {
    let flags = || [false, true].map(Value::Flag);
    let numbers = |low, high, whole| {
        let regions = regions(&constants.numbers, (low, high), whole);
        regions.into_iter().map(Value::Number)
    };
    let mut values = Vec::new();
    if can_be_unknown(cell) {
        values.push(Value::Unknown);
    }
    match cell {
        Cell::Known(_) | Cell::Network(_) | Cell::Holds(..) | Cell::Opaque(_) => {
            values.extend(flags());
        }
        Cell::Number(Quantity::DaysEnrolled) | Cell::Networks => {
            values.extend(numbers(0.0, f64::MAX, true));
        }
        Cell::Number(quantity) => {
            let (low, high) = range(quantity);
            let whole = matches!(quantity, Quantity::Rank(_));
            values.extend(numbers(low, high, whole));
        }
        Cell::Measured(_) => values.extend(numbers(f64::MIN, f64::MAX, false)),
        Cell::Attribute(_) => {
            values.extend(numbers(f64::MIN, f64::MAX, false));
            values.extend(flags());
            values.extend([Value::List, Value::OtherText]);
            let mut texts = constants.texts.clone();
            texts.sort();
            texts.dedup();
            values.extend(texts.into_iter().map(Value::Text));
            values.extend(moments(&constants.times).into_iter().map(Value::Time));
        }
        Cell::Tier => {
            let tiers = program.tiers.iter();
            values.extend(tiers.map(|tier| Value::Text(tier.id.as_str().into())));
        }
        Cell::Said(of) => values.extend(said(of, program)),
        Cell::Now => values.extend(moments(&constants.times).into_iter().map(Value::Time)),
        Cell::Compared(_) => {
            let orders = [Ordering::Less, Ordering::Equal, Ordering::Greater];
            values.extend(orders.map(Value::Order));
        }
    }
    values
}

/// Whatever a table's rules may say, numbers in their order.
fn said(of: &TableRef, program: &Program) -> Vec<Value> {
    let (Some(table), Some(output)) = (program.tables.get(of.slot), of.output) else {
        return Vec::new();
    };
    let rows = table.rules.iter().map(|rule| &rule.then);
    let outputs = rows.chain(&table.otherwise);
    let outputs: Vec<&OutputValue> = outputs.filter_map(|row| row.get(output)).collect();
    let mut numbers: Vec<f64> = outputs
        .iter()
        .filter_map(|output| output.number())
        .collect();
    numbers.sort_by(f64::total_cmp);
    numbers.dedup();
    let point = |at| Region {
        at,
        low: at,
        high: at,
    };
    let mut values: Vec<Value> = numbers
        .into_iter()
        .map(|at| Value::Number(point(at)))
        .collect();
    for output in outputs {
        let value = match output {
            OutputValue::Number(_) => continue,
            OutputValue::Bool(flag) => Value::Flag(*flag),
            OutputValue::Text(text) => Value::Text(text.clone()),
        };
        if !values.contains(&value) {
            values.push(value);
        }
    }
    values
}

/// Only members are asked about, whose days and networks are known.
fn can_be_unknown(cell: &Cell) -> bool {
    !matches!(
        cell,
        Cell::Known(_)
            | Cell::Network(_)
            | Cell::Networks
            | Cell::Tier
            | Cell::Now
            | Cell::Number(Quantity::DaysEnrolled)
    )
}

/// From where to where a number can be.
pub(super) fn range(quantity: &Quantity) -> (f64, f64) {
    match quantity {
        Quantity::Topic(_, TopicFacet::Confidence | TopicFacet::Interest) => (0.0, 1.0),
        Quantity::Topic(..) | Quantity::Standing(_) | Quantity::Index(..) => (0.0, 100.0),
        Quantity::Rank(_) => (1.0, f64::MAX),
        Quantity::DaysEnrolled => (0.0, f64::MAX),
        Quantity::Attribute(_) => (f64::MIN, f64::MAX),
    }
}

fn regions(constants: &[f64], (low, high): (f64, f64), whole: bool) -> Vec<Region> {
    let mut points: Vec<f64> = constants.to_vec();
    points.retain(|point| (low..=high).contains(point));
    points.extend([low, high]);
    points.sort_by(f64::total_cmp);
    points.dedup();
    let mut regions = Vec::new();
    for (i, &point) in points.iter().enumerate() {
        if !whole || point.fract() == 0.0 {
            regions.push(Region {
                at: point,
                low: point,
                high: point,
            });
        }
        let Some(&next) = points.get(i + 1) else {
            break;
        };
        let at = if whole {
            point.floor() + 1.0
        } else {
            point / 2.0 + next / 2.0
        };
        if point < at && at < next {
            regions.push(Region {
                at,
                low: point,
                high: next,
            });
        }
    }
    regions
}

/// Each moment, and one before, between and after them; none if there are none.
fn moments(constants: &[DateTime<Utc>]) -> Vec<DateTime<Utc>> {
    let mut points = constants.to_vec();
    points.sort();
    points.dedup();
    let mut moments = Vec::new();
    let before = points.first();
    moments.extend(before.and_then(|time| time.checked_sub_signed(TimeDelta::days(1))));
    for (i, &point) in points.iter().enumerate() {
        moments.push(point);
        let between = match points.get(i + 1) {
            Some(&next) => Some(point + (next - point) / 2).filter(|at| point < *at),
            None => point.checked_add_signed(TimeDelta::days(1)),
        };
        moments.extend(between);
    }
    moments
}
