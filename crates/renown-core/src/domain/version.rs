//! Published versions of programs, as they are kept.

use chrono::{DateTime, Utc};

use super::{KeyId, ProgramId, ProgramVersion};

/// A published version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionRecord {
    /// Of which program.
    pub program: ProgramId,
    /// 1, 2, 3, …
    pub version: ProgramVersion,
    /// As it was written.
    pub source: String,
    /// When.
    pub published_at: DateTime<Utc>,
    /// With which key, if with one.
    pub published_by: Option<KeyId>,
    /// The first moment at which it is in force.
    pub starts_at: DateTime<Utc>,
    /// When it was taken back, before it began.
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// What its author said about it.
    pub note: Option<String>,
    /// The earlier version whose source it brings back.
    pub restores: Option<ProgramVersion>,
}
