//! Influence: a weighted sum of logarithms of the parts, mapped to 0…100, with
//! its 90 % interval.

use super::evidence::CreditTotals;
use super::gamma::{lower_share, upper_count};
use super::parts::{Part, PerPart};
use super::{Model, Snapshot};
use crate::domain::Interval;

/// Returns what each part adds to the sum: `weight × ln(1 + credit / unit)`.
pub(super) fn terms(model: &Model, credits: &PerPart) -> PerPart {
    std::array::from_fn(|part| model.term(Part::ALL[part]).of(credits[part]))
}

/// Returns the score of credits, from 0 to 100; non-decreasing in each credit.
pub(super) fn score(model: &Model, credits: &PerPart) -> f64 {
    model
        .influence
        .anchors
        .score(terms(model, credits).iter().sum())
}

fn scaled(credits: &PerPart, share: f64) -> PerPart {
    credits.map(|credit| credit * share)
}

/// Returns the 90 % interval. The evidence is treated as a count of n
/// independent observations, drawn from a rate; the ends are the score with all
/// parts scaled to the ends of that rate's interval. The lower end is also at
/// most what the known reactors alone give, plus what the model allows to mere
/// counts. The lower end is as monotone as the score: n, the share and both
/// maps are non-decreasing.
pub(super) fn interval(
    model: &Model,
    snapshot: &Snapshot,
    credit_totals: &CreditTotals,
) -> Interval {
    let observation = snapshot.observation(model);
    let total = credit_totals.total();
    let n = credit_totals.reactors() / observation;
    let of_all = score(model, &scaled(&total, lower_share(n)));
    let of_known = score(
        model,
        &scaled(
            &credit_totals.known(),
            lower_share(credit_totals.known_reactors() / observation),
        ),
    );
    let lower = of_all.min(of_known + model.crowd.lower_points.get());
    let upper = if n > 0.0 {
        score(model, &scaled(&total, upper_count(n) / n))
    } else {
        let mut unseen = [0.0; Part::COUNT];
        unseen[Part::Reach as usize] = upper_count(0.0) * observation;
        score(model, &unseen)
    };
    Interval { lower, upper }
}
