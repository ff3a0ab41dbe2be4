//! The search for a counterfactual: which numbers to change, and how far.
//!
//! The search walks a condition that fails down to the tests that fail. Each
//! numeric test proposes the smallest change that passes it. The plans of
//! alternatives (`||`) are collected and those of conjunctions (`&&`) are
//! combined, cheapest first, up to a limit. A plan is reported only after the
//! whole program was evaluated with it and gave the goal. A plan that gives a
//! better tier than the one asked about is the last resort, and is reported with
//! the name of that tier.

use std::cell::RefCell;

use super::change_delay::ChangeDelay;
use super::condition::eval::Eval;
use super::condition::expr::*;
use super::condition::mentions::{self, Mention};
use super::condition::print::Show;
use super::counterfactual::{Goal, NoChange, NumberChange, WhatIf};
use super::evaluate::verdict;
use super::facts::Facts;
use super::program::{Perk, Program, Tier};
use super::source::Giver;
use super::view::View;
use crate::domain::TierId;

/// The most plans that are kept at once, the cheapest first.
const MAX_PLANS: usize = 16;
/// The most numbers that one plan changes.
const MAX_CHANGES: usize = 4;
/// An interest above 0, which is enough to make a topic relevant to the member.
const SOME_INTEREST: f64 = 0.01;

/// Numbers to change together, each with its new value.
pub(super) type Plan = Vec<(Quantity, f64)>;

/// One search for a counterfactual.
pub(super) struct Search<'s, 'p> {
    pub program: &'p Program,
    pub facts: &'s Facts<'s>,
    pub view: &'s View<'p>,
    /// The view in which changes are tried, one at a time.
    pub scratch: &'s RefCell<View<'p>>,
    pub goal: Goal<'p>,
}

