//! The answer: a tally with names, shares and money.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{Currency, PerkId, ProgramId, ProgramVersion, TierId, Unit};
use crate::fairness::impact::{Breakdown, Rate, compare};
use crate::rules::program::Perk;

use super::affected::Affected;
use super::forecast::{self, Window};
use super::tally::{Tally, outcome};
use super::{Comparison, EVIDENCE};

/// The same question, asked of two times: `at_once`, as soon as the draft is
/// published, with the tiers that members keep; and `settled`, when every kept
/// time is over, if nothing else changes: what the rules alone give.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Horizons<T> {
    /// As soon as the draft is published.
    pub at_once: T,
    /// When every kept time is over.
    pub settled: T,
}

/// Members under two versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct Members {
    /// How many under the version in force.
    pub before: u64,
    /// How many under the draft.
    pub after: u64,
}

/// A place on two ladders, 1 for the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct Places {
    /// On that of the version in force; null where it does not exist.
    pub before: Option<usize>,
    /// On that of the draft; null where it does not exist.
    pub after: Option<usize>,
}

/// A group's rates under two versions.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct Rates {
    /// Under the version in force.
    pub before: Rate,
    /// Under the draft.
    pub after: Rate,
}

/// What a draft would change.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Simulation {
    /// The program.
    #[schema(value_type = String)]
    pub program: ProgramId,
    /// The version that the draft was compared with; null if nothing is
    /// published yet: then everybody has nothing before.
    #[schema(value_type = Option<i32>)]
    pub compared_with: Option<ProgramVersion>,
    /// The time at which everybody was evaluated.
    pub now: DateTime<Utc>,
    /// How many members were evaluated. All counts are of them, but for
    /// `demand` and what follows from it.
    pub members: u64,
    /// How many members there are, those who opted out apart.
    pub population: u64,
    /// Their share that was evaluated: 1 for everybody.
    pub sampled_share: f64,
    /// The assumed probability that somebody eligible claims on a day.
    pub uptake: f64,
    /// Members by tier, the draft's best first, then those that it drops.
    pub tiers: Vec<TierCount>,
    /// Who moves from where to where.
    pub moves: Horizons<Moves>,
    /// Members by service level, the draft's first.
    pub service_levels: Vec<LevelCount>,
    /// Every perk of either version, the draft's first.
    pub perks: Vec<PerkImpact>,
    /// What all perks of the draft cost, by currency.
    pub costs: Vec<CostForecast>,
    /// The impact by group: first by whether anything is known of the member,
    /// then by attribute.
    pub groups: Vec<Grouping>,
    /// Up to twenty members, those first whom the draft moves furthest, at
    /// once or settled, then those who lose or gain the most perks.
    pub most_affected: Vec<Affected>,
}

/// How many members have a tier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TierCount {
    /// The tier.
    #[schema(value_type = String)]
    pub tier: TierId,
    /// Its place on each ladder.
    pub place: Places,
    /// Members who have it.
    #[serde(flatten)]
    pub members: Horizons<Members>,
}

/// Who moves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Moves {
    /// Members who move up.
    pub up: u64,
    /// Members who move down.
    pub down: u64,
    /// Members who stay in the same place.
    pub same: u64,
    /// Each way that at least one member takes.
    pub ways: Vec<Move>,
}

/// Where a move leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// To a better place.
    Up,
    /// To a worse place.
    Down,
    /// To the same place, perhaps under another name.
    Same,
}

/// Members who move the same way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Move {
    /// The tier before; null if nothing is published yet.
    #[schema(value_type = Option<String>)]
    pub from: Option<TierId>,
    /// The tier after.
    #[schema(value_type = String)]
    pub to: TierId,
    /// Where that leads.
    pub direction: Direction,
    /// How many places up that is; negative for down.
    pub places: i32,
    /// How many go this way.
    pub members: u64,
}

/// How many members are served at a level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LevelCount {
    /// The service level.
    pub service_level: String,
    /// Members who are served at it.
    #[serde(flatten)]
    pub members: Horizons<Members>,
}

