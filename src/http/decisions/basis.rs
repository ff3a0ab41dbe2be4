//! What every lookup says beside its answer: of whom it is, whether anything is
//! known of them, and what it rests on.

use chrono::{DateTime, SubsecRound, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::service::decisions::Evaluated;
use renown_core::domain::Index;

/// What an answer rests on: enough to explain it and to contest it later.
#[derive(Debug, Serialize, ToSchema)]
pub struct Basis {
    /// The version of the program.
    program_version: i32,
    /// The version of the scoring model.
    model: String,
    /// The number of the rank snapshot: what was taken from the crowd.
    snapshot: i64,
    /// The time to which the scores were decayed.
    as_of: DateTime<Utc>,
    /// The entry of the tier history by which the tier is held; null while
    /// nothing was recorded (the floor, or a tier reached a moment ago).
    pub(super) tier_history: Option<Uuid>,
}

/// Whether we know anything.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Known {
    /// There is evidence about this person.
    Known,
    /// There is none, or they are not enrolled, or opted out: the floor, which
    /// is everyone's. Not a bad score.
    Unknown,
}

/// Our id of the member; `None` for somebody who is not enrolled or opted out.
pub(super) fn member(evaluated: &Evaluated<'_>) -> Option<Uuid> {
    evaluated.facts.member.as_ref().map(|member| member.id.0)
}

/// Whether anything is known of their influence or value.
pub(super) fn known(evaluated: &Evaluated<'_>) -> Known {
    let score = &evaluated.facts.score;
    let nothing = score.influence == Index::Unknown && score.value == Index::Unknown;
    if nothing {
        Known::Unknown
    } else {
        Known::Known
    }
}

/// What the answer rests on.
pub(super) fn basis(evaluated: &Evaluated<'_>) -> Basis {
    let score = &evaluated.facts.score;
    let held = evaluated.facts.held.get(evaluated.in_force.program.id());
    let same_tier = held.filter(|held| &held.in_effect == evaluated.outcome.tier.tier);
    Basis {
        program_version: evaluated.in_force.version.0,
        model: score.model.to_string(),
        snapshot: score.snapshot.0,
        as_of: score.as_of.trunc_subsecs(0),
        tier_history: same_tier.and_then(|held| held.history_id),
    }
}
