//! API keys and their scopes.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::names::names;
use super::{KeyId, ProgramId};

/// A permission of an API key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// To send events.
    EventsWrite,
    /// To look up scores, tiers, service levels and offers, and to make decisions.
    Lookup,
    /// To hold and redeem claims.
    ClaimsWrite,
    /// To write, check and publish programs.
    ProgramsWrite,
    /// All of the above, and to manage members and keys.
    Admin,
}

names! {
    Scope, "a scope":
    EventsWrite = "events:write",
    Lookup = "lookup",
    ClaimsWrite = "claims:write",
    ProgramsWrite = "programs:write",
    Admin = "admin",
}

/// An API key as stored, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// The public id of the key.
    pub id: KeyId,
    /// The purpose of the key, in its creator's words.
    pub name: String,
    /// The scopes of the key.
    pub scopes: BTreeSet<Scope>,
    /// The program that the key is limited to; `None` for all programs.
    pub program: Option<ProgramId>,
    /// The time of creation.
    pub created_at: DateTime<Utc>,
    /// The time from which the key no longer works.
    pub revoked_at: Option<DateTime<Utc>>,
}
