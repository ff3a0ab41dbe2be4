//! Scores with their history, explanation and topics, and leaderboards.
//!
//! Starts at [`score::get`]. The answer is the same if the member is not
//! enrolled, opted out or was never seen.

pub mod history;
pub mod leaderboard;
pub mod models;
pub mod score;
