//! The size of a typed tree, with the conditions that stand inside numbers, texts and
//! loops.

use super::expr::*;

/// Returns the number of nodes of a condition.
pub(super) fn size(tree: &Bool) -> usize {
    1 + match tree {
        Bool::All(parts) | Bool::Any(parts) => parts.iter().map(size).sum(),
        Bool::Leaf(leaf) => of_atom(&leaf.atom),
    }
}

fn of_atom(atom: &Atom) -> usize {
    match atom {
        Atom::Number(a, _, b) => of_number(a) + of_number(b),
        Atom::Text(a, _, b) | Atom::Part(_, a, b) => of_text(a) + of_text(b),
        Atom::Among(text, _) => of_text(text),
        Atom::AmongNumbers(number, _) => of_number(number),
        Atom::Items(_, _, body) => size(body),
        Atom::Time(..)
        | Atom::Span(..)
        | Atom::Attributes(..)
        | Atom::Flag(_)
        | Atom::FlagIs(..)
        | Atom::Has(_)
        | Atom::Unknown(_)
        | Atom::Table(_)
        | Atom::Listed(_) => 0,
    }
}

fn of_number(number: &Num) -> usize {
    match number {
        Num::Negative(of) => 1 + of_number(of),
        Num::Binary(_, a, b) => 1 + of_number(a) + of_number(b),
        Num::If(test, yes, no) => size(test) + of_number(yes) + of_number(no),
        Num::Length(text) => 1 + of_text(text),
        Num::Const(_) | Num::Quantity(_) | Num::Count(_) | Num::Table(_) => 0,
    }
}

fn of_text(text: &Text) -> usize {
    match text {
        Text::If(test, yes, no) => size(test) + of_text(yes) + of_text(no),
        Text::Const(_) | Text::Tier | Text::Attribute(_) | Text::Item | Text::Table(_) => 0,
    }
}
