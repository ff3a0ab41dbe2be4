//! Reports and experiments.

mod experiments;
mod reports;
