//! The reason why a condition cannot hold, if one test or two tests are the reason.

use super::model::{Formula, Model, Test};
use super::solve::{Answer, Budget, Goal, Trust, solve};
use super::values::Range;
use super::variable::Variable;
use crate::rules::condition::Problem;
use crate::rules::condition::expr::*;
use crate::rules::condition::print::Show;

/// The most tests that are compared in pairs.
const MAX_DEMANDS: usize = 24;

/// A reason, with the offset of the test that it is about.
pub(super) struct Why {
    offset: usize,
    sentence: String,
    hint: Option<String>,
}

impl Why {
    /// Returns a reason that is about the condition as a whole.
    pub(super) fn contradiction(sentence: &str) -> Self {
        Self {
            offset: 0,
            sentence: sentence.to_owned(),
            hint: None,
        }
    }

    /// Returns the finding that no member can ever do something, such as reach a tier.
    pub(super) fn problem(self, code: &'static str, what: &str) -> Problem {
        let message = format!("Nobody can ever {what}: {}.", self.sentence);
        Problem {
            hint: self.hint,
            ..Problem::new(code, self.offset, message)
        }
    }
}

/// Names the test, or the two tests, that make a condition impossible.
pub(super) fn why_impossible(
    model: &Model<'_>,
    names: &Names,
    formula: &Formula,
    budget: &mut Budget,
) -> Option<Why> {
    let demands: Vec<Formula> = model
        .demands(formula)
        .into_iter()
        .take(MAX_DEMANDS)
        .map(Formula::Test)
        .collect();
    let mut impossible =
        |goals: &[Goal<'_>]| matches!(solve(model, goals, Trust::Anything, budget), Answer::No);
    let alone = demands.iter().find(|test| impossible(&[(test, false)]));
    if let Some((test, leaf)) = alone.and_then(|test| test_of(model, test)) {
        return Some(Why {
            offset: leaf.offset,
            sentence: alone_sentence(model, (test, leaf), names),
            hint: other_scale(leaf),
        });
    }
    for (i, second) in demands.iter().enumerate() {
        for first in &demands[..i] {
            if impossible(&[(first, false), (second, false)]) {
                let ((_, a), (_, b)) = (test_of(model, first)?, test_of(model, second)?);
                let sentence = format!(
                    "'{}' and '{}' exclude each other",
                    Show(a, names),
                    Show(b, names)
                );
                return Some(Why {
                    offset: b.offset,
                    sentence,
                    hint: None,
                });
            }
        }
    }
    None
}

fn test_of<'m, 'p>(model: &'m Model<'p>, formula: &Formula) -> Option<(&'m Test<'p>, &'p Leaf)> {
    let Formula::Test(test) = formula else {
        return None;
    };
    let test = model.get(*test);
    Some((test, test.leaf?))
}

/// Returns the number that was meant, if a number is compared on the wrong scale.
fn other_scale(leaf: &Leaf) -> Option<String> {
    let Atom::Number(Num::Quantity(quantity), _, Num::Const(constant)) = &leaf.atom else {
        return None;
    };
    let meant = Range::of(quantity).on_other_scale(*constant)?;
    Some(format!("did you mean {meant}?"))
}

fn alone_sentence(model: &Model<'_>, (test, leaf): (&Test<'_>, &Leaf), names: &Names) -> String {
    let shown = Show(leaf, names);
    let known = &model.variables[test.variable];
    let Variable::Number(quantity) = &known.variable else {
        return format!("'{shown}' holds for nobody");
    };
    let name = Show(quantity, names);
    let range = Range::of(quantity);
    // Some value would pass, so the reason is that no member has that value.
    let passes = (0..known.values.len()).any(|value| test.passes(value));
    if matches!(quantity, Quantity::Index(_, Facet::Percentile)) && passes {
        return format!("'{shown}' holds for nobody: an imported index has no percentile");
    }
    let low = range.low;
    if range.whole {
        return format!("'{shown}' holds for nobody: {name} is a whole number from {low}");
    }
    let high = range.high;
    format!("'{shown}' holds for nobody: {name} is from {low} to {high}")
}
