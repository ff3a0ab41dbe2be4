//! Reads the program file, field by field: typed values with their positions. `check`
//! checks whether the parts fit together.

mod amenities;
mod exclusive;
mod experiments;
mod limits;
mod perks;

use std::collections::BTreeMap;
use std::str::FromStr;

use chrono::TimeDelta;
use chrono_tz::Tz;
use rust_decimal::Decimal;

use crate::domain::{Invalid, ProgramId, TierId, Topic};

use super::business_hours::{self, BusinessHours};
use super::calendar;
use super::diagnostic::{Diagnostic, FilePlace};
use super::reader::{At, Fields, Findings};
use super::standing::IndexRef;
use super::table;
use super::table::source::{MAX_TABLES, TABLE_FIELDS, TableSource};
use super::timezones;
use super::weights;
use super::yaml::Node;

pub(super) use amenities::AmenityTitle;
pub(super) use exclusive::ExclusiveSource;
#[cfg(test)]
pub(super) use exclusive::{EXCLUSIVE_FIELDS, PICKS};
#[cfg(test)]
pub(super) use experiments::EXPERIMENT_FIELDS;
pub(super) use experiments::ExperimentSource;
#[cfg(test)]
pub(super) use limits::LIMIT_FIELDS;
pub(super) use limits::LimitsSource;
#[cfg(test)]
pub(super) use perks::{CODES, DEMANDS, KINDS};
pub(super) use perks::{PERK_FIELDS, PerkSource};
pub use perks::{PerkCodes, PerkKind};

/// The JSON Schema of program files, for completion and checks in editors. Tests verify
/// that it agrees with this module.
pub const PROGRAM_SCHEMA: &str = include_str!("../../../../../config/program.schema.json");

/// The most tiers of a program. The next constants limit the other lists.
pub(super) const MAX_TIERS: usize = 32;
pub(super) const MAX_PERKS: usize = 500;
pub(super) const MAX_LEVELS: usize = 32;
pub(super) const MAX_TOPICS: usize = 50;
pub(super) const MAX_AMENITIES: usize = 50;
pub(super) const MAX_WEIGHTS: usize = 20;
/// The most titles of amenities: as many as the tiers of a program can have amenities.
pub(super) const MAX_TITLED: usize = MAX_TIERS * MAX_AMENITIES;
/// The most units that a stock or a limit may have.
const MOST_UNITS: i64 = 1_000_000_000;

pub(super) const PROGRAM_FIELDS: &[&str] = &[
    "program",
    "title",
    "topics",
    "timezone",
    "standing",
    "business_hours",
    "holidays",
    "service_levels",
    "tables",
    "amenities",
    "tiers",
    "perks",
    "experiment",
    "limits",
];
pub(super) const LEVEL_FIELDS: &[&str] = &[
    "id",
    "title",
    "when",
    "queue",
    "priority",
    "first_reply",
    "next_reply",
    "resolution",
    "close",
    "hours",
];
pub(super) const TIER_FIELDS: &[&str] = &[
    "id",
    "title",
    "by",
    "when",
    "stay",
    "keep",
    "notice",
    "amenities",
    "service_level",
];
/// The allowed words of fields with a fixed choice.
pub(super) const CLOCKS: &[(&str, Clock)] =
    &[("always", Clock::Always), ("business", Clock::Business)];
pub(super) const GIVERS: &[(&str, Giver)] = &[("rules", Giver::Rules), ("grants", Giver::Grants)];

/// Whether the rules or only grants give a tier or a perk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Giver {
    /// The rules give it to every member that meets the condition; a grant can give it too.
    #[default]
    Rules,
    /// Only grants give it, for example to a press list or a guest list.
    Grants,
}

