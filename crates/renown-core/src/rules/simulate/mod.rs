//! Simulation of a draft on all members before it is published.
//!
//! Each member is evaluated with the version in force and with the draft, each
//! time on two horizons. `at_once` is the moment of publication, with the tiers
//! that members hold and keep. `settled` is the state after every kept time is
//! over, if nothing else changes. A [`SimulationTotals`] holds the counts; the counts of
//! parts of the population add up to the same sum, whatever the parts.
//!
//! Tiers of the two versions are the same if they have the same id. If a
//! member's two tiers are on one ladder (the draft's if both are on it, else
//! the other), that ladder decides which is higher. Otherwise their places are
//! counted from each floor, so that a tier that was only renamed is no move. If
//! no version is published yet, every member comes from nothing, one place
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

/// The built-in grouping of every simulation: whether anything is known of a
/// member's influence or value.
pub const EVIDENCE: &str = "evidence";

/// Compares two versions of a program on facts of members.
#[derive(Debug)]
pub struct Comparison<'p> {
    before: Option<Side<'p>>,
    after: Side<'p>,
    /// The tiers of both versions, the draft's first. A slot is an index into
    /// this list; levels and perks have slots in the same way.
    tiers: Vec<&'p TierId>,
    levels: Vec<&'p str>,
    perks: Vec<&'p PerkId>,
    audited: &'p [String],
}

/// One version, with the units left of its perks and the usage of its limits.
#[derive(Debug, Clone, Copy)]
pub struct Version<'p> {
    /// The compiled program.
    pub program: &'p Program,
    /// The units left of each perk, as in [`Facts::stock`].
    pub left: &'p BTreeMap<PerkId, i64>,
    /// The usage of the limits, as in [`Facts::used`].
    pub used: &'p Used,
}

impl<'p> Comparison<'p> {
    /// Compares the version in force, if there is one, with a draft. `audited`
    /// names the attributes by which members are grouped.
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

    /// Evaluates a member and adds the result to the counts. Facts without a
    /// member are ignored. Stock and usage come from the versions, not from the
    /// facts.
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

    /// Returns how many places a member moves up; negative if down.
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

/// Returns each item once, in the order of first appearance.
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
