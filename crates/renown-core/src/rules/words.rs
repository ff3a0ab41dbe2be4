//! Says in plain words what a test found and what it asks for.

use std::fmt;

use super::condition::eval::Eval;
use super::condition::expr::*;
use super::condition::print::Show;
use super::deciding;
use super::reader::shorten;
use super::view::View;
use crate::domain::{Attribute, Topic};

/// The most tests that one sentence names.
const MAX_TESTS: usize = 3;
/// The most decimal digits of a number in a sentence.
const MAX_DIGITS: i32 = 6;

/// Says which tests decided about a condition: those that make it hold, or those that
/// make the first of its alternatives fail.
pub(super) fn tests(tree: &Bool, names: &Names, view: &View<'_>) -> String {
    let leaves = deciding::leaves(tree, view);
    let first = leaves.iter().filter(|(_, alternative)| {
        alternative.is_none_or(|alternative| Some(alternative) == leaves[0].1)
    });
    let words = Words { names, view };
    let mut said: Vec<String> = first.map(|(leaf, _)| words.leaf(leaf)).collect();
    said.dedup();
    let more = said.len().saturating_sub(MAX_TESTS);
    said.truncate(MAX_TESTS);
    if more > 0 {
        said.push(format!("{more} more"));
    }
    listed(&said)
}

/// Joins texts as a sentence does: `a, b, and c`. They may have commas of their own.
pub(super) fn listed(texts: &[String]) -> String {
    match texts {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{}, and {last}", first.join(", ")),
    }
}

/// Returns the name of a number: `standing`, `confidence in Las Vegas`.
fn name_of(quantity: &Quantity, names: &Names) -> String {
    match quantity {
        Quantity::Standing(facet) => faceted("standing", *facet),
        Quantity::Index(slot, facet) => faceted(index(names, *slot), *facet),
        Quantity::Topic(slot, facet) => {
            let facet = match facet {
                TopicFacet::Influence => "influence",
                TopicFacet::Confidence => "confidence",
                TopicFacet::Interest => "interest",
            };
            format!("{facet} in {}", topic(names, *slot))
        }
        Quantity::Rank(slot) => format!("place in {}", topic(names, *slot)),
        Quantity::DaysEnrolled => "days enrolled".to_owned(),
        Quantity::Attribute(of) => attribute(of),
    }
}

fn faceted(index: &str, facet: Facet) -> String {
    match facet {
        Facet::Percentile => format!("percentile of the {index}"),
        Facet::Score | Facet::Lower | Facet::Upper => index.to_owned(),
    }
}

fn index(names: &Names, slot: usize) -> &str {
    let index = names.indices.get(slot);
    index.map_or("an index", |index| index.as_str())
}

fn topic(names: &Names, slot: usize) -> String {
    let topic = names.topics.get(slot);
    topic.map_or_else(|| "a topic".to_owned(), Topic::title)
}

fn attribute(of: &AttributeRef) -> String {
    match of.owner {
        Owner::Member => of.name.to_string(),
        Owner::Request => format!("{} of the request", of.name),
        Owner::Identity => "the identity".to_owned(),
    }
}

struct Words<'w, 'v> {
    names: &'w Names,
    view: &'w View<'v>,
}

impl Words<'_, '_> {
    fn leaf(&self, leaf: &Leaf) -> String {
        let said = match &leaf.atom {
            Atom::Number(Num::Quantity(quantity), op, Num::Const(asked)) => {
                Some(self.number(quantity, *op, *asked))
            }
            Atom::Text(Text::Attribute(of), op, Text::Const(asked)) if op.is_equality() => {
                let asked = match op {
                    Op::Equal => shorten(asked),
                    _ => format!("another than {}", shorten(asked)),
                };
                Some(self.attribute(of, &asked))
            }
            Atom::Among(Text::Attribute(of), List::Const(list)) if !leaf.negated => {
                Some(self.attribute(of, &format!("one of {}", shorten(&list.join(", ")))))
            }
            Atom::Among(Text::Tier, List::Const(_)) | Atom::Text(Text::Tier, Op::Equal, _) => {
                self.view.tier.map(|tier| format!("the tier is {tier}"))
            }
            Atom::Flag(of) => Some(self.flag(of)),
            Atom::FlagIs(of, _) => Some(self.flag(of)),
            Atom::Has(of) => Some(match self.view.attribute(of) {
                Some(_) => format!("{} is known", attribute(of)),
                None => format!("{} is not known", attribute(of)),
            }),
            Atom::Unknown(subject) => Some(self.subject(*subject)),
            Atom::Listed(audience) => Some(match self.view.is_listed(audience) {
                true => format!("on the list {audience}"),
                false => format!("not on the list {audience}"),
            }),
            _ => None,
        };
        said.unwrap_or_else(|| self.as_written(leaf))
    }

    /// Says how a number compares: `standing at least 74, where 25 is asked`.
    fn number(&self, quantity: &Quantity, op: Op, asked: f64) -> String {
        let name = name_of(quantity, self.names);
        let comparison = match op {
            Op::GreaterOrEqual => "",
            Op::Greater => "more than ",
            Op::LessOrEqual => "at most ",
            Op::Less => "less than ",
            Op::Equal => "exactly ",
            Op::NotEqual => "another than ",
        };
        let notation = Notation::of(quantity);
        let asked = notation.scaled(asked);
        let Some(actual) = self.view.number(quantity) else {
            return format!("{name} not known yet, where {comparison}{asked}{notation} is asked");
        };
        let bound = match quantity {
            Quantity::Standing(Facet::Lower) | Quantity::Index(_, Facet::Lower) => Bound::Lower,
            Quantity::Standing(Facet::Upper) | Quantity::Index(_, Facet::Upper) => Bound::Upper,
            _ => Bound::Exact,
        };
        let shown = shown(notation.scaled(actual), asked, bound);
        let is = bound.words();
        format!("{name} {is}{shown}{notation}, where {comparison}{asked}{notation} is asked")
    }

