//! The values of a variable that make a difference.
//!
//! Tests compare with constants, so all values between two neighbouring constants
//! have the same results: one value stands for all of them.

use std::cmp::Ordering;

use chrono::{DateTime, TimeDelta, Utc};

use super::Scene;
use super::variable::Variable;
use crate::rules::condition::expr::*;
use crate::rules::table::OutputValue;

/// A value of a variable, or one that stands for all values with the same results.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Unknown,
    Number(Region),
    Text(Box<str>),
    /// A text that no test names.
    OtherText(Box<str>),
    Time(DateTime<Utc>),
    Flag(bool),
    /// A list of texts.
    List,
    Order(Ordering),
    /// Two attributes that are not ordered, and whether they are equal.
    Unordered(bool),
}

impl Value {
    /// Returns whether it equals an output of a table.
    pub(super) fn is_output(&self, output: &OutputValue) -> bool {
        match (self, output) {
            (Self::Number(region), OutputValue::Number(number)) => region.at == *number,
            (Self::Flag(flag), OutputValue::Bool(value)) => flag == value,
            (Self::Text(text), OutputValue::Text(value)) => text == value,
            _ => false,
        }
    }
}

/// One number, or all numbers between two constants.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Region {
    /// The number that stands for all.
    pub at: f64,
    /// The lower end, which does not belong to it unless it is a single number.
    pub low: f64,
    /// The upper end, which does not belong to it unless it is a single number.
    pub high: f64,
}

impl Region {
    fn point(at: f64) -> Self {
        Self {
            at,
            low: at,
            high: at,
        }
    }

    /// Returns whether it is a single number.
    pub(super) fn is_point(&self) -> bool {
        self.low == self.high
    }
}

/// The constants with which tests compare one variable.
#[derive(Debug, Default, Clone)]
pub(super) struct Constants {
    pub numbers: Vec<f64>,
    pub texts: Vec<Box<str>>,
    pub times: Vec<DateTime<Utc>>,
}

/// Returns the values of a variable that make a difference. A variable that can be
/// unknown has `Unknown` first; numbers are in ascending order.
pub(super) fn values(variable: &Variable, constants: &Constants, scene: &Scene<'_>) -> Vec<Value> {
    let mut values = Vec::new();
    if can_be_unknown(variable, scene) {
        values.push(Value::Unknown);
    }
    match variable {
        Variable::Known(_) => values.extend([false, true].map(Value::Flag)),
        Variable::Network(_) | Variable::Listed(_) | Variable::Holds(..) | Variable::Opaque(_) => {
            values.extend([true, false].map(Value::Flag));
        }
        Variable::Number(quantity) => values.extend(Range::of(quantity).regions(constants)),
        Variable::Calculated(number) => {
            values.extend(Range::of_number(number).regions(constants));
        }
        Variable::Attribute(_) => {
            values.extend(Range::ANY.regions(constants));
            values.extend([true, false].map(Value::Flag));
            values.push(Value::List);
            values.extend(texts(&constants.texts));
            values.extend(moments(&constants.times));
        }
        Variable::Chosen(_) => values.extend(texts(&constants.texts)),
        Variable::Tier => {
            let tiers = scene.tiers.iter();
            values.extend(tiers.map(|tier| Value::Text(tier.as_str().into())));
        }
        Variable::Output(of) => values.extend(outputs(of, scene)),
        Variable::Now => values.extend(moments(&constants.times)),
        Variable::Compared(atom) => {
            if matches!(atom, Atom::Attributes(..)) {
                values.extend([true, false].map(Value::Unordered));
            }
            let orders = [Ordering::Less, Ordering::Equal, Ordering::Greater];
            values.extend(orders.map(Value::Order));
        }
    }
    values
}

/// Returns the distinct values of a table's output, numbers in ascending order.
fn outputs(of: &TableRef, scene: &Scene<'_>) -> Vec<Value> {
    let (mut numbers, mut others) = (Vec::new(), Vec::new());
    for (_, output) in scene.outputs(of) {
        let value = match output {
            OutputValue::Number(number) => {
                numbers.push(*number);
                continue;
            }
            OutputValue::Bool(flag) => Value::Flag(*flag),
            OutputValue::Text(text) => Value::Text(text.clone()),
        };
        if !others.contains(&value) {
            others.push(value);
        }
    }
    numbers.sort_by(f64::total_cmp);
    numbers.dedup();
    let points = numbers.into_iter().map(Region::point).map(Value::Number);
    points.chain(others).collect()
}

/// Returns the texts that tests name, and one that no test names.
fn texts(constants: &[Box<str>]) -> Vec<Value> {
    let mut texts = constants.to_vec();
    texts.sort();
    texts.dedup();
    let mut other = "other".to_owned();
    while texts.iter().any(|text| **text == *other) {
        other.push('-');
    }
    let named = texts.into_iter().map(Value::Text);
    named.chain([Value::OtherText(other.into())]).collect()
}

fn can_be_unknown(variable: &Variable, scene: &Scene<'_>) -> bool {
    match variable {
        Variable::Known(_)
        | Variable::Network(_)
        | Variable::Listed(_)
        | Variable::Tier
        | Variable::Now => false,
        Variable::Number(Quantity::DaysEnrolled) => !scene.members_only,
        Variable::Calculated(number) => number_can_be_unknown(number),
        Variable::Chosen(text) => text_can_be_unknown(text),
        Variable::Opaque(tree) => bool_can_be_unknown(tree),
        _ => true,
    }
}

