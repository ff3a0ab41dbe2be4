//! What is told of tiers: that one has changed, that one will, and that one
//! will not after all. Each with its reason.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use super::InForce;
use super::tiers::Look;

use crate::store::webhooks::outbox::Message;
use renown_core::domain::{MemberId, MessageKind, TierChange, TierChangeReason, TierId};
use renown_core::rules::Warning;

/// The tier in effect has changed.
pub(super) fn changed(look: &Look<'_>, entry: &TierChange, id: Uuid) -> Message {
    // What was lost has failed tests; what was reached has passed ones.
    let decided = match (entry.reason, &entry.from) {
        (TierChangeReason::Lowered, Some(from)) => from,
        _ => &entry.to,
    };
    let because = because(look, decided);
    tier_changed(look.in_force, look.member, entry, because, id)
}

/// The tier has ended with the member's part in scoring: no test decided.
pub(super) fn ended(in_force: &InForce, member: MemberId, entry: &TierChange, id: Uuid) -> Message {
    tier_changed(in_force, member, entry, json!([]), id)
}

fn tier_changed(
    in_force: &InForce,
    member: MemberId,
    entry: &TierChange,
    because: Value,
    id: Uuid,
) -> Message {
    let body = json!({
        "tier_history": entry.id,
        "from": entry.from,
        "to": entry.to,
        "reason": entry.reason,
        "grant": entry.grant,
        "service_level": in_force.program.level_of(&entry.to).id,
        "because": because,
    });
    message(
        in_force,
        member,
        MessageKind::TierChanged,
        (id, entry.at),
        body,
    )
}

/// The tier will be lost, or will be kept after all; nothing is told of a tier
/// that a grant hides.
pub(super) fn warning(look: &Look<'_>, id: impl FnOnce() -> Uuid) -> Option<Message> {
    if look.in_effect.grant.is_some() {
        return None;
    }
    let tier = look.in_effect.tier;
    let tell = |kind, body| message(look.in_force, look.member, kind, (id(), look.now), body);
    match (look.rung.warning, &look.rung.fall) {
        (Warning::Given, Some(fall)) => {
            let body = json!({
                "from": tier,
                "to": fall.to,
                "at": fall.at,
                "because": because(look, tier),
            });
            Some(tell(MessageKind::TierWillChange, body))
        }
        (Warning::Withdrawn, _) => {
            let body = json!({ "tier": tier, "because": because(look, tier) });
            Some(tell(MessageKind::TierRetained, body))
        }
        _ => None,
    }
}

/// The tests that decided about a tier, with what was found and what was asked for.
fn because(look: &Look<'_>, tier: &TierId) -> Value {
    let tests = look.in_force.program.tests_of(tier, &look.rules);
    serde_json::to_value(tests).unwrap_or_default()
}

fn message(
    in_force: &InForce,
    member: MemberId,
    kind: MessageKind,
    (id, at): (Uuid, DateTime<Utc>),
    mut body: Value,
) -> Message {
    if let Value::Object(members) = &mut body {
        members.insert("program_version".into(), in_force.version.0.into());
    }
    Message {
        id,
        kind,
        at,
        program: Some(in_force.program.id().clone()),
        member: Some(member),
        body,
    }
}
