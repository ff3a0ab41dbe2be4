//! A distribution, stored as at most 1,001 numbers.

use serde::{Deserialize, Serialize};

/// Scores that differ by less, in points, are equal: sums in another order differ by as
/// much, and must not change a place.
pub(super) const ROUNDING: f64 = 1e-6;

/// The maximum of stored numbers.
const KEPT: usize = 1001;

/// Scores at equally spaced ranks, ascending; all scores if there are at most
/// `KEPT`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Quantiles(Vec<f64>);

impl Quantiles {
    /// Returns the quantiles of all scores of a population.
    pub(super) fn of(mut scores: Vec<f64>) -> Self {
        scores.sort_unstable_by(f64::total_cmp);
        if scores.len() > KEPT {
            let last = scores.len() - 1;
            scores = (0..KEPT).map(|i| scores[i * last / (KEPT - 1)]).collect();
        }
        Self(scores)
    }

    /// Returns the share of higher scores, from 0 to 1; 0 if there are none.
    pub(super) fn share_above(&self, score: f64) -> f64 {
        let above = self.0.len() - self.0.partition_point(|other| *other <= score + ROUNDING);
        above as f64 / self.0.len().max(1) as f64
    }

    /// Returns the share of lower scores, in percent; `None` if there are no
    /// scores.
    pub(super) fn percentile(&self, score: f64) -> Option<f64> {
        if self.0.is_empty() {
            return None;
        }
        let lower = self.0.partition_point(|other| *other < score - ROUNDING);
        Some(100.0 * lower as f64 / self.0.len() as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_the_share_that_is_lower() {
        let few = Quantiles::of(vec![30.0, 10.0, 20.0, 40.0]);
        assert_eq!(few.percentile(10.0), Some(0.0));
        assert_eq!(few.percentile(25.0), Some(50.0));
        assert_eq!(few.percentile(99.0), Some(100.0));
        assert_eq!(Quantiles::of(Vec::new()).percentile(1.0), None);
    }

    #[test]
    fn many_are_thinned_out_evenly() {
        let many = Quantiles::of((0..100_000).map(f64::from).collect());
        let percentile = many.percentile(25_000.0).unwrap();
        assert!((percentile - 25.0).abs() < 0.2, "{percentile}");
    }
}
