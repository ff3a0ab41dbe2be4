//! The standing: a weighted mean of the indices with its interval, with weights from the
//! program.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};
use utoipa::ToSchema;

use crate::domain::{ImportedIndex, Index, IndexName, Invalid, Score};

/// An index that a program may weigh or test.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum IndexRef {
    /// The influence index, computed from social events.
    Influence,
    /// The value index, computed from purchases.
    Value,
    /// An index that was imported from another system.
    Imported(IndexName),
}

impl IndexRef {
    /// Parses the name of an index as it is written in programs.
    ///
    /// # Errors
    /// If the name is no slug, or is `standing`, which is no index.
    pub fn parse(name: &str) -> Result<Self, Invalid> {
        match name {
            "influence" => Ok(Self::Influence),
            "value" => Ok(Self::Value),
            other => IndexName::parse(other).map(Self::Imported),
        }
    }

    /// Returns the name as it is written in programs.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Influence => "influence",
            Self::Value => "value",
            Self::Imported(name) => name.as_str(),
        }
    }
}

impl Serialize for IndexRef {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// The known values of an index, from 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Reading {
    pub score: f64,
    pub lower: f64,
    pub upper: f64,
    pub percentile: Option<f64>,
}

impl Reading {
    /// Creates a reading without an interval.
    pub(super) fn exactly(score: f64) -> Self {
        Self {
            score,
            lower: score,
            upper: score,
            percentile: None,
        }
    }

    /// Returns a member's reading of an index; `None` if it is unknown.
    pub(super) fn of(
        index: &IndexRef,
        score: &Score,
        imported: &BTreeMap<IndexName, ImportedIndex>,
    ) -> Option<Self> {
        match index {
            IndexRef::Influence => Self::of_index(&score.influence),
            IndexRef::Value => Self::of_index(&score.value),
            IndexRef::Imported(name) => imported.get(name).map(Self::of_imported),
        }
    }

    fn of_index(index: &Index) -> Option<Self> {
        match *index {
            Index::Unknown => None,
            Index::Known {
                score,
                interval,
                percentile,
                ..
            } => Some(Self {
                score,
                lower: interval.lower,
                upper: interval.upper,
                percentile,
            }),
        }
    }

    /// An imported index has no interval and counts as exact.
    fn of_imported(index: &ImportedIndex) -> Self {
        Self::exactly(index.score)
    }
}

/// The share of one index in a standing.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Share {
    /// The slot of the index in the program's table of indices.
    pub slot: usize,
    /// The share of the sum of all weights: above 0, at most 1.
    pub share: f64,
}

/// Blends readings to the weighted mean of the scores and of the bounds. An unknown
/// index counts with a score of 0 and its prior interval, 0 to 100: it widens the
/// interval and adds no points. `None` only if every index is unknown.
pub(super) fn blend(shares: &[Share], readings: &[Option<Reading>]) -> Option<Reading> {
    let mut blended = Reading::exactly(0.0);
    let mut known = false;
    for part in shares {
        let reading = readings.get(part.slot).copied().flatten();
        known |= reading.is_some();
        let reading = reading.unwrap_or(Reading {
            upper: 100.0,
            ..Reading::exactly(0.0)
        });
        blended.score += part.share * reading.score;
        blended.lower += part.share * reading.lower;
        blended.upper += part.share * reading.upper;
    }
    known.then(|| Reading {
        score: tidy(blended.score),
        lower: tidy(blended.lower),
        upper: tidy(blended.upper),
        percentile: None,
    })
}

/// Rounds a weighted sum to 9 decimal digits. This removes the noise of binary fractions,
/// so that a standing of exactly 45 passes a test for 45.
fn tidy(number: f64) -> f64 {
    (number * 1e9).round() / 1e9
}

/// A member's standing in a program, from 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct Standing {
    /// True if all indices that the program weighs are unknown. An unknown standing is
    /// not a low standing.
    pub unknown: bool,
    /// The weighted mean of the indices, from 0 to 100; absent if unknown.
    pub score: Option<f64>,
    /// The lower end of the 90 % interval, from 0 to 100; 0 if unknown. Rules should
    /// test this number.
    pub lower: f64,
    /// The upper end of the 90 % interval, from 0 to 100; 100 if unknown.
    pub upper: f64,
}

impl Standing {
    pub(super) fn new(reading: Option<Reading>) -> Self {
        Self {
            unknown: reading.is_none(),
            score: reading.map(|r| r.score),
            lower: reading.map_or(0.0, |r| r.lower),
            upper: reading.map_or(100.0, |r| r.upper),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shares(weights: &[f64]) -> Vec<Share> {
        let with_slot = |(slot, &share)| Share { slot, share };
        weights.iter().enumerate().map(with_slot).collect()
    }

    #[test]
    fn a_standing_is_the_weighted_mean_with_its_bounds() {
        let influence = Reading {
            lower: 40.0,
            upper: 60.0,
            ..Reading::exactly(50.0)
        };
        let readings = [Some(influence), Some(Reading::exactly(25.0))];
        let standing = Standing::new(blend(&shares(&[0.6, 0.4]), &readings));
        assert_eq!(
            (standing.score, standing.lower, standing.upper),
            (Some(40.0), 34.0, 46.0)
        );
    }

    #[test]
    fn an_unknown_index_widens_the_interval_and_lends_no_points() {
        let readings = [Some(Reading::exactly(50.0)), None];
        let standing = Standing::new(blend(&shares(&[0.6, 0.4]), &readings));
        assert_eq!(
            (standing.score, standing.lower, standing.upper),
            (Some(30.0), 30.0, 70.0)
        );
        assert!(!standing.unknown);
    }

    #[test]
    fn a_standing_is_unknown_only_if_everything_is() {
        let standing = Standing::new(blend(&shares(&[0.6, 0.4]), &[None, None]));
        assert!(standing.unknown);
        assert_eq!(
            (standing.score, standing.lower, standing.upper),
            (None, 0.0, 100.0)
        );
    }
}
