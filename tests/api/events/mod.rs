//! Events in, and the sources that they come from.

mod intake;
mod sources;
