//! Width of intervals that rest on few observations.

use statrs::distribution::{ContinuousCDF, StudentsT};

/// The point above which 2.5 % of the normal distribution lies.
pub(super) const NORMAL: f64 = 1.959_963_984_540_054;
/// The degrees of freedom above which the expansion is more exact: statrs 0.19
/// is off by up to 2e-5 there, and by less than 2e-12 below.
const MANY: f64 = 10_000.0;

/// Returns the half-width, in standard errors, of a 95 % interval: a quantile
/// of Student's t. The degrees of freedom need not be whole. The result is at
/// least that of the normal distribution.
pub(super) fn quantile(freedom: f64) -> f64 {
    let freedom = freedom.max(1.0);
    match StudentsT::new(0.0, 1.0, freedom) {
        Ok(distribution) if freedom <= MANY => distribution.inverse_cdf(0.975),
        _ => about_normal(freedom),
    }
}

/// Returns the quantile by the expansion about the normal distribution (Fisher
/// and Cornish, *The Percentile Points of Distributions Having Known
/// Cumulants*, Technometrics 2(2), 1960), to the second order.
fn about_normal(freedom: f64) -> f64 {
    let z = NORMAL;
    let first = (z.powi(3) + z) / (4.0 * freedom);
    let second = (5.0 * z.powi(5) + 16.0 * z.powi(3) + 3.0 * z) / (96.0 * freedom * freedom);
    z + first + second
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values from the usual table in textbooks.
    #[test]
    fn the_quantiles_are_those_of_the_tables() {
        for (freedom, expected) in [
            (1.0, 12.7062),
            (1.5, 6.0167),
            (2.0, 4.3027),
            (3.0, 3.1824),
            (4.0, 2.7764),
            (5.0, 2.5706),
            (7.0, 2.3646),
            (10.0, 2.2281),
            (20.0, 2.0860),
            (29.0, 2.0452),
            (60.0, 2.0003),
            (120.0, 1.9799),
            (1e6, 1.9600),
            (f64::INFINITY, 1.9600),
        ] {
            let found = quantile(freedom);
            assert!((found - expected).abs() < 5e-4, "{freedom}: {found}");
        }
    }

    #[test]
    fn more_freedom_is_never_wider() {
        let widths: Vec<f64> = (10..2_000).map(|n| quantile(f64::from(n) / 10.0)).collect();
        for pair in widths.windows(2) {
            assert!(pair[1] <= pair[0], "{pair:?}");
        }
    }

    #[test]
    fn the_expansion_goes_on_where_the_library_ends() {
        assert!((quantile(MANY) - about_normal(MANY)).abs() < 1e-10);
        // To 30 digits: 1.959966356814107035…
        assert!((quantile(1e6) - 1.959_966_356_814_107).abs() < 1e-12);
    }
}
