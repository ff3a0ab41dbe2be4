//! Lookups and decisions.

mod batches;
mod decide;
mod lookups;
mod replay;
