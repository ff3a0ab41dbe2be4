//! What one input can be, cut into cells: within a cell every rule either
//! matches everything or nothing.

use std::collections::BTreeMap;

use super::entry::{Entry, Range, Unary};
use super::grid::RuleSet;
use super::{Rule, Typed};
use crate::domain::TierId;
use crate::rules::condition::expr::*;

/// One input's cells: numbers in their order, what is not known last.
#[derive(Debug)]
pub(super) struct Axis<'t> {
    pub nature: Nature,
    pub cells: Vec<Cell<'t>>,
}

/// What an input is about, as far as that ties it to others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nature {
    Free,
    Index(Subject, Facet),
    Topic(usize),
    /// Whether something is unknown.
    Unknown(Subject),
}

/// Values that no rule tells apart, and the rules that match them.
#[derive(Debug)]
pub(super) struct Cell<'t> {
    pub part: Part<'t>,
    pub rules: RuleSet,
}

/// The values of a cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Part<'t> {
    Point(f64),
    /// All numbers between two, without them.
    Between(f64, f64),
    /// Whole numbers between two, without them.
    Whole(f64, f64),
    Text(&'t str),
    /// Any text that no rule names.
    OtherText,
    Bool(bool),
    /// Whatever is known.
    Anything,
    Unknown,
}

impl<'t> Axis<'t> {
    /// The cells of a column of the table.
    pub(super) fn new(
        looked: &Typed,
        column: usize,
        rules: &'t [Rule],
        tiers: &'t [TierId],
    ) -> Self {
        let entries: Vec<&'t Entry> = rules.iter().map(|rule| &rule.when[column]).collect();
        let mut parts = match looked {
            Typed::Number(number) => numbers(Domain::of(number), &entries),
            Typed::Text(text) => texts(text, &entries, tiers),
            Typed::Bool(_) => vec![Part::Bool(true), Part::Bool(false)],
            Typed::Any(_) => vec![Part::Anything],
        };
        let known = parts.len();
        if can_be_unknown(looked) {
            parts.push(Part::Unknown);
        }
        let mut cells: Vec<Cell<'t>> = parts
            .into_iter()
            .map(|part| Cell {
                part,
                rules: RuleSet::EMPTY,
            })
            .collect();
        let places: BTreeMap<&str, usize> = places(&cells);
        for (rule, entry) in entries.iter().enumerate() {
            let matched = matched(entry, &cells[..known], &places);
            let with_unknown = matched.into_iter().chain([entry.unknown]);
            for (cell, matched) in cells.iter_mut().zip(with_unknown) {
                if matched {
                    cell.rules.insert(rule);
                }
            }
        }
        Self {
            nature: nature(looked),
            cells,
        }
    }
}

/// Where each text has its cell.
fn places<'t>(cells: &[Cell<'t>]) -> BTreeMap<&'t str, usize> {
    let texts = cells
        .iter()
        .enumerate()
        .filter_map(|(i, cell)| match cell.part {
            Part::Text(text) => Some((text, i)),
            _ => None,
        });
    texts.collect()
}

