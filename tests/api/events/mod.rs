//! Events and their sources.

mod intake;
mod sources;
