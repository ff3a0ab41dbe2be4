//! Scores: states of accounts, published scores, rank snapshots, leaderboards and
//! history. Publishing starts at [`publish`], the scorer's progress at [`projections`].
//! All of it except history and notified scores can be rebuilt from the log. Checkpoint
//! and states are written in the transaction that publishes.

pub mod checks;
mod compared_score;
pub mod gains;
pub mod graph;
pub mod history;
pub mod models;
pub mod notified_scores;
pub mod places;
pub mod projections;
pub mod ranks;
mod score;
pub mod snapshots;
pub mod states;
mod stored_score;
pub mod topics;

pub use compared_score::{ComparedScore, stored};
pub use score::*;
pub(super) use stored_score::StoredScore;
