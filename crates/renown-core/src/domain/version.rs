//! Published versions of programs, as they are stored.

use chrono::{DateTime, Utc};

use super::{AudienceRules, CallerId, ProgramId, ProgramVersion};

/// A published version of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionRecord {
    /// The program.
    pub program: ProgramId,
    /// The number of the version: 1, 2, 3, …
    pub version: ProgramVersion,
    /// The source of the program, as it was written.
    pub source: String,
    /// The audiences that it refers to, directly or through others, as they were when it
    /// was published.
    pub audiences: AudienceRules,
    /// When the version was published.
    pub published_at: DateTime<Utc>,
    /// The caller who published it; `None` for one in the shell.
    pub published_by: Option<CallerId>,
    /// The first moment at which the version is in force.
    pub starts_at: DateTime<Utc>,
    /// When it was withdrawn, before it started; `None` if it was not.
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// The author's note about the version.
    pub note: Option<String>,
    /// The earlier version whose source it restores, if it is a restoration.
    pub restores: Option<ProgramVersion>,
}
