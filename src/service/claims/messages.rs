//! Messages about claims.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::service::error::Result;
use crate::service::webhooks::{About, MessageBody, PerkExhaustedBody};
use crate::store::webhooks::outbox::Message;
use renown_core::domain::Claim;

/// Returns the message that a claim has reached its present state.
pub(super) fn of_claim(claim: &Claim, now: DateTime<Utc>, id: Uuid) -> Result<Message> {
    let about = About {
        program: Some(claim.program.clone()),
        member: Some(claim.member),
    };
    MessageBody::Claim(claim.into()).message(id, now, about)
}

/// Returns the message that the last unit of a perk is gone.
pub(super) fn exhausted(claim: &Claim, now: DateTime<Utc>, id: Uuid) -> Result<Message> {
    let body = MessageBody::PerkExhausted(PerkExhaustedBody {
        perk: claim.perk.clone(),
        program_version: claim.version,
    });
    let about = About {
        program: Some(claim.program.clone()),
        member: None,
    };
    body.message(id, now, about)
}
