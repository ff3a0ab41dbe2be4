//! Tiers that no member can reach, and tiers that a better one always covers.

use super::bands;
use super::impossible::{Why, why_impossible};
use super::model::{Formula, Model};
use super::solve::{Answer, Budget, Goal, Trust, solve};
use super::{Found, Scene, Whose, note, too_intricate};
use crate::rules::condition::Problem;
use crate::rules::condition::expr::{Bool, Names};
use crate::rules::condition::print::Show;
use crate::rules::program::{Program, Tier};
use crate::rules::source::Giver;

/// A ladder with the conditions of its tiers, best first; the floor has none.
pub(super) struct Ladder<'a, 'p> {
    pub tiers: &'p [Tier],
    pub names: &'p Names,
    pub model: &'a Model<'p>,
    pub formulas: &'a [Formula],
}

/// The condition of a tier that only grants give.
static NEVER: Bool = Bool::Any(Vec::new());

/// Returns the conditions of all tiers above the floor, best first.
pub(super) fn conditions(program: &Program) -> Vec<&Bool> {
    program.tiers.iter().map_while(condition).collect()
}

fn condition(tier: &Tier) -> Option<&Bool> {
    match tier.by {
        Giver::Grants => Some(&NEVER),
        Giver::Rules => Some(&tier.condition.as_ref()?.tree),
    }
}

/// Returns the findings about tiers.
pub(super) fn findings(program: &Program, budget: &mut Budget) -> Vec<Found> {
    let trees = conditions(program);
    let Some((model, formulas)) = Model::new(&Scene::of(program), &trees) else {
        let all = 0..trees.len();
        return all.map(|i| (Whose::Tier(i), too_intricate())).collect();
    };
    let ladder = Ladder {
        tiers: &program.tiers,
        names: &program.names,
        model: &model,
        formulas: &formulas,
    };
    let tier = |i| (Whose::Tier(i), ladder.judge(i, budget));
    let by_rules = |i: &usize| program.tiers[*i].by == Giver::Rules;
    let judged = (0..trees.len()).filter(by_rules).map(tier);
    let found = judged.flat_map(|(whose, problems)| problems.into_iter().map(move |p| (whose, p)));
    found.collect()
}

impl Ladder<'_, '_> {
    pub(super) fn solve(&self, goals: &[Goal<'_>], trust: Trust, budget: &mut Budget) -> Answer {
        solve(self.model, goals, trust, budget)
    }

    /// Returns the goals that a tier's condition holds and no better tier's does.
    fn only(&self, tier: usize) -> Vec<Goal<'_>> {
        let better = self.formulas[..tier].iter().map(|formula| (formula, true));
        better.chain([(&self.formulas[tier], false)]).collect()
    }

    fn judge(&self, tier: usize, budget: &mut Budget) -> Vec<Problem> {
        let formula = &self.formulas[tier];
        match self.solve(&[(formula, false)], Trust::Anything, budget) {
            Answer::No => return vec![self.unreachable(tier, budget)],
            Answer::Unsure => return vec![too_intricate()],
            Answer::Yes(_) => {}
        }
        let only = self.only(tier);
        match self.solve(&only, Trust::Anything, budget) {
            Answer::No => return vec![self.shadowed(tier, budget)],
            Answer::Unsure => return vec![too_intricate()],
            Answer::Yes(_) => {}
        }
        let mut problems = bands::findings(self, tier, budget);
        match self.solve(&only, Trust::Nothing, budget) {
            Answer::Yes(_) => {}
            Answer::No => problems.extend(self.not_analysed(tier)),
            Answer::Unsure => problems.push(too_intricate()),
        }
        problems
    }

    fn unreachable(&self, tier: usize, budget: &mut Budget) -> Problem {
        let id = &self.tiers[tier].id;
        let why = why_impossible(self.model, self.names, &self.formulas[tier], budget);
        let why = why.unwrap_or_else(|| Why::contradiction("its tests contradict each other"));
        why.problem("unreachable-tier", &format!("reach '{id}'"))
    }

    /// Reports a tier that better tiers cover, and names as few of them as possible.
    fn shadowed(&self, tier: usize, budget: &mut Budget) -> Problem {
        let mut covering: Vec<usize> = (0..tier).collect();
        let mut cover = |by: &[usize]| {
            let better = by.iter().map(|i| (&self.formulas[*i], true));
            let goals: Vec<Goal<'_>> = better.chain([(&self.formulas[tier], false)]).collect();
            matches!(self.solve(&goals, Trust::Anything, budget), Answer::No)
        };
        match (0..tier).find(|i| cover(&[*i])) {
            Some(alone) => covering = vec![alone],
            None => {
                for i in 0..tier {
                    let without: Vec<usize> =
                        covering.iter().copied().filter(|c| *c != i).collect();
                    if cover(&without) {
                        covering = without;
                    }
                }
            }
        }
        let id = &self.tiers[tier].id;
        let names: Vec<String> = covering
            .iter()
            .map(|i| format!("'{}'", self.tiers[*i].id))
            .collect();
        let better = names.join(" or ");
        let message = format!(
            "Whoever meets this condition meets that of {better} too, which is better: nobody ever gets '{id}'."
        );
        let hint = match covering[..] {
            [one] => format!(
                "put '{id}' above '{}' if it is the better one, or ask less for it",
                self.tiers[one].id
            ),
            _ => format!("ask less for '{id}', or more for the others"),
        };
        Problem::new("shadowed-tier", 0, message).hint(hint)
    }

    /// Reports that the result depends on a test that is not analysed.
    fn not_analysed(&self, tier: usize) -> Option<Problem> {
        let id = &self.tiers[tier].id;
        if let Some(leaf) = self.model.first_opaque(&self.formulas[tier]) {
            let message = format!(
                "Whether anybody reaches '{id}' depends on '{}', a test that is not analysed.",
                Show(leaf, self.names)
            );
            return Some(note(leaf.offset, message));
        }
        let better = self.formulas[..tier].iter();
        let leaf = better.rev().find_map(|f| self.model.first_opaque(f))?;
        let message = format!(
            "Whether better tiers leave anybody for '{id}' depends on '{}', a test that is not analysed.",
            Show(leaf, self.names)
        );
        Some(note(0, message))
    }
}
