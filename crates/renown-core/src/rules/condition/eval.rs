//! Evaluates the typed tree. There is no allocation and no error, and the only loops are
//! over the items of one list.

use chrono::{DateTime, TimeDelta, Utc};

use super::expr::*;
use crate::domain::Attribute;
use crate::rules::view::View;

/// An evaluator: a view, and the current item inside `exists` and `all`.
#[derive(Clone, Copy)]
pub(in crate::rules) struct Eval<'v> {
    view: &'v View<'v>,
    item: Option<&'v str>,
}

impl<'v> Eval<'v> {
    /// Creates an evaluator of a view.
    pub(in crate::rules) fn on(view: &'v View<'v>) -> Self {
        Self { view, item: None }
    }

    /// Whether a condition holds.
    pub(in crate::rules) fn holds(self, tree: &'v Bool) -> bool {
        match tree {
            Bool::All(parts) => parts.iter().all(|part| self.holds(part)),
            Bool::Any(parts) => parts.iter().any(|part| self.holds(part)),
            Bool::Leaf(leaf) => self.passes(leaf),
        }
    }

    /// Whether a test passes. An unknown value passes neither a test nor its negation.
    pub(in crate::rules) fn passes(self, leaf: &'v Leaf) -> bool {
        self.atom(&leaf.atom)
            .is_some_and(|holds| holds != leaf.negated)
    }

    /// Returns the value of a test before negation; `None` if a value that it needs is
    /// unknown.
    pub(in crate::rules) fn atom(self, atom: &'v Atom) -> Option<bool> {
        match atom {
            Atom::Number(a, op, b) => Some(op.holds(self.number(a)?, self.number(b)?)),
            Atom::Text(a, op, b) => Some(op.accepts(self.text(a)?.cmp(self.text(b)?))),
            Atom::Time(a, op, b) => Some(op.accepts(self.time(a)?.cmp(&self.time(b)?))),
            Atom::Span(a, op, b) => Some(op.accepts(self.span(a)?.cmp(&self.span(b)?))),
            Atom::Attributes(a, op, b) => op.compares(self.attribute(a)?, self.attribute(b)?),
            Atom::Flag(of) => Some(self.flag(of) == Some(true)),
            Atom::FlagIs(of, wanted) => Some(self.flag(of)? == *wanted),
            Atom::Has(of) => Some(self.view.attribute(of).is_some()),
            Atom::Unknown(subject) => Some(self.view.is_unknown(*subject)),
            Atom::Among(text, list) => {
                let text = self.text(text)?;
                self.items(list)
                    .map(|mut items| items.any(|item| item == text))
            }
            Atom::AmongNumbers(number, list) => Some(list.contains(&self.number(number)?)),
            Atom::Part(part, whole, of) => {
                let (whole, of) = (self.text(whole)?, self.text(of)?);
                Some(match part {
                    Part::Start => whole.starts_with(of),
                    Part::End => whole.ends_with(of),
                    Part::Anywhere => whole.contains(of),
                })
            }
            Atom::Items(quantifier, list, body) => {
                let with = |item| Self {
                    item: Some(item),
                    ..self
                };
                let mut items = self.items(list)?;
                Some(match quantifier {
                    Quantifier::Every => items.all(|item| with(item).holds(body)),
                    Quantifier::Some => items.any(|item| with(item).holds(body)),
                })
            }
            Atom::Table(of) => self.view.table_flag(of),
            Atom::Listed(audience) => Some(self.view.is_listed(audience)),
        }
    }

    /// Returns a number; `None` if it is unknown or not finite.
    #[inline]
    pub(in crate::rules) fn number(self, number: &'v Num) -> Option<f64> {
        // Most numbers are one of these two.
        let value = match number {
            Num::Const(value) => *value,
            Num::Quantity(quantity) => self.view.number(quantity)?,
            computed => self.computed(computed)?,
        };
        value.is_finite().then_some(value)
    }

    fn computed(self, number: &'v Num) -> Option<f64> {
        Some(match number {
            Num::Const(value) => *value,
            Num::Quantity(quantity) => self.view.number(quantity)?,
            Num::Negative(of) => -self.number(of)?,
            Num::Binary(sign, a, b) => {
                let (a, b) = (self.number(a)?, self.number(b)?);
                match sign {
                    Sign::Add => a + b,
                    Sign::Subtract => a - b,
                    Sign::Multiply => a * b,
                    Sign::Divide => a / b,
                }
            }
            Num::If(test, yes, no) => self.number(if self.holds(test) { yes } else { no })?,
            Num::Length(text) => self.text(text)?.chars().count() as f64,
            Num::Count(list) => self.items(list)?.count() as f64,
            Num::Table(of) => self.view.table_number(of)?,
        })
    }

