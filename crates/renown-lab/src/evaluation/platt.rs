//! Fits a correction of probabilities to outcomes.

use renown_core::scoring::Correction;

/// The pairs from which a correction is fitted.
const LEAST_PAIRS: usize = 1_000;
/// Pairs that are added in thought, whose outcome is what the fixed map says: the correction
/// is drawn towards changing nothing.
const PSEUDO_PAIRS: f64 = 300.0;
/// Newton's method converges in a few steps.
const STEPS: usize = 50;

/// Fits σ(intercept + slope · log odds) to outcomes by maximum likelihood (Platt scaling).
/// `pairs` are log odds and whether they came true. The pseudo-pairs have the same log odds as
/// the pairs. `None` with fewer than a thousand pairs, or if the slope would be negative.
pub(super) fn correction(pairs: &[(f64, bool)]) -> Option<Correction> {
    if pairs.len() < LEAST_PAIRS {
        return None;
    }
    let pseudo = PSEUDO_PAIRS / pairs.len() as f64;
    let (mut intercept, mut slope) = (0.0, 1.0);
    for _ in 0..STEPS {
        // The gradient of the log likelihood, and its curvature.
        let (mut g0, mut g1) = (0.0, 0.0);
        let (mut h00, mut h01, mut h11) = (0.0, 0.0, 0.0);
        for (x, came_true) in pairs {
            let said = logistic(intercept + slope * x);
            let outcome = f64::from(u8::from(*came_true));
            let left = outcome - said + pseudo * (logistic(*x) - said);
            let curve = (1.0 + pseudo) * said * (1.0 - said);
            g0 += left;
            g1 += left * x;
            h00 += curve;
            h01 += curve * x;
            h11 += curve * x * x;
        }
        let determinant = h00 * h11 - h01 * h01;
        if determinant <= f64::EPSILON * h00 * h11 {
            return None;
        }
        let step = (
            (h11 * g0 - h01 * g1) / determinant,
            (h00 * g1 - h01 * g0) / determinant,
        );
        intercept += step.0;
        slope += step.1;
        if step.0.abs().max(step.1.abs()) < 1e-9 {
            return Correction::new(intercept, slope).ok();
        }
    }
    None
}

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::*;

    /// Returns pairs that come true with a probability of σ(intercept + slope · log odds).
    fn pairs(count: usize, intercept: f64, slope: f64) -> Vec<(f64, bool)> {
        let mut dice = ChaCha8Rng::seed_from_u64(1);
        let pair = |_| {
            let x = -4.0 + 6.0 * dice.random::<f64>();
            (x, dice.random::<f64>() < logistic(intercept + slope * x))
        };
        (0..count).map(pair).collect()
    }

    #[test]
    fn what_is_right_stays_nearly_as_it_is() {
        let found = correction(&pairs(20_000, 0.0, 1.0)).unwrap();
        assert!(found.intercept().abs() < 0.1, "{found:?}");
        assert!((found.slope() - 1.0).abs() < 0.1, "{found:?}");
    }

    #[test]
    fn what_is_too_modest_is_raised_and_less_so_with_fewer_pairs() {
        let many = correction(&pairs(50_000, 1.0, 1.0)).unwrap();
        let few = correction(&pairs(1_000, 1.0, 1.0)).unwrap();
        assert!((many.intercept() - 1.0).abs() < 0.1, "{many:?}");
        assert!(few.intercept() > 0.3 && few.intercept() < 0.9, "{few:?}");
    }

    #[test]
    fn few_pairs_and_a_turned_order_give_none() {
        assert_eq!(correction(&pairs(999, 1.0, 1.0)), None);
        assert_eq!(correction(&pairs(20_000, 0.0, -1.0)), None);
        // All alike: nothing can be fitted.
        assert_eq!(correction(&vec![(0.5, true); 2_000]), None);
    }
}
