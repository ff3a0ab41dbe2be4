//! Why a condition cannot be met, where one test or two of them say it.

use super::cell::Cell;
use super::grid;
use super::model::{Formula, Model};
use super::solve::{Answer, Budget, Goal, Trust, solve};
use crate::rules::condition::expr::*;
use crate::rules::condition::print::Show;

/// The most tests that are held against each other.
const MAX_DEMANDS: usize = 24;

/// A sentence, and where to look.
pub(super) struct Why {
    pub offset: usize,
    pub sentence: String,
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
    if let Some(leaf) = alone.and_then(|test| leaf_of(model, test)) {
        return Some(Why {
            offset: leaf.offset,
            sentence: alone_sentence(leaf, names),
        });
    }
    for (i, second) in demands.iter().enumerate() {
        for first in &demands[..i] {
            if impossible(&[(first, false), (second, false)]) {
                let (a, b) = (leaf_of(model, first)?, leaf_of(model, second)?);
                let sentence = format!(
                    "'{}' and '{}' exclude each other",
                    Show(a, names),
                    Show(b, names)
                );
                let offset = b.offset;
                return Some(Why { offset, sentence });
            }
        }
    }
    None
}

fn leaf_of<'p>(model: &Model<'p>, formula: &Formula) -> Option<&'p Leaf> {
    match formula {
        Formula::Test(test) => model.get(*test).leaf,
        _ => None,
    }
}

fn alone_sentence(leaf: &Leaf, names: &Names) -> String {
    let test = Show(leaf, names);
    if let super::cell::Asked::Of(Cell::Number(quantity), _) = super::cell::asked(&leaf.atom) {
        let name = Show(&quantity, names);
        return match (&quantity, grid::range(&quantity)) {
            (Quantity::DaysEnrolled | Quantity::Rank(_), (low, _)) => {
                format!("'{test}' holds for nobody: {name} is a whole number from {low}")
            }
            (Quantity::Index(_, Facet::Percentile), _) if !in_range(leaf) => {
                format!("'{test}' holds for nobody: {name} is from 0 to 100")
            }
            (Quantity::Index(_, Facet::Percentile), _) => {
                format!("'{test}' holds for nobody: an imported index has no percentile")
            }
            (_, (low, high)) => {
                format!("'{test}' holds for nobody: {name} is from {low} to {high}")
            }
        };
    }
    format!("'{test}' holds for nobody")
}

/// Whether some percentile would pass.
fn in_range(leaf: &Leaf) -> bool {
    match &leaf.atom {
        Atom::Number(_, op, Num::Const(to)) => {
            use std::cmp::Ordering;
            let accepts = |number: f64| {
                let order = number.partial_cmp(to).unwrap_or(Ordering::Equal);
                op.accepts(order)
            };
            accepts(0.0) || accepts(100.0) || (0.0..=100.0).contains(to)
        }
        _ => true,
    }
}
