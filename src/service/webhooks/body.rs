//! What messages tell: one type a kind, with its schema. Members may be added,
//! never renamed or removed.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::service::error::Result;
use crate::store::StoreError;
use crate::store::webhooks::outbox::Message;
use renown_core::domain::{
    Claim, ClaimId, Ending, GrantId, Index, MemberId, MessageKind, ModelVersion, Money, PerkId,
    ProgramId, ProgramVersion, SnapshotId, State, StateKind, TierChangeReason, TierId,
};
use renown_core::rules::{Difference, Test};

/// What a message tells, besides of whom and in which program.
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

/// Of whom and where a message tells.
#[derive(Debug, Clone, Default)]
pub(in crate::service) struct About {
    /// In which program, if in one.
    pub program: Option<ProgramId>,
    /// Of which member, if of one.
    pub member: Option<MemberId>,
}

impl MessageBody {
    /// The kind of message that tells this.
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
                StateKind::Cancelled => MessageKind::ClaimCancelled,
            },
            Self::PerkExhausted(_) => MessageKind::PerkExhausted,
            Self::PerkDrawn(_) => MessageKind::PerkDrawn,
            Self::ProgramPublished(_) => MessageKind::ProgramPublished,
            Self::ProgramWithdrawn(_) => MessageKind::ProgramWithdrawn,
            Self::ScoreChanged(_) => MessageKind::ScoreChanged,
        }
    }

    /// The message, ready for the outbox.
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

/// `tier.changed`: a member's tier in effect is another one.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TierChangedBody {
    /// The entry of the history that says the same.
    pub tier_history: Uuid,
    /// From which tier; null at the first.
    #[schema(value_type = Option<String>)]
    pub from: Option<TierId>,
    /// To which.
    #[schema(value_type = String)]
    pub to: TierId,
    /// Why.
    #[schema(value_type = String)]
    pub reason: TierChangeReason,
    /// The grant that gave the tier; null if none did.
    #[schema(value_type = Option<Uuid>)]
    pub grant: Option<GrantId>,
    /// How the member is served from now on.
    pub service_level: String,
    /// The tests that decided.
    pub because: Vec<Test>,
    /// By which version of the program.
    #[schema(value_type = i32)]
    pub program_version: ProgramVersion,
}

/// `tier.will_change`: a tier will be lost, unless it is earned again.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TierWillChangeBody {
    /// Which tier.
    #[schema(value_type = String)]
    pub from: TierId,
    /// The tier that follows.
    #[schema(value_type = String)]
    pub to: TierId,
    /// When.
    pub at: DateTime<Utc>,
    /// The tests that failed.
    pub because: Vec<Test>,
    /// By which version of the program.
    #[schema(value_type = i32)]
    pub program_version: ProgramVersion,
}

/// `tier.retained`: a tier that was to be lost is kept.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TierRetainedBody {
    /// Which tier.
    #[schema(value_type = String)]
    pub tier: TierId,
    /// The tests that passed.
    pub because: Vec<Test>,
    /// By which version of the program.
    #[schema(value_type = i32)]
    pub program_version: ProgramVersion,
}

/// `claim.…`: a claim has come to the state that it is in.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClaimMessageBody {
    /// Which claim.
    #[schema(value_type = Uuid)]
    pub claim: ClaimId,
    /// On which perk.
    #[schema(value_type = String)]
    pub perk: PerkId,
    /// How it came about: `claim`, `waiting_list`, `invitation` or `draw`.
    pub origin: &'static str,
    /// Where it stands.
    pub state: StateKind,
    /// When it was held.
    pub held_at: DateTime<Utc>,
    /// When the state ends by itself; null for never.
    pub expires_at: Option<DateTime<Utc>>,
    /// What the unit is worth; null if the program does not say.
    pub value: Option<Money>,
    /// Why it was cancelled; null if it was not.
    pub reason: Option<String>,
    /// The version of the program by which it was given.
    #[schema(value_type = i32)]
    pub program_version: ProgramVersion,
}

impl From<&Claim> for ClaimMessageBody {
    fn from(claim: &Claim) -> Self {
        let reason = match &claim.state {
            State::Ended(ended) => match &ended.how {
                Ending::Cancelled { reason } => Some(reason.clone()),
                Ending::Released | Ending::Expired => None,
            },
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

/// `perk.exhausted`: the last unit of a perk was taken.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PerkExhaustedBody {
    /// Of which perk.
    #[schema(value_type = String)]
    pub perk: PerkId,
    /// The version of the program by which it was given.
    #[schema(value_type = i32)]
    pub program_version: ProgramVersion,
}

/// `perk.drawn`: the draw of a perk was held.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PerkDrawnBody {
    /// Of which perk.
    #[schema(value_type = String)]
    pub perk: PerkId,
    /// How many had entered.
    pub entries: i64,
    /// How many units there were.
    pub units: i64,
    /// SHA-256 of the seed, published from the beginning, in hexadecimal digits.
    pub commitment: String,
    /// SHA-256 of what was drawn from.
    pub digest: String,
    /// The seed.
    pub seed: String,
    /// The version of the program by which it was held.
    #[schema(value_type = i32)]
    pub program_version: ProgramVersion,
}

/// `program.published`: a version of a program was published.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProgramPublishedBody {
    /// Which version.
    #[schema(value_type = i32)]
    pub program_version: ProgramVersion,
    /// From when it is in force.
    pub starts_at: DateTime<Utc>,
    /// What its author said about it; null for nothing.
    pub note: Option<String>,
    /// The earlier version whose source it brings back; null if it is new.
    #[schema(value_type = Option<i32>)]
    pub restores: Option<ProgramVersion>,
    /// What it changes of the version before; null at the first.
    pub changes: Option<Vec<Difference>>,
}

/// `program.withdrawn`: a version was taken back before it began.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProgramWithdrawnBody {
    /// Which version.
    #[schema(value_type = i32)]
    pub program_version: ProgramVersion,
}

/// `score.changed`: a score has moved since it was last told, or is no more.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScoreChangedBody {
    /// From social events.
    pub influence: Index,
    /// From purchases.
    pub value: Index,
    /// What was told last.
    pub before: ScoresBefore,
    /// Why it is told.
    pub reason: ScoreChangeReason,
    /// The time to which the score was decayed; absent once there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<DateTime<Utc>>,
    /// The model that computed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub model: Option<ModelVersion>,
    /// The rank snapshot that it was computed with.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<i64>)]
    pub snapshot: Option<SnapshotId>,
}

/// The scores that were told last; null for unknown.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScoresBefore {
    /// From social events.
    pub influence: Option<f64>,
    /// From purchases.
    pub value: Option<f64>,
}

/// Why a score is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ScoreChangeReason {
    /// It has moved far enough.
    Moved,
    /// The member has opted out: there is no score any more.
    OptedOut,
}