/// Whether a perk can be claimed under the draft at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PerkState {
    /// It can.
    Open,
    /// Its first day is yet to come.
    NotStarted,
    /// All units are gone.
    OutOfStock,
    /// Its last day is over.
    Expired,
    /// The draft does not have it.
    Dropped,
}

/// Who may claim a perk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct PerkChange {
    /// Members who may under the version in force.
    pub before: u64,
    /// Members who may under the draft.
    pub after: u64,
    /// Members who may under the draft and could not before.
    pub gained: u64,
    /// Members who may not any more.
    pub lost: u64,
}

/// What becomes of a perk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PerkImpact {
    /// The perk.
    #[schema(value_type = String)]
    pub perk: PerkId,
    /// Whether it can be claimed under the draft.
    pub state: PerkState,
    /// Members who meet its condition and for whom it is relevant, also while
    /// it has not begun or has no units left; nobody once it has expired.
    /// What a caller passes in with a request is not known here.
    pub eligible: Horizons<PerkChange>,
    /// Units in all under the draft; null for as many as are wanted.
    pub stock: Option<i64>,
    /// Units left; null for as many as are wanted.
    pub units_left: Option<u64>,
    /// Units that those eligible at once may claim in all. From here on
    /// everything is estimated for the whole population where only a sample
    /// was evaluated.
    pub demand: u64,
    /// Days on which it is given from now on; a year at most.
    pub days: u32,
    /// Units that are expected to be claimed in that time.
    pub expected_units: u64,
    /// What they cost; null if the program does not say what one is worth.
    pub cost: Option<CostForecast>,
    /// The day, in the program's zone, on which the last unit is expected to
    /// be claimed; null if that does not come within `days`.
    pub runs_out_on: Option<NaiveDate>,
}

/// What perks cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CostForecast {
    /// ISO 4217.
    #[schema(value_type = String)]
    pub currency: Currency,
    /// What the units cost that are expected to be claimed, a decimal as a string; null if no decimal
    /// holds it.
    #[schema(value_type = Option<String>)]
    pub expected: Option<Decimal>,
    /// What it costs if everything is claimed that may be and is left.
    #[schema(value_type = Option<String>)]
    pub at_most: Option<Decimal>,
}

/// A way to divide the members, and what becomes of each part.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Grouping {
    /// The attribute, or `evidence`.
    pub by: String,
    /// True for `evidence`, which is no attribute: whether anything is known
    /// of a member's influence or value.
    pub built_in: bool,
    /// The groups, largest first: at most 50, then `(other)` and `(unknown)`.
    /// Whoever has a list of values belongs to several.
    pub groups: Vec<GroupImpact>,
}

/// What becomes of a group.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct GroupImpact {
    /// The value of the attribute.
    pub group: String,
    /// How many members it has.
    pub members: u64,
    /// Members in a tier above the floor.
    pub above_floor: Horizons<Rates>,
    /// Members who may claim each perk.
    pub perks: Vec<PerkGroup>,
}

/// What a group has of a perk.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PerkGroup {
    /// The perk.
    #[schema(value_type = String)]
    pub perk: PerkId,
    /// Members who may claim it.
    #[serde(flatten)]
    pub eligible: Horizons<Rates>,
}

/// What a report needs to know besides the tally.
#[derive(Debug, Clone)]
pub struct Frame {
    /// The version in force, if there is one.
    pub compared_with: Option<ProgramVersion>,
    /// The time of all evaluations.
    pub now: DateTime<Utc>,
    /// How many members there are.
    pub population: u64,
    /// The assumed probability that somebody eligible claims on a day.
    pub uptake: Unit,
    /// Attributes that are only shown if somebody has them, and how many of
    /// those at most; `None` to show all.
    pub shown_if_present: Option<usize>,
}

/// The same for both horizons.
fn horizons<T>(mut of: impl FnMut(usize) -> T) -> Horizons<T> {
    Horizons {
        at_once: of(0),
        settled: of(1),
    }
}

