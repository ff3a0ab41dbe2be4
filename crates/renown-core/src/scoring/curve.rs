//! The frozen map from a sum of parts to a score from 0 to 100.

use serde::Deserialize;

use crate::domain::Invalid;

/// Straight lines from (0, 0) through the anchors; beyond the last anchor, an
/// exponential approach to 100 that starts with the same slope. Increasing, so
/// that more evidence never means fewer points.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "Vec<[f64; 2]>")]
pub(super) struct Curve(Vec<[f64; 2]>);

impl TryFrom<Vec<[f64; 2]>> for Curve {
    type Error = Invalid;
    fn try_from(anchors: Vec<[f64; 2]>) -> Result<Self, Invalid> {
        let mut points = vec![[0.0, 0.0]];
        points.extend(anchors);
        let rising = points
            .windows(2)
            .all(|w| w[0][0] < w[1][0] && w[0][1] < w[1][1] && w[1][0].is_finite());
        let top = points[points.len() - 1][1];
        if points.len() < 2 || !rising || top >= 100.0 {
            return Err(Invalid::new(
                "anchors must be pairs [sum, score], both rising, scores above 0 and below 100",
            ));
        }
        Ok(Self(points))
    }
}

impl Curve {
    /// Returns the score of a sum, from 0 to 100.
    pub(super) fn score(&self, sum: f64) -> f64 {
        let sum = sum.max(0.0);
        let next = self.0.partition_point(|point| point[0] <= sum);
        if next < self.0.len() {
            let ([x0, y0], [x1, y1]) = (self.0[next - 1], self.0[next]);
            return y0 + (y1 - y0) * (sum - x0) / (x1 - x0);
        }
        let ([x0, y0], [x1, y1]) = (self.0[next - 2], self.0[next - 1]);
        let (slope, room) = ((y1 - y0) / (x1 - x0), 100.0 - y1);
        100.0 - room * (-(sum - x1) * slope / room).exp()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn curve() -> Curve {
        Curve::try_from(vec![[1.0, 20.0], [3.0, 45.0], [7.0, 75.0]]).unwrap()
    }

    #[test]
    fn passes_through_its_anchors_and_stays_within_the_scale() {
        for (sum, score) in [
            (0.0, 0.0),
            (1.0, 20.0),
            (2.0, 32.5),
            (3.0, 45.0),
            (7.0, 75.0),
        ] {
            assert!((curve().score(sum) - score).abs() < 1e-12);
        }
        assert!(curve().score(1e9) <= 100.0);
    }

    #[test]
    fn anchors_that_do_not_rise_are_refused() {
        assert!(Curve::try_from(vec![]).is_err());
        assert!(Curve::try_from(vec![[1.0, 20.0], [1.0, 30.0]]).is_err());
        assert!(Curve::try_from(vec![[1.0, 20.0], [2.0, 10.0]]).is_err());
        assert!(Curve::try_from(vec![[1.0, 100.0]]).is_err());
    }

    proptest! {
        #[test]
        fn never_falls(a in 0.0..30.0, b in 0.0..30.0) {
            let (low, high) = if a < b { (a, b) } else { (b, a) };
            prop_assert!(curve().score(low) <= curve().score(high));
        }
    }
}
