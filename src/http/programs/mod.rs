//! Programs: drafts, versions, simulation, grants and the history of tiers.
//!
//! Starts at [`program::put_draft`]. A version is never changed once published.

pub mod grants;
pub mod program;
pub mod schemas;
pub mod simulate;
pub mod tier_history;
pub mod versions;
