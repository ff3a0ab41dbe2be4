//! The solver: searches for values with which some conditions hold and others do
//! not.
//!
//! Each step removes the values that a goal excludes, until only alternatives are
//! left; then the alternatives are tried one after the other. Work is counted, not
//! timed, so that the same program always has the same result.

use super::domains::{Domains, Empty};
use super::model::{Formula, Model};

/// The most states that one search may visit.
const MAX_NODES: usize = 50_000;

/// A formula that must hold, or must not hold if the flag is set.
pub(super) type Goal<'f> = (&'f Formula, bool);

/// The result of a search.
#[derive(Debug)]
pub(super) enum Answer {
    /// The goals can be met: the values that are left for each variable.
    Yes(Domains),
    /// The goals cannot be met.
    No,
    /// The search took too much work.
    Unsure,
}

/// How opaque tests are treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trust {
    /// They may have any result: a `No` is a proof.
    Anything,
    /// They pass neither as they are nor negated: a `Yes` is a proof.
    Nothing,
}

/// The work that is left, in machine words read.
#[derive(Debug)]
pub(super) struct Budget(pub usize);

impl Budget {
    /// Takes some of the work; `None` if less than that is left.
    pub(super) fn take(&mut self, work: usize) -> Option<()> {
        match self.0.checked_sub(work) {
            Some(left) => {
                self.0 = left;
                Some(())
            }
            None => {
                self.0 = 0;
                None
            }
        }
    }
}

/// A state of the search.
struct State<'f> {
    domains: Domains,
    goals: Vec<Goal<'f>>,
}

struct Search<'a, 'p> {
    model: &'a Model<'p>,
    trust: Trust,
    budget: &'a mut Budget,
}

/// Searches for values that meet all goals.
pub(super) fn solve(
    model: &Model<'_>,
    goals: &[Goal<'_>],
    trust: Trust,
    budget: &mut Budget,
) -> Answer {
    solve_at(model, goals, None, trust, budget)
}

/// Searches for values that meet all goals, where one variable has a given value.
pub(super) fn solve_at(
    model: &Model<'_>,
    goals: &[Goal<'_>],
    at: Option<(usize, usize)>,
    trust: Trust,
    budget: &mut Budget,
) -> Answer {
    let mut domains = model.open();
    if let Some((variable, value)) = at
        && domains.keep(variable, |v| v == value).is_err()
    {
        return Answer::No;
    }
    let goals = goals.to_vec();
    let mut states = vec![State { domains, goals }];
    let mut search = Search {
        model,
        trust,
        budget,
    };
    let mut nodes = 0;
    while let Some(mut state) = states.pop() {
        nodes += 1;
        let cost = state.domains.words() + state.goals.len() + model.variables.len();
        if nodes > MAX_NODES || search.budget.take(cost).is_none() {
            return Answer::Unsure;
        }
        if search.narrow(&mut state).is_err() {
            continue;
        }
        if search.budget.0 == 0 {
            return Answer::Unsure;
        }
        match search.branch(state) {
            Ok(branches) => states.extend(branches),
            Err(domains) => return Answer::Yes(domains),
        }
    }
    Answer::No
}

impl<'f> Search<'_, '_> {
    /// Removes excluded values until no more can be removed.
    fn narrow(&mut self, state: &mut State<'f>) -> Result<(), Empty> {
        loop {
            let mut changed = false;
            let mut open = Vec::new();
            while let Some(goal) = state.goals.pop() {
                changed |= self.reduce(goal, state, &mut open)?;
            }
            state.goals = open;
            self.spend(4 * self.model.variables.len());
            let (model, domains) = (self.model, &mut state.domains);
            changed |= model.constraints.narrow(&model.variables, domains)?;
            if !changed || self.budget.0 == 0 {
                return Ok(());
            }
        }
    }

    fn spend(&mut self, work: usize) {
        // The loop of the search stops once nothing is left.
        let _ = self.budget.take(work);
    }

    /// Closes one goal, or splits it into its parts, or leaves it open.
    fn reduce(
        &mut self,
        (formula, negated): Goal<'f>,
        state: &mut State<'f>,
        open: &mut Vec<Goal<'f>>,
    ) -> Result<bool, Empty> {
        match (formula, negated) {
            (Formula::Test(test), _) => {
                let test = self.model.get(*test);
                if test.opaque && self.trust == Trust::Nothing {
                    return Err(Empty);
                }
                self.spend(test.passing.as_slice().len());
                let domains = &mut state.domains;
                domains.restrict(test.variable, &test.passing, negated)
            }
            (Formula::All(parts), false) | (Formula::Any(parts), true) => {
                state.goals.extend(parts.iter().map(|part| (part, negated)));
                Ok(false)
            }
            (Formula::Any(parts), false) | (Formula::All(parts), true) => {
                let mut possible = None;
                for part in parts {
                    match self.status((part, negated), &state.domains) {
                        Some(true) => return Ok(false),
                        Some(false) => {}
                        None if possible.is_none() => possible = Some(part),
                        None => {
                            open.push((formula, negated));
                            return Ok(false);
                        }
                    }
                }
                let only = possible.ok_or(Empty)?;
                state.goals.push((only, negated));
                Ok(false)
            }
        }
    }

    /// Returns whether a goal is met by all values that are left, or by none; `None` if
    /// some values meet it and others do not.
    fn status(&mut self, (formula, negated): Goal<'_>, domains: &Domains) -> Option<bool> {
        let (parts, all) = match formula {
            Formula::Test(test) => {
                let test = self.model.get(*test);
                if test.opaque && self.trust == Trust::Nothing {
                    return Some(false);
                }
                self.spend(test.passing.as_slice().len());
                let says = domains.decides(test.variable, &test.passing);
                return says.map(|says| says != negated);
            }
            Formula::All(parts) => (parts, !negated),
            Formula::Any(parts) => (parts, negated),
        };
        let mut sure = true;
        for part in parts {
            match self.status((part, negated), domains) {
                Some(met) if met != all => return Some(!all),
                Some(_) => {}
                None => sure = false,
            }
        }
        sure.then_some(all)
    }

    /// Returns a state for each alternative of the first open goal, the first
    /// alternative last; or, if no goal is open, the domains as an error.
    fn branch(&mut self, mut state: State<'f>) -> Result<Vec<State<'f>>, Domains> {
        let Some((Formula::All(parts) | Formula::Any(parts), negated)) = state.goals.pop() else {
            return Err(state.domains);
        };
        let mut branches = Vec::new();
        for (i, part) in parts.iter().enumerate() {
            if self.status((part, negated), &state.domains) == Some(false) {
                continue;
            }
            let mut goals = state.goals.clone();
            // A part that was tried before need not be tried again. (Where nothing
            // rests on a test, nothing rests on its negation either.)
            if self.trust == Trust::Anything {
                goals.extend(parts[..i].iter().map(|before| (before, !negated)));
            }
            goals.push((part, negated));
            self.spend(state.domains.words() + goals.len());
            branches.push(State {
                domains: state.domains.clone(),
                goals,
            });
        }
        branches.reverse();
        Ok(branches)
    }
}
