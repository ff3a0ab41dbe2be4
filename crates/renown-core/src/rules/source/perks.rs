//! Reads a perk, field by field.

use std::str::FromStr;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{Money, PerkId, Topic};
use crate::fairness::relevance::Demand;
use crate::rules::calendar::{self, Edge};
use crate::rules::diagnostic::FilePlace;
use crate::rules::reader::{At, Fields, Findings};
use crate::rules::yaml::Node;

use super::exclusive::{self, ExclusiveSource};
use super::experiments::{self, ExperimentSource};
use super::{Giver, MAX_TOPICS, MOST_UNITS, giver};

pub(in crate::rules) const PERK_FIELDS: &[&str] = &[
    "id",
    "title",
    "by",
    "when",
    "topics",
    "relevance",
    "kind",
    "stock",
    "per_member",
    "per_day",
    "hold",
    "redeem",
    "value",
    "budget",
    "from",
    "until",
    "codes",
    "draws",
    "disclosure",
    "exclusive",
    "experiment",
];

/// The allowed words of fields with a fixed choice.
pub(in crate::rules) const DEMANDS: &[(&str, Demand)] = &[
    ("preferred", Demand::Preferred),
    ("required", Demand::Required),
];
pub(in crate::rules) const KINDS: &[(&str, PerkKind)] = &[
    ("guaranteed", PerkKind::Guaranteed),
    ("draw", PerkKind::Draw),
    ("invitation", PerkKind::Invitation),
];

pub(in crate::rules) const CODES: &[(&str, PerkCodes)] = &[
    ("none", PerkCodes::None),
    ("generated", PerkCodes::Generated),
    ("imported", PerkCodes::Imported),
];

/// The kind of code that a member shows to get a unit of a perk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PerkCodes {
    /// No code.
    #[default]
    None,
    /// A code that is generated for the claim.
    Generated,
    /// An imported code of a partner. There are no more units than imported codes.
    Imported,
}

/// How a perk is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PerkKind {
    /// Every eligible member that claims the perk while stock lasts gets it.
    #[default]
    Guaranteed,
    /// Eligible members may enter a draw, which decides who gets the perk.
    Draw,
    /// The member is invited and may accept.
    Invitation,
}

/// A perk as written.
#[derive(Debug)]
pub(in crate::rules) struct PerkSource<'n> {
    pub path: String,
    pub place: FilePlace,
    pub id: Option<At<PerkId>>,
    pub title: Option<At<String>>,
    pub by: Giver,
    pub when: Option<&'n Node>,
    pub topics: Vec<At<Topic>>,
    pub relevance: Demand,
    pub kind: Option<At<PerkKind>>,
    pub stock: Option<At<i64>>,
    pub per_member: Option<At<i64>>,
    pub per_day: Option<At<i64>>,
    pub hold: Option<At<TimeDelta>>,
    pub redeem: Option<At<TimeDelta>>,
    pub value: Option<At<Money>>,
    pub budget: Option<At<Money>>,
    pub from: Option<At<DateTime<Utc>>>,
    pub until: Option<At<DateTime<Utc>>>,
    pub codes: PerkCodes,
    pub draws: Option<At<DateTime<Utc>>>,
    pub disclosure: Option<At<String>>,
    pub exclusive: Option<ExclusiveSource>,
    pub experiment: Option<ExperimentSource>,
    /// Whether the field `stock` is present, even with a wrong value.
    pub has_stock: bool,
}

impl PerkSource<'_> {
    /// Returns the kind; `Guaranteed` if the file has none.
    pub(in crate::rules) fn kind(&self) -> PerkKind {
        self.kind
            .as_ref()
            .map_or_else(PerkKind::default, |at| at.value)
    }
}

pub(super) fn perk<'n>(fields: Fields<'n>, zone: Tz, findings: &mut Findings) -> PerkSource<'n> {
    if fields.node("id").is_none() {
        fields.missing("id", "give the perk a short name", findings);
    }
    if fields.node("title").is_none() {
        fields.missing("title", "say what the person gets", findings);
    }
    let moment = |edge| move |text: &str| calendar::moment(text, edge, zone);
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
        kind: fields.word("kind", KINDS, findings),
        stock: fields.whole("stock", (0, MOST_UNITS), findings),
        per_member: fields.whole("per_member", (1, MOST_UNITS), findings),
        per_day: fields.whole("per_day", (1, MOST_UNITS), findings),
        hold: fields.parsed("hold", findings, calendar::duration),
        redeem: fields.parsed("redeem", findings, calendar::duration),
        value: fields.parsed("value", findings, Money::from_str),
        budget: fields.parsed("budget", findings, Money::from_str),
        from: fields.parsed("from", findings, moment(Edge::Start)),
        until: fields.parsed("until", findings, moment(Edge::End)),
        codes: fields
            .word("codes", CODES, findings)
            .map_or_else(PerkCodes::default, |at| at.value),
        draws: fields.parsed("draws", findings, moment(Edge::Start)),
        disclosure: fields.text("disclosure", 500, findings),
        exclusive: exclusive::read(&fields, findings),
        experiment: experiments::read(&fields, findings),
        has_stock: fields.node("stock").is_some(),
        path: fields.path,
    }
}
