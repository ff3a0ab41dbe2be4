//! The compiled program: checked, immutable, shareable and ready to evaluate.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use rust_decimal::Decimal;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{
    AudienceRules, ImportedIndex, IndexName, Money, PerkId, ProgramId, Score, TierId, Topic,
};
use crate::fairness::relevance::Demand;

use super::business_hours::BusinessHours;
use super::condition::Condition;
use super::condition::expr::Names;
use super::diagnostic::{Diagnostic, Severity};
use super::exclusive::Exclusive;
use super::experiment::Experiment;
use super::known_names::DataName;
use super::limits::Limits;
use super::reader::Findings;
use super::setting::Setting;
use super::source::{Giver, PerkCodes, PerkKind};
use super::standing::{IndexRef, Reading, Share, Standing, blend};
use super::table::Table;
use super::thresholds::Threshold;
use super::view::Bindings;
use super::{calendar, check, source, yaml};

/// One compiled version of a business's rules. The tiers are ordered best first; the
/// last is the floor, which every member has at least.
#[derive(Debug)]
pub struct Program {
    pub(super) id: ProgramId,
    pub(super) title: String,
    pub(super) topics: Vec<Topic>,
    pub(super) timezone: Tz,
    pub(super) weights: BTreeMap<IndexRef, Decimal>,
    pub(super) levels: Vec<ServiceLevel>,
    /// The conditions of service levels, in the order of the file, with the index of the
    /// level in `levels`.
    pub(super) level_conditions: Vec<(usize, Condition)>,
    /// The titles of amenities, for people; not every amenity has one.
    pub(super) amenity_titles: BTreeMap<String, String>,
    pub(super) tiers: Vec<Tier>,
    pub(super) perks: Vec<Perk>,
    /// The experiment of all perks that have none of their own.
    pub(super) experiment: Option<Experiment>,
    pub(super) limits: Limits,
    /// Decision tables, in the order of the file.
    pub(super) tables: Vec<Table>,
    /// The audiences that conditions use, directly or through others.
    pub(super) audiences: AudienceRules,
    /// The share of each index in the sum of weights.
    pub(super) shares: Vec<Share>,
    /// The indices and topics that the slots of conditions stand for.
    pub(super) names: Names,
}

/// A compiled program with its warnings.
#[derive(Debug)]
pub struct Compiled {
    /// The program.
    pub program: Program,
    /// Warnings and notes, in the order of the file. They do not prevent the publication.
    pub warnings: Vec<Diagnostic>,
    /// The names that mean something only if the data of the deployment has them;
    /// [`Compiled::compare_with`] checks them.
    pub named: Vec<DataName>,
}

/// A tier of a program.
#[derive(Debug)]
pub struct Tier {
    /// The id, unique in the program.
    pub id: TierId,
    /// The display name.
    pub title: String,
    /// Whether the rules or only grants give the tier.
    pub by: Giver,
    /// How long the tier is kept after it is no longer earned; `None` for not at all.
    pub keep: Option<TimeDelta>,
    /// The minimum time between the notice to the member and the loss of the tier; 0 for
    /// no notice.
    pub notice: TimeDelta,
    /// The slugs of the amenities that come with the tier.
    pub amenities: Vec<String>,
    pub(super) condition: Option<Condition>,
    /// The condition that is enough for a member that holds the tier already.
    pub(super) stay: Option<Condition>,
    /// The numbers that the two conditions ask for.
    pub(super) thresholds: Vec<Threshold>,
    /// The index of the service level in [`Program::service_levels`].
    pub(super) level: usize,
}

