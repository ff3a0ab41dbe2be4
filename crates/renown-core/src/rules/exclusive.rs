//! Exclusive groups: perks of which a member gets one only.
//!
//! A perk that the member has excludes the others of its group, in every program that
//! names the group. If the program ranks the group, a perk is also excluded by a better
//! one of the same program that the member may claim. Only perks that members claim by
//! themselves are ranked: a draw or an invitation may never come to them.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::{GroupName, MemberId, PerkId, ProgramId};

use super::facts::Facts;
use super::program::{Perk, Program};
use super::source::PerkKind;
use super::view::View;

/// The exclusive group of a perk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exclusive {
    /// The name of the group, which programs share.
    pub group: GroupName,
    /// Which perk of the group a member may claim.
    pub pick: Pick,
}

/// Which perk of an exclusive group a member may claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pick {
    /// Any that the rules give: the member chooses.
    #[default]
    Choice,
    /// The first in the file that the member may have. A granted one comes first.
    Order,
    /// The one of the highest value that the member may have. A granted one comes first.
    Value,
}

/// A perk of an exclusive group that a member has: held, confirmed or redeemed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TakenPerk {
    /// The program.
    pub program: ProgramId,
    /// The perk.
    pub perk: PerkId,
}

/// The perk of the same exclusive group that excludes another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ExcludedBy {
    /// The program of the perk.
    pub program: ProgramId,
    /// The perk.
    pub perk: PerkId,
    /// Whether the member has the perk. If not, they may claim it, and it is the better one.
    pub claimed: bool,
}

impl fmt::Display for Exclusive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pick = match self.pick {
            Pick::Choice => "the member's choice",
            Pick::Order => "the first",
            Pick::Value => "the most valuable",
        };
        write!(f, "one of '{}' ({pick})", self.group)
    }
}

impl Perk {
    fn is_in(&self, group: &GroupName) -> bool {
        let own = self.exclusive.as_ref();
        own.is_some_and(|own| own.group == *group)
    }

    /// Whether the perk is ranked in its group.
    pub(super) fn is_ranked(&self) -> bool {
        let own = self.exclusive.as_ref();
        own.is_some_and(|own| own.pick != Pick::Choice) && self.kind == PerkKind::Guaranteed
    }
}

impl Program {
    /// Returns the perk that excludes another one; `None` if none does.
    pub fn excluded_by(&self, perk: &Perk, facts: &Facts<'_>) -> Option<ExcludedBy> {
        let (view, _) = self.view_in_tier(facts);
        self.excluder(perk, facts, &view)
    }

    pub(super) fn excluder(
        &self,
        perk: &Perk,
        facts: &Facts<'_>,
        view: &View<'_>,
    ) -> Option<ExcludedBy> {
        let better = || {
            let better = self.better(perk, facts, view)?;
            Some(ExcludedBy {
                program: self.id.clone(),
                perk: better.id.clone(),
                claimed: false,
            })
        };
        self.taken_instead(perk, facts).or_else(better)
    }

    /// Returns the perk of the same group that the member has.
    pub(super) fn taken_instead(&self, perk: &Perk, facts: &Facts<'_>) -> Option<ExcludedBy> {
        let group = &perk.exclusive.as_ref()?.group;
        let has = |other: &&Perk| {
            let units = facts.claimed.get(&other.id).copied();
            other.id != perk.id && other.is_in(group) && units.is_some_and(|units| units > 0)
        };
        if let Some(own) = self.perks.iter().find(has) {
            return Some(ExcludedBy {
                program: self.id.clone(),
                perk: own.id.clone(),
                claimed: true,
            });
        }
        // The groups of this program's perks are those of the present version.
        let elsewhere =
            |taken: &&TakenPerk| taken.program != self.id || self.perk(&taken.perk).is_none();
        let taken = facts.taken.get(group)?.iter().find(elsewhere)?;
        Some(ExcludedBy {
            program: taken.program.clone(),
            perk: taken.perk.clone(),
            claimed: true,
        })
    }

    /// Returns the best perk of a ranked group that the member may claim, if it is better
    /// than this one.
    pub(super) fn better(&self, perk: &Perk, facts: &Facts<'_>, view: &View<'_>) -> Option<&Perk> {
        if !perk.is_ranked() {
            return None;
        }
        let may_have = |other: &Perk| self.refusal_alone(other, facts, view).is_none();
        let best = self.best_of_group(perk, facts, may_have)?;
        (best.id != perk.id && self.is_better(best, perk, facts)).then_some(best)
    }

    /// Returns the best ranked perk of a perk's group among those for which `counts` holds.
    pub(super) fn best_of_group(
        &self,
        perk: &Perk,
        facts: &Facts<'_>,
        counts: impl Fn(&Perk) -> bool,
    ) -> Option<&Perk> {
        let group = &perk.exclusive.as_ref()?.group;
        let ranked = |other: &&Perk| other.is_in(group) && other.is_ranked() && counts(other);
        let candidates = self.perks.iter().filter(ranked);
        candidates.reduce(|best, other| match self.is_better(other, best, facts) {
            true => other,
            false => best,
        })
    }

    /// Whether a perk comes before another one of its group. Of two that are equal, the one
    /// that is first in the file does.
    fn is_better(&self, one: &Perk, other: &Perk, facts: &Facts<'_>) -> bool {
        let place = |perk: &Perk| self.perks.iter().position(|p| p.id == perk.id);
        let granted = |perk: &Perk| self.granted(perk, facts).is_some();
        let value = |perk: &Perk| match perk.exclusive.as_ref().map(|own| own.pick) {
            Some(Pick::Value) => perk.value.as_ref().map(|value| value.amount()),
            _ => None,
        };
        let rank = |perk: &Perk| (granted(perk), value(perk), std::cmp::Reverse(place(perk)));
        rank(one) > rank(other)
    }

    /// Returns the perk that a member is assumed to claim of a group in which they have the
    /// choice among these: each with the same probability, and always the same one.
    pub(super) fn chosen<'c>(among: &[&'c PerkId], member: MemberId) -> Option<&'c PerkId> {
        let count = u128::try_from(among.len()).ok().filter(|n| *n > 0)?;
        let place = member.0.as_u128() % count;
        among.get(usize::try_from(place).ok()?).copied()
    }
}
