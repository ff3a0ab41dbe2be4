//! Perks that no member can get.

use super::impossible::{Why, why_impossible};
use super::model::{Formula, Model};
use super::solve::{Answer, Budget, Goal, Trust, solve};
use super::tiers::conditions;
use super::variable::Variable;
use super::{Found, Scene, WORK_OF_A_PERK, Whose, note, too_intricate};
use crate::rules::condition::Problem;
use crate::rules::condition::expr::{Bool, Leaf};
use crate::rules::condition::print::Show;
use crate::rules::program::{Perk, Program};

/// The work that each perk may take even if nothing is left.
const LEAST_WORK: usize = 5_000;
/// The work of preparing one test.
const WORK_OF_A_TEST: usize = 50;

/// Returns the findings about perks: first those that follow from a perk alone;
/// with the work that is left, those that follow from the ladder, too.
pub(super) fn findings(program: &Program, budget: &mut Budget) -> Vec<Found> {
    let mut found = Vec::new();
    let mut by_tier = Vec::new();
    for (i, perk) in program.perks.iter().enumerate() {
        match within(budget, |own| alone(program, perk, own)) {
            Verdict::Fine => {}
            Verdict::ByTier => by_tier.push(i),
            Verdict::Found(problem) => found.push((Whose::Perk(i), problem)),
        }
    }
    for i in by_tier {
        let problem = within(budget, |own| on_ladder(program, &program.perks[i], own));
        found.extend(problem.map(|problem| (Whose::Perk(i), problem)));
    }
    found
}

/// The result for one perk by itself.
enum Verdict {
    Fine,
    /// No finding yet; the perk names tiers, so the ladder matters, too.
    ByTier,
    Found(Problem),
}

/// Runs an analysis with a part of the work that is left, and a little in any case.
pub(super) fn within<T>(budget: &mut Budget, judge: impl FnOnce(&mut Budget) -> T) -> T {
    let given = budget.0.clamp(LEAST_WORK, WORK_OF_A_PERK);
    let mut own = Budget(given);
    let judged = judge(&mut own);
    budget.0 = budget.0.saturating_sub(given - own.0);
    judged
}

fn condition(perk: &Perk) -> Option<&Bool> {
    perk.condition.as_ref().map(|condition| &condition.tree)
}

fn alone(program: &Program, perk: &Perk, budget: &mut Budget) -> Verdict {
    let Some(tree) = condition(perk) else {
        return Verdict::Fine;
    };
    let Some((model, formulas)) = Model::new(&Scene::of(program), &[tree]) else {
        return Verdict::Found(too_intricate());
    };
    let goal = [(&formulas[0], false)];
    match solve(&model, &goal, Trust::Anything, budget) {
        Answer::No => {
            let why = why_impossible(&model, &program.names, &formulas[0], budget);
            return Verdict::Found(unreachable(perk, why));
        }
        Answer::Unsure => return Verdict::Found(too_intricate()),
        Answer::Yes(_) => {}
    }
    match solve(&model, &goal, Trust::Nothing, budget) {
        Answer::Yes(_) if model.find(&Variable::Tier).is_some() => Verdict::ByTier,
        Answer::Yes(_) => Verdict::Fine,
        Answer::No => not_analysed(program, perk, model.first_opaque(&formulas[0])),
        Answer::Unsure => Verdict::Found(too_intricate()),
    }
}

fn not_analysed(program: &Program, perk: &Perk, leaf: Option<&Leaf>) -> Verdict {
    let Some(leaf) = leaf else {
        return Verdict::Fine;
    };
    let message = format!(
        "Whether anybody gets '{}' depends on '{}', a test that is not analysed.",
        perk.id,
        Show(leaf, &program.names)
    );
    Verdict::Found(note(leaf.offset, message))
}

fn unreachable(perk: &Perk, why: Option<Why>) -> Problem {
    let why = why.unwrap_or_else(|| Why::contradiction("its tests contradict each other"));
    why.problem("unreachable-perk", &format!("get '{}'", perk.id))
}

/// Reports a perk that asks for a tier although its other tests always give a
/// better one: the tier in effect is never below the best whose condition holds.
fn on_ladder(program: &Program, perk: &Perk, budget: &mut Budget) -> Option<Problem> {
    let mut trees = vec![condition(perk)?];
    trees.extend(conditions(program));
    // Too much work: no finding.
    budget.take(trees.iter().map(|tree| WORK_OF_A_TEST * tree.size()).sum())?;
    let (mut model, formulas) = Model::new(&Scene::of(program), &trees)?;
    let tier = model.find(&Variable::Tier)?;
    let rules: Vec<Formula> = formulas[1..]
        .iter()
        .enumerate()
        .map(|(i, condition)| {
            let worse = model.add(tier, |rank| rank > i);
            Formula::All(vec![condition.clone(), worse])
        })
        .collect();
    let mut goals: Vec<Goal<'_>> = vec![(&formulas[0], false)];
    goals.extend(rules.iter().map(|rule| (rule, true)));
    if !matches!(solve(&model, &goals, Trust::Anything, budget), Answer::No) {
        return None;
    }
    let why = Why::contradiction("whoever meets the rest of its tests has a better tier");
    Some(unreachable(perk, Some(why)))
}
