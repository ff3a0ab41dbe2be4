//! Scores: the results of scoring a member, which rules read.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ids::SLUG;
use super::invalid::{checked_slug, text_newtype};
use super::names::names;
use super::schema::{described, text};
use super::{Invalid, MemberId, SnapshotId, Topic};

/// The version of a scoring model, as its file names it. It is part of the key of
/// everything that was computed with the model.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ModelVersion(Box<str>);

impl ModelVersion {
    /// Checks the text.
    ///
    /// # Errors
    /// If it is not 1 to 32 of `a-z 0-9 - _`, beginning with a letter or digit.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        checked_slug("a model's version", text, 32)?;
        Ok(Self(text.into()))
    }
}
text_newtype!(ModelVersion);
described!(ModelVersion: text("2026-3", 1..=32).pattern(Some(SLUG)));

/// Where a scoring model of a deployment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ModelState {
    /// States and scores are being computed beside those of the model in force.
    Building,
    /// Every member has a score by it: it can be put in force.
    Ready,
    /// Its scores are answered and tested by rules.
    InForce,
    /// Another model followed it.
    Retired,
}

impl ModelState {
    /// Returns whether the model is to follow the one in force.
    pub fn is_next(self) -> bool {
        matches!(self, Self::Building | Self::Ready)
    }
}

names! {
    ModelState, "the state of a model":
    Building = "building",
    Ready = "ready",
    InForce = "in_force",
    Retired = "retired",
}

/// The name of an imported index: `klout`, `empire-avenue`, ….
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct IndexName(Box<str>);

impl IndexName {
    /// Checks the text.
    ///
    /// # Errors
    /// If it is not 1 to 64 of `a-z 0-9 - _`, beginning with a letter or digit, or
    /// is the name of an index that is computed here.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        checked_slug("an index's name", text, 64)?;
        if matches!(text, "influence" | "value" | "standing") {
            return Err(Invalid::new(format_args!(
                "'{text}' is computed here and cannot be imported"
            )));
        }
        Ok(Self(text.into()))
    }
}
text_newtype!(IndexName);
described!(IndexName: text("klout", 1..=64).pattern(Some(SLUG)));

/// A probability or share: a finite number from 0 to 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Unit(f64);

impl Unit {
    /// The number 0.
    pub const ZERO: Self = Self(0.0);
    /// The number 1.
    pub const ONE: Self = Self(1.0);

    /// Limits a number to the range from 0 to 1, which it may have left by
    /// rounding. NaN becomes 0.
    pub fn clamped(value: f64) -> Self {
        if value.is_nan() {
            Self::ZERO
        } else {
            Self(value.clamp(0.0, 1.0))
        }
    }

    /// Returns the number.
    pub fn get(self) -> f64 {
        self.0
    }
}

impl TryFrom<f64> for Unit {
    type Error = Invalid;
    fn try_from(value: f64) -> Result<Self, Invalid> {
        if (0.0..=1.0).contains(&value) {
            Ok(Self(value))
        } else {
            Err(Invalid::new("must be a number from 0 to 1"))
        }
    }
}

impl From<Unit> for f64 {
    fn from(value: Unit) -> f64 {
        value.0
    }
}

/// A 90 % interval around a score, on the same scale, from 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Interval {
    /// The lower end, which rules test.
    pub lower: f64,
    /// The upper end.
    pub upper: f64,
}

/// What the lower end of influence waits for: reactions by people whose first
/// reaction to the member is young. It rises by time alone.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PendingPoints {
    /// The points by which the lower end would be higher.
    pub points: f64,
    /// The next time at which some of these reactions are old enough.
    pub next: DateTime<Utc>,
    /// The time from which no points are held back, as far as is known now.
    pub until: DateTime<Utc>,
}

impl PendingPoints {
    /// Returns the same as a sentence in English.
    pub fn in_words(&self) -> String {
        let minute = |time: DateTime<Utc>| time.format("%-d %B %Y %H:%M UTC");
        format!(
            "{:.1} points of the lower end wait, because people who are new to the member do \
             not count in full yet: some of them do from {} on, and no points wait from {} on.",
            self.points,
            minute(self.next),
            minute(self.until),
        )
    }
}

/// An index of a member: a number from 0 to 100 with its interval, or `unknown`.
/// Missing data never counts as a low number.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Index {
    /// There is no evidence.
    Unknown,
    /// There is evidence.
    Known {
        /// The score, from 0 to 100.
        score: f64,
        /// The 90 % interval around the score.
        #[serde(flatten)]
        interval: Interval,
        /// The percentage of members that stand lower, from 0 to 100, by the rank
        /// snapshot; absent if the snapshot has no members. Influence is compared by its
        /// lower end, value by its score.
        percentile: Option<f64>,
        /// The amount of evidence: effective (decayed, trusted) reactors for
        /// influence, effective orders for value.
        evidence: f64,
    },
}