    /// Returns a text; `None` if it is unknown.
    pub(in crate::rules) fn text(self, text: &'v Text) -> Option<&'v str> {
        match text {
            Text::Const(text) => Some(text),
            Text::Tier => self.view.tier.map(|tier| tier.as_str()),
            Text::Attribute(of) => self.attribute_text(of),
            Text::Item => self.item,
            Text::If(test, yes, no) => self.text(if self.holds(test) { yes } else { no }),
            Text::Table(of) => self.view.table_text(of),
        }
    }

    /// Returns an attribute of any type; `None` if it is missing.
    pub(in crate::rules) fn attribute(self, of: &AttributeRef) -> Option<&'v Attribute> {
        self.view.attribute(of)
    }

    fn attribute_text(self, of: &'v AttributeRef) -> Option<&'v str> {
        match self.view.attribute(of)? {
            Attribute::Text(text) => Some(text),
            _ => None,
        }
    }

    fn flag(self, of: &AttributeRef) -> Option<bool> {
        match self.view.attribute(of)? {
            Attribute::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// Returns a point in time; `None` if it is unknown.
    pub(in crate::rules) fn time(self, time: &'v Time) -> Option<DateTime<Utc>> {
        match time {
            Time::Const(time) => Some(*time),
            Time::Now => Some(self.view.now()),
            Time::Attribute(of) => match self.view.attribute(of)? {
                Attribute::Text(text) => {
                    let time = DateTime::parse_from_rfc3339(text).ok()?;
                    Some(time.to_utc())
                }
                _ => None,
            },
            Time::Later(time, span) => self.time(time)?.checked_add_signed(self.span(span)?),
            Time::Earlier(time, span) => self.time(time)?.checked_sub_signed(self.span(span)?),
        }
    }

    /// Returns a length of time; `None` if it is unknown.
    pub(in crate::rules) fn span(self, span: &'v Span) -> Option<TimeDelta> {
        match span {
            Span::Const(length) => Some(*length),
            Span::Between(to, from) => Some(self.time(to)? - self.time(from)?),
        }
    }

    /// Returns the items of a list; `None` if it is unknown.
    pub(in crate::rules) fn items(self, list: &'v List) -> Option<Items<'v>> {
        Some(match list {
            List::Const(texts) => Items::Const(texts.iter()),
            List::Networks => Items::Networks(self.view.networks().iter()),
            List::Attribute(of) => match self.view.attribute(of)? {
                Attribute::List(texts) => Items::Attribute(texts.iter()),
                _ => return None,
            },
        })
    }
}

/// An iterator over the texts of a list, for each way to store it.
pub(in crate::rules) enum Items<'v> {
    Const(std::slice::Iter<'v, Box<str>>),
    Networks(std::slice::Iter<'v, crate::domain::Network>),
    Attribute(std::slice::Iter<'v, String>),
}

impl<'v> Iterator for Items<'v> {
    type Item = &'v str;

    fn next(&mut self) -> Option<&'v str> {
        match self {
            Self::Const(texts) => texts.next().map(AsRef::as_ref),
            Self::Networks(networks) => networks.next().map(|network| network.as_str()),
            Self::Attribute(texts) => texts.next().map(String::as_str),
        }
    }
}

impl Op {
    /// Whether two values with this ordering pass the comparison.
    pub(in crate::rules) fn accepts(self, ordering: std::cmp::Ordering) -> bool {
        match self {
            Self::Equal => ordering.is_eq(),
            Self::NotEqual => ordering.is_ne(),
            Self::Less => ordering.is_lt(),
            Self::LessOrEqual => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::GreaterOrEqual => ordering.is_ge(),
        }
    }

    /// Compares two attributes by the types of their values. Values of different types are
    /// not equal. Only two numbers have an order; for other values the result is `None`.
    pub(in crate::rules) fn compares(self, a: &Attribute, b: &Attribute) -> Option<bool> {
        match (self, a, b) {
            (Self::Equal, _, _) => Some(a == b),
            (Self::NotEqual, _, _) => Some(a != b),
            (_, Attribute::Number(a), Attribute::Number(b)) => {
                a.partial_cmp(b).map(|ordering| self.accepts(ordering))
            }
            _ => None,
        }
    }
}