/// A program file as written.
#[derive(Debug)]
pub(super) struct ProgramSource<'n> {
    pub id: Option<At<ProgramId>>,
    pub title: Option<At<String>>,
    pub topics: Vec<At<Topic>>,
    pub timezone: Tz,
    /// The position of the time zone; `None` if the file has none.
    pub timezone_place: Option<FilePlace>,
    pub standing: BTreeMap<IndexRef, Decimal>,
    /// The position of the weights; the beginning of the file if there are none.
    pub standing_place: FilePlace,
    pub business_hours: Option<At<BusinessHours>>,
    pub levels: Vec<LevelSource<'n>>,
    pub tables: Vec<TableSource<'n>>,
    pub amenities: Vec<AmenityTitle>,
    pub tiers: Vec<TierSource<'n>>,
    pub perks: Vec<PerkSource<'n>>,
    pub experiment: Option<ExperimentSource>,
    pub limits: LimitsSource,
    /// The position of the list of tiers; the beginning of the file if there is none.
    pub tiers_place: FilePlace,
}

/// A service level as written.
#[derive(Debug)]
pub(super) struct LevelSource<'n> {
    pub path: String,
    pub id: Option<At<String>>,
    pub title: Option<At<String>>,
    pub when: Option<&'n Node>,
    pub queue: Option<At<String>>,
    pub priority: Option<At<i64>>,
    pub first_reply: Option<At<TimeDelta>>,
    pub next_reply: Option<At<TimeDelta>>,
    pub resolution: Option<At<TimeDelta>>,
    pub close: Option<At<TimeDelta>>,
    pub hours: Option<At<Clock>>,
}

/// The hours in which the targets of a service level are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Clock {
    /// Day and night.
    Always,
    /// Only in the program's business hours.
    Business,
}

/// A tier as written.
#[derive(Debug)]
pub(super) struct TierSource<'n> {
    pub path: String,
    pub place: FilePlace,
    pub id: Option<At<TierId>>,
    pub title: Option<At<String>>,
    pub by: Giver,
    pub when: Option<&'n Node>,
    pub stay: Option<&'n Node>,
    pub keep: Option<At<TimeDelta>>,
    pub notice: Option<At<TimeDelta>>,
    pub amenities: Vec<At<String>>,
    pub service_level: Option<At<String>>,
}

/// Reads the whole file. Returns `None` only if the file is no mapping.
pub(super) fn read<'n>(root: &'n Node, findings: &mut Findings) -> Option<ProgramSource<'n>> {
    let fields = Fields::open(root, String::new(), PROGRAM_FIELDS, findings)?;
    let id = fields.parsed("program", findings, ProgramId::parse);
    if fields.node("program").is_none() {
        fields.missing(
            "program",
            "give the program a short name: 'program: my-klub'",
            findings,
        );
    }
    let timezone = timezone(&fields, findings);
    Some(ProgramSource {
        id,
        title: fields.text("title", 200, findings),
        topics: fields.list("topics", MAX_TOPICS, findings, Topic::parse),
        timezone,
        timezone_place: fields.node("timezone").map(|node| node.place),
        standing: weights::read(&fields, findings),
        standing_place: fields
            .node("standing")
            .map_or(fields.place, |node| node.place),
        business_hours: business_hours::read(&fields, timezone, findings),
        levels: each(
            &fields,
            "service_levels",
            MAX_LEVELS,
            LEVEL_FIELDS,
            findings,
            level,
        ),
        tables: each(
            &fields,
            "tables",
            MAX_TABLES,
            TABLE_FIELDS,
            findings,
            table::source::table,
        ),
        amenities: amenities::read(&fields, findings),
        tiers: each(&fields, "tiers", MAX_TIERS, TIER_FIELDS, findings, tier),
        perks: each(
            &fields,
            "perks",
            MAX_PERKS,
            PERK_FIELDS,
            findings,
            |fields, findings| perks::perk(fields, timezone, findings),
        ),
        experiment: experiments::read(&fields, findings),
        limits: limits::read(&fields, findings),
        tiers_place: fields.node("tiers").map_or(fields.place, |node| node.place),
    })
}

