//! The contents that earned most of a part of influence, and when each was reacted to last.

use std::collections::BTreeMap;

use chrono::DateTime;

use super::aggregate::Aggregate;
use super::evidence::MemberEvidence;
use super::explain::{Moment, MomentKind, TypePoints};
use super::parts::{PerSource, Source};

/// How many contents are named per part; the rest are `other`.
const MOMENTS: usize = 5;

/// The time of the latest reaction to each content, in milliseconds since 1970.
pub(super) type LastTimes<'a> = BTreeMap<&'a str, i64>;

/// Finds the latest reaction to each content, dislikes excluded.
pub(super) fn last_times<'a>(member: &MemberEvidence<'a>) -> LastTimes<'a> {
    let mut times = LastTimes::new();
    for &(_, state) in &member.accounts {
        let objects = state.objects();
        let known = state
            .reactions
            .iter()
            .map(|((_, about), sums)| (about, sums));
        for (about, sums) in known.chain(&state.crowd) {
            let content = about.content.filter(|_| about.source != Source::Dislike);
            let object = content.and_then(|content| objects.get(content as usize));
            if let Some(object) = object {
                let last = times.entry(object.as_str()).or_insert(sums.at);
                *last = (*last).max(sums.at);
            }
        }
    }
    times
}

/// Spreads the points of each type over contents, in proportion to each
/// content's decayed reactions of that type.
pub(super) fn moments(
    aggregate: &Aggregate<'_>,
    by_type: &[TypePoints],
    times: &LastTimes<'_>,
) -> Vec<Moment> {
    let mut contents: BTreeMap<&str, f64> = BTreeMap::new();
    let mut unattributed = 0.0;
    for line in by_type {
        let source = line.r#type as usize;
        let reaction_weights = |reaction_weights: &PerSource| reaction_weights[source];
        let total = match line.counted {
            false => reaction_weights(&aggregate.known_weight.trusted),
            true => reaction_weights(&aggregate.counted_mass),
        };
        let mut left = line.points;
        for content in aggregate.contents.iter().filter(|_| total > 0.0) {
            let reaction_weight = match line.counted {
                false => reaction_weights(&content.known.trusted),
                true => reaction_weights(&content.counted),
            };
            if reaction_weight > 0.0 {
                let points = (line.points * reaction_weight / total).min(left);
                *contents.entry(content.object.as_str()).or_default() += points;
                left -= points;
            }
        }
        unattributed += left;
    }
    let mut contents: Vec<(&str, f64)> = contents.into_iter().collect();
    contents.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
    let named = contents.len().min(MOMENTS);
    let other: f64 = contents[named..].iter().map(|(_, points)| points).sum();
    let remainder = |kind, points: f64| {
        // A smaller remainder is a rounding error.
        (points > 1e-9).then_some(Moment {
            kind,
            object: None,
            points,
            at: None,
        })
    };
    (contents[..named].iter())
        .map(|(object, points)| Moment {
            kind: MomentKind::Content,
            object: Some((*object).to_owned()),
            points: *points,
            at: times
                .get(object)
                .and_then(|at| DateTime::from_timestamp_millis(*at)),
        })
        .chain(remainder(MomentKind::Unattributed, unattributed))
        .chain(remainder(MomentKind::Other, other))
        .collect()
}
