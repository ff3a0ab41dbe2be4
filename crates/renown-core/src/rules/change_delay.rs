//! How long a change of numbers takes, where it waits for people who are new to the member.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::condition::expr::{Facet, Quantity, TopicFacet};
use super::facts::Facts;
use super::program::Program;
use super::standing::IndexRef;

/// Why a number does not rise at once when people react.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum ChangeDelay {
    /// The reactions that give the change are there. They count in full from this time
    /// on, less what fades until then.
    Waiting {
        /// The time from which no points are held back.
        not_before: DateTime<Utc>,
    },
    /// Reactions by people who are new to the member do not count in full at once.
    NewPeople {
        /// The days after which they do, at most: fewer in a log that is young.
        wait_days: f64,
    },
}

impl ChangeDelay {
    /// Returns the delay of a change of a number; `None` if the number can change at once,
    /// or does not rest on influence.
    pub(super) fn of(
        program: &Program,
        facts: &Facts<'_>,
        quantity: &Quantity,
        (from, to): (Option<f64>, f64),
    ) -> Option<Self> {
        let share = influence_in_lower_end(program, quantity)?;
        let better = |from: f64| match quantity {
            Quantity::Rank(_) => to < from,
            _ => to > from,
        };
        if !from.is_none_or(better) {
            return None;
        }
        let enough = facts.score.pending.filter(|held| {
            let then = from.map(|from| from + share * held.points);
            then.is_some_and(|then| share > 0.0 && then >= to)
        });
        match enough {
            Some(held) => Some(Self::Waiting {
                not_before: held.until,
            }),
            None => (facts.score.newcomer_days).map(|wait_days| Self::NewPeople { wait_days }),
        }
    }

    /// Returns the delay in words, after a semicolon.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Waiting { not_before } => format!(
                "; the reactions for it are there, and count in full from {} on, less what \
                 fades until then",
                not_before.format("%Y-%m-%d %H:%M UTC"),
            ),
            Self::NewPeople { wait_days } => format!(
                "; reactions by people who are new to the member take up to {wait_days} days to \
                 count in full",
            ),
        }
    }
}

/// Returns how much a point of the lower end of influence moves a number, if the number
/// waits for people who are new to the member. It is 0 for numbers that wait but do not
/// move in proportion: confidence, places and percentiles. `None` for all others.
fn influence_in_lower_end(program: &Program, quantity: &Quantity) -> Option<f64> {
    let indices = &program.names.indices;
    let is_influence = |slot: usize| indices.get(slot) == Some(&IndexRef::Influence);
    let in_standing = || {
        let mut shares = program.shares.iter();
        shares.find(|share| is_influence(share.slot))
    };
    match quantity {
        Quantity::Index(slot, Facet::Lower) => is_influence(*slot).then_some(1.0),
        Quantity::Index(slot, Facet::Percentile) => is_influence(*slot).then_some(0.0),
        Quantity::Standing(Facet::Lower) => in_standing().map(|influence| influence.share),
        Quantity::Standing(Facet::Percentile) => in_standing().map(|_| 0.0),
        Quantity::Topic(_, TopicFacet::Confidence) | Quantity::Rank(_) => Some(0.0),
        _ => None,
    }
}
