//! Grants: what a person gave to a member, whatever the rules say.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::names::names;
use super::{GrantId, Invalid, KeyId, MemberId, PerkId, TierId};

/// A tier or a perk that somebody gave to a member, as far as rules read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// Under which id it is audited.
    pub id: GrantId,
    /// What is given.
    #[serde(flatten)]
    pub gift: Gift,
    /// The first moment at which it counts.
    pub starts_at: DateTime<Utc>,
    /// The first moment at which it no longer does; `None` for never.
    pub ends_at: Option<DateTime<Utc>>,
}

/// What a grant gives.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", content = "target", rename_all = "snake_case")]
pub enum Gift {
    /// At least this tier.
    Tier(TierId),
    /// This perk, whatever its condition and topics.
    Perk(PerkId),
}

/// What kind of thing a grant gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GiftKind {
    /// A tier.
    Tier,
    /// A perk.
    Perk,
}

names! {
    GiftKind, "what is granted":
    Tier = "tier",
    Perk = "perk",
}

impl Gift {
    /// The tier or perk of this id.
    ///
    /// # Errors
    /// If the text cannot be one.
    pub fn new(kind: GiftKind, target: &str) -> Result<Self, Invalid> {
        Ok(match kind {
            GiftKind::Tier => Self::Tier(TierId::parse(target)?),
            GiftKind::Perk => Self::Perk(PerkId::parse(target)?),
        })
    }

    /// Whether it is a tier or a perk.
    pub fn kind(&self) -> GiftKind {
        match self {
            Self::Tier(_) => GiftKind::Tier,
            Self::Perk(_) => GiftKind::Perk,
        }
    }

    /// The id of the tier or perk.
    pub fn target(&self) -> &str {
        match self {
            Self::Tier(tier) => tier.as_str(),
            Self::Perk(perk) => perk.as_str(),
        }
    }
}

impl Grant {
    /// Whether it counts at a time.
    pub fn counts_at(&self, now: DateTime<Utc>) -> bool {
        self.starts_at <= now && self.ends_at.is_none_or(|end| now < end)
    }

    /// The next moment at which that changes, if it will.
    pub fn changes_after(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let moments = [Some(self.starts_at), self.ends_at];
        moments.into_iter().flatten().find(|moment| *moment > now)
    }
}

/// A grant with its audit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedGrant {
    /// To whom.
    pub member: MemberId,
    /// What and until when.
    pub grant: Grant,
    /// Why.
    pub reason: String,
    /// Who decided.
    pub author: String,
    /// With which key it was said.
    pub key: Option<KeyId>,
    /// The list that it came with.
    pub list: Option<String>,
    /// When it was said.
    pub created_at: DateTime<Utc>,
    /// How it was taken back, if it was.
    pub revoked: Option<Revocation>,
}

/// How a grant was taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revocation {
    /// When.
    pub at: DateTime<Utc>,
    /// Who decided.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// Which grants a list has.
#[derive(Debug, Clone, Default)]
pub struct GrantFilter {
    /// Only this member's.
    pub member: Option<MemberId>,
    /// Only this list's.
    pub list: Option<String>,
    /// Only those that count at this time.
    pub counting_at: Option<DateTime<Utc>>,
    /// Only those before this one.
    pub before: Option<GrantId>,
}
