//! Counterfactuals: the smallest change of numbers that lifts a refusal.
//!
//! No change is reported by inference alone. Each candidate is applied to a copy of
//! the facts, and the program is evaluated on it; only a change that passes is reported.

use std::cell::RefCell;

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{PerkId, TierId};

use super::change_delay::ChangeDelay;
use super::condition::expr::*;
use super::effort::Effort;
use super::facts::Facts;
use super::program::{Perk, Program};
use super::search::{Given, Plan, Search, quantities_in};
use super::view::View;
use crate::domain::Refusal;

/// The change of numbers that would lift a refusal, or why there is none.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(tag = "result", rename_all = "snake_case")]
pub enum WhatIf {
    /// All these changes together lift the refusal: they give exactly the tier or perk
    /// asked about, or the tier in `gives`. This has been evaluated.
    Possible {
        /// The numbers that must change.
        changes: Vec<NumberChange>,
        /// The tier that the changes give, if it is a better one than the tier asked
        /// about; absent otherwise. It is named only if no change was found that gives
        /// the tier asked about.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false, value_type = Option<String>)]
        gives: Option<TierId>,
        /// The same as a sentence: `standing.lower 45 instead of 42.6`, and how long
        /// it takes.
        sentence: String,
        /// What moves the numbers, as something that people can do; absent where no single
        /// thing moves all of them, where not even 1,000 more people are enough, in answers
        /// about many members, and in decisions that were recorded before there was any.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        effort: Option<Effort>,
    },
    /// No change of numbers was found that lifts the refusal.
    Impossible {
        /// Why there is none.
        reason: NoChange,
    },
}

/// A number that must change.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct NumberChange {
    /// The name of the number in conditions: `topic("las-vegas").confidence`.
    pub name: String,
    /// The present value; absent if it is unknown.
    pub from: Option<f64>,
    /// The value that it must have.
    pub to: f64,
    /// Why it does not change at once; absent if it can.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub delay: Option<ChangeDelay>,
}

/// Why no change of numbers lifts a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoChange {
    /// The member is not enrolled, has opted out, or was never seen.
    NotEnrolled,
    /// The perk's last day is over.
    Expired,
    /// The perk's first day is in the future.
    NotStarted,
    /// The member has as many units as one member may have.
    MemberLimit,
    /// The member has another perk of the same exclusive group, or may claim a better one.
    ExclusiveOf,
    /// All units of the perk are gone.
    OutOfStock,
    /// The daily limit is reached: no more units are given today.
    DayLimit,
    /// The rest of a budget is less than the value of one unit.
    BudgetSpent,
    /// The tier or perk is given only by a grant.
    ByGrantOnly,
    /// The member is in the control group of an experiment, which does not get the
    /// perk.
    HeldBack,
    /// The condition depends on attributes, which only the business can set.
    DependsOnOthers,
    /// The condition depends on attributes that the caller passed with the request.
    DependsOnRequest,
    /// The condition asks for a verified identity, and only the business verifies one.
    DependsOnIdentity,
    /// The condition depends on the time.
    DependsOnTime,
    /// The condition depends on a decision table; see the table's inputs.
    DependsOnTable,
    /// The condition depends on something that is no number, or on a number that
    /// cannot change in that direction (days since enrolment never decrease).
    NotByNumbers,
}

impl NoChange {
    /// Returns why no change of numbers lifts this refusal; `None` if a change may.
    pub(super) fn closed_by(refusal: Refusal) -> Option<Self> {
        match refusal {
            Refusal::NotEnrolled => Some(Self::NotEnrolled),
            Refusal::Expired => Some(Self::Expired),
            Refusal::NotStarted => Some(Self::NotStarted),
            Refusal::MemberLimit => Some(Self::MemberLimit),
            Refusal::ExclusiveOf => Some(Self::ExclusiveOf),
            Refusal::OutOfStock => Some(Self::OutOfStock),
            Refusal::DayLimit => Some(Self::DayLimit),
            Refusal::BudgetSpent => Some(Self::BudgetSpent),
            Refusal::ByGrantOnly => Some(Self::ByGrantOnly),
            Refusal::HeldBack => Some(Self::HeldBack),
            Refusal::Condition | Refusal::NotRelevant => None,
        }
    }

