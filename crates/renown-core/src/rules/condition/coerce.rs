//! Converts a part of a condition to the required type, or reports why that is not
//! possible.

use cel::IdedExpr;

use super::Problem;
use super::expr::*;
use super::lower::{Lowering, Term};

impl Term {
    /// Names the type, for the beginning of a sentence.
    pub(super) fn a_kind(&self) -> &'static str {
        match self {
            Self::Bool(_) => "A condition",
            Self::Num(_) => "A number",
            Self::Text(_) => "A text",
            Self::List(_) | Self::Numbers(_) => "A list",
            Self::Time(_) => "A time",
            Self::Span(_) => "A length of time",
            Self::Attribute(_) => "An attribute",
            Self::Index(_) => "An index",
            Self::Topic(_) => "A topic",
            Self::Member => "'member'",
            Self::Attributes => "'attributes'",
            Self::Request => "'request'",
            Self::Identity => "'identity'",
            Self::Table(_) => "A table",
        }
    }
}

/// Creates a problem with types.
pub(super) fn mismatch(message: String) -> Problem {
    Problem::new("type-mismatch", 0, message)
}

impl Lowering<'_> {
    /// Creates the problem that an index, topic or table is named without one of its
    /// numbers or outputs; `None` for other terms.
    pub(super) fn choose(&self, term: &Term) -> Option<Problem> {
        let (name, hint) = match term {
            Term::Table(slot) => return Some(self.choose_output(*slot)),
            Term::Index(Subject::Standing) => ("standing".to_owned(), "standing.lower"),
            Term::Index(Subject::Index(slot)) => {
                let name = self.names.indices.get(*slot)?.as_str();
                let hint = match name {
                    "influence" => "influence.lower",
                    "value" => "value.lower",
                    _ => "index(\"…\").score",
                };
                (name.to_owned(), hint)
            }
            Term::Topic(slot) => {
                let name = format!("topic(\"{}\")", self.names.topics.get(*slot)?);
                (name, "topic(\"…\").confidence")
            }
            _ => return None,
        };
        let message = format!("'{name}' is more than one number.");
        let problem = Problem::new("ambiguous-number", 0, message);
        Some(problem.hint(format!("say which: '{hint}' is the cautious one")))
    }

    pub(super) fn number(&mut self, at: &IdedExpr) -> Option<Num> {
        let term = self.term(at)?;
        self.as_number(at, term)
    }

    pub(super) fn as_bool(&mut self, at: &IdedExpr, term: Term) -> Option<Bool> {
        let mut tree = match term {
            Term::Bool(tree) => tree,
            Term::Attribute(attribute) => Bool::leaf(Atom::Flag(attribute)),
            other => return self.expected(at, "a condition (true or false)", &other),
        };
        if let Bool::Leaf(leaf) = &mut tree
            && leaf.offset == 0
        {
            leaf.offset = self.start(at);
        }
        Some(tree)
    }

    pub(super) fn as_number(&mut self, at: &IdedExpr, term: Term) -> Option<Num> {
        match term {
            Term::Num(number) => Some(number),
            Term::Attribute(attribute) => Some(Num::Quantity(Quantity::Attribute(attribute))),
            other => self.expected(at, "a number", &other),
        }
    }

    pub(super) fn as_text(&mut self, at: &IdedExpr, term: Term) -> Option<Text> {
        match term {
            Term::Text(text) => Some(text),
            Term::Attribute(attribute) => Some(Text::Attribute(attribute)),
            other => self.expected(at, "a text", &other),
        }
    }

    pub(super) fn as_list(&mut self, at: &IdedExpr, term: Term) -> Option<List> {
        match term {
            Term::List(list) => Some(list),
            Term::Attribute(attribute) => Some(List::Attribute(attribute)),
            other => self.expected(at, "a list of texts", &other),
        }
    }

    pub(super) fn as_time(&mut self, at: &IdedExpr, term: Term) -> Option<Time> {
        match term {
            Term::Time(time) => Some(time),
            Term::Attribute(attribute) => Some(Time::Attribute(attribute)),
            other => self.expected(at, "a time", &other),
        }
    }

    fn expected<T>(&mut self, at: &IdedExpr, wanted: &str, found: &Term) -> Option<T> {
        let problem = self.choose(found).unwrap_or_else(|| {
            mismatch(format!("{} stands where {wanted} should.", found.a_kind()))
        });
        self.fail(at, problem)
    }
}
