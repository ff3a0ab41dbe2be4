//! How many members stand where: the distribution of the standings in a program.

use serde::{Deserialize, Serialize};

use super::standing::Standing;

/// The points of the scale, each counted by itself.
const POINTS: usize = 100;

/// Counts of members by their standing and by its lower end, one for each point of the
/// scale from 0 to 100.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandingCounts {
    unknown: u64,
    score: Vec<u64>,
    lower: Vec<u64>,
}

/// A part of the scale, with the members who stand there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StandingBin {
    /// The beginning of the part, which belongs to it.
    pub from: f64,
    /// The end of the part. It belongs to the next one, except for 100.
    pub to: f64,
    /// Members whose standing is there.
    pub score: u64,
    /// Members the lower end of whose standing is there.
    pub lower: u64,
}

impl Default for StandingCounts {
    fn default() -> Self {
        Self {
            unknown: 0,
            score: vec![0; POINTS],
            lower: vec![0; POINTS],
        }
    }
}

impl StandingCounts {
    /// Counts a member with this standing.
    pub fn add(&mut self, standing: &Standing) {
        let Some(score) = standing.score else {
            self.unknown += 1;
            return;
        };
        for (counts, at) in [(&mut self.score, score), (&mut self.lower, standing.lower)] {
            if let Some(count) = counts.get_mut((at.max(0.0) as usize).min(POINTS - 1)) {
                *count += 1;
            }
        }
    }

    /// Returns the members whose standing is unknown.
    pub fn unknown(&self) -> u64 {
        self.unknown
    }

    /// Returns all counted members.
    pub fn counted(&self) -> u64 {
        self.unknown + self.score.iter().sum::<u64>()
    }

    /// Returns the counts in this many parts of the scale, all of one width; `None` if that
    /// is no number of whole points.
    pub fn bins(&self, parts: usize) -> Option<Vec<StandingBin>> {
        let width = POINTS
            .checked_div(parts)
            .filter(|width| width * parts == POINTS)?;
        let parts = self.score.chunks(width).zip(self.lower.chunks(width));
        let bins = parts.enumerate().map(|(part, (score, lower))| StandingBin {
            from: (part * width) as f64,
            to: ((part + 1) * width) as f64,
            score: score.iter().sum(),
            lower: lower.iter().sum(),
        });
        Some(bins.collect())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn standing(score: f64, lower: f64) -> Standing {
        Standing {
            unknown: false,
            score: Some(score),
            lower,
            upper: 100.0,
        }
    }

    #[test]
    fn each_member_is_counted_once_where_they_stand() {
        let mut counts = StandingCounts::default();
        counts.add(&standing(0.0, 0.0));
        counts.add(&standing(9.99, 2.0));
        counts.add(&standing(10.0, 9.99));
        counts.add(&standing(100.0, 100.0));
        counts.add(&Standing {
            unknown: true,
            score: None,
            lower: 0.0,
            upper: 100.0,
        });
        assert_eq!((counts.counted(), counts.unknown()), (5, 1));
        let bins = counts.bins(10).unwrap();
        let scores: Vec<u64> = bins.iter().map(|bin| bin.score).collect();
        let lower: Vec<u64> = bins.iter().map(|bin| bin.lower).collect();
        assert_eq!(scores, [2, 1, 0, 0, 0, 0, 0, 0, 0, 1]);
        assert_eq!(lower, [3, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
        assert_eq!((bins[9].from, bins[9].to), (90.0, 100.0));
    }

    #[test]
    fn parts_have_whole_points() {
        let counts = StandingCounts::default();
        assert_eq!(counts.bins(100).unwrap().len(), 100);
        assert_eq!(counts.bins(1).unwrap().len(), 1);
        for parts in [0, 3, 101] {
            assert_eq!(counts.bins(parts), None);
        }
    }
}
