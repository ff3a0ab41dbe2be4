//! Reports of what became of perks, and experiments.
//!
//! Starts at [`reports::get`]. Answers hold counts; they never name a member.

pub mod experiments;
pub mod reports;
