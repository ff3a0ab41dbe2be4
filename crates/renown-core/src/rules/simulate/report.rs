//! The report of a simulation, as the API returns it.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::{Currency, PerkId, ProgramId, ProgramVersion, TierId};
use crate::fairness::impact::Rate;

use super::affected::Affected;

/// A result at two times: `at_once`, as soon as the draft is published, with
/// the tiers that members keep; and `settled`, when every kept time is over, if
/// nothing else changes. `settled` is what the rules alone give.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Horizons<T> {
    /// As soon as the draft is published.
    pub at_once: T,
    /// When every kept time is over.
    pub settled: T,
}

/// Numbers of members under two versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MembersBeforeAfter {
    /// Members under the version in force.
    pub before: u64,
    /// Members under the draft.
    pub after: u64,
}

/// The place of a tier on two ladders, 1 for the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Places {
    /// Place in the version in force; null if that version lacks the tier.
    pub before: Option<usize>,
    /// Place in the draft; null if the draft lacks the tier.
    pub after: Option<usize>,
}

/// Rates of a group under two versions.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Rates {
    /// Rate under the version in force.
    pub before: Rate,
    /// Rate under the draft.
    pub after: Rate,
}

/// The changes that a draft would make.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Simulation {
    /// The id of the program.
    #[schema(value_type = String)]
    pub program: ProgramId,
    /// The version that the draft was compared with; null if nothing is
    /// published yet. Members then have no tier and no perks before.
    #[schema(value_type = Option<i32>)]
    pub compared_with: Option<ProgramVersion>,
    /// The time for which all members were evaluated.
    pub now: DateTime<Utc>,
    /// Members that were evaluated. All counts are of these members, except
    /// `demand` and the numbers that follow from it.
    pub members: u64,
    /// Members in all, without those that opted out.
    pub population: u64,
    /// The share of the members that was evaluated, from 0 to 1; 1 if all were.
    pub sampled_share: f64,
    /// The assumed probability, from 0 to 1, that a unit that may be claimed is
    /// claimed on a given day.
    pub uptake: f64,
    /// Members by tier: the draft's tiers, best first, then the tiers that it
    /// drops.
    pub tiers: Vec<TierCount>,
    /// Moves of members between tiers.
    pub moves: Horizons<Moves>,
    /// Members by service level, the draft's levels first.
    pub service_levels: Vec<LevelCount>,
    /// Perks of both versions, the draft's first.
    pub perks: Vec<PerkImpact>,
    /// Cost of all perks of the draft, by currency.
    pub costs: Vec<CostForecast>,
    /// The impact by group: first by `evidence` (whether anything is known of
    /// the member), then by attribute.
    pub groups: Vec<Grouping>,
    /// Up to 20 members: first those that the draft moves the most places, at
    /// once or settled, then those that lose or gain the most perks.
    pub most_affected: Vec<Affected>,
}

/// Numbers of members in one tier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TierCount {
    /// The id of the tier.
    #[schema(value_type = String)]
    pub tier: TierId,
    /// The tier's place on each ladder.
    pub place: Places,
    /// Members in the tier.
    #[serde(flatten)]
    pub members: Horizons<MembersBeforeAfter>,
}

/// Moves of members on one horizon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Moves {
    /// Members that move up.
    pub up: u64,
    /// Members that move down.
    pub down: u64,
    /// Members that stay in the same place.
    pub same: u64,
    /// Pairs of tiers with at least one member that goes from one to the other.
    pub ways: Vec<Move>,
}

/// The direction of a move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// To a better place.
    Up,
    /// To a worse place.
    Down,
    /// To the same place, perhaps in a tier with another id.
    Same,
}

/// Members that move between the same two tiers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Move {
    /// The tier before; null if nothing is published yet.
    #[schema(value_type = Option<String>)]
    pub from: Option<TierId>,
    /// The tier after.
    #[schema(value_type = String)]
    pub to: TierId,
    /// The direction of the move.
    pub direction: Direction,
    /// Places that the members move up; negative if down.
    pub places: i32,
    /// The number of members that move this way.
    pub members: u64,
}

