//! The typed tree that a condition is lowered to.
//!
//! Each type has its own enum, so that checked types cannot be mixed up later. Names are
//! replaced by slots. Negation is pushed down to the leaves, because an unknown value
//! makes a comparison false *and* its negation false: missing data is neither high nor
//! low.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::Problem;
use super::leaf_text::LeafText;
use crate::domain::{AudienceName, Topic};
use crate::rules::standing::IndexRef;

/// The indices and topics that a program mentions; a tree holds their slots.
#[derive(Debug, Default)]
pub(in crate::rules) struct Names {
    pub indices: Vec<IndexRef>,
    pub topics: Vec<Topic>,
    /// Whether a condition uses the percentile of the standing.
    pub standing_percentile: bool,
    /// The topics about which something was reported.
    pub reported_topics: Vec<Topic>,
    /// The audiences that conditions use, directly or through others.
    pub audiences: BTreeMap<AudienceName, Expansion>,
}

/// What stands for an audience in a condition.
#[derive(Debug)]
pub(in crate::rules) enum Expansion {
    /// A test whether the member is on its list.
    List,
    /// Its own condition.
    Condition {
        tree: Bool,
        /// The number of nodes of the tree, with all that stands inside numbers and texts.
        size: usize,
    },
    /// Nothing, because its condition has this mistake.
    Wrong(Problem),
}

impl Names {
    /// Returns the slot of an index; adds one if there is none.
    pub(in crate::rules) fn index(&mut self, index: &IndexRef) -> usize {
        slot(&mut self.indices, index)
    }

    /// Returns the slot of a topic; adds one if there is none.
    pub(in crate::rules) fn topic(&mut self, topic: &Topic) -> usize {
        slot(&mut self.topics, topic)
    }
}

fn slot<T: PartialEq + Clone>(table: &mut Vec<T>, wanted: &T) -> usize {
    table
        .iter()
        .position(|known| known == wanted)
        .unwrap_or_else(|| {
            table.push(wanted.clone());
            table.len() - 1
        })
}

/// An expression that is true or false.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::rules) enum Bool {
    /// True if all parts are true; true if there are no parts.
    All(Vec<Bool>),
    /// True if at least one part is true; false if there are no parts.
    Any(Vec<Bool>),
    /// A test.
    Leaf(Leaf),
}

/// A test or its negation.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::rules) struct Leaf {
    pub negated: bool,
    pub atom: Atom,
    /// Whether the author wrote the negation, even if the opposite operator expresses it.
    pub flipped: bool,
    /// The byte offset in the condition's text at which the test begins.
    pub offset: usize,
    /// The audience that the test belongs to; `None` if the author wrote the test itself.
    pub within: Option<Within>,
    /// The text of the test, once it was shown.
    pub text: LeafText,
}

/// The audience for which its tests stand in a condition.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::rules) struct Within {
    /// The audience that the condition names. The test may be of another audience, which the
    /// condition of the named one names.
    pub audience: AudienceName,
    /// Whether the condition asks who is not in the audience.
    pub negated: bool,
}

/// A test that is explained as a whole, not by smaller tests.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::rules) enum Atom {
    Number(Num, Op, Num),
    Text(Text, Op, Text),
    Time(Time, Op, Time),
    Span(Span, Op, Span),
    /// Two attributes, compared by the types that their values have.
    Attributes(AttributeRef, Op, AttributeRef),
    /// Whether an attribute is `true`; a missing attribute is not.
    Flag(AttributeRef),
    /// An attribute compared with `true` or `false`.
    FlagIs(AttributeRef, bool),
    /// Whether an attribute exists.
    Has(AttributeRef),
    /// Whether the standing, an index or a topic is unknown.
    Unknown(Subject),
    /// Whether a text is in a list.
    Among(Text, List),
    /// Whether a number is in a list.
    AmongNumbers(Num, Vec<f64>),
    /// Whether the first text contains the second at the given place.
    Part(Part, Text, Text),
    /// A condition on the items of a list.
    Items(Quantifier, List, Box<Bool>),
    /// A table result that is true or false.
    Table(TableRef),
    /// Whether the member is on the list of an audience.
    Listed(AudienceName),
}

