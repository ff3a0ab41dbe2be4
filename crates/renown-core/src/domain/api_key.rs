//! API keys: who may do what.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::names::names;
use super::{KeyId, ProgramId};

/// What a key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Send events.
    EventsWrite,
    /// Look up scores, tiers, service levels, offers; decide.
    Lookup,
    /// Hold and redeem claims.
    ClaimsWrite,
    /// Write, check and publish programs.
    ProgramsWrite,
    /// Everything, and members and keys besides.
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

/// A key as stored. The secret is not here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Its public id.
    pub id: KeyId,
    /// What it is for, in its creator's words.
    pub name: String,
    /// What it may do.
    pub scopes: BTreeSet<Scope>,
    /// The one program that it is limited to.
    pub program: Option<ProgramId>,
    /// When.
    pub created_at: DateTime<Utc>,
    /// When it ceased to work.
    pub revoked_at: Option<DateTime<Utc>>,
}
