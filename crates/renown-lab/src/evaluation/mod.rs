//! Evaluation of the scores: against later results, against baselines and
//! against attackers. The functions are pure, and their results follow from a
//! seed.
//!
//! | file | question |
//! |---|---|
//! | `ranking` | do the members with the highest scores earn most afterwards? |
//! | `baselines` | would a simpler method do as well? |
//! | `calibration` | do confidences come true as often as they state? |
//! | `backtest` | what did a log's first part say about its last part? |
//! | `log_split` | the last part of a log, against which the first can be judged |
//! | `coverage` | do intervals contain the score as often as they should? |
//! | `ablation` | what does each part of the method contribute? |
//! | `stability` | how far do members move under another model? |
//! | `attacks` | how much does gaming gain? |
//! | `platt` | how could confidences be corrected? |
//! | `measures`, `truth`, `sample` | shared measures and data |

mod ablation;
mod attacks;
mod backtest;
mod baselines;
mod calibration;
mod coverage;
mod log_split;
mod measures;
mod platt;
mod ranking;
mod sample;
mod stability;
#[cfg(test)]
mod tests;
mod truth;

pub use ablation::{Ablated, ablation, ablation_rows};
pub use attacks::{AttackTarget, Attacked, Measured, attacks, rows as attack_rows};
pub use backtest::{Backtest, BacktestVerdict, Foresight};
pub use calibration::{calibration, plot};
pub use coverage::{Coverage, coverage};
pub use log_split::LogSplit;
pub use measures::{Bin, Calibration};
pub use ranking::{Ranked, Ranking, ranking};
pub use sample::{TownSample, Townsfolk};
pub use stability::{Stability, stability};
pub use truth::{Row, Truth};

/// Returns the mean; `None` without numbers.
fn mean(numbers: impl Iterator<Item = f64>) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0u32);
    for number in numbers {
        sum += number;
        count += 1;
    }
    (count > 0).then(|| sum / f64::from(count))
}
