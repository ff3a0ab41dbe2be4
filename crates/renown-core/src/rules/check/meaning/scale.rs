//! Numbers that are compared on the wrong scale, or in the wrong direction.

use super::{Asked, Meaning};
use crate::rules::analysis::Range;
use crate::rules::condition::Problem;
use crate::rules::condition::expr::*;
use crate::rules::condition::print::Show;

/// A test for a percentile up to this one selects so few members, and of the least score,
/// that its author probably meant the other end.
const FEW: f64 = 20.0;

/// A number compared with a constant.
#[derive(Clone, Copy)]
pub(super) struct Comparison<'l> {
    pub quantity: &'l Quantity,
    pub op: Op,
    constant: f64,
    /// Whether the author wrote the negation.
    negated: bool,
    offset: usize,
}

impl<'l> Comparison<'l> {
    /// Returns what a test compares; `None` if it does not compare a number with a constant.
    pub(super) fn of(leaf: &'l Leaf) -> Option<Self> {
        let Atom::Number(Num::Quantity(quantity), op, Num::Const(constant)) = &leaf.atom else {
            return None;
        };
        Some(Self {
            quantity,
            op: *op,
            constant: *constant,
            negated: leaf.flipped,
            offset: leaf.offset,
        })
    }

    /// Whether only numbers up to the constant pass.
    pub(super) fn is_upper_bound(&self) -> bool {
        matches!(self.op, Op::Less | Op::LessOrEqual)
    }

    /// Whether only numbers from the constant on pass.
    pub(super) fn is_lower_bound(&self) -> bool {
        matches!(self.op, Op::Greater | Op::GreaterOrEqual)
    }

    fn problem(&self, code: &'static str, message: String) -> Problem {
        Problem::warning(code, self.offset, message)
    }
}

/// Checks the numbers of a condition.
pub(super) fn check(asked: &Asked<'_>, meaning: &mut Meaning<'_, '_>) {
    let leaves = asked.leaves();
    for test in leaves.iter().filter_map(|leaf| Comparison::of(leaf)) {
        let name = Show(test.quantity, &meaning.program.names).to_string();
        if let Some(problem) = finding(&test, &leaves, &name) {
            meaning.say(asked, &name, problem);
        }
    }
}

/// Returns the finding about a test of a number with this name.
pub(super) fn finding(test: &Comparison<'_>, all: &[&Leaf], name: &str) -> Option<Problem> {
    off_scale(test, name).or_else(|| inverted(test, all, name))
}

/// Reports a number that is outside of its scale, or so low on it that another scale was
/// meant.
fn off_scale(test: &Comparison<'_>, name: &str) -> Option<Problem> {
    let range = Range::of(test.quantity);
    let (low, high, constant) = (range.low, range.high, test.constant);
    if *test.quantity == Quantity::DaysEnrolled || matches!(test.quantity, Quantity::Attribute(_)) {
        return None;
    }
    let scale = if range.whole {
        format!("'{name}' counts from {low}")
    } else {
        format!("'{name}' is from {low} to {high}")
    };
    let hinted = |problem: Problem| match range.on_other_scale(constant) {
        Some(meant) => problem.hint(format!("did you mean {meant}?")),
        None if range.whole => problem.hint(format!("write a whole number from {low} on")),
        None => problem.hint(format!("write a number from {low} to {high}")),
    };
    let past_the_ends =
        (constant <= low && test.op == Op::Less) || (constant >= high && test.op == Op::Greater);
    if constant < low || constant > high || past_the_ends {
        let passes = match test.op {
            Op::Equal => false,
            Op::NotEqual => true,
            _ if constant <= low => test.is_lower_bound(),
            _ => test.is_upper_bound(),
        };
        return Some(hinted(if passes {
            let message = format!("{scale}: this test passes for everybody of whom it is known.");
            test.problem("off-scale", message)
        } else {
            let message = format!("{scale}: nobody passes this test.");
            Problem::new("off-scale", test.offset, message)
        }));
    }
    if test.op.is_equality() {
        return None;
    }
    range.on_other_scale(constant)?;
    let message = format!("{scale}, and {constant} is almost 0.");
    Some(hinted(test.problem("off-scale", message)))
}

/// Reports a percentile or a rank that is compared as if the other end were the best.
fn inverted(test: &Comparison<'_>, all: &[&Leaf], name: &str) -> Option<Problem> {
    if test.negated {
        return None;
    }
    let constant = test.constant;
    let others = || all.iter().filter_map(|leaf| Comparison::of(leaf));
    let same = |other: &Comparison<'_>| other.quantity == test.quantity;
    match test.quantity {
        Quantity::Standing(Facet::Percentile) | Quantity::Index(_, Facet::Percentile) => {
            let meant = others().any(|other| same(&other) && other.is_lower_bound());
            let unknown = all.iter().any(|leaf| matches!(leaf.atom, Atom::Unknown(_)));
            if !test.is_upper_bound() || constant > FEW || meant || unknown {
                return None;
            }
            let message = format!(
                "The best have the highest '{name}': these are the {constant} % with the least."
            );
            let problem = test.problem("inverted-order", message);
            let best = 100.0 - constant;
            Some(problem.hint(format!("write '{name} >= {best}' for the top {constant} %")))
        }
        Quantity::Rank(_) => {
            let meant = others().any(|other| same(&other) && other.is_upper_bound());
            if !test.is_lower_bound() || constant < 2.0 || meant {
                return None;
            }
            let message =
                format!("The best have the lowest '{name}': these are the places behind.");
            let problem = test.problem("inverted-order", message);
            Some(problem.hint(format!(
                "write '{name} <= {constant}' for the first {constant}"
            )))
        }
        _ => None,
    }
}
