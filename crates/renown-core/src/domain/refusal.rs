//! Why a perk is not given.

use serde::Serialize;
use utoipa::ToSchema;

use super::names::names;

/// Why a perk is not given. Where more than one reason holds, the first of
/// this list is named: those that nobody can change come before those that
/// the person can.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The person is not enrolled, has opted out, or was never seen.
    NotEnrolled,
    /// Its last day is over.
    Expired,
    /// Its first day is yet to come.
    NotStarted,
    /// The person has as many as one may have, of this perk or of all perks of
    /// the program together.
    MemberLimit,
    /// All units are gone.
    OutOfStock,
    /// No more are given today, of this perk or of all perks together.
    DayLimit,
    /// One more unit would cost more than is left of a budget, of the perk or of
    /// the program.
    BudgetSpent,
    /// Only people give it, by a grant.
    ByGrantOnly,
    /// Its condition is not met.
    Condition,
    /// It is about nothing that the person has shown confidence or interest in.
    NotRelevant,
    /// The person would get it, and belongs to the group that it is held back
    /// from, so that there is something to compare with.
    HeldBack,
}

names! {
    Refusal, "a refusal":
    NotEnrolled = "not_enrolled",
    Expired = "expired",
    NotStarted = "not_started",
    MemberLimit = "member_limit",
    OutOfStock = "out_of_stock",
    DayLimit = "day_limit",
    BudgetSpent = "budget_spent",
    ByGrantOnly = "by_grant_only",
    Condition = "condition",
    NotRelevant = "not_relevant",
    HeldBack = "held_back",
}

impl Refusal {
    /// What it means, for people.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::NotEnrolled => "nobody who takes part is enrolled under this identity",
            Self::Expired => "its last day is over",
            Self::NotStarted => "its first day is yet to come",
            Self::MemberLimit => "the member has as many as one may have",
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
