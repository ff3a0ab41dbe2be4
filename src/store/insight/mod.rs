//! Insight: exposures, their outcomes, and the daily census of eligible members.
//! Exposures start at [`exposures`], reports at [`reports`]. Only members that take
//! part in scoring are counted.

pub mod census;
pub mod exposures;
pub mod outcomes;
pub mod reports;