impl<'p> Search<'_, 'p> {
    /// Returns the smallest change that passes, or the reason why there is none.
    pub(super) fn run(&self) -> WhatIf {
        match self.best() {
            Ok((plan, Given::Goal)) => self.tell(&plan, None),
            Ok((plan, Given::Better(tier))) => self.tell(&plan, Some(tier)),
            Err(reason) => WhatIf::Impossible { reason },
        }
    }

    /// Returns the smallest plan that passes and what it gives, or the reason why there is
    /// none.
    pub(super) fn best(&self) -> Result<(Plan, Given<'p>), NoChange> {
        if let Some(reason) = self.closed() {
            return Err(reason);
        }
        let mut blocked = Vec::new();
        let mut plans = self.plans_for_goal(&mut blocked);
        self.sort(&mut plans);
        let mut better = None;
        for plan in plans {
            match self.given(&plan) {
                Some(Given::Goal) => return Ok((plan, Given::Goal)),
                Some(given) => better = better.or(Some((plan, given))),
                None => {}
            }
        }
        better.ok_or_else(|| blocked.into_iter().min().unwrap_or(NoChange::NotByNumbers))
    }

    /// Returns the reason why no change of numbers can lift the refusal, if there is one.
    fn closed(&self) -> Option<NoChange> {
        if self.facts.member.is_none() {
            return Some(NoChange::NotEnrolled);
        }
        let Goal::Perk(perk) = self.goal else {
            return None;
        };
        let refusal = self.program.refusal(perk, self.facts, self.view)?;
        // A member of the control group would not get the perk with better numbers either.
        let held_back = || {
            let held_back = self.program.holds_back(perk, self.facts, self.view);
            held_back.then_some(NoChange::HeldBack)
        };
        NoChange::closed_by(refusal).or_else(held_back)
    }

    fn plans_for_goal(&self, blocked: &mut Vec<NoChange>) -> Vec<Plan> {
        match self.goal {
            Goal::Tier(wanted) => {
                let tiers = self.program.tiers[..=wanted].iter();
                tiers
                    .flat_map(|tier| self.plans_for_tier(tier, blocked))
                    .collect()
            }
            Goal::Perk(perk) => {
                let condition = perk.condition.as_ref();
                let mut plans = match condition {
                    Some(condition) => self.plans(&condition.tree, blocked),
                    None => vec![Plan::new()],
                };
                self.add_relevance(perk, &mut plans);
                plans
            }
        }
    }

    /// Adds some interest in the perk's first topic to plans that would leave the perk
    /// irrelevant.
    fn add_relevance(&self, perk: &Perk, plans: &mut [Plan]) {
        let Some(slot) = perk.slots.first() else {
            return;
        };
        for plan in plans {
            let relevant = |view: &View<'_>| verdict(perk, view).is_relevant();
            if !self.tried(|view| make(view, plan), relevant) {
                plan.push((Quantity::Topic(*slot, TopicFacet::Interest), SOME_INTEREST));
            }
        }
    }

    fn plans_for_tier(&self, tier: &Tier, blocked: &mut Vec<NoChange>) -> Vec<Plan> {
        if tier.by == Giver::Grants {
            blocked.push(NoChange::ByGrantOnly);
            return Vec::new();
        }
        match &tier.condition {
            Some(condition) => self.plans(&condition.tree, blocked),
            None => vec![Plan::new()],
        }
    }

    /// Returns plans that make a condition hold; one empty plan if it holds already.
    fn plans(&self, tree: &Bool, blocked: &mut Vec<NoChange>) -> Vec<Plan> {
        if Eval::on(self.view).holds(tree) {
            return vec![Plan::new()];
        }
        match tree {
            Bool::Any(parts) => {
                let mut plans: Vec<Plan> = parts
                    .iter()
                    .flat_map(|part| self.plans(part, blocked))
                    .collect();
                self.sort(&mut plans);
                plans.truncate(MAX_PLANS);
                plans
            }
            Bool::All(parts) => parts.iter().fold(vec![Plan::new()], |plans, part| {
                if plans.is_empty() {
                    return plans;
                }
                let more = self.plans(part, blocked);
                self.combine(&plans, &more)
            }),
            Bool::Leaf(leaf) => self.leaf(leaf, blocked),
        }
    }

    /// Combines every plan of one list with every plan of the other.
    fn combine(&self, plans: &[Plan], more: &[Plan]) -> Vec<Plan> {
        let mut combined = Vec::new();
        for (a, b) in plans.iter().flat_map(|a| more.iter().map(move |b| (a, b))) {
            let mut plan = a.clone();
            for (quantity, to) in b {
                match plan.iter_mut().find(|(known, _)| known == quantity) {
                    // If one of the two values passes both tests, the further one does.
                    Some((_, known))
                        if self.distance(quantity, *to) > self.distance(quantity, *known) =>
                    {
                        *known = *to;
                    }
                    Some(_) => {}
                    None => plan.push((quantity.clone(), *to)),
                }
            }
            if plan.len() <= MAX_CHANGES {
                combined.push(plan);
            }
        }
        self.sort(&mut combined);
        combined.truncate(MAX_PLANS);
        combined
    }

    fn leaf(&self, leaf: &Leaf, blocked: &mut Vec<NoChange>) -> Vec<Plan> {
        if mentions_table(&leaf.atom) {
            blocked.push(NoChange::DependsOnTable);
            return Vec::new();
        }
        if mentions_tier(&leaf.atom) {
            return self.by_tier(leaf, blocked);
        }
        let mut plans = Vec::new();
        if let Atom::Number(a, _, b) = &leaf.atom {
            let mut quantities = Vec::new();
            quantities_in(a, &mut quantities);
            quantities_in(b, &mut quantities);
            for quantity in quantities {
                plans.extend(self.by_number(leaf, (a, b), quantity));
            }
        }
        if plans.is_empty() {
            blocked.push(NoChange::blocking(&leaf.atom));
        }
        plans
    }

    /// Returns the plans for every better tier with which the test passes.
    fn by_tier(&self, leaf: &Leaf, blocked: &mut Vec<NoChange>) -> Vec<Plan> {
        let tiers = &self.program.tiers;
        let present = self.view.tier.and_then(|tier| self.program.rank(tier));
        let better = &tiers[..present.unwrap_or(tiers.len())];
        let mut plans = Vec::new();
        for tier in better {
            let reach = |view: &mut View<'p>| view.tier = Some(&tier.id);
            if self.tried(reach, |view| Eval::on(view).passes(leaf)) {
                plans.extend(self.plans_for_tier(tier, blocked));
            }
        }
        plans
    }

    /// Returns the smallest change of one number that passes a comparison: the guess or
    /// one of its neighbours on the number's grid, whichever passes and is nearest.
    fn by_number(&self, leaf: &Leaf, sides: (&Num, &Num), quantity: &Quantity) -> Option<Plan> {
        let range = self.range(quantity)?;
        let guess = self.guess(sides, quantity, &range)?;
        let near = self.view.number(quantity).unwrap_or(guess);
        let on_grid = (guess / range.step).floor();
        let neighbour = |n: f64| tidy((on_grid + n) * range.step);
        let [a, b, c, d] = [-1.0, 0.0, 1.0, 2.0].map(neighbour);
        let mut candidates = [a, b, c, d, guess];
        candidates.sort_by(|a, b| (a - near).abs().total_cmp(&(b - near).abs()));
        let nearest = candidates.into_iter().find(|to| {
            let set = |view: &mut View<'p>| view.set(quantity, *to);
            let in_range = (range.low..=range.high).contains(to);
            in_range && self.tried(set, |view| Eval::on(view).passes(leaf))
        });
        nearest.map(|to| vec![(quantity.clone(), to)])
    }

    /// Returns the value at which both sides of a comparison are equal. Assumes that
    /// both sides are linear in the number; this is nearly always true and is checked
    /// later.
    fn guess(&self, sides: (&Num, &Num), quantity: &Quantity, range: &Range) -> Option<f64> {
        if let (Num::Quantity(_), Num::Const(value)) = sides {
            return Some(*value);
        }
        let difference = |to: f64| {
            let set = |view: &mut View<'p>| view.set(quantity, to);
            self.tried(set, |view| {
                let eval = Eval::on(view);
                Some(eval.number(sides.0)? - eval.number(sides.1)?)
            })
        };
        let (at_low, at_high) = (difference(range.low)?, difference(range.high)?);
        let slope = (at_high - at_low) / (range.high - range.low);
        let guess = tidy(range.low - at_low / slope);
        guess.is_finite().then_some(guess)
    }

    /// Returns the range of a number; `None` if a member cannot change it.
    fn range(&self, quantity: &Quantity) -> Option<Range> {
        let (low, high, step) = match quantity {
            Quantity::Attribute(_) => return None,
            Quantity::DaysEnrolled => (self.view.number(quantity)?, 36_525.0, 1.0),
            Quantity::Topic(_, TopicFacet::Confidence | TopicFacet::Interest) => (0.0, 1.0, 0.01),
            Quantity::Rank(_) => (1.0, 1e6, 1.0),
            Quantity::Topic(..) | Quantity::Standing(_) | Quantity::Index(..) => (0.0, 100.0, 0.1),
        };
        Some(Range { low, high, step })
    }

    /// Returns the size of a change as a share of the number's usual width.
    fn distance(&self, quantity: &Quantity, to: f64) -> f64 {
        let from = self.view.number(quantity).unwrap_or(0.0);
        let width = match quantity {
            Quantity::DaysEnrolled => 365.0,
            Quantity::Topic(_, TopicFacet::Confidence | TopicFacet::Interest) => 1.0,
            Quantity::Rank(_) => 1_000.0,
            _ => 100.0,
        };
        (to - from).abs() / width
    }

    /// Sorts plans by the number of changes, then by total distance; equal plans stay in
    /// the order of the file.
    fn sort(&self, plans: &mut [Plan]) {
        let cost = |plan: &Plan| -> f64 { plan.iter().map(|(q, to)| self.distance(q, *to)).sum() };
        plans.sort_by(|a, b| a.len().cmp(&b.len()).then(cost(a).total_cmp(&cost(b))));
    }

    /// Makes a change in the scratch view and reads something from the result.
    fn tried<T>(&self, change: impl FnOnce(&mut View<'p>), look: impl FnOnce(&View<'p>) -> T) -> T {
        let mut scratch = self.scratch.borrow_mut();
        scratch.become_like(self.view);
        change(&mut scratch);
        look(&scratch)
    }

    /// Evaluates the program again with a plan, tiers included. `None` if the plan does not
    /// reach the goal.
    fn given(&self, plan: &Plan) -> Option<Given<'p>> {
        let mut scratch = self.scratch.borrow_mut();
        scratch.become_like(self.view);
        make(&mut scratch, plan);
        self.program.given(self.facts, &mut scratch, self.goal)
    }

    fn tell(&self, plan: &Plan, gives: Option<&TierId>) -> WhatIf {
        let changes: Vec<NumberChange> = plan
            .iter()
            .map(|(quantity, to)| NumberChange {
                name: Show(quantity, &self.program.names).to_string(),
                from: self.view.number(quantity),
                to: *to,
                delay: ChangeDelay::of(
                    self.program,
                    self.facts,
                    quantity,
                    (self.view.number(quantity), *to),
                ),
            })
            .collect();
        let words: Vec<String> = changes.iter().map(NumberChange::words).collect();
        let mut delays: Vec<ChangeDelay> = Vec::new();
        for delay in changes.iter().filter_map(|change| change.delay) {
            if !delays.contains(&delay) {
                delays.push(delay);
            }
        }
        let delays: String = delays.iter().map(ChangeDelay::words).collect();
        let which = gives.map_or_else(String::new, |tier| format!(", which gives '{tier}'"));
        WhatIf::Possible {
            changes,
            gives: gives.cloned(),
            sentence: words.join(" and ") + &which + &delays,
            effort: self.facts.efforts.of(self.program, self.goal).cloned(),
        }
    }
}

