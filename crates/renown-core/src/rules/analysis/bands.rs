//! Tiers that are bands of one number: `x >= 30 && x < 45` below `x >= 45`.
//! The end is written twice, and the two may differ.

use super::model::Formula;
use super::solve::{Answer, Budget, Goal, Trust, solve_at};
use super::tiers::Ladder;
use super::values::Region;
use super::variable::is_constant;
use crate::domain::TierId;
use crate::rules::condition::Problem;
use crate::rules::condition::expr::*;
use crate::rules::condition::print::Show;
use crate::rules::diagnostic::Severity;

/// An end of a band: a number that one tier bounds on one side.
struct End {
    variable: usize,
    /// The tests that bound it.
    tests: Vec<usize>,
}

/// A side of a band.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Lower,
    Upper,
}

/// Returns the overlaps and gaps between a tier and the next better one on the same number.
pub(super) fn findings(ladder: &Ladder<'_, '_>, tier: usize, budget: &mut Budget) -> Vec<Problem> {
    let mut problems = Vec::new();
    for upper in ends(ladder, tier, Side::Upper) {
        let better = (0..tier).rev().find_map(|better| {
            let lower = ends(ladder, better, Side::Lower);
            let lower = lower
                .into_iter()
                .find(|lower| lower.variable == upper.variable)?;
            Some((better, lower))
        });
        let Some((better, lower)) = better else {
            continue;
        };
        let pair = Pair {
            ladder,
            tier,
            better,
            upper: &upper,
            lower: &lower,
        };
        problems.extend(pair.overlap(budget).or_else(|| pair.gap(budget)));
    }
    problems
}

/// Returns the numbers that a condition always bounds on one side.
fn ends(ladder: &Ladder<'_, '_>, tier: usize, side: Side) -> Vec<End> {
    let mut ends: Vec<End> = Vec::new();
    for number in ladder.model.demands(&ladder.formulas[tier]) {
        let test = ladder.model.get(number);
        let is_end = test.leaf.is_some_and(|leaf| side_of(leaf) == Some(side));
        if !is_end || test.opaque {
            continue;
        }
        match ends.iter_mut().find(|end| end.variable == test.variable) {
            Some(end) => end.tests.push(number),
            None => ends.push(End {
                variable: test.variable,
                tests: vec![number],
            }),
        }
    }
    ends
}

fn side_of(leaf: &Leaf) -> Option<Side> {
    let Atom::Number(a, op, _) = &leaf.atom else {
        return None;
    };
    let op = if is_constant(a) { op.mirrored() } else { *op };
    match op {
        Op::Less | Op::LessOrEqual => Some(Side::Upper),
        Op::Greater | Op::GreaterOrEqual => Some(Side::Lower),
        Op::Equal | Op::NotEqual => None,
    }
}

/// A tier with an upper end, and a better tier with a lower end, on one number.
struct Pair<'a, 'l, 'p> {
    ladder: &'a Ladder<'l, 'p>,
    tier: usize,
    better: usize,
    upper: &'a End,
    lower: &'a End,
}

