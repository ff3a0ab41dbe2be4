//! The report of a simulation, made from its counts: names, shares and money.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use crate::domain::{Currency, ProgramVersion, Unit};
use crate::fairness::impact::{Breakdown, Rate, compare};
use crate::rules::program::Perk;

use super::forecast::{self, Window, Wish};
use super::report::{
    CostForecast, Direction, GroupImpact, Grouping, Horizons, LevelCount, MembersBeforeAfter, Move,
    Moves, PerkChange, PerkGroup, PerkImpact, PerkState, Places, Rates, Simulation, TierCount,
};
use super::sides::Side;
use super::totals::{SimulationTotals, outcome};
use super::{Comparison, EVIDENCE};

/// The inputs of a report besides the counts.
#[derive(Debug, Clone)]
pub struct Frame {
    /// The version in force, if there is one.
    pub compared_with: Option<ProgramVersion>,
    /// The time of all evaluations.
    pub now: DateTime<Utc>,
    /// The number of members in the whole population.
    pub population: u64,
    /// The assumed probability that a unit that may be claimed is claimed on a
    /// given day.
    pub uptake: Unit,
    /// The maximum number of audited attributes to show; attributes that no
    /// member has are then left out. `None` to show all.
    pub shown_if_present: Option<usize>,
}

/// Computes a value for both horizons.
fn horizons<T>(mut of: impl FnMut(usize) -> T) -> Horizons<T> {
    Horizons {
        at_once: of(0),
        settled: of(1),
    }
}