/// What an evaluation that reaches the goal gives.
pub(super) enum Given<'p> {
    /// Exactly the goal.
    Goal,
    /// A better tier than the goal.
    Better(&'p TierId),
}

/// Makes all changes of a plan.
fn make(view: &mut View<'_>, plan: &Plan) {
    for (quantity, to) in plan {
        view.set(quantity, *to);
    }
}

/// The range of a number, and the step to which reported values are rounded.
struct Range {
    low: f64,
    high: f64,
    step: f64,
}

/// Rounds to 9 decimal digits, which removes the noise of binary fractions.
fn tidy(number: f64) -> f64 {
    // Adding 0 turns -0 into 0.
    (number * 1e9).round() / 1e9 + 0.0
}

fn mentions_table(atom: &Atom) -> bool {
    let mut found = false;
    mentions::in_atom(atom, &mut |mention| found |= mention == Mention::Table);
    found
}

fn mentions_tier(atom: &Atom) -> bool {
    match atom {
        Atom::Text(a, _, b) => *a == Text::Tier || *b == Text::Tier,
        Atom::Among(text, _) => *text == Text::Tier,
        _ => false,
    }
}

/// Adds the numbers from the facts that a number is calculated from.
pub(super) fn quantities_in<'n>(number: &'n Num, found: &mut Vec<&'n Quantity>) {
    match number {
        Num::Quantity(quantity) if !found.contains(&quantity) => found.push(quantity),
        Num::Negative(of) => quantities_in(of, found),
        Num::Binary(_, a, b) | Num::If(_, a, b) => {
            quantities_in(a, found);
            quantities_in(b, found);
        }
        Num::Quantity(_) | Num::Const(_) | Num::Length(_) | Num::Count(_) | Num::Table(_) => {}
    }
}
