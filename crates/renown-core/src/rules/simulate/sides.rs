//! One version of a program, with the slots that both versions share.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::domain::EarnedTier;
use crate::domain::Refusal;
use crate::domain::{PerkId, TierId};
use crate::rules::evaluate::{Eligibility, Outcome};
use crate::rules::facts::Facts;
use crate::rules::ladder::TierState;
use crate::rules::program::{Perk, Program};
use crate::rules::used::Used;

use super::Version;

/// A member's tier, service level and perks under one version on one horizon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// The slot of the tier; `None` if nothing is published.
    pub tier: Option<usize>,
    /// The slot of the service level.
    pub level: Option<usize>,
    /// Whether the tier is above the version's floor.
    pub above_floor: bool,
    /// By slot, whether the member may claim the perk.
    pub perks: Vec<bool>,
    /// By slot, whether only an experiment keeps the member from claiming the
    /// perk.
    pub held_back: Vec<bool>,
}

/// The evaluation of a member under one version, on both horizons.
#[derive(Debug)]
pub(super) struct Look {
    at_once: Place,
    /// `None` if it is the same as `at_once`.
    settled: Option<Place>,
}

impl Look {
    /// Returns the evaluation of any member while nothing is published.
    pub(super) fn nothing(perks: usize) -> Self {
        let at_once = Place {
            tier: None,
            level: None,
            above_floor: false,
            perks: vec![false; perks],
            held_back: vec![false; perks],
        };
        Self {
            at_once,
            settled: None,
        }
    }

    /// Returns the horizons, in the order of
    /// [`HORIZONS`](super::totals::HORIZONS).
    pub(super) fn horizons(&self) -> [&Place; 2] {
        [
            &self.at_once,
            self.settled.as_ref().unwrap_or(&self.at_once),
        ]
    }
}

/// One version, with the mapping between its own items and the shared slots.
#[derive(Debug)]
pub(super) struct Side<'p> {
    pub program: &'p Program,
    pub left: &'p BTreeMap<PerkId, i64>,
    pub used: &'p Used,
    /// By slot, how many tiers lie below; `None` if this version lacks the
    /// tier.
    heights: Vec<Option<i32>>,
    /// The slot of each tier, by its index in the program.
    tier_slots: Vec<usize>,
    level_slots: Vec<usize>,
    perk_slots: Vec<usize>,
    perk_count: usize,
}

impl<'p> Side<'p> {
    pub(super) fn new(
        version: Version<'p>,
        tiers: &[&TierId],
        levels: &[&str],
        perks: &[&PerkId],
    ) -> Self {
        let program = version.program;
        let floor = program.tiers.len() - 1;
        let height = |id: &&TierId| Some((floor - program.rank(id)?) as i32);
        Self {
            program,
            left: version.left,
            used: version.used,
            heights: tiers.iter().map(height).collect(),
            tier_slots: slots(program.tiers.iter().map(|tier| &tier.id), tiers),
            level_slots: slots(program.levels.iter().map(|level| level.id.as_str()), levels),
            perk_slots: slots(program.perks.iter().map(|perk| &perk.id), perks),
            perk_count: perks.len(),
        }
    }

    pub(super) fn height(&self, tier: usize) -> Option<i32> {
        self.heights[tier]
    }

    /// Returns the place on the ladder, 1 for the best.
    pub(super) fn place_of(&self, tier: usize) -> Option<usize> {
        let rank = self.tier_slots.iter().position(|slot| *slot == tier);
        rank.map(|rank| rank + 1)
    }

    /// Evaluates a member on both horizons.
    pub(super) fn look(&self, facts: &Facts<'_>) -> Look {
        let facts = Facts {
            stock: self.left,
            used: self.used,
            ..*facts
        };
        let (tier_state, outcome) = self.program.reevaluate(&facts);
        let settled = self.settle(tier_state, &facts);
        Look {
            at_once: self.place(&outcome, &facts),
            settled,
        }
    }

    /// Ends kept times and notices step by step until the tier no longer
    /// changes.
    fn settle(&self, mut tier_state: TierState<'p>, facts: &Facts<'_>) -> Option<Place> {
        if !tier_state.kept {
            return None;
        }
        for _ in 0..self.program.tiers.len() {
            let over = EarnedTier {
                keep_until: None,
                noticed_at: Some(DateTime::<Utc>::MIN_UTC),
                ..tier_state.held
            };
            let facts = Facts {
                held: Some(&over),
                hold: None,
                ..*facts
            };
            let (next, outcome) = self.program.reevaluate(&facts);
            if next.held.tier == over.tier {
                return Some(self.place(&outcome, &facts));
            }
            tier_state = next;
        }
        None
    }