impl Comparison<'_> {
    /// Says what was counted.
    pub fn report(&self, tally: Tally, frame: &Frame) -> Simulation {
        let perks: Vec<PerkImpact> = (0..self.perks.len())
            .map(|slot| self.perk(slot, &tally, frame))
            .collect();
        let share = match frame.population {
            0 => 1.0,
            population => (tally.members() as f64 / population as f64).min(1.0),
        };
        Simulation {
            program: self.after.program.id.clone(),
            compared_with: frame.compared_with,
            now: frame.now,
            members: tally.members(),
            population: frame.population,
            sampled_share: share,
            uptake: frame.uptake.get(),
            tiers: self.tier_counts(&tally),
            moves: horizons(|horizon| self.moves(&tally.moves[horizon])),
            service_levels: self.level_counts(&tally),
            costs: costs(&perks),
            perks,
            groups: self.groupings(&tally, frame),
            most_affected: tally.most_affected.into_list(),
        }
    }

    fn tier_counts(&self, tally: &Tally) -> Vec<TierCount> {
        let count = |slot: usize| TierCount {
            tier: self.tiers[slot].clone(),
            place: Places {
                before: self.before.as_ref().and_then(|side| side.place_of(slot)),
                after: self.after.place_of(slot),
            },
            members: horizons(|horizon| Members {
                before: tally.moves[horizon][slot + 1].iter().sum(),
                after: tally.moves[horizon].iter().map(|to| to[slot]).sum(),
            }),
        };
        (0..self.tiers.len()).map(count).collect()
    }

    fn level_counts(&self, tally: &Tally) -> Vec<LevelCount> {
        let count = |(slot, level): (usize, &&str)| LevelCount {
            service_level: (*level).to_owned(),
            members: horizons(|horizon| {
                let [before, after] = tally.levels[horizon][slot];
                Members { before, after }
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

    fn perk(&self, slot: usize, tally: &Tally, frame: &Frame) -> PerkImpact {
        let id = self.perks[slot];
        let eligible = horizons(|horizon| {
            let all = |after| tally.everybody.chosen[outcome(1 + slot, horizon, after)];
            let [gained, lost] = tally.turnover[horizon][slot];
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
            Some(perk) => self.forecast(perk, nothing, tally.members(), frame),
        }
    }

    fn forecast(&self, perk: &Perk, of: PerkImpact, members: u64, frame: &Frame) -> PerkImpact {
        let left = self.after.left.get(&perk.id).copied().or(perk.stock);
        let left = left.map(|left| u64::try_from(left).unwrap_or(0));
        let window = Window::of(perk, self.after.program.timezone, frame.now);
        let eligible = scaled(of.eligible.at_once.after, members, frame.population);
        let demand = eligible.saturating_mul(u64::try_from(perk.per_member).unwrap_or(1));
        let expected = forecast::expected_units(demand, frame.uptake, left, window);
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
            runs_out_on: window.zip(left).and_then(|(window, left)| {
                forecast::runs_out_on(demand, frame.uptake, left, window)
            }),
            ..of
        }
    }

    fn groupings(&self, tally: &Tally, frame: &Frame) -> Vec<Grouping> {
        let attributes = self.audited.iter().zip(&tally.groups);
        let shown = attributes
            .filter(|(_, breakdown)| frame.shown_if_present.is_none() || breakdown.occurs())
            .take(frame.shown_if_present.unwrap_or(usize::MAX));
        let grouping = |by: &str, built_in, breakdown: &Breakdown| Grouping {
            by: by.to_owned(),
            built_in,
            groups: self.groups(breakdown, tally),
        };
        let mut all = vec![grouping(EVIDENCE, true, &tally.evidence)];
        all.extend(shown.map(|(attribute, breakdown)| grouping(attribute, false, breakdown)));
        all
    }

    fn groups(&self, breakdown: &Breakdown, tally: &Tally) -> Vec<GroupImpact> {
        let groups = breakdown.groups(&tally.everybody);
        let outcomes = 0..tally.everybody.chosen.len();
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

/// What so many of a sample are of the whole, rounded.
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
