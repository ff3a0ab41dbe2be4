//! Lookups and decisions.

mod batches;
mod decide;
mod desks;
mod efforts;
mod front_desk;
mod lookups;
mod replay;
