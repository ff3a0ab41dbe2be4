//! Lookups and decisions.

mod batches;
mod decide;
mod desks;
mod efforts;
mod front_desk;
mod list;
mod lookups;
mod replay;
