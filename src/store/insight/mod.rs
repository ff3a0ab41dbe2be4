//! Insight: who was shown what, what came of it, and how many are eligible each day.
//! Showing starts at [`exposures`], reports at [`reports`]. Only members who take
//! part in scoring are counted.

pub mod census;
pub mod exposures;
pub mod outcomes;
pub mod reports;
