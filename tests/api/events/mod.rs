//! Events and their sources.

mod connectors;
mod intake;
mod limits;
mod sources;
