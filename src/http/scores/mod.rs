//! Scores with their history, explanation and topics, and leaderboards.
//!
//! Starts at [`score::get`]. A person who is not enrolled, one who opted out and
//! one who was never seen get the same answer.

pub mod history;
pub mod leaderboard;
pub mod score;
