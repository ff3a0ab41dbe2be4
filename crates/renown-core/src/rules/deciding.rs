//! The tests that decided about a condition, with actual and required values.

use chrono::SecondsFormat;
use serde::Serialize;
use utoipa::ToSchema;

use super::calendar::show_duration;
use super::condition::eval::Eval;
use super::condition::expr::*;
use super::view::View;
use crate::domain::Attribute;

/// One test of a condition.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Test {
    /// The test in the notation of conditions: `standing.lower >= 45`.
    pub test: String,
    /// Whether the test holds.
    pub holds: bool,
    /// The actual value; absent if it is unknown.
    pub actual: Option<Seen>,
    /// The required value; absent for `exists` and `all`, and if the value is unknown.
    pub required: Option<Seen>,
    /// The difference between the actual and the required number, never negative;
    /// absent unless a comparison of numbers failed.
    pub off_by: Option<f64>,
    /// True if the test failed because a value is unknown. An unknown value is not a
    /// low value.
    pub unknown: bool,
    /// The number of the alternative that this test belongs to, from 1; absent unless
    /// the condition has alternatives (`||`) and none is met.
    pub alternative: Option<usize>,
    /// If the test is an audience with a condition: the tests of that condition that
    /// decided. Absent otherwise.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(no_recursion)]
    pub tests: Vec<Test>,
}

/// A value that a test read.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Seen {
    /// True or false.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A text, a time (RFC 3339) or a length of time (`48h`).
    Text(String),
    /// A list of texts.
    List(Vec<String>),
    /// A list of numbers.
    Numbers(Vec<f64>),
}

impl From<&Attribute> for Seen {
    fn from(attribute: &Attribute) -> Self {
        match attribute {
            Attribute::Bool(value) => Self::Bool(*value),
            Attribute::Number(number) => Self::Number(*number),
            Attribute::Text(text) => Self::Text(text.clone()),
            Attribute::List(texts) => Self::List(texts.clone()),
        }
    }
}

/// Returns the tests that decided about a condition: the tests that make it hold, or
/// the tests that make it fail.
pub(super) fn tests(tree: &Bool, names: &Names, view: &View<'_>) -> Vec<Test> {
    let eval = Eval::on(view);
    let holds = eval.holds(tree);
    let reader = Reader { names, eval };
    let leaves = leaves(tree, view).into_iter();
    by_audience(leaves.map(|(leaf, alternative)| (leaf, reader.test(leaf, holds, alternative))))
}

/// Returns the tests that decided about a condition, each with the number of its
/// alternative. All of them hold if the condition does, and fail if it fails: negations are
/// those of single tests.
pub(super) fn leaves<'v>(tree: &'v Bool, view: &'v View<'_>) -> Vec<(&'v Leaf, Option<usize>)> {
    let mut leaves = Vec::new();
    collect(Eval::on(view), tree, None, &mut leaves);
    leaves
}

fn collect<'v>(
    eval: Eval<'v>,
    tree: &'v Bool,
    alternative: Option<usize>,
    leaves: &mut Vec<(&'v Leaf, Option<usize>)>,
) {
    let holds = eval.holds(tree);
    match tree {
        Bool::All(parts) => {
            for part in parts.iter().filter(|part| eval.holds(part) == holds) {
                collect(eval, part, alternative, leaves);
            }
        }
        Bool::Any(parts) if holds => {
            let first = parts.iter().find(|part| eval.holds(part));
            first
                .into_iter()
                .for_each(|part| collect(eval, part, alternative, leaves));
        }
        Bool::Any(parts) => {
            for (i, part) in parts.iter().enumerate() {
                collect(eval, part, alternative.or(Some(i + 1)), leaves);
            }
        }
        Bool::Leaf(leaf) => leaves.push((leaf, alternative)),
    }
}

/// Joins the tests that stand for the same audience to one test with its name.
fn by_audience<'v>(decided: impl Iterator<Item = (&'v Leaf, Test)>) -> Vec<Test> {
    let mut tests: Vec<Test> = Vec::new();
    let mut last = None;
    for (leaf, test) in decided {
        let Some(within) = &leaf.within else {
            tests.push(test);
            last = None;
            continue;
        };
        let same = last.replace((within, leaf.offset)) == Some((within, leaf.offset));
        match tests.last_mut() {
            Some(audience) if same => audience.add(test),
            _ => tests.push(Test::of_audience(within, test)),
        }
    }
    tests
}

impl Test {
    /// Creates the test of an audience from the first of its tests.
    fn of_audience(within: &Within, first: Test) -> Self {
        let sign = if within.negated { "!" } else { "" };
        Self {
            test: format!("{sign}audience(\"{}\")", within.audience),
            holds: first.holds,
            actual: Some(Seen::Bool(first.holds != within.negated)),
            required: Some(Seen::Bool(!within.negated)),
            off_by: None,
            unknown: first.unknown,
            alternative: first.alternative,
            tests: vec![first],
        }
    }

    /// Adds another test of the same audience.
    fn add(&mut self, test: Test) {
        self.unknown |= test.unknown;
        if test.alternative != self.alternative {
            self.alternative = None;
        }
        self.tests.push(test);
    }
}

struct Reader<'v> {
    names: &'v Names,
    eval: Eval<'v>,
}

impl<'v> Reader<'v> {
    fn test(&self, leaf: &'v Leaf, holds: bool, alternative: Option<usize>) -> Test {
        let (actual, required) = self.sides(leaf);
        let off_by = match (&actual, &required) {
            (Some(Seen::Number(a)), Some(Seen::Number(b))) if !holds => {
                Some(((a - b).abs() * 1e9).round() / 1e9)
            }
            _ => None,
        };
        Test {
            test: leaf.shown(self.names).to_owned(),
            holds,
            actual,
            required,
            off_by,
            unknown: self.eval.atom(&leaf.atom).is_none(),
            alternative,
            tests: Vec::new(),
        }
    }

    /// Returns the actual and the required value.
    fn sides(&self, leaf: &'v Leaf) -> (Option<Seen>, Option<Seen>) {
        let wanted = Some(Seen::Bool(!leaf.negated));
        match &leaf.atom {
            Atom::Number(a, _, b) => (self.number(a), self.number(b)),
            Atom::Text(a, _, b) | Atom::Part(_, a, b) => (self.text(a), self.text(b)),
            Atom::Time(a, _, b) => (self.time(a), self.time(b)),
            Atom::Span(a, _, b) => (self.span(a), self.span(b)),
            Atom::Attributes(a, _, b) => (self.attribute(a), self.attribute(b)),
            Atom::Among(text, list) => (self.text(text), self.list(list)),
            Atom::AmongNumbers(number, list) => {
                (self.number(number), Some(Seen::Numbers(list.clone())))
            }
            Atom::Items(_, list, _) => (self.list(list), None),
            Atom::Flag(_) | Atom::Has(_) | Atom::Unknown(_) | Atom::Table(_) | Atom::Listed(_) => {
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

    fn attribute(&self, of: &AttributeRef) -> Option<Seen> {
        self.eval.attribute(of).map(Seen::from)
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
