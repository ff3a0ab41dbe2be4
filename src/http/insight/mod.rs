//! Reports of what became of perks, and experiments. Starts at [`reports::get`].

pub mod experiments;
pub mod reports;
