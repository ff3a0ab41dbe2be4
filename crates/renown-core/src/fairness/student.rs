//! How wide an interval has to be that rests on few observations.

use std::f64::consts::FRAC_PI_2;

/// Beyond this lies 2.5 % of the normal distribution.
pub(super) const NORMAL: f64 = 1.959_963_984_540_054;
/// What lies outside of a 95 % interval.
const OUTSIDE: f64 = 0.05;

/// The half-width, in standard errors, of a 95 % interval with so many degrees
/// of freedom, which need not be whole: a quantile of Student's t (Hill,
/// *Algorithm 396*, Communications of the ACM 13(10), 1970). At least 1.
pub(super) fn quantile(freedom: f64) -> f64 {
    let n = freedom.max(1.0);
    if n < 1.0 + 1e-9 {
        let angle = OUTSIDE * FRAC_PI_2;
        return angle.cos() / angle.sin();
    }
    if (n - 2.0).abs() < 1e-9 {
        return (2.0 / (OUTSIDE * (2.0 - OUTSIDE)) - 2.0).sqrt();
    }
    if !n.is_finite() {
        return NORMAL;
    }
    let a = 1.0 / (n - 0.5);
    let b = 48.0 / (a * a);
    let c = ((20_700.0 * a / b - 98.0) * a - 16.0) * a + 96.36;
    let d = ((94.5 / (b + c) - 3.0) / b + 1.0) * (a * FRAC_PI_2).sqrt() * n;
    let y = (d * OUTSIDE).powf(2.0 / n);
    let y = match y > 0.05 + a {
        true => by_normal(n, a, b, c, d),
        false => {
            let tail = ((n + 6.0) / (n * y) - 0.089 * d - 0.822) * (n + 2.0) * 3.0;
            ((1.0 / tail + 0.5 / (n + 4.0)) * y - 1.0) * (n + 1.0) / (n + 2.0) + 1.0 / y
        }
    };
    (n * y).sqrt()
}

/// The expansion about the normal distribution.
fn by_normal(n: f64, a: f64, b: f64, c: f64, d: f64) -> f64 {
    let x = -NORMAL;
    let square = x * x;
    let c = match n < 5.0 {
        true => c + 0.3 * (n - 4.5) * (x + 0.6),
        false => c,
    };
    let c = (((0.05 * d * x - 5.0) * x - 7.0) * x - 2.0) * x + b + c;
    let y = (((((0.4 * square + 6.3) * square + 36.0) * square + 94.5) / c - square - 3.0) / b
        + 1.0)
        * x;
    (a * y * y).exp_m1()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table that every textbook has.
    #[test]
    fn the_quantiles_are_those_of_the_tables() {
        for (freedom, expected) in [
            (1.0, 12.7062),
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
            assert!(pair[1] <= pair[0] + 2e-3, "{pair:?}");
        }
    }
}
