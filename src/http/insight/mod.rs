//! Reports on perks and experiments, and figures about all members.
//!
//! Starts at [`reports::get`]. Answers have counts; they never name a member.

pub mod experiments;
pub mod overview;
pub mod perks;
pub mod reports;
pub mod standings;