    fn attribute(&self, of: &AttributeRef, asked: &str) -> String {
        let name = attribute(of);
        match self.view.attribute(of) {
            Some(Attribute::Text(actual)) if shorten(actual) == asked => {
                format!("{name} is {asked}")
            }
            Some(Attribute::Text(actual)) => {
                format!("{name} {}, where {asked} is asked", shorten(actual))
            }
            _ => format!("{name} not known, where {asked} is asked"),
        }
    }

    fn flag(&self, of: &AttributeRef) -> String {
        if of.owner == Owner::Identity {
            return match self.view.attribute(of) {
                Some(Attribute::Bool(true)) => "the identity is verified".to_owned(),
                _ => "the identity is not verified".to_owned(),
            };
        }
        let name = attribute(of);
        match self.view.attribute(of) {
            Some(Attribute::Bool(true)) => format!("{name} is true"),
            Some(Attribute::Bool(false)) => format!("{name} is false"),
            _ => format!("{name} is not known"),
        }
    }

    fn subject(&self, subject: Subject) -> String {
        let name = match subject {
            Subject::Standing => "the standing".to_owned(),
            Subject::Index(slot) => index(self.names, slot).to_owned(),
            Subject::Topic(slot) => topic(self.names, slot),
        };
        match self.view.is_unknown(subject) {
            true => format!("nothing is known of {name}"),
            false => format!("something is known of {name}"),
        }
    }

    fn as_written(&self, leaf: &Leaf) -> String {
        let holds = match Eval::on(self.view).passes(leaf) {
            true => "holds",
            false => "does not hold",
        };
        format!("`{}` {holds}", shorten(&Show(leaf, self.names).to_string()))
    }
}

/// How a number is written for people.
#[derive(Clone, Copy)]
enum Notation {
    /// As it is.
    Number,
    /// A number from 0 to 1, written as a percentage.
    Percent,
}

impl Notation {
    fn of(quantity: &Quantity) -> Self {
        match quantity {
            Quantity::Topic(_, TopicFacet::Confidence | TopicFacet::Interest) => Self::Percent,
            _ => Self::Number,
        }
    }

    /// Returns a number in this notation. A percentage is rounded to 10 digits after the point,
    /// because 0.57 times 100 is a little less than 57.
    fn scaled(self, number: f64) -> f64 {
        match self {
            Self::Number => number,
            Self::Percent => (number * 1e12).round() / 1e10,
        }
    }
}

impl fmt::Display for Notation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number => Ok(()),
            Self::Percent => f.write_str("%"),
        }
    }
}

/// What a number says of the value behind it.
#[derive(Clone, Copy)]
enum Bound {
    /// The value is at least the number.
    Lower,
    /// The value is at most the number.
    Upper,
    /// The number is the value.
    Exact,
}

impl Bound {
    fn words(self) -> &'static str {
        match self {
            Self::Lower => "at least ",
            Self::Upper => "at most ",
            Self::Exact => "",
        }
    }
}

/// Rounds a number to as few digits as do not change how it compares with another. A bound
/// is rounded to the side on which it stays true.
fn shown(actual: f64, asked: f64, bound: Bound) -> f64 {
    let fewest = if asked.fract() == 0.0 { 0 } else { 1 };
    let rounded = (fewest..=MAX_DIGITS).map(|digits| {
        let scale = 10_f64.powi(digits);
        let scaled = actual * scale;
        let rounded = match bound {
            Bound::Lower => scaled.floor(),
            Bound::Upper => scaled.ceil(),
            Bound::Exact => scaled.round(),
        };
        // Adding 0 turns -0 into 0.
        rounded / scale + 0.0
    });
    let mut alike =
        rounded.filter(|rounded| rounded.total_cmp(&asked) == (actual + 0.0).total_cmp(&asked));
    alike.next().unwrap_or(actual)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shown_number_compares_as_the_number_does() {
        assert_eq!(shown(74.83, 25.0, Bound::Lower), 74.0);
        assert_eq!(shown(25.3, 25.2, Bound::Lower), 25.3);
        assert_eq!(shown(24.97, 25.0, Bound::Lower), 24.0);
        assert_eq!(shown(24.97, 25.0, Bound::Exact), 24.97);
        assert_eq!(shown(25.004, 25.0, Bound::Exact), 25.004);
        assert_eq!(shown(25.0, 25.0, Bound::Exact), 25.0);
        assert_eq!(shown(0.834, 0.6, Bound::Exact), 0.8);
        assert_eq!(shown(0.58, 0.6, Bound::Exact), 0.58);
        assert_eq!(shown(1e-9, 0.0, Bound::Exact), 1e-9);
    }

    #[test]
    fn texts_are_listed_as_in_a_sentence() {
        let texts = ["a", "b", "c"].map(str::to_owned);
        assert_eq!(listed(&texts), "a, b, and c");
        assert_eq!(listed(&texts[..2]), "a, and b");
        assert_eq!(listed(&texts[..1]), "a");
        assert_eq!(listed(&[]), "");
    }
}