impl Comparison<'_> {
    /// Turns the counts into a report.
    pub fn report(&self, totals: SimulationTotals, frame: &Frame) -> Simulation {
        let perks: Vec<PerkImpact> = (0..self.perks.len())
            .map(|slot| self.perk(slot, &totals, frame))
            .collect();
        let share = match frame.population {
            0 => 1.0,
            population => (totals.members() as f64 / population as f64).min(1.0),
        };
        Simulation {
            program: self.after.program.id.clone(),
            compared_with: frame.compared_with,
            now: frame.now,
            members: totals.members(),
            population: frame.population,
            sampled_share: share,
            uptake: frame.uptake.get(),
            tiers: self.tier_counts(&totals),
            moves: horizons(|horizon| self.moves(&totals.moves[horizon])),
            service_levels: self.level_counts(&totals),
            costs: costs(&perks),
            perks,
            groups: self.groupings(&totals, frame),
            most_affected: totals.most_affected.into_list(),
        }
    }

    fn tier_counts(&self, totals: &SimulationTotals) -> Vec<TierCount> {
        let count = |slot: usize| TierCount {
            tier: self.tiers[slot].clone(),
            place: Places {
                before: self.before.as_ref().and_then(|side| side.place_of(slot)),
                after: self.after.place_of(slot),
            },
            members: horizons(|horizon| MembersBeforeAfter {
                before: totals.moves[horizon][slot + 1].iter().sum(),
                after: totals.moves[horizon].iter().map(|to| to[slot]).sum(),
            }),
        };
        (0..self.tiers.len()).map(count).collect()
    }

    fn level_counts(&self, totals: &SimulationTotals) -> Vec<LevelCount> {
        let count = |(slot, level): (usize, &&str)| LevelCount {
            service_level: (*level).to_owned(),
            members: horizons(|horizon| {
                let [before, after] = totals.levels[horizon][slot];
                MembersBeforeAfter { before, after }
            }),
        };
        self.levels.iter().enumerate().map(count).collect()
    }

    fn moves(&self, matrix: &[Vec<u64>]) -> Moves {
        let mut moves = Moves {
            up: 0,
            down: 0,
            same: 0,
            ways: Vec::new(),
        };
        for (from, row) in matrix.iter().enumerate() {
            let from = from.checked_sub(1);
            for (to, members) in row.iter().enumerate().filter(|(_, members)| **members > 0) {
                let places = self.places(from, to);
                let (direction, sum) = match places {
                    1.. => (Direction::Up, &mut moves.up),
                    0 => (Direction::Same, &mut moves.same),
                    _ => (Direction::Down, &mut moves.down),
                };
                *sum += members;
                moves.ways.push(Move {
                    from: from.map(|slot| self.tiers[slot].clone()),
                    to: self.tiers[to].clone(),
                    direction,
                    places,
                    members: *members,
                });
            }
        }
        moves
    }

    fn perk(&self, slot: usize, totals: &SimulationTotals, frame: &Frame) -> PerkImpact {
        let id = self.perks[slot];
        let eligible = horizons(|horizon| {
            let all = |after| totals.all_members.chosen[outcome(1 + slot, horizon, after)];
            let [gained, lost] = totals.turnover[horizon][slot];
            PerkChange {
                before: all(false),
                after: all(true),
                gained,
                lost,
            }
        });
        let nothing = PerkImpact {
            perk: id.clone(),
            state: PerkState::Dropped,
            eligible,
            held_back: horizons(|horizon| {
                let [before, after] = totals.held_back[horizon][slot];
                MembersBeforeAfter { before, after }
            }),
            stock: None,
            units_left: None,
            demand: 0,
            days: 0,
            expected_units: 0,
            cost: None,
            runs_out_on: None,
        };
        match self.after.program.perk(id) {
            None => nothing,
            Some(perk) => {
                let demand = scaled(totals.demand[slot], totals.members(), frame.population);
                self.forecast(perk, nothing, demand, frame)
            }
        }
    }

    fn forecast(&self, perk: &Perk, of: PerkImpact, demand: u64, frame: &Frame) -> PerkImpact {
        let Side {
            program,
            left,
            used,
            ..
        } = &self.after;
        let left = program.left_in_all(perk, left, used);
        let left = left.map(|left| u64::try_from(left).unwrap_or(0));
        let window = Window::of(perk, program.timezone, frame.now);
        let per_day = program.per_day(perk);
        let wish = Wish {
            demand,
            uptake: frame.uptake,
            per_day: per_day.map(i64::unsigned_abs),
        };
        let expected = wish.expected_units(left, window);
        let most = demand.min(left.unwrap_or(u64::MAX));
        PerkImpact {
            state: match (window, left) {
                (None, _) => PerkState::Expired,
                (_, Some(0)) => PerkState::OutOfStock,
                _ if perk.from.is_some_and(|from| frame.now < from) => PerkState::NotStarted,
                _ => PerkState::Open,
            },
            stock: perk.stock,
            units_left: left,
            demand,
            days: window.map_or(0, |window| window.days),
            expected_units: expected,
            cost: perk.value.as_ref().map(|value| CostForecast {
                currency: value.currency().clone(),
                expected: forecast::cost(expected, value.amount()),
                at_most: forecast::cost(most, value.amount()),
            }),
            runs_out_on: window
                .zip(left)
                .and_then(|(window, left)| wish.runs_out_on(left, window)),
            ..of
        }
    }

    fn groupings(&self, totals: &SimulationTotals, frame: &Frame) -> Vec<Grouping> {
        let attributes = self.audited.iter().zip(&totals.groups);
        let shown = attributes
            .filter(|(_, breakdown)| frame.shown_if_present.is_none() || breakdown.occurs())
            .take(frame.shown_if_present.unwrap_or(usize::MAX));
        let grouping = |by: &str, built_in, breakdown: &Breakdown| Grouping {
            by: by.to_owned(),
            built_in,
            groups: self.groups(breakdown, totals),
        };
        let mut all = vec![grouping(EVIDENCE, true, &totals.evidence)];
        all.extend(shown.map(|(attribute, breakdown)| grouping(attribute, false, breakdown)));
        all
    }

    fn groups(&self, breakdown: &Breakdown, totals: &SimulationTotals) -> Vec<GroupImpact> {
        let groups = breakdown.groups(&totals.all_members);
        let outcomes = 0..totals.all_members.chosen.len();
        let rates: Vec<Vec<Rate>> = outcomes.map(|o| compare(&groups, o)).collect();
        let of = |thing: usize, group: usize| {
            horizons(|horizon| Rates {
                before: rates[outcome(thing, horizon, false)][group],
                after: rates[outcome(thing, horizon, true)][group],
            })
        };
        let perks = |group: usize| {
            let each = self.perks.iter().enumerate();
            each.map(|(slot, perk)| PerkGroup {
                perk: (*perk).clone(),
                eligible: of(1 + slot, group),
            })
            .collect()
        };
        let impacts = groups.iter().enumerate().map(|(index, group)| GroupImpact {
            group: group.name.clone(),
            members: group.counts.members,
            above_floor: of(0, index),
            perks: perks(index),
        });
        impacts.collect()
    }
}

/// Scales a count of a sample to the whole population, rounded.
fn scaled(count: u64, members: u64, population: u64) -> u64 {
    if members == 0 || members >= population {
        return count;
    }
    let (count, members) = (u128::from(count), u128::from(members));
    let whole = (count * u128::from(population) + members / 2) / members;
    u64::try_from(whole).unwrap_or(u64::MAX)
}

fn costs(perks: &[PerkImpact]) -> Vec<CostForecast> {
    let mut sums: BTreeMap<&Currency, (Option<Decimal>, Option<Decimal>)> = BTreeMap::new();
    let add = |sum: Option<Decimal>, more: Option<Decimal>| sum?.checked_add(more?);
    for cost in perks.iter().filter_map(|perk| perk.cost.as_ref()) {
        let zero = (Some(Decimal::ZERO), Some(Decimal::ZERO));
        let sum = sums.entry(&cost.currency).or_insert(zero);
        *sum = (add(sum.0, cost.expected), add(sum.1, cost.at_most));
    }
    let cost = |(currency, (expected, at_most)): (&Currency, _)| CostForecast {
        currency: currency.clone(),
        expected,
        at_most,
    };
    sums.into_iter().map(cost).collect()
}
