//! What is told of claims.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::service::error::Result;
use crate::service::webhooks::{About, MessageBody, PerkExhaustedBody};
use crate::store::webhooks::outbox::Message;
use renown_core::domain::Claim;

/// A claim has come to the state that it is in.
pub(super) fn of_claim(claim: &Claim, now: DateTime<Utc>, id: Uuid) -> Result<Message> {
    let about = About {
        program: Some(claim.program.clone()),
        member: Some(claim.member),
    };
    MessageBody::Claim(claim.into()).message(id, now, about)
}

/// The last unit of a perk was taken.
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
