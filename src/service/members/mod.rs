//! Members: enrolling people, and finding them by any identity.
//!
//! Starts at [`Members::put`] and [`Members::find`]. Nobody who merely reacts
//! becomes a member here, and a handle that is nobody's is known by its keyed
//! hash alone.

mod enrolment;
mod identities;

use crate::service::context::Context;
use renown_core::domain::HandleKeys;

pub use enrolment::{MemberProfile, PutMember, PutOutcome};

/// Enrolled people.
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
