//! Tiers with memory: what was earned is kept for a while, and lost one step
//! at a time.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::{Source, TierId};

use super::facts::Held;
use super::program::Program;

/// What happened to a member's tier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// Nothing: the tier is the same, and is not kept for longer than before.
    None,
    /// The member reached a tier above the one before.
    Granted,
    /// The tier was earned again, so that it is kept for its full time from now.
    Renewed,
    /// The tier's time ran out: one step down.
    Lowered {
        /// The tier before.
        #[schema(value_type = String)]
        from: TierId,
    },
}

/// Why nobody is moved down for the time being.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Hold {
    /// The kind of reason.
    pub reason: HoldReason,
    /// The sources that have gone silent, by name.
    #[schema(value_type = Vec<String>)]
    pub sources: Vec<Source>,
    /// Since when the first of them has been.
    pub since: DateTime<Utc>,
}

/// What can keep everybody from being moved down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HoldReason {
    /// A source of events has gone silent: what is missing may be evidence.
    SourceSilent,
}

/// A member's tier after a look at it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Rung<'p> {
    /// The tier in effect.
    #[schema(value_type = String)]
    pub tier: &'p TierId,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Until when it is kept should it no longer be earned, and by when it
    /// must be looked at again; absent for the floor, which is never lost,
    /// and for tiers that are not kept.
    pub keep_until: Option<DateTime<Utc>>,
    /// What happened.
    #[serde(flatten)]
    pub change: Change,
    /// True if the tier is above what is earned now and is only kept.
    pub kept: bool,
    /// What alone keeps the tier: its time is over. Absent otherwise.
    #[serde(rename = "held", skip_serializing_if = "Option::is_none")]
    pub hold: Option<Hold>,
}

impl Rung<'_> {
    /// What to remember of it.
    pub fn held(&self) -> Held {
        Held {
            tier: self.tier.clone(),
            since: self.since,
            keep_until: self.keep_until,
        }
    }
}

/// Moves a member on the ladder. A tier that is earned is given at once, and
/// kept from now; one that is no longer earned is kept until its time is over
/// and then gives way to the next one down, which has its own time from now;
/// but not during a hold.
///
/// Names that are no tiers of this program (it was another version's) count as
/// nothing held, or as the floor earned.
pub fn transition<'p>(
    program: &'p Program,
    held: Option<&Held>,
    earned: &TierId,
    hold: Option<&Hold>,
    now: DateTime<Utc>,
) -> Rung<'p> {
    let floor = program.tiers.len() - 1;
    let earned = program.rank(earned).unwrap_or(floor);
    let before = held.and_then(|held| Some((program.rank(&held.tier)?, held)));
    match before {
        Some((rank, held)) if rank < earned => fall(program, (rank, held), earned, hold, now),
        Some((rank, held)) if rank == earned => Rung {
            since: held.since,
            change: match keep_from(program, rank, now) {
                Some(_) => Change::Renewed,
                None => Change::None,
            },
            ..fresh(program, rank, now)
        },
        _ => Rung {
            change: if earned == floor {
                Change::None
            } else {
                Change::Granted
            },
            ..fresh(program, earned, now)
        },
    }
}

/// A tier that is held and not earned any more.
fn fall<'p>(
    program: &'p Program,
    (rank, held): (usize, &Held),
    earned: usize,
    hold: Option<&Hold>,
    now: DateTime<Utc>,
) -> Rung<'p> {
    let in_time = held.keep_until.is_some_and(|until| now < until);
    if in_time || hold.is_some() {
        return Rung {
            tier: &program.tiers[rank].id,
            since: held.since,
            keep_until: held.keep_until,
            change: Change::None,
            kept: true,
            hold: hold.filter(|_| !in_time).cloned(),
        };
    }
    Rung {
        change: Change::Lowered {
            from: held.tier.clone(),
        },
        kept: rank + 1 < earned,
        ..fresh(program, rank + 1, now)
    }
}

fn fresh(program: &Program, rank: usize, now: DateTime<Utc>) -> Rung<'_> {
    Rung {
        tier: &program.tiers[rank].id,
        since: now,
        keep_until: keep_from(program, rank, now),
        change: Change::None,
        kept: false,
        hold: None,
    }
}

fn keep_from(program: &Program, rank: usize, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let tier = &program.tiers[rank];
    if rank + 1 == program.tiers.len() {
        return None;
    }
    tier.keep.and_then(|keep| now.checked_add_signed(keep))
}
