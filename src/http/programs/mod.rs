//! Programs: drafts, versions, simulation, grants and tier histories.
//!
//! Starts at [`program::put_draft`]. A version never changes once it is
//! published.

pub mod audience_members;
pub mod audiences;
pub mod grants;
pub mod program;
pub mod schemas;
pub mod simulate;
pub mod tier_history;
pub mod versions;
