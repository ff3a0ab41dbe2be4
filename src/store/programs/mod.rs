//! Programs: drafts, versions and stock; tiers of members and their history; grants.
//! Versions start at [`publish`] and never change once written. Rows of the tier
//! history are only added.

pub mod audiences;
pub mod grants;
mod names;
pub mod tiers;
mod version;

pub use names::known_names;
pub use version::*;
