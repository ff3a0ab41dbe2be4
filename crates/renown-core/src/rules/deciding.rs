//! The tests of a condition that decided, with what was found and asked for.

use chrono::SecondsFormat;
use serde::Serialize;
use utoipa::ToSchema;

use super::calendar::show_duration;
use super::condition::eval::Eval;
use super::condition::expr::*;
use super::condition::print::Show;
use super::view::View;

/// One test of a condition.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Test {
    /// The test, as conditions write it: `standing.lower >= 45`.
    pub test: String,
    /// Whether it holds.
    pub holds: bool,
    /// What was found; absent if it is not known.
    pub actual: Option<Seen>,
    /// What it was compared with; absent where the test is not a comparison,
    /// or that is not known.
    pub required: Option<Seen>,
    /// How far the number is from the one required, for a comparison of
    /// numbers that fails.
    pub off_by: Option<f64>,
    /// True if the test failed because something is not known. That is no low
    /// number: it is none.
    pub unknown: bool,
    /// Where the condition offers alternatives (`||`) and none is met, the
    /// number of the one that this test belongs to, from 1.
    pub alternative: Option<usize>,
}

/// A value that a test looked at.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Seen {
    /// True or false.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A text, a time (RFC 3339) or a length of time (`48h`).
    Text(String),
    /// Texts.
    List(Vec<String>),
    /// Numbers.
    Numbers(Vec<f64>),
}

/// The tests that decided about a condition: of one that holds, those that make
/// it hold; of one that does not, those that keep it from holding.
pub(super) fn tests(tree: &Bool, names: &Names, view: &View<'_>) -> Vec<Test> {
    let mut tests = Vec::new();
    let eval = Eval::on(view);
    Collector { names, eval }.collect(tree, None, &mut tests);
    tests
}

struct Collector<'v> {
    names: &'v Names,
    eval: Eval<'v>,
}

impl<'v> Collector<'v> {
    fn collect(&self, tree: &'v Bool, alternative: Option<usize>, tests: &mut Vec<Test>) {
        let holds = self.eval.holds(tree);
        match tree {
            Bool::All(parts) => {
                for part in parts.iter().filter(|part| self.eval.holds(part) == holds) {
                    self.collect(part, alternative, tests);
                }
            }
            Bool::Any(parts) if holds => {
                let first = parts.iter().find(|part| self.eval.holds(part));
                first
                    .into_iter()
                    .for_each(|part| self.collect(part, alternative, tests));
            }
            Bool::Any(parts) => {
                for (i, part) in parts.iter().enumerate() {
                    self.collect(part, alternative.or(Some(i + 1)), tests);
                }
            }
            Bool::Leaf(leaf) => tests.push(self.test(leaf, holds, alternative)),
        }
    }

    fn test(&self, leaf: &'v Leaf, holds: bool, alternative: Option<usize>) -> Test {
        let (actual, required) = self.sides(leaf);
        let off_by = match (&actual, &required) {
            (Some(Seen::Number(a)), Some(Seen::Number(b))) if !holds => {
                Some(((a - b).abs() * 1e9).round() / 1e9)
            }
            _ => None,
        };
        Test {
            test: Show(leaf, self.names).to_string(),
            holds,
            actual,
            required,
            off_by,
            unknown: self.eval.atom(&leaf.atom).is_none(),
            alternative,
        }
    }

    /// What was found, and what was asked for.
    fn sides(&self, leaf: &'v Leaf) -> (Option<Seen>, Option<Seen>) {
        let wanted = Some(Seen::Bool(!leaf.negated));
        match &leaf.atom {
            Atom::Number(a, _, b) => (self.number(a), self.number(b)),
            Atom::Text(a, _, b) | Atom::Part(_, a, b) => (self.text(a), self.text(b)),
            Atom::Time(a, _, b) => (self.time(a), self.time(b)),
            Atom::Span(a, _, b) => (self.span(a), self.span(b)),
            Atom::Among(text, list) => (self.text(text), self.list(list)),
            Atom::AmongNumbers(number, list) => {
                (self.number(number), Some(Seen::Numbers(list.clone())))
            }
            Atom::Items(_, list, _) => (self.list(list), None),
            Atom::Flag(_) | Atom::Has(_) | Atom::Unknown(_) | Atom::Table(_) => {
                (self.eval.atom(&leaf.atom).map(Seen::Bool), wanted)
            }
            Atom::FlagIs(_, value) => {
                let equal = self.eval.atom(&leaf.atom);
                let actual = equal.map(|equal| Seen::Bool(equal == *value));
                (actual, Some(Seen::Bool(*value)))
            }
        }
    }

    fn number(&self, number: &'v Num) -> Option<Seen> {
        self.eval.number(number).map(Seen::Number)
    }

    fn text(&self, text: &'v Text) -> Option<Seen> {
        self.eval.text(text).map(|text| Seen::Text(text.to_owned()))
    }

    fn list(&self, list: &'v List) -> Option<Seen> {
        let items = self.eval.items(list)?;
        Some(Seen::List(items.map(str::to_owned).collect()))
    }

    fn time(&self, time: &'v Time) -> Option<Seen> {
        let time = self.eval.time(time)?;
        Some(Seen::Text(
            time.to_rfc3339_opts(SecondsFormat::AutoSi, true),
        ))
    }

    fn span(&self, span: &'v Span) -> Option<Seen> {
        self.eval
            .span(span)
            .map(|length| Seen::Text(show_duration(length)))
    }
}