    /// Returns why no change of numbers passes this test.
    pub(super) fn blocking(atom: &Atom) -> Self {
        let attribute = |of: &AttributeRef| match of.owner {
            Owner::Member => Self::DependsOnOthers,
            Owner::Request => Self::DependsOnRequest,
            Owner::Identity => Self::DependsOnIdentity,
        };
        let text = |text: &Text| match text {
            Text::Attribute(of) => Some(attribute(of)),
            _ => None,
        };
        let list = |list: &List| match list {
            List::Attribute(of) => Some(attribute(of)),
            _ => None,
        };
        let owner = match atom {
            Atom::Flag(of) | Atom::FlagIs(of, _) | Atom::Has(of) => Some(attribute(of)),
            Atom::Attributes(a, ..) => Some(attribute(a)),
            Atom::Text(a, _, b) | Atom::Part(_, a, b) => text(a).or_else(|| text(b)),
            Atom::Among(a, b) => text(a).or_else(|| list(b)),
            Atom::Items(_, of, _) => list(of),
            Atom::Time(..) | Atom::Span(..) => Some(Self::DependsOnTime),
            Atom::Number(a, _, b) => {
                let mut quantities = Vec::new();
                quantities_in(a, &mut quantities);
                quantities_in(b, &mut quantities);
                quantities.into_iter().find_map(|quantity| match quantity {
                    Quantity::Attribute(of) => Some(attribute(of)),
                    _ => None,
                })
            }
            Atom::Table(_) => Some(Self::DependsOnTable),
            // The business puts members on lists, as it sets attributes.
            Atom::Listed(_) => Some(Self::DependsOnOthers),
            Atom::Unknown(_) | Atom::AmongNumbers(..) => None,
        };
        owner.unwrap_or(Self::NotByNumbers)
    }
}

/// The tier or perk that a counterfactual is searched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target<'t> {
    /// This tier, or a better one if no change gives exactly this one.
    Tier(&'t TierId),
    /// This perk.
    Perk(&'t PerkId),
}

/// A target that exists in the program.
#[derive(Debug, Clone, Copy)]
pub(super) enum Goal<'g> {
    /// At least the tier of this rank; 0 is the best.
    Tier(usize),
    /// This perk.
    Perk(&'g Perk),
}

impl Program {
    /// Finds the smallest change of numbers that gives the target. For a tier that is the
    /// smallest that gives exactly this tier, and only if there is none, the smallest that
    /// gives a better one. `None` if the member
    /// has the target already, or the program has no such tier or perk.
    pub fn counterfactual(&self, facts: &Facts<'_>, target: Target<'_>) -> Option<WhatIf> {
        let goal = match target {
            Target::Tier(tier) => Goal::Tier(self.rank(tier)?),
            Target::Perk(perk) => Goal::Perk(self.perk(perk)?),
        };
        self.searched(facts, goal, |search| search.run())
    }

    /// Returns the smallest plan that gives the goal; `None` if the member has it already,
    /// or no plan does.
    pub(super) fn plan_for(&self, facts: &Facts<'_>, goal: Goal<'_>) -> Option<Plan> {
        let best = self.searched(facts, goal, |search| search.best().map(|(plan, _)| plan));
        best?.ok()
    }

    /// Searches for a goal; `None` if the member has it already.
    fn searched<T>(
        &self,
        facts: &Facts<'_>,
        goal: Goal<'_>,
        look: impl FnOnce(Search<'_, '_>) -> T,
    ) -> Option<T> {
        let (view, _) = self.view_in_tier(facts);
        if self.reaches(facts, &view, goal) {
            return None;
        }
        let scratch = RefCell::new(view.clone());
        Some(look(Search {
            program: self,
            facts,
            view: &view,
            scratch: &scratch,
            goal,
        }))
    }

    /// Moves the member on the ladder as the view says, and returns what that gives; `None`
    /// if it does not reach the goal.
    pub(super) fn given<'v, 'p: 'v>(
        &'p self,
        facts: &Facts<'_>,
        view: &mut View<'v>,
        goal: Goal<'_>,
    ) -> Option<Given<'p>> {
        let earned = self.earned(facts, view);
        let tier = self.moved(facts, earned).1.tier;
        view.tier = Some(tier);
        self.reaches(facts, view, goal).then(|| match goal {
            Goal::Tier(wanted) if self.rank(tier) != Some(wanted) => Given::Better(tier),
            _ => Given::Goal,
        })
    }

    /// Whether the goal is reached. The view must contain the tier in effect.
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
        // Two decimal digits are enough, unless they hide the difference.
        let short = (from * 100.0).round() / 100.0;
        let from = if short == self.to { from } else { short };
        format!("{} {} instead of {from}", self.name, self.to)
    }
}
