//! How it is known that an identity is the member's.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::TextLine;

/// How it is known that an identity is the member's. Anybody can name a handle at a desk.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize, ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Proof {
    /// Somebody said so.
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

impl Proof {
    /// Whether the identity is verified.
    pub fn is_verified(&self) -> bool {
        matches!(self, Self::Verified(_))
    }
}