/// Reads a list of mappings.
fn each<'n, T>(
    fields: &Fields<'n>,
    name: &str,
    max: usize,
    known: &[&'static str],
    findings: &mut Findings,
    mut read: impl FnMut(Fields<'n>, &mut Findings) -> T,
) -> Vec<T> {
    let mut out = Vec::new();
    for (path, node) in fields.items(name, max, findings) {
        if let Some(fields) = Fields::open(node, path, known, findings) {
            out.push(read(fields, findings));
        }
    }
    out
}

fn timezone(fields: &Fields<'_>, findings: &mut Findings) -> Tz {
    let mut meant = None;
    let zone = fields.parsed("timezone", findings, |text| {
        meant = timezones::meant_by(text);
        Tz::from_str(text).map_err(|_| {
            Invalid::new("a time zone is an IANA name such as 'America/Los_Angeles' or 'UTC'")
        })
    });
    if let (None, Some(place), Some(finding)) = (&zone, meant, findings.0.last_mut()) {
        finding.hint = Some(timezones::hint(place));
    }
    zone.map_or(Tz::UTC, |zone| zone.value)
}

fn slug(text: &str) -> Result<String, Invalid> {
    // A tier's id has the same alphabet; only the error message differs.
    TierId::parse(text)
        .map(|id| id.as_str().to_owned())
        .map_err(|_| {
            Invalid::new(
                "it must be 1 to 64 of a-z, 0-9, '-' and '_', beginning with a letter or digit",
            )
        })
}

fn level<'n>(fields: Fields<'n>, findings: &mut Findings) -> LevelSource<'n> {
    if fields.node("id").is_none() {
        fields.missing("id", "tiers name their service level by its id", findings);
    }
    if fields.node("queue").is_none() {
        fields.missing(
            "queue",
            "name the queue that tickets of this level go to",
            findings,
        );
    }
    LevelSource {
        id: fields.parsed("id", findings, slug),
        title: fields.text("title", 200, findings),
        when: fields.node("when"),
        queue: fields.text("queue", 100, findings),
        priority: fields.whole("priority", (0, 1_000), findings),
        first_reply: fields.parsed("first_reply", findings, calendar::duration),
        next_reply: fields.parsed("next_reply", findings, calendar::duration),
        resolution: fields.parsed("resolution", findings, calendar::duration),
        close: fields.parsed("close", findings, calendar::duration),
        hours: fields.word("hours", CLOCKS, findings),
        path: fields.path,
    }
}

fn tier<'n>(fields: Fields<'n>, findings: &mut Findings) -> TierSource<'n> {
    if fields.node("id").is_none() {
        fields.missing("id", "give the tier a short name", findings);
    }
    if fields.node("service_level").is_none() {
        fields.missing("service_level", "name one of the service_levels", findings);
    }
    TierSource {
        place: fields.place,
        id: fields.parsed("id", findings, TierId::parse),
        title: fields.text("title", 200, findings),
        by: giver(&fields, findings),
        when: fields.node("when"),
        stay: fields.node("stay"),
        keep: fields.parsed("keep", findings, calendar::duration),
        notice: fields.parsed("notice", findings, calendar::duration),
        amenities: fields.list("amenities", MAX_AMENITIES, findings, slug),
        service_level: fields.parsed("service_level", findings, slug),
        path: fields.path,
    }
}

/// Reads the field `by`. Reports a condition if only grants give the tier or perk.
fn giver(fields: &Fields<'_>, findings: &mut Findings) -> Giver {
    let by = fields.word("by", GIVERS, findings);
    let by = by.map_or_else(Giver::default, |at| at.value);
    if let (Giver::Grants, Some(when)) = (by, fields.node("when")) {
        let message = "What only people give has no condition.";
        let path = fields.path_of("when");
        let finding = Diagnostic::error("needless-condition", when.place, path, message);
        findings.add(finding.hint("leave out 'when', or 'by: grants'"));
    }
    by
}