/// Which of the known cells an entry matches.
fn matched(entry: &Entry, known: &[Cell<'_>], places: &BTreeMap<&str, usize>) -> Vec<bool> {
    if entry.known {
        return vec![true; known.len()];
    }
    if entry.tests.is_empty() {
        return vec![false; known.len()];
    }
    let mut matched = vec![entry.negated; known.len()];
    for test in &entry.tests {
        match test {
            Unary::Range(range) => {
                let start = known.partition_point(|cell| is_before(&cell.part, range));
                let end = known.partition_point(|cell| !is_after(&cell.part, range));
                let within = matched.get_mut(start..end).unwrap_or_default();
                within.fill(!entry.negated);
            }
            Unary::Text(text) => {
                if let Some(place) = places.get(&**text) {
                    matched[*place] = !entry.negated;
                }
            }
            Unary::Bool(value) => {
                // The cells are true and false, in this order.
                if let Some(cell) = matched.get_mut(usize::from(!*value)) {
                    *cell = !entry.negated;
                }
            }
        }
    }
    matched
}

fn is_before(part: &Part<'_>, range: &Range) -> bool {
    match *part {
        Part::Point(at) => at < range.low || (at == range.low && !range.low_in),
        Part::Between(start, _) | Part::Whole(start, _) => start < range.low,
        _ => true,
    }
}

fn is_after(part: &Part<'_>, range: &Range) -> bool {
    match *part {
        Part::Point(at) => at > range.high || (at == range.high && !range.high_in),
        Part::Between(_, end) | Part::Whole(_, end) => end > range.high,
        _ => true,
    }
}

/// Where a number can be.
#[derive(Debug, Clone, Copy)]
struct Domain {
    low: f64,
    high: f64,
    whole: bool,
}

impl Domain {
    fn of(number: &Num) -> Self {
        let between = |low, high| Self {
            low,
            high,
            whole: false,
        };
        let counted = Self {
            low: 0.0,
            high: f64::INFINITY,
            whole: true,
        };
        match number {
            Num::Quantity(Quantity::Topic(_, TopicFacet::Confidence | TopicFacet::Interest)) => {
                between(0.0, 1.0)
            }
            Num::Quantity(Quantity::Standing(_) | Quantity::Index(..) | Quantity::Topic(..)) => {
                between(0.0, 100.0)
            }
            Num::Quantity(Quantity::DaysEnrolled) | Num::Length(_) | Num::Count(_) => counted,
            _ => between(f64::NEG_INFINITY, f64::INFINITY),
        }
    }
}

/// The numbers that entries mention, and what lies between them.
fn numbers<'t>(domain: Domain, entries: &[&Entry]) -> Vec<Part<'t>> {
    let mentioned = entries.iter().flat_map(|entry| &entry.tests);
    let ends = mentioned.flat_map(|test| match test {
        Unary::Range(range) => [range.low, range.high],
        _ => [f64::NAN; 2],
    });
    let mut ends: Vec<f64> = ends
        .chain([domain.low, domain.high])
        .filter(|end| (domain.low..=domain.high).contains(end))
        .collect();
    // The open ends of an endless domain stand for themselves.
    ends.extend([domain.low, domain.high]);
    ends.sort_by(f64::total_cmp);
    ends.dedup();
    let mut parts = Vec::new();
    for (i, end) in ends.iter().enumerate() {
        if end.is_finite() && !(domain.whole && end.fract() != 0.0) {
            parts.push(Part::Point(*end));
        }
        let Some(next) = ends.get(i + 1) else {
            continue;
        };
        if !domain.whole {
            parts.push(Part::Between(*end, *next));
        } else if end.floor() + 1.0 < *next {
            parts.push(Part::Whole(*end, *next));
        }
    }
    parts
}

/// The texts that entries mention, and any other; a tier is one of the tiers.
fn texts<'t>(text: &Text, entries: &[&'t Entry], tiers: &'t [TierId]) -> Vec<Part<'t>> {
    if *text == Text::Tier {
        return tiers.iter().map(|tier| Part::Text(tier.as_str())).collect();
    }
    let mentioned = entries.iter().flat_map(|entry| &entry.tests);
    let mut texts: Vec<&'t str> = mentioned
        .filter_map(|test| match test {
            Unary::Text(text) => Some(&**text),
            _ => None,
        })
        .collect();
    texts.sort_unstable();
    texts.dedup();
    let parts = texts.into_iter().map(Part::Text);
    parts.chain([Part::OtherText]).collect()
}

/// Whether an input can be unknown to anybody.
fn can_be_unknown(looked: &Typed) -> bool {
    match looked {
        Typed::Number(number) => number_can(number),
        Typed::Text(text) => text_can(text),
        Typed::Bool(both) => bool_can(&both.yes),
        Typed::Any(_) => true,
    }
}

