//! Messages about tiers: a tier has changed, will change, or is kept after all;
//! each with its reason.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::InForce;
use super::tier_evaluation::TierEvaluation;
use crate::service::error::Result;
use crate::service::webhooks::{
    About, MessageBody, TierChangedBody, TierRetainedBody, TierWillChangeBody,
};
use crate::store::webhooks::outbox::Message;
use renown_core::domain::{MemberId, TierChange, TierChangeReason, TierId};
use renown_core::rules::{Test, Warning};

/// Returns the message that the tier in effect has changed.
pub(super) fn changed(
    evaluation: &TierEvaluation<'_>,
    entry: &TierChange,
    id: Uuid,
) -> Result<Message> {
    // A lost tier has failed its tests; a reached tier has passed them.
    let decided = match (entry.reason, &entry.from) {
        (TierChangeReason::Lowered, Some(from)) => from,
        _ => &entry.to,
    };
    let because = because(evaluation, decided);
    tier_changed(evaluation.in_force, evaluation.member, entry, because, id)
}

/// Returns the message that a tier has changed without a test that decided: the member
/// opted out, or was merged with another one.
pub(super) fn untested(
    in_force: &InForce,
    member: MemberId,
    entry: &TierChange,
    id: Uuid,
) -> Result<Message> {
    tier_changed(in_force, member, entry, Vec::new(), id)
}

fn tier_changed(
    in_force: &InForce,
    member: MemberId,
    entry: &TierChange,
    because: Vec<Test>,
    id: Uuid,
) -> Result<Message> {
    let body = MessageBody::TierChanged(TierChangedBody {
        tier_history: entry.id,
        from: entry.from.clone(),
        to: entry.to.clone(),
        reason: entry.reason,
        grant: entry.grant,
        service_level: in_force.program.level_of(&entry.to).id.clone(),
        because,
        program_version: in_force.version,
    });
    message(in_force, member, (id, entry.at), &body)
}

/// Returns the message that the tier will be lost or is kept after all. There is
/// none for a tier that a grant hides.
pub(super) fn warning(
    evaluation: &TierEvaluation<'_>,
    id: impl FnOnce() -> Uuid,
) -> Result<Option<Message>> {
    if evaluation.in_effect.grant.is_some() {
        return Ok(None);
    }
    let tier = evaluation.in_effect.tier;
    let program_version = evaluation.in_force.version;
    let body = match (evaluation.tier_state.warning, &evaluation.tier_state.fall) {
        (Warning::Given, Some(fall)) => MessageBody::TierWillChange(TierWillChangeBody {
            from: tier.clone(),
            to: fall.to.clone(),
            at: fall.at,
            because: because(evaluation, tier),
            program_version,
        }),
        (Warning::Withdrawn, _) => MessageBody::TierRetained(TierRetainedBody {
            tier: tier.clone(),
            because: because(evaluation, tier),
            program_version,
        }),
        _ => return Ok(None),
    };
    message(
        evaluation.in_force,
        evaluation.member,
        (id(), evaluation.now),
        &body,
    )
    .map(Some)
}

/// Returns the tests that decided about a tier, with the found and the required
/// values.
fn because(evaluation: &TierEvaluation<'_>, tier: &TierId) -> Vec<Test> {
    evaluation
        .in_force
        .program
        .tests_of(tier, &evaluation.rules)
}

fn message(
    in_force: &InForce,
    member: MemberId,
    (id, at): (Uuid, DateTime<Utc>),
    body: &MessageBody,
) -> Result<Message> {
    let about = About {
        program: Some(in_force.program.id().clone()),
        member: Some(member),
    };
    body.message(id, at, about)
}
