//! The effect of an offer: members that were offered a perk, compared with the
//! control group.
//!
//! A difference of means comes with Welch's interval (*The Generalization of
//! 'Student's' Problem*, Biometrika 1947), which needs no equal variances. A
//! difference of shares comes with Newcombe's interval, made of Wilson's
//! (*Interval Estimation for the Difference Between Independent Proportions*,
//! Statistics in Medicine 1998, method 10). A ratio comes with the delta method
//! on its logarithm (Deng, Knoblich, Lu, *Applying the Delta Method in Metric
//! Analytics*, KDD 2018). All are 95 % intervals. Every member of an arm
//! counts, whether or not the member used the offer, because the comparison is
//! about offering.

use serde::Serialize;
use utoipa::ToSchema;

use super::impact::FEWEST;
use super::student;

/// The value that the chi-square distribution with one degree of freedom
/// exceeds with probability 0.001.
const ONE_IN_A_THOUSAND: f64 = 10.828;
/// The minimum number expected in each arm for a split to be judged.
const FEWEST_EXPECTED: f64 = 5.0;
/// The minimum number of members in each arm for a conclusion from its mean,
/// and of members above 0 among them. Both were found by trials without a
/// planted effect: see the tests.
const FEWEST_OF_MEANS: u64 = 300;
const FEWEST_ABOVE_ZERO: u64 = 100;

/// A measure over the members of one arm: their number, mean and spread. They
/// are updated one by one (Welford 1962), so that large sums lose no precision.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Sample {
    members: u64,
    mean: f64,
    squares: f64,
    above_zero: u64,
}

/// An estimate with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct Estimate {
    /// The estimated value.
    pub estimate: f64,
    /// The lower bound of the 95 % interval.
    pub lower: f64,
    /// The upper bound of the 95 % interval.
    pub upper: f64,
}

/// The conclusion about one measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Conclusion {
    /// The measure is higher where the perk is offered: the whole interval is
    /// above 0.
    Higher,
    /// The measure is lower where the perk is offered: the whole interval is
    /// below 0.
    Lower,
    /// The interval includes 0: the difference may be chance.
    Inconclusive,
    /// Too few members for a reliable interval. A share needs 30 members in
    /// each arm. A mean needs 300 members in each arm, of whom 100 have more
    /// than 0.
    TooFew,
}

/// The effect of offering a perk on one measure.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct Lift {
    /// The mean of the members that are offered the perk, minus that of the
    /// control group. Null with too few members: a mean needs two in each arm,
    /// a share one.
    pub difference: Option<Estimate>,
    /// The first mean divided by the second: 1.2 is a fifth more. Null if
    /// either is 0.
    pub ratio: Option<Estimate>,
    /// The conclusion.
    pub conclusion: Conclusion,
}

/// Whether the two arms have the sizes that the experiment planned.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct Split {
    /// Members that are expected in the control group.
    pub expected_held_back: f64,
    /// Pearson's chi-square statistic, with one degree of freedom; null if
    /// fewer than 5 members are expected in an arm.
    pub chi_square: Option<f64>,
    /// True if chance makes such a split in fewer than 1 of 1,000 cases.
    /// Something else then decides who is in an arm, and the comparison is not
    /// reliable.
    pub mismatch: bool,
}

impl Sample {
    /// Adds one member's value.
    pub fn add(&mut self, number: f64) {
        self.members += 1;
        let before = number - self.mean;
        self.mean += before / self.members as f64;
        self.squares += before * (number - self.mean);
        self.above_zero += u64::from(number > 0.0);
    }

    /// Returns the number of members.
    pub fn members(&self) -> u64 {
        self.members
    }

    /// Returns the mean; `None` without members.
    pub fn mean(&self) -> Option<f64> {
        (self.members > 0).then_some(self.mean)
    }

    /// Returns the number of members above 0.
    pub fn above_zero(&self) -> u64 {
        self.above_zero
    }

    /// Returns the squared standard error of the mean; `None` with fewer than
    /// two members.
    fn error(&self) -> Option<f64> {
        let n = self.members as f64;
        (self.members > 1).then(|| self.squares / (n - 1.0) / n)
    }
}

impl Lift {
    /// Compares means: money, orders, reactions.
    pub fn of_means(offered: &Sample, held_back: &Sample) -> Self {
        let members = [offered, held_back].map(|arm| arm.members as f64);
        let means = [offered.mean, held_back.mean];
        let errors = offered.error().zip(held_back.error());
        let difference = errors.map(|(a, b)| {
            let width = half_width([a, b], members);
            around(means[0] - means[1], width)
        });
        let ratio = errors
            .filter(|_| means.iter().all(|mean| *mean > 0.0))
            .map(|(a, b)| {
                let relative = [a / means[0].powi(2), b / means[1].powi(2)];
                exponential(means[0] / means[1], half_width(relative, members))
            });
        Self::concluded(
            difference,
            ratio,
            [offered, held_back].iter().all(is_enough),
        )
    }

