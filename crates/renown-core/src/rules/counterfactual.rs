//! What would have to be different: the smallest change of numbers that turns
//! a refusal into a yes.
//!
//! A change is never inferred and believed. Each candidate is made in a copy
//! of the facts, the program is evaluated on it, and only what passes is told.

use std::cell::RefCell;

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{PerkId, TierId};

use super::facts::Facts;
use super::program::{Perk, Program};
use super::search::Search;
use super::view::View;
use crate::domain::Refusal;

/// What would turn a refusal into a yes.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(tag = "result", rename_all = "snake_case")]
pub enum WhatIf {
    /// These changes, all together. They have been evaluated and pass.
    Possible {
        /// The numbers that would have to be different.
        changes: Vec<NumberChange>,
        /// The same in words: `standing.lower 45 instead of 42.6`.
        sentence: String,
    },
    /// No change of numbers would.
    Impossible {
        /// Why not.
        reason: NoChange,
    },
}

/// One number that would have to be different.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct NumberChange {
    /// Which, as conditions write it: `topic("las-vegas").confidence`.
    pub name: String,
    /// What it is now; absent if it is not known.
    pub from: Option<f64>,
    /// What it would have to be.
    pub to: f64,
}

/// Why there is no change of numbers that would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoChange {
    /// The person is not enrolled.
    NotEnrolled,
    /// The perk's last day is over.
    Expired,
    /// The perk's first day is yet to come.
    NotStarted,
    /// The person has as many units as one may have.
    MemberLimit,
    /// All units of the perk are gone.
    OutOfStock,
    /// No more are given today.
    DayLimit,
    /// What is left of a budget is less than one unit costs.
    BudgetSpent,
    /// Only people give it, by a grant.
    ByGrantOnly,
    /// The person belongs to the group that it is held back from, so that
    /// there is something to compare with.
    HeldBack,
    /// It depends on attributes, which only the business can set.
    DependsOnOthers,
    /// It depends on what the caller passed in with the request.
    DependsOnRequest,
    /// It depends on the time.
    DependsOnTime,
    /// It depends on a decision table; see its inputs.
    DependsOnTable,
    /// It depends on something that is no number, or on a number that cannot
    /// go that way (days since enrolment never become fewer).
    NotByNumbers,
}

impl NoChange {
    /// Why no number opens what is refused for this reason; `None` if one may.
    pub(super) fn closed_by(refusal: Refusal) -> Option<Self> {
        match refusal {
            Refusal::NotEnrolled => Some(Self::NotEnrolled),
            Refusal::Expired => Some(Self::Expired),
            Refusal::NotStarted => Some(Self::NotStarted),
            Refusal::MemberLimit => Some(Self::MemberLimit),
            Refusal::OutOfStock => Some(Self::OutOfStock),
            Refusal::DayLimit => Some(Self::DayLimit),
            Refusal::BudgetSpent => Some(Self::BudgetSpent),
            Refusal::ByGrantOnly => Some(Self::ByGrantOnly),
            Refusal::HeldBack => Some(Self::HeldBack),
            Refusal::Condition | Refusal::NotRelevant => None,
        }
    }
}

/// What somebody would like to get.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target<'t> {
    /// At least this tier.
    Tier(&'t TierId),
    /// This perk.
    Perk(&'t PerkId),
}

/// A target that the program has.
#[derive(Debug, Clone, Copy)]
pub(super) enum Goal<'g> {
    /// At least the tier of this rank.
    Tier(usize),
    /// This perk.
    Perk(&'g Perk),
}

impl Program {
    /// Finds the smallest change of numbers that gives the target. `None` if
    /// the person has it already, or the program has no such tier or perk.
    pub fn counterfactual(&self, facts: &Facts<'_>, target: Target<'_>) -> Option<WhatIf> {
        let goal = match target {
            Target::Tier(tier) => Goal::Tier(self.rank(tier)?),
            Target::Perk(perk) => Goal::Perk(self.perk(perk)?),
        };
        let mut view = self.view(facts);
        let earned = self.earned(facts, &view);
        view.tier = Some(self.recorded(facts, earned).tier);
        if self.reaches(facts, &view, goal) {
            return None;
        }
        let scratch = RefCell::new(view.clone());
        let search = Search {
            program: self,
            facts,
            view: &view,
            scratch: &scratch,
            goal,
        };
        Some(search.run())
    }

    /// Whether the goal is met, on a view with the tier in effect.
    pub(super) fn reaches(&self, facts: &Facts<'_>, view: &View<'_>, goal: Goal<'_>) -> bool {
        match goal {
            Goal::Tier(wanted) => {
                let present = view.tier.and_then(|tier| self.rank(tier));
                present.is_some_and(|present| present <= wanted)
            }
            Goal::Perk(perk) => self.refusal(perk, facts, view).is_none(),
        }
    }
}

impl NumberChange {
    pub(super) fn words(&self) -> String {
        let Some(from) = self.from else {
            return format!("{} {} instead of unknown", self.name, self.to);
        };
        // Two digits are enough to read, unless they hide the difference.
        let short = (from * 100.0).round() / 100.0;
        let from = if short == self.to { from } else { short };
        format!("{} {} instead of {from}", self.name, self.to)
    }
}
