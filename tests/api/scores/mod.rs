//! Scores.

mod history;
mod method;
mod notified;
mod real_data;
mod rebuild;
mod score;
