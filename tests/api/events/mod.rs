//! Events and their sources.

mod intake;
mod limits;
mod sources;