impl Index {
    /// Returns the score; `None` if it is unknown.
    pub fn score(&self) -> Option<f64> {
        match self {
            Self::Unknown => None,
            Self::Known { score, .. } => Some(*score),
        }
    }

    /// Returns the interval; `None` if the score is unknown.
    pub fn interval(&self) -> Option<Interval> {
        match self {
            Self::Unknown => None,
            Self::Known { interval, .. } => Some(*interval),
        }
    }
}

/// A member's score on one topic. The default is that of a topic without evidence.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct TopicScore {
    /// The influence on the topic, from 0 to 100.
    pub influence: f64,
    /// The lower end of its 90 % interval. A score that was stored without it reads as
    /// 0: too low only until the score is computed again, while any other number could
    /// give a place that nothing supports.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub lower: f64,
    /// The probability that the member belongs to the top tenth on the topic.
    pub confidence: Unit,
    /// The number of effective reactors on the topic.
    pub evidence: f64,
    /// How much the member's own posts, purchases and declared interests are about
    /// the topic. It earns no tier, but makes perks relevant.
    pub interest: Unit,
    /// The next time at which the lower end or the confidence may rise without an event,
    /// because people who are new to the member no longer are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<DateTime<Utc>>,
}

fn is_zero(number: &f64) -> bool {
    *number == 0.0
}

/// An index that was imported from another system.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImportedIndex {
    /// The score, from 0 to 100.
    pub score: f64,
    /// The origin of the index, in the importer's words.
    pub provenance: String,
    /// The time that the score describes.
    pub as_of: DateTime<Utc>,
}

/// All computed scores of a member at one time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// The influence, from social events.
    pub influence: Index,
    /// What the lower end of influence waits for, if anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending: Option<PendingPoints>,
    /// The days after which a person who is new to the member counts in full, at most, by
    /// the model; `None` if it does not ask for any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newcomer_days: Option<f64>,
    /// The value, from purchases.
    pub value: Index,
    /// The topics with evidence or interest.
    pub topics: BTreeMap<Topic, TopicScore>,
    /// The time to which all evidence was decayed.
    pub as_of: DateTime<Utc>,
    /// The version of the model.
    pub model: ModelVersion,
    /// The rank snapshot that it was computed with.
    pub snapshot: SnapshotId,
}

impl Score {
    /// Returns the score of a member without any data.
    pub fn unknown(as_of: DateTime<Utc>, model: ModelVersion, snapshot: SnapshotId) -> Self {
        Self {
            influence: Index::Unknown,
            pending: None,
            newcomer_days: None,
            value: Index::Unknown,
            topics: BTreeMap::new(),
            as_of,
            model,
            snapshot,
        }
    }

    /// Returns the next time at which a limit on this score lifts without an event, so
    /// that the score must be computed again.
    pub fn recheck_at(&self) -> Option<DateTime<Utc>> {
        let of_topics = self.topics.values().filter_map(|on_topic| on_topic.next);
        of_topics.chain(self.pending.map(|held| held.next)).min()
    }
}

/// The last score that was published on a day.
#[derive(Debug, Clone, PartialEq)]
pub struct DayScore {
    /// The day of the score, in UTC.
    pub day: NaiveDate,
    /// The time to which all evidence was decayed.
    pub as_of: DateTime<Utc>,
    /// The version of the model.
    pub model: ModelVersion,
    /// The rank snapshot that it was computed with.
    pub snapshot: SnapshotId,
    /// The influence, from social events.
    pub influence: Index,
    /// The value, from purchases.
    pub value: Index,
}

/// A range of days, both ends included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DayRange {
    /// The first day; `None` for no limit.
    pub from: Option<NaiveDate>,
    /// The last day; `None` for no limit.
    pub to: Option<NaiveDate>,
}

/// The order of a leaderboard, highest first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LeaderboardOrder {
    /// By the lower end of influence, which rules test and which cannot be bought quickly.
    #[default]
    Lower,
    /// By the influence itself.
    Score,
}

/// The leaderboard cursor: the place where a page ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LeaderboardCursor {
    /// The order of the leaderboard.
    pub by: LeaderboardOrder,
    /// The number by which the leaderboard is ordered, at that place, from 0 to 100.
    pub at: f64,
    /// The member at that place; breaks ties.
    pub member: MemberId,
    /// The number of the place, from 1.
    pub rank: u32,
}
