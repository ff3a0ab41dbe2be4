//! Grants: what a person gave to a member, whatever the rules say.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{GrantId, PerkId, TierId};

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

impl Gift {
    /// `tier` or `perk`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Tier(_) => "tier",
            Self::Perk(_) => "perk",
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
