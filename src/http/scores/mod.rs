//! Scores with their history, explanation and topics, leaderboards, and the model.
//!
//! Starts at [`score::get`]. The answer is the same if the member is not
//! enrolled, opted out or was never seen.

pub mod history;
pub mod leaderboard;
pub mod model;
pub mod models;
pub mod score;
pub mod topics;
