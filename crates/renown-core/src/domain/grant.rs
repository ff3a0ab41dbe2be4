//! Grants: tiers and perks that people give to members, regardless of the rules.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::names::names;
use super::{CallerId, GrantId, Invalid, MemberId, PerkId, TierId};

/// A tier or perk that was granted to a member, as rules read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// The id of the grant, also in the audit.
    pub id: GrantId,
    /// The tier or perk that is granted.
    #[serde(flatten)]
    pub gift: Gift,
    /// The first moment at which the grant counts.
    pub starts_at: DateTime<Utc>,
    /// The first moment at which it no longer counts; `None` for never.
    pub ends_at: Option<DateTime<Utc>>,
}

/// The tier or perk that a grant gives.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", content = "target", rename_all = "snake_case")]
pub enum Gift {
    /// This tier as a minimum.
    Tier(TierId),
    /// This perk, regardless of its condition and topics.
    Perk(PerkId),
}

/// Whether a grant gives a tier or a perk.
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
    /// Builds a gift from the id of the tier or perk.
    ///
    /// # Errors
    /// If the text is not a valid id.
    pub fn new(kind: GiftKind, target: &str) -> Result<Self, Invalid> {
        Ok(match kind {
            GiftKind::Tier => Self::Tier(TierId::parse(target)?),
            GiftKind::Perk => Self::Perk(PerkId::parse(target)?),
        })
    }

    /// Returns whether it is a tier or a perk.
    pub fn kind(&self) -> GiftKind {
        match self {
            Self::Tier(_) => GiftKind::Tier,
            Self::Perk(_) => GiftKind::Perk,
        }
    }

    /// Returns the id of the tier or perk.
    pub fn target(&self) -> &str {
        match self {
            Self::Tier(tier) => tier.as_str(),
            Self::Perk(perk) => perk.as_str(),
        }
    }
}

impl Grant {
    /// Returns whether the grant counts at a time.
    pub fn counts_at(&self, now: DateTime<Utc>) -> bool {
        self.starts_at <= now && self.ends_at.is_none_or(|end| now < end)
    }

    /// Returns the next moment at which that changes, if any.
    pub fn changes_after(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let moments = [Some(self.starts_at), self.ends_at];
        moments.into_iter().flatten().find(|moment| *moment > now)
    }
}

/// A grant with its audit data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedGrant {
    /// The member that was given the grant.
    pub member: MemberId,
    /// The grant itself.
    pub grant: Grant,
    /// The reason that was given.
    pub reason: String,
    /// The person that decided.
    pub author: String,
    /// The caller who recorded it; `None` for one in the shell.
    pub caller: Option<CallerId>,
    /// The list that it was imported with, if any.
    pub list: Option<String>,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
    /// The revocation, if it was revoked.
    pub revoked: Option<Revocation>,
}

/// The revocation of a grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revocation {
    /// When it was revoked.
    pub at: DateTime<Utc>,
    /// The person that decided.
    pub by: String,
    /// The reason that was given.
    pub reason: String,
}

/// Selects grants for a list.
#[derive(Debug, Clone, Default)]
pub struct GrantFilter {
    /// Only grants of this member.
    pub member: Option<MemberId>,
    /// Only grants from this imported list.
    pub list: Option<String>,
    /// Only grants that count at this time.
    pub counting_at: Option<DateTime<Utc>>,
    /// Only grants before this one.
    pub before: Option<GrantId>,
}
