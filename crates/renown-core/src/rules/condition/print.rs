//! Prints the typed tree as CEL text, for explanations.

use std::fmt::{self, Display, Formatter};

use super::expr::*;
use crate::rules::calendar::show_duration;

/// A part of a tree, together with the names for its slots.
pub(in crate::rules) struct Show<'a, T>(pub &'a T, pub &'a Names);

impl Display for Show<'_, Bool> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (parts, sign, none) = match self.0 {
            Bool::All(parts) => (parts, " && ", "true"),
            Bool::Any(parts) => (parts, " || ", "false"),
            Bool::Leaf(leaf) => return Show(leaf, self.1).fmt(f),
        };
        if parts.is_empty() {
            return f.write_str(none);
        }
        f.write_str("(")?;
        for (i, part) in parts.iter().enumerate() {
            f.write_str(if i == 0 { "" } else { sign })?;
            Show(part, self.1).fmt(f)?;
        }
        f.write_str(")")
    }
}

impl Display for Show<'_, Leaf> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let atom = Show(&self.0.atom, self.1);
        match (self.0.negated, &self.0.atom) {
            (false, _) => atom.fmt(f),
            (true, Atom::Among(..) | Atom::AmongNumbers(..)) => write!(f, "!({atom})"),
            (true, _) => write!(f, "!{atom}"),
        }
    }
}

impl Display for Show<'_, Atom> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let names = self.1;
        match self.0 {
            Atom::Number(a, op, b) => infix(f, Show(a, names), op.as_str(), Show(b, names)),
            Atom::Text(a, op, b) => infix(f, Show(a, names), op.as_str(), Show(b, names)),
            Atom::Time(a, op, b) => infix(f, Show(a, names), op.as_str(), Show(b, names)),
            Atom::Span(a, op, b) => infix(f, Show(a, names), op.as_str(), Show(b, names)),
            Atom::Attributes(a, op, b) => infix(f, Show(a, names), op.as_str(), Show(b, names)),
            Atom::Flag(of) => Show(of, names).fmt(f),
            Atom::FlagIs(of, value) => infix(f, Show(of, names), "==", value),
            Atom::Has(of) => write!(f, "has({})", Show(of, names)),
            Atom::Unknown(subject) => write!(f, "{}.unknown", Show(subject, names)),
            Atom::Among(text, list) => infix(f, Show(text, names), "in", Show(list, names)),
            Atom::AmongNumbers(number, list) => {
                infix(f, Show(number, names), "in", Listed(list.as_slice()))
            }
            Atom::Part(part, whole, of) => {
                let name = match part {
                    Part::Start => "startsWith",
                    Part::End => "endsWith",
                    Part::Anywhere => "contains",
                };
                write!(f, "{}.{name}({})", Show(whole, names), Show(of, names))
            }
            Atom::Items(quantifier, list, body) => {
                let name = match quantifier {
                    Quantifier::Every => "all",
                    Quantifier::Some => "exists",
                };
                write!(
                    f,
                    "{}.{name}(item, {})",
                    Show(list, names),
                    Show(&**body, names)
                )
            }
            Atom::Table(of) => of.fmt(f),
            Atom::Listed(audience) => write!(f, "audience(\"{audience}\")"),
        }
    }
}

fn infix(f: &mut Formatter<'_>, a: impl Display, sign: &str, b: impl Display) -> fmt::Result {
    write!(f, "{a} {sign} {b}")
}

impl Display for Show<'_, Subject> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match *self.0 {
            Subject::Standing => f.write_str("standing"),
            Subject::Index(slot) => show_index(f, self.1, slot),
            Subject::Topic(slot) => show_topic(f, self.1, slot),
        }
    }
}

fn show_index(f: &mut Formatter<'_>, names: &Names, slot: usize) -> fmt::Result {
    match names.indices.get(slot).map(|index| index.as_str()) {
        Some(own @ ("influence" | "value")) => f.write_str(own),
        other => write!(f, "index({:?})", other.unwrap_or_default()),
    }
}

fn show_topic(f: &mut Formatter<'_>, names: &Names, slot: usize) -> fmt::Result {
    let topic = names.topics.get(slot).map(|topic| topic.as_str());
    write!(f, "topic(\"{}\")", topic.unwrap_or_default())
}

