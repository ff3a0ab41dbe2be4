//! Events in, and the sources that they come from. Starts at [`intake::send`]. An
//! answer is sent only after the commit.

pub mod intake;
mod native;
pub mod sources;
