//! The answer, as it is written out.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{Currency, PerkId, ProgramId, ProgramVersion, TierId};
use crate::fairness::impact::Rate;

use super::affected::Affected;

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
pub struct MembersBeforeAfter {
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
    pub members: Horizons<MembersBeforeAfter>,
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
    pub members: Horizons<MembersBeforeAfter>,
}

/// Whether a perk can be claimed under the draft at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PerkState {
    /// It can.
    Open,
    /// Its first day is yet to come.
    NotStarted,
    /// All units are gone, or the money for them is spent.
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
    /// Members who would be eligible, and whom an experiment of that version
    /// holds the perk back from; they are not among the eligible.
    pub held_back: Horizons<MembersBeforeAfter>,
    /// Units in all under the draft; null for as many as are wanted.
    pub stock: Option<i64>,
    /// Units left of the stock and of the budgets; null for as many as are wanted.
    pub units_left: Option<u64>,
    /// Units that those eligible at once may still claim in all. From here on
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