/// A perk of a program.
#[derive(Debug)]
pub struct Perk {
    /// The id, unique in the program.
    pub id: PerkId,
    /// The display name.
    pub title: String,
    /// Whether the rules or only grants give the perk.
    pub by: Giver,
    /// The topics that the perk is about; empty if it is about none.
    pub topics: Vec<Topic>,
    /// Whether the perk also goes to members whose topics are unknown.
    pub relevance: Demand,
    /// How the perk is given.
    pub kind: PerkKind,
    /// The total number of units; `None` for no limit.
    pub stock: Option<i64>,
    /// The most units that one member may claim.
    pub per_member: i64,
    /// The most units that are given on one day, in the program's time zone; `None` for
    /// no limit.
    pub per_day: Option<i64>,
    /// How long a claim is held before it must be confirmed; `None` for the configured
    /// default.
    pub hold: Option<TimeDelta>,
    /// How long a confirmed claim may be redeemed; `None` for ever.
    pub redeem: Option<TimeDelta>,
    /// The value of one unit; `None` if it is not stated.
    pub value: Option<Money>,
    /// The highest total value of all units, in the currency of `value`; `None` for no
    /// limit.
    pub budget: Option<Money>,
    /// The first moment at which the perk is given; `None` for no beginning.
    pub from: Option<DateTime<Utc>>,
    /// The first moment at which the perk is no longer given; `None` for no end.
    pub until: Option<DateTime<Utc>>,
    /// The kind of code that a member shows to get a unit.
    pub codes: PerkCodes,
    /// The time of the draw; `None` if the draw is started by hand.
    pub draws: Option<DateTime<Utc>>,
    /// The text that tells the member why they got the perk.
    pub disclosure: String,
    /// The exclusive group of the perk, if it is in one.
    pub exclusive: Option<Exclusive>,
    /// The perk's own experiment, if it has one.
    pub experiment: Option<Experiment>,
    pub(super) condition: Option<Condition>,
    pub(super) slots: Vec<usize>,
}

/// A service level of a support desk. The targets have the names that desk software
/// uses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ServiceLevel {
    /// The id of the level, unique in its program.
    pub id: String,
    /// The name for people; absent if the program gives none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub title: Option<String>,
    /// The queue for tickets of this level.
    pub queue: String,
    /// The priority within a queue, from 0 (most urgent) to 1000; absent if the program
    /// does not set it.
    pub priority: Option<i64>,
    /// The target time for the first reply to a new ticket, in seconds; absent if not set.
    pub first_reply_time_in_seconds: Option<i64>,
    /// The target time for a reply to a later message, in seconds; absent if not set.
    pub next_reply_time_in_seconds: Option<i64>,
    /// The target time for resolving a ticket, in seconds; absent if not set.
    pub resolution_time_in_seconds: Option<i64>,
    /// The target time for closing a ticket, in seconds; absent if not set.
    pub time_to_close_in_seconds: Option<i64>,
    /// The hours in which these times are counted; absent if they are always counted.
    pub business_hours: Option<BusinessHours>,
}

impl Program {
    /// Parses and checks a program file (YAML or JSON) before its publication.
    ///
    /// # Errors
    /// Returns all findings, warnings included, in the order of the lines, if one of
    /// them is an error.
    pub fn compile(source: &str, setting: &Setting<'_>) -> Result<Compiled, Vec<Diagnostic>> {
        Self::read(source, Some(setting), setting.audiences)
    }

    /// Parses a program file that was published before. Skips the checks that apply only
    /// to new programs or depend on the setting, because the publication made them.
    /// `audiences` are those of the version; without them every audience counts as a list.
    ///
    /// # Errors
    /// Returns all findings if the file is no longer a valid program.
    pub fn load(source: &str, audiences: Option<&AudienceRules>) -> Result<Self, Vec<Diagnostic>> {
        Ok(Self::read(source, None, audiences)?.program)
    }

    fn read(
        source: &str,
        setting: Option<&Setting<'_>>,
        audiences: Option<&AudienceRules>,
    ) -> Result<Compiled, Vec<Diagnostic>> {
        let root = yaml::parse(source).map_err(|finding| vec![finding])?;
        let mut findings = Findings::default();
        let checked = source::read(&root, &mut findings)
            .and_then(|file| check::check(&file, source, setting, audiences, &mut findings));
        let mut found = findings.0;
        found.sort_by_key(|finding| (finding.line, finding.column));
        match checked {
            Some((program, named)) if found.iter().all(|f| f.severity != Severity::Error) => {
                Ok(Compiled {
                    program,
                    warnings: found,
                    named,
                })
            }
            _ => Err(found),
        }
    }

    /// The id of the program.
    pub fn id(&self) -> &ProgramId {
        &self.id
    }