/// A comparison operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::rules) enum Op {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// The place at which a text must contain another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::rules) enum Part {
    Start,
    End,
    Anywhere,
}

/// How many items of a list must meet a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::rules) enum Quantifier {
    Every,
    Some,
}

/// A subject that can be unknown as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::rules) enum Subject {
    Standing,
    Index(usize),
    Topic(usize),
}

/// A number from the facts.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::rules) enum Quantity {
    Standing(Facet),
    Index(usize, Facet),
    Topic(usize, TopicFacet),
    /// The place on a topic's leaderboard, from 1.
    Rank(usize),
    DaysEnrolled,
    Attribute(AttributeRef),
}

/// A number of an index, from 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::rules) enum Facet {
    Score,
    Lower,
    Upper,
    Percentile,
}

/// A number of a topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::rules) enum TopicFacet {
    Influence,
    Confidence,
    Interest,
}

/// An attribute. The expression that it meets decides its type; an attribute of another
/// type counts as missing. Two attributes that meet are compared by their own types.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::rules) struct AttributeRef {
    pub owner: Owner,
    pub name: Box<str>,
}

/// The owner of an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::rules) enum Owner {
    Member,
    Request,
    /// The identity by which the caller named the member. Its only attribute is `verified`.
    Identity,
}

/// An output of a decision table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::rules) struct TableRef {
    /// The place of the table in the program, from 0.
    pub slot: usize,
    /// The id of the table.
    pub table: Box<str>,
    /// The place of the output in the table, from 0; `None` if the table aggregates its
    /// rows to one number.
    pub output: Option<usize>,
    /// The name of the output.
    pub name: Box<str>,
}

/// An expression that is a number.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::rules) enum Num {
    Const(f64),
    Quantity(Quantity),
    Negative(Box<Num>),
    Binary(Sign, Box<Num>, Box<Num>),
    If(Box<Bool>, Box<Num>, Box<Num>),
    Length(Text),
    Count(List),
    Table(TableRef),
}

/// An arithmetic operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::rules) enum Sign {
    Add,
    Subtract,
    Multiply,
    Divide,
}

/// An expression that is a text.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::rules) enum Text {
    Const(Box<str>),
    Tier,
    Attribute(AttributeRef),
    /// The current item of the list in `exists` or `all`.
    Item,
    If(Box<Bool>, Box<Text>, Box<Text>),
    Table(TableRef),
}

/// A list of texts.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::rules) enum List {
    Const(Vec<Box<str>>),
    Networks,
    Attribute(AttributeRef),
}

/// A point in time.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::rules) enum Time {
    Const(DateTime<Utc>),
    Now,
    Attribute(AttributeRef),
    /// A time plus a length of time; [`Time::Earlier`] is minus.
    Later(Box<Time>, Box<Span>),
    Earlier(Box<Time>, Box<Span>),
}

/// A length of time.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::rules) enum Span {
    Const(TimeDelta),
    /// The first time minus the second.
    Between(Box<Time>, Box<Time>),
}

impl Op {
    /// Returns the negation.
    pub(in crate::rules) fn opposite(self) -> Self {
        match self {
            Self::Equal => Self::NotEqual,
            Self::NotEqual => Self::Equal,
            Self::Less => Self::GreaterOrEqual,
            Self::LessOrEqual => Self::Greater,
            Self::Greater => Self::LessOrEqual,
            Self::GreaterOrEqual => Self::Less,
        }
    }

    /// Returns the same comparison for exchanged sides.
    pub(in crate::rules) fn mirrored(self) -> Self {
        match self {
            Self::Equal | Self::NotEqual => self,
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
        }
    }

