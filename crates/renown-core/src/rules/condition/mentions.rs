//! Finds the outside inputs that a typed tree mentions: the tier in effect, the request,
//! decision tables, and the names that the data of a deployment may have.

use super::expr::*;

/// An outside input that a tree mentions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::rules) enum Mention<'t> {
    /// The tier in effect.
    Tier,
    /// An attribute of the request.
    Request,
    /// A decision table.
    Table,
    /// An index, by its slot.
    Index(usize),
    /// An attribute of the member.
    Attribute(&'t str),
    /// A network that the member's are compared with.
    Network(&'t str),
}

/// A callback that receives every mention, in the order of the text.
type Teller<'t> = &'t mut dyn FnMut(Mention<'_>);

/// Reports every mention in a condition.
pub(in crate::rules) fn in_bool(tree: &Bool, tell: Teller<'_>) {
    match tree {
        Bool::All(parts) | Bool::Any(parts) => parts.iter().for_each(|part| in_bool(part, tell)),
        Bool::Leaf(leaf) => in_atom(&leaf.atom, tell),
    }
}

/// Reports every mention in a test.
pub(in crate::rules) fn in_atom(atom: &Atom, tell: Teller<'_>) {
    match atom {
        Atom::Number(a, _, b) => {
            in_num(a, tell);
            in_num(b, tell);
        }
        Atom::Text(a, _, b) | Atom::Part(_, a, b) => {
            in_text(a, tell);
            in_text(b, tell);
        }
        Atom::Time(a, _, b) => {
            in_time(a, tell);
            in_time(b, tell);
        }
        Atom::Span(a, _, b) => {
            in_span(a, tell);
            in_span(b, tell);
        }
        Atom::Attributes(a, _, b) => {
            in_attribute(a, tell);
            in_attribute(b, tell);
        }
        Atom::Flag(of) | Atom::FlagIs(of, _) | Atom::Has(of) => in_attribute(of, tell),
        Atom::Unknown(Subject::Index(slot)) => tell(Mention::Index(*slot)),
        Atom::Unknown(_) => {}
        Atom::Among(text, list) => {
            in_text(text, tell);
            in_list(list, tell);
            if let (Text::Const(network), List::Networks) = (text, list) {
                tell(Mention::Network(network));
            }
        }
        Atom::AmongNumbers(number, _) => in_num(number, tell),
        Atom::Items(_, list, body) => {
            in_list(list, tell);
            in_bool(body, tell);
            if *list == List::Networks {
                networks_in(body, tell);
            }
        }
        Atom::Table(_) => tell(Mention::Table),
        Atom::Listed(_) => {}
    }
}

/// Reports the networks with which the items of a list of networks are compared.
fn networks_in(body: &Bool, tell: Teller<'_>) {
    match body {
        Bool::All(parts) | Bool::Any(parts) => {
            parts.iter().for_each(|part| networks_in(part, tell));
        }
        Bool::Leaf(leaf) => match &leaf.atom {
            Atom::Text(Text::Item, _, Text::Const(network)) => tell(Mention::Network(network)),
            Atom::Among(Text::Item, List::Const(networks)) => {
                networks
                    .iter()
                    .for_each(|name| tell(Mention::Network(name)));
            }
            _ => {}
        },
    }
}

/// Reports every mention in a number.
pub(in crate::rules) fn in_num(number: &Num, tell: Teller<'_>) {
    match number {
        Num::Quantity(Quantity::Attribute(of)) => in_attribute(of, tell),
        Num::Quantity(Quantity::Index(slot, _)) => tell(Mention::Index(*slot)),
        Num::Const(_) | Num::Quantity(_) => {}
        Num::Negative(of) => in_num(of, tell),
        Num::Binary(_, a, b) => {
            in_num(a, tell);
            in_num(b, tell);
        }
        Num::If(test, yes, no) => {
            in_bool(test, tell);
            in_num(yes, tell);
            in_num(no, tell);
        }
        Num::Length(text) => in_text(text, tell),
        Num::Count(list) => in_list(list, tell),
        Num::Table(_) => tell(Mention::Table),
    }
}

/// Reports every mention in a text.
pub(in crate::rules) fn in_text(text: &Text, tell: Teller<'_>) {
    match text {
        Text::Const(_) | Text::Item => {}
        Text::Tier => tell(Mention::Tier),
        Text::Attribute(of) => in_attribute(of, tell),
        Text::If(test, yes, no) => {
            in_bool(test, tell);
            in_text(yes, tell);
            in_text(no, tell);
        }
        Text::Table(_) => tell(Mention::Table),
    }
}

fn in_list(list: &List, tell: Teller<'_>) {
    if let List::Attribute(of) = list {
        in_attribute(of, tell);
    }
}

fn in_time(time: &Time, tell: Teller<'_>) {
    match time {
        Time::Const(_) | Time::Now => {}
        Time::Attribute(of) => in_attribute(of, tell),
        Time::Later(time, span) | Time::Earlier(time, span) => {
            in_time(time, tell);
            in_span(span, tell);
        }
    }
}

fn in_span(span: &Span, tell: Teller<'_>) {
    if let Span::Between(a, b) = span {
        in_time(a, tell);
        in_time(b, tell);
    }
}

fn in_attribute(of: &AttributeRef, tell: Teller<'_>) {
    tell(match of.owner {
        Owner::Member => Mention::Attribute(&of.name),
        Owner::Request | Owner::Identity => Mention::Request,
    });
}
