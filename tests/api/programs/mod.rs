//! Programs, tiers and grants.

mod audience_changes;
mod audiences;
mod ladder;
mod names;
mod program;
mod schemas;
pub mod schemes;
mod simulate;
mod source_changes;
mod sweeps;
mod tables;
mod tiers;
mod versions;
