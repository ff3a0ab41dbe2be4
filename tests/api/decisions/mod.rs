//! Lookups and decisions.

mod batches;
mod decide;
mod desks;
mod lookups;
mod replay;
