//! Influence: a weighted sum of logarithms of the parts, mapped to 0…100, with
//! its 90 % interval.

use chrono::{DateTime, Utc};

use super::aggregate::Aggregate;
use super::evidence::SplitParts;
use super::gamma::{lower_share, upper_count};
use super::parts::{Part, PerPart};
use super::{Model, Snapshot};
use crate::domain::{Interval, PendingPoints};

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
/// counts; and at most the score of the known reactors whose first reaction is
/// old enough, plus what the model allows to the others. The lower end is as
/// monotone as the score: n, the share and all maps are non-decreasing.
pub(super) fn interval(
    model: &Model,
    snapshot: &Snapshot,
    aggregate: &Aggregate<'_>,
) -> (Interval, Option<PendingPoints>) {
    let credit_totals = &aggregate.overall;
    let all = (credit_totals.total(), credit_totals.reactors());
    let known = (credit_totals.known(), credit_totals.known_reactors());
    let lower = lower(model, snapshot, &all, &known);
    let upper = upper(model, snapshot, &all);
    let held = pending(model, snapshot, aggregate, lower);
    let lower = lower - held.map_or(0.0, |held| held.points);
    (Interval { lower, upper }, held)
}

/// Returns the lower end of all credit, of which that of known reactors is a part,
/// without waiting. Each comes with its effective reactors.
pub(super) fn lower(
    model: &Model,
    snapshot: &Snapshot,
    all: &(PerPart, f64),
    known: &(PerPart, f64),
) -> f64 {
    let end = |(credits, reactors): &(PerPart, f64)| {
        let n = reactors / snapshot.observation(model);
        score(model, &scaled(credits, lower_share(n)))
    };
    end(all).min(end(known) + model.crowd.lower_points.get())
}

/// Returns the upper end of all credit, which comes with its effective reactors.
pub(super) fn upper(
    model: &Model,
    snapshot: &Snapshot,
    (credits, reactors): &(PerPart, f64),
) -> f64 {
    let observation = snapshot.observation(model);
    let n = reactors / observation;
    if n > 0.0 {
        return score(model, &scaled(credits, upper_count(n) / n));
    }
    let mut unseen = [0.0; Part::COUNT];
    unseen[Part::Reach as usize] = upper_count(0.0) * observation;
    score(model, &unseen)
}

/// Returns what the lower end waits for; `None` if it does not. `lower` is the
/// lower end without waiting.
fn pending(
    model: &Model,
    snapshot: &Snapshot,
    aggregate: &Aggregate<'_>,
    lower: f64,
) -> Option<PendingPoints> {
    let points = model.interval.newcomers?.points.get();
    let cap = |aged: &SplitParts| score(model, &aged.admitted(model, snapshot)) + points;
    let held = lower - cap(&aggregate.aged);
    if held <= 0.0 {
        return None;
    }
    let mut young = aggregate.young.clone();
    young.sort_unstable_by_key(|one| one.old_at);
    let mut aged = aggregate.aged;
    let mut all = young.iter().map(|one| {
        aged.add(&one.credit, one.trusted);
        (one.old_at, cap(&aged))
    });
    let (next, first) = all.next()?;
    let free = std::iter::once((next, first)).chain(all);
    let until = free.fold(None, |until, (at, cap)| match until {
        Some((_, true)) => until,
        _ => Some((at, cap >= lower)),
    });
    Some(PendingPoints {
        points: held,
        next: time(next)?,
        until: time(until?.0)?,
    })
}

fn time(at: i64) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_millis(at)
}
