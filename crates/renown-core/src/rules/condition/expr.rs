//! The typed tree that a condition is lowered to.
//!
//! One enum a type, so that what has been checked cannot be mixed up again.
//! Names have become slots, and negation has been pushed down to the leaves:
//! what is not known makes a comparison false *and* its negation false, since
//! no data is neither high nor low.

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::Topic;
use crate::rules::standing::IndexRef;

/// The indices and topics that a program mentions; a tree holds their slots.
#[derive(Debug, Default)]
pub(in crate::rules) struct Names {
    pub indices: Vec<IndexRef>,
    pub topics: Vec<Topic>,
    /// Whether a condition asks who else stands where in the program.
    pub standing_percentile: bool,
}

impl Names {
    /// The slot of an index, new if need be.
    pub(in crate::rules) fn index(&mut self, index: &IndexRef) -> usize {
        slot(&mut self.indices, index)
    }

    /// The slot of a topic, new if need be.
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

/// Something that is true or false.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::rules) enum Bool {
    /// All of them, and true if there are none.
    All(Vec<Bool>),
    /// One of them, and false if there are none.
    Any(Vec<Bool>),
    /// A test.
    Leaf(Leaf),
}

/// A test or its negation.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::rules) struct Leaf {
    pub negated: bool,
    pub atom: Atom,
    /// The byte of the condition's text at which it begins.
    pub offset: usize,
}

/// A test that has no smaller tests to be explained by.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::rules) enum Atom {
    Number(Num, Op, Num),
    Text(Text, Op, Text),
    Time(Time, Op, Time),
    Span(Span, Op, Span),
    /// An attribute that is `true`; a missing one is not.
    Flag(AttributeRef),
    /// An attribute compared with `true` or `false`.
    FlagIs(AttributeRef, bool),
    /// Whether an attribute is there.
    Has(AttributeRef),
    /// Whether nothing is known.
    Unknown(Subject),
    /// A text among texts.
    Among(Text, List),
    /// A number among numbers.
    AmongNumbers(Num, Vec<f64>),
    /// A text within a text.
    Part(Part, Text, Text),
    /// A condition on the items of a list.
    Items(Quantifier, List, Box<Bool>),
    /// What a table says, where that is true or false.
    Table(TableRef),
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::rules) enum Op {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// Where one text is looked for in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::rules) enum Part {
    Start,
    End,
    Anywhere,
}

/// How many items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::rules) enum Quantifier {
    Every,
    Some,
}

/// What can be unknown as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::rules) enum Subject {
    Standing,
    Index(usize),
    Topic(usize),
}

/// A number that facts hold.
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

/// An attribute; its type is that of what it is compared with, and it is
/// missing if it has another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::rules) struct AttributeRef {
    pub owner: Owner,
    pub name: Box<str>,
}

/// Whose attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::rules) enum Owner {
    Member,
    Request,
}

/// What a decision table says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::rules) struct TableRef {
    /// Which table, by its place in the program.
    pub slot: usize,
    /// Its id.
    pub table: Box<str>,
    /// Which of its outputs; `None` for the number that it adds up to.
    pub output: Option<usize>,
    /// The output's name.
    pub name: Box<str>,
}

/// A number.
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

/// A text.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::rules) enum Text {
    Const(Box<str>),
    Tier,
    Attribute(AttributeRef),
    /// The item of the list that is being looked at.
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

/// A moment.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::rules) enum Time {
    Const(DateTime<Utc>),
    Now,
    Attribute(AttributeRef),
    /// Later by a length of time, or earlier.
    Later(Box<Time>, Box<Span>),
    Earlier(Box<Time>, Box<Span>),
}

/// A length of time.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::rules) enum Span {
    Const(TimeDelta),
    /// From the second to the first.
    Between(Box<Time>, Box<Time>),
}

impl Op {
    /// What is true exactly where this is false.
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

    /// The same comparison with its sides exchanged.
    pub(in crate::rules) fn mirrored(self) -> Self {
        match self {
            Self::Equal | Self::NotEqual => self,
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
        }
    }

    /// As CEL writes it.
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

    /// Whether it is about equality alone.
    pub(in crate::rules) fn is_equality(self) -> bool {
        matches!(self, Self::Equal | Self::NotEqual)
    }
}

impl Bool {
    /// A test.
    pub(in crate::rules) fn leaf(atom: Atom) -> Self {
        Self::Leaf(Leaf {
            negated: false,
            atom,
            offset: 0,
        })
    }

    /// Always true, or always false.
    pub(in crate::rules) fn constant(value: bool) -> Self {
        if value {
            Self::All(Vec::new())
        } else {
            Self::Any(Vec::new())
        }
    }

    /// Both; a chain becomes one flat list.
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

    /// One or the other; a chain becomes one flat list.
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

    /// The negation, pushed down to the tests.
    pub(in crate::rules) fn negate(self) -> Self {
        match self {
            Self::All(parts) => Self::Any(parts.into_iter().map(Self::negate).collect()),
            Self::Any(parts) => Self::All(parts.into_iter().map(Self::negate).collect()),
            Self::Leaf(leaf) => Self::Leaf(leaf.negate()),
        }
    }

    /// How many nodes the tree has, tests counted once.
    pub(in crate::rules) fn size(&self) -> usize {
        match self {
            Self::All(parts) | Self::Any(parts) => 1 + parts.iter().map(Self::size).sum::<usize>(),
            Self::Leaf(_) => 1,
        }
    }
}

impl Leaf {
    /// Comparisons turn round; everything else is marked.
    fn negate(self) -> Self {
        let atom = match self.atom {
            Atom::Number(a, op, b) => Atom::Number(a, op.opposite(), b),
            Atom::Text(a, op, b) => Atom::Text(a, op.opposite(), b),
            Atom::Time(a, op, b) => Atom::Time(a, op.opposite(), b),
            Atom::Span(a, op, b) => Atom::Span(a, op.opposite(), b),
            Atom::FlagIs(attribute, value) => Atom::FlagIs(attribute, !value),
            atom => {
                return Self {
                    negated: !self.negated,
                    atom,
                    offset: self.offset,
                };
            }
        };
        Self {
            negated: self.negated,
            atom,
            offset: self.offset,
        }
    }
}