    fn place(&self, outcome: &Outcome<'_>, facts: &Facts<'_>) -> Place {
        let rank = self.program.rank(outcome.tier.tier);
        let level = &outcome.service_level.id;
        let level = self.program.levels.iter().position(|l| l.id == *level);
        let mut perks = vec![false; self.perk_count];
        let mut held_back = perks.clone();
        let mut refusals = vec![None; outcome.perks.len()];
        for (index, perk) in outcome.perks.iter().enumerate() {
            let refusal = match perk.eligibility {
                Eligibility::Eligible => None,
                // These reasons are temporary or not about the person, so the
                // other conditions decide whether the member counts as
                // eligible.
                Eligibility::Refused {
                    reason:
                        Refusal::NotStarted
                        | Refusal::MemberLimit
                        | Refusal::ExclusiveOf
                        | Refusal::OutOfStock
                        | Refusal::DayLimit
                        | Refusal::BudgetSpent,
                } => self.lacks(index, outcome.tier.tier, facts),
                Eligibility::Refused { reason } => Some(reason),
            };
            refusals[index] = refusal;
            perks[self.perk_slots[index]] = refusal.is_none();
            held_back[self.perk_slots[index]] = refusal == Some(Refusal::HeldBack);
        }
        self.keep_the_best(&refusals, facts, &mut perks);
        Place {
            tier: rank.map(|rank| self.tier_slots[rank]),
            level: level.map(|level| self.level_slots[level]),
            above_floor: rank.is_some_and(|rank| rank + 1 < self.program.tiers.len()),
            perks,
            held_back,
        }
    }

    /// Adds, by slot, the units of each perk that a member may still claim at
    /// once.
    pub(super) fn demand(&self, look: &Look, facts: &Facts<'_>, sums: &mut [u64]) {
        for (perk, slot) in self.program.perks.iter().zip(&self.perk_slots) {
            if look.at_once.perks[*slot] && self.is_chosen(perk, look, facts) {
                let units = self.program.left_for_member(perk, facts);
                sums[*slot] = sums[*slot].saturating_add(units.unsigned_abs());
            }
        }
    }

    /// Returns why a perk would be refused if it had started and nothing
    /// limited it.
    fn lacks(&self, perk: usize, tier: &TierId, facts: &Facts<'_>) -> Option<Refusal> {
        let perk = &self.program.perks[perk];
        if self.program.taken_instead(perk, facts).is_some() {
            return Some(Refusal::ExclusiveOf);
        }
        let mut view = self.program.view(facts);
        view.tier = Some(tier);
        self.program
            .unmet_alone(perk, facts, &view)
            .or_else(|| self.program.held_back(perk, facts, &view))
    }

    /// Leaves a member only the best perk of each group that the program ranks, so that they
    /// count once.
    fn keep_the_best(
        &self,
        refusals: &[Option<Refusal>],
        facts: &Facts<'_>,
        eligible: &mut [bool],
    ) {
        let program = self.program;
        let place = |perk: &Perk| program.perks.iter().position(|p| p.id == perk.id);
        let may_have = |perk: &Perk| place(perk).is_some_and(|at| refusals[at].is_none());
        for (index, perk) in program.perks.iter().enumerate() {
            let best = program.best_of_group(perk, facts, may_have);
            if perk.is_ranked() && best.is_some_and(|best| best.id != perk.id) {
                eligible[self.perk_slots[index]] = false;
            }
        }
    }

    /// Whether a member is assumed to claim a perk, if they have the choice in its group.
    fn is_chosen(&self, perk: &Perk, look: &Look, facts: &Facts<'_>) -> bool {
        let (Some(own), Some(member)) = (&perk.exclusive, facts.member) else {
            return true;
        };
        let perks = self.program.perks.iter().zip(&self.perk_slots);
        let open = perks.filter(|(other, slot)| {
            let group = other.exclusive.as_ref();
            look.at_once.perks[**slot] && group.is_some_and(|group| group.group == own.group)
        });
        let open: Vec<&PerkId> = open.map(|(other, _)| &other.id).collect();
        Program::chosen(&open, member.id) == Some(&perk.id)
    }
}

fn slots<T: PartialEq>(items: impl Iterator<Item = T>, all: &[T]) -> Vec<usize> {
    let slot = |item| all.iter().position(|known| *known == item);
    items
        .map(|item| slot(item).expect("all has every item of either version"))
        .collect()
}