    /// The display name of the program; the id if the file has no title.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Returns the meaning of the slots in the program's conditions.
    pub(super) fn bindings(&self) -> Bindings<'_> {
        Bindings {
            names: &self.names,
            shares: &self.shares,
            tables: &self.tables,
        }
    }

    /// The topics that matter to the business as a whole.
    pub fn topics(&self) -> &[Topic] {
        &self.topics
    }

    /// Returns the title of an amenity, for people; `None` if the program gives none.
    pub fn amenity_title(&self, amenity: &str) -> Option<&str> {
        self.amenity_titles.get(amenity).map(String::as_str)
    }

    /// The audiences that the program refers to, directly or through others.
    pub fn audiences(&self) -> &AudienceRules {
        &self.audiences
    }

    /// The time zone of the program's dates.
    pub fn timezone(&self) -> Tz {
        self.timezone
    }

    /// Returns the calendar day of a time, in the program's time zone.
    pub fn day_of(&self, time: DateTime<Utc>) -> NaiveDate {
        time.with_timezone(&self.timezone).date_naive()
    }

    /// Returns the first moment of a day, in the program's time zone; `None` if it is
    /// outside the range of the calendar.
    pub fn start_of_day(&self, day: NaiveDate) -> Option<DateTime<Utc>> {
        calendar::start_of_day(day, self.timezone)
    }

    /// The weights of the indices in the standing.
    pub fn weights(&self) -> &BTreeMap<IndexRef, Decimal> {
        &self.weights
    }

    /// Whether a condition uses the percentile of the standing. If so, the rank job must
    /// compute it.
    pub fn asks_for_percentile(&self) -> bool {
        self.names.standing_percentile
    }

    /// Returns a member's standing in the program.
    pub fn standing_of(
        &self,
        score: &Score,
        imported: &BTreeMap<IndexName, ImportedIndex>,
    ) -> Standing {
        let readings = self
            .names
            .indices
            .iter()
            .map(|index| Reading::of(index, score, imported));
        let readings: Vec<Option<Reading>> = readings.collect();
        Standing::new(blend(&self.shares, &readings))
    }

    /// The tiers, best first.
    pub fn tiers(&self) -> &[Tier] {
        &self.tiers
    }

    /// The last tier, which every member has at least.
    pub fn floor(&self) -> &Tier {
        self.tiers.last().expect("a checked program has a floor")
    }

    /// Returns a tier by its id.
    pub fn tier(&self, id: &TierId) -> Option<&Tier> {
        self.rank(id).map(|rank| &self.tiers[rank])
    }

    /// The perks, in the order of the file.
    pub fn perks(&self) -> &[Perk] {
        &self.perks
    }

    /// Returns a perk by its id.
    pub fn perk(&self, id: &PerkId) -> Option<&Perk> {
        self.perks.iter().find(|perk| perk.id == *id)
    }

    /// The limits for all perks together.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The service levels, in the order of the file.
    pub fn service_levels(&self) -> &[ServiceLevel] {
        &self.levels
    }

    /// Returns the service level of a tier; the floor's if there is no tier with this id.
    pub fn level_of(&self, tier: &TierId) -> &ServiceLevel {
        &self.levels[self.tier(tier).unwrap_or_else(|| self.floor()).level]
    }

    /// Returns the condition of a service level as written; `None` if it has none.
    pub(super) fn level_when(&self, id: &str) -> Option<&str> {
        let conditions = self.level_conditions.iter();
        let mut conditions = conditions.map(|(slot, condition)| (&self.levels[*slot], condition));
        let found = conditions.find(|(level, _)| level.id == id);
        found.map(|(_, condition)| condition.source.as_str())
    }

    /// Returns the rank of a tier on the ladder; 0 is the best.
    pub(super) fn rank(&self, id: &TierId) -> Option<usize> {
        self.tiers.iter().position(|tier| tier.id == *id)
    }
}

impl Tier {
    /// The `when` condition as written; `None` for the floor and for a tier that only
    /// grants give.
    pub fn when(&self) -> Option<&str> {
        self.condition.as_ref().map(|c| c.source.as_str())
    }

    /// The `stay` condition as written, which is enough for a member that holds the tier
    /// already.
    pub fn stay(&self) -> Option<&str> {
        self.stay.as_ref().map(|c| c.source.as_str())
    }
}

impl Perk {
    /// The condition as written, if there is one.
    pub fn when(&self) -> Option<&str> {
        self.condition.as_ref().map(|c| c.source.as_str())
    }
}
