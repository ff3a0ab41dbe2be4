//! Members: enrolment, and lookup by any identity.
//!
//! The entry points are [`Members::put`], [`Members::patch`] and [`Members::find`]. An account that
//! only reacts is not enrolled here. A handle that belongs to no member is stored
//! only as its keyed hash.
//!
//! Every method fails if the database does not answer.

mod change;
mod directory;
mod enrol_many;
mod enrolment;
mod identities;
mod import;
mod indices;
mod memberships;
mod merging;
mod networks;
mod proofs;

use crate::service::context::Context;
use renown_core::domain::HandleKeys;

pub use change::{AttributesChange, GivenProof, MemberChange};
pub use directory::{Directory, MemberExport};
pub use enrolment::{MemberProfile, PutMember, PutOutcome};
pub use identities::NamedMember;
pub use import::{LineResult, MemberImport, MemberReport, RowResult};
pub use memberships::Memberships;
pub(super) use merging::MergedSubjects;
pub use merging::{
    ClaimsTogether, ExclusivePerk, ExclusiveTogether, IndexBeforeAndAfter, MergePreview,
    MergeReason, Merges, NamedPerk, ProgramPreview,
};
pub use networks::Networks;

/// The enrolled members.
#[derive(Debug)]
pub struct Members {
    context: Context,
    handle_keys: HandleKeys,
}

impl Members {
    pub(in crate::service) fn new(context: Context, handle_keys: HandleKeys) -> Self {
        Self {
            context,
            handle_keys,
        }
    }
}
