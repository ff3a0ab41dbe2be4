//! The reasons to refuse a perk.

use serde::Serialize;
use utoipa::ToSchema;

use super::names::names;

/// Why a perk is refused. If several reasons apply, the first in this list is
/// given: reasons that the member cannot change come before those that the member
/// can.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The person is not enrolled, has opted out, or was never seen.
    NotEnrolled,
    /// The last day of the perk is over.
    Expired,
    /// The first day of the perk is still to come.
    NotStarted,
    /// The member has the maximum number of units, of this perk or of all perks of
    /// the program together.
    MemberLimit,
    /// The member has another perk of the same exclusive group, or may claim a better one.
    ExclusiveOf,
    /// All units have been claimed.
    OutOfStock,
    /// The daily limit is reached, of this perk or of all perks together.
    DayLimit,
    /// One more unit would exceed what is left of a budget, of the perk or of the
    /// program.
    BudgetSpent,
    /// The perk is only given by a grant.
    ByGrantOnly,
    /// The condition of the perk is not met.
    Condition,
    /// The member has neither confidence nor interest in a topic of the perk.
    NotRelevant,
    /// The member would get the perk, but belongs to the holdout of an experiment,
    /// which serves as the control group.
    HeldBack,
}

names! {
    Refusal, "a refusal":
    NotEnrolled = "not_enrolled",
    Expired = "expired",
    NotStarted = "not_started",
    MemberLimit = "member_limit",
    ExclusiveOf = "exclusive_of",
    OutOfStock = "out_of_stock",
    DayLimit = "day_limit",
    BudgetSpent = "budget_spent",
    ByGrantOnly = "by_grant_only",
    Condition = "condition",
    NotRelevant = "not_relevant",
    HeldBack = "held_back",
}

impl Refusal {
    /// Returns the reason as a sentence for people.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::NotEnrolled => "nobody who takes part is enrolled under this identity",
            Self::Expired => "its last day is over",
            Self::NotStarted => "its first day is yet to come",
            Self::MemberLimit => "the member has as many as one may have",
            Self::ExclusiveOf => "the member gets another one of the same group instead",
            Self::OutOfStock => "all units are gone",
            Self::DayLimit => "no more are given today",
            Self::BudgetSpent => "one more would cost more than is left of the budget",
            Self::ByGrantOnly => "only people give it, by a grant",
            Self::Condition => "its condition is not met",
            Self::NotRelevant => {
                "it is about nothing that the member cares about, as far as is known"
            }
            Self::HeldBack => {
                "it is held back from the member, who belongs to a comparison group drawn by chance"
            }
        }
    }
}
