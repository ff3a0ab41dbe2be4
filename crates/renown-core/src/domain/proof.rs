//! How it is known that an identity is the member's.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::TextLine;

/// How it is known that an identity is the member's. A guest at a desk may name the handle
/// of another person.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize, ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Proof {
    /// A person, or another system, has said so.
    #[default]
    Asserted,
    /// The business has verified it.
    Verified(IdentityVerification),
}

/// The verification of an identity.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub struct IdentityVerification {
    /// Who verified it, or what: `front desk`, `sign-in with GitHub`.
    pub by: TextLine,
    /// When it was verified.
    pub at: DateTime<Utc>,
}

impl From<Option<&IdentityVerification>> for Proof {
    /// An identity without a verification is asserted.
    fn from(known: Option<&IdentityVerification>) -> Self {
        known.map_or(Self::Asserted, |known| Self::Verified(known.clone()))
    }
}

impl Proof {
    /// Whether the identity is verified.
    pub fn is_verified(&self) -> bool {
        matches!(self, Self::Verified(_))
    }
}
