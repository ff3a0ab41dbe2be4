//! Counts over one part of the population. Counts of several parts can be added
//! up.

use crate::domain::{Attribute, Index};
use crate::fairness::impact::{Breakdown, Counts};
use crate::rules::facts::{Facts, KnownMember};

use super::Comparison;
use super::affected::MostAffected;
use super::sides::Look;

/// The number of horizons: at once, and settled.
pub(super) const HORIZONS: usize = 2;

/// Returns the index of an outcome on which groups are compared. Each thing has
/// four: before and after, on both horizons. Thing 0 is a tier above the floor;
/// the others are perks.
pub(super) fn outcome(thing: usize, horizon: usize, after: bool) -> usize {
    (thing * HORIZONS + horizon) * 2 + usize::from(after)
}

/// The counts over one part of the population.
#[derive(Debug, Clone)]
pub struct SimulationTotals {
    /// By horizon, how many members move from (0 for nothing, else the slot
    /// plus 1) to (the slot).
    pub(super) moves: [Vec<Vec<u64>>; HORIZONS],
    /// By horizon and slot, members before and after.
    pub(super) levels: [Vec<[u64; 2]>; HORIZONS],
    /// By horizon and slot, members that gained and lost the perk.
    pub(super) turnover: [Vec<[u64; 2]>; HORIZONS],
    /// By horizon and slot, members in the control group before and after.
    pub(super) held_back: [Vec<[u64; 2]>; HORIZONS],
    /// By slot, the units that members eligible at once may still claim under
    /// the draft.
    pub(super) demand: Vec<u64>,
    /// The number of members, and of those with each outcome.
    pub(super) all_members: Counts,
    pub(super) evidence: Breakdown,
    /// One breakdown for each audited attribute.
    pub(super) groups: Vec<Breakdown>,
    pub(super) most_affected: MostAffected,
    chosen: Vec<usize>,
}

impl SimulationTotals {
    /// Starts with no members.
    pub fn new(comparison: &Comparison<'_>) -> Self {
        let (tiers, perks) = (comparison.tiers.len(), comparison.perks.len());
        let outcomes = outcome(1 + perks, 0, false);
        let each = |size: usize| [vec![[0; 2]; size], vec![[0; 2]; size]];
        let matrix = vec![vec![0; tiers]; tiers + 1];
        Self {
            moves: [matrix.clone(), matrix],
            levels: each(comparison.levels.len()),
            turnover: each(perks),
            held_back: each(perks),
            demand: vec![0; perks],
            all_members: Counts::new(outcomes),
            evidence: Breakdown::new(outcomes),
            groups: vec![Breakdown::new(outcomes); comparison.audited.len()],
            most_affected: MostAffected::default(),
            chosen: Vec::new(),
        }
    }

    /// Returns how many members were counted.
    pub fn members(&self) -> u64 {
        self.all_members.members
    }

    /// Adds the counts of other members, made with the same comparison.
    pub fn merge(&mut self, other: Self) {
        for horizon in 0..HORIZONS {
            let moves = self.moves[horizon].iter_mut().zip(&other.moves[horizon]);
            moves.for_each(|(sum, more)| add(sum, more));
            let pairs = [
                (&mut self.levels[horizon], &other.levels[horizon]),
                (&mut self.turnover[horizon], &other.turnover[horizon]),
                (&mut self.held_back[horizon], &other.held_back[horizon]),
            ];
            for (sum, more) in pairs {
                sum.iter_mut()
                    .zip(more)
                    .for_each(|(sum, more)| add(sum, more));
            }
        }
        add(&mut self.demand, &other.demand);
        self.all_members.merge(&other.all_members);
        self.evidence.merge(other.evidence);
        for (sum, more) in self.groups.iter_mut().zip(other.groups) {
            sum.merge(more);
        }
        self.most_affected.merge(other.most_affected);
    }

    /// Counts a member's evaluations before and after.
    pub(super) fn count(&mut self, comparison: &Comparison<'_>, before: &Look, after: &Look) {
        self.chosen.clear();
        let both = before.horizons().into_iter().zip(after.horizons());
        for (horizon, (before, after)) in both.enumerate() {
            let from = before.tier.map_or(0, |tier| tier + 1);
            if let Some(to) = after.tier {
                self.moves[horizon][from][to] += 1;
            }
            for (side, place) in [before, after].into_iter().enumerate() {
                if let Some(level) = place.level {
                    self.levels[horizon][level][side] += 1;
                }
                if place.above_floor {
                    self.chosen.push(outcome(0, horizon, side == 1));
                }
            }
            for perk in 0..comparison.perks.len() {
                let (had, has) = (before.perks[perk], after.perks[perk]);
                for (after, holds) in [(false, had), (true, has)] {
                    if holds {
                        self.chosen.push(outcome(1 + perk, horizon, after));
                    }
                }
                self.turnover[horizon][perk][0] += u64::from(has && !had);
                self.turnover[horizon][perk][1] += u64::from(had && !has);
                for (side, place) in [before, after].into_iter().enumerate() {
                    self.held_back[horizon][perk][side] += u64::from(place.held_back[perk]);
                }
            }
        }
        self.all_members.add(&self.chosen);
    }

    /// Counts the member that was just counted in the member's groups.
    pub(super) fn group(
        &mut self,
        comparison: &Comparison<'_>,
        facts: &Facts<'_>,
        member: &KnownMember,
    ) {
        self.evidence.add([evidence(facts)], &self.chosen);
        for (name, breakdown) in comparison.audited.iter().zip(&mut self.groups) {
            match member.attributes.get(name) {
                None => {}
                Some(Attribute::Text(text)) => breakdown.add([text.as_str()], &self.chosen),
                Some(Attribute::List(texts)) => {
                    let mut texts: Vec<&str> = texts.iter().map(String::as_str).collect();
                    texts.sort_unstable();
                    texts.dedup();
                    breakdown.add(texts, &self.chosen);
                }
                Some(Attribute::Bool(value)) => {
                    breakdown.add([if *value { "true" } else { "false" }], &self.chosen);
                }
                Some(Attribute::Number(number)) => {
                    breakdown.add([number.to_string().as_str()], &self.chosen);
                }
            }
        }
    }
}

/// Returns the member's group under [`EVIDENCE`](super::EVIDENCE).
fn evidence(facts: &Facts<'_>) -> &'static str {
    let nothing = facts.score.influence == Index::Unknown && facts.score.value == Index::Unknown;
    if nothing { "unknown" } else { "known" }
}

fn add(sum: &mut [u64], more: &[u64]) {
    for (sum, more) in sum.iter_mut().zip(more) {
        *sum = sum.saturating_add(*more);
    }
}
