//! The bodies of messages: one type with a schema for each kind. Fields may be
//! added, but never renamed or removed.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::service::error::Result;
use crate::store::StoreError;
use crate::store::webhooks::outbox::Message;
use renown_core::domain::{
    Claim, ClaimId, GrantId, Index, MemberId, MessageKind, ModelVersion, Money, Origin, PerkId,
    ProgramId, ProgramVersion, SnapshotId, State, StateKind, TierChangeReason, TierId,
};
use renown_core::rules::{Difference, Test};

/// The body of a message, apart from its member and program.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub(in crate::service) enum MessageBody {
    TierChanged(TierChangedBody),
    TierWillChange(TierWillChangeBody),
    TierRetained(TierRetainedBody),
    Claim(ClaimMessageBody),
    PerkExhausted(PerkExhaustedBody),
    PerkDrawn(PerkDrawnBody),
    ProgramPublished(ProgramPublishedBody),
    ProgramWithdrawn(ProgramWithdrawnBody),
    ScoreChanged(ScoreChangedBody),
}

/// The program and the member that a message is about.
#[derive(Debug, Clone, Default)]
pub(in crate::service) struct About {
    /// The program; `None` if the message is about no program.
    pub program: Option<ProgramId>,
    /// The member; `None` if the message is about no member.
    pub member: Option<MemberId>,
}

impl MessageBody {
    /// Returns the kind of the message.
    pub(in crate::service) fn kind(&self) -> MessageKind {
        match self {
            Self::TierChanged(_) => MessageKind::TierChanged,
            Self::TierWillChange(_) => MessageKind::TierWillChange,
            Self::TierRetained(_) => MessageKind::TierRetained,
            Self::Claim(body) => match body.state {
                StateKind::Held => MessageKind::ClaimHeld,
                StateKind::Confirmed => MessageKind::ClaimConfirmed,
                StateKind::Redeemed => MessageKind::ClaimRedeemed,
                StateKind::Released => MessageKind::ClaimReleased,
                StateKind::Expired => MessageKind::ClaimExpired,
                // One type for both: an older version of the service cannot read a type
                // that it does not know, and would deliver nothing after it.
                StateKind::Cancelled | StateKind::Reversed => MessageKind::ClaimCancelled,
            },
            Self::PerkExhausted(_) => MessageKind::PerkExhausted,
            Self::PerkDrawn(_) => MessageKind::PerkDrawn,
            Self::ProgramPublished(_) => MessageKind::ProgramPublished,
            Self::ProgramWithdrawn(_) => MessageKind::ProgramWithdrawn,
            Self::ScoreChanged(_) => MessageKind::ScoreChanged,
        }
    }

    /// Returns the message, ready for the outbox.
    ///
    /// # Errors
    /// If it cannot be written as JSON.
    pub(in crate::service) fn message(
        &self,
        id: Uuid,
        at: DateTime<Utc>,
        about: About,
    ) -> Result<Message> {
        Ok(Message {
            id,
            kind: self.kind(),
            at,
            program: about.program,
            member: about.member,
            body: serde_json::to_value(self).map_err(StoreError::from)?,
        })
    }
}

/// `tier.changed`: the tier in effect of a member has changed.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TierChangedBody {
    /// The id of the change in the tier history.
    pub tier_history: Uuid,
    /// The tier before; null if the member had none.
    #[schema(value_type = Option<String>)]
    pub from: Option<TierId>,
    /// The tier now.
    #[schema(value_type = String)]
    pub to: TierId,
    /// The reason: `granted`, `grant_ended`, `reached`, `lowered`,
    /// `program_changed`, `opted_out` or `merged`.
    pub reason: TierChangeReason,
    /// The grant that gave the tier; null if none did.
    #[schema(value_type = Option<Uuid>)]
    pub grant: Option<GrantId>,
    /// The service level of the member from now on.
    pub service_level: String,
    /// The tests that decided; empty if none did.
    pub because: Vec<Test>,
    /// The version of the program that decided.
    #[schema(value_type = i32)]
    pub program_version: ProgramVersion,
}

/// `tier.will_change`: a member will lose a tier, unless they earn it again.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TierWillChangeBody {
    /// The tier that will be lost.
    #[schema(value_type = String)]
    pub from: TierId,
    /// The tier that follows.
    #[schema(value_type = String)]
    pub to: TierId,
    /// The time of the change.
    pub at: DateTime<Utc>,
    /// The tests that failed.
    pub because: Vec<Test>,
    /// The version of the program that decided.
    #[schema(value_type = i32)]
    pub program_version: ProgramVersion,
}

/// `tier.retained`: a tier that was announced to be lost is kept.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TierRetainedBody {
    /// The tier that is kept.
    #[schema(value_type = String)]
    pub tier: TierId,
    /// The tests that passed.
    pub because: Vec<Test>,
    /// The version of the program that decided.
    #[schema(value_type = i32)]
    pub program_version: ProgramVersion,
}