    /// Whether two numbers pass the comparison.
    pub(in crate::rules) fn holds(self, a: f64, b: f64) -> bool {
        match self {
            Self::Equal => a == b,
            Self::NotEqual => a != b,
            Self::Less => a < b,
            Self::LessOrEqual => a <= b,
            Self::Greater => a > b,
            Self::GreaterOrEqual => a >= b,
        }
    }

    /// Returns the operator in CEL.
    pub(in crate::rules) fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }

    /// Whether the operator is `==` or `!=`.
    pub(in crate::rules) fn is_equality(self) -> bool {
        matches!(self, Self::Equal | Self::NotEqual)
    }
}

impl Bool {
    /// Creates a test that is not negated.
    pub(in crate::rules) fn leaf(atom: Atom) -> Self {
        Self::Leaf(Leaf {
            negated: false,
            atom,
            flipped: false,
            offset: 0,
            within: None,
            text: LeafText::default(),
        })
    }

    /// Creates an expression that is always true or always false.
    pub(in crate::rules) fn constant(value: bool) -> Self {
        if value {
            Self::All(Vec::new())
        } else {
            Self::Any(Vec::new())
        }
    }

    /// Joins two expressions with `&&`. A chain becomes one flat list.
    pub(in crate::rules) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::All(mut left), Self::All(right)) if !left.is_empty() && !right.is_empty() => {
                left.extend(right);
                Self::All(left)
            }
            (Self::All(mut left), right) if !left.is_empty() => {
                left.push(right);
                Self::All(left)
            }
            (left, right) => Self::All(vec![left, right]),
        }
    }

    /// Joins two expressions with `||`. A chain becomes one flat list.
    pub(in crate::rules) fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Any(mut left), Self::Any(right)) if !left.is_empty() && !right.is_empty() => {
                left.extend(right);
                Self::Any(left)
            }
            (Self::Any(mut left), right) if !left.is_empty() => {
                left.push(right);
                Self::Any(left)
            }
            (left, right) => Self::Any(vec![left, right]),
        }
    }

    /// Returns the negation, pushed down to the tests.
    pub(in crate::rules) fn negate(self) -> Self {
        match self {
            Self::All(parts) => Self::Any(parts.into_iter().map(Self::negate).collect()),
            Self::Any(parts) => Self::All(parts.into_iter().map(Self::negate).collect()),
            Self::Leaf(leaf) => Self::Leaf(leaf.negate()),
        }
    }

    /// Returns the number of nodes of the tree. Each test counts as one.
    pub(in crate::rules) fn size(&self) -> usize {
        match self {
            Self::All(parts) | Self::Any(parts) => 1 + parts.iter().map(Self::size).sum::<usize>(),
            Self::Leaf(_) => 1,
        }
    }
}

impl Leaf {
    /// Negates the test. A comparison gets the opposite operator or value; any other test
    /// is marked as negated.
    fn negate(self) -> Self {
        let within = self.within.map(|within| Within {
            negated: !within.negated,
            ..within
        });
        let atom = match self.atom {
            Atom::Number(a, op, b) => Atom::Number(a, op.opposite(), b),
            Atom::Text(a, op, b) => Atom::Text(a, op.opposite(), b),
            Atom::Time(a, op, b) => Atom::Time(a, op.opposite(), b),
            Atom::Span(a, op, b) => Atom::Span(a, op.opposite(), b),
            Atom::Attributes(a, op, b) => Atom::Attributes(a, op.opposite(), b),
            Atom::FlagIs(attribute, value) => Atom::FlagIs(attribute, !value),
            atom => {
                return Self {
                    negated: !self.negated,
                    atom,
                    flipped: !self.flipped,
                    offset: self.offset,
                    within,
                    text: LeafText::default(),
                };
            }
        };
        Self {
            negated: self.negated,
            atom,
            flipped: !self.flipped,
            offset: self.offset,
            within,
            text: LeafText::default(),
        }
    }
}
