//! Coverage of the intervals, measured by splitting the reactors into halves.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;
use std::collections::HashMap;

use super::TownSample;
use renown_core::domain::{AccountId, Act, Event};

/// How often the interval from one half of the reactors contains the score from
/// the other half.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Coverage {
    /// The number of intervals.
    pub intervals: usize,
    /// The share of intervals that contain the other half's score, from 0 to 1.
    pub coverage: f64,
    /// The share of cases in which the score is below the interval, from 0 to
    /// 1.
    pub below: f64,
    /// The share of cases in which the score is above the interval, from 0 to
    /// 1.
    pub above: f64,
    /// The mean width of the intervals, in points.
    pub width: f64,
}

/// Splits the reactors randomly into halves. The caps on the lower end of an
/// interval are left out, because they lower it on purpose. Each reaction without an actor
/// counts as a reactor of its own. Only accounts with a score in both halves
/// count; `None` if there are none.
pub fn coverage(sample: &TownSample<'_>, seed: u64) -> Option<Coverage> {
    let model = &sample.model.without_caps();
    let mut dice = ChaCha8Rng::seed_from_u64(seed);
    let mut sides: HashMap<AccountId, bool> = HashMap::new();
    let mut halves: [Vec<Event<AccountId>>; 2] = [Vec::new(), Vec::new()];
    for event in sample.events {
        for (half, event) in split(event, &mut sides, &mut dice) {
            halves[half].push(event);
        }
    }
    let scores = halves.map(|events| {
        let half = TownSample {
            model,
            events: &events,
            ..*sample
        };
        half.population().scores(model)
    });
    let (mut intervals, mut below, mut above, mut width) = (0usize, 0usize, 0usize, 0.0);
    for (one, other) in [(0, 1), (1, 0)] {
        for (account, score) in &scores[one] {
            let theirs = scores[other].get(account);
            let theirs = theirs.and_then(|score| score.influence.score());
            let (Some(interval), Some(theirs)) = (score.influence.interval(), theirs) else {
                continue;
            };
            intervals += 1;
            width += interval.upper - interval.lower;
            below += usize::from(theirs < interval.lower);
            above += usize::from(theirs > interval.upper);
        }
    }
    let share = |count: usize| count as f64 / intervals as f64;
    (intervals > 0).then(|| Coverage {
        intervals,
        coverage: 1.0 - share(below) - share(above),
        below: share(below),
        above: share(above),
        width: width / intervals as f64,
    })
}

/// Returns the half or halves that an event goes to.
fn split(
    event: &Event<AccountId>,
    sides: &mut HashMap<AccountId, bool>,
    dice: &mut ChaCha8Rng,
) -> Vec<(usize, Event<AccountId>)> {
    let known = match &event.act {
        Act::Reaction { actor, count, .. } | Act::Follow { actor, count, .. } => {
            Some((*actor, *count))
        }
        Act::Unfollow { actor, .. } => Some((Some(*actor), 1)),
        _ => None,
    };
    match known {
        Some((Some(actor), _)) => {
            let side = *sides.entry(actor).or_insert_with(|| dice.random());
            vec![(usize::from(side), event.clone())]
        }
        Some((None, count)) => {
            let first = match count {
                1 => u32::from(dice.random::<bool>()),
                many => many / 2,
            };
            [first, count - first]
                .into_iter()
                .enumerate()
                .filter(|(_, count)| *count > 0)
                .map(|(half, count)| (half, counted(event, count)))
                .collect()
        }
        None => vec![(0, event.clone()), (1, event.clone())],
    }
}

fn counted(event: &Event<AccountId>, times: u32) -> Event<AccountId> {
    let mut event = event.clone();
    if let Act::Reaction { count, .. } | Act::Follow { count, .. } = &mut event.act {
        *count = times;
    }
    event
}
