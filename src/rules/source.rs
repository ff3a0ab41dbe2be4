//! The program file, field by field: what was written, typed, with its place.
//! Whether the parts fit together is the business of `check`.

use std::collections::BTreeMap;
use std::str::FromStr;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use rust_decimal::Decimal;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{Invalid, Money, PerkId, ProgramId, TierId, Topic};
use crate::fairness::relevance::Demand;

use super::business_hours::{self, BusinessHours};
use super::calendar::{self, Edge};
use super::diagnostic::{Diagnostic, Place};
use super::experiment::HoldBack;
use super::reader::{At, Fields, Findings};
use super::standing::IndexRef;
use super::table;
use super::table::source::{MAX_TABLES, TABLE_FIELDS, TableSource};
use super::weights;
use super::yaml::Node;

/// The JSON Schema of program files, from which editors complete and check
/// them. What it says of the form of a file is what is read here: tests compare.
pub const PROGRAM_SCHEMA: &str = include_str!("../../config/program.schema.json");

/// How many of each a program may have.
pub(super) const MAX_TIERS: usize = 32;
pub(super) const MAX_PERKS: usize = 500;
pub(super) const MAX_LEVELS: usize = 32;
pub(super) const MAX_TOPICS: usize = 50;
pub(super) const MAX_AMENITIES: usize = 50;
pub(super) const MAX_WEIGHTS: usize = 20;

pub(super) const PROGRAM_FIELDS: &[&str] = &[
    "program",
    "title",
    "topics",
    "timezone",
    "standing",
    "business_hours",
    "service_levels",
    "tables",
    "tiers",
    "perks",
    "experiment",
];
pub(super) const LEVEL_FIELDS: &[&str] = &[
    "id",
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
pub(super) const PERK_FIELDS: &[&str] = &[
    "id",
    "title",
    "by",
    "when",
    "topics",
    "relevance",
    "kind",
    "stock",
    "per_member",
    "hold",
    "value",
    "from",
    "until",
    "disclosure",
    "experiment",
];
pub(super) const EXPERIMENT_FIELDS: &[&str] = &["hold_back", "salt"];

/// The words that some fields choose from.
pub(super) const CLOCKS: &[(&str, Clock)] =
    &[("always", Clock::Always), ("business", Clock::Business)];
pub(super) const GIVERS: &[(&str, Giver)] = &[("rules", Giver::Rules), ("grants", Giver::Grants)];
pub(super) const DEMANDS: &[(&str, Demand)] = &[
    ("preferred", Demand::Preferred),
    ("required", Demand::Required),
];
pub(super) const KINDS: &[(&str, PerkKind)] = &[
    ("guaranteed", PerkKind::Guaranteed),
    ("draw", PerkKind::Draw),
    ("invitation", PerkKind::Invitation),
];

/// Who gives a tier or a perk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Giver {
    /// The rules, to whoever meets its condition; and people.
    #[default]
    Rules,
    /// People alone, by grants: a press list, a list of guests of the house.
    Grants,
}

/// How a perk is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PerkKind {
    /// Whoever is eligible and claims it while stock lasts gets it.
    #[default]
    Guaranteed,
    /// Whoever is eligible may enter; a draw decides.
    Draw,
    /// Somebody is asked, and may accept.
    Invitation,
}

/// A program file as written.
#[derive(Debug)]
pub(super) struct ProgramSource<'n> {
    pub id: Option<At<ProgramId>>,
    pub title: Option<At<String>>,
    pub topics: Vec<At<Topic>>,
    pub timezone: Tz,
    pub standing: BTreeMap<IndexRef, Decimal>,
    pub business_hours: Option<At<BusinessHours>>,
    pub levels: Vec<LevelSource>,
    pub tables: Vec<TableSource<'n>>,
    pub tiers: Vec<TierSource<'n>>,
    pub perks: Vec<PerkSource<'n>>,
    pub experiment: Option<ExperimentSource>,
    /// Where the list of tiers begins, or the file if there is none.
    pub tiers_place: Place,
}

/// A service level as written.
#[derive(Debug)]
pub(super) struct LevelSource {
    pub path: String,
    pub id: Option<At<String>>,
    pub queue: Option<At<String>>,
    pub priority: Option<At<i64>>,
    pub first_reply: Option<At<TimeDelta>>,
    pub next_reply: Option<At<TimeDelta>>,
    pub resolution: Option<At<TimeDelta>>,
    pub close: Option<At<TimeDelta>>,
    pub hours: Option<At<Clock>>,
}