/// Numbers of members with one service level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LevelCount {
    /// The id of the service level.
    pub service_level: String,
    /// Members with this service level.
    #[serde(flatten)]
    pub members: Horizons<MembersBeforeAfter>,
}

/// Whether a perk can be claimed under the draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PerkState {
    /// The perk can be claimed.
    Open,
    /// Its first day is yet to come.
    NotStarted,
    /// All units are claimed, or the budget is spent.
    OutOfStock,
    /// Its last day is over.
    Expired,
    /// The draft does not have it.
    Dropped,
}

/// Numbers of members that may claim a perk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PerkChange {
    /// Members that may claim it under the version in force.
    pub before: u64,
    /// Members that may claim it under the draft.
    pub after: u64,
    /// Members that may claim it under the draft but not under the version in
    /// force.
    pub gained: u64,
    /// Members that may claim it under the version in force but not under the
    /// draft.
    pub lost: u64,
}

/// The impact of a draft on one perk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PerkImpact {
    /// The id of the perk.
    #[schema(value_type = String)]
    pub perk: PerkId,
    /// Whether it can be claimed under the draft.
    pub state: PerkState,
    /// Members that meet the perk's condition and to whom it is relevant. They
    /// count even before the perk starts or when no units are left, but not
    /// once the perk has expired. Attributes that a caller sends with a request
    /// are not known here.
    pub eligible: Horizons<PerkChange>,
    /// Members that only an experiment of the version keeps from being
    /// eligible. They are not counted in `eligible`.
    pub held_back: Horizons<MembersBeforeAfter>,
    /// Units in all under the draft; null if unlimited.
    pub stock: Option<i64>,
    /// Units left of the stock and of the budgets; null if unlimited.
    pub units_left: Option<u64>,
    /// Units that the members eligible at once may still claim. If only a
    /// sample was evaluated, this and the following fields are estimates for
    /// the whole population.
    pub demand: u64,
    /// Days on which the perk can be claimed from now on, at most 365.
    pub days: u32,
    /// Units expected to be claimed within `days`.
    pub expected_units: u64,
    /// The cost of these units; null if the program states no value for the
    /// perk.
    pub cost: Option<CostForecast>,
    /// The day, in the program's time zone, on which the last unit is expected
    /// to be claimed; null if that is not within `days`.
    pub runs_out_on: Option<NaiveDate>,
}

/// The expected and the highest possible cost of perks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CostForecast {
    /// The currency, as an ISO 4217 code.
    #[schema(value_type = String)]
    pub currency: Currency,
    /// Cost of the units that are expected to be claimed, a decimal as a
    /// string; null if the number is too large for a decimal.
    #[schema(value_type = Option<String>)]
    pub expected: Option<Decimal>,
    /// Cost if every unit is claimed that is left and may be claimed, a decimal
    /// as a string; null if the number is too large for a decimal.
    #[schema(value_type = Option<String>)]
    pub at_most: Option<Decimal>,
}

/// Groups of members by one attribute, with the impact on each.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Grouping {
    /// The name of the attribute, or `evidence`.
    pub by: String,
    /// True for `evidence`, which is not an attribute: it is whether anything
    /// is known of a member's influence or value.
    pub built_in: bool,
    /// The groups, largest first: at most 50, then `(other)` and `(unknown)`. A
    /// member with a list of values belongs to several groups.
    pub groups: Vec<GroupImpact>,
}

/// The impact of a draft on one group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct GroupImpact {
    /// The value of the attribute, or `(other)` or `(unknown)`.
    pub group: String,
    /// The number of members in the group.
    pub members: u64,
    /// Members in a tier above the floor.
    pub above_floor: Horizons<Rates>,
    /// Members that may claim each perk.
    pub perks: Vec<PerkGroup>,
}

/// Rates of one group for one perk.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PerkGroup {
    /// The id of the perk.
    #[schema(value_type = String)]
    pub perk: PerkId,
    /// Members that may claim the perk.
    #[serde(flatten)]
    pub eligible: Horizons<Rates>,
}
