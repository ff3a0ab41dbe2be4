//! Conditions that always hold, and parts of conditions that never hold or make no
//! difference.

use super::model::{Formula, Model};
use super::perks::within;
use super::solve::{Answer, Budget, Goal, Trust, solve};
use super::{Found, Scene, Whose};
use crate::rules::condition::expr::*;
use crate::rules::condition::print::Show;
use crate::rules::condition::{Condition, Problem};
use crate::rules::program::Program;
use crate::rules::reader::shorten;

/// Returns the first finding about each condition that is wanted.
pub(super) fn findings(
    program: &Program,
    wanted: impl Fn(Whose) -> bool,
    budget: &mut Budget,
) -> Vec<Found> {
    let tiers = program.tiers.iter().enumerate();
    let tiers = tiers.flat_map(|(i, tier)| {
        [
            (Whose::Tier(i), tier.condition.as_ref()),
            (Whose::Stay(i), tier.stay.as_ref()),
        ]
    });
    let perks = program.perks.iter().enumerate();
    let perks = perks.map(|(i, perk)| (Whose::Perk(i), perk.condition.as_ref()));
    let open = tiers.chain(perks).filter(|(whose, _)| wanted(*whose));
    let find = |(whose, condition): (Whose, Option<&Condition>)| {
        let found = within(budget, |own| judge(program, whose, condition?, own));
        found.map(|problem| (whose, problem))
    };
    open.filter_map(find).collect()
}

fn judge(
    program: &Program,
    whose: Whose,
    condition: &Condition,
    budget: &mut Budget,
) -> Option<Problem> {
    // `true` alone is written on purpose. `test ? a : b` becomes two alternatives, parts of
    // which the author did not write.
    if condition.tree == Bool::constant(true) || condition.source.contains('?') {
        return None;
    }
    let (model, formulas) = Model::new(&Scene::of(program), &[&condition.tree])?;
    let mut parts = Parts {
        model: &model,
        names: &program.names,
        budget,
    };
    if parts.are_impossible(&[(&formulas[0], true)]) {
        return Some(always(whose));
    }
    parts.judge(&condition.tree, &formulas[0], &[])
}

/// Reports a condition that every member meets.
fn always(whose: Whose) -> Problem {
    let (message, hint) = match whose {
        Whose::Tier(_) | Whose::Stay(_) => (
            "Everybody meets this condition, so nobody has a tier below.",
            "ask for something, or let this tier be the last one, without a condition",
        ),
        Whose::Perk(_) => (
            "Everybody meets this condition.",
            "leave 'when' out if everybody may have the perk",
        ),
    };
    Problem::warning("always-holds", 0, message).hint(hint)
}

/// The parts of one condition.
struct Parts<'a, 'p> {
    model: &'a Model<'p>,
    names: &'a Names,
    budget: &'a mut Budget,
}

impl Parts<'_, '_> {
    fn are_impossible(&mut self, goals: &[Goal<'_>]) -> bool {
        let answer = solve(self.model, goals, Trust::Anything, self.budget);
        matches!(answer, Answer::No)
    }

    /// Returns the first part that makes no difference, where the goals of the context
    /// are met.
    fn judge<'f>(
        &mut self,
        tree: &Bool,
        formula: &'f Formula,
        context: &[Goal<'f>],
    ) -> Option<Problem> {
        match (tree, formula) {
            (Bool::Any(parts), Formula::Any(formulas)) => {
                self.alternatives(parts, formulas, context)
            }
            (Bool::All(parts), Formula::All(formulas)) => {
                self.conjunction(parts, formulas, context)
            }
            _ => None,
        }
    }

    fn alternatives<'f>(
        &mut self,
        parts: &[Bool],
        formulas: &'f [Formula],
        context: &[Goal<'f>],
    ) -> Option<Problem> {
        for (i, part) in parts.iter().enumerate().rev() {
            let own = (&formulas[i], false);
            if self.are_impossible(&join(context, [own])) {
                let message = format!("'{}' never holds here.", self.shown(part));
                let problem = Problem::warning("never-holds", offset(part), message);
                return Some(problem.hint("leave this alternative out, or correct it"));
            }
            let others = without(formulas, i).map(|other| (other, true));
            if self.are_impossible(&join(context, others.chain([own]))) {
                let message = format!(
                    "'{}' makes no difference: where it holds, another alternative holds.",
                    self.shown(part)
                );
                let problem = Problem::warning("never-matters", offset(part), message);
                return Some(problem.hint("leave this alternative out, or correct it"));
            }
        }
        let mut parts = parts.iter().zip(formulas);
        parts.find_map(|(part, formula)| self.judge(part, formula, context))
    }

    fn conjunction<'f>(
        &mut self,
        parts: &[Bool],
        formulas: &'f [Formula],
        context: &[Goal<'f>],
    ) -> Option<Problem> {
        for (i, part) in parts.iter().enumerate().rev() {
            let others = without(formulas, i).map(|other| (other, false));
            let negated = (&formulas[i], true);
            if !is_guard(part) && self.are_impossible(&join(context, others.chain([negated]))) {
                let message = format!(
                    "'{}' makes no difference: it always holds where the other tests do.",
                    self.shown(part)
                );
                let problem = Problem::warning("never-matters", offset(part), message);
                return Some(problem.hint("leave this test out, or correct it"));
            }
        }
        for (i, part) in parts.iter().enumerate() {
            let others = without(formulas, i).map(|other| (other, false));
            let found = self.judge(part, &formulas[i], &join(context, others));
            if found.is_some() {
                return found;
            }
        }
        None
    }

    fn shown(&self, part: &Bool) -> String {
        shorten(&Show(part, self.names).to_string())
    }
}

fn without(formulas: &[Formula], left_out: usize) -> impl Iterator<Item = &Formula> {
    let formulas = formulas.iter().enumerate();
    formulas.filter_map(move |(i, formula)| (i != left_out).then_some(formula))
}

fn join<'f>(context: &[Goal<'f>], goals: impl IntoIterator<Item = Goal<'f>>) -> Vec<Goal<'f>> {
    context.iter().copied().chain(goals).collect()
}

/// Whether a part only says that something is known. It is often written in front of a test
/// of it, for clarity.
fn is_guard(part: &Bool) -> bool {
    let Bool::Leaf(leaf) = part else {
        return false;
    };
    matches!(leaf.atom, Atom::Has(_) | Atom::Unknown(_))
}

/// Returns where a part begins.
fn offset(part: &Bool) -> usize {
    match part {
        Bool::All(parts) | Bool::Any(parts) => parts.first().map_or(0, offset),
        Bool::Leaf(leaf) => leaf.offset,
    }
}
