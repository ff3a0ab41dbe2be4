//! The parts that all lookups share: the member, whether there is evidence about
//! them, and the basis of the answer.

use chrono::{DateTime, SubsecRound, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::service::decisions::Evaluated;
use renown_core::domain::{Index, Proof};

/// The basis of an answer: enough to explain it and to contest it later.
#[derive(Debug, Serialize, ToSchema)]
pub struct Basis {
    /// The version of the program that gave the answer.
    program_version: i32,
    /// The version of the scoring model.
    model: String,
    /// The number of the rank snapshot, which holds what depends on all members,
    /// such as percentiles.
    snapshot: i64,
    /// The time to which the scores were decayed, in whole seconds.
    as_of: DateTime<Utc>,
    /// The tier history entry that put the tier in effect; null if there is no
    /// entry yet (the floor, or a tier reached a moment ago).
    pub(super) tier_history: Option<Uuid>,
}

/// Whether there is evidence about the member.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Known {
    /// There is evidence about the member's influence or value.
    Known,
    /// There is no evidence, or no member is enrolled under the identity, or the
    /// member opted out. The answer is the floor, which is for everyone. It is
    /// not a bad score.
    Unknown,
}

/// The identity by which a caller named a member.
#[derive(Debug, Serialize, ToSchema)]
pub struct NamedBy {
    /// The network of an account, or `email`, `loyalty` or `crm`.
    network: String,
    /// How it is known that the identity is the member's.
    proof: Proof,
}

/// Returns the identity by which the caller named the member; `None` for the member's id.
pub(super) fn named_by(evaluated: &Evaluated<'_>) -> Option<NamedBy> {
    let named = evaluated.named?;
    Some(NamedBy {
        network: named.network.as_deref()?.to_owned(),
        proof: named.proof.clone(),
    })
}

/// Returns the member's id; `None` if no member is enrolled under the identity or
/// the member opted out.
pub(super) fn member(evaluated: &Evaluated<'_>) -> Option<Uuid> {
    evaluated.facts.member.as_ref().map(|member| member.id.0)
}

/// Returns the member's name, for the people who read the answer.
pub(super) fn name(evaluated: &Evaluated<'_>) -> Option<String> {
    evaluated.facts.name.as_ref().map(ToString::to_string)
}

/// Tells whether the member's influence or value is known.
pub(super) fn known(evaluated: &Evaluated<'_>) -> Known {
    let score = &evaluated.facts.score;
    let nothing = score.influence == Index::Unknown && score.value == Index::Unknown;
    if nothing {
        Known::Unknown
    } else {
        Known::Known
    }
}

/// Returns the basis of the answer.
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
