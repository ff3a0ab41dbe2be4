//! Whether the scores are any good: measured against what came afterwards,
//! against baselines, and against attackers. Pure, and reproducible from a seed.
//!
//! | file | asks |
//! |---|---|
//! | `ranking`, `baselines` | do the first earn most afterwards, and would something simpler do? |
//! | `calibration` | does a confidence come true as often as it says? |
//! | `coverage` | do intervals contain what they say? |
//! | `stability` | how far does everybody move under another model? |
//! | `attacks` | what does gaming gain? |
//! | `measures`, `truth`, `sample` | the means |

mod attacks;
mod baselines;
mod calibration;
mod coverage;
mod measures;
mod ranking;
mod sample;
mod stability;
#[cfg(test)]
mod tests;
mod truth;

pub use attacks::{AttackTarget, Attacked, attacks, rows as attack_rows};
pub use calibration::{calibration, plot};
pub use coverage::{Coverage, coverage};
pub use measures::{Bin, Calibration};
pub use ranking::{Ranked, Ranking, ranking};
pub use sample::{TownSample, Townsfolk};
pub use stability::{Moved, Stability, stability};
pub use truth::{Row, Truth};

/// The mean; none of nothing.
fn mean(numbers: impl Iterator<Item = f64>) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0u32);
    for number in numbers {
        sum += number;
        count += 1;
    }
    (count > 0).then(|| sum / f64::from(count))
}
