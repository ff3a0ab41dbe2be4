//! Scores.

mod history;
mod leaderboard;
mod method;
mod models;
mod notified;
mod packed;
mod real_data;
mod rebuild;
mod score;
mod self_check;
mod snapshots;
mod topics;
mod waiting;
