//! A program that has been checked: immutable, shareable, ready to evaluate.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use rust_decimal::Decimal;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{ImportedIndex, IndexName, Money, PerkId, ProgramId, Score, TierId, Topic};
use crate::fairness::relevance::Demand;

use super::business_hours::BusinessHours;
use super::condition::Condition;
use super::condition::expr::Names;
use super::diagnostic::{Diagnostic, Severity};
use super::experiment::Experiment;
use super::limits::Limits;
use super::reader::Findings;
use super::setting::Setting;
use super::source::{Giver, PerkCodes, PerkKind};
use super::standing::{IndexRef, Reading, Share, blend};
use super::table::Table;
use super::view::Bindings;
use super::{calendar, check, source, yaml};

/// One version of a business's rules, compiled. Tiers stand best first; the
/// last is the floor, which everybody has.
#[derive(Debug)]
pub struct Program {
    pub(super) id: ProgramId,
    pub(super) title: String,
    pub(super) topics: Vec<Topic>,
    pub(super) timezone: Tz,
    pub(super) weights: BTreeMap<IndexRef, Decimal>,
    pub(super) levels: Vec<ServiceLevel>,
    pub(super) tiers: Vec<Tier>,
    pub(super) perks: Vec<Perk>,
    /// Of all perks that have none of their own.
    pub(super) experiment: Option<Experiment>,
    pub(super) limits: Limits,
    /// Decision tables, in the order of the file.
    pub(super) tables: Vec<Table>,
    /// What of all weights each index has, by slot.
    pub(super) shares: Vec<Share>,
    /// What the slots of conditions stand for.
    pub(super) names: Names,
}

/// A program, and what its author should look at again.
#[derive(Debug)]
pub struct Compiled {
    /// The program.
    pub program: Program,
    /// Findings that do not keep it from being published, notes among them.
    pub warnings: Vec<Diagnostic>,
}

/// A step of a program's ladder.
#[derive(Debug)]
pub struct Tier {
    /// Its short name.
    pub id: TierId,
    /// Its name for people.
    pub title: String,
    /// Who gives it.
    pub by: Giver,
    /// How long it is kept once it is no longer earned; `None` for not at all.
    pub keep: Option<TimeDelta>,
    /// How long before it is lost its holder is told, at least; 0 for not at all.
    pub notice: TimeDelta,
    /// What comes with it.
    pub amenities: Vec<String>,
    pub(super) condition: Option<Condition>,
    /// What is enough for who has it already.
    pub(super) stay: Option<Condition>,
    /// The place of its service level among the program's.
    pub(super) level: usize,
}

/// Something given.
#[derive(Debug)]
pub struct Perk {
    /// Its short name.
    pub id: PerkId,
    /// Its name for people.
    pub title: String,
    /// Who gives it.
    pub by: Giver,
    /// What it is about; empty for nothing in particular.
    pub topics: Vec<Topic>,
    /// How much it insists on its topics.
    pub relevance: Demand,
    /// How it is given.
    pub kind: PerkKind,
    /// Units in all; `None` for as many as are wanted.
    pub stock: Option<i64>,
    /// The most units that one member may claim.
    pub per_member: i64,
    /// The most units that are given on a day of the program's time zone.
    pub per_day: Option<i64>,
    /// How long a claim is held before it must be confirmed; `None` for as
    /// long as is configured.
    pub hold: Option<TimeDelta>,
    /// How long after its confirmation it may be redeemed; `None` for ever.
    pub redeem: Option<TimeDelta>,
    /// What one unit is worth.
    pub value: Option<Money>,
    /// The most that all units together may be worth, in the currency of the value.
    pub budget: Option<Money>,
    /// The first moment at which it is given.
    pub from: Option<DateTime<Utc>>,
    /// The first moment at which it is no longer given.
    pub until: Option<DateTime<Utc>>,
    /// What a member shows to get a unit.
    pub codes: PerkCodes,
    /// When it is drawn; `None` for whenever somebody holds the draw.
    pub draws: Option<DateTime<Utc>>,
    /// What the person is told about why they got it.
    pub disclosure: String,
    /// Its own experiment, if it has one.
    pub experiment: Option<Experiment>,
    pub(super) condition: Option<Condition>,
    pub(super) slots: Vec<usize>,
}

/// How a customer is served at a support desk. Targets carry the names that
/// desk software already uses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ServiceLevel {
    /// The level's short name within its program.
    pub id: String,
    /// The queue that tickets go to.
    pub queue: String,
    /// The order of levels within a queue, from 0, the most urgent; absent if
    /// the program does not say.
    pub priority: Option<i64>,
    /// The time within which a new ticket gets its first reply, in seconds.
    pub first_reply_time_in_seconds: Option<i64>,
    /// The time within which a later message is answered, in seconds.
    pub next_reply_time_in_seconds: Option<i64>,
    /// The time within which the matter is settled, in seconds.
    pub resolution_time_in_seconds: Option<i64>,
    /// The time after which a settled ticket is closed, in seconds.
    pub time_to_close_in_seconds: Option<i64>,
    /// The hours in which these times run; absent if they run always.
    pub business_hours: Option<BusinessHours>,
}

