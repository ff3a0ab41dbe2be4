//! Accepting events, and the sources that they come from.
//!
//! Starts at [`intake::send`]. Success is never answered before the commit.

mod foreign;
pub mod intake;
mod native;
mod sent;
pub mod sources;
