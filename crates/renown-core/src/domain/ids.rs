//! Identifiers: UUIDs that the service assigns, and short names from program files.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Invalid;
use super::invalid::{checked_slug, text_newtype};
use super::schema::{described, text};

macro_rules! uuid_newtype {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

uuid_newtype! {
    /// The id of a member. UUIDv7, so that ids sort by time of enrolment.
    MemberId
}
uuid_newtype! {
    /// The public id of an API key, never its secret.
    KeyId
}
uuid_newtype! {
    /// Who has sent a request: the id of an API key, also of those who have signed in with
    /// it, or an id of the person whom a provider has signed in.
    CallerId
}
impl From<KeyId> for CallerId {
    fn from(key: KeyId) -> Self {
        Self(key.0)
    }
}
uuid_newtype! {
    /// The id of a session. UUIDv7, so that ids sort by time.
    SessionId
}
uuid_newtype! {
    /// The id of a recorded decision.
    DecisionId
}
uuid_newtype! {
    /// The id of a grant. UUIDv7, so that ids sort by time.
    GrantId
}

uuid_newtype! {
    /// The id of a merge of two members. UUIDv7, so that ids sort by time.
    MergeId
}
uuid_newtype! {
    /// The id of a claim. UUIDv7, so that ids sort by time.
    ClaimId
}
uuid_newtype! {
    /// The id of a place on a waiting list.
    WaitingId
}
uuid_newtype! {
    /// The id of a draw's entry. It is published, so it is random: it reveals
    /// neither the member nor the time.
    EntryId
}

uuid_newtype! {
    /// The id of a webhook. UUIDv7, so that ids sort by time.
    WebhookId
}

/// The pattern of short names, for the OpenAPI document.
pub(super) const SLUG: &str = "^[a-z0-9][a-z0-9_-]{0,63}$";

macro_rules! slug_newtype {
    ($(#[$doc:meta])* $name:ident, $what:literal, $example:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Box<str>);

        impl $name {
            /// Checks the text.
            ///
            /// # Errors
            /// If it is not 1 to 64 of `a-z 0-9 - _`, beginning with a letter or digit.
            pub fn parse(text: &str) -> Result<Self, Invalid> {
                checked_slug($what, text, 64)?;
                Ok(Self(text.into()))
            }
        }
        text_newtype!($name);
        described!($name: text($example, 1..=64).pattern(Some(SLUG)));
    };
}

slug_newtype! {
    /// A program's short name, as in `palms-klub`.
    ProgramId, "a program's id", "palms-klub"
}
slug_newtype! {
    /// A tier's short name within its program.
    TierId, "a tier's id", "insider"
}
slug_newtype! {
    /// A perk's short name within its program.
    PerkId, "a perk's id", "show-tickets"
}
slug_newtype! {
    /// The name of a group of perks of which a member gets one, in all programs.
    GroupName, "the name of a group", "welcome"
}
slug_newtype! {
    /// A decision table's short name within its program.
    TableId, "a table's id", "upgrades"
}

slug_newtype! {
    /// The name of a saved audience, by which programs refer to it.
    AudienceName, "an audience's name", "vip-guests"
}

slug_newtype! {
    /// The short name of a provider by which people sign in.
    ProviderId, "a provider's id", "corp"
}

slug_newtype! {
    /// The name of a member's attribute.
    AttributeName, "an attribute's name", "country"
}

/// The number of a published version of a program: 1, 2, 3, …. Versions never
/// change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ProgramVersion(pub i32);

/// The number of a rank snapshot: 1, 2, 3, … in order of time; 0 is the built-in
/// snapshot without members.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SnapshotId(pub i64);
