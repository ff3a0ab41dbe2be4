//! Insight: exposures, their outcomes, the daily census of eligible members, and figures about
//! all members. Exposures start at [`exposures`], reports at [`reports`], figures at [`figures`]. Only members that take
//! part in scoring are counted.

pub mod activity;
pub mod census;
pub mod exposures;
pub mod figures;
pub mod outcomes;
pub mod reports;
