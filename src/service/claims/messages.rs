//! What is told of claims.

use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;

use crate::store::webhooks::outbox::Message;
use renown_core::domain::{Claim, Ending, MessageKind, State};

/// A claim has come to the state that it is in.
pub(super) fn of_claim(claim: &Claim, now: DateTime<Utc>, id: Uuid) -> Message {
    let reason = match &claim.state {
        State::Ended(ended) => match &ended.how {
            Ending::Cancelled { reason } => Some(reason.as_str()),
            Ending::Released | Ending::Expired => None,
        },
        _ => None,
    };
    Message {
        id,
        kind: kind(&claim.state),
        at: now,
        program: Some(claim.program.clone()),
        member: Some(claim.member),
        body: json!({
            "claim": claim.id,
            "perk": claim.perk,
            "origin": claim.origin.as_str(),
            "state": claim.state.kind().as_str(),
            "held_at": claim.held_at,
            "expires_at": claim.state.expires_at(),
            "value": claim.value,
            "reason": reason,
            "program_version": claim.version,
        }),
    }
}

/// The last unit of a perk was taken.
pub(super) fn exhausted(claim: &Claim, now: DateTime<Utc>, id: Uuid) -> Message {
    Message {
        id,
        kind: MessageKind::PerkExhausted,
        at: now,
        program: Some(claim.program.clone()),
        member: None,
        body: json!({ "perk": claim.perk, "program_version": claim.version }),
    }
}

fn kind(state: &State) -> MessageKind {
    match state {
        State::Held(_) => MessageKind::ClaimHeld,
        State::Confirmed(_) => MessageKind::ClaimConfirmed,
        State::Redeemed(_) => MessageKind::ClaimRedeemed,
        State::Ended(ended) => match ended.how {
            Ending::Released => MessageKind::ClaimReleased,
            Ending::Expired => MessageKind::ClaimExpired,
            Ending::Cancelled { .. } => MessageKind::ClaimCancelled,
        },
    }
}
