//! The variables of the analysis: what tests read.
//!
//! A test is analysed if it reads one variable and compares it with constants.
//! Any other test (two numbers compared with each other, a loop, a part of a text)
//! becomes an opaque variable that may have any value, so that no wrong conclusion
//! is drawn from it.

use crate::domain::AudienceName;
use crate::rules::condition::expr::*;

/// A fact that tests read, such as a score, an attribute or the time.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Variable {
    /// Whether anything is known of an index or a topic.
    Known(Subject),
    /// A number other than an attribute.
    Number(Quantity),
    /// An attribute, of any type.
    Attribute(AttributeRef),
    /// Whether a text is among those of an attribute.
    Holds(Box<str>, AttributeRef),
    /// Whether an account of a network is linked.
    Network(Box<str>),
    /// Whether the member is on the list of an audience.
    Listed(AudienceName),
    /// The tier in effect.
    Tier,
    /// An output of a decision table.
    Output(TableRef),
    /// The time.
    Now,
    /// A number that is calculated from others.
    Calculated(Num),
    /// A text that depends on a condition.
    Chosen(Text),
    /// The order of two things; the operator is always `==`.
    Compared(Atom),
    /// Any other condition.
    Opaque(Bool),
}

impl Variable {
    /// Returns the variable that a test reads; `None` if it is constant.
    pub(super) fn of(atom: &Atom) -> Option<Self> {
        match atom {
            Atom::Number(a, _, b) => match (Self::of_number(a), Self::of_number(b)) {
                (Some(_), Some(_)) => {
                    // One order for both ways of writing it.
                    let (a, b) = if is_sorted(a, b) { (a, b) } else { (b, a) };
                    Some(Self::Compared(Atom::Number(
                        a.clone(),
                        Op::Equal,
                        b.clone(),
                    )))
                }
                (one, other) => one.or(other),
            },
            Atom::AmongNumbers(number, _) => Self::of_number(number),
            Atom::Text(a, _, b) => match (Self::of_text(a), Self::of_text(b)) {
                (Some(_), Some(_)) => {
                    Some(Self::Compared(Atom::Text(a.clone(), Op::Equal, b.clone())))
                }
                (one, other) => one.or(other),
            },
            Atom::Time(a, _, b) => match (a, b) {
                (Time::Const(_), Time::Const(_)) => None,
                (Time::Now, Time::Const(_)) | (Time::Const(_), Time::Now) => Some(Self::Now),
                (Time::Attribute(of), Time::Const(_)) | (Time::Const(_), Time::Attribute(of)) => {
                    Some(Self::Attribute(of.clone()))
                }
                _ => Some(Self::Compared(Atom::Time(a.clone(), Op::Equal, b.clone()))),
            },
            Atom::Span(a, _, b) => {
                Some(Self::Compared(Atom::Span(a.clone(), Op::Equal, b.clone())))
            }
            Atom::Attributes(a, _, b) => {
                // One order for both ways of writing it.
                let (a, b) = if a <= b { (a, b) } else { (b, a) };
                Some(Self::Compared(Atom::Attributes(
                    a.clone(),
                    Op::Equal,
                    b.clone(),
                )))
            }
            Atom::Flag(of) | Atom::FlagIs(of, _) | Atom::Has(of) => {
                Some(Self::Attribute(of.clone()))
            }
            Atom::Unknown(subject) => Some(Self::Known(*subject)),
            Atom::Table(of) => Some(Self::Output(of.clone())),
            Atom::Listed(audience) => Some(Self::Listed(audience.clone())),
            Atom::Among(text, List::Const(_)) => Self::of_text(text),
            Atom::Among(Text::Const(text), List::Networks) => Some(Self::Network(text.clone())),
            Atom::Among(Text::Const(text), List::Attribute(of)) => {
                Some(Self::Holds(text.clone(), of.clone()))
            }
            Atom::Among(..) | Atom::Part(..) | Atom::Items(..) => {
                Some(Self::Opaque(Bool::leaf(atom.clone())))
            }
        }
    }

    /// Returns the variable that a number reads; `None` if it is constant.
    pub(super) fn of_number(number: &Num) -> Option<Self> {
        match number {
            constant if is_constant(constant) => None,
            Num::Quantity(Quantity::Attribute(of)) => Some(Self::Attribute(of.clone())),
            Num::Quantity(quantity) => Some(Self::Number(quantity.clone())),
            Num::Table(of) if of.output.is_some() => Some(Self::Output(of.clone())),
            other => Some(Self::Calculated(other.clone())),
        }
    }

    /// Returns the variable that a text reads; `None` if it is constant.
    pub(super) fn of_text(text: &Text) -> Option<Self> {
        match text {
            Text::Const(_) => None,
            Text::Tier => Some(Self::Tier),
            Text::Attribute(of) => Some(Self::Attribute(of.clone())),
            Text::Table(of) => Some(Self::Output(of.clone())),
            Text::Item | Text::If(..) => Some(Self::Chosen(text.clone())),
        }
    }

    /// Returns whether it may have any value, independent of other variables.
    pub(super) fn is_opaque(&self) -> bool {
        match self {
            Self::Calculated(number) => *number != Num::Count(List::Networks),
            Self::Chosen(_) | Self::Compared(_) | Self::Opaque(_) => true,
            _ => false,
        }
    }

    /// Returns the subject together with which it is known or unknown.
    pub(super) fn subject(&self) -> Option<Subject> {
        match self {
            Self::Known(subject) => Some(*subject),
            Self::Number(Quantity::Standing(_)) => Some(Subject::Standing),
            Self::Number(Quantity::Index(slot, _)) => Some(Subject::Index(*slot)),
            Self::Number(Quantity::Topic(slot, _)) => Some(Subject::Topic(*slot)),
            _ => None,
        }
    }

    /// Returns the facet, for a number of an index or the standing.
    pub(super) fn facet(&self) -> Option<Facet> {
        match self {
            Self::Number(Quantity::Standing(facet) | Quantity::Index(_, facet)) => Some(*facet),
            _ => None,
        }
    }
}

/// Returns whether two compared numbers are in the order in which a variable holds
/// them.
pub(super) fn is_sorted(a: &Num, b: &Num) -> bool {
    format!("{a:?}") <= format!("{b:?}")
}

/// Returns whether a number is made of constants only.
pub(super) fn is_constant(number: &Num) -> bool {
    match number {
        Num::Const(_) => true,
        Num::Negative(of) => is_constant(of),
        Num::Binary(_, a, b) => is_constant(a) && is_constant(b),
        _ => false,
    }
}