/// `claim.…`: a claim has reached a new state.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClaimMessageBody {
    /// The id of the claim.
    #[schema(value_type = Uuid)]
    pub claim: ClaimId,
    /// The perk that is claimed.
    #[schema(value_type = String)]
    pub perk: PerkId,
    /// The origin of the claim: `claim`, `waiting_list`, `invitation` or `draw`.
    #[schema(value_type = Origin)]
    pub origin: &'static str,
    /// The state that the claim has reached.
    pub state: StateKind,
    /// The time at which the claim was held.
    pub held_at: DateTime<Utc>,
    /// The time at which the state ends automatically; null for never.
    pub expires_at: Option<DateTime<Utc>>,
    /// The value of the unit; null if the program does not give one.
    pub value: Option<Money>,
    /// The reason of a cancellation or reversal; null if there was none.
    pub reason: Option<String>,
    /// The version of the program that gave the unit.
    #[schema(value_type = i32)]
    pub program_version: ProgramVersion,
}

impl From<&Claim> for ClaimMessageBody {
    fn from(claim: &Claim) -> Self {
        let reason = match &claim.state {
            State::Ended(ended) => ended.how.reason().map(str::to_owned),
            _ => None,
        };
        Self {
            claim: claim.id,
            perk: claim.perk.clone(),
            origin: claim.origin.as_str(),
            state: claim.state.kind(),
            held_at: claim.held_at,
            expires_at: claim.state.expires_at(),
            value: claim.value.clone(),
            reason,
            program_version: claim.version,
        }
    }
}

/// `perk.exhausted`: the last unit of a perk was claimed.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PerkExhaustedBody {
    /// The perk.
    #[schema(value_type = String)]
    pub perk: PerkId,
    /// The version of the program that gave the last unit.
    #[schema(value_type = i32)]
    pub program_version: ProgramVersion,
}

/// `perk.drawn`: the draw of a perk was held.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PerkDrawnBody {
    /// The perk.
    #[schema(value_type = String)]
    pub perk: PerkId,
    /// The number of entries in the draw.
    pub entries: i64,
    /// The number of units that were left for the draw; the number of entries if
    /// units are unlimited.
    pub units: i64,
    /// The SHA-256 of the seed, in hexadecimal digits; published before the draw.
    pub commitment: String,
    /// The SHA-256 of the text that was drawn from, in hexadecimal digits.
    pub digest: String,
    /// The seed, in hexadecimal digits.
    pub seed: String,
    /// The version of the program that the draw was held by.
    #[schema(value_type = i32)]
    pub program_version: ProgramVersion,
}

/// `program.published`: a version of a program was published.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProgramPublishedBody {
    /// The version that was published.
    #[schema(value_type = i32)]
    pub program_version: ProgramVersion,
    /// The time from which it is in force.
    pub starts_at: DateTime<Utc>,
    /// The author's note; null if there is none.
    pub note: Option<String>,
    /// The earlier version whose source it restores; null if it restores none.
    #[schema(value_type = Option<i32>)]
    pub restores: Option<ProgramVersion>,
    /// The changes from the version in force before; null at the first version.
    pub changes: Option<Vec<Difference>>,
}

/// `program.withdrawn`: a version was withdrawn before it came into force.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProgramWithdrawnBody {
    /// The version that was withdrawn.
    #[schema(value_type = i32)]
    pub program_version: ProgramVersion,
}

/// `score.changed`: a score has moved since it was last reported, or was removed.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScoreChangedBody {
    /// The influence index, computed from social events.
    pub influence: Index,
    /// The value index, computed from purchases.
    pub value: Index,
    /// The scores that were last reported.
    pub before: ScoresBefore,
    /// The reason of the message.
    pub reason: ScoreChangeReason,
    /// The time to which the score was decayed; absent once there is no score.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub as_of: Option<DateTime<Utc>>,
    /// The model that computed the score; absent once there is no score.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Option<String>)]
    pub model: Option<ModelVersion>,
    /// The rank snapshot that the score was computed with; absent once there is no
    /// score.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Option<i64>)]
    pub snapshot: Option<SnapshotId>,
}

/// The scores that were last reported.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScoresBefore {
    /// The influence score, from 0 to 100, computed from social events; null if
    /// unknown.
    pub influence: Option<f64>,
    /// The value score, from 0 to 100, computed from purchases; null if unknown.
    pub value: Option<f64>,
}

/// Why a score is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ScoreChangeReason {
    /// The score has moved by the configured threshold or more, or has become known
    /// or unknown.
    Moved,
    /// The member has opted out: there is no score any more.
    OptedOut,
    /// The member was merged into another one, who has the score from now on.
    Merged,
}