impl Display for Show<'_, Quantity> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Quantity::Standing(facet) => write!(f, "standing.{}", facet_name(*facet)),
            Quantity::Index(slot, facet) => {
                show_index(f, self.1, *slot)?;
                write!(f, ".{}", facet_name(*facet))
            }
            Quantity::Topic(slot, facet) => {
                show_topic(f, self.1, *slot)?;
                f.write_str(match facet {
                    TopicFacet::Influence => ".influence",
                    TopicFacet::Confidence => ".confidence",
                    TopicFacet::Interest => ".interest",
                })
            }
            Quantity::Rank(slot) => {
                show_topic(f, self.1, *slot)?;
                f.write_str(".rank")
            }
            Quantity::DaysEnrolled => f.write_str("member.days_enrolled"),
            Quantity::Attribute(of) => Show(of, self.1).fmt(f),
        }
    }
}

fn facet_name(facet: Facet) -> &'static str {
    match facet {
        Facet::Score => "score",
        Facet::Lower => "lower",
        Facet::Upper => "upper",
        Facet::Percentile => "percentile",
    }
}

impl Display for Show<'_, AttributeRef> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let owner = match self.0.owner {
            Owner::Member => "member.attributes",
            Owner::Request => "request",
            Owner::Identity => "identity",
        };
        let name = &self.0.name;
        let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if plain && name.starts_with(|c: char| !c.is_ascii_digit()) {
            write!(f, "{owner}.{name}")
        } else {
            write!(f, "{owner}[\"{name}\"]")
        }
    }
}

impl Display for TableRef {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "table(\"{}\").{}", self.table, self.name)
    }
}

impl Display for Show<'_, Num> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let names = self.1;
        match self.0 {
            Num::Const(value) => value.fmt(f),
            Num::Quantity(quantity) => Show(quantity, names).fmt(f),
            Num::Negative(of) => write!(f, "-({})", Show(&**of, names)),
            Num::Binary(sign, a, b) => {
                let sign = match sign {
                    Sign::Add => '+',
                    Sign::Subtract => '-',
                    Sign::Multiply => '*',
                    Sign::Divide => '/',
                };
                write!(f, "({} {sign} {})", Show(&**a, names), Show(&**b, names))
            }
            Num::If(test, yes, no) => conditional(f, names, test, &**yes, &**no),
            Num::Length(text) => write!(f, "size({})", Show(text, names)),
            Num::Count(list) => write!(f, "size({})", Show(list, names)),
            Num::Table(of) => of.fmt(f),
        }
    }
}

fn conditional<'a, T>(
    f: &mut Formatter<'_>,
    names: &'a Names,
    test: &'a Bool,
    yes: &'a T,
    no: &'a T,
) -> fmt::Result
where
    Show<'a, T>: Display,
{
    write!(
        f,
        "({} ? {} : {})",
        Show(test, names),
        Show(yes, names),
        Show(no, names)
    )
}

impl Display for Show<'_, Text> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Text::Const(text) => f.write_str(&quoted(text)),
            Text::Tier => f.write_str("tier"),
            Text::Attribute(of) => Show(of, self.1).fmt(f),
            Text::Item => f.write_str("item"),
            Text::If(test, yes, no) => conditional(f, self.1, test, &**yes, &**no),
            Text::Table(of) => of.fmt(f),
        }
    }
}

impl Display for Show<'_, List> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            List::Const(texts) => {
                let texts: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
                Listed(&texts).fmt(f)
            }
            List::Networks => f.write_str("member.networks"),
            List::Attribute(of) => Show(of, self.1).fmt(f),
        }
    }
}

/// Puts a text in quotes that it does not contain, because conditions have no escapes.
fn quoted(text: &str) -> String {
    if text.contains('"') {
        format!("'{text}'")
    } else {
        format!("\"{text}\"")
    }
}

struct Listed<'a, T>(&'a [T]);

impl<T: Display> Display for Listed<'_, T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("[")?;
        for (i, item) in self.0.iter().enumerate() {
            f.write_str(if i == 0 { "" } else { ", " })?;
            item.fmt(f)?;
        }
        f.write_str("]")
    }
}

impl Display for Show<'_, Time> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let names = self.1;
        match self.0 {
            Time::Const(time) => {
                let time = time.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true);
                write!(f, "timestamp(\"{time}\")")
            }
            Time::Now => f.write_str("now"),
            Time::Attribute(of) => Show(of, names).fmt(f),
            Time::Later(a, b) => infix(f, Show(&**a, names), "+", Show(&**b, names)),
            Time::Earlier(a, b) => infix(f, Show(&**a, names), "-", Show(&**b, names)),
        }
    }
}

impl Display for Show<'_, Span> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Span::Const(length) => write!(f, "duration(\"{}\")", show_duration(*length)),
            Span::Between(a, b) => infix(f, Show(&**a, self.1), "-", Show(&**b, self.1)),
        }
    }
}
