//! A distribution in at most a thousand and one numbers.

use serde::{Deserialize, Serialize};

/// The most numbers that are kept.
const KEPT: usize = 1001;

/// Scores at equally spaced ranks, ascending; all of them while they are few.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Quantiles(Vec<f64>);

impl Quantiles {
    /// Those of a population.
    pub(super) fn of(mut scores: Vec<f64>) -> Self {
        scores.sort_unstable_by(f64::total_cmp);
        if scores.len() > KEPT {
            let last = scores.len() - 1;
            scores = (0..KEPT).map(|i| scores[i * last / (KEPT - 1)]).collect();
        }
        Self(scores)
    }

    /// The share with a lower score, in percent; none if nobody is known.
    pub(super) fn percentile(&self, score: f64) -> Option<f64> {
        if self.0.is_empty() {
            return None;
        }
        let lower = self.0.partition_point(|other| *other < score);
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
