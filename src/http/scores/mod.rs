//! Scores, with their history, explanation and topics, and leaderboards. Starts at
//! [`score::get`]. Who is not enrolled, opted out or was never seen look alike.

pub mod history;
pub mod leaderboard;
pub mod score;
