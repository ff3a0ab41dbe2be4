//! Reports on perks and experiments.
//!
//! Starts at [`reports::get`]. Answers have counts; they never name a member.

pub mod experiments;
pub mod reports;