    /// Compares the shares of members above 0.
    pub fn of_shares(offered: &Sample, held_back: &Sample) -> Self {
        let arms = [offered, held_back];
        let members = arms.map(|arm| arm.members);
        if members.contains(&0) {
            return Self::concluded(None, None, false);
        }
        let shares = arms.map(|arm| arm.above_zero as f64 / arm.members as f64);
        let [a, b] = [0, 1].map(|arm| wilson(shares[arm], members[arm] as f64));
        let estimate = shares[0] - shares[1];
        let root = |x: f64, y: f64| x.hypot(y);
        let difference = Estimate {
            estimate,
            lower: estimate - root(shares[0] - a.0, b.1 - shares[1]),
            upper: estimate + root(a.1 - shares[0], shares[1] - b.0),
        };
        let ratio = arms.iter().all(|arm| arm.above_zero > 0).then(|| {
            let relative = [0, 1].map(|arm| (1.0 - shares[arm]) / arms[arm].above_zero as f64);
            let width = student::NORMAL * relative.iter().sum::<f64>().sqrt();
            exponential(shares[0] / shares[1], width)
        });
        let enough = members.iter().all(|members| *members >= FEWEST);
        Self::concluded(Some(difference), ratio, enough)
    }

    fn concluded(difference: Option<Estimate>, ratio: Option<Estimate>, enough: bool) -> Self {
        let conclusion = match difference {
            _ if !enough => Conclusion::TooFew,
            Some(difference) if difference.lower > 0.0 => Conclusion::Higher,
            Some(difference) if difference.upper < 0.0 => Conclusion::Lower,
            _ => Conclusion::Inconclusive,
        };
        Self {
            difference,
            ratio,
            conclusion,
        }
    }
}

impl Split {
    /// Compares the sizes of the arms with the planned share of the control
    /// group (Fabijan et al., *Diagnosing Sample Ratio Mismatch in Online
    /// Controlled Experiments*, KDD 2019).
    pub fn of(offered: u64, held_back: u64, share: f64) -> Self {
        let all = (offered + held_back) as f64;
        let expected = [all * (1.0 - share), all * share];
        let enough = expected.iter().all(|n| *n >= FEWEST_EXPECTED);
        let chi_square = enough.then(|| {
            let found = [offered as f64, held_back as f64];
            let off = |arm: usize| (found[arm] - expected[arm]).powi(2) / expected[arm];
            off(0) + off(1)
        });
        Self {
            expected_held_back: expected[1],
            chi_square,
            mismatch: chi_square.is_some_and(|found| found > ONE_IN_A_THOUSAND),
        }
    }
}

/// Returns whether an arm is large enough for a conclusion from its mean.
/// Spending is skewed: a small arm that by chance has no big spender has a low
/// mean and a narrow interval, and any offer would seem to work.
fn is_enough(arm: &&Sample) -> bool {
    arm.members >= FEWEST_OF_MEANS && arm.above_zero >= FEWEST_ABOVE_ZERO
}

/// Returns half of the interval of a sum of two independent errors, with the
/// degrees of freedom of Welch and Satterthwaite.
fn half_width(errors: [f64; 2], members: [f64; 2]) -> f64 {
    let sum = errors[0] + errors[1];
    if sum <= 0.0 {
        return 0.0;
    }
    let part = |arm: usize| errors[arm].powi(2) / (members[arm] - 1.0);
    let freedom = sum.powi(2) / (part(0) + part(1));
    student::quantile(freedom) * sum.sqrt()
}

/// Returns Wilson's interval of a share.
fn wilson(share: f64, n: f64) -> (f64, f64) {
    let z2 = student::NORMAL.powi(2);
    let middle = share + z2 / (2.0 * n);
    let width = student::NORMAL * (share * (1.0 - share) / n + z2 / (4.0 * n * n)).sqrt();
    let whole = 1.0 + z2 / n;
    ((middle - width) / whole, (middle + width) / whole)
}

fn around(estimate: f64, width: f64) -> Estimate {
    Estimate {
        estimate,
        lower: estimate - width,
        upper: estimate + width,
    }
}

/// Returns an interval that is symmetric on the logarithmic scale.
fn exponential(estimate: f64, width: f64) -> Estimate {
    Estimate {
        estimate,
        lower: estimate * (-width).exp(),
        upper: estimate * width.exp(),
    }
}

#[cfg(test)]
mod tests;
