//! Accepting events, and the sources that they come from.
//!
//! Starts at [`intake::send`]. Success is never answered before the commit.

pub mod intake;
mod native;
pub mod sources;
