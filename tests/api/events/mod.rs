//! Events and their sources.

mod activity_streams;
mod cloud_events;
mod connectors;
mod intake;
mod limits;
mod sdks;
mod sources;
