//! Conditions to stay in a tier that are no easier to meet than those to enter the tier.

use super::model::Model;
use super::solve::{Answer, Budget, Goal, Trust, solve};
use super::{Found, Scene, Whose};
use crate::rules::condition::Problem;
use crate::rules::program::{Program, Tier};

/// Returns the findings about `stay` conditions. A member who meets `when` earns
/// the tier, so a `stay` that implies `when` keeps no other member in it.
pub(super) fn findings(program: &Program, budget: &mut Budget) -> Vec<Found> {
    let tiers = program.tiers.iter().enumerate();
    tiers
        .filter_map(|(i, tier)| Some((Whose::Stay(i), judge(program, tier, budget)?)))
        .collect()
}

fn judge(program: &Program, tier: &Tier, budget: &mut Budget) -> Option<Problem> {
    let (when, stay) = (tier.condition.as_ref()?, tier.stay.as_ref()?);
    let (model, formulas) = Model::new(&Scene::of(program), &[&when.tree, &stay.tree])?;
    let (when, stay) = (&formulas[0], &formulas[1]);
    let mut solve = |goals: &[Goal<'_>]| solve(&model, goals, Trust::Anything, budget);
    // An impossible `when` was reported already.
    let possible = matches!(solve(&[(when, false)]), Answer::Yes(_));
    if !possible || !matches!(solve(&[(stay, false), (when, true)]), Answer::No) {
        return None;
    }
    let message = match solve(&[(when, false), (stay, true)]) {
        Answer::No => "'stay' asks for the same as 'when', so it keeps nobody in the tier.",
        _ => "'stay' asks for more than 'when', so it keeps nobody in the tier.",
    };
    let problem = Problem::warning("stay-keeps-nobody", 0, message);
    let hint = "ask for less to stay than to enter, or keep the tier for a while ('keep: 30d')";
    Some(problem.hint(hint))
}