fn number_can_be_unknown(number: &Num) -> bool {
    match number {
        Num::Const(_) => false,
        Num::Negative(of) => number_can_be_unknown(of),
        Num::If(_, yes, no) => number_can_be_unknown(yes) || number_can_be_unknown(no),
        Num::Length(text) => text_can_be_unknown(text),
        Num::Count(list) => matches!(list, List::Attribute(_)),
        // The result of a division may be none; a sum may have no end.
        Num::Quantity(_) | Num::Binary(..) | Num::Table(_) => true,
    }
}

fn text_can_be_unknown(text: &Text) -> bool {
    match text {
        Text::Const(_) | Text::Tier => false,
        Text::Attribute(_) | Text::Item | Text::Table(_) => true,
        Text::If(_, yes, no) => text_can_be_unknown(yes) || text_can_be_unknown(no),
    }
}

fn bool_can_be_unknown(tree: &Bool) -> bool {
    match tree {
        Bool::All(parts) | Bool::Any(parts) => parts.iter().any(bool_can_be_unknown),
        Bool::Leaf(leaf) => !matches!(
            leaf.atom,
            Atom::Flag(_) | Atom::Has(_) | Atom::Unknown(_) | Atom::Listed(_)
        ),
    }
}

/// The range of a number.
#[derive(Debug, Clone, Copy)]
pub(in crate::rules) struct Range {
    pub low: f64,
    pub high: f64,
    /// Whether it is a whole number.
    pub whole: bool,
}

impl Range {
    const ANY: Self = Self {
        low: f64::NEG_INFINITY,
        high: f64::INFINITY,
        whole: false,
    };

    pub(in crate::rules) fn of(quantity: &Quantity) -> Self {
        let (low, high, whole) = match quantity {
            Quantity::Topic(_, TopicFacet::Confidence | TopicFacet::Interest) => (0.0, 1.0, false),
            Quantity::Topic(..) | Quantity::Standing(_) | Quantity::Index(..) => {
                (0.0, 100.0, false)
            }
            Quantity::Rank(_) => (1.0, f64::INFINITY, true),
            Quantity::DaysEnrolled => (0.0, f64::INFINITY, true),
            Quantity::Attribute(_) => return Self::ANY,
        };
        Self { low, high, whole }
    }

    /// Returns the number that was meant if the author mistook a scale up to 1 for one up to
    /// 100, or the other way round; `None` if the number fits this scale.
    pub(in crate::rules) fn on_other_scale(self, number: f64) -> Option<f64> {
        let tidy = |number: f64| (number * 1e9).round() / 1e9;
        match self.high {
            1.0 if number > 1.0 && number <= 100.0 => Some(tidy(number / 100.0)),
            100.0 if number > 0.0 && number < 1.0 => Some(tidy(number * 100.0)),
            _ => None,
        }
    }

    fn of_number(number: &Num) -> Self {
        match number {
            Num::Quantity(quantity) => Self::of(quantity),
            Num::Length(_) | Num::Count(_) => Self::of(&Quantity::DaysEnrolled),
            _ => Self::ANY,
        }
    }

    /// Splits the range at the constants.
    fn regions(self, constants: &Constants) -> Vec<Value> {
        let mut points: Vec<f64> = constants.numbers.clone();
        points.retain(|point| (self.low..=self.high).contains(point));
        points.extend([self.low, self.high]);
        points.sort_by(f64::total_cmp);
        points.dedup();
        let mut regions = Vec::new();
        for (i, &point) in points.iter().enumerate() {
            if point.is_finite() && !(self.whole && point.fract() != 0.0) {
                regions.push(Region::point(point));
            }
            let Some(&next) = points.get(i + 1) else {
                break;
            };
            let at = if self.whole {
                above(point.floor())
            } else {
                between(point, next)
            };
            if point < at && at < next {
                regions.push(Region {
                    at,
                    low: point,
                    high: next,
                });
            }
        }
        regions.into_iter().map(Value::Number).collect()
    }
}

/// Returns a number between two others, with few digits if possible.
fn between(start: f64, end: f64) -> f64 {
    let middle = match (start.is_finite(), end.is_finite()) {
        (true, true) => start / 2.0 + end / 2.0,
        (true, false) => above(start),
        (false, true) => -above(-end),
        (false, false) => 0.0,
    };
    let rounded = [1.0, 1e2, 1e4, 1e8].map(|digits| (middle * digits).round() / digits);
    let short = rounded.into_iter().find(|n| start < *n && *n < end);
    short.unwrap_or(middle)
}

/// Returns a greater number: one more, where floating point has such steps.
fn above(start: f64) -> f64 {
    let next = start + 1.0;
    if next > start {
        next
    } else {
        start / 2.0 + f64::MAX / 2.0
    }
}

/// Returns each time, and one before, between and after them; empty without any.
fn moments(constants: &[DateTime<Utc>]) -> Vec<Value> {
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
    moments.into_iter().map(Value::Time).collect()
}
