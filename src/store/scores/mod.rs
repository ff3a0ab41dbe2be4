//! Scores: what the scorer keeps of accounts and publishes of members, rank
//! snapshots, leaderboards and history. Published scores start at [`publish`], the
//! scorer's progress at [`projections`]. Everything here but history and
//! notifications can be rebuilt from the log. Checkpoint and states are written in
//! the transaction that publishes.

pub mod graph;
pub mod history;
pub mod notified_scores;
pub mod projections;
pub mod ranks;
mod score;
pub mod snapshots;
pub mod states;

pub use score::*;