/// Whether the targets of a service level run always.
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
    pub place: Place,
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

/// A perk as written.
#[derive(Debug)]
pub(super) struct PerkSource<'n> {
    pub path: String,
    pub place: Place,
    pub id: Option<At<PerkId>>,
    pub title: Option<At<String>>,
    pub by: Giver,
    pub when: Option<&'n Node>,
    pub topics: Vec<At<Topic>>,
    pub relevance: Demand,
    pub kind: PerkKind,
    pub stock: Option<At<i64>>,
    pub per_member: Option<At<i64>>,
    pub hold: Option<At<TimeDelta>>,
    pub value: Option<At<Money>>,
    pub from: Option<At<DateTime<Utc>>>,
    pub until: Option<At<DateTime<Utc>>>,
    pub disclosure: Option<At<String>>,
    pub experiment: Option<ExperimentSource>,
}

/// An experiment as written.
#[derive(Debug)]
pub(super) struct ExperimentSource {
    pub path: String,
    pub place: Place,
    pub hold_back: Option<At<HoldBack>>,
    pub salt: Option<At<String>>,
}

/// Reads the whole file. `None` only if it is no mapping at all.
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
        standing: weights::read(&fields, findings),
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
        tiers: each(&fields, "tiers", MAX_TIERS, TIER_FIELDS, findings, tier),
        perks: each(
            &fields,
            "perks",
            MAX_PERKS,
            PERK_FIELDS,
            findings,
            |fields, findings| perk(fields, timezone, findings),
        ),
        experiment: experiment(&fields, findings),
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
    let parse = |text: &str| {
        Tz::from_str(text).map_err(|_| {
            Invalid::new("a time zone is an IANA name such as 'America/Los_Angeles' or 'UTC'")
        })
    };
    let zone = fields.parsed("timezone", findings, parse);
    zone.map_or(Tz::UTC, |zone| zone.value)
}

fn slug(text: &str) -> Result<String, Invalid> {
    // A tier's id has the same alphabet; only the sentence is ours.
    TierId::parse(text)
        .map(|id| id.as_str().to_owned())
        .map_err(|_| {
            Invalid::new(
                "it must be 1 to 64 of a-z, 0-9, '-' and '_', beginning with a letter or digit",
            )
        })
}

fn level(fields: Fields<'_>, findings: &mut Findings) -> LevelSource {
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

/// What people alone give has no condition.
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

fn perk<'n>(fields: Fields<'n>, zone: Tz, findings: &mut Findings) -> PerkSource<'n> {
    if fields.node("id").is_none() {
        fields.missing("id", "give the perk a short name", findings);
    }
    if fields.node("title").is_none() {
        fields.missing("title", "say what the person gets", findings);
    }
    let moment = |edge| move |text: &str| calendar::moment(text, edge, zone);
    let most = 1_000_000_000;
    PerkSource {
        place: fields.place,
        id: fields.parsed("id", findings, PerkId::parse),
        title: fields.text("title", 200, findings),
        by: giver(&fields, findings),
        when: fields.node("when"),
        topics: fields.list("topics", MAX_TOPICS, findings, Topic::parse),
        relevance: fields
            .word("relevance", DEMANDS, findings)
            .map_or_else(Demand::default, |at| at.value),
        kind: fields
            .word("kind", KINDS, findings)
            .map_or_else(PerkKind::default, |at| at.value),
        stock: fields.whole("stock", (0, most), findings),
        per_member: fields.whole("per_member", (1, most), findings),
        hold: fields.parsed("hold", findings, calendar::duration),
        value: fields.parsed("value", findings, Money::from_str),
        from: fields.parsed("from", findings, moment(Edge::Start)),
        until: fields.parsed("until", findings, moment(Edge::End)),
        disclosure: fields.text("disclosure", 500, findings),
        experiment: experiment(&fields, findings),
        path: fields.path,
    }
}

fn experiment(fields: &Fields<'_>, findings: &mut Findings) -> Option<ExperimentSource> {
    let node = fields.node("experiment")?;
    let path = fields.path_of("experiment");
    let fields = Fields::open(node, path, EXPERIMENT_FIELDS, findings)?;
    if fields.node("hold_back").is_none() {
        let hint = "say what share of people it is held back from: 'hold_back: 10%'";
        fields.missing("hold_back", hint, findings);
    }
    Some(ExperimentSource {
        place: fields.place,
        hold_back: fields.parsed("hold_back", findings, HoldBack::parse),
        salt: fields.text("salt", 64, findings),
        path: fields.path,
    })
}
