//! Programs, tiers and grants.

mod audience_changes;
mod audiences;
mod names;
mod program;
mod schemas;
pub mod schemes;
mod simulate;
mod tables;
mod tiers;
mod versions;
