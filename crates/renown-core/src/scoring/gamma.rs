//! The gamma distribution: what counts of independent things are judged by.

/// ln Γ(x) for x > 0 (Lanczos, g = 7, n = 9; relative error below 1e-14).
fn ln_gamma(x: f64) -> f64 {
    const C: [f64; 9] = [
        0.999_999_999_999_809_9,
        676.520_368_121_885_1,
        -1_259.139_216_722_402_8,
        771.323_428_777_653_1,
        -176.615_029_162_140_6,
        12.507_343_278_686_905,
        -0.138_571_095_265_720_12,
        9.984_369_578_019_572e-6,
        1.505_632_735_149_311_6e-7,
    ];
    if x < 0.5 {
        // Reflection.
        let pi = std::f64::consts::PI;
        return (pi / (pi * x).sin()).ln() - ln_gamma(1.0 - x);
    }
    let x = x - 1.0;
    let t = x + 7.5;
    let series: f64 = C[0]
        + (1u32..)
            .zip(&C[1..])
            .map(|(i, c)| c / (x + f64::from(i)))
            .sum::<f64>();
    0.5 * (2.0 * std::f64::consts::PI).ln() + (x + 0.5) * t.ln() - t + series.ln()
}

/// P(X > x) for X ~ Gamma(shape, 1): the regularised upper incomplete gamma
/// function Q, by series below the mode and by Lentz's continued fraction above
/// (Press et al., *Numerical Recipes*, §6.2). Rises with the shape.
pub(super) fn upper_tail(shape: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 1.0;
    }
    if shape <= 0.0 {
        return 0.0;
    }
    let front = (shape * x.ln() - x - ln_gamma(shape)).exp();
    let tail = if x < shape + 1.0 {
        1.0 - front * lower_series(shape, x)
    } else {
        front * upper_fraction(shape, x)
    };
    tail.clamp(0.0, 1.0)
}

/// Enough rounds for shapes up to millions; convergence ends them sooner.
const ROUNDS: u32 = 10_000;

fn lower_series(shape: f64, x: f64) -> f64 {
    let (mut term, mut sum) = (1.0 / shape, 1.0 / shape);
    for n in 1..ROUNDS {
        term *= x / (shape + f64::from(n));
        sum += term;
        if term < sum * 1e-15 {
            break;
        }
    }
    sum
}

fn upper_fraction(shape: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let mut b = x + 1.0 - shape;
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / b;
    let mut h = d;
    for i in 1..ROUNDS {
        let i = f64::from(i);
        let a = -i * (i - shape);
        b += 2.0;
        d = 1.0 / non_zero(a * d + b, TINY);
        c = non_zero(b + a / c, TINY);
        let step = d * c;
        h *= step;
        if (step - 1.0).abs() < 1e-15 {
            break;
        }
    }
    h
}

fn non_zero(x: f64, tiny: f64) -> f64 {
    if x.abs() < tiny { tiny } else { x }
}

/// 95th percentile of the standard normal distribution.
const Z95: f64 = 1.644_853_626_951_472_2;

/// The q-quantile of Gamma(shape, 1), for z the same quantile of the normal
/// distribution: Wilson and Hilferty, *The Distribution of Chi-Square*, 1931.
fn quantile(shape: f64, z: f64) -> f64 {
    if shape <= 0.0 {
        return 0.0;
    }
    let root = 1.0 - 1.0 / (9.0 * shape) + z / (3.0 * shape.sqrt());
    shape * root.max(0.0).powi(3)
}

/// What a rate of which n things were seen is at least, as a share of n: 5 %
/// are lower (the exact interval of a Poisson rate, Garwood 1936). From 0 at
/// n = 0, rising towards 1.
pub(super) fn lower_share(n: f64) -> f64 {
    if n <= 0.0 {
        return 0.0;
    }
    (quantile(n, -Z95) / n).clamp(0.0, 1.0)
}

/// What such a rate is at most, in things: 5 % are higher. About 3 at n = 0.
pub(super) fn upper_count(n: f64) -> f64 {
    quantile(n.max(0.0) + 1.0, Z95).max(n)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn agrees_with_tables() {
        // P(X > x) of Poisson sums: Q(1, x) = e^-x; Q(2, x) = e^-x (1 + x).
        for x in [0.01, 0.5, 1.0, 3.0, 20.0] {
            assert!((upper_tail(1.0, x) - (-x).exp()).abs() < 1e-12);
            assert!((upper_tail(2.0, x) - (-x).exp() * (1.0 + x)).abs() < 1e-12);
        }
        // Q(1/2, x) = erfc(√x); erfc(1) = 0.157299207…
        assert!((upper_tail(0.5, 1.0) - 0.157_299_207_050_285).abs() < 1e-12);
        // Garwood's 90 % interval for 10: 5.425 … 16.962.
        assert!((10.0 * lower_share(10.0) - 5.425).abs() < 0.01);
        assert!((upper_count(10.0) - 16.962).abs() < 0.01);
        assert!((upper_count(0.0) - 2.996).abs() < 0.05);
    }

    proptest! {
        #[test]
        fn rises_with_the_shape(shape in 0.001..300.0, more in 0.0..10.0, x in 0.0..300.0) {
            prop_assert!(upper_tail(shape, x) <= upper_tail(shape + more, x) + 1e-12);
        }

        #[test]
        fn the_interval_contains_what_was_seen(n in 0.0..1e5, more in 0.0..10.0) {
            prop_assert!(lower_share(n) <= 1.0 && upper_count(n) >= n);
            prop_assert!(lower_share(n) <= lower_share(n + more) + 1e-12);
        }
    }
}
