//! Scores: what the scoring room finds out about a member, and what rules read.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::invalid::{checked_slug, text_newtype};
use super::{Invalid, MemberId, SnapshotId, Topic};

/// The version of a scoring model, as its file names it. Part of the key of
/// everything that was computed with it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ModelVersion(Box<str>);

impl ModelVersion {
    /// Checks the text.
    ///
    /// # Errors
    /// If it is not 1 to 32 of `a-z 0-9 - _`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        checked_slug("a model's version", text, 32)?;
        Ok(Self(text.into()))
    }
}
text_newtype!(ModelVersion);

/// The name of an imported index: `klout`, `empire-avenue`, ….
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct IndexName(Box<str>);

impl IndexName {
    /// Checks the text.
    ///
    /// # Errors
    /// If it is no slug, or names one of our own indices.
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

/// A probability or share: a finite number from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Unit(f64);

impl Unit {
    /// Nothing.
    pub const ZERO: Self = Self(0.0);
    /// All.
    pub const ONE: Self = Self(1.0);

    /// Brings a number that may have been rounded past an end back inside;
    /// what is not a number becomes 0.
    pub fn clamped(value: f64) -> Self {
        if value.is_nan() {
            Self::ZERO
        } else {
            Self(value.clamp(0.0, 1.0))
        }
    }

    /// The number.
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

/// A 90 % interval on the scale of the score it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Interval {
    /// The end that rules test.
    pub lower: f64,
    /// The other end.
    pub upper: f64,
}

/// One index of a member: a number from 0 to 100 with its interval, or
/// `unknown`. No data is never a low number.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Index {
    /// There is no evidence.
    Unknown,
    /// There is some.
    Known {
        /// From 0 to 100.
        score: f64,
        /// 90 %, around it.
        #[serde(flatten)]
        interval: Interval,
        /// The share of members with a lower score, from 0 to 100, by the
        /// rank snapshot; absent where the snapshot knows nobody.
        percentile: Option<f64>,
        /// How much there is to go on: effective (decayed, trusted) reactors
        /// for influence, effective orders for value.
        evidence: f64,
    },
}

impl Index {
    /// The score, if there is one.
    pub fn score(&self) -> Option<f64> {
        match self {
            Self::Unknown => None,
            Self::Known { score, .. } => Some(*score),
        }
    }

    /// The interval, if there is one.
    pub fn interval(&self) -> Option<Interval> {
        match self {
            Self::Unknown => None,
            Self::Known { interval, .. } => Some(*interval),
        }
    }
}

/// A member on one topic.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct TopicScore {
    /// From 0 to 100, on the scale of influence.
    pub influence: f64,
    /// The probability of belonging to the top tenth on the topic.
    pub confidence: Unit,
    /// Effective reactors on the topic.
    pub evidence: f64,
    /// How much the member's own posts, purchases and declarations are about
    /// it: earns nothing, makes perks relevant.
    pub interest: Unit,
}

/// An index from somebody else's system.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImportedIndex {
    /// From 0 to 100.
    pub score: f64,
    /// Where it came from, in the importer's words.
    pub provenance: String,
    /// The time it speaks of.
    pub as_of: DateTime<Utc>,
}

/// Everything that was computed about a member at one time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// From social events.
    pub influence: Index,
    /// From purchases.
    pub value: Index,
    /// Topics on which there is evidence or interest.
    pub topics: BTreeMap<Topic, TopicScore>,
    /// The time to which everything was decayed.
    pub as_of: DateTime<Utc>,
    /// The model.
    pub model: ModelVersion,
    /// What was taken from the crowd.
    pub snapshot: SnapshotId,
}

impl Score {
    /// The score of somebody about whom nothing is known.
    pub fn unknown(as_of: DateTime<Utc>, model: ModelVersion, snapshot: SnapshotId) -> Self {
        Self {
            influence: Index::Unknown,
            value: Index::Unknown,
            topics: BTreeMap::new(),
            as_of,
            model,
            snapshot,
        }
    }
}

/// The score that was published last on one day.
#[derive(Debug, Clone, PartialEq)]
pub struct DayScore {
    /// Of its time, in UTC.
    pub day: NaiveDate,
    /// The time to which it was decayed.
    pub as_of: DateTime<Utc>,
    /// The model that computed it.
    pub model: ModelVersion,
    /// What was taken from the crowd.
    pub snapshot: SnapshotId,
    /// From social events.
    pub influence: Index,
    /// From purchases.
    pub value: Index,
}

/// Which days: both ends belong to it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DayRange {
    /// The first.
    pub from: Option<NaiveDate>,
    /// The last.
    pub to: Option<NaiveDate>,
}

/// A place on a leaderboard: where a page ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LeaderboardCursor {
    /// The influence there.
    pub influence: f64,
    /// Breaks ties.
    pub member: MemberId,
}
