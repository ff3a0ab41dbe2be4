//! Programs: drafts, versions and the stock that a version sets; the tiers that
//! members hold with their history; grants. Versions start at [`publish`] and are
//! never changed once written; history is only added to.

pub mod grants;
pub mod tiers;
mod version;

pub use version::*;