fn number_can(number: &Num) -> bool {
    match number {
        Num::Const(_) => false,
        Num::Negative(of) => number_can(of),
        Num::If(_, yes, no) => number_can(yes) || number_can(no),
        Num::Length(text) => text_can(text),
        Num::Count(list) => matches!(list, List::Attribute(_)),
        // The result of a division may be none; a sum may have no end.
        Num::Quantity(_) | Num::Binary(..) | Num::Table(_) => true,
    }
}

fn text_can(text: &Text) -> bool {
    match text {
        Text::Const(_) | Text::Tier => false,
        Text::Attribute(_) | Text::Item | Text::Table(_) => true,
        Text::If(_, yes, no) => text_can(yes) || text_can(no),
    }
}

fn bool_can(tree: &Bool) -> bool {
    match tree {
        Bool::All(parts) | Bool::Any(parts) => parts.iter().any(bool_can),
        Bool::Leaf(leaf) => !matches!(leaf.atom, Atom::Flag(_) | Atom::Has(_) | Atom::Unknown(_)),
    }
}

fn nature(looked: &Typed) -> Nature {
    match looked {
        Typed::Number(Num::Quantity(quantity)) => match quantity {
            Quantity::Standing(facet) => Nature::Index(Subject::Standing, *facet),
            Quantity::Index(slot, facet) => Nature::Index(Subject::Index(*slot), *facet),
            Quantity::Topic(slot, _) => Nature::Topic(*slot),
            _ => Nature::Free,
        },
        Typed::Bool(both) => match &both.yes {
            Bool::Leaf(leaf) => match leaf.atom {
                Atom::Unknown(subject) if !leaf.negated => Nature::Unknown(subject),
                _ => Nature::Free,
            },
            _ => Nature::Free,
        },
        _ => Nature::Free,
    }
}

/// Whether values of these two parts can be known of one person.
pub(super) fn agree(a: (Nature, Part<'_>), b: (Nature, Part<'_>)) -> bool {
    let unknown = |part: Part<'_>| part == Part::Unknown;
    match (a, b) {
        ((Nature::Index(s, f), x), (Nature::Index(t, g), y)) if s == t => match (f, g) {
            // A percentile may be missing where there is a score.
            (Facet::Percentile, _) => !unknown(y) || unknown(x),
            (_, Facet::Percentile) => !unknown(x) || unknown(y),
            _ => unknown(x) == unknown(y) && (unknown(x) || in_order((f, x), (g, y))),
        },
        ((Nature::Topic(s), x), (Nature::Topic(t), y)) if s == t => unknown(x) == unknown(y),
        ((Nature::Unknown(Subject::Topic(s)), x), (Nature::Topic(t), y)) if s == t => {
            (x == Part::Bool(true)) == unknown(y)
        }
        ((Nature::Unknown(s), x), (Nature::Index(t, facet), y)) if s == t => match facet {
            Facet::Percentile => x == Part::Bool(false) || unknown(y),
            _ => (x == Part::Bool(true)) == unknown(y),
        },
        ((Nature::Topic(_) | Nature::Index(..), _), (Nature::Unknown(_), _)) => agree(b, a),
        _ => true,
    }
}

/// A lower bound is at most the score, and that at most the upper bound.
fn in_order((f, x): (Facet, Part<'_>), (g, y): (Facet, Part<'_>)) -> bool {
    let place = |facet| match facet {
        Facet::Lower => 0,
        Facet::Score => 1,
        Facet::Upper | Facet::Percentile => 2,
    };
    let (below, above) = if place(f) <= place(g) { (x, y) } else { (y, x) };
    let start = match below {
        Part::Point(at) => at,
        Part::Between(start, _) => start,
        _ => return true,
    };
    match above {
        Part::Point(at) => start < at || (start == at && below == Part::Point(at)),
        Part::Between(_, end) => start < end,
        _ => true,
    }
}