impl Pair<'_, '_, '_> {
    fn passes(&self, end: &End, value: usize) -> bool {
        let mut tests = end.tests.iter();
        tests.all(|test| self.ladder.model.get(*test).passes(value))
    }

    /// Returns the regions that are within both ends, or outside of both.
    fn regions(&self, within: bool) -> Vec<(usize, Region)> {
        let known = &self.ladder.model.variables[self.upper.variable];
        let regions =
            (0..known.values.len()).filter_map(|value| Some((value, known.region(value)?)));
        let wanted = |&(value, _): &(usize, Region)| {
            let ends = [self.upper, self.lower];
            ends.iter().all(|end| self.passes(end, value) == within)
        };
        regions.filter(wanted).collect()
    }

    /// Returns the first and the last of the regions in which the goals can be met.
    fn extent(
        &self,
        regions: &[(usize, Region)],
        goals: &[Goal<'_>],
        (trust, budget): (Trust, &mut Budget),
    ) -> Option<(Region, Region)> {
        let (model, variable) = (self.ladder.model, self.upper.variable);
        let mut possible = |(value, _): &&(usize, Region)| {
            let answer = solve_at(model, goals, Some((variable, *value)), trust, budget);
            matches!(answer, Answer::Yes(_))
        };
        let first = regions.iter().find(&mut possible)?;
        let last = regions.iter().rev().find(&mut possible)?;
        Some((first.1, last.1))
    }

    fn overlap(&self, budget: &mut Budget) -> Option<Problem> {
        let formulas = self.ladder.formulas;
        let goals = [
            (&formulas[self.better], false),
            (&formulas[self.tier], false),
        ];
        let regions = self.regions(true);
        let (first, last) = self.extent(&regions, &goals, (Trust::Nothing, budget))?;
        let (better, worse) = self.ids();
        let message = format!(
            "{} of {} both '{better}' and '{worse}' hold; '{better}' wins.",
            extent_words(first, last),
            self.name()
        );
        let hint = format!("end '{worse}' where '{better}' begins, or leave its upper end out");
        Some(self.warning("overlap", message).hint(hint))
    }

    fn gap(&self, budget: &mut Budget) -> Option<Problem> {
        let formulas = self.ladder.formulas;
        // A member that has the worse tier further down, and the better one further up.
        let mut goals = Vec::new();
        self.rest(&formulas[self.tier], &mut goals);
        self.rest(&formulas[self.better], &mut goals);
        goals.extend(formulas[..self.tier].iter().map(|better| (better, true)));
        let regions = self.regions(false);
        let (first, last) = self.extent(&regions, &goals, (Trust::Nothing, budget))?;
        let instead = self.instead(&regions, &goals, budget);
        let (better, worse) = self.ids();
        let below = if first.is_point() { "just below" } else { "at" };
        let message = format!(
            "{} of {} neither '{better}' nor '{worse}' holds: those people get {instead}, less than somebody {below} {}.",
            extent_words(first, last),
            self.name(),
            first.low
        );
        let hint = format!("leave the upper end of '{worse}' out: '{better}' wins where both hold");
        Some(self.warning("gap", message).hint(hint))
    }

    /// Adds the goals of a condition, apart from its tests of the number.
    fn rest<'f>(&self, formula: &'f Formula, goals: &mut Vec<Goal<'f>>) {
        match formula {
            Formula::All(parts) => parts.iter().for_each(|part| self.rest(part, goals)),
            Formula::Test(test) if self.ladder.model.get(*test).variable == self.upper.variable => {
            }
            other => goals.push((other, false)),
        }
    }

    /// Returns the tiers that members in the gap get, in words.
    fn instead(
        &self,
        regions: &[(usize, Region)],
        goals: &[Goal<'_>],
        budget: &mut Budget,
    ) -> String {
        let mut goals = goals.to_vec();
        let (tiers, formulas) = (self.ladder.tiers, self.ladder.formulas);
        let mut names = Vec::new();
        for (i, tier) in tiers.iter().enumerate().skip(self.tier + 1) {
            let condition = formulas.get(i);
            goals.extend(condition.map(|condition| (condition, false)));
            let possible = self.extent(regions, &goals, (Trust::Anything, budget));
            names.extend(possible.map(|_| format!("'{}'", tier.id)));
            if let Some(condition) = condition {
                goals.pop();
                goals.push((condition, true));
            }
        }
        if names.is_empty() {
            // The work was too much to find out.
            return "a lower tier".to_owned();
        }
        names.join(" or ")
    }

    fn ids(&self) -> (&TierId, &TierId) {
        let tiers = self.ladder.tiers;
        (&tiers[self.better].id, &tiers[self.tier].id)
    }

    /// Returns the number's name in conditions.
    fn name(&self) -> String {
        let test = self.upper.tests[0];
        match self.ladder.model.get(test).leaf.map(|leaf| &leaf.atom) {
            Some(Atom::Number(Num::Const(_), _, number) | Atom::Number(number, _, _)) => {
                Show(number, self.ladder.names).to_string()
            }
            _ => String::new(),
        }
    }

    fn warning(&self, code: &'static str, message: String) -> Problem {
        let leaf = self.ladder.model.get(self.upper.tests[0]).leaf;
        Problem {
            severity: Severity::Warning,
            ..Problem::new(code, leaf.map_or(0, |leaf| leaf.offset), message)
        }
    }
}

/// Describes the range from one region to another, as the beginning of a sentence.
fn extent_words(first: Region, last: Region) -> String {
    let (low, high) = (first.low, last.high);
    match (first.is_point(), last.is_point()) {
        (true, true) if low == high => format!("At {low}"),
        (true, true) => format!("From {low} to {high}"),
        (true, false) => format!("From {low} to below {high}"),
        (false, true) => format!("Above {low} up to {high}"),
        (false, false) => format!("Between {low} and {high}"),
    }
}