impl Program {
    /// Parses and checks a program file, in YAML or JSON, that somebody wants
    /// to publish.
    ///
    /// # Errors
    /// Everything that is wrong with the file, in the order of its lines, with
    /// the warnings among it.
    pub fn compile(source: &str, setting: &Setting<'_>) -> Result<Compiled, Vec<Diagnostic>> {
        Self::read(source, Some(setting))
    }

    /// Parses a program file that was published before: what is asked of new
    /// programs only, and what depends on the setting, was asked then.
    ///
    /// # Errors
    /// If it is no program any more.
    pub fn load(source: &str) -> Result<Self, Vec<Diagnostic>> {
        Ok(Self::read(source, None)?.program)
    }

    fn read(source: &str, setting: Option<&Setting<'_>>) -> Result<Compiled, Vec<Diagnostic>> {
        let root = yaml::parse(source).map_err(|finding| vec![finding])?;
        let mut findings = Findings::default();
        let program = source::read(&root, &mut findings)
            .and_then(|file| check::check(file, source, setting, &mut findings));
        let mut found = findings.0;
        found.sort_by_key(|finding| (finding.line, finding.column));
        match program {
            Some(program) if found.iter().all(|f| f.severity != Severity::Error) => Ok(Compiled {
                program,
                warnings: found,
            }),
            _ => Err(found),
        }
    }

    /// Its short name.
    pub fn id(&self) -> &ProgramId {
        &self.id
    }

    /// Its name for people.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// What the names in its conditions stand for.
    pub(super) fn bindings(&self) -> Bindings<'_> {
        Bindings {
            names: &self.names,
            shares: &self.shares,
            tables: &self.tables,
        }
    }

    /// What makes a person relevant to the business as a whole.
    pub fn topics(&self) -> &[Topic] {
        &self.topics
    }

    /// The zone in which its dates are meant.
    pub fn timezone(&self) -> Tz {
        self.timezone
    }

    /// The day of a time where its dates are meant.
    pub fn day_of(&self, time: DateTime<Utc>) -> NaiveDate {
        time.with_timezone(&self.timezone).date_naive()
    }

    /// The first moment of a day, where the program lives; `None` beyond the
    /// calendar.
    pub fn start_of_day(&self, day: NaiveDate) -> Option<DateTime<Utc>> {
        calendar::start_of_day(day, self.timezone)
    }

    /// How the indices blend into its standing.
    pub fn weights(&self) -> &BTreeMap<IndexRef, Decimal> {
        &self.weights
    }

    /// Whether a condition asks for the percentile of the standing, which the
    /// rank job has to work out then.
    pub fn asks_for_percentile(&self) -> bool {
        self.names.standing_percentile
    }

    /// The score of somebody's standing in the program; `None` if it is unknown.
    pub fn standing_of(
        &self,
        score: &Score,
        imported: &BTreeMap<IndexName, ImportedIndex>,
    ) -> Option<f64> {
        let readings = self
            .names
            .indices
            .iter()
            .map(|index| Reading::of(index, score, imported));
        let readings: Vec<Option<Reading>> = readings.collect();
        blend(&self.shares, &readings).map(|standing| standing.score)
    }

    /// The tiers, best first.
    pub fn tiers(&self) -> &[Tier] {
        &self.tiers
    }

    /// The tier that everybody has.
    pub fn floor(&self) -> &Tier {
        self.tiers.last().expect("a checked program has a floor")
    }

    /// A tier by name.
    pub fn tier(&self, id: &TierId) -> Option<&Tier> {
        self.rank(id).map(|rank| &self.tiers[rank])
    }

    /// The perks, in the order of the file.
    pub fn perks(&self) -> &[Perk] {
        &self.perks
    }

    /// A perk by name.
    pub fn perk(&self, id: &PerkId) -> Option<&Perk> {
        self.perks.iter().find(|perk| perk.id == *id)
    }

    /// What all perks together are limited to.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The service levels, in the order of the file.
    pub fn service_levels(&self) -> &[ServiceLevel] {
        &self.levels
    }

    /// The service level of a tier; the floor's for a name that is no tier.
    pub fn level_of(&self, tier: &TierId) -> &ServiceLevel {
        &self.levels[self.tier(tier).unwrap_or_else(|| self.floor()).level]
    }

    /// The place of a tier on the ladder: 0 is the best.
    pub(super) fn rank(&self, id: &TierId) -> Option<usize> {
        self.tiers.iter().position(|tier| tier.id == *id)
    }
}

impl Tier {
    /// The condition as it was written; the floor has none.
    pub fn when(&self) -> Option<&str> {
        self.condition.as_ref().map(|c| c.source.as_str())
    }

    /// What is enough for who has it already, as it was written.
    pub fn stay(&self) -> Option<&str> {
        self.stay.as_ref().map(|c| c.source.as_str())
    }
}

impl Perk {
    /// The condition as it was written, if there is one.
    pub fn when(&self) -> Option<&str> {
        self.condition.as_ref().map(|c| c.source.as_str())
    }
}
