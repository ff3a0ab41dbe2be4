//! What a draft would change, found out on everybody before it is published.
//!
//! Each member is evaluated twice, by the version in force and by the draft,
//! and each time on two horizons: at once, with the tiers that members hold
//! and keep; and settled, as it will be once every kept time is over if nothing
//! else changes. A [`SimulationTotals`] counts; tallies of parts of the population add up
//! to the same whatever the parts.
//!
//! Tiers of the two versions are the same if they have the same id. Where a
//! member's two tiers stand on one ladder (the draft's if both are on it, else
//! the other), that ladder says which is higher; where they do not, their
//! places counted from each floor do, so that a tier that was only renamed is
//! no move. Where nothing is published yet everybody has nothing, a place
//! below the floor.

mod affected;
mod forecast;
mod report;
mod sides;
mod summary;
mod totals;

use std::collections::BTreeMap;

use crate::domain::{PerkId, TierId};

use super::facts::Facts;
use super::program::Program;
use super::used::Used;

pub use affected::{Affected, Effect};
pub use report::{
    CostForecast, Direction, GroupImpact, Grouping, Horizons, LevelCount, MembersBeforeAfter, Move,
    Moves, PerkChange, PerkGroup, PerkImpact, PerkState, Places, Rates, Simulation, TierCount,
};
pub use summary::Frame;
pub use totals::SimulationTotals;

use sides::Side;

/// The group that every simulation looks at: whether anything is known of a
/// member's influence or value.
pub const EVIDENCE: &str = "evidence";

/// Two versions of a program, to be compared on facts.
#[derive(Debug)]
pub struct Comparison<'p> {
    before: Option<Side<'p>>,
    after: Side<'p>,
    /// Every tier of either, the draft's first: what slots of tiers stand for.
    tiers: Vec<&'p TierId>,
    levels: Vec<&'p str>,
    perks: Vec<&'p PerkId>,
    audited: &'p [String],
}

/// One version, the units of its perks that are left, and what is used of its
/// limits.
#[derive(Debug, Clone, Copy)]
pub struct Version<'p> {
    /// The rules.
    pub program: &'p Program,
    /// As in [`Facts::stock`].
    pub left: &'p BTreeMap<PerkId, i64>,
    /// As in [`Facts::used`].
    pub used: &'p Used,
}

impl<'p> Comparison<'p> {
    /// Compares what is in force, if anything is, with a draft, looking at
    /// groups by these attributes.
    pub fn new(before: Option<Version<'p>>, after: Version<'p>, audited: &'p [String]) -> Self {
        let versions = || std::iter::once(after).chain(before);
        let tiers = union(versions().flat_map(|v| v.program.tiers.iter().map(|tier| &tier.id)));
        let levels = versions().flat_map(|v| v.program.levels.iter().map(|l| l.id.as_str()));
        let levels = union(levels);
        let perks = union(versions().flat_map(|v| v.program.perks.iter().map(|perk| &perk.id)));
        let side = |version| Side::new(version, &tiers, &levels, &perks);
        Self {
            before: before.map(side),
            after: side(after),
            tiers,
            levels,
            perks,
            audited,
        }
    }

    /// Counts a member. What the facts say of stock and of what is used does not
    /// matter.
    pub fn add(&self, totals: &mut SimulationTotals, facts: &Facts<'_>) {
        let Some(member) = facts.member else { return };
        let before = self.before.as_ref().map(|side| side.look(facts));
        let after = self.after.look(facts);
        let before = before.unwrap_or_else(|| sides::Look::nothing(self.perks.len()));
        totals.count(self, &before, &after);
        totals.group(self, facts, member);
        self.after.demand(&after, facts, &mut totals.demand);
        if let Some(affected) = affected::Candidate::of(self, member.id, &before, &after) {
            totals.most_affected.offer(affected);
        }
    }

    /// How many places a member moves up, or down if negative.
    fn places(&self, from: Option<usize>, to: usize) -> i32 {
        let height = |side: Option<&Side<'_>>, tier| side.and_then(|side| side.height(tier));
        let (before, after) = (self.before.as_ref(), Some(&self.after));
        let reached = height(after, to).unwrap_or(0);
        let Some(from) = from else {
            return reached + 1;
        };
        let on = |side| Some(height(side, to)? - height(side, from)?);
        let by_floors = || reached - height(before, from).unwrap_or(0);
        on(after).or_else(|| on(before)).unwrap_or_else(by_floors)
    }
}

/// Each once, in the order of its first appearance.
fn union<T: PartialEq>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut all = Vec::new();
    for item in items {
        if !all.contains(&item) {
            all.push(item);
        }
    }
    all
}

#[cfg(test)]
mod tests;
