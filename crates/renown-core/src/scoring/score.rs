//! Computes the score of a member from their evidence.

use chrono::{DateTime, Utc};

use super::aggregate::{Aggregate, aggregate};
use super::decay::instant;
use super::evidence::MemberEvidence;
use super::value::{self, Purchases};
use super::{Model, Snapshot, influence, topics};
use crate::domain::{Index, PendingPoints, Score};

/// Scores one member as of a time. Later events count as if they had just
/// happened; for a score in the past, the caller leaves them out.
///
/// The same arguments give the same bytes.
pub fn score(
    model: &Model,
    snapshot: &Snapshot,
    member: &MemberEvidence<'_>,
    as_of: DateTime<Utc>,
) -> Score {
    let now = instant(as_of);
    let aggregate = aggregate(model, snapshot, member, now);
    let purchases = value::purchases(model, member, now);
    from_tally(model, snapshot, member, as_of, &aggregate, purchases)
}

/// Computes the score of evidence that is already aggregated.
pub(super) fn from_tally(
    model: &Model,
    snapshot: &Snapshot,
    member: &MemberEvidence<'_>,
    as_of: DateTime<Utc>,
    aggregate: &Aggregate<'_>,
    purchases: Option<Purchases>,
) -> Score {
    let (influence, pending) = influence_index(model, snapshot, aggregate);
    Score {
        influence,
        pending,
        newcomer_days: model.interval.newcomers.map(|rule| rule.days.get()),
        value: purchases.map_or(Index::Unknown, |p| value_index(model, snapshot, p)),
        topics: topics::scores(model, snapshot, member, aggregate, instant(as_of)),
        ..Score::unknown(as_of, model.version().clone(), snapshot.id())
    }
}

fn influence_index(
    model: &Model,
    snapshot: &Snapshot,
    aggregate: &Aggregate<'_>,
) -> (Index, Option<PendingPoints>) {
    if !aggregate.evidence {
        return (Index::Unknown, None);
    }
    let score = influence::score(model, &aggregate.overall.total());
    let (interval, pending) = influence::interval(model, snapshot, aggregate);
    let index = Index::Known {
        score,
        interval,
        percentile: snapshot.influence_percentile(score, interval.lower),
        evidence: aggregate.overall.reactors(),
    };
    (index, pending)
}

fn value_index(model: &Model, snapshot: &Snapshot, purchases: Purchases) -> Index {
    let score = value::score(model, purchases);
    Index::Known {
        score,
        interval: value::interval(model, purchases),
        percentile: snapshot.value_percentile(score),
        evidence: purchases.customer + purchases.returns,
    }
}
